"""No exact number about persons is in any byte of an answer, of any form, in any language.

The files are those that an answer has, so that a new form is searched from its first day.

Border: that the search finds what is planted is tested in ``test_leak_search.py``.
"""

import ast
import logging
import pickle
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

import pytest

import pipelines.answers
from pipelines.answers import disclosure
from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.cells import Cell, PublishedFigure
from pipelines.answers.composition import compose
from pipelines.answers.disclosure import Hidden, ProtectedFigure
from pipelines.answers.questions import find_question
from pipelines.answers.rendering import rendered_files
from pipelines.answers.safeguarding import Treatment
from pipelines.answers.sections.material import Material
from pipelines.answers.wording import languages, load_wording
from pipelines.settings import Settings, load_settings
from tests.unit.answers.leak_search import numbers_by_way, numbers_in
from tests.unit.answers.protected_world import (
    CROSSINGS,
    DEFINITIONS,
    PROTECTED,
    SPLITS,
    Secrets,
    protected_world,
    publish,
    question_about_everything,
    question_about_places,
)
from tests.unit.answers.world import INSTITUTIONS, WINDOW, YEARS, World

ANSWERS = Path(pipelines.answers.__file__).parent
RULES = "only disclosure.py sees exact numbers about persons"
# What a module that words or lays out may know of the one that rounds.
HARMLESS = {
    "PUBLIC_MEASURES",
    "ROUNDED_TERMS",
    "DisclosureRules",
    "ProtectedFigure",
    "ProtectedShare",
    "share_of",
    "true_bounds",
}
READERS = ("answer", "cube", "disclosure", "figures", "published", "sections.material")
FORMS = ("antwoord.docx", "antwoord.pdf", "antwoord.html", "antwoord.json", "tabellen.xlsx")


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Settings, Secrets]:
    made, secrets = protected_world()
    settings = load_settings(data=tmp_path_factory.mktemp("protected"))
    publish(made, settings.published_file)
    return made, settings, secrets


@pytest.fixture(scope="module")
def world(protected: tuple[World, Settings, Secrets]) -> tuple[Settings, Secrets]:
    return protected[1], protected[2]


@pytest.fixture(scope="module")
def material(world: tuple[Settings, Secrets]) -> Material:
    return read_material(world[0], question_about_everything(), load_wording("nl"))


def test_every_true_number_is_six_digits_of_its_own_and_rounding_changes_it(
    world: tuple[Settings, Secrets],
) -> None:
    _, secrets = world
    assert len(secrets.given) > 5_000
    assert all(100_000 <= number <= 999_999 and number % 5 for number in secrets.given)


