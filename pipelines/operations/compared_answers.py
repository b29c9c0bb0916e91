"""What an answer prints otherwise than an earlier one, with the cause of each difference.

The earlier folder is read before the new one is written: it may be the same folder. All differences
go into a CSV beside the new folder, the first ones to the terminal.

Border: how two answers differ is found in ``recorded_answers``, why in ``bulletin/causes``.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.operations.bulletin.causes import Causes
from pipelines.operations.bulletin.published import read_published_facts
from pipelines.operations.bulletin.wording import load_bulletin_words
from pipelines.operations.recorded_answers import (
    Change,
    RecordedAnswer,
    differences,
    recorded_answer,
)
from pipelines.settings import Settings

MOST_SHOWN = 20
SYMBOL = "c"


@dataclass(frozen=True)
class Comparison:
    """An earlier answer that a new one is compared with."""

    before: RecordedAnswer

    @classmethod
    def with_folder(cls, folder: Path, question: str) -> "Comparison":
        """Return the comparison with an answer folder.

        Args:
            folder: The folder of the earlier answer.
            question: The number of the question that is asked now.

        Raises:
            StaalkaartError: It is no answer folder that can be read, or answers another question
                (exit 2).
        """
        before = recorded_answer(folder)
        if before is None:
            raise StaalkaartError(
                f"--compare {folder}: daar staat geen antwoord dat te lezen is (antwoord.json). "
                "Noem de map van een eerder antwoord; er is niets geschreven."
            )
        if before.number != question:
            raise StaalkaartError(
                f"--compare {folder}: daar staat een antwoord op een andere vraag "
                f"({before.number}, nu {question}); wat daarvan verschilt, zegt niets. Noem de map "
                "van een antwoord op dezelfde vraag; er is niets geschreven."
            )
        return cls(before)

    def lines(self, settings: Settings, folder: Path, language: str) -> list[str]:
        """Return what differs in a new answer folder, and write all of it beside that folder."""
        words = load_bulletin_words(language)
        after = recorded_answer(folder)
        changes = self.changes(settings, after, language) if after is not None else []
        if not changes:
            return [words.text("comparison.same", folder=str(self.before.folder))]
        file = folder.with_name(f"{folder.name}-vergeleken.csv")
        columns = list(words.labels("answers.columns_rewritten").values())
        absent = words.text("answers.absent")
        rows = [[one.key, one.before or absent, one.after or absent, one.cause] for one in changes]
        file.write_bytes(_csv([columns, *rows]))
        more = len(rows) - MOST_SHOWN
        return [
            words.text(
                "comparison.changed", folder=str(self.before.folder), total=str(len(changes))
            ),
            *(f"  {key}: {was} → {now} ({why})" for key, was, now, why in rows[:MOST_SHOWN]),
            *(
                [words.text("comparison.more", number=str(more), file=str(file))]
                if more > 0
                else [str(file)]
            ),
        ]

    def changes(self, settings: Settings, after: RecordedAnswer, language: str) -> list[Change]:
        """Return the numbers that differ, each with its cause in words."""
        before, words = self.before, load_bulletin_words(language)
        versions = (before.rule_set_version, after.rule_set_version)
        changes = differences(before.numbers, after.numbers, versions)
        published = read_published_facts(settings, language)
        causes = (
            Causes(before, published, words, after.code_version or "")
            if published is not None
            else None
        )
        is_same_data = (before.landing_hash, before.code_version, before.rule_set_version) == (
            after.landing_hash,
            after.code_version,
            after.rule_set_version,
        )
        found = []
        for change in changes:
            said = []
            if before.method != after.method:
                methods = {"before": before.method, "after": after.method}
                said.append(words.text("cause.method", **methods))
            elif _is_protected(change, before, after):
                said.append(words.text("cause.protection"))
            if causes is not None and (not is_same_data or not said):
                said.append(causes.of(change.key))
            cause = "; ".join(said) or change.cause
            found.append(Change(change.key, change.before, change.after, cause))
        return found


def _is_protected(change: Change, before: RecordedAnswer, after: RecordedAnswer) -> bool:
    """Return whether a number is hidden, or rounded to another base, in one of two answers."""
    texts = [text or "" for text in (change.before, change.after)]
    is_hidden = [text == SYMBOL or text.endswith(f"({SYMBOL})") for text in texts]
    bases = [
        {key.replace(f":{one.rule_set_version}", ""): base for key, base in one.bases.items()}
        for one in (before, after)
    ]
    return any(is_hidden) or bases[0].get(change.key) != bases[1].get(change.key)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV for spreadsheets."""
    from pipelines.answers.rendering.delimited import neutralised

    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([neutralised(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")
