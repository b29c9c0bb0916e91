"""How time and memory grow with the number of lines, drawn from the results of ``make bench``.

``python -m tests.bench.growth_chart`` takes the newest result per scale and writes
``results/growth.svg``, which the README shows.

Border: nothing is measured here.
"""

import json
import sys
from pathlib import Path
from typing import Any

import altair as alt

from tests.bench.bench import RESULTS

CHART = RESULTS / "growth.svg"
# Letters of the candidates that are drawn, with their names in the chart.
DRAWN = {"a": "bare DuckDB script", "b": "pandas", "c": "staalkaart run, cold"}
_GIBIBYTE = 1024**3
WIDTH, HEIGHT = 330, 220


def newest_results(folder: Path) -> list[dict[str, Any]]:
    """Return the newest result of each scale, smallest scale first."""
    newest: dict[float, dict[str, Any]] = {}
    for file in sorted(folder.glob("scale-*.json")):
        result = json.loads(file.read_text(encoding="utf-8"))
        known = newest.get(result["scale"])
        if known is None or result["measured_at"] > known["measured_at"]:
            newest[result["scale"]] = result
    return [newest[scale] for scale in sorted(newest)]


def points(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one point per scale and candidate that is drawn."""
    return [
        {
            "lines": result["lines"] / 1e6,
            "what": DRAWN[row["letter"]],
            "minutes": row["wall_seconds"] / 60,
            "memory": row["peak_bytes"] / _GIBIBYTE,
        }
        for result in results
        for row in result["candidates"]
        if row["letter"] in DRAWN and row["exit_code"] == 0
    ]


def growth_chart(drawn: list[dict[str, Any]]) -> alt.HConcatChart:
    """Return the chart: minutes and gibibytes against millions of enrolment lines."""

    def panel(field: str, title: str) -> alt.Chart:
        return (
            alt.Chart(alt.Data(values=drawn), width=WIDTH, height=HEIGHT)
            .mark_line(point=True)
            .encode(
                x=alt.X("lines:Q", title="million enrolment lines"),
                y=alt.Y(f"{field}:Q", title=title),
                color=alt.Color("what:N", title=None, sort=list(DRAWN.values())),
            )
        )

    return alt.hconcat(
        panel("minutes", "minutes by the clock"), panel("memory", "peak memory, GiB")
    ).configure_legend(orient="bottom", columns=len(DRAWN))


def main() -> int:
    """Write the chart; return 1 when there is nothing to draw."""
    drawn = points(newest_results(RESULTS))
    if not drawn:
        sys.stderr.write("No results yet: run make bench first.\n")
        return 1
    growth_chart(drawn).save(str(CHART))
    sys.stdout.write(f"{CHART}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
