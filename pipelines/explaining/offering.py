"""The page of an offering in one academic year: what it is, each verdict, each criterion, its row.

Border: type and level stand in ``type_and_level.py``, the size in ``size.py``; what an enrolment's
page says in the same way stands in ``telling.py``.
"""

from collections.abc import Sequence
from itertools import groupby

from pipelines.explaining.evidence import evidence_text
from pipelines.explaining.facts import Criterion, OfferingFacts, ReusedCode, Rule, Run, Verdict
from pipelines.explaining.lacks import Judged, lacks_of_offering
from pipelines.explaining.page import Facts, Finding, Grid, Note, Page, Part
from pipelines.explaining.size import SIZE, size_rule, size_rule_named, size_text
from pipelines.explaining.telling import TONES, Teller
from pipelines.explaining.type_and_level import type_and_level


def offering_page(teller: Teller, facts: OfferingFacts, definitions: Sequence[str]) -> Page:
    """Return the page of an offering under the given readings."""
    words, run = teller.words, facts.run
    title = words.text(
        "title.offering",
        title=run.title or words.text("title.untitled"),
        offering_id=run.offering_id,
        year=teller.printer.period(run.academic_year),
    )
    is_whole = len(definitions) == len(teller.background.definitions)
    parts = (
        _head(teller, facts),
        _verdicts(teller, facts, definitions),
        *_criteria(teller, facts, definitions),
        type_and_level(teller, facts),
        teller.origin(facts.origin),
        *_other_runs(teller, facts.other_runs, definitions),
        *teller.other_rule_sets(facts.other_rule_sets, run.verdicts, definitions),
        *(_reported(teller, facts) if is_whole else ()),
    )
    return Page(title, teller.stamp(), parts)


def _head(teller: Teller, facts: OfferingFacts) -> Part:
    words, run = teller.words, facts.run
    mode = words.label("split_value.mode", run.mode) if run.mode else words.text("mode_unknown")
    rows = {
        "institution": run.institution_name,
        "kind": teller.kind(run.offering_kind),
        "word": words.text("word.found", label=run.label_raw)
        if run.is_labelled and run.label_raw
        else words.text("word.none"),
        "size": size_text(teller, facts),
        "mode": mode,
        "lifecycle": words.label("lifecycle", run.lifecycle or "unknown"),
    }
    if facts.reused_code:
        rows["code"] = _reused(teller, facts.reused_code)
    if facts.joint_with:
        rows["joint"] = words.text("joint", partners=teller.join(facts.joint_with))
    if run.url:
        rows["url"] = run.url
    shown = tuple((words.text(f"label.{name}"), value) for name, value in rows.items())
    return Part(words.text("part.offering"), (Facts(shown),))


def _reused(teller: Teller, code: ReusedCode) -> str:
    return teller.words.label("code_reused", code.reason).format(
        year=teller.printer.period(code.earlier_year),
        title=code.earlier_title or teller.words.text("title.untitled"),
    )


def _verdicts(teller: Teller, facts: OfferingFacts, definitions: Sequence[str]) -> Part:
    findings = [_verdict(teller, facts, definition) for definition in definitions]
    year = teller.printer.period(facts.run.academic_year)
    return Part(teller.words.text("part.verdicts", year=year), tuple(findings))


def _verdict(teller: Teller, facts: OfferingFacts, definition: str) -> Finding:
    run = facts.run
    verdict = run.verdicts.get(definition)
    decided = teller.decided(definition, verdict, _own_label(teller, run))
    details = _details(teller, facts, definition, verdict) if verdict else ()
    if verdict is None or verdict.deciding != SIZE:
        return teller.finding(definition, verdict, run.academic_year, decided, details)
    return teller.finding(
        definition,
        verdict,
        run.academic_year,
        decided,
        (*size_rule_named(teller, run), *details),
        lambda: size_rule(teller, run),
    )


def _details(
    teller: Teller, facts: OfferingFacts, definition: str, verdict: Verdict
) -> tuple[str, ...]:
    if verdict.verdict != "undetermined":
        return ()
    run = facts.run
    judged = Judged(facts.criteria, run.offering_kind, run.type, facts.origin.noted())
    return lacks_of_offering(teller, judged, definition, verdict)


def _own_label(teller: Teller, run: Run) -> str:
    if not run.is_labelled:
        return teller.words.text("decided.label_out")
    if not run.label_raw:
        return teller.words.text("decided.label_in_bare")
    return teller.words.text("decided.label_in", label=run.label_raw)


