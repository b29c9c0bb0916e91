"""A hundred hostile titles come out literally in every form of an answer, and every form opens.

A form without a reader here fails the test: whoever adds a form says how its text is read back.

Border: what ``printable`` replaces is tested in ``test_printable.py``.
"""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest
import yaml
from docx.oxml.ns import qn
from lxml import etree

from pipelines.answers.answer import write_answer
from pipelines.answers.printable import printable
from pipelines.answers.rendering.typesetting import UNUSUAL
from pipelines.settings import PROJECT_ROOT, load_settings
from tests.unit.answers.world import YEARS, World, known_world

pytestmark = pytest.mark.long

FIXTURE = PROJECT_ROOT / "tests" / "fixtures" / "answers" / "hostile_titles.yml"
VERY_LONG = ("Zeer lang " * 4_000, "W" * 40_000)
TITLES: tuple[str, ...] = (
    *(title for group in yaml.safe_load(FIXTURE.read_text("utf-8")).values() for title in group),
    *VERY_LONG,
)
SHOWN = tuple(printable(title) for title in TITLES)
LISTED = "1a-lijst"  # the table of titles
FORMS = ("antwoord.docx", "antwoord.pdf", "antwoord.html", "antwoord.json", "tabellen.xlsx")
FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b")


class Page(HTMLParser):
    """The tags of a page with the names of their attributes, and the text of its cells."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.cells: list[str] = []
        self.others: list[str] = []
        self.feed(content.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)


def world_with(titles: tuple[str, ...]) -> World:
    """Return a world with an offering, a delivered file and a code per title."""
    world = known_world(is_synthetic=False)
    world.offerings.clear()
    world.verdicts.clear()
    world.criteria.clear()
    for place, title in enumerate(titles):
        world.offering("odisee", f"{place}-{title}", YEARS[4], title, "3.5", label="in")
        world.refuse("odisee", "offerings", YEARS[4])
        delivery, institution, stream, kind, scope, _, *rest = world.refusals[-1]
        world.refusals[-1] = (delivery, institution, stream, kind, scope, title, *rest)
    return world


def answered(folder: Path, titles: tuple[str, ...]) -> dict[str, bytes]:
    """Return the files of the answer from a world with these titles."""
    settings = load_settings(data=folder)
    world_with(titles).publish(settings.published_file)
    written = write_answer(settings, "223")
    files = sorted(file for file in written.rglob("*") if file.is_file())
    return {file.relative_to(written).as_posix(): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return answered(tmp_path_factory.mktemp("hostile"), TITLES)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    titles = tuple(f"Titel {place:03}" for place in range(len(TITLES)))
    return answered(tmp_path_factory.mktemp("harmless"), titles)


def texts_of_json(content: bytes) -> set[str]:
    """Return every text of the JSON file."""
    found: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, str):
            found.add(value)
        elif isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                collect(one)

    collect(json.loads(content))
    return found


def texts_of_csv(content: bytes) -> set[str]:
    """Return the cells of a CSV file as a spreadsheet shows them: without the guarding sign."""
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(FORMULA_SIGNS)]
    return {cell.removeprefix("'") for cell in cells} | set(cells)


def texts_of_page(content: bytes) -> set[str]:
    """Return the text of every cell of the page."""
    return {cell.strip() for cell in Page(content).cells}


def texts_of_workbook(content: bytes) -> set[str]:
    """Return every text of the workbook; no cell is a formula, and none becomes one when edited."""
    texts = set()
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), (sheet.title, cell.coordinate)
                if isinstance(cell.value, str):
                    texts.add(cell.value)
                    is_risky = cell.value.lstrip().startswith(FORMULA_SIGNS)
                    assert not is_risky or cell.quotePrefix, cell.value
    return texts


def texts_of_document(content: bytes) -> set[str]:
    """Return the text of every cell and paragraph of the Word document."""
    body = docx.Document(io.BytesIO(content)).element.body
    holders = [*body.iter(qn("w:tc")), *body.iter(qn("w:p"))]
    return {"".join(run.text or "" for run in one.iter(qn("w:t"))) for one in holders}


def texts_of_pdf(content: bytes) -> set[str]:
    """Return the titles that a PDF prints: its lines break anywhere, and so do long words.

    An unusual sign is printed as a mark where no typeface inside typst can draw it, and may be
    read back as another one of the same look; then all the other signs must be there.
    """
    reader = pypdf.PdfReader(io.BytesIO(content))
    assert "/OpenAction" not in reader.trailer["/Root"]
    assert "/JavaScript" not in str(reader.trailer["/Root"])
    printed = packed("".join(page.extract_text() for page in reader.pages))
    letters = skeleton(printed)
    return {
        title
        for title in SHOWN
        if packed(title) in printed or (UNUSUAL.search(title) and skeleton(title) in letters)
    }


def packed(text: str) -> str:
    """Return a text without the blanks that depend on where lines break."""
    return "".join(text.replace("\u200b", "").replace("\u00ad", "").split())


def skeleton(text: str) -> str:
    """Return what is left of a text when no sign is drawn but everyday letters and signs.

    A letter under several marks is read back once per mark.
    """
    apart = unicodedata.normalize("NFD", packed(text))
    return re.sub(r"(.)\1+", r"\1", "".join(sign for sign in apart if sign.isascii()))


READERS: dict[str, Callable[[bytes], set[str]]] = {
    ".json": texts_of_json,
    ".csv": texts_of_csv,
    ".html": texts_of_page,
    ".xlsx": texts_of_workbook,
    ".docx": texts_of_document,
    ".pdf": texts_of_pdf,
}


def test_there_are_a_hundred_titles_and_nearly_all_are_shown_as_they_are() -> None:
    assert len(TITLES) == len(set(TITLES)) == 100
    assert sum(" ".join(title.split()) == printable(title) for title in TITLES) > 90


def test_every_form_that_lists_titles_shows_each_literally(files: dict[str, bytes]) -> None:
    shown: dict[str, set[str]] = {}
    for name, content in files.items():
        shown[name] = READERS[Path(name).suffix](content)
    for name in (*FORMS, f"tabellen/{LISTED}.csv"):
        lacking = [title for title in SHOWN if title not in shown[name]]
        assert not lacking, name


def test_the_page_has_the_tags_of_a_page_with_harmless_titles(
    files: dict[str, bytes], harmless: dict[str, bytes]
) -> None:
    hostile_page, harmless_page = (Page(one["antwoord.html"]) for one in (files, harmless))
    assert hostile_page.tags == harmless_page.tags
    assert hostile_page.others == harmless_page.others


@pytest.mark.parametrize("name", ["antwoord.docx", "tabellen.xlsx"])
def test_office_files_have_the_parts_and_elements_of_those_with_harmless_titles(
    files: dict[str, bytes], harmless: dict[str, bytes], name: str
) -> None:
    hostile_parts, harmless_parts = (elements(one[name]) for one in (files, harmless))
    assert hostile_parts.keys() == harmless_parts.keys()
    for part, tags in hostile_parts.items():
        if part == "word/document.xml":  # long titles lie on sheets of their own
            assert set(tags) == set(harmless_parts[part])
        # A risky text has a style of its own, and equal texts are stored once.
        elif not part.endswith(("xl/styles.xml", "sharedStrings.xml")):
            assert tags == harmless_parts[part], part


def elements(content: bytes) -> dict[str, list[str]]:
    """Return the elements of every part of an office file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: [str(one.tag) for one in etree.fromstring(archive.read(name)).iter()]
            for name in archive.namelist()
            if name.endswith((".xml", ".rels"))
        }


