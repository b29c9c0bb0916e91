"""All readings beside each other: what each counts, its number with its key, source and date."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.answers.answer import write_answer
from pipelines.answers.document import ListBlock, Number, Quotation, Table, plain, plain_paragraph
from pipelines.answers.facts import Published
from pipelines.answers.sections.guide import guide_section
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.reading import all_readings, reading_section, readings_section
from pipelines.settings import Settings
from tests.unit.answers.world import YEARS, key_of

READINGS = ["framework", "minister", "label", "scope_note", "vlor", "strict_eu"]


@pytest.fixture(scope="module")
def table(material: Material) -> Table:
    (found,) = [one for one in readings_section(material).blocks if isinstance(one, Table)]
    return found


def test_the_six_readings_are_there_those_of_the_question_first(material: Material) -> None:
    assert [one.definition for one in all_readings(material)] == READINGS


def test_each_has_one_sentence_its_number_and_its_source(material: Material, table: Table) -> None:
    assert len(table.rows) == len(READINGS)
    for definition, row in zip(READINGS, table.rows, strict=True):
        _, counts, number, source = row.cells
        assert plain(counts) == material.words.label("readings.counts", definition)
        assert plain(counts).endswith(".")
        assert plain(source)
        if definition in ("framework", "minister", "label"):
            assert isinstance(number, Number)
            assert number.key == key_of("offerings", definition, YEARS[4])


def test_the_number_of_a_reading_the_question_does_not_ask_is_read_too(
    settings: Settings, table: Table, tmp_path: Path
) -> None:
    numbers = [plain(row.cells[2]) for row in table.rows]
    assert numbers == ["7 tot 44", "ten minste 1.239", "20", "5 tot 9", "geen gegevens", "0"]
    file = write_answer(settings, "223", "nl", tmp_path / "223") / "tabellen" / "lezingen.csv"
    assert "5 tot 9" in file.read_text("utf-8-sig")


def test_a_date_stands_once_and_hindsight_is_said_of_every_reading_with_a_text(
    table: Table,
) -> None:
    sources = [plain(row.cells[3]) for row in table.rows]
    assert sources[0] == "Mededeling (ontwerp), 2024"
    assert sources[4] == "Advies van 26 oktober 2023"
    notes = [plain_paragraph(note) for note in table.notes]
    assert len(notes) == len(READINGS) - 1
    assert all(note.startswith("Achteraf toegepast: ") for note in notes)


def test_the_definition_is_quoted_with_its_reference(material: Material) -> None:
    (quoted,) = [one for one in reading_section(material).blocks if isinstance(one, Quotation)]
    assert "2022/C 243/02" in quoted.reference


def test_an_institution_that_gives_codes_to_something_else_is_named_with_what_that_does(
    material: Material,
) -> None:
    def said_of(published: Published) -> str:
        (points,) = guide_section(replace(material, published=published)).blocks
        assert isinstance(points, ListBlock)
        return " ".join(plain_paragraph(point) for point in points.items)

    assert "geeft een code in een later jaar" not in said_of(material.published)
    reusing = replace(material.published, reusing=frozenset({"ugent"}))
    assert "Universiteit Gent: deze instelling geeft een code in een later jaar" in said_of(reusing)
