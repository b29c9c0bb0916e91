"""The systemd units: what systemd itself says of them, that they are closed and run what exists."""

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer.main

from pipelines.cli import app
from pipelines.operations.parameters import load_parameters
from pipelines.settings import PROJECT_ROOT

UNITS = PROJECT_ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
TIMERS = sorted(UNITS.glob("*.timer"))
INSTALLED = "/opt/staalkaart"
CLOSED = {
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "PrivateTmp": "true",
    "PrivateDevices": "true",
    "NoNewPrivileges": "true",
    "CapabilityBoundingSet": "",
    "RestrictNamespaces": "true",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "IPAddressDeny": "any",
    "IPAddressAllow": "localhost",
    "SystemCallFilter": "@system-service",
    "StateDirectory": "staalkaart",
    "User": "staalkaart",
    "UMask": "0027",
}
systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")


def lines_of(unit: Path) -> list[tuple[str, str]]:
    found = []
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#;[":
            name, _, value = line.partition("=")
            found.append((name, value))
    return found


def commands(unit: Path) -> list[list[str]]:
    return [
        shlex.split(value.lstrip("-"))
        for name, value in lines_of(unit)
        if name in {"ExecStart", "ExecStopPost"}
    ]


def installed_here(folder: Path) -> list[str]:
    """Return the units with the paths of this project, as they would stand after installing."""
    made = []
    for unit in [*SERVICES, *TIMERS]:
        text = unit.read_text(encoding="utf-8").replace(INSTALLED, str(PROJECT_ROOT))
        # The environment that runs the tests may stand elsewhere.
        (folder / unit.name).write_text(
            re.sub(r"/\S+/\.venv/bin/(staalkaart|python)", "/usr/bin/env", text), encoding="utf-8"
        )
        made.append(str(folder / unit.name))
    return made


@systemd
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    shown = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *installed_here(tmp_path)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    about_us = [line for line in shown.stderr.splitlines() if "staalkaart" in line]
    assert (shown.returncode, about_us) == (0, [])


@systemd
def test_systemd_finds_a_fault_when_there_is_one(tmp_path: Path) -> None:
    (first, *_) = installed_here(tmp_path)
    Path(first).write_text(Path(first).read_text("utf-8") + "\nProtectSistem=strict\n", "utf-8")
    shown = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", first],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ProtectSistem" in shown.stderr


@systemd
def test_the_calendar_of_the_timers_is_understood() -> None:
    for timer in TIMERS:
        for name, value in lines_of(timer):
            if name == "OnCalendar":
                subprocess.run(
                    ["systemd-analyze", "calendar", value],  # noqa: S607
                    capture_output=True,
                    check=True,
                )


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_every_service_is_closed(unit: Path) -> None:
    told = dict(lines_of(unit))
    assert {name: told.get(name) for name in CLOSED} == CLOSED


def test_no_unit_holds_a_secret_and_the_key_is_a_credential() -> None:
    for unit in [*UNITS.iterdir()]:
        for name, value in lines_of(unit):
            if name == "Environment":
                assert not re.search(r"KEY=|PASSWORD=", value), f"{unit.name}: {value}"
    for name in ("nightly", "interface"):
        told = lines_of(UNITS / f"staalkaart-{name}.service")
        assert ("LoadCredential", "key:/etc/staalkaart/key") in told
        assert ("Environment", "STAALKAART_KEY_FILE=%d/key") in told
    assert not [v for _, v in lines_of(UNITS / "staalkaart-watchdog.service") if "KEY" in v]


def test_the_units_give_commands_that_exist() -> None:
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    given = [command for unit in SERVICES for command in commands(unit)]
    assert len(given) == 4
    for program, *arguments in given:
        if program.endswith("/staalkaart"):
            options = {o for p in known[arguments[0]].params for o in [*p.opts, *p.secondary_opts]}
            assert {one for one in arguments[1:] if one.startswith("--")} <= options
        else:
            assert arguments == ["-m", "pipelines.operations.watchdog"]


def test_one_thing_starts_the_nightly_run() -> None:
    (interface,) = commands(UNITS / "staalkaart-interface.service")
    assert "--no-schedule" in interface
    nightly = dict(lines_of(UNITS / "staalkaart-nightly.timer"))
    assert nightly["OnCalendar"] == "*-*-* 02:00:00 Europe/Brussels"
    assert nightly["Persistent"] == "true"


def test_a_run_is_ended_when_the_watchdog_says_that_it_hangs() -> None:
    told = dict(lines_of(UNITS / "staalkaart-nightly.service"))
    assert told["TimeoutStartSec"] == f"{load_parameters().hanging_hours:g}h"
    assert told["SuccessExitStatus"] == "3"
    assert told["OnFailure"] == "staalkaart-watchdog.service"


def test_the_drop_in_for_email_names_the_variables_that_are_read() -> None:
    from pipelines.operations.mail import mail_server
    from pipelines.settings import MailSettings

    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(UNITS / "mail.conf", encoding="utf-8")
    names = {
        value.split("=")[0]
        for name, value in lines_of(UNITS / "mail.conf")
        if name == "Environment"
    }
    source = (PROJECT_ROOT / "pipelines" / "settings.py").read_text(encoding="utf-8")
    for name in names:
        assert f'"{name.removeprefix("STAALKAART_SMTP_")}"' in source or name in source
    assert mail_server(MailSettings("mail.example.org", sender="a@example.org", recipients="b@c.d"))
