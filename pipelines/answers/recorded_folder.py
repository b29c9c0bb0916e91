"""What an answer folder says that it prints, read so that rubbish is told and never guessed.

Border: whether it may be released is decided in ``releasing.py``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pipelines.answers.disclosure import Method
from pipelines.answers.folder import MARKER
from pipelines.console import StaalkaartError


@dataclass(frozen=True)
class RecordedNumber:
    """One printed number: its text, and its bounds where it has them."""

    text: str
    lower: Decimal | None
    upper: Decimal | None


@dataclass(frozen=True)
class Recorded:
    """An answer folder as its record has it.

    Attributes:
        number: The question.
        command: What asked a question that has no file.
        bases: The rounding base of numbers that are printed coarser.
        is_audited: Whether the answer was audited when it was made.
        numbers: Every printed number by its key.
    """

    number: str
    command: str | None
    language: str
    landing_hash: str | None
    method: Method
    bases: Mapping[str, int]
    is_audited: bool
    numbers: Mapping[str, RecordedNumber]


def read_recorded(folder: Path) -> Recorded:
    """Return what the record of an answer folder says.

    Raises:
        StaalkaartError: There is no folder, or no record in it that this version wrote (exit 2).
    """
    if not folder.is_dir():
        raise StaalkaartError(f"Er is geen map {folder}. Noem de map van een antwoord.")
    try:
        return _recorded(json.loads((folder / MARKER).read_text(encoding="utf-8")))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        raise StaalkaartError(
            f"{folder} is geen antwoordmap van deze versie. Vraag het antwoord opnieuw met "
            "staalkaart answer."
        ) from None


def _recorded(record: dict[str, Any]) -> Recorded:
    disclosure, question = record["disclosure"], record["question"]
    if disclosure["method"] not in get_args(Method):
        raise ValueError("no such method")
    return Recorded(
        number=str(question["number"]),
        command=question.get("command"),
        language=str(record["language"]),
        landing_hash=record["provenance"].get("landing_hash"),
        method=disclosure["method"],
        bases={str(key): int(base) for key, base in disclosure.get("bases", {}).items()},
        is_audited=bool(disclosure.get("is_audited")),
        numbers={
            str(one["key"]): RecordedNumber(
                str(one["value"]), _bound(one["lower"]), _bound(one["upper"])
            )
            for one in record["numbers"]
        },
    )


def _bound(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
