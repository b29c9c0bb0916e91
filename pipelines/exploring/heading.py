"""What every notebook shows alike: the banner, how fresh the file is, tables and drawings.

Border: no number is read here, and no prose of one notebook stands here.
"""

from datetime import date
from decimal import Decimal

import marimo
import polars

from pipelines.answers.document import Chart
from pipelines.answers.formatting import CLOCK, Printer
from pipelines.exploring.choices import ALL_YEARS, Choice
from pipelines.exploring.opening import OpenedWarehouse
from pipelines.exploring.words import exploring_words

PAGE_SIZE = 12
LONG_TEXT = 40  # characters; longer cells are wrapped instead of cut off
LONGER_TEXT, WIDE = 90, 420  # characters above which a column gets this many pixels


def banner(opened: OpenedWarehouse) -> str:
    """Return the stamp of synthetic data as Markdown, nothing where the data are real."""
    if not opened.is_synthetic:
        return ""
    words = opened.words
    return f"\n/// attention | {words.text('banner')}\n\n{words.text('banner_explained')}\n///\n"


def standing(opened: OpenedWarehouse) -> str:
    """Return what the figures rest on, as a sentence."""
    return opened.own_words.text(
        "standing",
        as_of=opened.printer.day(opened.as_of),
        built_at=opened.printer.moment(opened.built_at.astimezone(CLOCK)),
        rules=opened.rule_set_version,
    )


def choice_line(opened: OpenedWarehouse, choice: Choice) -> str:
    """Return a choice as a heading, with source and date of its reading."""
    measures = dict(
        opened.connection.execute(
            "select name_nl, unit_nl from measures where measure = $one", {"one": choice.measure}
        ).fetchall()
    )
    readings = opened.connection.execute(
        "select name_nl, source, dated_on, dated_on_precision from definitions"
        " where definition = $one",
        {"one": choice.definition},
    ).fetchall()
    printer = opened.printer
    period = "" if choice.period == ALL_YEARS else f", {printer.period(choice.period)}"
    told = [
        f"## {measure}{period}\n\n**{reading}** ({source}{_dated(opened, dated_on, precision)})."
        f" Eenheid: {unit}."
        for measure, unit in measures.items()
        for reading, source, dated_on, precision in readings
    ]
    return "\n".join(told)


def _dated(opened: OpenedWarehouse, dated_on: date | None, precision: str) -> str:
    """Return the date of a reading behind a comma, no finer than it is known."""
    if dated_on is None:
        return ""
    return f", {dated_on.year if precision == 'year' else opened.printer.day(dated_on)}"


def table(frame: polars.DataFrame) -> marimo.ui.table:
    """Return a frame as a table to sort and download, numbers at the right.

    What is not known is an empty cell. Long texts are wrapped, long keys are not.
    """
    numeric = [name for name, kind in frame.schema.items() if kind.is_numeric()]
    texts = [name for name, kind in frame.schema.items() if kind == polars.String]
    is_long = len(frame) > PAGE_SIZE
    return marimo.ui.table(
        frame,
        selection=None,
        page_size=PAGE_SIZE,
        pagination=is_long,
        show_search=is_long,
        show_column_summaries=False,
        show_data_types=False,
        wrapped_columns=[name for name in texts if _is_prose(frame[name], LONG_TEXT)],
        column_widths={name: WIDE for name in texts if _is_prose(frame[name], LONGER_TEXT)},
        text_justify_columns=dict.fromkeys(numeric, "right"),
        format_mapping=dict.fromkeys(numeric, _shown),
    )


def _is_prose(column: polars.Series, length: int) -> bool:
    """Return whether a column holds sentences of more than a length."""
    texts = [text for text in column.to_list() if text is not None]
    return any(len(text) > length and " " in text for text in texts)


def _shown(value: float | None) -> str:
    """Return a number in Dutch print, a share with its decimals, nothing where none is known."""
    if value is None:
        return ""
    return Printer(exploring_words()).number(Decimal(str(value)))


def drawing(chart: Chart) -> marimo.Html:
    """Return a drawing that shrinks with the page, told in words for who does not see it."""
    picture = chart.svg.replace("<svg ", '<svg style="max-width: 100%; height: auto" ', 1)
    return marimo.Html(
        f'<figure role="img" aria-label="{chart.description}" style="margin: 0">{picture}</figure>'
    )
