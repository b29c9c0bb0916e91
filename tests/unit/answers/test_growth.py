"""Growth shows the like-for-like panel beside the raw line, each number with its own key."""

from pathlib import Path

import pytest

from pipelines.answers.document import Chart, Number, Paragraph, Table, plain, plain_paragraph
from pipelines.answers.questions import find_question
from pipelines.answers.sections.growth import growth_blocks
from pipelines.answers.sections.material import Material
from tests.unit.answers.test_summary import material_of
from tests.unit.answers.world import INSTITUTIONS, YEARS, World

FIRST, LAST = YEARS[0], YEARS[4]


def table_of(material: Material, measure: str) -> Table:
    part = next(one for one in find_question("223").parts if measure in one.measures)
    (found,) = [one for one in growth_blocks(material, part, measure) if isinstance(one, Table)]
    return found


def column(table: Table, heading: str) -> dict[str, str]:
    """Return a column of a table by the words of its rows."""
    place = table.flat_columns().index(heading)
    return {plain(row.cells[0]): plain(row.cells[place]) for row in table.rows}


def test_offerings_have_the_raw_line_the_terms_and_the_panel(material: Material) -> None:
    shown = column(table_of(material, "offerings"), "eigen benaming: aantal")
    dash = "\N{EN DASH}"
    assert list(shown.items())[-6:] == [
        ("Verschil door instellingen met gegevens voor maar één van beide jaren", "0"),
        (f"Aantal in 2023{dash}2024", "20"),
        ("Verschil", "10"),
        (f"Dezelfde instellingen, 2019{dash}2020", "10"),
        (f"Dezelfde instellingen, 2023{dash}2024", "19"),
        ("Verschil bij dezelfde instellingen", "9"),
    ]


def test_every_number_of_the_panel_has_the_key_of_its_row(material: Material) -> None:
    table = table_of(material, "offerings")
    place = table.flat_columns().index("eigen benaming: aantal")
    cells = [row.cells[place] for row in table.rows[-3:]]
    keys = [cell.key.split(":") for cell in cells if isinstance(cell, Number)]
    assert [(key[4], key[6]) for key in keys] == [
        ("panel", "first"),
        ("panel", "last"),
        ("panel", "difference"),
    ]


def people(with_panel: bool) -> World:
    world = World()
    for year, bounds in ((FIRST, (12, 19)), (LAST, (48, 61))):
        world.count("learners", "framework", year, *bounds)
        for institution, _, _ in INSTITUTIONS[:2]:
            world.supply(institution, year, "enrolments", "delivered", "enrolments")
    for bound, first, entered, last in (("lower", 12, 41, 48), ("upper", 19, 54, 61)):
        terms = {"first": first, "stayed": 7, "entered": entered, "left": -5, "last": last}
        world.grow("learners", "framework", bound, FIRST, LAST, terms)
    if with_panel:
        world.panel("learners", "framework", (12, 19), (48, 61))
    return world


def test_of_persons_the_panel_is_rounded_and_has_no_difference(tmp_path: Path) -> None:
    material = material_of(tmp_path, people(with_panel=True))
    table = table_of(material, "learners")
    lower, upper = (column(table, f"ontwerpkader: {name}") for name in ("ondergrens", "bovengrens"))
    ends = [name for name in lower if name.startswith("Dezelfde")]
    assert [(lower[name], upper[name]) for name in ends] == [("10", "20"), ("45", "65")]
    notes = [plain_paragraph(note) for note in table.notes]
    assert any("zijn de 2 instellingen met gegevens in beide jaren" in note for note in notes)


def test_without_a_panel_there_are_no_rows_of_it(tmp_path: Path) -> None:
    table = table_of(material_of(tmp_path, people(with_panel=False)), "learners")
    assert not [row for row in table.rows if plain(row.cells[0]).startswith("Dezelfde")]
    assert not [note for note in table.notes if "Dezelfde" in plain_paragraph(note)]


@pytest.mark.parametrize("term", ["nieuw gestart", "stopgezet"])
def test_the_chart_draws_the_terms_that_changed_and_leaves_out_the_others(
    material: Material, term: str
) -> None:
    part = next(one for one in find_question("223").parts if one.has_growth)
    (chart,) = [one for one in growth_blocks(material, part, "offerings") if isinstance(one, Chart)]
    assert f"{term} " in chart.description
    assert "telt nu wel mee" not in chart.svg
    assert "andere instellingen" not in chart.svg


def test_without_two_years_there_is_one_sentence(tmp_path: Path) -> None:
    part = next(one for one in find_question("223").parts if one.has_growth)
    (said,) = growth_blocks(material_of(tmp_path, World()), part, "offerings")
    assert isinstance(said, Paragraph)
