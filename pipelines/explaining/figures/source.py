"""Figures by their key, and what must be known to say them: measures, thresholds, institutions.

Border: figures about persons arrive rounded; they are read by ``pipelines.answers.figures``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from pipelines.answers.cells import Cell, CellSelection, PublishedFigure
from pipelines.answers.disclosure import DisclosureRules
from pipelines.answers.facts import Institution, Measure, Parameter, disclosure_rules
from pipelines.answers.figures import FigureBook, read_figures
from pipelines.explaining.published import rows_of

MEASURES_SQL = "select * from measures order by measure_order"
INSTITUTIONS_SQL = """
    select institution_id, name, kind
    from institutions
    order by kind <> 'university', lower(name), institution_id
"""
DELIVERIES_SQL = """
    select delivery_id, stream, file_name, received_on, format, status
    from deliveries
    where kind = $kind
    order by delivery_id, status <> 'in_force' desc, file_name desc
"""


@dataclass(frozen=True)
class DeliveryFile:
    """The file of a delivery, its name masked."""

    delivery_id: str
    stream: str | None
    file_name: str
    received_on: date | None
    format: str | None
    status: str | None


class FigureSource:
    """Reads figures by key from one published file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, language: str) -> None:
        self.connection = connection
        self.measures: Mapping[str, Measure] = {
            row["measure"]: Measure(
                row["measure"], row[f"name_{language}"], row[f"unit_{language}"], row["kind"]
            )
            for row in rows_of(connection, MEASURES_SQL)
        }
        self.parameters: Mapping[str, Parameter] = {
            row["name"]: Parameter(row["name"], Decimal(str(row["value"])))
            for row in rows_of(connection, "select name, value from parameters order by name")
        }
        self.institutions: Mapping[str, Institution] = {
            row["institution_id"]: Institution(**row)
            for row in rows_of(connection, INSTITUTIONS_SQL)
        }
        self.rules: DisclosureRules = disclosure_rules(self.parameters)
        self._units = {one.measure: one.unit for one in self.measures.values()}

    def figures(self, cells: Iterable[Cell], rule_set_version: str) -> list[PublishedFigure]:
        """Return the figures of cells: published, zero by absence, or missing."""
        wanted = list(cells)
        needed = [*wanted, *(cell.total() for cell in wanted), *self._reporting(wanted)]
        book = self._book({cell.key(rule_set_version) for cell in needed}, rule_set_version)
        return [book.figure(cell) for cell in wanted]

    def figure(self, cell: Cell, rule_set_version: str) -> PublishedFigure:
        """Return the figure of one cell."""
        return self.figures([cell], rule_set_version)[0]

    def by_key(self, keys: Iterable[str]) -> dict[str, PublishedFigure]:
        """Return the cells, panels and terms of growth that keys name and may be printed."""
        return self._book(keys, "").by_key()

    def files(self, kind: str) -> dict[str, DeliveryFile]:
        """Return the deliveries of a kind by id, the one in force where a file came twice."""
        rows = rows_of(self.connection, DELIVERIES_SQL, kind=kind)
        return {row["delivery_id"]: DeliveryFile(**row) for row in rows}

    def _book(self, keys: Iterable[str], rule_set_version: str) -> FigureBook:
        selection = CellSelection((), (), (), keys=tuple(sorted(keys)))
        kinds = {one.institution_id: one.kind for one in self.institutions.values()}
        return read_figures(
            self.connection,
            selection,
            selection,
            self._units,
            self.rules,
            rule_set_version,
            kinds,
        )

    def _reporting(self, cells: Iterable[Cell]) -> list[Cell]:
        """Return the institutions' totals: whether anybody reports behind a subtotal."""
        return [
            Cell(cell.measure, cell.definition, cell.year, institution)
            for cell in cells
            if cell.split == "institution_kind"
            for institution in self.institutions
        ]
