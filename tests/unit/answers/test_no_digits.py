"""No number enters a text but through its key: templates and texts hold no digits.

What may hold digits is listed in ``pipelines/answers/citations.yml``: the quoted definition's
reference, and markup that cannot do without.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import pipelines.answers
from pipelines.answers.questions import load_questions
from pipelines.answers.wording import WORDING_DIR

ANSWERS = Path(pipelines.answers.__file__).parent
CITATIONS = yaml.safe_load((ANSWERS / "citations.yml").read_text(encoding="utf-8"))
TEMPLATES = sorted((ANSWERS / "templates").glob("*.jinja"))
# Every module that chooses or places words; none may hold a sentence of its own.
SPEAKING = [ANSWERS / "composition.py", *sorted((ANSWERS / "sections").glob("*.py"))]
ADVICE = "bind the number to its key (a place in braces), or list the citation in citations.yml"


def stray_digits(text: str) -> list[str]:
    """Return the words with digits that no listed citation or markup covers."""
    for listed in CITATIONS["markup"]:
        text = re.sub(rf"(?<![\w]){re.escape(listed)}(?![\w])", "", text)
    return re.findall(r"\S*\d\S*", text)


def texts_of(found: object) -> Iterator[str]:
    """Yield every text below a piece of YAML; names of places are no text."""
    if isinstance(found, dict):
        for value in found.values():
            yield from texts_of(value)
    elif isinstance(found, list):
        for value in found:
            yield from texts_of(value)
    elif found is not None:
        yield str(found)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_templates_hold_no_digits(template: Path) -> None:
    assert not stray_digits(template.read_text(encoding="utf-8")), ADVICE


@pytest.mark.parametrize("file", sorted(WORDING_DIR.glob("*.yml")), ids=lambda file: file.name)
def test_texts_hold_no_digits(file: Path) -> None:
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    strays = [stray for text in texts_of(found) for stray in stray_digits(text)]
    assert not strays, ADVICE


def sentences_of(source: str) -> list[str]:
    """Return the texts with digits and spaces that a module holds besides its docstrings."""
    tree = ast.parse(source)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in told
        and " " in node.value.strip()
        and re.search(r"\d", node.value)
    ]


@pytest.mark.parametrize("module", SPEAKING, ids=lambda file: file.stem)
def test_modules_that_compose_the_answer_hold_no_sentence_with_digits(module: Path) -> None:
    assert not sentences_of(module.read_text(encoding="utf-8")), ADVICE


def test_the_search_in_modules_finds_a_planted_sentence() -> None:
    planted = (
        '"""Docstring of 2 lines."""\nTEXT = f"er waren 35 opleidingen in {year}"\nKEY = "FW-18"'
    )
    assert sentences_of(planted) == ["er waren 35 opleidingen in "]


def test_text_blocks_of_questions_hold_no_digits() -> None:
    for question in load_questions().values():
        said = [question.title.nl, question.title.en or ""]
        said += [text for part in question.parts for text in (part.asks.nl, part.asks.en or "")]
        for paragraphs in question.texts.values():
            said += [*paragraphs.nl, *(paragraphs.en or ())]
        strays = [stray for text in said for stray in stray_digits(text)]
        assert not strays, f"{question.number}: {ADVICE}"


def test_the_search_finds_a_planted_digit() -> None:
    assert stray_digits("<h1>Er waren 35 opleidingen</h1>") == ["35"]
    assert stray_digits("{{ 7 }}") == ["7"]


def test_the_reference_of_the_definition_is_the_one_the_answer_must_give() -> None:
    for language in ("nl", "en"):
        reference = CITATIONS["eu_definition"][language]["reference"]
        assert "2022/C 243/02" in reference
        assert "16 jun" in reference.lower()
