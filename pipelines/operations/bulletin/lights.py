"""Green, amber or red per institution: what is amiss, what to do first, what it blocks.

Red: a year of a headline figure has nothing usable. Amber: it has, and something wants attention.

Border: words come from ``wording/``; whether a figure is partial was decided by the published file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipelines.deliveries.register import DEPARTMENT
from pipelines.operations.bulletin.published import IN_FORCE, PublishedFacts, Supplied
from pipelines.operations.bulletin.refusal_messages import without_counts
from pipelines.operations.run_record import RefusedFile, RunRecord

Tone = Literal["good", "open", "bad"]
ORDER: tuple[Tone, ...] = ("bad", "open", "good")
# Nothing of the headline figures is counted from the others; they make types and levels known.
HEADLINE_KINDS = ("offerings", "enrolments")
KINDS = ("offerings", "enrolments", "programmes", "components")
CENSUS = "lifelong_learning"  # what makes an upper bound of offerings known (counting.md, Bounds)


@dataclass(frozen=True)
class Amiss:
    """One thing that is amiss with the deliveries of an institution.

    Attributes:
        what: ``error``, ``refused_file``, ``refused``, ``missing``, ``carried_forward``,
            ``rejected``, ``no_census``, ``running``, ``no_positions`` or, where no institution has
            delivered yet, ``nothing``.
        kind: The kind of delivery; empty where it is about all.
        years: The academic years, oldest first.
        files: Masked names of refused files, with why.
        detail: A fault of this program, or the largest share of rejected rows.
    """

    what: str
    tone: Tone
    kind: str = ""
    years: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    detail: str = ""
    share: float = 0.0


@dataclass(frozen=True)
class Light:
    """How the deliveries of one reporting unit are; the worst thing first."""

    unit: str
    name: str
    amiss: tuple[Amiss, ...] = ()

    @property
    def tone(self) -> Tone:
        """The tone of the worst thing."""
        return min((one.tone for one in self.amiss), key=ORDER.index, default="good")


def lights(published: PublishedFacts, record: RunRecord | None, department: str) -> list[Light]:
    """Return the light of every reporting unit, red first, in the order of the register.

    Args:
        published: The facts of the published file.
        record: The last run, which may have refused more than the published file knows.
        department: The name of the department.
    """
    names = {**published.institutions, DEPARTMENT: department}
    found = [
        Light(unit, name, tuple(sorted(_amiss(published, record, unit), key=_weight)))
        for unit, name in names.items()
    ]
    return sorted(found, key=lambda light: ORDER.index(light.tone))


def _weight(one: Amiss) -> int:
    return ORDER.index(one.tone)


def _amiss(published: PublishedFacts, record: RunRecord | None, unit: str) -> Iterator[Amiss]:
    error = (record.institutions_in_error if record else {}).get(unit)
    if error:
        yield Amiss("error", "bad", detail=error)
    files = tuple(
        (one.file_name, without_counts(one.message_nl, one.kinds))
        for one in _refused(published, record, unit)
    )
    own = [one for one in published.supplies if one.institution_id == unit]
    by_years = list(_by_years(published, own))
    is_named = any(one.what in {"refused", "carried_forward"} for one in by_years)
    if files and not is_named:
        yield Amiss("refused_file", "open", files=files)
    for one in by_years:
        has_files = one.what in {"refused", "carried_forward"}
        yield Amiss(
            one.what, one.tone, one.kind, one.years, files if has_files else (), "", one.share
        )
    if unit == DEPARTMENT:
        yield from _positions(published)
    elif not published.supplies:
        yield Amiss("nothing", "bad")


def _refused(
    published: PublishedFacts, record: RunRecord | None, unit: str
) -> Iterable[RefusedFile]:
    """Return what the last run refused; without a record what the published file says."""
    if record is not None:
        return [one for one in record.refused_files if one.institution_id == unit]
    return [
        RefusedFile(unit, one.file_name, "")
        for one in published.refused_files()
        if one.institution_id == unit
    ]


def _by_years(published: PublishedFacts, own: list[Supplied]) -> Iterator[Amiss]:
    """Yield one thing per kind and what is amiss with it, over its years."""
    for kind in KINDS:
        found: dict[tuple[str, Tone], list[Supplied]] = {}
        for one in own:
            if one.kind != kind or (one.institution_id, one.academic_year) in published.absent:
                continue
            for what, tone in _of_supply(published, one):
                found.setdefault((what, tone), []).append(one)
        for (what, tone), supplies in found.items():
            years = tuple(one.academic_year for one in supplies)
            share = max(one.rejected_share for one in supplies)
            yield Amiss(what, tone, kind, years, share=share)


def _of_supply(published: PublishedFacts, supply: Supplied) -> Iterator[tuple[str, Tone]]:
    is_running = supply.academic_year in published.running_years
    if not is_running and supply.academic_year not in published.completed_years:
        return
    grave: Tone = "bad" if supply.kind in HEADLINE_KINDS and not is_running else "open"
    if supply.status == "refused":
        yield "refused", grave
    elif supply.status == "missing":
        yield ("running", "open") if is_running else ("missing", grave)
    else:
        if supply.status == "carried_forward":
            yield "carried_forward", "open"
        if supply.rejected_share > published.parameters.get("max_rejected_share", 1.0):
            yield "rejected", "open"
        if supply.kind == "offerings" and CENSUS not in supply.complete_for:
            yield "no_census", "open"


def _positions(published: PublishedFacts) -> Iterator[Amiss]:
    """Yield the completed years with enrolments and without any position of the register."""
    quarters = {
        scope
        for one in published.deliveries
        if one.kind == "positions" and one.status == IN_FORCE
        for scope in one.scopes
    }
    enrolled = {
        one.academic_year
        for one in published.supplies
        if one.kind == "enrolments" and one.status != "missing"
    }
    without = [
        year
        for year in published.completed_years
        if year in enrolled and not quarters & quarters_of(year)
    ]
    if without:
        yield Amiss("no_positions", "open", "positions", tuple(without))


def quarters_of(year: str) -> set[str]:
    """Return the quarters in which an academic year has reference days (counting.md)."""
    first, last = year[:4], year[-4:]
    return {f"{first}Q3", f"{first}Q4", f"{last}Q1", f"{last}Q2", f"{last}Q3"}
