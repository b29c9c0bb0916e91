"""Charts of printed numbers: altair specifications turned into SVG, offline and repeatable.

Every chart draws figures as they may be printed, never anything finer. Colours are told apart by
people who see no red or green, and lightness alone tells them apart in grey print.

Border: no figure is chosen and no sentence is made here; each chart gets its words.
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

DARK, MIDDLE, LIGHT, PALE = "#0b3c5d", "#3f88b5", "#a9cfe3", "#d9d9d9"
INK, GRID = "#222222", "#dddddd"
FONT = "Arial, Helvetica, sans-serif"
WIDTH = 400
FONT_SIZE = 13
ROW_HEIGHT = 90
BAR_HEIGHT = 26
SMALLEST_SCALE = 4.0  # below it the axis would repeat rounded whole numbers


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
    """Draw one row of bars per reading: solid to the lower bound, light up to the upper bound.

    A triangle stands where the upper bound is not known, a dash where there is no number.
    """
    values = [_bounds_value(bar, words) for bar in bars]
    labels = list(dict.fromkeys(bar.label for bar in bars))
    rows = []
    for group in dict.fromkeys(bar.group for bar in bars):
        data = alt.InlineData(values=[value for value in values if value["group"] == group])
        base = alt.Chart(data, title=_row_title(group)).encode(
            x=alt.X("label:N", sort=labels, title=None, axis=alt.Axis(labelAngle=0, ticks=False))
        )
        scale = alt.Scale(domain=[0, _top(values, group)], nice=True)
        axis = alt.Axis(tickCount=3, format=",.0f", title=None, tickMinStep=1)
        lower = base.mark_bar(color=DARK, size=BAR_HEIGHT).encode(
            y=alt.Y("lower:Q", scale=scale, axis=axis)
        )
        upper = base.mark_bar(color=LIGHT, size=BAR_HEIGHT, stroke=DARK, strokeWidth=0.7).encode(
            y=alt.Y("lower:Q", scale=scale), y2="upper:Q"
        )
        opened = (
            base.transform_filter("datum.is_open")
            .mark_point(shape="triangle-up", filled=True, color=INK, size=60, yOffset=-7)
            .encode(y=alt.Y("lower:Q", scale=scale))
        )
        missing = (
            base.transform_filter("datum.is_missing")
            .mark_text(color=INK, fontSize=FONT_SIZE - 2, yOffset=-8)
            .encode(y=alt.datum(0), text="note:N")
        )
        layers = alt.layer(lower, upper, opened, missing).properties(width=WIDTH, height=ROW_HEIGHT)
        rows.append(layers)
    chart = alt.vconcat(*rows, spacing=18)
    return _finished(name, caption, description, chart, bars, printer)


def terms_chart(
    name: str,
    caption: str,
    description: str,
    bars: Sequence[Bar],
    printer: Printer,
    words: Wordbook,
) -> Chart:
    """Draw the terms of a difference as bars left and right of zero, one block per reading."""
    values = [_bounds_value(bar, words) for bar in bars]
    labels = list(dict.fromkeys(bar.label for bar in bars))
    rows = []
    for group in dict.fromkeys(bar.group for bar in bars):
        data = alt.InlineData(values=[value for value in values if value["group"] == group])
        base = alt.Chart(data, title=_row_title(group))
        drawn = base.mark_bar(size=12).encode(
            y=alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(ticks=False, labelLimit=220)),
            x=alt.X(
                "lower:Q",
                title=None,
                axis=alt.Axis(tickCount=4, format=",.0f", tickMinStep=1),
                scale=alt.Scale(domain=_around_zero(values, group), nice=True),
            ),
            color=alt.condition("datum.lower < 0", alt.value(LIGHT), alt.value(DARK)),
            stroke=alt.value(DARK),
            strokeWidth=alt.value(0.7),
        )
        rule = base.mark_rule(color=INK).encode(x=alt.datum(0))
        height = 20 * len(labels)
        rows.append(alt.layer(drawn, rule).properties(width=WIDTH - 180, height=height))
    return _finished(name, caption, description, alt.vconcat(*rows, spacing=18), bars, printer)


def stacked_chart(
    name: str,
    caption: str,
    description: str,
    bars: Sequence[Bar],
    printer: Printer,
    words: Wordbook,
) -> Chart:
    """Draw one stacked bar per year; the groups are the parts, darkest first.

    A part that is printed as a range is drawn to its lower bound; one printed as "fewer than" is
    not drawn.
    """
    groups = list(dict.fromkeys(bar.group for bar in bars))
    colours = [*(DARK, MIDDLE, LIGHT)[: len(groups) - 1], PALE]
    if len(groups) > len(colours):
        colours = [DARK, MIDDLE, "#7fb3d0", LIGHT, PALE][: len(groups)]
    values = []
    for bar in bars:
        value = _bounds_value(bar, words)
        value["order"] = groups.index(bar.group)
        value["drawn"] = 0 if bar.figure.below else value["lower"]
        values.append(value)
    labels = list(dict.fromkeys(bar.label for bar in bars))
    chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(size=18, stroke=INK, strokeWidth=0.5)
        .encode(
            y=alt.Y("label:N", sort=labels, title=None, axis=alt.Axis(ticks=False)),
            x=alt.X("drawn:Q", title=None, axis=alt.Axis(tickCount=4, format=",.0f"), stack=True),
            color=alt.Color(
                "group:N",
                sort=groups,
                scale=alt.Scale(domain=groups, range=colours),
                legend=alt.Legend(title=None, orient="top", direction="horizontal", columns=2),
            ),
            order=alt.Order("order:Q"),
        )
        .properties(width=WIDTH - 40, height=30 * len(labels))
    )
    return _finished(name, caption, description, chart, bars, printer)


def _bounds_value(bar: Bar, words: Wordbook) -> dict[str, Any]:
    figure = bar.figure
    lower = float(figure.lower) if figure.lower is not None else None
    upper = float(figure.upper) if figure.upper is not None else lower
    return {
        "group": bar.group,
        "label": bar.label,
        "lower": lower,
        "upper": upper,
        "is_open": figure.is_known and figure.upper is None,
        "is_missing": not figure.is_known,
        "note": words.text("figure.missing_mark") if not figure.is_known else "",
    }


def _top(values: Sequence[dict[str, Any]], group: str) -> float:
    known = [float(value["upper"] or 0) for value in values if value["group"] == group]
    return max(SMALLEST_SCALE, *known) * 1.15


def _around_zero(values: Sequence[dict[str, Any]], group: str) -> list[float]:
    known = [value["lower"] or 0.0 for value in values if value["group"] == group]
    return [min([0.0, *known]), max([SMALLEST_SCALE, *known])]


def _row_title(text: str) -> alt.TitleParams:
    return alt.TitleParams(text, anchor="start", fontSize=FONT_SIZE, fontWeight="bold", offset=6)


def _finished(
    name: str,
    caption: str,
    description: str,
    chart: Any,  # noqa: ANN401 - altair's chart classes share no public type
    bars: Sequence[Bar],
    printer: Printer,
) -> Chart:
    styled = (
        chart.configure(font=FONT, aria=False, background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=FONT_SIZE - 1,
            labelColor=INK,
            gridColor=GRID,
            domainColor=INK,
            labelPadding=5,
        )
        .configure_axisY(minExtent=48)
        .configure_legend(labelFontSize=FONT_SIZE, labelColor=INK)
        .configure_title(color=INK)
    )
    svg = vl_convert.vegalite_to_svg(
        styled.to_dict(), format_locale=printer.chart_locale(), show_warnings=False
    )
    keys = tuple(dict.fromkeys(bar.figure.key for bar in bars))
    return Chart(name, caption, description, _repeatable(svg, name), keys)


def _repeatable(svg: str, name: str) -> str:
    """Number the clip paths within the chart: the converter counts on from chart to chart."""
    found = list(dict.fromkeys(re.findall(r'id="(\w*clip\d+|gradient\w*)"', svg)))
    for place, identifier in enumerate(found):
        svg = re.sub(rf"\b{identifier}\b", f"{name}-clip-{place}", svg)
    return svg
