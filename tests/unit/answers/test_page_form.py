"""The page as people with a keyboard, a screen reader, a phone or a printer meet it."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from lxml.html import HtmlElement

from pipelines.answers.composition import compose
from pipelines.answers.rendering.delimited import table_csv
from pipelines.answers.rendering.page import TEMPLATES_DIR
from pipelines.answers.sections.material import Material
from tests.unit.answers.test_charts import contrast
from tests.unit.answers.world import HOSTILE_TITLES

CSS = (TEMPLATES_DIR / "antwoord.css").read_text(encoding="utf-8")
OPEN_TABLES = ("in-het-kort", "lezingen", "1a-per-lezing", "1b-opleidingen-per-jaar")
YEAR = "[0-9]{4}"
# The package names its function as the module.
page_module = importlib.import_module("pipelines.answers.rendering.page")
# What may hold digits besides bound numbers: years, dates and the names of parts.
MONTHS = "januari|juni|oktober|november|december"
WITHOUT_KEY = re.compile(
    rf"{YEAR}\N{{EN DASH}}{YEAR}|\d{{1,2}} (?:{MONTHS}) {YEAR}|dateert van {YEAR}|deel \d[a-z]?\b"
)


@pytest.fixture(scope="module")
def page(answer_folder: Path) -> HtmlElement:
    return lxml.html.fromstring((answer_folder / "antwoord.html").read_bytes())


def classes(element: HtmlElement) -> set[str]:
    return set(element.get("class", "").split())


def test_the_language_the_skip_link_and_the_landmarks_are_there(page: HtmlElement) -> None:
    assert page.get("lang") == "nl"
    first = page.body[0]
    assert (first.tag, classes(first)) == ("a", {"skip"})
    assert page.get_element_by_id(first.get("href")[1:]).tag == "section"
    for landmark in ("header", "main", "nav", "footer"):
        assert page.body.findall(f".//{landmark}"), landmark
    outside = [one.tag for one in page.body if one.tag not in ("header", "main", "footer")]
    assert outside == ["a", "aside"]


def test_there_is_one_main_heading_and_no_level_is_skipped(page: HtmlElement) -> None:
    levels = [int(one.tag[1]) for one in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert set(levels) == {1, 2}
    for section in page.body.findall(".//section"):
        heading = page.get_element_by_id(section.get("aria-labelledby"))
        assert heading.tag == "h2"


def test_ids_are_unique_and_every_link_inside_the_page_leads_somewhere(page: HtmlElement) -> None:
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    links = [one.get("href") for one in page.iter("a")]
    inside = [link[1:] for link in links if link.startswith("#")]
    assert len(inside) > 30
    assert set(inside) <= set(ids)


def test_every_table_has_a_caption_and_headings_with_their_scope(page: HtmlElement) -> None:
    tables = list(page.iter("table"))
    assert len(tables) > 20
    for table in tables:
        caption = table.find("caption").text_content().strip()
        assert caption
        for head in table.find("thead").iter("th"):
            assert head.get("scope") in ("col", "colgroup"), caption
        for row in table.find("tbody").iter("tr"):
            assert (row[0].tag, row[0].get("scope")) == ("th", "row"), caption


def test_what_scrolls_can_be_reached_and_is_named(page: HtmlElement) -> None:
    scrolling = page.find_class("scroll")
    assert len(scrolling) == len(list(page.iter("table")))
    for one in scrolling:
        assert (one.get("tabindex"), one.get("role")) == ("0", "group")
        assert one.get("aria-label").startswith(one.find(".//caption").text_content().strip())


def test_a_table_that_becomes_cards_keeps_its_roles_and_names_each_cell(page: HtmlElement) -> None:
    cards = page.find_class("cards")
    assert {one.getparent().get("id") for one in cards} >= {
        "tabel-lezingen",
        "tabel-wat-niet-bekend-is",
    }
    for table in cards:
        assert table.get("role") == "table"
        headings = [one.text_content() for one in table.find("thead").iter("th")]
        for row in table.find("tbody").iter("tr"):
            assert row.get("role") == "row"
            assert [one.get("role") for one in row] == ["rowheader"] + ["cell"] * (len(row) - 1)
            assert [one.get("data-label") for one in row[1:]] == headings[1:]


def test_the_main_tables_are_open_and_need_no_script(page: HtmlElement) -> None:
    for name in OPEN_TABLES:
        ancestors = [one.tag for one in page.get_element_by_id(f"tabel-{name}").iterancestors()]
        assert "details" not in ancestors, name
    assert not list(page.iter("script"))


def test_every_table_is_listed_with_its_file(page: HtmlElement, answer_folder: Path) -> None:
    (listed,) = [one for one in page.find_class("tables")]
    named = {one.text_content().rsplit(": ", 1)[1] for one in listed.iter("li")}
    assert named == {f"tabellen/{file.name}" for file in (answer_folder / "tabellen").iterdir()}


def prose(page: HtmlElement) -> Iterator[str]:
    """Yield what the sections say besides bound numbers, quotations, titles and commands."""
    for section in page.find("body/main").iter("section"):
        for one in section.iter("p", "li", "figcaption"):
            if any(parent.tag in ("blockquote", "nav") for parent in one.iterancestors()):
                continue
            copy = lxml.html.fromstring(lxml.html.tostring(one, encoding="unicode"))
            for inner in [*copy.iter("data", "strong", "code", "a")]:
                inner.drop_tree()
            yield copy.text_content()


def test_no_number_stands_in_a_sentence_without_its_key(page: HtmlElement) -> None:
    said = list(prose(page))
    assert len(said) > 60
    strays = [one for one in said if re.search(r"\d", WITHOUT_KEY.sub("", one))]
    assert not strays


def test_the_search_for_numbers_without_a_key_finds_one() -> None:
    planted = lxml.html.fromstring(
        "<html><body><main><section><p>Er waren 35 in 2023\N{EN DASH}2024, "
        '<data data-key="k">7</data> nieuw.</p></section></main></body></html>'
    )
    (said,) = prose(planted)
    assert re.findall(r"\d+", WITHOUT_KEY.sub("", said)) == ["35"]


def test_hostile_titles_are_literal_text_among_the_examples(page: HtmlElement) -> None:
    shown = {one.text_content() for one in page.find_class("examples")[0].iter("strong")}
    titles = {" ".join(title.split()) for title in HOSTILE_TITLES}
    assert shown & titles
    assert not list(page.iter("img"))


def variable(name: str) -> str:
    """Return a colour of the style sheet, written in full."""
    (found,) = re.findall(rf"--{name}: (#[0-9a-f]+)", CSS)
    return found if len(found) == 7 else "#" + "".join(2 * one for one in found[1:])


@pytest.mark.parametrize("paper", ["paper", "tint"])
@pytest.mark.parametrize("ink", ["ink", "soft", "mark", "link"])
def test_letters_stand_out_from_every_background(ink: str, paper: str) -> None:
    assert contrast(variable(ink), variable(paper)) >= 4.5


def test_letters_stand_out_in_the_heat_table_and_the_stamp() -> None:
    rules = re.findall(r"\.(heat-\w+|banner|invented) {([^}]*)}", CSS)
    assert len(rules) >= 8
    for name, rule in rules:
        background = re.findall(r"background: (#\w+)", rule) or [variable("paper")]
        colour = re.findall(r"(?<![-\w])color: (#\w+)", rule) or [variable("ink")]
        full = [one if len(one) == 7 else "#" + "".join(2 * part for part in one[1:])
                for one in (colour[0], background[0])]  # fmt: skip
        assert contrast(*full) >= 4.5, name


def test_on_paper_everything_folded_is_open_and_a_long_list_names_its_file(
    material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = CSS[CSS.index("@media print") :]
    assert "details::details-content { content-visibility: visible" in printed
    monkeypatch.setattr(page_module, "LONGEST_PRINT", 3)
    answer = compose(material)
    files = {f"tabellen/{one.name}.csv": table_csv(one, answer) for one in answer.tables()}
    html = lxml.html.fromstring(page_module.page(answer, material.words, files))
    long = html.find_class("long")
    assert len(long) > 5
    for one in long:
        said = one.getprevious()
        assert classes(said) == {"print-only"}
        name = one.find_class("scroll")[0].get("id").removeprefix("tabel-")
        assert said.text_content().endswith(f"in het bestand tabellen/{name}.csv.")
