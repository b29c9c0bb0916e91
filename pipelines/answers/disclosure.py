"""Numbers about persons: the only module that sees them exactly, and lets them out protected.

A protected measure (learners, enrolments, contracts, credits taken) leaves this module as a
``ProtectedFigure``: rounded once per cell and used everywhere, or exact where the rules say that it
was found to be safe, and without any number where not. What is hidden or rounded away it never
holds, so neither a renderer, a log, ``repr`` nor ``pickle`` can show it. What may be shown is found
in ``safeguarding`` over all tables of an answer together. Rules: reliability.md, Disclosure rules;
counting.md, Disclosure.

Border: no wording and no layout; percentages are made here, since they need the same rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

import duckdb

from pipelines.answers.cells import (
    Cell,
    CellSelection,
    Certificate,
    GrowthTerm,
    PublicFigure,
    PublishedFigure,
    Standing,
)
from pipelines.answers.cube import certificates_by_key, counts_rows, growth_rows, panel_rows

# What is public is listed, what is not listed is protected: a new measure starts protected.
PUBLIC_MEASURES = frozenset(
    {"offerings", "titles", "components_offered", "credits_offered", "offerings_without_credits"}
)
# Learners who are only in one of two years, or in both: counts of persons, so rounded like cells.
# The difference is left out: it follows from the two published years.
ROUNDED_TERMS = frozenset({"stayed", "entered", "left"})


TOTAL = "total"  # the part of a recount that is the whole cell
NOWHERE = Cell("", "", "")
Method = Literal["rounding", "suppression"]
Hidden = Literal["", "upper", "all"]
Bounds = tuple[Decimal | None, Decimal | None, Decimal | None]


@dataclass(frozen=True)
class DisclosureRules:
    """The thresholds of the published table ``parameters``.

    Attributes:
        base: Rounding base; numbers below it are printed as "fewer than" it.
        percentage_base: Smallest published base of a percentage.
        max_unknown_share: Share of unknowns above which no percentage is printed.
        method: Whether everything is rounded, or exact with small numbers hidden.
        coarser: The rounding base of figures, by key, that are printed less precisely.
        hidden: What is hidden of each figure that was found to be safe; of figures with exact
            numbers that are not among these everything is hidden.
        not_given: The keys of figures that are not given by either method.
    """

    base: Decimal
    percentage_base: Decimal
    max_unknown_share: Decimal
    method: Method = "rounding"
    coarser: Mapping[str, Decimal] = field(default_factory=dict)
    hidden: Mapping[str, Hidden] = field(default_factory=dict)
    not_given: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ProtectedFigure(PublishedFigure):
    """A figure about persons as it may be printed; it never held anything else."""


@dataclass(frozen=True)
class ProtectedShare:
    """A share computed from published numbers, with the interval that stays open around it."""

    share: Decimal | None
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class RecountQuery:
    """A query that counts a protected cell again from the record tables, and parts of it.

    Its rows are part, place, name, lower and upper; part ``total`` is the cell itself. It holds no
    number yet, so it may be written anywhere; only this module runs it.
    """

    sql: str
    values: dict[str, object]


@dataclass(frozen=True)
class ProtectedTally:
    """A part of a protected cell, such as one delivery, as it may be printed."""

    part: str
    place: str
    name: str
    figure: ProtectedFigure


@dataclass(frozen=True)
class ProtectedRecount:
    """What counting a protected cell again may say: whether it agrees, and its parts, rounded."""

    agrees: bool
    tallies: tuple[ProtectedTally, ...]


def public_part(selection: CellSelection) -> CellSelection:
    """Return a selection without the measures that are about persons."""
    return selection.of_measures(m for m in selection.measures if m in PUBLIC_MEASURES)


def protected_part(selection: CellSelection) -> CellSelection:
    """Return a selection of the measures that are about persons only."""
    return selection.of_measures(m for m in selection.measures if m not in PUBLIC_MEASURES)


def rounded(
    lower: Decimal | None, upper: Decimal | None, rules: DisclosureRules
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return the printable lower and upper bound, and the base where only "<base" may be printed.

    Equal bounds: "<base" below the base, true zero included, else the nearest multiple. A range:
    the lower bound goes down and the upper bound up, so the truth stays inside. A range is never
    "<base": a range from zero to the base would then have an upper bound of exactly the base.
    """
    if lower is None:
        return None, None, None
    if lower == upper:
        if lower < rules.base:
            return Decimal(0), rules.base - 1, rules.base
        nearest = _to_multiple(lower, rules.base, ROUND_HALF_UP)
        return nearest, nearest, None
    highest = None if upper is None else _to_multiple(upper, rules.base, ROUND_CEILING)
    return _to_multiple(lower, rules.base, ROUND_FLOOR), highest, None