@pytest.mark.long
@pytest.mark.parametrize(
    ("about", "language"),
    [*(("alles", language) for language in languages()), ("plaatsen", "nl"), ("223", "nl")],
)
def test_no_byte_of_any_form_holds_an_exact_number(
    world: tuple[Settings, Secrets],
    about: str,
    language: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings, secrets = world
    made = {"alles": question_about_everything, "plaatsen": question_about_places}
    question = made[about]() if about in made else find_question(about)
    with caplog.at_level(logging.DEBUG):
        folder = write_answer(settings, question, language, tmp_path / "answer")
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    contents = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    assert set(FORMS) <= contents.keys()
    found = numbers_by_way(contents)
    assert {
        way: there & secrets.given for way, there in found.items() if there & secrets.given
    } == {}
    assert not numbers_in(caplog.text.encode()) & secrets.given
    # They are there rounded, in every form that has tables, so the search was not in vain.
    rounded = {5 * round(number / 5) for number in secrets.given}
    for name in (*FORMS, "tabellen/bijlage"):
        ways = [there for way, there in found.items() if way.startswith(name)]
        assert len(set().union(*ways) & rounded) > 50, name


def half_shown(world: World) -> tuple[dict[str, Hidden], set[int]]:
    """Return a choice that shows every other cell exactly, and the numbers that it shows."""
    rows = [row for row in world.counts if row[1] in PROTECTED]
    shown = [row for place, row in enumerate(rows) if place % 2]
    numbers = {int(str(bound)) for row in shown for bound in row[9:11] if bound is not None}
    return {str(row[0]): "" for row in shown}, numbers


@pytest.mark.long
def test_no_byte_of_any_form_holds_a_number_that_is_hidden(
    protected: tuple[World, Settings, Secrets],
) -> None:
    made, settings, secrets = protected
    choice, numbers = half_shown(made)
    words = load_wording("nl")
    treatment = Treatment("suppression", hidden=choice)
    material = read_material(settings, question_about_everything(), words, treatment)
    hidden = secrets.given - numbers
    contents = rendered_files(compose(material), words)
    found = numbers_by_way(contents)
    assert {way: there & hidden for way, there in found.items() if there & hidden} == {}
    assert not numbers_in(pickle.dumps(material, protocol=0)) & hidden
    for name in FORMS:
        ways = [there for way, there in found.items() if way.startswith(name)]
        assert len(set().union(*ways) & numbers) > 50, name


@pytest.mark.long
def test_a_figure_that_were_not_rounded_would_be_found(
    world: tuple[Settings, Secrets], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, secrets = world
    monkeypatch.setattr(disclosure, "rounded", lambda lower, upper, rules: (lower, upper, None))
    folder = write_answer(settings, "223", "nl", tmp_path / "answer")
    for name in FORMS:
        found = numbers_by_way({name: (folder / name).read_bytes()})
        assert len(set().union(*found.values()) & secrets.given) > 50, name


def figures(material: Material) -> Iterator[PublishedFigure]:
    """Yield every figure about persons the answer can ask for."""
    for measure in PROTECTED:
        for definition in DEFINITIONS:
            for period in (*YEARS, WINDOW):
                for institution in ("*", "overlap", *(one for one, _, _ in INSTITUTIONS)):
                    cell = Cell(measure, definition, period, institution)
                    yield material.book.figure(cell)
                    for split, values in SPLITS.items():
                        for value in values:
                            yield material.book.split_figure(cell, split, value)
                for first, second in CROSSINGS:
                    place = (measure, definition, period, "*")
                    for value in SPLITS[first]:
                        for other in SPLITS[second]:
                            yield material.book.figure(Cell(*place, first, value, second, other))
            for term in material.book.growth(measure, definition):
                yield term.figure


def test_nothing_that_a_figure_about_persons_holds_is_exact(
    material: Material, world: tuple[Settings, Secrets]
) -> None:
    """By no way that Python has of looking into an object."""
    found = list(figures(material))
    assert len(found) > 2_000
    secrets = world[1].given
    for figure in found:
        assert isinstance(figure, ProtectedFigure) or not figure.is_published
        values = [getattr(figure, one.name) for one in fields(figure)]
        ways = (repr(figure), str(figure), f"{figure}", repr(vars(figure)), repr(asdict(figure)))
        record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (figure, figure), None)
        shown = "\n".join((*ways, record.getMessage(), repr(values), repr(dir(figure))))
        assert not numbers_in(shown.encode()) & secrets
        assert not numbers_in(pickle.dumps(figure, protocol=0)) & secrets
        assert not numbers_in(pickle.dumps(figure)) & secrets
        assert not [one for one in (figure.lower, figure.upper) if one is not None and one % 5]


def test_nothing_that_the_sections_work_from_is_exact(
    material: Material, world: tuple[Settings, Secrets]
) -> None:
    shown = pickle.dumps(material, protocol=0)
    assert len(shown) > 100_000
    assert not numbers_in(shown) & world[1].given


def imports(file: Path) -> Iterator[tuple[str, str]]:
    """Yield what a module imports: the module and the name, wherever the import stands."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", one.name) for one in node.names)
        elif isinstance(node, ast.Import):
            yield from ((one.name, "") for one in node.names)


def modules(*folders: str) -> list[Path]:
    """Return the modules below folders of the answers; of the answers themselves for none."""
    found = [file for folder in folders for file in (ANSWERS / folder).rglob("*.py")]
    return sorted(found or ANSWERS.rglob("*.py"))


def test_no_renderer_imports_what_reads_or_rounds() -> None:
    """A renderer has the document, the words and how numbers look, and nothing behind them."""
    readers = {f"pipelines.answers.{name}" for name in READERS} | {"duckdb", "pipelines.settings"}
    found = [
        f"{file.name}: {module}"
        for file in modules("rendering")
        for module, name in imports(file)
        if readers & {module, f"{module}.{name}"}
    ]
    assert len(modules("rendering")) > 10
    assert not found, f"Give the renderer what it needs in the document; {RULES}: {found}"


def test_no_section_imports_what_reads() -> None:
    found = []
    for file in modules("sections"):
        for module, name in imports(file):
            steps = set(module.split("."))
            if {"cube", "duckdb"} & steps or ("disclosure" in steps and name not in HARMLESS):
                found.append(f"{file.name}: {module}.{name}")
    assert not found, f"Ask the FigureBook for it; {RULES}: {found}"


def test_nothing_is_imported_by_a_name_made_at_run_time() -> None:
    found = [
        file.name
        for file in modules()
        for module, name in imports(file)
        if module == "importlib" or name == "import_module"
    ]
    found += [file.name for file in modules() if "__import__" in file.read_text(encoding="utf-8")]
    assert not found, f"Imports that no test can see: {found}"