def test_the_pdf_has_the_objects_of_one_with_harmless_titles(
    files: dict[str, bytes], harmless: dict[str, bytes]
) -> None:
    kinds = []
    for one in (files, harmless):
        reader = pypdf.PdfReader(io.BytesIO(one["antwoord.pdf"]))
        objects = [reader.get_object(number) for number in range(1, int(reader.trailer["/Size"]))]
        named = [one for one in objects if isinstance(one, dict) and "Font" not in str(one)]
        kinds.append({(one.get("/Type"), one.get("/S"), one.get("/Subtype")) for one in named})
        assert not reader.attachments
    assert kinds[0] == kinds[1]


def test_the_json_has_the_keys_of_one_with_harmless_titles(
    files: dict[str, bytes], harmless: dict[str, bytes]
) -> None:
    keys = [re.findall(rb'^ *"(\w+)":', one["antwoord.json"], re.M) for one in (files, harmless)]
    assert keys[0] == keys[1]


def test_titles_name_no_file_and_no_sheet(
    files: dict[str, bytes], harmless: dict[str, bytes]
) -> None:
    assert files.keys() == harmless.keys()
    books = [openpyxl.load_workbook(io.BytesIO(one["tabellen.xlsx"])) for one in (files, harmless)]
    assert books[0].sheetnames == books[1].sheetnames
