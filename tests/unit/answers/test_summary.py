"""The first screen: one sentence that answers, for whom it holds, and what nobody can say."""

from pathlib import Path

from pipelines.answers.answer import read_material
from pipelines.answers.document import ListBlock, Number, Paragraph, Table, plain, plain_paragraph
from pipelines.answers.questions import find_question
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.summary import LEAD, summary_blocks
from pipelines.answers.wording import load_wording
from pipelines.settings import load_settings
from tests.unit.answers.world import INSTITUTIONS, YEARS, World, key_of

FIRST, LAST = YEARS[0], YEARS[4]
YEAR = LAST.replace("-", "\N{EN DASH}")


def material_of(folder: Path, world: World, language: str = "nl") -> Material:
    settings = load_settings(data=folder)
    world.publish(settings.published_file)
    return read_material(settings, find_question("223"), load_wording(language))


def lead_of(material: Material) -> Paragraph:
    (found,) = [
        block
        for block in summary_blocks(material)
        if isinstance(block, Paragraph) and block.style == LEAD
    ]
    return found


def study_guides_only() -> World:
    """Return a world of study guides: no upper bounds, no learners, nothing in the framework."""
    world = World(is_synthetic=False)
    for definition, count in (("framework", 0), ("minister", 12), ("label", 3)):
        world.count("offerings", definition, LAST, count, None, reporting=2)
        world.count("learners", definition, LAST, None, None)
    for institution, _, _ in INSTITUTIONS[1:]:
        world.supply(institution, LAST, "offerings", "delivered", "degree")
    for number in range(2):
        world.offering("odisee", f"O{number}", LAST, "Micro degree", None, framework="undetermined")
    return world


def test_the_first_sentence_answers_for_the_institutions_that_delivered(tmp_path: Path) -> None:
    world = World()
    world.count("offerings", "framework", LAST, 7, 44)
    world.count("learners", "framework", LAST, 41, 58)
    said = lead_of(material_of(tmp_path, world))
    assert plain_paragraph(said) == (
        f"Volgens het ontwerp-afsprakenkader waren er in {YEAR} bij de 3 instellingen die gegevens "
        "leverden (van de 3) 7 tot 44 opleidingen die meetellen als microcredential en 40 tot 60 "
        "studenten die een microcredential volgden."
    )
    keys = [one.key for one in said.inlines if isinstance(one, Number)]
    assert key_of("offerings", "framework", LAST) in keys
    assert key_of("learners", "framework", LAST) in keys


def test_numbers_of_other_institutions_are_told_apart(tmp_path: Path) -> None:
    world = World()
    world.count("offerings", "framework", LAST, 7, 7, reporting=3)
    world.count("learners", "framework", LAST, 40, 40, reporting=2)
    said = plain_paragraph(lead_of(material_of(tmp_path, world)))
    assert "bij de 3 instellingen die gegevens leverden (van de 3) 7 opleidingen" in said
    assert "en bij de 2 instellingen die gegevens leverden (van de 3) 40 studenten" in said


def test_nothing_certain_is_said_so_and_the_other_readings_give_their_number(
    tmp_path: Path,
) -> None:
    material = material_of(tmp_path, study_guides_only())
    said = lead_of(material)
    assert plain_paragraph(said) == (
        f"Bij de 2 instellingen die gegevens leverden (van de 3) staat in {YEAR} van geen enkele "
        "opleiding vast dat ze volgens het ontwerp-afsprakenkader een microcredential is. Het "
        "aantal opleidingen is ten minste 12 volgens de lezing van de minister en ten minste 3 "
        "volgens de eigen benaming van de instellingen."
    )
    none = next(one for one in said.inlines if plain(one) == "geen enkele")
    assert isinstance(none, Number)
    assert none.derived_from == (key_of("offerings", "framework", LAST),)
    rest = " ".join(
        plain_paragraph(block) for block in summary_blocks(material) if isinstance(block, Paragraph)
    )
    assert f"Van 2 opleidingen van {YEAR} ontbreekt een gegeven" in rest


def test_without_learners_nothing_is_said_about_their_number(tmp_path: Path) -> None:
    blocks = summary_blocks(material_of(tmp_path, study_guides_only()))
    said = [plain_paragraph(block) for block in blocks if isinstance(block, Paragraph)]
    assert (
        f"Over het aantal studenten is niets te zeggen: voor {YEAR} leverde geen enkele van de 3 "
        "instellingen gegevens (inschrijvingen)." in said
    )


def test_the_table_has_the_readings_side_by_side_and_the_first_and_last_year(
    material: Material,
) -> None:
    (table,) = [block for block in summary_blocks(material) if isinstance(block, Table)]
    assert table.columns[1:4] == ("ontwerpkader", "lezing van de minister", "eigen benaming")
    assert [plain(row.cells[0]) for row in table.rows] == [
        "Opleidingen, 2019\N{EN DASH}2020",
        f"Opleidingen, {YEAR}",
        "Studenten, 2019\N{EN DASH}2020",
        f"Studenten, {YEAR}",
    ]
    assert [plain(cell) for cell in table.rows[1].cells[1:]] == [
        "7 tot 44",
        "ten minste 1.239",
        "20",
        "3",
    ]


def test_direction_and_working_status_stand_on_the_first_screen(material: Material) -> None:
    (points,) = [block for block in summary_blocks(material) if isinstance(block, ListBlock)]
    said = [plain_paragraph(item) for item in points.items]
    assert len(said) == 3
    assert said[2] == (
        f"Van de studenten die volgens het ontwerp-afsprakenkader meetellen in {YEAR}, werkten er "
        "98.760, waren er 21.350 werkzoekend en <5 niet actief. Van 3.340 is de werkstatus niet "
        "bekend."
    )


def test_the_sentence_exists_in_english(tmp_path: Path) -> None:
    world = World()
    world.count("offerings", "framework", LAST, 7, 44)
    said = plain_paragraph(lead_of(material_of(tmp_path, world, "en")))
    assert said.startswith(f"Under the draft agreement framework there were in {YEAR} at the 3")
