"""Why a printed number differs from the one that was written: delivery, correction, rules, code.

The cause is found by comparing what both rest on. A new delivery is a correction where it took the
place of one that the answer used, and late where there was none.

Border: whether a number differs is found in ``recorded_answers.py``; no number is read here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import yaml

from pipelines.answers.formatting import Printer
from pipelines.answers.wording import Wordbook
from pipelines.operations.bulletin.published import IN_FORCE, Delivered, PublishedFacts
from pipelines.operations.recorded_answers import RecordedAnswer

FED_BY = Path(__file__).with_name("fed_by.yml")
MOST_NAMED = 2
_YEAR = re.compile(r"20\d\d-20\d\d")
LATE, CORRECTION = "late", "correction"


@cache
def fed_by() -> Mapping[str, tuple[str, ...]]:
    """Return the kinds of delivery that can change a figure, by the kind it is counted from."""
    found = yaml.safe_load(FED_BY.read_text(encoding="utf-8"))
    return {kind: tuple(kinds) for kind, kinds in found.items()}


@dataclass(frozen=True)
class Arrival:
    """A delivery that counts now and did not when the answer was written."""

    how: str
    delivery: Delivered


class Causes:
    """What changed between a written answer and what would be printed now.

    Args:
        answer: The answer as it was written.
        published: The facts of the published file.
        words: In whose language causes are told.
        here: The version of the code that would print.
    """

    def __init__(
        self, answer: RecordedAnswer, published: PublishedFacts, words: Wordbook, here: str
    ) -> None:
        self._here = here
        self._answer = answer
        self._published = published
        self._words = words
        self._printer = Printer(words)

    @cached_property
    def arrivals(self) -> tuple[Arrival, ...]:
        """The deliveries that came to count, newest last."""
        used = {
            (one.institution_id, one.kind, one.sha256)
            for one in self._answer.deliveries
            if one.status == IN_FORCE
        }
        replaced = [
            one
            for one in self._published.deliveries
            if one.status != IN_FORCE and (one.institution_id, one.kind, one.sha256) in used
        ]
        new = [
            one
            for one in self._published.deliveries
            if one.status == IN_FORCE and (one.institution_id, one.kind, one.sha256) not in used
        ]
        return tuple(
            Arrival(CORRECTION if _replaces(one, replaced) else LATE, one)
            for one in sorted(new, key=lambda one: (one.received_on, one.file_name))
        )

    @cached_property
    def has_lost_deliveries(self) -> bool:
        """Whether a delivery that the answer used counts no longer and nothing took its place."""
        now = {(one.institution_id, one.kind, one.sha256) for one in self._published.deliveries}
        return any(
            (one.institution_id, one.kind, one.sha256) not in now
            for one in self._answer.deliveries
            if one.status == IN_FORCE
        )

    def of(self, key: str) -> str:
        """Return why the number of a key differs, in words."""
        build, words = self._published.build, self._words
        found = []
        if self._answer.rule_set_version != build.rule_set_version:
            versions = {"before": self._answer.rule_set_version, "after": build.rule_set_version}
            found.append(words.text("cause.rules", **versions))
        arrivals = self._arrivals_of(key)
        found += [self._named(how, arrivals) for how in (LATE, CORRECTION)]
        found = [text for text in found if text]
        if not found and self.has_lost_deliveries:
            found.append(words.text("cause.lost"))
        if self._answer.code_version != self._here:
            found.append(words.text("cause.code_too" if found else "cause.code"))
        as_of = build.as_of.isoformat() if build.as_of else None
        if not found and self._answer.as_of != as_of:
            found.append(words.text("cause.as_of"))
        return "; ".join(found) or words.text("cause.unknown")

    def _arrivals_of(self, key: str) -> list[Arrival]:
        """Return the arrivals that can touch a figure, the nearest to it alone.

        Nearest are those of its own years and of the kind it is counted from.
        """
        parts = re.split(r":|\.\.", key)
        measure = next((part for part in parts if part in self._published.measures), None)
        years = _years(key)
        institution = next((part for part in parts if part in self._published.institutions), None)
        fitting = [
            one
            for one in self.arrivals
            if institution in (None, one.delivery.institution_id)
            or one.delivery.institution_id not in self._published.institutions
        ]
        in_year = [one for one in fitting if not years or _touches(one.delivery, years)]
        if measure is None:
            return in_year or fitting
        kinds = fed_by().get(self._published.measures[measure].kind, ())
        for arrivals in (in_year, fitting):
            for kind in kinds:
                own = [one for one in arrivals if one.delivery.kind == kind]
                if own:
                    return own
        return []

    def _named(self, how: str, arrivals: list[Arrival]) -> str:
        found = [one.delivery for one in arrivals if one.how == how]
        if not found:
            return ""
        named = [self._one(one) for one in found[-MOST_NAMED:]]
        if len(found) > MOST_NAMED:
            named.append(self._words.text("more", number=str(len(found) - MOST_NAMED)))
        return self._words.text(f"cause.{how}", deliveries=", ".join(named))

    def _one(self, delivery: Delivered) -> str:
        name = self._published.institutions.get(delivery.institution_id)
        return self._words.text(
            "cause.delivery",
            institution=name or self._words.label("sender", delivery.institution_id),
            kind=self._words.label("kind", delivery.kind),
            day=self._printer.day(delivery.received_on),
        )


def _replaces(new: Delivered, replaced: list[Delivered]) -> bool:
    return any(
        old.institution_id == new.institution_id
        and old.kind == new.kind
        and (old.scopes & new.scopes or not old.scopes or not new.scopes)
        for old in replaced
    )


def _years(key: str) -> set[str]:
    """Return the academic years of a key; of a window every year between its ends."""
    found = _YEAR.findall(key)
    if ".." in key and len(found) > 1:
        first, last = min(found), max(found)
        return {f"{start}-{start + 1}" for start in range(int(first[:4]), int(last[:4]) + 1)}
    return set(found)


def _touches(delivery: Delivered, years: set[str]) -> bool:
    """Return whether a delivery is about one of the years; quarters belong to two."""
    return not delivery.scopes or any(
        scope in years or ("Q" in scope and any(scope[:4] in year for year in years))
        for scope in delivery.scopes
    )
