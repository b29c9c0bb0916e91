"""Reader of the enrolment history of one learner: the answer GeefHistoriekInschrijving 02.01.

The answer holds enrolments of several institutions and years. Those in higher education (source
HO) become rows; those in secondary, adult and lower education are left out and counted. Met in
real messages: an exam contract without a programme, blocks of exceptions beside or instead of
content, names broken over lines, and no national number but the one in the file name.

Border: the codes stand in ``dho.yml``; which institution a row belongs to is decided by its number
in ``screening.py``.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ConfigDict

from pipelines.deliveries.facts import load_yaml
from pipelines.deliveries.kinds import normalised_header
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.safe_xml import (
    Element,
    children,
    descendants,
    local_name,
    parse_xml,
    text_at,
)
from pipelines.deliveries.readers.sniffing import NAMES_NL, content_of
from pipelines.deliveries.rules import FileRefused, finding, no_findings

KIND = "enrolments"
# One message with rows under the numbers of several people; found where several files are seen.
SEVERAL_PEOPLE = "dho_several_people"
LARGEST_MESSAGE = 64 * 1024**2
_FACTS_FILE = Path(__file__).parents[1] / "dho.yml"
_NATIONAL_NUMBER = re.compile(r"(?<![0-9])[0-9]{11}(?![0-9])")
_SCHEMA: dict[str, Any] = {
    "row_number": pl.Int32,
    **dict.fromkeys(
        (
            "institution_id",
            "academic_year",
            "enrolment_id",
            "national_number",
            "contract_type",
            "programme_code",
            "programme_name",
            "credits_ects",
            "enrolled_on",
            "withdrawn_on",
        ),
        pl.String,
    ),
}


class Facts(BaseModel):
    """What the codes of the message mean.

    Attributes:
        service: Name of the service whose answers are read.
        version: The start of its version.
        higher_education: The source of enrolments in higher education.
        withdrawn: The status of a withdrawn enrolment.
        contract_codes: Code of the template per code of the message.
        contract_labels: Code of the template per label, for codes not seen in a real message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    version: str
    higher_education: str
    withdrawn: str
    contract_codes: dict[str, str]
    contract_labels: dict[str, str]


@functools.cache
def load_facts() -> Facts:
    """Return the facts of ``dho.yml``."""
    return Facts(**load_yaml(_FACTS_FILE))


def read_history(path: Path) -> Iterator[Batch]:
    """Yield the enrolments in higher education of one learner, in one batch.

    The row number is the position of the enrolment among all enrolments of the message, from 1.
    ``programme_name`` is yielded although the kind does not land it. A message with exceptions
    instead of content gives no rows and a note.

    Args:
        path: The message; the national number stands in its name unless the message has it.

    Raises:
        FileRefused: Not such an answer, dangerous XML, or two national numbers that differ.
    """
    root = _load(path)
    _refuse_other_message(root)
    rows: list[tuple[Any, ...]] = []
    findings = [no_findings()]
    left_out: Counter[str] = Counter()
    unreadable = 0
    row_number = 0
    for answer in descendants(root, "Antwoord"):
        national_number = _national_number(answer, path)
        for entry in descendants(answer, "Inschrijving"):
            row_number += 1
            source = text_at(entry, "Bron") or "?"
            details = children(entry, "HogerOnderwijs")
            if source != load_facts().higher_education and not details:
                left_out[source] += 1
            elif not details:
                findings.append(finding("dho_entry_incomplete", row_number, kind=KIND))
                unreadable += 1
            else:
                row = _row(row_number, entry, details[0], national_number)
                rows.append(row)
                findings += _row_notes(row_number, row[2], details[0])
    findings += _notes(root, left_out, is_silent=row_number == 0)
    yield Batch(
        KIND, pl.DataFrame(rows, schema=_SCHEMA, orient="row"), pl.concat(findings), unreadable
    )


def numbers_in_name(name: str) -> set[str]:
    """Return the national numbers in the name of a message, which the message itself may lack."""
    return set(_NATIONAL_NUMBER.findall(name))


