"""Growth a second time: what became of every offering and learner, in plain Python.

Written from the design page on counting and the decisions in the README, on top of the records
of ``recount.py``; like that module it shares no line with the pipelines or the models.

Border: sizes of cells are counted in ``recount_cube.py``; how this compares with what is published
stands in ``test_recount.py``.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.integration.recount import (
    DEFINITIONS,
    FLANDERS,
    IN,
    UNDETERMINED,
    Recount,
    Verdict,
)

Term = tuple[str, str, str, str, str]
PANEL = "panel"
LEAST: dict[str, Verdict] = {"lower": IN, "upper": UNDETERMINED}
KINDS = {"offerings": "offerings", "learners": "enrolments"}


@dataclass(frozen=True)
class Seen:
    """One unit seen at one institution in one year, with its verdict per definition and bound."""

    institution: str
    year: str
    unit: Hashable
    look: Hashable
    verdicts: dict[str, Verdict]
    counts_in_lower: bool = True

    def counts(self, definition: str, bound: str) -> bool:
        is_certain = bound == "upper" or self.counts_in_lower
        return is_certain and self.verdicts[definition] >= LEAST[bound]


def growth(records: Recount) -> dict[Term, Decimal | None]:
    """(measure, definition, place, bound, term) to every term of growth over the window.

    Growth is told where two different years of the window are delivered. The panel has the years
    of Flanders, and only the institutions that delivered both.
    """
    result: dict[Term, Decimal | None] = {}
    for measure, kind in KINDS.items():
        for place in (*records.institutions, FLANDERS, PANEL):
            everyone = [place] if place in records.institutions else records.institutions
            reporting = {
                year: {one for one in everyone if records.reports(kind, one, year)}
                for year in records.window
            }
            reported = [year for year in records.window if reporting[year]]
            if len(reported) < 2:
                continue
            ends = reported[0], reported[-1]
            panel = reporting[ends[0]] & reporting[ends[1]]
            if place == PANEL and not panel:
                continue
            seen = [
                one
                for one in SEEN[measure](records, place)
                if one.year in ends and (place != PANEL or one.institution in panel)
            ]
            counted = panel if place == PANEL else everyone
            for definition in DEFINITIONS:
                is_open = not all(
                    records.is_census(kind, one, year, definition)
                    for one in counted
                    for year in ends
                )
                for bound in LEAST:
                    terms = TERMS[measure](seen, panel, ends, definition, bound)
                    for term, value in terms.items():
                        hidden = is_open and bound == "upper"
                        key = (measure, definition, place, bound, term)
                        result[key] = None if hidden else Decimal(value)
    return result


def offerings_seen(records: Recount, place: str) -> Iterator[Seen]:
    """The runs of a place; Flanders and the panel know a joint offering as one."""
    for run in records.offerings:
        if place in (FLANDERS, PANEL, run.institution):
            unit = records.unit(run, run.institution if place == run.institution else FLANDERS)
            look = (run.kind, run.is_labelled)
            yield Seen(run.institution, run.year, unit, look, run.verdicts)


def learners_seen(records: Recount, place: str) -> Iterator[Seen]:
    """Who takes something; without a national number a person is certain at one institution."""
    for line in records.lines:
        if line.purpose == "regular" and place in (FLANDERS, PANEL, line.institution):
            is_certain = line.has_national_number or place == line.institution
            yield Seen(line.institution, line.year, line.learner, None, line.verdicts, is_certain)


@dataclass
class Ends:
    """The units counted in the first and the last year, by and outside the panel."""

    inside: tuple[set[Hashable], set[Hashable]]
    outside: tuple[set[Hashable], set[Hashable]]

    def shared(self) -> dict[str, int]:
        first, last = (
            len(inside | outside) for inside, outside in zip(self.inside, self.outside, strict=True)
        )
        only_outside = [
            len(outside - inside) for inside, outside in zip(self.inside, self.outside, strict=True)
        ]
        return {
            "first": first,
            "last": last,
            "difference": last - first,
            "coverage": only_outside[1] - only_outside[0],
        }


def ends_of(
    seen: list[Seen], panel: set[str], ends: tuple[str, str], definition: str, bound: str
) -> Ends:
    counted = [one for one in seen if one.counts(definition, bound)]
    inside, outside = (
        tuple(
            {
                one.unit
                for one in counted
                if one.year == year and (one.institution in panel) == is_inside
            }
            for year in ends
        )
        for is_inside in (True, False)
    )
    return Ends(inside, outside)  # type: ignore[arg-type]


def terms_of_offerings(
    seen: list[Seen], panel: set[str], ends: tuple[str, str], definition: str, bound: str
) -> dict[str, int]:
    """New, relabelled, reclassified, discontinued: told of what institutions of the panel run."""
    found = ends_of(seen, panel, ends, definition, bound)
    looks: dict[str, dict[Hashable, set[Hashable]]] = {year: defaultdict(set) for year in ends}
    for one in seen:
        if one.institution in panel:
            looks[one.year][one.unit].add(one.look)
    before, after = looks[ends[0]], looks[ends[1]]
    come = found.inside[1] - found.inside[0]
    gone = found.inside[0] - found.inside[1]
    new = {unit for unit in come if unit not in before}
    relabelled = {unit for unit in come - new if before[unit] != after[unit]}
    discontinued = {unit for unit in gone if unit not in after}
    return found.shared() | {
        "new": len(new),
        "relabelled_in": len(relabelled),
        "reclassified_in": len(come - new - relabelled),
        "discontinued": -len(discontinued),
        "reclassified_out": -len(gone - discontinued),
    }


def terms_of_learners(
    seen: list[Seen], panel: set[str], ends: tuple[str, str], definition: str, bound: str
) -> dict[str, int]:
    """Who stayed, entered and left, at institutions of the panel."""
    found = ends_of(seen, panel, ends, definition, bound)
    first, last = found.inside
    return found.shared() | {
        "stayed": len(first & last),
        "entered": len(last - first),
        "left": -len(first - last),
    }


SEEN = {"offerings": offerings_seen, "learners": learners_seen}
TERMS = {"offerings": terms_of_offerings, "learners": terms_of_learners}
