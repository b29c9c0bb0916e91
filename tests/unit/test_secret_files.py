# ruff: noqa: S105 - the secrets here open nothing
"""Files that hold a secret: what is refused because somebody else could read or replace it.

Border: modes and empty files are tested with what asks for them, in ``test_pseudonyms.py`` and
``test_mail.py``.
"""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from pipelines import interface, secret_files
from pipelines.console import StaalkaartError
from pipelines.deliveries.pseudonyms import PseudonymKey
from pipelines.operations.mail import mail_server
from pipelines.secret_files import read_secret
from pipelines.settings import SECRETS, MailSettings, Settings, interface_environment

SECRET = "geheim-van-deze-test"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A safe file in a safe folder."""
    folder = tmp_path / "staalkaart"
    folder.mkdir(mode=0o700)
    file = folder / "key"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    file.chmod(0o400)
    return file


def read(file: Path) -> str:
    return read_secret(file, "Het sleutelbestand", "STAALKAART_KEY_FILE").decode()


def refused(file: Path, *named: str) -> None:
    with pytest.raises(StaalkaartError) as refusal:
        read(file)
    message = str(refusal.value)
    assert refusal.value.exit_code == 2
    assert message.startswith("Het sleutelbestand van STAALKAART_KEY_FILE")
    assert all(words in message for words in named), message
    assert SECRET not in message


def test_a_safe_file_is_read_without_the_white_space_around_it(secret: Path) -> None:
    assert read(secret) == SECRET


def test_a_link_is_refused_however_safe_what_it_points_to(secret: Path) -> None:
    link = secret.with_name("link")
    link.symlink_to(secret)
    refused(link, "koppeling", "Noem het bestand zelf")


def test_what_is_no_plain_file_is_refused_and_nobody_waits(secret: Path) -> None:
    pipe = secret.with_name("pipe")
    os.mkfifo(pipe, 0o600)
    refused(pipe, "geen gewoon bestand")
    folder = secret.with_name("folder")
    folder.mkdir(mode=0o700)
    refused(folder, "kan niet worden gelezen")


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_in_which_others_can_replace_the_file_is_refused(secret: Path, mode: int) -> None:
    secret.parent.chmod(mode)
    refused(secret, "vervangen", f"{mode:04o}", "chmod go-w")
    secret.parent.chmod(0o755)
    assert read(secret) == SECRET


def test_in_a_sticky_folder_nobody_can_replace_the_file_of_another(secret: Path) -> None:
    secret.parent.chmod(0o1777)
    assert read(secret) == SECRET


@pytest.mark.parametrize("whose", ["file", "folder"])
def test_a_file_of_somebody_else_is_refused(
    secret: Path, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = secret if whose == "file" else secret.parent
    if os.geteuid() == 0:
        os.chown(place, 65534, -1)
    else:
        monkeypatch.setattr(secret_files.os, "geteuid", lambda: place.stat().st_uid + 1)
    refused(secret, "andere gebruiker", "chown")


def test_a_file_far_larger_than_any_secret_is_refused(secret: Path) -> None:
    secret.chmod(0o600)
    secret.write_bytes(b"k" * (64 * 1024 + 1))
    refused(secret, "te groot")


def test_no_secret_is_told_by_what_holds_it() -> None:
    key = PseudonymKey(SECRET.encode())
    asked = MailSettings(
        "127.0.0.1",
        user="beheer",
        password=SECRET,
        starttls="no",
        sender="a@example.org",
        recipients="b@example.org",
    )
    server = mail_server(asked)
    assert (key.secret.decode(), asked.password, server.password) == (SECRET, SECRET, SECRET)
    for told in (key, asked, server):
        assert SECRET not in f"{told!r} {told}"


def test_every_setting_that_is_secret_is_known_as_such() -> None:
    secret = {field.name for field in fields(MailSettings) if not field.repr}
    assert {f"STAALKAART_SMTP_{name.upper()}" for name in secret} <= SECRETS
    assert {"STAALKAART_KEY", "STAALKAART_KEY_FILE"} <= SECRETS


def test_an_interface_that_can_start_nothing_gets_no_secret(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, str]] = []
    monkeypatch.setattr(interface.os, "execve", lambda *arguments: given.append(arguments[2]))
    monkeypatch.chdir(settings.raw_dir)
    for variable in SECRETS:
        monkeypatch.setenv(variable, SECRET)
    interface.serve(settings, 3000, read_only=True)
    (environment,) = given
    assert environment["STAALKAART_DATA"] == str(settings.data_dir)
    assert SECRET not in environment.values()
    # Where runs are started, they need what they always need.
    assert set(interface_environment(settings)) >= SECRETS