def _load(path: Path) -> Element:
    size = path.stat().st_size
    if not size:
        raise FileRefused("file_empty")
    if size > LARGEST_MESSAGE:
        raise FileRefused("file_too_large", allowed=f"{LARGEST_MESSAGE // 1024**2} MB")
    content = content_of(path)
    if content == "html":
        raise FileRefused("content_html")
    if content not in ("xml", "utf16"):
        raise FileRefused("dho_message_unknown", found=NAMES_NL[content])
    return parse_xml(path.read_bytes())


def _refuse_other_message(root: Element) -> None:
    facts = load_facts()
    name = local_name(root)
    version = next((text_at(c, "Versie") for c in descendants(root, "Context")), None)
    if name != f"{facts.service}Response" or not (version or "").startswith(facts.version):
        raise FileRefused("dho_message_unknown", found=f"{name} {version or ''}".strip())


def _national_number(answer: Element, path: Path) -> str | None:
    """Return the national number of an answer: its own, or the one in the file name.

    Raises:
        FileRefused: The answer holds several, or another one than the file name.
    """
    found = {
        "".join(character for character in "".join(element.itertext()) if character.isdigit())
        for element in descendants(answer, "INSZ")
    } - {""}
    found |= numbers_in_name(path.name)
    if len(found) > 1:
        raise FileRefused("dho_numbers_differ")
    return next(iter(found), None)


def _row(
    row_number: int, entry: Element, details: Element, national_number: str | None
) -> tuple[Any, ...]:
    return (
        row_number,
        text_at(entry, "Instelling", "Instellingsnummer"),
        _academic_year(text_at(details, "Academiejaar")),
        text_at(entry, "Referte"),
        national_number,
        _contract(
            text_at(details, "SoortContract", "Code"),
            text_at(details, "SoortContract", "Omschrijving"),
        ),
        text_at(details, "Opleiding", "Code"),
        text_at(details, "Opleiding", "VolledigeNaam"),
        text_at(details, "Studiepunten", "Opgenomen"),
        text_at(details, "DatumInschrijving"),
        text_at(details, "DatumUitschrijving"),
    )


def _academic_year(text: str | None) -> str | None:
    """Return ``2010`` as ``2010-2011``: the message gives the start year."""
    if text is None or not re.fullmatch("20[0-9]{2}", text):
        return text
    return f"{text}-{int(text) + 1}"


def _contract(code: str | None, label: str | None) -> str | None:
    """Return the contract as a code of the template; what is not known, as it was delivered.

    A known code wins only where the label does not say something else.
    """
    facts = load_facts()
    by_code = facts.contract_codes.get(code or "")
    by_label = facts.contract_labels.get(normalised_header(label or ""))
    if by_code and (label is None or by_code == by_label):
        return by_code
    if by_label and not by_code:
        return by_label
    return " ".join(part for part in (code, label) if part) or None


def _row_notes(row_number: int, academic_year: str | None, details: Element) -> list[pl.DataFrame]:
    """Return what must be known about a row that is kept."""
    year = academic_year if re.fullmatch("20[0-9]{2}-20[0-9]{2}", academic_year or "") else None
    rules = []
    if text_at(details, "Opleiding", "Code") is None:
        rules.append(("dho_without_programme", "opleiding_code"))
    is_withdrawn = text_at(details, "Status", "Code") == load_facts().withdrawn
    if is_withdrawn and text_at(details, "DatumUitschrijving") is None:
        rules.append(("dho_withdrawn_without_date", "uitschrijvingsdatum"))
    return [
        finding(rule_id, row_number, kind=KIND, academic_year=year, column_name=column)
        for rule_id, column in rules
    ]


def _notes(root: Element, left_out: Counter[str], *, is_silent: bool) -> list[pl.DataFrame]:
    """Return what must be known about the message as a whole."""
    notes = []
    if left_out:
        sources = ", ".join(f"{source} {count}" for source, count in sorted(left_out.items()))
        notes.append(
            finding("dho_other_education", kind=KIND, found=left_out.total(), expected=sources)
        )
    # The diagnosis is free text and might repeat the question, so only its codes are shown.
    exceptions = {
        f"{text_at(each, 'Oorsprong') or '?'} {text_at(each, 'Identificatie') or '?'}"
        for each in descendants(root, "Uitzondering")
    }
    codes = sorted(exceptions) or (["geen inhoud"] if is_silent else [])
    notes += [finding("dho_exception", kind=KIND, found=code) for code in codes]
    return notes
