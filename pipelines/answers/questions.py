"""The questions that were asked, one YAML file each, and the academic years they are about.

Border: no figure and no wording of an answer is made here; an unknown measure, definition or split
is found out when the published warehouse is read (``published.py``).
"""

from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.console import StaalkaartError

QUESTIONS_DIR = Path(__file__).parent / "questions"
FIRST_DAY = (10, 1)  # academic years run from 1 October (counting.md, Years)

Form = Literal["overview", "series", "split", "conclusion"]


class Wording(BaseModel):
    """One text in Dutch and, where there is one, in English."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str
    en: str | None = None

    def in_language(self, language: str) -> str:
        """Return the text in ``language``, in Dutch where it has no translation."""
        return (self.en or self.nl) if language == "en" else self.nl


class Paragraphs(BaseModel):
    """One text of several paragraphs in Dutch and, where there are, in English."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: tuple[str, ...]
    en: tuple[str, ...] | None = None

    def in_language(self, language: str) -> tuple[str, ...]:
        """Return the paragraphs in ``language``, in Dutch where they have no translation."""
        return (self.en or self.nl) if language == "en" else self.nl


class WindowRule(BaseModel):
    """How many completed academic years a question is about, and whether the running one shows."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    completed_years: int = Field(ge=1, le=20)
    has_running_year: bool = True


class Part(BaseModel):
    """One numbered part of a question: what it asks, and the tables that answer it.

    ``form`` says which section answers it: a list with a summary, a series of years, a split of a
    series, or conclusions drawn from the others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    form: Form
    measures: tuple[str, ...] = Field(min_length=1)
    splits: tuple[str, ...] = ()
    crossings: tuple[tuple[str, str], ...] = ()
    has_growth: bool = False
    asks: Wording


class Window(BaseModel):
    """The academic years a question is about.

    Attributes:
        years: The completed years, oldest first.
        running_year: The year that had not ended on the day of the question, or None.
    """

    model_config = ConfigDict(frozen=True)
    years: tuple[str, ...]
    running_year: str | None = None

    @property
    def from_year(self) -> str:
        """The first completed year."""
        return self.years[0]

    @property
    def to_year(self) -> str:
        """The last completed year."""
        return self.years[-1]

    @property
    def label(self) -> str:
        """The window as ``counts.academic_year`` writes it, ``2019-2020..2023-2024``."""
        return f"{self.from_year}..{self.to_year}"

    @property
    def shown_years(self) -> tuple[str, ...]:
        """The completed years and the running one."""
        return (*self.years, self.running_year) if self.running_year else self.years


class Question(BaseModel):
    """A question as it was asked, and how it is to be answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: str
    asker: str
    addressee: Wording
    asked_on: date
    title: Wording
    window_rule: WindowRule = Field(alias="window")
    definitions: tuple[str, ...] = Field(min_length=1)
    parts: tuple[Part, ...] = Field(min_length=1)
    annex: tuple[str, ...] = ()
    texts: dict[str, Paragraphs] = Field(default_factory=dict)

    @property
    def window(self) -> Window:
        """The academic years the question is about (see ``window``)."""
        return window(self)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure the question needs, in order of first mention."""
        named = [measure for part in self.parts for measure in part.measures]
        return tuple(dict.fromkeys([*named, *self.annex]))

    @property
    def splits(self) -> tuple[str, ...]:
        """Every split the parts ask for, in order of first mention."""
        return tuple(dict.fromkeys(split for part in self.parts for split in part.splits))


def academic_year(start: int) -> str:
    """Return the academic year that starts in ``start``, as ``2023-2024``."""
    return f"{start}-{start + 1}"


def last_day(year: str) -> date:
    """Return the last day of an academic year, 30 September."""
    return date(int(year[-4:]), 9, 30)


def window(question: Question) -> Window:
    """Return the completed academic years before the question's date, and the running one.

    Source of the rule: counting.md, Years (years run from 1 October to 30 September).
    """
    asked_on = question.asked_on
    running = asked_on.year if (asked_on.month, asked_on.day) >= FIRST_DAY else asked_on.year - 1
    rule = question.window_rule
    completed = range(running - rule.completed_years, running)
    return Window(
        years=tuple(academic_year(start) for start in completed),
        running_year=academic_year(running) if rule.has_running_year else None,
    )


def load_questions(folder: Path = QUESTIONS_DIR) -> dict[str, Question]:
    """Return every question of a folder by its number.

    Raises:
        StaalkaartError: A file is not a question; the message names the file and the field.
    """
    questions: dict[str, Question] = {}
    for file in sorted(folder.glob("*.yml")):
        try:
            question = Question.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        except ValidationError as error:
            field = ".".join(str(step) for step in error.errors()[0]["loc"])
            raise StaalkaartError(
                f"De vraag in {file.name} klopt niet: kijk naar '{field}' "
                f"({error.errors()[0]['msg']}). Verbeter het bestand en begin opnieuw."
            ) from None
        questions[question.number] = question
    return questions


def find_question(number: str, folder: Path = QUESTIONS_DIR) -> Question:
    """Return the question with this number.

    Raises:
        StaalkaartError: There is none (exit 2); the message lists the questions that exist.
    """
    questions = load_questions(folder)
    if number in questions:
        return questions[number]
    known = "; ".join(f"{q.number} ({q.asker}, {q.title.nl})" for q in questions.values())
    raise StaalkaartError(
        f"Vraag {number!r} bestaat niet. Wel: {known}. "
        "Een nieuwe vraag is een YAML-bestand in pipelines/answers/questions."
    )
