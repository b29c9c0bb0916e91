"""The cells of a choice: the query that gives them, and the frame and chart that show them.

Border: no number is computed; each row is a row of ``counts``, bounds and status with it.
"""

from dataclasses import dataclass
from decimal import Decimal

import polars

from pipelines.answers.cells import Cell, PublishedFigure, Standing
from pipelines.answers.charts import Bar, bounds_chart
from pipelines.answers.document import Chart
from pipelines.answers.sections.overview import labelled_values
from pipelines.exploring.choices import ALL_YEARS, Choice
from pipelines.exploring.opening import OpenedWarehouse
from pipelines.warehouse.tables import quoted_text

MOST_PANELS = 8  # of a chart; more values than that are read in the table


@dataclass(frozen=True)
class ShownCell:
    """One row of ``counts``, with the words for the values of its splits."""

    figure: PublishedFigure
    values: tuple[str, ...]


def cells_query(choice: Choice) -> str:
    """Return the query of a choice, as an analyst may copy it."""
    split, second = (*choice.splits, None, None)[:2]
    period = (
        "not contains(academic_year, '..')"
        if choice.period == ALL_YEARS
        else f"academic_year = {quoted_text(choice.period)}"
    )
    second_split = f"second_split = {quoted_text(second)}" if second else "second_split is null"
    return "\n".join(
        (
            "select",
            "    academic_year, split_value, second_split_value, lower, upper,",
            "    status, is_provisional, institutions_reporting, count_key",
            "from counts",
            f"where measure = {quoted_text(choice.measure)}",
            f"    and definition = {quoted_text(choice.definition)}",
            f"    and institution_id = {quoted_text(choice.institution)}",
            f"    and split = {quoted_text(split or 'none')} and {second_split}",
            f"    and {period}",
            "    and rule_set_version = (select rule_set_version from build)",
            "order by academic_year, split_value, second_split_value",
        )
    )


def read_cells(opened: OpenedWarehouse, choice: Choice) -> list[ShownCell]:
    """Return the cells of a choice by year, values in the order in which answers show them."""
    found = opened.connection.execute(cells_query(choice)).fetchall()
    words = [
        dict(labelled_values(opened.words, split, {str(row[1 + place]) for row in found}))
        for place, split in enumerate(choice.splits)
    ]
    orders = [list(one) for one in words]
    shown = []
    for year, value, second, lower, upper, status, is_provisional, reporting, key in found:
        values = (value, second)[: len(choice.splits)]
        cell = Cell(choice.measure, choice.definition, year, choice.institution)
        figure = PublishedFigure(
            key,
            cell,
            "",
            Standing(status, is_provisional, reporting),
            _number(lower),
            _number(upper),
        )
        named = tuple(one[str(name)] for one, name in zip(words, values, strict=True))
        places = tuple(order.index(str(name)) for order, name in zip(orders, values, strict=True))
        shown.append((year, places, ShownCell(figure, named)))
    return [one for *_, one in sorted(shown, key=lambda each: each[:2])]


def cells_frame(
    opened: OpenedWarehouse, choice: Choice, cells: list[ShownCell]
) -> polars.DataFrame:
    """Return the cells as a table in Dutch: what was asked, bounds, status and key."""
    words, printer = opened.own_words, opened.printer
    reading = _reading(opened, choice)
    columns = [opened.words.label("split_column", split) for split in choice.splits]
    rows = [
        {
            words.text("column.year"): printer.period(cell.figure.cell.year),
            **dict(zip(columns, cell.values, strict=True)),
            words.text("column.figure"): printer.figure(cell.figure),
            words.text("column.lower"): plain_number(cell.figure.lower),
            words.text("column.upper"): plain_number(cell.figure.upper),
            words.text("column.status"): words.label("status", cell.figure.standing.status),
            words.text("column.provisional"): words.label(
                "is_provisional", str(cell.figure.standing.is_provisional).lower()
            ),
            words.text("column.reporting"): cell.figure.standing.institutions_reporting,
            words.text("column.reading"): reading,
            words.text("column.key"): cell.figure.key,
        }
        for cell in cells
    ]
    return polars.DataFrame(rows, infer_schema_length=None)


def cells_chart(opened: OpenedWarehouse, choice: Choice, cells: list[ShownCell]) -> Chart | None:
    """Draw the cells, a panel per value of the split; None where there are too many to read.

    Where a split of a single period was asked, its values stand below each other instead.
    """
    printer = opened.printer
    is_one_period = choice.period != ALL_YEARS
    bars = []
    for cell in cells:
        period = printer.period(cell.figure.cell.year)
        value = ", ".join(cell.values) or opened.own_words.text("total")
        group, label = (period, value) if is_one_period else (value, period)
        bars.append(Bar(group, label, cell.figure))
    groups = dict.fromkeys(bar.group for bar in bars)
    in_order = [bar for group in groups for bar in bars if bar.group == group]
    if not bars or len(groups) > MOST_PANELS:
        return None
    places = {
        "measure": opened.words.label("measure_short", choice.measure),
        "reading": _reading(opened, choice),
    }
    return bounds_chart(
        name="verkenner",
        caption=opened.own_words.text("chart_caption", **places),
        description=opened.own_words.text("chart_description", **places),
        bars=in_order,
        printer=printer,
        words=opened.words,
    )


def plain_number(value: Decimal | None) -> int | float | None:
    """Return a number as a table can sort and add it; whole where it is whole."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _reading(opened: OpenedWarehouse, choice: Choice) -> str:
    found = opened.rows(
        "select short_nl from definitions where definition = $one", {"one": choice.definition}
    )
    return ", ".join(str(short) for (short,) in found)


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