def coarsened(lower: Decimal | None, upper: Decimal | None, base: Decimal) -> Bounds:
    """Return the bounds of a number that the audit lets print less precisely.

    Always a range, also of one number: from the multiple of the base that the lower bound reaches
    to the multiple that the upper bound stays below. So it does not say whether they differ.
    """
    if lower is None:
        return None, None, None
    low = _to_multiple(lower, base, ROUND_FLOOR)
    return low, None if upper is None else _to_multiple(upper, base, ROUND_FLOOR) + base, None


def read_protected_figures(
    connection: duckdb.DuckDBPyConnection,
    selection: CellSelection,
    units: dict[str, str],
    rules: DisclosureRules,
) -> list[ProtectedFigure]:
    """Return every protected cell of a selection, rounded.

    The exact numbers live in the loop below and nowhere else; the certificates come without the
    value the gate observed, which is exact too.
    """
    certificates = certificates_by_key(connection, protected_part(selection), with_observed=False)
    return [
        _protected(
            row.key, row.cell, row.standing, row.lower, row.upper, units, certificates, rules
        )
        for row in counts_rows(connection, protected_part(selection))
        if row.cell.measure not in PUBLIC_MEASURES
    ]


def read_protected_panels(
    connection: duckdb.DuckDBPyConnection,
    selection: CellSelection,
    units: dict[str, str],
    rules: DisclosureRules,
) -> list[ProtectedFigure]:
    """Return the like-for-like panels of a selection of windows, each rounded as one cell."""
    certificates = certificates_by_key(connection, protected_part(selection), with_observed=False)
    figures = []
    for row in panel_rows(connection, protected_part(selection)):
        if row.cell.measure in PUBLIC_MEASURES:
            continue
        figure = _protected(
            row.key, row.cell, row.standing, row.lower, row.upper, units, {}, rules, "growth"
        )
        found = tuple(one for key in row.rests_on for one in certificates.get(key, ()))
        figures.append(replace(figure, certificates=found, derived_from=row.rests_on))
    return figures


def read_protected_growth(
    connection: duckdb.DuckDBPyConnection,
    selection: CellSelection,
    units: dict[str, str],
    rules: DisclosureRules,
) -> list[GrowthTerm]:
    """Return the terms of growth that may be printed about persons, each rounded on its own."""
    certificates = certificates_by_key(connection, protected_part(selection), with_observed=False)
    terms = []
    for row in growth_rows(connection, protected_part(selection)):
        if row.term not in ROUNDED_TERMS or row.measure in PUBLIC_MEASURES:
            continue
        size = None if row.value is None else abs(row.value)
        cell = Cell(row.measure, row.definition, f"{row.from_year}..{row.to_year}", row.institution)
        figure = _protected(
            row.key, cell, Standing(row.status), size, size, units, certificates, rules, "growth"
        )
        terms.append(row.as_term(figure))
    return terms


def read_protected_recount(
    connection: duckdb.DuckDBPyConnection, query: RecountQuery, key: str, rules: DisclosureRules
) -> ProtectedRecount:
    """Count the cell of a key again and compare; each part is rounded on its own.

    As everywhere the exact numbers live in this function and nowhere else.
    """
    total: tuple[Decimal, Decimal | None] = (Decimal(0), Decimal(0))
    tallies = []
    for part, place, name, *bounds in connection.execute(query.sql, query.values).fetchall():
        lower, upper = (None if one is None else Decimal(str(one)) for one in bounds)
        if part == TOTAL:
            total = (lower or Decimal(0), upper)
            continue
        figure = ProtectedFigure(
            f"{part}:{place}:{name}", NOWHERE, "", Standing("final"), *rounded(lower, upper, rules)
        )
        tallies.append(ProtectedTally(part, place, name, replace(figure, table="enrolments")))
    selection = CellSelection((), (), (), keys=(key,))
    rows = [*counts_rows(connection, selection), *panel_rows(connection, selection)]
    published = [(row.lower, row.upper) for row in rows] or [(Decimal(0), Decimal(0))]  # absent
    agrees = all(
        bound is None or bound == counted
        for bounds in published
        for bound, counted in zip(bounds, total, strict=True)
    )
    return ProtectedRecount(agrees, tuple(tallies))


