"""The watchdog: what it sees, that it tells a change once, and that it needs nothing of a run."""

import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from mail_server import MailServer
from records import MOMENT, hours_ago, unwell, well

from pipelines.operations import health, watchdog
from pipelines.operations.health import troubles
from pipelines.operations.notification import tell_run
from pipelines.operations.parameters import load_parameters
from pipelines.operations.run_record import (
    FAILED,
    GATE_FAILED,
    NOT_STARTED,
    RUNNING,
    RunRecord,
    write_run_record,
)
from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.warehouse.lock import Holder, warehouse_lock

Usage = namedtuple("Usage", "total used free")
NEEDS = ("dagster", "dagster_dbt", "dbt", "duckdb", "polars", "pyarrow", "numpy", "pydantic")
ALONE = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {banned}:
            raise ImportError(f"the watchdog must not need {{name}}")
sys.meta_path.insert(0, Refuse())
from pipelines.operations.watchdog import main
main()
"""


@pytest.fixture(autouse=True)
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room, whatever this machine has."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(2**40, 0, 2**40))
    monkeypatch.delenv("STAALKAART_SMTP_HOST", raising=False)


def kinds(settings: Settings) -> list[str]:
    return [one.kind for one in troubles(settings, MOMENT, load_parameters())]


def text(settings: Settings) -> str:
    return " ".join(one.text for one in troubles(settings, MOMENT, load_parameters()))


def kept(settings: Settings, record: RunRecord) -> Settings:
    write_run_record(settings.status_file, record)
    return settings


def test_a_recent_good_run_is_well(settings: Settings) -> None:
    assert kinds(kept(settings, well(25))) == []


def test_no_good_run_since_26_hours_is_said_with_since_when(settings: Settings) -> None:
    kept(settings, well(31))
    assert kinds(settings) == ["stale"]
    assert "Geen geslaagde run sinds" in text(settings)
    assert "(31 uur geleden)" in text(settings)


def test_a_missing_or_damaged_record_is_no_good_news(settings: Settings) -> None:
    assert kinds(settings) == ["stale"]
    settings.status_file.write_text("{", encoding="utf-8")
    assert kinds(settings) == ["stale", "record"]
    shutil.rmtree(settings.data_dir)
    assert kinds(settings) == ["folder"]


def test_a_record_from_the_future_doubts_the_clock(settings: Settings) -> None:
    assert kinds(kept(settings, well(-1))) == ["clock"]
    assert "klok" in text(settings)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (GATE_FAILED, "De poort hield de run tegen"),
        (FAILED, "De run mislukte"),
        (NOT_STARTED, "De run kon niet beginnen"),
        (RUNNING, "werd afgebroken"),
    ],
)
def test_a_run_that_did_not_end_well_is_said(settings: Settings, outcome: str, said: str) -> None:
    assert kinds(kept(settings, unwell(outcome, success=20))) == ["last_run"]
    assert said in text(settings)


def test_a_run_that_is_going_on_is_no_trouble_until_it_hangs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(settings, unwell(RUNNING, success=20))
    limit = load_parameters().hanging_hours
    with warehouse_lock(settings, "staalkaart run"):
        for hours, expected in ((limit - 1, []), (limit + 1, ["hanging"]), (-1, ["clock"])):
            since = hours_ago(hours).isoformat(" ", "seconds")
            holder = Holder(os.getpid(), since, "staalkaart run")
            monkeypatch.setattr(health, "read_holder", lambda _, found=holder: found)
            assert kinds(settings) == expected
        monkeypatch.setattr(health, "read_holder", lambda _: None)
        assert kinds(settings) == ["hanging"]


def test_a_lock_of_a_killed_run_does_not_hang(settings: Settings) -> None:
    kept(settings, well(4))
    old = {"pid": 1, "since": "2020-01-01 00:00:00+00:00", "by": "staalkaart run"}
    settings.lock_file.write_text(json.dumps(old), encoding="utf-8")
    assert kinds(settings) == []


def test_looking_at_the_lock_keeps_no_run_away(settings: Settings) -> None:
    settings.lock_file.write_text("{}", encoding="utf-8")
    assert health.holding_of(settings, MOMENT) is None
    with warehouse_lock(settings, "een run"):
        pass


def test_a_disk_on_which_the_next_run_may_not_fit_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(settings, well(4))
    limits = load_parameters()
    smallest = int(limits.smallest_free_gib * 2**30)
    for free, expected in ((smallest, []), (smallest - 1, ["disk"])):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, found=free: Usage(1, 0, found))
        assert kinds(settings) == expected
    with settings.build_file.open("wb") as build:
        build.truncate(2**30)
    needed = int(limits.free_builds * 2**30)
    for free, expected in ((needed, []), (needed - 1, ["disk"])):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, found=free: Usage(1, 0, found))
        assert kinds(settings) == expected


def test_an_email_that_could_not_be_sent_is_trouble_before_it_is_needed(
    settings: Settings, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(settings, well(4))
    assert kinds(settings) == []
    monkeypatch.setenv("STAALKAART_SMTP_FROM", "niemand")
    assert kinds(settings) == ["mail"]


def looked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setattr(watchdog, "now", lambda: MOMENT)
    lines: list[str] = []
    return watchdog.watch(settings, lines.append), "\n".join(lines)


def test_a_change_is_mailed_once_and_its_end_too(
    settings: Settings, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert looked(kept(settings, well(4)), monkeypatch)[0] == 0
    assert not post.received.messages
    assert looked(kept(settings, well(27)), monkeypatch)[0] == 1
    assert looked(kept(settings, well(51)), monkeypatch)[0] == 1
    (message,) = post.received.messages
    assert "Geen geslaagde run sinds" in message["Subject"]
    code, said = looked(kept(settings, well(1)), monkeypatch)
    assert (code, "In orde: laatste geslaagde run" in said) == (0, True)
    assert "hersteld" in post.received.messages[1]["Subject"]
    assert looked(settings, monkeypatch)[0] == 0
    assert len(post.received.messages) == 2


def test_what_the_run_told_itself_is_printed_and_not_mailed_again(
    settings: Settings, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = unwell(GATE_FAILED, success=20)
    post.refuses = True
    tell_run(settings, record)
    post.refuses = False
    assert looked(kept(settings, record), monkeypatch)[0] == 1
    assert len(post.received.messages) == 1  # the run could not tell, so the watchdog did
    (settings.told_dir / "watchdog.json").unlink()
    tell_run(settings, record)
    code, said = looked(settings, monkeypatch)
    assert (code, "De poort hield de run tegen" in said) == (1, True)
    assert len(post.received.messages) == 2


def test_a_message_that_cannot_be_sent_is_said_and_tried_again(
    settings: Settings, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(settings, well(40))
    post.refuses = True
    code, said = looked(settings, monkeypatch)
    assert (code, "E-mail niet verstuurd" in said) == (1, True)
    post.refuses = False
    assert "E-mail verstuurd." in looked(settings, monkeypatch)[1]


def test_it_runs_without_anything_that_a_run_needs(settings: Settings) -> None:
    recent = well(0, finished_at=None, last_success=None)
    write_run_record(settings.status_file, recent)
    command = [sys.executable, "-c", ALONE.format(banned=set(NEEDS)), "--data"]
    shown = subprocess.run(
        [*command, str(settings.data_dir)],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 1, shown.stderr
    assert "Geen geslaagde run bekend" in shown.stdout
    assert not shown.stderr


def test_a_test_message_says_to_whom_it_went_or_what_is_missing(
    settings: Settings,
    post: MailServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert watchdog.run_watchdog(settings.data_dir, is_test=True) == 0
    assert "beheer@example.org, gegevens@example.org" in capsys.readouterr().out
    assert "proefbericht" in post.received.messages[0]["Subject"]
    monkeypatch.delenv("STAALKAART_SMTP_HOST")
    assert watchdog.run_watchdog(settings.data_dir, is_test=True) == 1
    assert "STAALKAART_SMTP_HOST" in capsys.readouterr().err


def test_every_parameter_has_a_value_a_unit_and_a_source(tmp_path: Path) -> None:
    from pipelines.console import StaalkaartError
    from pipelines.operations.parameters import PARAMETERS_FILE

    whole = PARAMETERS_FILE.read_text(encoding="utf-8")
    for faulty in (
        whole.replace("value: 26,", "value: -1,"),
        whole.replace("value: 26,", "value: veel,"),
        whole.replace("stale_hours", "stale_days"),
        whole.replace(
            'unit: hours, source: "Own choice: one', 'unit: hours, why: "Own choice: one'
        ),
    ):
        assert faulty != whole
        file = tmp_path / f"{len(faulty)}-{hash(faulty)}.yml"
        file.write_text(faulty, encoding="utf-8")
        with pytest.raises(StaalkaartError, match="stale"):
            load_parameters(file)
    assert load_parameters().stale_after == timedelta(hours=26)
