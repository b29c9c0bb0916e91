"""Evidence in the words people use, and which columns an institution would have to fill in.

The published evidence is ``column: value`` or ``column (source): value``, as the criteria write it,
or several of those joined by ``; ``; anything else is shown as it stands.

Border: whether a criterion is met is decided in the warehouse.
"""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
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
EMPTY = "leeg"  # how the criteria write a column that holds nothing


@functools.cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(EVIDENCE_FILE.read_text(encoding="utf-8"))
    return found


def evidence_columns() -> dict[str, list[str]]:
    """Return, per criterion, the columns of the standard template that show it."""
    columns: dict[str, list[str]] = _facts()["columns"]
    return columns


def size_rules() -> dict[str, str]:
    """Return, per size status that another rule than the criterion decides, that rule."""
    rules: dict[str, str] = _facts()["size_rules"]
    return rules


def missing_columns(
    criteria: Mapping[str, Criterion],
    not_evidenced: Iterable[str],
    noted: Collection[str] = (),
) -> tuple[str, ...]:
    """Return the columns that nothing shows yet, for criteria that are not evidenced.

    Args:
        criteria: Every criterion of the offering.
        not_evidenced: The criteria to fill in columns for.
        noted: Screening rules that noted something about the row, such as a size without a unit.
    """
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
    instead = {
        column: better
        for rule, columns in _facts()["instead"].items()
        if rule in noted
        for column, better in columns.items()
    }
    return tuple(instead.get(column, column) for column in wanted if column not in known)


@functools.cache
def _between_parts() -> re.Pattern[str]:
    """Return what stands between two parts: ``; `` and then a column that evidence can name."""
    facts = _facts()
    columns = {column for named in facts["columns"].values() for column in named}
    names = "|".join(sorted(columns | set(facts["beside_the_template"])))
    return re.compile(rf"; (?=(?:{names})(?: \([\w-]+\))?: )")


def _parts(evidence: str) -> list[str]:
    return _between_parts().split(evidence)


def _told_by(evidence: str | None) -> Iterator[str]:
    for part in _parts(evidence or ""):
        found = EVIDENCE.fullmatch(part)
        if found is None or found["value"] == EMPTY:
            continue
        not_enough = _facts()["not_enough"].get(found["column"], [])
        if found["source"] not in not_enough and found["value"] not in not_enough:
            yield found["column"]


def evidence_text(
    evidence: str | None, words: Wordbook, printer: Printer, institutions: Mapping[str, str]
) -> str:
    """Return evidence in words; where there is none, that the delivery says nothing."""
    if evidence is None:
        return words.text("evidence.none")
    return "; ".join(_part_text(part, words, printer, institutions) for part in _parts(evidence))


def _part_text(
    evidence: str, words: Wordbook, printer: Printer, institutions: Mapping[str, str]
) -> str:
    found = EVIDENCE.fullmatch(evidence)
    if found is None:
        return words.label("evidence.whole", evidence)
    column, source, value = found["column"], found["source"], found["value"]
    if value == EMPTY:
        said = words.text("evidence.empty")
    elif column == "instelling":
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
