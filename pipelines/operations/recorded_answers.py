"""Answers as they were written: the numbers of an ``antwoord.json``, and how two of them differ.

Every number there is as it was printed, so those about people are rounded.

Border: why a number differs is found in ``bulletin/causes.py``; nothing is printed anew here.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.settings import Settings

RECORD = "antwoord.json"
MOST_KEPT = 200  # changes that are kept per answer; how many there were is kept too


@dataclass(frozen=True)
class RecordedDelivery:
    """A delivery that an answer rests on, as the answer lists it."""

    institution_id: str
    kind: str
    sha256: str | None
    status: str


@dataclass(frozen=True)
class RecordedAnswer:
    """An answer folder as it stands.

    Attributes:
        numbers: What is printed per key.
        headline: The keys of the tables of the summary, in their order.
        command: What asked a question that has no file.
        method: How numbers about persons are protected.
        bases: The rounding base of numbers that have a larger one.
    """

    folder: Path
    number: str
    language: str
    numbers: Mapping[str, str]
    headline: tuple[str, ...]
    as_of: str | None
    landing_hash: str | None
    code_version: str | None
    rule_set_version: str
    deliveries: tuple[RecordedDelivery, ...] = ()
    command: str | None = None
    method: str = "rounding"
    bases: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One number that is printed otherwise; None where it is not printed at all."""

    key: str
    before: str | None
    after: str | None
    cause: str = ""


@dataclass(frozen=True)
class RewrittenAnswer:
    """What a run printed otherwise than the answer that stood there: the first changes, and all."""

    number: str
    changed_at: datetime
    total: int
    changes: tuple[Change, ...] = field(default=())


def recorded_answers(answers_dir: Path) -> list[RecordedAnswer | Path]:
    """Return every answer folder, in the order of the names; a path where it cannot be read."""
    if not answers_dir.is_dir():
        return []
    folders = [folder for folder in sorted(answers_dir.iterdir()) if (folder / RECORD).is_file()]
    return [recorded_answer(folder) or folder for folder in folders if folder.name[0] != "."]


def recorded_answer(folder: Path) -> RecordedAnswer | None:
    """Return the answer in a folder, None when there is none that can be read."""
    try:
        content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return _answer(folder, content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _answer(folder: Path, content: dict[str, Any]) -> RecordedAnswer:
    said = content["provenance"]
    return RecordedAnswer(
        folder=folder,
        number=str(content["question"]["number"]),
        language=str(content["language"]),
        numbers={str(one["key"]): str(one["value"]) for one in content["numbers"]},
        headline=tuple(_headline(content)),
        as_of=said["as_of"],
        landing_hash=said["landing_hash"],
        code_version=said["code_version"],
        rule_set_version=str(said["rule_set_version"]),
        deliveries=tuple(
            RecordedDelivery(one["institution_id"], one["kind"], one["sha256"], one["status"])
            for one in said["deliveries"]
        ),
        command=content["question"].get("command"),
        method=str(content.get("disclosure", {}).get("method", "rounding")),
        bases=dict(content.get("disclosure", {}).get("bases", {})),
    )


def _headline(content: dict[str, Any]) -> list[str]:
    shown = [block["table"] for block in content["summary"] if "table" in block]
    return [
        cell["key"]
        for table in content["tables"]
        if table["name"] in shown
        for row in table["rows"]
        for cell in row["cells"]
        if isinstance(cell, dict)
    ]


def differences(
    before: Mapping[str, str], after: Mapping[str, str], versions: tuple[str, str]
) -> list[Change]:
    """Return the numbers that are printed otherwise, then new and lost ones; totals first.

    Args:
        before: What was printed per key.
        after: What is printed now.
        versions: The rule-set version then and now; it is part of a key and no difference by
            itself.
    """
    old = {_without(key, versions[0]): text for key, text in before.items()}
    new = {_without(key, versions[1]): text for key, text in after.items()}
    changed = [
        Change(key, old.get(key), new.get(key))
        for key in old.keys() | new.keys()
        if old.get(key) != new.get(key)
    ]
    return sorted(changed, key=_weight)


def _weight(change: Change) -> tuple[bool, bool, str]:
    """Return what orders changes: other numbers before new and lost ones, totals before parts."""
    is_new_or_lost = change.before is None or change.after is None
    return is_new_or_lost, ":*:none" not in change.key, change.key


def _without(key: str, version: str) -> str:
    return key.replace(f":{version}", "")


def note_rewritten(
    settings: Settings, number: str, changed_at: datetime, changes: list[Change]
) -> None:
    """Keep what a run printed otherwise, for the bulletin; an answer that changed nothing goes."""
    known = {one.number: one for one in read_rewritten(settings)}
    known.pop(number, None)
    if changes:
        known[number] = RewrittenAnswer(
            number, changed_at, len(changes), tuple(changes[:MOST_KEPT])
        )
    content = [
        {**asdict(one), "changed_at": one.changed_at.isoformat(timespec="seconds")}
        for _, one in sorted(known.items())
    ]
    file = settings.answer_changes_file
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    temporary.replace(file)


def read_rewritten(settings: Settings) -> list[RewrittenAnswer]:
    """Return what the runs kept; nothing when there is nothing that can be read."""
    try:
        content = json.loads(settings.answer_changes_file.read_text(encoding="utf-8"))
        return [
            RewrittenAnswer(
                str(one["number"]),
                datetime.fromisoformat(one["changed_at"]),
                int(one["total"]),
                tuple(Change(**change) for change in one["changes"]),
            )
            for one in content
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
