"""No key and no password is left in anything a run writes, Dagster's own records included.

Each secret is used for real in runs that end well, are refused and break; then every byte of the
data folder, of Dagster's state and of what dbt keeps is searched.

Border: which files may hold a secret is tested in ``test_secret_files.py``; that no national number
is left, in ``test_pseudonyms.py`` and ``test_run.py``.
"""

import base64
import gzip
import json
import pickle
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines import definitions
from pipelines.console import StaalkaartError
from pipelines.deliveries.pseudonyms import load_key
from pipelines.interface import open_instance
from pipelines.nightly import run_nightly
from pipelines.operations.mail import mail_server
from pipelines.settings import Settings, mail_settings
from tests.integration.secret_search import holding
from tests.integration.small_world import write, write_small_world
from tests.unit.operations.mail_server import Certificate, MailServer, mail_serving
from tests.unit.operations.mail_server import make_certificate as make

pytestmark = pytest.mark.integration
# Letters that stand in no word, so that a part of sixteen is found by chance in nothing.
KEY = "kqzxvjwpfhtbnmdgrlscykqxzwvpjfhb"
OTHER_KEY = "zvqkxjbwgphfmydtcrnlszqvkxwjbpgh"
PASSWORD = "wxqzjkvbpmfghydtnrclswqxzkjvpbfm"  # noqa: S105 (opens a server of this test)
WRONG_PASSWORD = "jxzqwkvpbhgfmdytrncljsxzqwvkpbhg"  # noqa: S105
SECRETS = {"key": KEY, "other": OTHER_KEY, "password": PASSWORD, "wrong": WRONG_PASSWORD}


@dataclass(frozen=True)
class Nights:
    """What is left of three nights, and what was said on the terminal."""

    settings: Settings
    logins: list[tuple[str, str]]
    said: str


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Nights]:
    """Three nights: a file refused, another key and a wrong password, and a bug that tells all."""
    folder = tmp_path_factory.mktemp("nights")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    write_small_world(settings.raw_dir)
    write(settings.raw_dir, "ucll", "aanbod_extra_2023-2024.csv", "kolom_a;kolom_b", ["1;2"])
    with (
        mail_serving(certificate, password=PASSWORD) as server,
        pytest.MonkeyPatch.context() as environment,
    ):
        said = [*_nights(settings, server, certificate, folder, environment)]
        yield Nights(settings, server.received.logins, "\n".join(said))


def _nights(
    settings: Settings,
    server: MailServer,
    certificate: Certificate,
    folder: Path,
    environment: pytest.MonkeyPatch,
) -> Iterator[str]:
    secret = folder / "password"
    secret.touch(0o600)
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    given = {"HOST": "127.0.0.1", "PORT": str(server.port), "USER": "beheer"}
    given |= {"FROM": "a@example.org", "TO": "b@example.org", "PASSWORD_FILE": str(secret)}
    for name, value in given.items():
        environment.setenv(f"STAALKAART_SMTP_{name}", value)
    environment.setenv("SSL_CERT_FILE", str(certificate.certificate))
    environment.setenv("STAALKAART_KEY", KEY)
    assert run_nightly(settings, is_quiet=True) == 3

    environment.setenv("STAALKAART_KEY", OTHER_KEY)
    environment.delenv("STAALKAART_SMTP_PASSWORD_FILE")
    environment.setenv("STAALKAART_SMTP_PASSWORD", WRONG_PASSWORD)
    write(settings.raw_dir, "ucll", "inschrijvingen_2_2023-2024.csv", "x", ["1"])
    with pytest.raises(StaalkaartError) as refusal:
        run_nightly(settings, is_quiet=True)
    yield str(refusal.value)

    environment.setenv("STAALKAART_KEY", KEY)

    def broken(_: Settings) -> None:
        asked = mail_settings()
        assert asked is not None
        raise RuntimeError(f"stuk: {load_key(is_synthetic=False)} {asked} {mail_server(asked)}")

    environment.setattr(definitions, "build_warehouse", broken)
    with pytest.raises(StaalkaartError) as fault:
        run_nightly(settings, is_quiet=True)
    yield str(fault.value)


def test_the_secrets_were_used_and_the_bug_was_recorded_so_that_the_search_means_something(
    nights: Nights,
) -> None:
    assert ("beheer", PASSWORD) in nights.logins
    assert ("beheer", WRONG_PASSWORD) in nights.logins
    assert "De sleutel is niet die waarmee" in nights.said
    with open_instance(nights.settings) as instance:
        assert len(instance.get_runs()) == 3
        recorded = "\n".join(
            str(entry) for run in instance.get_runs() for entry in instance.all_logs(run.run_id)
        )
    assert "stuk: PseudonymKey(" in recorded
    assert "MailSettings(host='127.0.0.1'" in recorded
    (log,) = nights.settings.logs_dir.glob("error-*.log")
    assert "stuk: PseudonymKey(" in log.read_text(encoding="utf-8")


def test_no_secret_is_left_in_any_byte_or_said(nights: Nights) -> None:
    kept = nights.settings.data_dir
    assert (kept / "status.json").exists()
    assert list(nights.settings.dagster_home.rglob("*.db"))
    assert holding(kept, SECRETS) == set()
    assert holding(nights.settings.dbt_dir / "target", SECRETS) == set()
    assert [name for name, secret in SECRETS.items() if secret in nights.said] == []


def test_a_secret_is_found_in_every_form_and_container(tmp_path: Path) -> None:
    plain = f"sleutel={KEY};".encode()
    planted = {
        "plain.log": plain,
        "beginning.json": json.dumps({"message": KEY[:20]}).encode(),
        "end.json": json.dumps({"message": KEY[-20:]}).encode(),
        "utf-16.txt": plain.decode().encode("utf-16"),
        "hexadecimal.txt": plain.hex().encode(),
        "capitals.txt": plain.hex().upper().encode(),
        "base64-0.txt": base64.b64encode(plain),
        "base64-1.txt": base64.b64encode(b"-" + plain),
        "base64-2.txt": base64.urlsafe_b64encode(b"--" + plain),
        "reversed.txt": plain[::-1],
        "stream.bin": zlib.compress(plain),
        "archive.gz": gzip.compress(plain),
        "object.pickle": pickle.dumps({"key": KEY}),
        f"name-{KEY}.txt": b"",
    }
    for name, content in planted.items():
        (tmp_path / name).write_bytes(content)
    with zipfile.ZipFile(tmp_path / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", plain)
    (tmp_path / "page.pdf").write_bytes(
        b"%PDF-1.7\nstream\n" + zlib.compress(plain) + b"\nendstream"
    )
    pl.DataFrame({"text": [f"x{KEY}"] * 500}).write_parquet(tmp_path / "table.parquet")
    with duckdb.connect(str(tmp_path / "table.duckdb")) as connection:
        connection.execute("create table t as select ? as text from range(5000)", [KEY])
    events = sqlite3.connect(tmp_path / "events.db")
    with events:
        events.execute("create table event_logs (event blob)")
        events.execute("insert into event_logs values (?)", [zlib.compress(plain)])
    events.close()
    everything = {file.name for file in tmp_path.iterdir()}
    assert len(everything) == len(planted) + 5
    assert holding(tmp_path, SECRETS) == {("key", name) for name in everything}
