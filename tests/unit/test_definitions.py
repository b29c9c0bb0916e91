"""What Dagster is told: the sensor that asks for a run when deliveries change."""

from pathlib import Path

import dagster as dg
import pytest

from pipelines.definitions import new_deliveries


@dg.op
def nothing() -> None:
    """Stand in for the nightly job."""


@dg.job
def stand_in() -> None:
    nothing()


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STAALKAART_RAW", str(tmp_path))
    monkeypatch.setenv("STAALKAART_DATA", str(tmp_path / "data"))
    return tmp_path


def asked(cursor: str | None) -> tuple[int, str | None]:
    context = dg.build_sensor_context(cursor=cursor)
    found = new_deliveries(stand_in).evaluate_tick(context)
    return len(found.run_requests or []), found.cursor


def test_a_changed_raw_folder_asks_for_one_run(raw: Path) -> None:
    assert asked(None)[0] == 0
    (raw / "ugent").mkdir()
    file = raw / "ugent" / "aanbod.csv"
    file.write_text("a", encoding="utf-8")
    runs, cursor = asked(None)
    assert runs == 1
    assert asked(cursor)[0] == 0
    (raw / "ugent" / "later.csv.part").write_text("still arriving", encoding="utf-8")
    assert asked(cursor)[0] == 0
    file.write_text("ab", encoding="utf-8")
    assert asked(cursor)[0] == 1
