"""The chart of how cost grows takes the newest result of each scale, and only what ended well."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.growth_chart import growth_chart, newest_results, points


def result(scale: float, moment: str, wall_seconds: float, exit_code: int = 0) -> dict[str, Any]:
    row = {"wall_seconds": wall_seconds, "peak_bytes": 2 * 1024**3, "exit_code": exit_code}
    return {
        "scale": scale,
        "measured_at": moment,
        "lines": round(scale * 20_000_000),
        "candidates": [
            {"letter": "a", **row, "exit_code": 0},
            {"letter": "c", **row},
            {"letter": "d", **row},
        ],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    written = [
        result(0.1, "2026-11-01T00:00:00+00:00", 90.0),
        result(0.1, "2026-11-02T00:00:00+00:00", 60.0),
        result(0.02, "2026-11-01T00:00:00+00:00", 30.0),
        result(1, "2026-11-01T00:00:00+00:00", 400.0, exit_code=1),
    ]
    for number, content in enumerate(written):
        path = tmp_path / f"scale-{content['scale']:g}-{number}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
    return tmp_path


def test_the_newest_result_of_each_scale_is_drawn_and_what_failed_is_not(folder: Path) -> None:
    drawn = points(newest_results(folder))
    assert [(one["lines"], one["what"], one["minutes"]) for one in drawn] == [
        (0.4, "bare DuckDB script", 0.5),
        (0.4, "staalkaart run, cold", 0.5),
        (2.0, "bare DuckDB script", 1.0),
        (2.0, "staalkaart run, cold", 1.0),
        (20.0, "bare DuckDB script", pytest.approx(400 / 60)),
    ]
    assert {one["memory"] for one in drawn} == {2.0}


def test_the_chart_has_a_panel_of_time_and_one_of_memory(folder: Path) -> None:
    chart = growth_chart(points(newest_results(folder))).to_dict()
    titles = [panel["encoding"]["y"]["title"] for panel in chart["hconcat"]]
    assert titles == ["minutes by the clock", "peak memory, GiB"]
