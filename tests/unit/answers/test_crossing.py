"""A crossing of two splits: each figure in its cell, totals that are no sums, overlap explained."""

from pathlib import Path

import pytest

from pipelines.answers.ad_hoc import Options, question_of
from pipelines.answers.answer import read_material
from pipelines.answers.composition import compose
from pipelines.answers.document import Answer, Chart, ListBlock, Table, plain, plain_paragraph
from pipelines.answers.wording import load_wording
from pipelines.settings import Settings, load_settings
from tests.unit.answers.world import INSTITUTIONS, WINDOW, YEARS, World

pytestmark = pytest.mark.long

YEAR = YEARS[4]
KINDS = ("university", "university_college")
LEARNERS = {
    ("university", "working"): 41,
    ("university", "job_seeking"): 3,
    ("university_college", "working"): 62,
    ("university_college", "not_active"): 21,
}


def crossed_world() -> World:
    """Return a world with learners by kind of institution and working status, and credits."""
    world = World()
    for year in YEARS[3:5]:
        for institution, _, _ in INSTITUTIONS:
            world.supply(institution, year, "enrolments", "delivered", "enrolments")
            world.supply(institution, year, "offerings", "delivered", "lifelong_learning")
            world.count("learners", "framework", year, 40, 40, institution=institution)
            world.count("credits_offered", "framework", year, 40, 40, institution=institution)
        world.count("learners", "framework", year, 122, 122, status="final")
        for kind, count in zip(KINDS, (44, 83), strict=True):
            world.count(
                "learners", "framework", year, count, count, split="institution_kind", value=kind
            )
        for status, count in (("working", 98), ("job_seeking", 3), ("not_active", 21)):
            world.count(
                "learners", "framework", year, count, count, split="working_status", value=status
            )
        cells = {**LEARNERS, ("overlap", "overlap"): 5}
        for (kind, status), count in cells.items():
            second = ("working_status", status)
            place = {"split": "institution_kind", "value": kind, "second": second}
            world.count("learners", "framework", year, count, count, **place)  # type: ignore[arg-type]
        world.count("credits_offered", "framework", year, "62.5", 90)
        for level, mode, lower, upper in (("6", "hybrid", "40.5", 60), ("7", "physical", 22, 30)):
            second = ("mode", mode)
            place = {"split": "level", "value": level, "second": second}
            world.count("credits_offered", "framework", year, lower, upper, **place)  # type: ignore[arg-type]
            world.count(
                "credits_offered", "framework", year, lower, upper, split="level", value=level
            )
            world.count(
                "credits_offered", "framework", year, lower, upper, split="mode", value=mode
            )
    return world


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = load_settings(data=tmp_path_factory.mktemp("crossed"))
    crossed_world().publish(found.published_file)
    return found


def answered(settings: Settings, by: str, measure: str = "learners", **changed: object) -> Answer:
    options = Options((measure,), ("framework",), by, f"{YEARS[3]}:{YEAR}", **changed)  # type: ignore[arg-type]
    return compose(read_material(settings, question_of(options), load_wording("nl")))


def table(answer: Answer, name: str) -> Table:
    return next(one for one in answer.tables() if one.name == name)


def charts(answer: Answer) -> list[Chart]:
    return [block for block in answer.blocks() if isinstance(block, Chart)]


def shown(found: Table) -> list[list[str]]:
    return [[plain(cell) for cell in row.cells] for row in found.rows]


def test_each_figure_stands_in_its_cell_with_the_totals_of_the_cube(settings: Settings) -> None:
    found = table(
        answered(settings, "institution_kind,working_status"),
        "1-soort-instelling-werkstatus-ontwerpkader",
    )
    assert found.columns == (
        "Soort instelling",
        "werkt",
        "werkt niet (werkzoekend)",
        "werkt niet (niet actief)",
        "onbekend",
        "Totaal",
        "Aandeel dat werkt",
    )
    assert shown(found) == [
        ["universiteiten", "40", "<5", "<5", "<5", "45", "77\u00a0% tot 100\u00a0%"],
        ["hogescholen", "60", "<5", "20", "<5", "85", "68\u00a0% tot 76\u00a0%"],
        ["Totaal", "100", "<5", "20", "<5", "120", "78\u00a0% tot 84\u00a0%"],
    ]


def test_the_order_of_the_splits_decides_rows_and_columns_and_no_figure(
    settings: Settings,
) -> None:
    answer = answered(settings, "working_status,institution_kind")
    found = table(answer, "1-werkstatus-soort-instelling-ontwerpkader")
    assert shown(found) == [
        ["werkt", "40", "60", "100"],
        ["werkt niet (werkzoekend)", "<5", "<5", "<5"],
        ["werkt niet (niet actief)", "<5", "20", "20"],
        ["onbekend", "<5", "<5", "<5"],
        ["Totaal", "45", "85", "120"],
    ]


