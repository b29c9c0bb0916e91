"""The page, the JSON file and the tables: bound numbers, text that stays text, nothing fetched."""

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pipelines.answers.answer import write_answer
from pipelines.answers.rendering.delimited import neutralised
from pipelines.answers.sections.material import Material
from pipelines.settings import Settings
from tests.unit.answers.world import HOSTILE_TITLES, YEARS, key_of

Record = dict[str, Any]
BANNER = "SYNTHETISCHE GEGEVENS"


class Page(HTMLParser):
    """Collects what the tests ask of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.numbers: dict[str, str] = {}
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.cells: list[str] = []
        self._key: str | None = None
        self._in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = {name: value or "" for name, value in attrs}
        self.attributes += list(named.items())
        self._key = named.get("data-key", self._key if tag != "data" else None)
        if tag in ("td", "th"):
            self._in_cell = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "data":
            self._key = None
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._key:
            self.numbers[self._key] = data
        if self._in_cell:
            self.cells[-1] += data


@pytest.fixture(scope="module")
def html(answer_folder: Path) -> str:
    return (answer_folder / "antwoord.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


@pytest.fixture(scope="module")
def record(answer_folder: Path) -> Record:
    found: Record = json.loads((answer_folder / "antwoord.json").read_text(encoding="utf-8"))
    return found


def rows_of(file: Path) -> list[list[str]]:
    """Return the rows of a CSV file as a spreadsheet reads them."""
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")), delimiter=";"))


def test_every_key_on_the_page_stands_in_the_json_with_the_same_print(
    page: Page, record: Record
) -> None:
    listed = {number["key"]: number["value"] for number in record["numbers"]}
    assert len(page.numbers) > 100
    assert {key: listed.get(key) for key in page.numbers} == page.numbers


def test_a_number_in_the_json_names_source_and_certificate(record: Record) -> None:
    key = key_of("offerings", "label", YEARS[4])
    number = next(one for one in record["numbers"] if one["key"] == key)
    assert (number["value"], number["source"]) == ("20", "counts")
    certificate = {
        "suite": "parliament",
        "expectation": "recounted",
        "success": True,
        "observed": "20",
        "observed_upper": "20",
    }
    assert number["certified_by"] == [certificate]


def test_numbers_made_from_others_name_those(record: Record) -> None:
    derived = [one for one in record["numbers"] if one["source"] == "derived"]
    listed = {one["key"] for one in record["numbers"]}
    assert derived
    for number in derived:
        assert number["derived_from"]
        assert set(number["derived_from"]) <= listed


def test_the_page_loads_nothing_and_runs_nothing(html: str, page: Page) -> None:
    assert "script" not in page.tags
    assert not {"link", "iframe", "img", "object", "embed"} & set(page.tags)
    for name, value in page.attributes:
        assert not name.startswith("on"), name
        if name in ("href", "src"):
            assert value.startswith(("#", "data:text/csv")), value
    assert "@import" not in re.sub(r"<(t[dh]|strong)\b.*?</\1>", "", html)
    assert "url(http" not in html


def test_hostile_titles_are_literal_text_on_the_page(page: Page) -> None:
    shown = {" ".join(cell.split()) for cell in page.cells}
    for title in HOSTILE_TITLES:
        assert " ".join(title.split()) in shown


def test_hostile_titles_are_no_formulas_in_the_tables(answer_folder: Path) -> None:
    for file in (answer_folder / "tabellen").glob("*.csv"):
        for row in rows_of(file):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    cells = {cell for row in rows_of(answer_folder / "tabellen/1a-lijst.csv") for cell in row}
    assert '\'=HYPERLINK("evil";"klik")' in cells
    assert "{{ 7 * 7 }} {% raw %} ${{x}} #set($a=1)" in cells


@pytest.mark.parametrize(
    "start",
    [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        " =",
        "\u00a0=",
        "\uff1d",
        "\uff20",
        "\u2212",
        "'",
        "x=",
    ],
)
def test_only_what_a_spreadsheet_runs_is_neutralised(start: str) -> None:
    is_harmless = start in ("\u2212", "'", "x=")
    assert neutralised(f"{start}x") == (f"{start}x" if is_harmless else f"'{start}x")


def test_tables_open_in_a_dutch_spreadsheet(answer_folder: Path) -> None:
    content = (answer_folder / "tabellen/1b-opleidingen-per-jaar.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"2023\xe2\x80\x932024;7 tot 44;ten minste 1.239;20;3\r\n" in content


def test_synthetic_data_are_stamped_on_page_json_and_every_table(
    answer_folder: Path, html: str, record: Record
) -> None:
    assert html.index(BANNER) < html.index("<h1>")
    assert (record["banner"], record["is_synthetic"]) == (BANNER, True)
    files = list((answer_folder / "tabellen").glob("*.csv"))
    assert len(files) > 20
    for file in files:
        assert all(row[0] == BANNER for row in rows_of(file)), file.name


def test_the_order_is_what_counts_definition_readings_parts_annex_coverage_method_provenance(
    record: Record,
) -> None:
    names = [section["name"] for section in record["sections"]]
    opening = ["wat-telt-mee", "definitie", "lezingen", "leeswijzer"]
    parts = [f"antwoord-{part}" for part in ("1a", "1b", "2a", "2b", "3")]
    assert names == [*opening, *parts, "bijlage", "dekking", "werkwijze", "herkomst"]


def test_readings_before_their_text_are_said_to_be_applied_in_hindsight(html: str) -> None:
    assert "Achteraf toegepast: ontwerpkader op 2019\u20132020 tot en met 2022\u20132023" in html
    assert "de tekst dateert van 20 december 2024" in html


@pytest.fixture(scope="module")
def english(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = write_answer(settings, "223", "en", tmp_path_factory.mktemp("english") / "223")
    return (folder / "antwoord.html").read_text(encoding="utf-8")


def test_what_is_out_under_the_framework_is_said_to_stay_allowed(html: str, english: str) -> None:
    assert html.count("die onder die lezing niet meetelt, blijft dus toegelaten.") == 1
    assert english.count("that is out under that reading therefore stays allowed.") == 1


def test_an_english_answer_names_its_sources_in_english(english: str) -> None:
    assert "The delivery" in english
    assert "De levering" not in english


def test_a_partial_cell_never_claims_flanders(html: str) -> None:
    assert "in Vlaanderen waren" not in html
    assert "</data> instellingen die gegevens leverden" in html


def test_every_table_has_a_caption_and_real_headings(page: Page) -> None:
    tables = page.tags.count("table")
    assert page.tags.count("caption") == tables == page.tags.count("thead")
    assert [value for name, value in page.attributes if name == "scope"].count("row") > tables


def test_every_chart_is_told_in_words(html: str, record: Record) -> None:
    charts = [
        block for section in record["sections"] for block in section["blocks"] if "chart" in block
    ]
    drawings = re.findall(r"<svg[^>]*>", html)
    assert [chart["chart"] for chart in charts] == [
        "1b-opleidingen-per-jaar-grafiek",
        "1b-opleidingen-groei-grafiek",
        "2a-studenten-per-jaar-grafiek",
        "2b-naar-werkstatus-grafiek",
        "dekking-grafiek",
    ]
    assert len(charts) == len(drawings)
    assert all('role="img"' in one and 'aria-label="' in one for one in drawings)


def test_the_premise_that_duration_is_a_criterion_is_put_right(html: str) -> None:
    assert "Geen van de gebruikte teksten hanteert de duur als criterium" in html


def test_no_row_count_of_a_delivery_about_persons_is_shown(answer_folder: Path) -> None:
    for file in answer_folder.rglob("*"):
        if file.is_file():
            assert b"98765" not in file.read_bytes(), file.name


def test_a_kept_number_prints_the_same_everywhere(material: Material) -> None:
    figure = material.book.total("offerings", "framework", YEARS[4])
    assert material.number(figure) == material.number(figure)
