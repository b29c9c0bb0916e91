"""The figures of an answer, by key and by cell, read from the published warehouse.

Public measures are read here exactly as published; measures about persons come from ``disclosure``
and are rounded before this module sees them.

Border: nothing is computed here. A number that is not a row of the published tables is made where
it is said (``sections``) and names the figures it was made from.
"""

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from pipelines.answers.cells import (
    FLANDERS,
    PANEL,
    Cell,
    CellSelection,
    GrowthTerm,
    PublicFigure,
    PublishedFigure,
    Standing,
)
from pipelines.answers.cube import certificates_by_key, counts_rows, growth_rows, panel_rows
from pipelines.answers.disclosure import (
    PUBLIC_MEASURES,
    DisclosureRules,
    absent_cell,
    public_part,
    read_protected_figures,
    read_protected_growth,
    read_protected_panels,
)

NOTHING = CellSelection((), (), ())


class FigureBook:
    """Every figure an answer may print, found by the cell it stands in.

    A cell that was never published gives a figure with status ``missing``, so that nobody can take
    an absent row for a zero.
    """

    def __init__(
        self,
        figures: Iterable[PublishedFigure],
        growth: Iterable[GrowthTerm],
        units: dict[str, str],
        rules: DisclosureRules,
        rule_set_version: str,
        kinds: dict[str, str],
    ) -> None:
        self._by_cell = {figure.cell: figure for figure in figures}
        self._growth = tuple(growth)
        self._units = units
        self._rules = rules
        self._rule_set_version = rule_set_version
        self._kinds = kinds

    def figure(self, cell: Cell) -> PublishedFigure:
        """Return the figure of a cell: published, zero by absence, or missing."""
        found = self._by_cell.get(cell)
        if found is not None:
            return found
        total = self._by_cell.get(cell.total())
        if cell.split != "none" and total is not None and total.is_known and self._reports(cell):
            return absent_cell(cell, self._key(cell), total, self._rules)
        unit = self._units.get(cell.measure, "")
        return PublishedFigure(
            self._key(cell), cell, unit, Standing("missing"), None, None, table="none"
        )

    def absent(self, key: str) -> PublishedFigure | None:
        """Return the zero that a key of an absent row stands for, None for any other key."""
        cell = Cell.of_absent(key, self._rule_set_version)
        found = self.figure(cell) if cell is not None else None
        return found if found is not None and found.table == "absent" else None

    def total(
        self, measure: str, definition: str, year: str, institution: str = FLANDERS
    ) -> PublishedFigure:
        """Return the figure of a whole institution, or of all of them together."""
        return self.figure(Cell(measure, definition, year, institution))

    def split_figure(self, cell: Cell, split: str, value: str) -> PublishedFigure:
        """Return the figure of one value of a split of a cell."""
        return self.figure(replace(cell, split=split, split_value=value))

    def split_values(self, measure: str, split: str) -> tuple[str, ...]:
        """Return the values a split has among the published cells, in alphabetical order."""
        values = {
            cell.split_value
            for cell in self._by_cell
            if cell.measure == measure and cell.split == split and cell.second_split is None
        }
        return tuple(sorted(values))

    def growth(
        self, measure: str, definition: str, institution: str = FLANDERS
    ) -> tuple[GrowthTerm, ...]:
        """Return the terms of growth between the first and last year that are not missing."""
        return tuple(
            term
            for term in self._growth
            if (term.measure, term.definition, term.institution)
            == (measure, definition, institution)
        )

    def by_key(self) -> dict[str, PublishedFigure]:
        """Return every figure that was read, those of terms of growth too, by its key."""
        figures = [*self._by_cell.values(), *(term.figure for term in self._growth)]
        return {figure.key: figure for figure in figures}

    def panel(self, measure: str, definition: str) -> tuple[PublishedFigure, ...]:
        """Return the like-for-like panel in the first and last year; none where there is none."""
        found = (
            figure
            for cell, figure in self._by_cell.items()
            if (cell.measure, cell.definition, cell.institution) == (measure, definition, PANEL)
        )
        return tuple(sorted(found, key=lambda figure: figure.cell.year))

    def _reports(self, cell: Cell) -> bool:
        """Whether anybody who could stand in a cell has data; else its absence is no zero."""
        if cell.split != "institution_kind":
            return True
        return any(
            self.total(cell.measure, cell.definition, cell.year, institution).is_known
            for institution, kind in self._kinds.items()
            if kind == cell.split_value
        )

    def _key(self, cell: Cell) -> str:
        return cell.key(self._rule_set_version)


def read_figures(
    connection: duckdb.DuckDBPyConnection,
    selection: CellSelection,
    growth_selection: CellSelection,
    units: dict[str, str],
    rules: DisclosureRules,
    rule_set_version: str,
    kinds: dict[str, str],
    beside: CellSelection = NOTHING,
) -> FigureBook:
    """Read every figure of a selection; those about persons arrive rounded.

    ``beside`` selects public figures that an answer shows besides those that were asked for.
    """
    public: list[PublishedFigure] = [
        PublicFigure(
            key=row.key,
            cell=row.cell,
            unit=units.get(row.cell.measure, ""),
            standing=row.standing,
            lower=row.lower,
            upper=row.upper,
            certificates=certificates.get(row.key, ()),
        )
        for part in map(public_part, (selection, beside))
        for certificates in (certificates_by_key(connection, part, with_observed=True),)
        for row in counts_rows(connection, part)
        if row.cell.measure in PUBLIC_MEASURES
    ]
    public.extend(_public_panels(connection, growth_selection, units))
    protected = read_protected_figures(connection, selection, units, rules)
    protected += read_protected_panels(connection, growth_selection, units, rules)
    terms = _public_growth(connection, growth_selection, units)
    terms.extend(read_protected_growth(connection, growth_selection, units, rules))
    return FigureBook([*public, *protected], terms, units, rules, rule_set_version, kinds)


def _public_panels(
    connection: duckdb.DuckDBPyConnection, selection: CellSelection, units: dict[str, str]
) -> list[PublishedFigure]:
    certificates = certificates_by_key(connection, public_part(selection), with_observed=True)
    return [
        PublicFigure(
            key=row.key,
            cell=row.cell,
            unit=units.get(row.cell.measure, ""),
            standing=row.standing,
            lower=row.lower,
            upper=row.upper,
            certificates=tuple(one for key in row.rests_on for one in certificates.get(key, ())),
            table="growth",
            derived_from=row.rests_on,
        )
        for row in panel_rows(connection, public_part(selection))
        if row.cell.measure in PUBLIC_MEASURES
    ]


def _public_growth(
    connection: duckdb.DuckDBPyConnection, selection: CellSelection, units: dict[str, str]
) -> list[GrowthTerm]:
    certificates = certificates_by_key(connection, public_part(selection), with_observed=True)
    terms = []
    for row in growth_rows(connection, public_part(selection)):
        if row.measure not in PUBLIC_MEASURES:
            continue
        period = f"{row.from_year}..{row.to_year}"
        figure = PublicFigure(
            key=row.key,
            cell=Cell(row.measure, row.definition, period, row.institution),
            unit=units.get(row.measure, ""),
            standing=Standing(row.status),
            lower=row.value,
            upper=row.value,
            certificates=certificates.get(row.key, ()),
            table="growth",
        )
        terms.append(row.as_term(figure))
    return terms
