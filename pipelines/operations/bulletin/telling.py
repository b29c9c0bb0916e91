"""Moments, spans, years, names and messages as the bulletin says them.

Border: which of them is said, and where, is decided by the parts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipelines.answers.formatting import Printer
from pipelines.answers.wording import Wordbook
from pipelines.deliveries.kinds import load_kinds
from pipelines.operations.bulletin.advice import Advice
from pipelines.operations.bulletin.changed_answers import AnswerToday
from pipelines.operations.bulletin.lights import Light
from pipelines.operations.bulletin.published import PublishedFacts
from pipelines.operations.freshness import Freshness
from pipelines.operations.recorded_answers import RewrittenAnswer
from pipelines.operations.run_record import RUNNING, Found, RunRecord, UnmetCheck

HOURS_SHOWN = timedelta(hours=48)
MOST_FILES = 3


@dataclass(frozen=True)
class Situation:
    """Everything a bulletin tells, before it has words.

    Attributes:
        found: The record of the last run, or why there is none.
        is_killed: Whether the last run began and is no longer there.
        published: None when nothing that can be read is published.
        here: The version of the code that makes the bulletin.
        rewritten: What the last run printed otherwise in answers.
        advice: What to do about an expectation that did not hold, by suite and subject.
        most_changes: How many changed numbers are listed per answer.
    """

    moment: datetime
    freshness: Freshness
    found: Found
    is_killed: bool
    published: PublishedFacts | None
    here: str
    lights: tuple[Light, ...] = ()
    answers: tuple[AnswerToday, ...] = ()
    rewritten: tuple[RewrittenAnswer, ...] = ()
    advice: Advice = field(default_factory=dict)
    most_changes: int = 10

    def advice_on(self, check: UnmetCheck) -> str:
        """Return what to do about an expectation, in the language where it is known."""
        return self.advice.get((check.suite, check.subject), check.advice)

    @property
    def record(self) -> RunRecord | None:
        """The record of the last run."""
        return self.found.record

    @property
    def outcome(self) -> str | None:
        """The outcome of the last run; ``killed`` for one that is no longer there."""
        if self.record is None:
            return None
        return (
            "killed" if self.is_killed and self.record.outcome == RUNNING else self.record.outcome
        )

    @property
    def is_fresh(self) -> bool:
        """Whether what is published may be used as it is."""
        return self.freshness.is_fresh and self.published is not None


class Teller:
    """Says facts in the words of one language."""

    def __init__(self, words: Wordbook, stale_hours: float) -> None:
        self.words = words
        self.printer = Printer(words)
        self._stale_hours = stale_hours

    def moment(self, moment: datetime) -> str:
        """Return a moment in the time zone of this machine."""
        local = moment.astimezone()
        day = self.printer.day(local.date())
        return self.words.text("moment", day=day, time=f"{local:%H:%M}")

    def span(self, span: timedelta) -> str:
        """Return a span of time in the unit that suits it; never below zero."""
        seconds = max(0, int(span.total_seconds()))
        if seconds < 60:
            return self._counted("seconds", "seconds", seconds)
        if seconds < 3600:
            return self._counted("minute", "minutes", seconds // 60)
        if span < HOURS_SHOWN:
            return self._counted("hours", "hours", seconds // 3600)
        return self._counted("day", "days", span.days)

    def _counted(self, one: str, many: str, number: int) -> str:
        return self.words.text(f"span.{one if number == 1 else many}", number=str(number))

    def freshness(self, situation: Situation) -> str:
        """Return in one sentence how old the last successful run is."""
        found = situation.freshness
        if situation.published is None and found.state == "never":
            return self.words.text("fresh.unpublished")
        return self.words.text(
            f"fresh.{found.state}",
            moment=self.moment(found.since) if found.since else "",
            age=self.span(found.age) if found.age is not None else "",
            limit=f"{self._stale_hours:g}",
        )

    def years(self, years: Iterable[str]) -> str:
        """Return academic years as a list."""
        return self.listed([self.printer.period(year) for year in years])

    def listed(self, names: Sequence[str]) -> str:
        """Return names as a list: a, b and c."""
        if len(names) < 2:
            return "".join(names)
        last = self.words.text("last_separator")
        return self.words.text("list_separator").join(names[:-1]) + last + names[-1]

    def kind(self, kind: str) -> str:
        """Return the name of a kind of delivery."""
        return self.words.label("kind", kind)

    def file(self, kind: str) -> str:
        """Return the name that a file of the standard template has."""
        kinds = load_kinds()
        return f"{kinds[kind].template_name}*.csv" if kind in kinds else kind

    def files(self, files: Sequence[tuple[str, str]]) -> str:
        """Return refused files with why, the first of many."""
        if not files:
            return self.words.text("unknown")
        shown = [f"{name} ({why})" if why else name for name, why in files[:MOST_FILES]]
        if len(files) > MOST_FILES:
            shown.append(self.words.text("more", number=str(len(files) - MOST_FILES)))
        return "; ".join(shown)


def sentence(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]
