"""What the page of an offering and that of an enrolment say in the same way.

The text of a rule stands once on a page, where it is first needed.

Border: what only one of both pages says stands in ``offering.py`` or ``enrolment.py``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pipelines.answers.facts import Definition
from pipelines.answers.formatting import Printer
from pipelines.answers.periods import last_day
from pipelines.answers.wording import Wordbook
from pipelines.explaining.facts import Background, Origin, OtherRuleSet, Verdict
from pipelines.explaining.page import Facts, Finding, Note, Part

TONES = {
    "in": "good",
    "out": "bad",
    "undetermined": "open",
    "met": "good",
    "failed": "bad",
    "not_evidenced": "open",
}
ALL_MET = "all"
OWN_LABEL = "LABEL"
UNKNOWN_CODE = "UNKNOWN_CODE"
STUDY_GUIDE = "study_guide"


class Teller:
    """Turns the facts of one page into sentences, remembering which rules it told."""

    def __init__(self, words: Wordbook, background: Background) -> None:
        self.words = words
        self.printer = Printer(words)
        self.background = background
        self._told: set[str] = set()

    def stamp(self) -> str | None:
        """Return the stamp of a page about synthetic data."""
        return self.words.text("synthetic") if self.background.is_synthetic else None

    def join(self, said: Sequence[str]) -> str:
        """Return words as a list in a sentence."""
        if len(said) < 2:
            return "".join(said)
        head = self.words.text("list_separator").join(said[:-1])
        return f"{head}{self.words.text('last_separator')}{said[-1]}"

    def kind(self, offering_kind: str | None) -> str:
        """Return a kind of offering or programme in words."""
        if offering_kind is None:
            return self.words.text("kind_unknown")
        return self.words.label("split_value.offering_kind", offering_kind)

    def verdict(self, verdict: Verdict | None) -> str:
        """Return a verdict in words."""
        return self.words.label("verdict", verdict.verdict if verdict else "none")

    def finding(
        self,
        definition: str,
        verdict: Verdict | None,
        year: str,
        decided: str,
        details: Sequence[str] = (),
        asides: Callable[[], tuple[str, ...]] = tuple,
    ) -> Finding:
        """Return a verdict with what decided it, the rule in plain words and its source.

        ``asides`` is asked last, so that a rule is told where it is first needed.
        """
        reading = self.background.definitions[definition]
        rule_id = verdict.deciding if verdict else None
        return Finding(
            outcome=self.verdict(verdict),
            tone=TONES.get(verdict.verdict, "") if verdict else "",
            subject=self._subject(reading, year),
            details=(decided, *details),
            asides=(
                *self.rule(rule_id, with_source=True),
                *self._own_source(reading, rule_id),
                *asides(),
            ),
        )

    def decided(self, definition: str, verdict: Verdict | None, label: str) -> str:
        """Return in one sentence what decided a verdict; ``label`` is what LABEL stands for."""
        deciding = verdict.deciding if verdict else None
        if deciding is None:
            return self.words.text("decided.unnamed")
        if deciding == ALL_MET:
            met = [rule.rule_id for rule in self.background.criteria_of(definition)]
            return self.words.text("decided.all", criteria=self.join(met))
        if deciding == OWN_LABEL:
            return label
        if deciding == UNKNOWN_CODE:
            return self.words.text("decided.unknown_code")
        rule = self.background.rules.get(deciding)
        if rule is None:
            return self.words.text("decided.unlisted", rule_id=deciding)
        is_open = verdict is not None and verdict.verdict == "undetermined"
        name = "decided.open" if is_open else "decided.rule"
        return self.words.text(name, rule_id=deciding, rule_name=rule.name)

    def rule(self, rule_id: str | None, with_source: bool = False) -> tuple[str, ...]:
        """Return a rule in plain words; the second time on a page, that it stands above.

        With its source also comes how its application deviates from that source.
        """
        rule = self.background.rules.get(rule_id or "")
        if rule is None:
            return ()
        if rule.rule_id in self._told:
            return (self.words.text("rule.above", rule_id=rule.rule_id),)
        self._told.add(rule.rule_id)
        if not with_source:
            return (self.words.text("rule.text", text=rule.text),)
        text = f"{rule.text} {rule.deviation}".strip()
        source = self.words.text("rule.source", document=rule.document)
        return (self.words.text("rule.text", text=text), source)

    def further_rule(self, rule_id: str) -> tuple[str, ...]:
        """Return a rule that decides beside the one named first, with its id and its deviation."""
        rule = self.background.rules.get(rule_id)
        if rule is None:
            return ()
        if rule_id in self._told:
            return (self.words.text("rule.above", rule_id=rule_id),)
        self._told.add(rule_id)
        text = f"{rule.text} {rule.deviation}".strip()
        return (self.words.text("rule.text_of", rule_id=rule_id, text=text),)

    def origin(self, origin: Origin) -> Part:
        """Return the part that names file, row, what was noted about the row, and the build."""
        label = self._label
        nowhere = self.words.text("origin.nowhere")
        received = self.printer.day(origin.received_on) if origin.received_on else nowhere
        rows = [
            (label("file"), origin.file_name or nowhere),
            (label("received_on"), received),
            (label("row"), self._place(origin)),
        ]
        if origin.status and origin.status != "in_force":
            rows.append((label("status"), self.words.label("delivery_status", origin.status)))
        for remark in origin.remarks:
            said = remark.message
            if remark.column_name and not said.startswith(remark.column_name):
                said = self.words.text("origin.remark", column=remark.column_name, message=said)
            rows.append((label("remark"), said))
        rows.append((label("published"), self._published()))
        return Part(self.words.text("part.origin"), (Facts(tuple(rows)),))

    def other_rule_sets(
        self,
        others: Sequence[OtherRuleSet],
        verdicts: Mapping[str, Verdict],
        definitions: Sequence[str],
    ) -> tuple[Part, ...]:
        """Return how other rule sets judge; nothing where there is one rule set."""
        notes = []
        for other in others:
            different = [
                self.words.text(
                    "other_rules_verdict",
                    reading=self.background.definitions[name].short,
                    verdict=self.verdict(other.verdicts.get(name)),
                    deciding=_deciding(other.verdicts.get(name)),
                )
                for name in definitions
                if _verdict(other.verdicts.get(name)) != _verdict(verdicts.get(name))
            ]
            name = "other_rules" if different else "other_rules_same"
            places = {"verdicts": self.join(different)} if different else {}
            notes.append(Note(self.words.text(name, rules=other.rule_set_version, **places)))
        if not notes:
            return ()
        return (Part(self.words.text("part.other_rule_sets"), tuple(notes)),)

    def _label(self, name: str) -> str:
        return self.words.text(f"label.{name}")

    def _subject(self, reading: Definition, year: str) -> str:
        dated_on = reading.dated_on
        if dated_on is None or not _is_before(year, dated_on):
            return reading.name
        day = str(dated_on.year) if reading.is_dated_to_the_year else self.printer.day(dated_on)
        return f"{reading.name} ({self.words.text('reading.applied_back', day=day)})"

    def _own_source(self, reading: Definition, rule_id: str | None) -> tuple[str, ...]:
        """Return the source of a reading where no rule of the catalogue names one."""
        if rule_id is None or rule_id in self.background.rules:
            return ()
        return (self.words.text("rule.source", document=reading.source),)

    def _place(self, origin: Origin) -> str:
        if origin.row_number is None:
            return self.words.text("origin.nowhere")
        number = str(origin.row_number)
        if (origin.format or "").startswith(STUDY_GUIDE):
            return self.words.text("origin.entry", number=number)
        kind = self.words.label("kind", origin.kind)
        return self.words.text("origin.row", number=number, kind=kind)

    def _published(self) -> str:
        as_of = self.background.as_of
        day = self.printer.day(as_of) if as_of else self.words.text("origin.nowhere")
        return self.words.text("origin.published", day=day, rules=self.background.rule_set_version)


def _is_before(year: str, dated_on: date) -> bool:
    return year[-4:].isdigit() and last_day(year) < dated_on


def _verdict(verdict: Verdict | None) -> str | None:
    return verdict.verdict if verdict else None


def _deciding(verdict: Verdict | None) -> str:
    return (verdict.deciding if verdict else None) or "-"