def _criteria(teller: Teller, facts: OfferingFacts, definitions: Sequence[str]) -> tuple[Part, ...]:
    """Return the criteria that decide, by the readings they decide under, framework first."""
    order = {definition: place for place, definition in enumerate(definitions)}
    deciding = [
        rule
        for rule in teller.background.rules.values()
        if rule.rule_id in facts.criteria and any(name in order for name in rule.decides)
    ]
    places = list(teller.background.definitions)
    deciding.sort(key=lambda rule: ([places.index(name) for name in rule.decides], rule.order))
    return tuple(
        _criteria_of(teller, facts, decides, list(rules))
        for decides, rules in groupby(deciding, key=lambda rule: rule.decides)
    )


def _criteria_of(
    teller: Teller, facts: OfferingFacts, decides: Sequence[str], rules: Sequence[Rule]
) -> Part:
    readings = [teller.background.definitions[name].short for name in decides]
    findings = [_criterion(teller, facts, rule) for rule in rules]
    ids_by_document: dict[str, list[str]] = {}
    for rule in rules:
        ids_by_document.setdefault(rule.document, []).append(rule.rule_id)
    for document, ids in ids_by_document.items():
        source = teller.words.text("rule.source_of", ids=teller.join(ids), document=document)
        findings.append(Note(source))
    heading = teller.words.text("part.criteria", readings=teller.join(readings))
    return Part(heading, tuple(findings))


def _criterion(teller: Teller, facts: OfferingFacts, rule: Rule) -> Finding | Note:
    words = teller.words
    criterion = facts.criteria[rule.rule_id]
    is_size = rule.rule_id == SIZE
    evidence = words.text("criterion.evidence", evidence=_evidence(teller, facts, criterion))
    asides = teller.rule(rule.rule_id)
    return Finding(
        outcome=words.label("outcome", criterion.outcome),
        tone=TONES.get(criterion.outcome, ""),
        subject=f"{rule.rule_id} {rule.name}",
        details=(evidence, *(size_rule_named(teller, facts.run) if is_size else ())),
        asides=(*asides, *(size_rule(teller, facts.run) if is_size else ())),
    )


def _evidence(teller: Teller, facts: OfferingFacts, criterion: Criterion) -> str:
    words, status = teller.words, facts.run.size_status
    said = evidence_text(criterion.evidence, words, teller.printer, teller.background.institutions)
    if criterion.criterion_id == SIZE and criterion.evidence and status:
        return f"{said}; {words.label('size_status', status)}"
    return said


def _reported(teller: Teller, facts: OfferingFacts) -> tuple[Part, ...]:
    """Return the criteria that no reading rests on, each with the first sentence of its rule."""
    rules = [
        rule
        for rule in teller.background.rules.values()
        if rule.rule_id in facts.criteria and not rule.decides
    ]
    if not rules:
        return ()
    words = teller.words
    rows = []
    for rule in rules:
        criterion = facts.criteria[rule.rule_id]
        first, _, _ = rule.text.partition(". ")
        outcome = words.label("outcome", criterion.outcome)
        evidence = _evidence(teller, facts, criterion) if criterion.evidence else ""
        rows.append((rule.rule_id, outcome, f"{first.rstrip('.')}.", evidence))
    documents = teller.join(list(dict.fromkeys(rule.document for rule in rules)))
    blocks = (
        Grid(words.texts("reported_columns"), tuple(rows)),
        Note(words.text("rule.source", document=documents)),
    )
    return (Part(words.text("part.reported"), blocks),)


def _other_runs(
    teller: Teller, runs: Sequence[Run], definitions: Sequence[str]
) -> tuple[Part, ...]:
    """Return the offering in its other years, a line each."""
    if not runs:
        return ()
    rows = tuple(
        (teller.printer.period(run.academic_year), _run_line(teller, run, definitions))
        for run in runs
    )
    return (Part(teller.words.text("part.other_runs"), (Facts(rows),)),)


def _run_line(teller: Teller, run: Run, definitions: Sequence[str]) -> str:
    words = teller.words
    readings: dict[str, list[str]] = {}
    for name in definitions:
        verdict = teller.verdict(run.verdicts.get(name))
        readings.setdefault(verdict, []).append(teller.background.definitions[name].short)
    verdicts = "; ".join(f"{verdict}: {teller.join(names)}" for verdict, names in readings.items())
    return words.text(
        "run_line",
        kind=teller.kind(run.offering_kind),
        lifecycle=words.label("lifecycle_short", run.lifecycle or "unknown"),
        verdicts=verdicts,
    )
