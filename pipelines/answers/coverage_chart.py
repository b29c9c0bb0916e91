"""The heat chart of coverage: one square per institution, academic year and kind of delivery.

Each square has a letter besides its colour, so that it reads without colours too.

Border: which state a square has is decided in ``sections/coverage.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from pipelines.answers.charts import (
    DARK,
    FONT_SIZE,
    HEAD_SIZE,
    INK,
    LIGHT,
    Drawing,
    Drawn,
    finished,
)
from pipelines.answers.document import Chart
from pipelines.answers.formatting import Printer
from pipelines.answers.wording import Wordbook

SQUARE = 17
SMALL = FONT_SIZE - 1
MIDDLE, PALE, WHITE, RED = "#6fa5c8", "#ececec", "#ffffff", "#8a1c1c"
# Fill, edge and letter of each state; lightness tells the first three apart in grey print.
COLOURS = {
    "complete": (DARK, DARK, WHITE),
    "carried_forward": (MIDDLE, MIDDLE, INK),
    "degree_only": (LIGHT, LIGHT, INK),
    "refused": (WHITE, RED, RED),
    "unusable": (WHITE, RED, RED),
    "missing": (PALE, PALE, INK),
}


@dataclass(frozen=True)
class Square:
    """The state of one delivery; ``kind``, ``institution`` and ``year`` are words as shown."""

    kind: str
    institution: str
    year: str
    state: str


def coverage_chart(
    name: str,
    caption: str,
    description: str,
    squares: Sequence[Square],
    printer: Printer,
    words: Wordbook,
) -> Chart:
    """Draw a row per institution and, per kind of delivery, a column per year."""
    shown = {one.state for one in squares}
    states = [state for state in words.labels("supply") if state in shown]
    letters = {state: words.label("supply_letter", state) for state in states}
    keys = {state: f"{letters[state]}  {words.label('supply', state)}" for state in states}
    fills = alt.Scale(domain=list(keys.values()), range=[COLOURS[state][0] for state in states])
    kinds = list(dict.fromkeys(one.kind for one in squares))
    data = Drawn()
    panels = [
        _panel(kind, [one for one in squares if one.kind == kind], keys, letters, fills, data)
        for kind in kinds
    ]
    first, *others = panels
    rest = [panel.encode(y=_institutions(squares, has_names=False)) for panel in others]
    chart = alt.hconcat(first.encode(y=_institutions(squares)), *rest, spacing=8)
    return finished(name, caption, description, chart, data, printer)


def _panel(
    kind: str,
    squares: Sequence[Square],
    keys: dict[str, str],
    letters: dict[str, str],
    fills: alt.Scale,
    data: Drawn,
) -> Drawing:
    years = list(dict.fromkeys(one.year for one in squares))
    values = [
        {
            "institution": one.institution,
            "year": one.year,
            "state": keys[one.state],
            "letter": letters[one.state],
            "edge": COLOURS[one.state][1],
            "ink": COLOURS[one.state][2],
        }
        for one in squares
    ]
    title = alt.TitleParams(
        kind, anchor="start", frame="group", fontSize=HEAD_SIZE, fontWeight="bold", offset=4
    )
    base = alt.Chart(data.named(values), title=title).encode(
        x=alt.X(
            "year:N",
            sort=years,
            title=None,
            axis=alt.Axis(orient="bottom", labelAngle=-90, labelFontSize=SMALL, domain=False),
        )
    )
    legend = alt.Legend(title=None, orient="bottom", direction="vertical", symbolStrokeColor=INK)
    drawn = base.mark_rect(width=SQUARE - 2, height=SQUARE - 2, strokeWidth=1.5).encode(
        fill=alt.Fill("state:N", scale=fills, legend=legend),
        stroke=alt.Stroke("edge:N", scale=None, legend=None),
    )
    told = base.mark_text(fontSize=SMALL, fontWeight="bold").encode(
        text="letter:N", color=alt.Color("ink:N", scale=None, legend=None)
    )
    return alt.layer(drawn, told).properties(width=alt.Step(SQUARE), height=alt.Step(SQUARE))


def _institutions(squares: Sequence[Square], has_names: bool = True) -> alt.Y:
    names = list(dict.fromkeys(one.institution for one in squares))
    axis = alt.Axis(labelFontSize=SMALL, domain=False) if has_names else None
    return alt.Y("institution:N", sort=names, title=None, axis=axis)
