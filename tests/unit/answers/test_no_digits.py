"""No number enters a text but through its key: templates and texts hold no digits.

What may hold digits is listed in ``pipelines/answers/citations.yml``: the quoted definition's
reference, and markup that cannot do without. The template of the PDF has one place for its layout
numbers, which may hold sizes and colours and no words.
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
TYPESETTING = (ANSWERS / "templates" / "antwoord.typ").read_text(encoding="utf-8")
LAYOUT_STARTS, LAYOUT_ENDS = "// --- layout numbers ---", "// --- end of layout numbers ---"
# A size, a share, a colour, a paper, or some of them together; nothing that could be printed.
MEASURE = r"(-?[0-9]+(\.[0-9]+)?(pt|mm|em|fr|%)|\b[0-9]\b)"
LAYOUT_VALUE = rf'({MEASURE}|rgb\("#[0-9a-f]{{6}}"\)|"a4"|\w+: {MEASURE}|[ +,()])+'
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


def layout_and_rest(template: str) -> tuple[list[str], str]:
    """Return the lines of the place for layout numbers, and everything around it."""
    before, start, following = template.partition(LAYOUT_STARTS)
    layout, end, after = following.partition(LAYOUT_ENDS)
    assert start and end, "the template says where its layout numbers are"
    lines = [line for line in layout.splitlines() if line and not line.startswith("//")]
    return lines, before + after


def strange_layout(lines: list[str]) -> list[str]:
    """Return the lines that give a name to anything but a size, a share or a colour."""
    return [line for line in lines if not re.fullmatch(rf"#let [a-z-]+ = {LAYOUT_VALUE}", line)]


def test_the_template_of_the_pdf_holds_digits_in_the_place_for_layout_numbers_only() -> None:
    lines, rest = layout_and_rest(TYPESETTING)
    assert not stray_digits(rest), ADVICE
    assert not strange_layout(lines), "only sizes, shares and colours stand among layout numbers"
    assert len(lines) > 20


def test_the_search_finds_a_number_hidden_in_the_template_of_the_pdf() -> None:
    lines, rest = layout_and_rest(
        TYPESETTING.replace("#let answer", "#let found = 266\n#let answer")
    )
    assert (strange_layout(lines), stray_digits(rest)) == ([], ["266"])
    for hidden in (
        "#let said = 266",
        '#let said = "266"',
        "#let said = [266]",
        '#let said = 1pt + "266"',
    ):
        lines, _ = layout_and_rest(TYPESETTING.replace(LAYOUT_ENDS, f"{hidden}\n{LAYOUT_ENDS}"))
        assert strange_layout(lines) == [hidden]


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