def test_what_stands_in_several_cells_is_explained_with_its_own_number(settings: Settings) -> None:
    answer = answered(settings, "institution_kind,working_status")
    found = table(answer, "1-soort-instelling-werkstatus-ontwerpkader")
    notes = [plain_paragraph(note) for note in found.notes]
    assert any("De cellen samen zijn 5 meer dan het totaal" in note for note in notes)
    said = [str(block) for block in answer.blocks()]
    assert any(
        "De totalen zijn afzonderlijk geteld en geen som van de cellen." in one for one in said
    )


def test_every_year_stands_below_the_other_and_a_window_that_is_not_counted_is_no_row(
    settings: Settings,
) -> None:
    answer = answered(settings, "institution_kind,working_status")
    found = table(answer, "1-soort-instelling-werkstatus-ontwerpkader-per-jaar")
    years = [year.replace("-", "\N{EN DASH}") for year in YEARS[3:5]]
    assert [row[:2] for row in shown(found)] == [
        [year, name] for year in years for name in ("universiteiten", "hogescholen", "Totaal")
    ]
    assert not found.is_folded
    guide = next(section for section in answer.sections if section.name == "leeswijzer")
    said = str(guide.blocks)
    assert "Voor deze jaren samen is er geen telling gepubliceerd" in said
    assert "Hele periode" not in said


def test_a_crossing_of_a_public_measure_is_exact_and_keeps_its_bounds(settings: Settings) -> None:
    answer = answered(settings, "level,mode", "credits_offered")
    assert shown(table(answer, "1-niveau-leervorm-ontwerpkader")) == [
        ["niveau 6", "0", "40,5 tot 60", "40,5 tot 60"],
        ["niveau 7", "22 tot 30", "0", "22 tot 30"],
        ["Totaal", "22 tot 30", "40,5 tot 60", "62,5 tot 90"],
    ]


def test_a_question_about_one_kind_shows_that_kind_only(settings: Settings) -> None:
    answer = answered(
        settings, "institution_kind,working_status", institution_kinds=("university_college",)
    )
    found = table(answer, "1-soort-instelling-werkstatus-ontwerpkader")
    assert [row[0] for row in shown(found)] == ["hogescholen"]
    assert found.caption.endswith(", hogescholen")


def test_the_last_year_is_drawn_for_the_main_reading_and_told_in_words(settings: Settings) -> None:
    answer = answered(settings, "institution_kind,working_status")
    drawn = [chart for chart in charts(answer) if chart.name.startswith("1-")]
    assert [chart.name for chart in drawn] == ["1-soort-instelling-werkstatus-grafiek"]
    assert "universiteiten: werkt 40, werkt niet (werkzoekend) <5" in drawn[0].description


def test_the_first_screen_says_where_the_division_stands(settings: Settings) -> None:
    answer = answered(settings, "institution_kind,working_status")
    (points,) = [block for block in answer.summary if isinstance(block, ListBlock)]
    assert plain_paragraph(points.items[-1]) == (
        "Hoe dit aantal verdeeld is naar soort instelling en naar werkstatus, staat in het "
        "antwoord op deel 1."
    )


def test_without_any_delivery_the_part_says_so_and_shows_no_zero(tmp_path: Path) -> None:
    world = World()
    for year in YEARS[3:5]:
        world.supply("ugent", year, "enrolments", "missing")
        world.count("learners", "framework", year, None, None)
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    answer = answered(settings, "institution_kind,contract_type")
    part = next(section for section in answer.sections if section.name == "antwoord-1")
    assert "Dit deel kan niet worden beantwoord" in str(part.blocks[0])
    assert [one.name for one in part.blocks if isinstance(one, Table)] == ["1-wat-ontbreekt"]
    assert not [chart for chart in charts(answer) if chart.name.startswith("1-")]


def test_one_year_without_deliveries_has_no_number_in_any_cell(tmp_path: Path) -> None:
    world = crossed_world()
    world.supply("ugent", YEARS[2], "enrolments", "missing")
    world.count("learners", "framework", YEARS[2], None, None)
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    options = Options(
        ("learners",), ("framework",), "institution_kind,working_status", f"{YEARS[2]}:{YEAR}"
    )
    answer = compose(read_material(settings, question_of(options), load_wording("nl")))
    found = table(answer, "1-soort-instelling-werkstatus-ontwerpkader-per-jaar")
    cells = {cell for row in shown(found)[:3] for cell in row[2:]}
    assert cells == {"geen gegevens"}


def test_a_window_that_is_counted_has_its_rows(tmp_path: Path) -> None:
    world = crossed_world()
    for year in YEARS[:3]:
        world.supply("ugent", year, "enrolments", "missing")
    world.count("learners", "framework", WINDOW, 150, 150)
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    options = Options(
        ("learners",), ("framework",), "institution_kind,working_status", f"{YEARS[0]}:{YEAR}"
    )
    answer = compose(read_material(settings, question_of(options), load_wording("nl")))
    found = table(answer, "1-soort-instelling-werkstatus-ontwerpkader-per-jaar")
    assert shown(found)[-1][:2] == ["Hele periode", "Totaal"]
    assert shown(found)[-1][-2] == "150"
    assert found.is_folded
