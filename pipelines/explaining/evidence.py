"""Evidence in the words people use, and which columns an institution would have to fill in.

The published evidence is ``column: value`` or ``column (source): value``, as the criteria write it;
anything else is shown as it stands.

Border: whether a criterion is met is decided in the warehouse.
"""

import functools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from pipelines.answers.formatting import Printer
from pipelines.answers.wording import Wordbook
from pipelines.explaining.facts import Criterion

EVIDENCE_FILE = Path(__file__).with_name("evidence.yml")
EVIDENCE = re.compile(r"(?P<column>[a-z_]+)(?: \((?P<source>[\w-]+)\))?: (?P<value>.*)", re.DOTALL)
PARTNERS = ", partners: "
LIST_SEPARATOR = "|"
LISTS = ("behoefte",)
COURSE_PAGE = "cursuspagina"


@functools.cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(EVIDENCE_FILE.read_text(encoding="utf-8"))
    return found


def evidence_columns() -> dict[str, list[str]]:
    """Return, per criterion, the columns of the standard template that show it."""
    columns: dict[str, list[str]] = _facts()["columns"]
    return columns


def missing_columns(
    criteria: Mapping[str, Criterion], not_evidenced: Iterable[str]
) -> tuple[str, ...]:
    """Return the columns that nothing shows yet, for criteria that are not evidenced."""
    known = {column for one in criteria.values() for column in _told_by(one.evidence)}
    known |= {
        column
        for one in criteria.values()
        if one.outcome == "met"
        for column in evidence_columns().get(one.criterion_id, [])
    }
    wanted = dict.fromkeys(
        column for criterion in not_evidenced for column in evidence_columns().get(criterion, [])
    )
    return tuple(column for column in wanted if column not in known)


def _told_by(evidence: str | None) -> tuple[str, ...]:
    found = EVIDENCE.fullmatch(evidence or "")
    if found is None:
        return ()
    not_enough = _facts()["not_enough"].get(found["column"], [])
    if found["source"] in not_enough or found["value"] in not_enough:
        return ()
    return (found["column"],)


def evidence_text(
    evidence: str | None, words: Wordbook, printer: Printer, institutions: Mapping[str, str]
) -> str:
    """Return evidence in words; where there is none, that the delivery says nothing."""
    if evidence is None:
        return words.text("evidence.none")
    found = EVIDENCE.fullmatch(evidence)
    if found is None:
        return words.label("evidence.whole", evidence)
    column, source, value = found["column"], found["source"], found["value"]
    if column == "instelling":
        said = _institutions(value, words, institutions)
    elif column == "omvang":
        said = _size(value, words, printer)
    elif column == COURSE_PAGE:
        return words.text("evidence.on_page", value=value, pattern=source or "?")
    else:
        codes = value.split(LIST_SEPARATOR) if column in LISTS else [value]
        named = words.labels("evidence.value").get(column, {})
        said = ", ".join(named.get(one, one) for one in codes)
    text = words.text("evidence.told", column=words.label("evidence.column", column), value=said)
    if source is None:
        return text
    return words.text("evidence.from", told=text, source=words.label("evidence.source", source))


def _institutions(value: str, words: Wordbook, names: Mapping[str, str]) -> str:
    own, _, partners = value.partition(PARTNERS)
    if not partners:
        return names.get(own, own)
    listed = ", ".join(names.get(one, one) for one in partners.split(LIST_SEPARATOR))
    return words.text("evidence.with_partners", own=names.get(own, own), partners=listed)


def _size(value: str, words: Wordbook, printer: Printer) -> str:
    number, _, unit = value.partition(" ")
    try:
        amount = printer.number(Decimal(number))
    except InvalidOperation:
        return value
    return f"{amount} {words.label('unit', unit)}"
