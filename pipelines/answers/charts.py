"""Charts of printed numbers: altair specifications turned into SVG, offline and repeatable.

Every chart draws figures as they may be printed, never anything finer, and writes the print beside
the bar. Colours are told apart by people who see no red or green, and lightness alone tells them
apart in grey print. All panels of a chart share one scale, which starts at zero.

Border: no figure is chosen and no sentence is made here; each chart gets its words. How coverage
is drawn stands in ``coverage_chart.py``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

from pipelines.answers.cells import PublishedFigure
from pipelines.answers.document import Chart
from pipelines.answers.formatting import Printer
from pipelines.answers.wording import Wordbook

DARK, LIGHT = "#0b3c5d", "#a9cfe3"
INK, GRID = "#222222", "#dddddd"
FONT = "Arial, Helvetica, sans-serif"
# Drawn at the width of a phone, so that letters keep their size there; pages may enlarge it.
BOUNDS_WIDTH, TERMS_WIDTH = 175, 140
FONT_SIZE, HEAD_SIZE = 12, 13
ROW_HEIGHT, BAR_HEIGHT = 21, 13
GAP = 5  # between a bar and its print
ARROW_GAP = 17  # the same where an arrow stands between them
SMALLEST_SCALE = 4.0  # below it the axis would repeat rounded whole numbers

Value = dict[str, Any]
Drawing = Any  # altair's chart classes share no public type
STYLE = {
    "font": FONT,
    "aria": False,
    "background": "white",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": FONT_SIZE,
        "labelColor": INK,
        "labelLimit": 0,
        "gridColor": GRID,
        "domainColor": INK,
        "labelPadding": 5,
        "ticks": False,
    },
    "legend": {"labelFontSize": FONT_SIZE, "labelColor": INK, "labelLimit": 0, "offset": 6},
    "title": {"color": INK},
}


class Drawn:
    """The values that a chart draws, kept beside it: altair copies a chart again and again.

    Attributes:
        datasets: The values by the name under which the chart refers to them.
    """

    def __init__(self) -> None:
        self.datasets: dict[str, list[Value]] = {}

    def named(self, values: Sequence[Value]) -> alt.NamedData:
        """Keep values and return what a chart takes as its data."""
        name = f"values-{len(self.datasets)}"
        self.datasets[name] = list(values)
        return alt.NamedData(name=name)


@dataclass(frozen=True)
class Bar:
    """One figure of a chart: the group it stands in and the label beside it."""

    group: str
    label: str
    figure: PublishedFigure


def bounds_chart(
    name: str,
    caption: str,
    description: str,
    bars: Sequence[Bar],
    printer: Printer,
    words: Wordbook,
) -> Chart:
    """Draw a panel of bars per group: dark to the lower bound, light on to the upper bound.

    An arrow stands where the upper bound is not known; where there is no number, words say so.
    """
    values = [_bar_value(bar, printer) for bar in bars]
    scale = alt.Scale(domain=[0, max(SMALLEST_SCALE, *(one["end"] for one in values))], nice=True)
    parts = {words.text("chart.certain"): DARK}
    if any(one["end"] > one["lower"] for one in values):
        parts[words.text("chart.possible")] = LIGHT
    data = Drawn()
    panels = [
        _bounds_panel(group, [one for one in values if one["group"] == group], scale, parts, data)
        for group in dict.fromkeys(bar.group for bar in bars)
    ]
    chart = alt.vconcat(*panels, spacing=10)
    return finished(name, caption, description, chart, data, printer, _keys(bars))


def terms_chart(
    name: str,
    caption: str,
    description: str,
    bars: Sequence[Bar],
    printer: Printer,
) -> Chart:
    """Draw the terms of a difference as bars left and right of zero, one panel per group."""
    values = [_bar_value(bar, printer) for bar in bars]
    ends = [one["lower"] for one in values]
    scale = alt.Scale(domain=[min(0.0, *ends), max(SMALLEST_SCALE, *ends)], nice=True)
    panels, data = [], Drawn()
    for group in dict.fromkeys(bar.group for bar in bars):
        shown = [one for one in values if one["group"] == group]
        base = alt.Chart(data.named(shown), title=_head(group)).encode(
            y=_rows(shown, has_line=False)
        )
        drawn = base.mark_bar(size=BAR_HEIGHT, stroke=DARK, strokeWidth=0.7).encode(
            x=alt.X("lower:Q", scale=scale, axis=_axis(), title=None),
            color=alt.condition("datum.lower < 0", alt.value(LIGHT), alt.value(DARK)),
        )
        zero = base.mark_rule(color=INK).encode(x=alt.datum(0, scale=scale))
        panel = alt.layer(drawn, zero, _prints(base, scale, GAP))
        panels.append(panel.properties(width=TERMS_WIDTH, height=alt.Step(ROW_HEIGHT)))
    chart = alt.vconcat(*panels, spacing=10)
    return finished(name, caption, description, chart, data, printer, _keys(bars))


def finished(
    name: str,
    caption: str,
    description: str,
    chart: Drawing,
    data: Drawn,
    printer: Printer,
    keys: tuple[str, ...] = (),
) -> Chart:
    """Return a specification as a drawing in the one style of all charts.

    Not validated on the way: that takes longer than drawing, and a test draws every chart.
    """
    specification = {
        **chart.to_dict(validate=False),
        "config": STYLE,
        "datasets": data.datasets,
    }
    svg = vl_convert.vegalite_to_svg(
        specification, format_locale=printer.chart_locale(), show_warnings=False
    )
    return Chart(name, caption, description, _repeatable(svg, name), keys)


def _bounds_panel(
    group: str, shown: Sequence[Value], scale: alt.Scale, parts: dict[str, str], data: Drawn
) -> Drawing:
    """Return the bars of one group with the print beside each."""
    ends = [("start", "lower"), ("lower", "end")]
    pieces = [
        {"label": one["label"], "part": part, "from": one[start], "to": one[end]}
        for one in shown
        for part, (start, end) in zip(parts, ends, strict=False)
        if one[end] > one[start]
    ]
    row = _rows(shown)
    bars = (
        alt.Chart(data.named(pieces))
        .mark_bar(size=BAR_HEIGHT, stroke=DARK, strokeWidth=0.7)
        .encode(
            y=row,
            x=alt.X("from:Q", scale=scale, axis=_axis(), title=None),
            x2="to:Q",
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=list(parts), range=list(parts.values())),
                legend=alt.Legend(title=None, orient="top", symbolStrokeWidth=0.7),
            ),
        )
    )
    base = alt.Chart(data.named(shown), title=_head(group)).encode(y=row)
    opened = base.transform_filter("datum.is_open")
    arrow = opened.mark_point(
        shape="triangle-right", filled=True, color=INK, opacity=1, size=60, xOffset=GAP + 3
    ).encode(x=alt.X("end:Q", scale=scale))
    layers = (
        bars,
        arrow,
        _prints(opened, scale, ARROW_GAP),
        _prints(base.transform_filter("!datum.is_open"), scale, GAP),
    )
    return alt.layer(*layers).properties(width=BOUNDS_WIDTH, height=alt.Step(ROW_HEIGHT))


def _prints(base: Drawing, scale: alt.Scale, gap: int) -> Drawing:
    """Return the prints at the right of bars; of a bar left of zero, at the right of zero."""
    return base.mark_text(align="left", dx=gap, fontSize=FONT_SIZE, color=INK).encode(
        x=alt.X("end:Q", scale=scale), text="print:N"
    )


def _bar_value(bar: Bar, printer: Printer) -> Value:
    """Return what is drawn of a figure; a number below the base has a print but no bar.

    ``end`` is where the print goes: the end of the bar, or zero for a bar left of it.
    """
    figure = bar.figure
    is_drawn = figure.lower is not None and figure.below is None and figure.hidden != "all"
    lower = float(figure.lower or 0) if is_drawn else 0.0
    upper = float(figure.upper) if is_drawn and figure.upper is not None else lower
    return {
        "group": bar.group,
        "label": bar.label,
        "start": 0.0,
        "lower": lower,
        "end": max(upper, 0.0),
        "print": printer.figure(figure),
        "is_open": is_drawn and figure.upper is None,
    }


def _rows(shown: Sequence[Value], has_line: bool = True) -> alt.Y:
    labels = list(dict.fromkeys(one["label"] for one in shown))
    return alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(domain=has_line))


def _axis() -> alt.Axis:
    return alt.Axis(tickCount=3, format=",.0f", tickMinStep=1)


def _head(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", fontSize=HEAD_SIZE, fontWeight="bold", offset=4)


def _keys(bars: Sequence[Bar]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bar.figure.key for bar in bars))


def _repeatable(svg: str, name: str) -> str:
    """Number the clip paths within the chart: the converter counts on from chart to chart."""
    found = list(dict.fromkeys(re.findall(r'id="(\w*clip\d+|gradient\w*)"', svg)))
    for place, identifier in enumerate(found):
        svg = re.sub(rf"\b{identifier}\b", f"{name}-clip-{place}", svg)
    return svg
