"""What must hold of every cube and every growth, whatever was delivered.

Each function returns one line per violation. Border: worlds are made in ``random_worlds.py``; what
single numbers must be is recounted in ``recount_cube.py`` and ``recount_growth.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Query = Callable[[str], list[tuple[Any, ...]]]
Where = tuple[str, str, str, str]
Cut = tuple[str, ...]
Key = tuple[Where, Cut, Cut]

FLANDERS, OVERLAP, PANEL = "*", "overlap", "panel"
TOTAL: tuple[Cut, Cut] = (("none",), ("all",))
NOTHING = Decimal(0)
ABSENT = ("missing", "did_not_exist")
OF_OFFERINGS = (
    *("offering_kind", "type", "level", "mode", "ects_band", "workload_unit", "lifecycle"),
)
OF_PERSONS = ("working_status", "working_status_source")
OFFERED = ("offerings", "titles", "credits_offered", "offerings_without_credits")
TAKEN = ("enrolments", "learners", "credits_taken")
CUTS: dict[str, list[Cut]] = {
    **{
        measure: [*((split,) for split in OF_OFFERINGS), ("type", "level"), ("level", "mode")]
        for measure in OFFERED
    },
    **{
        measure: [*((split,) for split in (*OF_OFFERINGS, "contract_type", *OF_PERSONS))]
        for measure in TAKEN
    },
    "contracts": [(split,) for split in ("contract_type", *OF_PERSONS)],
    "components_offered": [],
}
CROSSED_WITH_KIND = ("contract_type", "working_status")
SUMMED_OVER_YEARS = ("enrolments", "contracts", "credits_offered", "credits_taken")
IN_NO_TERM = ("first", "last", "difference", "stayed")
KIND_OF = {
    **dict.fromkeys(OFFERED, "offerings"),
    **dict.fromkeys((*TAKEN, "contracts"), "enrolments"),
    "components_offered": "programmes",
}


@dataclass(frozen=True)
class Cell:
    """The bounds of one cell, and how far they can be trusted."""

    lower: Decimal | None
    upper: Decimal | None
    status: str
    institutions_reporting: int


class Published:
    """The cells of a cube and the terms of growth, as last built."""

    def __init__(self, query: Query) -> None:
        self.cells: dict[Key, Cell] = {}
        for *where, split, second, value, second_value, lower, upper, status, reporting in query(
            """
            select
                measure, definition, academic_year, institution_id,
                split, second_split, split_value, second_split_value,
                lower, upper, status, institutions_reporting
            from counts
            """
        ):
            cut = (split,) if second is None else (split, second)
            values = (value,) if second is None else (value, second_value)
            self.cells[(*where,), cut, values] = Cell(lower, upper, status, reporting)  # type: ignore[index]
        self.parts: dict[tuple[Where, Cut], dict[Cut, Cell]] = defaultdict(dict)
        self.totals: dict[Where, Cell] = {}
        self.shared: dict[Where, Cell] = {}
        for (where, cut, values), cell in self.cells.items():
            if (cut, values) != TOTAL:
                self.parts[where, cut][values] = cell
            elif where[3] == OVERLAP:
                self.shared[where] = cell
            else:
                self.totals[where] = cell
        self.years = sorted({where[2] for where in self.totals if ".." not in where[2]})
        self.growth: dict[tuple[Any, ...], dict[str, Decimal | None]] = defaultdict(dict)
        for *row, term, value in query(
            "select measure, definition, institution_id, bound, from_year, to_year, term, value"
            " from growth"
        ):
            self.growth[tuple(row)][term] = value

    def years_of(self, window: str) -> list[str]:
        """The years of a window that have cells."""
        first, last = window.split("..")
        return [year for year in self.years if first <= year <= last]


def bounds_in_order(published: Published) -> list[str]:
    """Zero, lower, upper in this order; nothing where nothing is known."""
    return [
        f"{key}: {cell}"
        for key, cell in published.cells.items()
        if OVERLAP not in (key[0][3], *key[2]) and not is_in_order(cell)
    ]


def is_in_order(cell: Cell) -> bool:
    if cell.lower is None:
        return cell.upper is None and cell.status in ABSENT
    if cell.status in ABSENT or (cell.status == "final" and cell.upper is None):
        return False
    return cell.lower >= 0 and (cell.upper is None or cell.upper >= cell.lower)


def parts_make_totals(published: Published) -> Iterator[str]:
    """In every split and crossing the parts less their overlap are the total."""
    for where, total in published.totals.items():
        for cut in cuts_of(where):
            parts = published.parts.get((where, cut), {})
            if total.lower is None:
                yield from (f"{where} {cut}: parts of nothing" for _ in parts)
                continue
            yield from unequal(f"{where} {cut}", balanced(parts), total)
        regular = published.parts.get((where, ("purpose",)), {}).get(("regular",))
        if KIND_OF[where[0]] == "enrolments" and total.lower is not None:
            found = (regular.lower, regular.upper) if regular else (NOTHING, NOTHING)
            yield from unequal(f"{where} purpose regular", found, total)


def statuses_share_no_one(published: Published) -> Iterator[str]:
    """Working, not working and unknown are all there are, and nobody stands under two of them."""
    for (where, cut), parts in published.parts.items():
        if not set(cut) & set(OF_PERSONS) or "institution_kind" in cut:
            continue
        if any(OVERLAP in values for values in parts):
            yield f"{where} {cut}: somebody stands under two"
        yield from unequal(f"{where} {cut}", balanced(parts), published.totals[where])


def cuts_of(where: Where) -> list[Cut]:
    """Every cut that a measure has at a place."""
    measure, _, _, place = where
    cuts = list(CUTS[measure])
    if place == FLANDERS:
        cuts.append(("institution_kind",))
        if KIND_OF[measure] == "enrolments":
            cuts += [("institution_kind", second) for second in CROSSED_WITH_KIND]
    return cuts


def balanced(parts: dict[Cut, Cell]) -> tuple[Decimal, Decimal | None]:
    """The sum of parts, less what they count more than once; None for an upper bound not known."""
    signed = [(-1 if OVERLAP in values else 1, cell) for values, cell in parts.items()]
    lower = sum((sign * (cell.lower or NOTHING) for sign, cell in signed), NOTHING)
    if any(cell.upper is None for _, cell in signed):
        return lower, None
    return lower, sum((sign * (cell.upper or NOTHING) for sign, cell in signed), NOTHING)


def unequal(name: str, found: tuple[Decimal | None, Decimal | None], total: Cell) -> Iterator[str]:
    """What differs from a total; an unknown total can have known parts, never the other way."""
    lower, upper = found
    if lower != total.lower or (total.upper is not None and upper != total.upper):
        yield f"{name}: {found} are not {total}"


def institutions_make_flanders(published: Published) -> Iterator[str]:
    """All institutions less what they share are Flanders."""
    for (measure, definition, year, place), total in published.totals.items():
        if place != FLANDERS or total.lower is None:
            continue
        places = {where[3] for where in published.totals} - {FLANDERS}
        parts = {(one,): published.totals[measure, definition, year, one] for one in places}
        reporting = {one: cell for one, cell in parts.items() if cell.lower is not None}
        shared = published.shared.get((measure, definition, year, OVERLAP))
        reporting |= {(OVERLAP,): shared} if shared else {}
        yield from unequal(f"{measure} {definition} {year}", balanced(reporting), total)


def windows_hold_each_unit_once(published: Published) -> Iterator[str]:
    """Units that keep their year are summed; others lie between the largest year and the sum."""
    for (where, cut, values), window in published.cells.items():
        measure, definition, label, place = where
        if ".." not in label or OVERLAP in (place, *values) or window.lower is None:
            continue
        years = [(measure, definition, year, place) for year in published.years_of(label)]
        cells = [
            cell for year in years if (cell := published.cells.get((year, cut, values))) is not None
        ]
        totals = [published.cells[year, *TOTAL] for year in years]
        is_person = measure == "learners" and set(cut) & set(OF_PERSONS)
        lowers = [cell.lower for cell in cells if cell.lower is not None]
        uppers = [cell.upper for cell in cells if cell.upper is not None]
        is_open = any(cell.lower is not None and cell.upper is None for cell in totals)
        if cut == TOTAL[0] and (window.upper is None) != is_open:
            yield f"{where}: upper {window.upper} over {totals}"
        bounds = [(window.lower, lowers)]
        if window.upper is not None:
            bounds.append((window.upper, uppers))
        for found, told in bounds:
            largest = NOTHING if is_person else max(told, default=NOTHING)
            least = sum(told, NOTHING) if measure in SUMMED_OVER_YEARS else largest
            if not least <= found <= sum(told, NOTHING):
                yield f"{where} {cut} {values}: {found} over {told}"


def growth_adds_up(published: Published) -> Iterator[str]:
    """First and terms are last, at every place; the panel takes the difference but coverage."""
    for key, terms in published.growth.items():
        *of, place, bound, first, last = key
        if None in terms.values():
            if bound == "lower" or set(terms.values()) != {None}:
                yield f"{key}: {terms}"
            continue
        moved = sum_of(value for term, value in terms.items() if term not in IN_NO_TERM)
        if not terms["difference"] == moved == sum_of([terms["last"], -sum_of([terms["first"]])]):
            yield f"{key}: {terms}"
        if place == PANEL:
            everyone = published.growth[*of, FLANDERS, bound, first, last]
            if terms["coverage"] or (
                None not in everyone.values()
                and terms["difference"] != moved_but(everyone, "coverage")
            ):
                yield f"{key}: {terms} beside {everyone}"
            continue
        for term, year in (("first", first), ("last", last)):
            cell = published.cells[(*of, year, place), *TOTAL]  # type: ignore[index]
            if terms[term] != (cell.lower if bound == "lower" else cell.upper):
                yield f"{key}: {term} {terms[term]} is not {cell}"


def sum_of(values: Iterable[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), NOTHING)


def moved_but(terms: dict[str, Decimal | None], term: str) -> Decimal:
    return sum_of([terms["difference"]]) - sum_of([terms[term]])


def missing_is_never_zero(
    published: Published, delivered: dict[str, set[tuple[str, str]]]
) -> Iterator[str]:
    """Who did not deliver has an empty cell; Flanders says how many did and is not final.

    Args:
        published: The cells.
        delivered: Per kind of record the institutions and years of which something counts.
    """
    for where, cell in published.totals.items():
        measure, _, year, place = where
        if ".." in year:
            continue
        reporting = {one for one, when in delivered[KIND_OF[measure]] if when == year}
        mine = reporting if place == FLANDERS else reporting & {place}
        if (cell.lower is None) != (not mine) or cell.institutions_reporting != len(mine):
            yield f"{where}: {cell} with {mine}"
        if place == FLANDERS and mine and cell.status != "partial":
            yield f"{where}: {cell} is not partial"


def lowered(before: Published, after: Published, skipped: set[tuple[str, str]]) -> Iterator[str]:
    """Bounds of totals that a first delivery lowered; an empty upper bound is above every other.

    Args:
        before: Without the delivery.
        after: With it.
        skipped: Measures and places that may go down.
    """
    then = before.totals
    for where, cell in after.totals.items():
        old = then.get(where)
        if old is None or old.lower is None or (where[0], where[3]) in skipped:
            continue
        is_upper_lower = cell.upper is not None and (old.upper is None or cell.upper < old.upper)
        if cell.lower is None or cell.lower < old.lower or is_upper_lower:
            yield f"{where}: {old} became {cell}"


def widened(before: Published, after: Published, skipped: set[str]) -> Iterator[str]:
    """Bounds of totals that lie outside what they were, for measures that are not skipped."""
    then = before.totals
    for where, cell in after.totals.items():
        old = then[where]
        if where[0] in skipped or old.lower is None or cell.lower is None:
            continue
        is_upper_higher = old.upper is not None and (cell.upper is None or cell.upper > old.upper)
        if cell.lower < old.lower or is_upper_higher:
            yield f"{where}: {old} became {cell}"
