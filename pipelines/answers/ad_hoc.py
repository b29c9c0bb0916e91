"""A question nobody foresaw: from the options of the command line to a question like any other.

It gets a title and a number of its own, both made of what was asked, so that the same options
always write the same folder.

Border: whether what was asked is published is found out in ``vocabulary``.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.answers.periods import spelled_year, years_between
from pipelines.answers.questions import Form, Question, QuestionError
from pipelines.answers.wording import Wordbook, languages, load_wording

LONGEST_NUMBER = 120  # of a folder name; a longer one ends with a hash instead
MOST_SPLITS = 2
PREFIX = "eigen"
# The options by the field that holds what was given.
FIELDS = {
    "--measure": "measures",
    "--definition": "definitions",
    "--by": "by",
    "--years": "years",
    "--institution": "institutions",
    "--institution-kind": "institution_kinds",
}
FORMS: tuple[Form, ...] = ("series", "split", "crossing")  # by how many splits are asked for


@dataclass(frozen=True)
class Options:
    """What was asked on the command line, each option as it was typed.

    Attributes:
        by: One split, or two separated by a comma.
        years: Years separated by commas, or the first and last separated by a colon.
    """

    measures: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    by: str | None = None
    years: str | None = None
    institutions: tuple[str, ...] = ()
    institution_kinds: tuple[str, ...] = ()

    def given(self) -> list[str]:
        """Return the names of the options that were given, also those given without a value."""
        values = ((name, getattr(self, field)) for name, field in FIELDS.items())
        return [name for name, value in values if value not in (None, ())]


def question_of(options: Options) -> Question:
    """Return the question that the options ask.

    Raises:
        QuestionError: An option is missing or cannot be read (exit 2); the message says how it is
            written.
    """
    measures, definitions = _names(options.measures), _names(options.definitions)
    _must_be_complete(measures, definitions, options.years)
    splits, years = _splits(options.by), _years(options.years or "")
    scope = {
        "institutions": _names(options.institutions),
        "institution_kinds": _names(options.institution_kinds),
    }
    listed = {
        "--measure": measures,
        "--definition": definitions,
        "--by": splits,
        "--years": years,
        "--institution": scope["institutions"],
        "--institution-kind": scope["institution_kinds"],
    }
    title = {language: _title(load_wording(language), measures, splits) for language in languages()}
    form = FORMS[len(splits)]
    asked: dict[str, object] = {"splits": splits} if form == "split" else {}
    asked |= {"crossings": [splits]} if form == "crossing" else {}
    parts = [
        {
            "id": str(place),
            "form": form,
            "measures": [measure],
            "has_growth": form == "series",
            "asks": {
                language: _title(load_wording(language), [measure], splits)
                for language in languages()
            },
            **asked,
        }
        for place, measure in enumerate(measures, start=1)
    ]
    content = {
        "number": _number([measures, definitions, splits, *scope.values(), years]),
        "asked_with": [
            word for name, names in listed.items() if names for word in (name, ",".join(names))
        ],
        "title": title,
        "window": {"years": years},
        "scope": scope,
        "definitions": definitions,
        "parts": parts,
        "annex": measures,
    }
    return Question.model_validate(content)


def options_of(asked_with: Sequence[str]) -> Options:
    """Return the options that a question of one's own keeps of how it was asked.

    Raises:
        QuestionError: They are not those of a question (exit 2).
    """
    given = dict(zip(asked_with[::2], asked_with[1::2], strict=False))
    unknown = [name for name in given if name not in FIELDS]
    if unknown or len(asked_with) % 2:
        raise QuestionError(f"{' '.join(asked_with)} zijn geen opties van een vraag.")
    texts = {FIELDS[name]: text for name, text in given.items()}
    lists = {name: (text,) for name, text in texts.items() if name not in ("by", "years")}
    return Options(**lists, by=texts.get("by"), years=texts.get("years"))


def _must_be_complete(measures: list[str], definitions: list[str], years: str | None) -> None:
    given = {"--measure": measures, "--definition": definitions, "--years": years}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise QuestionError(
            f"Er ontbreekt {' en '.join(missing)}. Zo stelt u een vraag zonder bestand: "
            "staalkaart answer --measure learners --definition framework "
            "--by institution_kind,working_status --years 2022-2023:2023-2024"
        )


def _names(typed: Iterable[str]) -> list[str]:
    """Return the names that were typed, in one option or in several, each once."""
    names = (name.strip() for text in typed for name in text.split(","))
    return list(dict.fromkeys(name for name in names if name))


def _splits(by: str | None) -> list[str]:
    if by is None:
        return []
    splits = [name.strip() for name in by.split(",")]
    if not all(splits):
        raise QuestionError(
            f"--by {by}: noem één uitsplitsing, of twee met een komma, zoals level,mode."
        )
    if len(splits) > MOST_SPLITS:
        raise QuestionError(
            f"--by {by}: hoogstens twee uitsplitsingen tegelijk. Stel anders twee vragen."
        )
    if len(set(splits)) < len(splits):
        raise QuestionError(f"--by {by}: twee keer dezelfde uitsplitsing. Noem er één.")
    return splits


def _years(typed: str) -> list[str]:
    """Return the years of ``2019-2020,2023-2024`` or of the range ``2022-2023:2023-2024``."""
    try:
        first, colon, last = typed.partition(":")
        if colon:
            return list(years_between(spelled_year(first), spelled_year(last)))
        return sorted({spelled_year(year) for year in typed.split(",")})
    except ValueError as error:
        raise QuestionError(
            f"--years {typed}: {error} Een reeks schrijft u als 2022-2023:2023-2024, losse jaren "
            "met een komma ertussen."
        ) from None


def _title(words: Wordbook, measures: Sequence[str], splits: Sequence[str]) -> str:
    """Return what is asked as a title: the measures and what they are split by, in words."""
    named = [words.label("measure_short", measure) for measure in measures]
    by = [words.label("split_title", split) for split in splits]
    said = f"{words.listed(named)} {words.listed(by)}".strip()
    return said[:1].upper() + said[1:]


def _number(asked: Iterable[Sequence[str]]) -> str:
    """Return a folder name made of what was asked; the same options always make the same one."""
    parts = [re.sub(r"[^A-Za-z0-9_-]+", "-", name) for names in asked for name in names]
    number = "-".join([PREFIX, *parts])
    if len(number) <= LONGEST_NUMBER:
        return number
    digest = hashlib.sha256(number.encode()).hexdigest()[:12]
    return f"{number[: LONGEST_NUMBER - len(digest) - 1]}-{digest}"
