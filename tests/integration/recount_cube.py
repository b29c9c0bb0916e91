"""The cube a second time: every cell of every measure, split and crossing, in plain Python.

Written from the design page on counting and the decisions in the README, on top of the records
of ``recount.py``; like that module it shares no line with the pipelines or the models.

Border: what is offered, taken and judged is found in ``recount.py``; growth is told in
``recount_growth.py``; how this compares with what is published stands in ``test_recount.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from tests.integration.recount import (
    BY_MARK,
    DEFINITIONS,
    FLANDERS,
    IN,
    LEVELS,
    OUT,
    TAKEN,
    UNDETERMINED,
    Bounds,
    Classifier,
    Line,
    Offering,
    Recount,
    Verdict,
    marked_integrative,
    number,
    words,
)

Cut = tuple[str, ...]
Values = tuple[str, ...]
Cell = tuple[str, str, str, str, Cut, Values]

NIL = (Decimal(0), Decimal(0))
TOTAL: Cut = ("none",)
ALL: Values = ("all",)
OVERLAP = "overlap"
PURPOSE: Cut = ("purpose",)
REGULAR = "regular"
ONE = Decimal(1)
MARK = {UNDETERMINED: 0b01, IN: 0b11}
ONLY_POSSIBLE = sum(0b01 << 2 * place for place in range(len(DEFINITIONS)))
OFFERED = words("offerings titles credits_offered offerings_without_credits")
OF_OFFERINGS = words("offering_kind type level mode ects_band workload_unit institution_kind")
OF_OFFERINGS += ("lifecycle",)
STATUS = words("working_status working_status_source")
SPLITS: dict[str, tuple[Cut, ...]] = {
    **dict.fromkeys(OFFERED, tuple((split,) for split in OF_OFFERINGS)),
    "components_offered": (("institution_kind",),),
    **dict.fromkeys(
        words("enrolments learners credits_taken"),
        tuple((split,) for split in (*OF_OFFERINGS, "contract_type", *STATUS, "purpose")),
    ),
    "contracts": tuple(
        (split,) for split in ("institution_kind", "contract_type", *STATUS, "purpose")
    ),
}
CROSSINGS: dict[str, tuple[Cut, ...]] = {
    **dict.fromkeys(OFFERED, (("type", "level"), ("level", "mode"))),
    "components_offered": (),
    **dict.fromkeys(
        TAKEN, (("institution_kind", "contract_type"), ("institution_kind", "working_status"))
    ),
}
DEFINED = dict.fromkeys((*OFFERED, *TAKEN), DEFINITIONS)
DEFINED["components_offered"] = ("scope_note", "vlor")
MODES = {"fysiek": "physical", "hybride": "hybrid", "afstand": "distance"}
CONTRACTS = {
    "diplomacontract": "diploma",
    "creditcontract": "credit",
    "examencontract_credit": "exam_credit",
    "examencontract_diploma": "exam_diploma",
    "geen": "none",
}
UNITS_OF_TIME = {"uren": "hours", "lestijden": "lestijden"}
NOT_APPLICABLE = {"type": "not_applicable", "lifecycle": "not_applicable"}
KINDS_WITHOUT_OFFERING = {
    "aanbod_code": {},
    "onderdeel_code": {"offering_kind": "opleidingsonderdeel", **NOT_APPLICABLE},
    "opleiding_code": {"offering_kind": "programme", **NOT_APPLICABLE},
}


@dataclass(frozen=True)
class Entry:
    """One record that may be counted: where, when, what it is, and its verdicts."""

    institution: str
    year: str
    verdicts: dict[str, Verdict]
    values: dict[str, str]
    unit: Hashable
    flemish_unit: Hashable
    ects: Decimal | None
    flemish_ects: Decimal | None
    is_certain_in_flanders: bool = True

    def unit_at(self, place: str) -> Hashable:
        return self.flemish_unit if place == FLANDERS else self.unit

    def ects_at(self, place: str) -> Decimal | None:
        return self.flemish_ects if place == FLANDERS else self.ects

    @cached_property
    def marks(self) -> int:
        """All verdicts in one number, so that the best of several records is a bitwise or."""
        return sum(
            MARK[verdict] << 2 * place
            for place, definition in enumerate(DEFINITIONS)
            if (verdict := self.verdicts.get(definition, OUT))
        )

    def marks_at(self, place: str) -> int:
        is_certain = place != FLANDERS or self.is_certain_in_flanders
        return self.marks if is_certain else self.marks & ONLY_POSSIBLE

    def cut_by(self, cut: Cut) -> Values:
        return tuple(self.values[split] for split in cut)


@dataclass(frozen=True)
class Cube:
    """Counts the records of a recount in every cell."""

    records: Recount

    def cells(self) -> dict[Cell, Bounds]:
        """Every cell with at least one unit, every total, and every overlap that is not nil."""
        result: dict[Cell, Bounds] = {}
        for measure, (kind, entries) in self.entries().items():
            by_institution: dict[str, list[Entry]] = defaultdict(list)
            for entry in entries:
                by_institution[entry.institution].append(entry)
            for label, years in self.records.periods():
                for place in (*self.records.institutions, FLANDERS):
                    own = entries if place == FLANDERS else by_institution[place]
                    mine = [entry for entry in own if entry.year in years]
                    ends = [(one, year) for one in self.records.places(place) for year in years]
                    if not any(self.records.reports(kind, *end) for end in ends):
                        for definition in DEFINED[measure]:
                            result[measure, definition, label, place, TOTAL, ALL] = (None, None)
                        continue
                    for definition, cut, values, bounds in self.counted(measure, place, mine):
                        told = self.ends_of(cut, values, ends)
                        is_whole = all(
                            self.records.is_census(kind, *end, definition) for end in told
                        )
                        known = (bounds[0], bounds[1] if is_whole else None)
                        if any(known) or OVERLAP not in values:
                            result[measure, definition, label, place, cut, values] = known
        result |= self.overlaps_of_institutions(result)
        return result

    def ends_of(
        self, cut: Cut, values: Values, ends: list[tuple[str, str]]
    ) -> list[tuple[str, str]]:
        """The institutions and years that a part rests on: of a kind of institution its own."""
        kinds = set(values) & set(self.records.institutions.values())
        if "institution_kind" not in cut or not kinds:
            return ends
        return [end for end in ends if self.records.institutions[end[0]] in kinds]

    def counted(
        self, measure: str, place: str, entries: list[Entry]
    ) -> Iterator[tuple[str, Cut, Values, Bounds]]:
        """The totals of a cell, its parts in every split, and what the parts count too often."""
        regular = [entry for entry in entries if entry.values.get("purpose", REGULAR) == REGULAR]
        totals = TALLIES[measure](regular, place)
        for definition in DEFINED[measure]:
            yield definition, TOTAL, ALL, totals[definition]
        for cut in (*SPLITS[measure], *CROSSINGS[measure]):
            if "institution_kind" in cut and place != FLANDERS:
                continue
            if measure == "learners" and set(cut) & set(STATUS):
                parts = statuses_of_learners(regular, place, cut)
            else:
                chosen: dict[Values, list[Entry]] = defaultdict(list)
                for entry in entries if cut == PURPOSE else regular:
                    chosen[entry.cut_by(cut)].append(entry)
                parts = {values: TALLIES[measure](part, place) for values, part in chosen.items()}
            for definition in DEFINED[measure]:
                found = {values: part[definition] for values, part in parts.items()}
                yield from (
                    (definition, cut, values, part) for values, part in found.items() if part != NIL
                )
                double = less(found.values(), totals[definition])
                if cut != PURPOSE:
                    yield definition, cut, tuple(OVERLAP for _ in cut), double

    def overlaps_of_institutions(self, cells: dict[Cell, Bounds]) -> dict[Cell, Bounds]:
        """What the institutions count more than Flanders does."""
        result: dict[Cell, Bounds] = {}
        for (measure, definition, label, place, cut, _), total in cells.items():
            if place != FLANDERS or cut != TOTAL:
                continue
            parts = [
                cells[measure, definition, label, one, TOTAL, ALL]
                for one in self.records.institutions
            ]
            double = less((part for part in parts if part != (None, None)), total)
            if any(double):
                result[measure, definition, label, OVERLAP, TOTAL, ALL] = double
        return result

    def entries(self) -> dict[str, tuple[str, list[Entry]]]:
        """The records that each measure counts, with the kind of delivery they come from."""
        largest: dict[tuple[str, str], Decimal] = {}
        for run in self.records.offerings:
            key = (self.records.unit(run, FLANDERS), run.year)
            if run.stated_ects:
                largest[key] = max(largest.get(key, run.stated_ects), run.stated_ects)
        runs = [self.of_run(run, largest) for run in self.records.offerings]
        lines = [self.of_line(line) for line in self.records.lines]
        titles = [
            replace(entry, unit=title, flemish_unit=title)
            for entry, run in zip(runs, self.records.offerings, strict=True)
            for title in [(run.institution, run.title_key)]
        ]
        persons = [
            replace(
                entry,
                unit=line.learner,
                flemish_unit=line.learner,
                is_certain_in_flanders=line.has_national_number,
            )
            for entry, line in zip(lines, self.records.lines, strict=True)
        ]
        contracts = [
            replace(entry, unit=contract, flemish_unit=contract)
            for entry, line in zip(lines, self.records.lines, strict=True)
            for contract in [(line.learner, line.institution, line.year, line.contract)]
            if line.contract != "geen"
        ]
        return {
            "offerings": ("offerings", runs),
            "titles": ("offerings", titles),
            "credits_offered": ("offerings", runs),
            "offerings_without_credits": ("offerings", runs),
            "components_offered": ("programmes", list(self.components())),
            "enrolments": ("enrolments", lines),
            "learners": ("enrolments", persons),
            "contracts": ("enrolments", contracts),
            "credits_taken": ("enrolments", lines),
        }

    def of_run(self, run: Offering, largest: dict[tuple[str, str], Decimal]) -> Entry:
        """A run; Flanders gives a joint offering the largest size that one of its runs states."""
        unit, flemish = (self.records.unit(run, place) for place in (run.institution, FLANDERS))
        return Entry(
            institution=run.institution,
            year=run.year,
            verdicts=run.verdicts,
            values=self.values_of_run(run),
            unit=unit,
            flemish_unit=flemish,
            ects=run.stated_ects,
            flemish_ects=largest.get((flemish, run.year)),
        )

    def values_of_run(self, run: Offering) -> dict[str, str]:
        stated = number(run.row.get("omvang", ""))
        unit = run.row["omvang_eenheid"] if stated else ""
        size = run.stated_ects or (None if stated else run.component_sum)
        return {
            "offering_kind": run.kind or "unknown",
            "type": str(run.type or "unknown"),
            "level": str(run.level or "unknown"),
            "mode": MODES.get(run.row.get("leervorm", ""), "unknown"),
            "ects_band": band(size) if size else ("hours" if unit in UNITS_OF_TIME else "unknown"),
            "workload_unit": "ects" if size else UNITS_OF_TIME.get(unit, "unknown"),
            "institution_kind": self.records.institutions[run.institution],
            "lifecycle": run.lifecycle,
        }

    def of_line(self, line: Line) -> Entry:
        if line.offering is not None:
            values = self.values_of_run(line.offering)
        else:
            values = dict.fromkeys(OF_OFFERINGS, "unknown")
            values["institution_kind"] = self.records.institutions[line.institution]
            values |= KINDS_WITHOUT_OFFERING[line.code[0]]
        statuses = self.records.working_statuses
        status, source = statuses.get((line.learner, line.year), ("", ""))
        values |= {
            "contract_type": CONTRACTS[line.contract],
            "working_status": status,
            "working_status_source": source,
            "purpose": line.purpose,
        }
        unit, flemish = (self.records.enrolment(line, at) for at in (line.institution, FLANDERS))
        return Entry(
            line.institution, line.year, line.verdicts, values, unit, flemish, line.ects, line.ects
        )

    def components(self) -> Iterator[Entry]:
        """The components of unlabelled degree programmes, which two readings name as such."""
        labelled: dict[tuple[str, str], set[str]] = defaultdict(set)
        for run in self.records.offerings:
            if run.is_labelled:
                labelled[run.institution, run.year].add(run.code)
        for (kind, institution, year), rows in self.records.sample.rows.items():
            if kind != "programmes":
                continue
            marks: dict[str, set[str]] = defaultdict(set)
            for row in Classifier.unlabelled(rows, labelled[institution, year]):
                if row["opleiding_soort"] in LEVELS:
                    marks[row["onderdeel_code"]].add(row["integratief"])
            for code, found in marks.items():
                unit = (institution, code)
                verdicts = {"scope_note": IN, "vlor": BY_MARK[marked_integrative(found)]}
                values = {"institution_kind": self.records.institutions[institution]}
                yield Entry(institution, year, verdicts, values, unit, unit, None, None)


def band(ects: Decimal) -> str:
    """The band of a size; twenty belongs to 3-20, sixty to 60+."""
    if ects < 3:
        return "<3"
    if ects <= 20:
        return "3-20"
    return "20-60" if ects < 60 else "60+"


def statuses_of_learners(
    entries: list[Entry], place: str, cut: Cut
) -> dict[Values, dict[str, Bounds]]:
    """Persons by working status: each under that of the first year with its best verdict.

    Beside a kind of institution the best verdict is the best at that kind.
    """

    def person(entry: Entry) -> Hashable:
        return entry.unit, *(entry.values[split] for split in cut if split not in STATUS)

    persons: dict[str, dict[Hashable, tuple[int, str, Entry]]] = {}
    for definition in DEFINITIONS:
        best = persons.setdefault(definition, {})
        for entry in entries:
            if verdict := entry.verdicts[definition]:
                rank = (-verdict, entry.year)
                if person(entry) not in best or rank < best[person(entry)][:2]:
                    best[person(entry)] = (*rank, entry)
    result: dict[Values, dict[str, Bounds]] = {}
    for definition, best in persons.items():
        held: dict[Values, list[int]] = defaultdict(list)
        for _, _, entry in best.values():
            held[entry.cut_by(cut)].append(entry.marks_at(place))
        for values, marks in held.items():
            result.setdefault(values, dict.fromkeys(DEFINITIONS, NIL))
            result[values][definition] = bounds_of((mark, ONE) for mark in marks)[definition]
    return result


def bounds_of(weighed: Iterable[tuple[int, Decimal]]) -> dict[str, Bounds]:
    """What weighs certainly and what weighs possibly, per definition."""
    by_marks: dict[int, Decimal] = defaultdict(Decimal)
    for marks, weight in weighed:
        by_marks[marks] += weight
    result = {}
    for place, definition in enumerate(DEFINITIONS):
        seen = [(marks >> 2 * place & 3, weight) for marks, weight in by_marks.items()]
        lower = sum((weight for mark, weight in seen if mark == MARK[IN]), Decimal(0))
        result[definition] = (lower, sum((weight for mark, weight in seen if mark), Decimal(0)))
    return result


def distinct(entries: Iterable[Entry], place: str) -> dict[str, Bounds]:
    """How many different units are in, and how many are in or may be."""
    units: dict[Hashable, int] = defaultdict(int)
    for entry in entries:
        units[entry.unit_at(place)] |= entry.marks_at(place)
    return bounds_of((marks, ONE) for marks in units.values())


def credits_offered(entries: Iterable[Entry], place: str) -> dict[str, Bounds]:
    """The stated credits of every unit and year."""
    units: dict[Hashable, int] = defaultdict(int)
    sizes: dict[Hashable, Decimal] = {}
    for entry in entries:
        key = (entry.unit_at(place), entry.year)
        units[key] |= entry.marks
        sizes[key] = entry.ects_at(place) or Decimal(0)
    return bounds_of((marks, sizes[key]) for key, marks in units.items())


def without_credits(entries: list[Entry], place: str) -> dict[str, Bounds]:
    """The units that state no credits in one of the years."""
    return distinct((entry for entry in entries if entry.ects_at(place) is None), place)


def credits_taken(entries: list[Entry], place: str) -> dict[str, Bounds]:
    """The credits of the lines; without an upper bound where one that may count has none."""
    found = bounds_of((entry.marks, entry.ects or Decimal(0)) for entry in entries)
    unweighed = bounds_of((entry.marks, ONE) for entry in entries if entry.ects is None)
    return {
        definition: (lower, None if unweighed[definition][1] else upper)
        for definition, (lower, upper) in found.items()
    }


def less(parts: Iterable[Bounds], total: Bounds) -> Bounds:
    """The sum of parts less their total, per bound; None where one of them is not known."""
    found = list(parts)
    return (
        difference([lower for lower, _ in found], total[0]),
        difference([upper for _, upper in found], total[1]),
    )


def difference(parts: Sequence[Decimal | None], total: Decimal | None) -> Decimal | None:
    known = [part for part in parts if part is not None]
    if total is None or len(known) < len(parts):
        return None
    return sum(known, Decimal(0)) - total


TALLIES: dict[str, Callable[[list[Entry], str], dict[str, Bounds]]] = {
    **dict.fromkeys(
        words("offerings titles components_offered enrolments learners contracts"), distinct
    ),
    "credits_offered": credits_offered,
    "offerings_without_credits": without_credits,
    "credits_taken": credits_taken,
}