def absent_cell(
    cell: Cell, key: str, total: PublishedFigure, rules: DisclosureRules
) -> PublishedFigure:
    """Return the figure of a split's value without a row, in a cell that has a total: zero.

    Zero rows are published for totals only (counting.md, The cube). About persons a true zero is
    printed like every number below the base.
    """
    is_open = total.upper is None and not (
        isinstance(total, ProtectedFigure) and total.hidden == "upper"
    )
    upper = None if is_open else Decimal(0)
    figure: PublishedFigure
    if cell.measure in PUBLIC_MEASURES:
        figure = PublicFigure(f"absent:{key}", cell, total.unit, total.standing, Decimal(0), upper)
    else:
        figure = _protected(
            f"absent:{key}", cell, total.standing, Decimal(0), upper, {}, {}, rules, "absent"
        )
        figure = replace(figure, unit=total.unit)
    return replace(figure, table="absent", derived_from=(total.key,))


def share_of(
    part: PublishedFigure | None,
    rest: Iterable[PublishedFigure | None],
    unknown: PublishedFigure | None,
    rules: DisclosureRules,
) -> ProtectedShare | None:
    """Return part / (part + rest) from published numbers, or None where none may be printed.

    The share itself needs single numbers; where one is a range or "fewer than", only the interval
    is left, with every number at the end that widens it. None where a number is missing or has no
    upper bound, where the published base is too small, and where more than ``max_unknown_share``
    is unknown. Source: counting.md, Working status: [w / N, (w + unknown) / N].
    """
    figures = [part, *rest, unknown]
    bounds = [
        (figure.lower, figure.upper)
        for figure in figures
        if figure is not None and figure.lower is not None and figure.upper is not None
    ]
    if len(bounds) < len(figures):
        return None
    (low, high), *others, (_, open_ones) = bounds
    other_low = sum((lower for lower, _ in others), Decimal(0))
    other_high = sum((upper for _, upper in others), Decimal(0))
    base = low + other_low
    if base < rules.percentage_base or open_ones > rules.max_unknown_share * (base + open_ones):
        return None
    is_single = all(figure is not None and figure.is_single for figure in [part, *rest])
    return ProtectedShare(
        share=low / base if is_single else None,
        lowest=low / (low + other_high + open_ones),
        highest=(high + open_ones) / (high + other_low + open_ones),
    )


def true_bounds(
    figure: PublishedFigure, rules: DisclosureRules
) -> tuple[Decimal | None, Decimal | None]:
    """Return the numbers a published figure can stand for, for judging a direction safely.

    A public figure stands for itself. A protected single number stands for everything that rounds
    to it, so that a direction never rests on rounding alone.
    """
    if not isinstance(figure, ProtectedFigure) or not figure.is_single or figure.below:
        return figure.lower, figure.upper
    half = rules.base / 2
    lower, upper = figure.lower, figure.upper
    return (
        lower - half if lower is not None else None,
        upper + half if upper is not None else None,
    )


def _protected(
    key: str,
    cell: Cell,
    standing: Standing,
    lower: Decimal | None,
    upper: Decimal | None,
    units: dict[str, str],
    certificates: dict[str, tuple[Certificate, ...]],
    rules: DisclosureRules,
    table: str = "counts",
) -> ProtectedFigure:
    """Round one cell; from here on the exact number does not exist."""
    unit = units.get(cell.measure, "")
    found = certificates.get(key, ())
    hidden = _hidden(key, rules) if lower is not None else ""
    if hidden == "all":
        bounds: Bounds = Decimal(0), None, None
    elif rules.method == "suppression":
        bounds = lower, None if hidden else upper, None
    elif key in rules.coarser:
        bounds = coarsened(lower, upper, rules.coarser[key])
    else:
        bounds = rounded(lower, upper, rules)
    return ProtectedFigure(key, cell, unit, standing, *bounds, found, table, hidden=hidden)


def _hidden(key: str, rules: DisclosureRules) -> Hidden:
    """Return what is hidden of a figure; what was not found to be safe is hidden."""
    if key in rules.not_given:
        return "all"
    return rules.hidden.get(key, "all") if rules.method == "suppression" else ""


def _to_multiple(value: Decimal, base: Decimal, rounding: str) -> Decimal:
    return (value / base).to_integral_value(rounding=rounding) * base
