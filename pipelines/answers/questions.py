"""The questions that were asked, one YAML file each: facts and texts, no code.

Border: whether the published warehouse has what a question names is found out in ``vocabulary``;
no figure and no wording of an answer is made here.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from pipelines.answers.periods import Window, WindowRule, window_of
from pipelines.console import StaalkaartError
from pipelines.yaml_faults import Document, faults_of, yaml_fault

QUESTIONS_DIR = Path(__file__).parent / "questions"
# A number is also the name of a folder, and the id of a part the beginning of a file name.
Number = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=200)]
PartId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]
DOCUMENT = Document("een vraag", "letters en cijfers (in een nummer ook _ . en -)")

Form = Literal["overview", "series", "split", "crossing", "conclusion"]
# What a form cannot do without, and the edit that mends its absence.
NEEDED_BY_FORM = {
    "split": ("splits", "vorm split heeft minstens één uitsplitsing onder splits nodig."),
    "crossing": (
        "crossings",
        "vorm crossing heeft minstens één kruising onder crossings nodig, zoals [[level, mode]].",
    ),
}


class QuestionError(StaalkaartError):
    """What a question asks for is not there, or its file is wrong; other questions go on."""


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


def _in_both_languages(value: object) -> object:
    return {"nl": value, "en": value} if isinstance(value, str) else value


# A name is the same in both languages: one text will do.
Name = Annotated[Wording, BeforeValidator(_in_both_languages)]


class Scope(BaseModel):
    """Whose figures are asked for; everybody's where nothing is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    institution_kinds: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()

    @property
    def is_everybody(self) -> bool:
        """Whether nothing is named."""
        return not self.institution_kinds and not self.institutions

    def holds(self, institution: str, kind: str) -> bool:
        """Return whether an institution of a kind is asked for."""
        return (
            self.is_everybody or institution in self.institutions or kind in self.institution_kinds
        )


class Part(BaseModel):
    """One numbered part of a question: what it asks, and the tables that answer it.

    Attributes:
        form: Which section answers it: a list of offerings with a summary, a series of years, a
            split of a series, a crossing of two splits, or conclusions drawn from the others.
        has_growth: Whether a series says what its growth consists of.
        is_for_each_year: Whether an overview is given for every year, not only for the last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: PartId
    form: Form
    measures: tuple[str, ...] = Field(min_length=1)
    splits: tuple[str, ...] = ()
    crossings: tuple[tuple[str, str], ...] = ()
    has_growth: bool = False
    is_for_each_year: bool = False
    asks: Wording

    @model_validator(mode="after")
    def _form_has_what_it_needs(self) -> "Part":
        needed, mend = NEEDED_BY_FORM.get(self.form, ("", ""))
        if needed and not getattr(self, needed):
            raise ValueError(mend)
        return self


class Question(BaseModel):
    """A question as it was asked, and how it is to be answered.

    Attributes:
        number: What it is asked by on the command line, and the name of its answer folder.
        is_example: Whether it was made up to show how a question is answered.
        is_answered_nightly: Whether the nightly run writes its answer.
        asked_on: The day it was asked; None for a question of one's own, which has no deadline.
        asked_with: The options of the command line that asked it; nothing for one with a file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    number: Number
    is_example: bool = False
    is_answered_nightly: bool = True
    asker: Name | None = None
    addressee: Name | None = None
    asked_on: date | None = None
    asked_with: tuple[str, ...] = ()
    title: Wording
    window_rule: WindowRule = Field(alias="window")
    scope: Scope = Scope()
    definitions: tuple[str, ...] = Field(min_length=1)
    parts: tuple[Part, ...] = Field(min_length=1)
    annex: tuple[str, ...] = ()
    texts: dict[str, Paragraphs] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> "Question":
        window_of(self.window_rule, self.asked_on)
        ids = [part.id for part in self.parts]
        if len(set(ids)) < len(ids):
            raise ValueError("twee onderdelen onder parts hebben hetzelfde id.")
        return self

    @property
    def window(self) -> Window:
        """The academic years the question is about."""
        return window_of(self.window_rule, self.asked_on)

    @property
    def is_own(self) -> bool:
        """Whether it was asked on the command line and by nobody else."""
        return bool(self.asked_with)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure the question needs, in order of first mention."""
        named = [measure for part in self.parts for measure in part.measures]
        return tuple(dict.fromkeys([*named, *self.annex]))

    @property
    def splits(self) -> tuple[str, ...]:
        """Every split the parts ask for, in order of first mention."""
        return tuple(dict.fromkeys(split for part in self.parts for split in part.splits))

    @property
    def crossings(self) -> tuple[tuple[str, str], ...]:
        """Every crossing the parts ask for, in order of first mention."""
        named = (crossing for part in self.parts for crossing in part.crossings)
        return tuple(dict.fromkeys(named))


def load_questions(folder: Path = QUESTIONS_DIR) -> dict[str, Question]:
    """Return every question of a folder by its number.

    Raises:
        QuestionError: A file is not a question; the message names the file, each key that is
            wrong, and how to mend it (exit 2).
    """
    questions: dict[str, Question] = {}
    files: dict[str, Path] = {}
    for file in sorted(folder.glob("*.yml")):
        question = read_question(file)
        if question.number in questions:
            raise QuestionError(
                f"{file.name} en {files[question.number].name} hebben hetzelfde nummer "
                f"{question.number!r}. Geef een van beide een ander nummer."
            )
        questions[question.number], files[question.number] = question, file
    return questions


def read_question(file: Path) -> Question:
    """Return the question of one file.

    Raises:
        QuestionError: The file is not a question (exit 2).
    """
    try:
        return Question.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        faults = [yaml_fault(error)]
    except ValidationError as error:
        faults = faults_of(error, DOCUMENT)
    listed = "\n".join(f"  {fault}" for fault in faults)
    raise QuestionError(
        f"De vraag in {file.name} klopt niet:\n{listed}\nVerbeter het bestand en begin opnieuw."
    )


def find_question(number: str, folder: Path = QUESTIONS_DIR) -> Question:
    """Return the question with this number, whatever its case.

    Raises:
        QuestionError: There is none (exit 2); the message lists the questions that exist.
    """
    questions = load_questions(folder)
    by_number = {one.casefold(): question for one, question in questions.items()}
    found = questions.get(number) or by_number.get(number.strip().casefold())
    if found is not None:
        return found
    raise QuestionError(
        f"Vraag {number!r} bestaat niet. Wel:\n{listed_questions(questions)}\n"
        "Een nieuwe vraag is een YAML-bestand in pipelines/answers/questions; een vraag zonder "
        "bestand stelt u met --measure, --definition en --years (zie 'staalkaart answer --help')."
    )


def listed_questions(questions: dict[str, Question]) -> str:
    """Return the questions as lines for a message: number, asker and title."""
    lines = []
    for one in questions.values():
        asker = f"{one.asker.nl}, " if one.asker else ""
        lines.append(f"  {one.number} ({asker}{one.title.nl})")
    return "\n".join(lines)
