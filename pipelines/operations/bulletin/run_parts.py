"""The parts about the last run, the published file and the gate.

Border: how a part looks is decided where the page is shown.
"""

from datetime import datetime, timedelta

from pipelines.explaining.page import Block, Facts, Finding, Note, Part
from pipelines.operations.bulletin.published import BuildFacts
from pipelines.operations.bulletin.refusal_messages import without_counts
from pipelines.operations.bulletin.telling import Situation, Teller
from pipelines.operations.run_record import RunRecord, UnmetCheck


def run_part(teller: Teller, situation: Situation) -> Part:
    """Return when the last run was, what became of it, and what it refused."""
    words, record = teller.words, situation.record
    heading = words.text("part.run")
    if record is None:
        return Part(heading, (Note(words.text(f"record.{situation.found.problem}")),))
    rows = {
        "outcome": words.label("outcome", situation.outcome or ""),
        "started_at": _moment(teller, record.started_at),
        "finished_at": _moment(teller, record.finished_at),
        "seconds": "" if record.seconds is None else teller.span(timedelta(seconds=record.seconds)),
        "by": record.by,
        "as_of": record.as_of or "",
        "message": record.message or "",
        "in_error": ", ".join(sorted(record.institutions_in_error)),
        "refused": _refused(teller, record),
        "strangers": ", ".join(record.unrecognised_folders),
    }
    success = record.last_success
    if not record.is_successful and success is not None:
        rows["last_success"] = teller.moment(success.finished_at)
    told = tuple((words.text(f"run.{name}"), value) for name, value in rows.items() if value)
    return Part(heading, (Facts(told),))


def published_part(teller: Teller, situation: Situation) -> Part:
    """Return when the published file was built, from what, and how old that is."""
    words = teller.words
    heading = words.text("part.published")
    if situation.published is None:
        return Part(heading, (Note(words.text("fresh.unpublished")),))
    build = situation.published.build
    rows = {
        "data": words.text(f"published_data.{'synthetic' if build.is_synthetic else 'real'}"),
        "built_at": teller.moment(build.built_at),
        "age": teller.span(situation.moment - build.built_at),
        "as_of": _as_of(teller, build, situation.moment),
        "versions": _versions(teller, build, situation.here),
    }
    if build.as_of_requested is not None:
        day = teller.printer.day(build.as_of_requested)
        rows["as_of_requested"] = words.text("published_requested", day=day)
    told = tuple((words.text(f"published.{name}"), value) for name, value in rows.items())
    return Part(heading, (Facts(told),))


def gate_part(teller: Teller, situation: Situation) -> Part:
    """Return what the gate found: in the last run if it stopped it, and in what is published."""
    words = teller.words
    blocks: list[Block] = []
    record = situation.record
    if situation.outcome == "gate_failed" and record is not None:
        blocks.append(Note(words.text("gate.of_run")))
        blocks += [
            _check(teller, one, "", situation.advice_on(one))
            for one in record.unmet_checks
            if one.is_blocking
        ]
    if situation.published is not None:
        asked = sum(suite.asked for suite in situation.published.suites)
        unmet = sum(suite.unmet for suite in situation.published.suites)
        text = words.text("gate.of_published", asked=str(asked), unmet=str(unmet))
        blocks.append(Note(text))
        for found in situation.published.unmet:
            check = UnmetCheck(found.suite, found.subject, found.is_blocking, False, "")
            blocks.append(_check(teller, check, found.named, situation.advice_on(check)))
    return Part(words.text("part.gate"), tuple(blocks) or (Note(words.text("none")),))


def _check(teller: Teller, check: UnmetCheck, named: str, advice: str) -> Finding:
    words = teller.words
    state = "blocking" if check.is_blocking else "warning"
    if check.could_not_run:
        state = "could_not_run"
    details = [words.text("gate.named", names=named)] if named else []
    return Finding(
        words.text(f"gate.{state}"),
        "bad" if check.is_blocking else "open",
        words.text("gate.subject", suite=words.label("suite", check.suite), subject=check.subject),
        tuple(details),
        (advice,) if advice else (),
    )


def _moment(teller: Teller, moment: datetime | None) -> str:
    return teller.moment(moment) if moment else ""


def _refused(teller: Teller, record: RunRecord) -> str:
    files = [
        (one.file_name, without_counts(one.message_nl, one.kinds)) for one in record.refused_files
    ]
    return teller.files(files) if files else ""


def _as_of(teller: Teller, build: BuildFacts, moment: datetime) -> str:
    if build.as_of is None:
        return teller.words.text("unknown")
    age = teller.span(moment.astimezone().date() - build.as_of)
    day = teller.printer.day(build.as_of)
    return teller.words.text("published_as_of", day=day, age=age)


def _versions(teller: Teller, build: BuildFacts, here: str) -> str:
    version = f"{build.code_version}, {build.rule_set_version}"
    if build.code_version == here:
        return version
    return teller.words.text("published_other_code", version=version, here=here)
