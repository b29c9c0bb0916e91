"""The day by which a written question must be answered, from the term and its calendar.

Length, calendar, closing days and their sources stand in ``term.yml``.

Border: how a day is printed stands in ``formatting``; nothing here knows what day it is today.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import holidays
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.answers.questions import Question
from pipelines.console import StaalkaartError
from pipelines.yaml_faults import Document, faults_of, yaml_fault

TERM_FILE = Path(__file__).parent / "term.yml"
DOCUMENT = Document("de antwoordtermijn")


class ClosingDay(BaseModel):
    """A day that is no working day though no public holiday, such as a bridge day."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    day: date
    name: str = Field(min_length=1)
    source: str = Field(min_length=1)


class Source(BaseModel):
    """Where the term is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str
    url: str


class Term(BaseModel):
    """How long an answer may take."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    length: int = Field(ge=1, le=365)
    unit: Literal["working_days"]
    source: Source
    holidays: Literal["BE"]
    closing_days: tuple[ClosingDay, ...] = ()


@dataclass(frozen=True)
class Deadline:
    """The last day of the term of a question, and the term."""

    day: date
    term: Term


def load_term(file: Path = TERM_FILE) -> Term:
    """Return the term.

    Raises:
        StaalkaartError: The file is no term (exit 2); the message names each key that is wrong.
    """
    try:
        return Term.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        faults = [yaml_fault(error)]
    except ValidationError as error:
        faults = faults_of(error, DOCUMENT)
    listed = "\n".join(f"  {fault}" for fault in faults)
    raise StaalkaartError(f"De antwoordtermijn in {file.name} klopt niet:\n{listed}")


def deadline_of(question: Question, term: Term | None = None) -> Deadline | None:
    """Return the deadline of a question; None for a question that nobody else asked.

    The day of the question does not count.
    """
    if question.asked_on is None:
        return None
    term = term or load_term()
    calendar = holidays.country_holidays(term.holidays)
    calendar.update({closing.day: closing.name for closing in term.closing_days})
    return Deadline(calendar.get_nth_working_day(question.asked_on, term.length), term)
