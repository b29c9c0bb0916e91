"""The page of an enrolment line: what was taken, each verdict, whether it counts, its row.

Border: nothing that tells who the learner is; of dates only those of a line that was withdrawn.
"""

from collections.abc import Sequence

from pipelines.deliveries.rules import masked
from pipelines.explaining.facts import EnrolmentFacts, ProgrammePlace, Verdict
from pipelines.explaining.lacks import lacks_of_enrolment
from pipelines.explaining.page import Facts, Note, Page, Part
from pipelines.explaining.telling import Teller

PLACES_NAMED = 4
REGULAR = "regular"


def enrolment_page(teller: Teller, facts: EnrolmentFacts, definitions: Sequence[str]) -> Page:
    """Return the page of an enrolment line under the given readings."""
    title = teller.words.text(
        "title.enrolment",
        enrolment_id=masked(facts.enrolment_id),
        institution=facts.institution_name,
        year=teller.printer.period(facts.academic_year),
    )
    parts = (
        _head(teller, facts),
        _verdicts(teller, facts, definitions),
        _counted(teller, facts),
        teller.origin(facts.origin),
        *teller.other_rule_sets(facts.other_rule_sets, facts.verdicts, definitions),
    )
    return Page(title, teller.stamp(), parts)


def _head(teller: Teller, facts: EnrolmentFacts) -> Part:
    words = teller.words
    contract = words.label("split_value.contract_type", facts.contract_type)
    rows = {"contract": contract, "purpose": words.label("purpose", facts.purpose)}
    if facts.offering_id:
        rows["offering"] = words.text(
            f"taken.{facts.taken}",
            title=facts.offering_title or words.text("title.untitled"),
            offering_id=facts.offering_id,
        )
    if facts.component_code:
        rows["component"] = facts.component_code
    if facts.programme_code:
        rows["programme"] = facts.programme_code
    if not facts.offering_id:
        if facts.context:
            rows["context"] = words.label("taken.context", facts.context)
        rows["catalogue"] = _places(teller, facts.places)
    if facts.credits_ects is not None:
        rows["credits"] = teller.printer.number(facts.credits_ects)
    shown = tuple((words.text(f"label.{name}"), value) for name, value in rows.items())
    return Part(words.text("part.enrolment"), (Facts(shown),))


def _places(teller: Teller, places: Sequence[ProgrammePlace]) -> str:
    words = teller.words
    if not places:
        return words.text("taken.no_place")
    said = [
        words.text(
            "taken.place" if place.programme_name else "taken.place_bare",
            kind=teller.kind(place.programme_kind),
            programme_name=place.programme_name or "",
            code=place.programme_code,
        )
        for place in places[:PLACES_NAMED]
    ]
    if len(places) > PLACES_NAMED:
        said.append(words.text("taken.more_places", count=str(len(places) - PLACES_NAMED)))
    marks = {place.is_integrative for place in places} - {None}
    if marks:
        said.append(words.label("taken.integrative", "yes" if True in marks else "no"))
    return "; ".join(said)


def _verdicts(teller: Teller, facts: EnrolmentFacts, definitions: Sequence[str]) -> Part:
    findings = []
    for definition in definitions:
        verdict = facts.verdicts.get(definition)
        details = _details(teller, facts, definition, verdict) if verdict else ()
        decided = teller.decided(definition, verdict, _own_label(teller, facts, verdict))
        findings.append(teller.finding(definition, verdict, facts.academic_year, decided, details))
    notes = []
    if facts.taken == "offering":
        said = teller.words.text(
            "taken.see", offering_id=facts.offering_id or "", year=facts.academic_year
        )
        notes.append(Note(said))
    year = teller.printer.period(facts.academic_year)
    return Part(teller.words.text("part.verdicts", year=year), (*findings, *notes))


def _details(
    teller: Teller, facts: EnrolmentFacts, definition: str, verdict: Verdict
) -> tuple[str, ...]:
    details: tuple[str, ...] = ()
    if facts.offering_verdicts.get(definition) == verdict:
        details = (teller.words.text("taken.as_offering"),)
    if verdict.verdict == "undetermined":
        details = (*details, *lacks_of_enrolment(teller, facts, definition, verdict))
    return details


def _own_label(teller: Teller, facts: EnrolmentFacts, verdict: Verdict | None) -> str:
    if verdict is not None and verdict.verdict == "in":
        return teller.words.text("decided.label_in_bare")
    if facts.taken == "offering":
        return teller.words.text("decided.label_out")
    return teller.words.text("decided.label_line")


def _counted(teller: Teller, facts: EnrolmentFacts) -> Part:
    words = teller.words
    purpose = words.label("purpose", facts.purpose)
    if not facts.is_counted:
        said = words.text("counted.no", reason=_reason(teller, facts))
    elif facts.purpose == REGULAR:
        said = words.text("counted.yes")
    else:
        said = words.text("counted.yes_apart", purpose=purpose)
    blocks: list[Facts | Note] = [Facts(((words.text("label.counted"), said),))]
    if facts.is_counted:
        blocks.append(Note(words.text("counted.depends")))
    return Part(words.text("part.counted"), tuple(blocks))


def _reason(teller: Teller, facts: EnrolmentFacts) -> str:
    days = {
        name: teller.printer.day(day) if day else "?"
        for name, day in (
            ("withdrawn_on", facts.withdrawn_on),
            ("enrolled_on", facts.enrolled_on),
        )
    }
    reason = facts.reason_not_counted or "?"
    return teller.words.label("counted.reason", reason).format(**days)
