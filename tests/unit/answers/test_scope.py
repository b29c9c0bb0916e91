"""A question about some institutions: their figures only, and no total that nobody published."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.answers.ad_hoc import Options, question_of
from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.composition import compose
from pipelines.answers.direction import judge
from pipelines.answers.document import Answer, ListBlock, Table, plain, plain_paragraph
from pipelines.answers.panels import panel_of
from pipelines.answers.questions import Question
from pipelines.answers.sections.material import Material
from pipelines.answers.wording import load_wording
from pipelines.settings import Settings, load_settings
from tests.unit.answers.world import HOSTILE_TITLES, YEARS, Value, World, known_world

pytestmark = pytest.mark.long

FIRST, LAST = YEARS[3], YEARS[4]


def two_years_world() -> World:
    """Return known numbers of one year, and a year before it in which UCLL delivered nothing."""
    world = known_world()
    for kind, value in (("university", 3), ("university_college", 6)):
        world.count("offerings", "label", FIRST, value, value, split="institution_kind", value=kind)
    world.count("learners", "framework", LAST, 31, 31, institution="ugent")
    return world


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = load_settings(data=tmp_path_factory.mktemp("scope"))
    two_years_world().publish(found.published_file)
    return found


def own(
    measure: str = "offerings", definition: str = "label", **scope: tuple[str, ...]
) -> Question:
    options = Options((measure,), (definition,), None, f"{FIRST}:{LAST}", **scope)  # type: ignore[arg-type]
    return question_of(options)


def material_of(settings: Settings, question: Question) -> Material:
    return read_material(settings, question, load_wording("nl"))


def answered(settings: Settings, question: Question) -> Answer:
    return compose(material_of(settings, question))


def table(answer: Answer, name: str) -> Table:
    return next(one for one in answer.tables() if one.name == name)


def shown(found: Table) -> list[list[str]]:
    return [[plain(cell) for cell in row.cells] for row in found.rows]


def test_a_kind_has_the_figures_of_its_cells_and_its_own_reporters(settings: Settings) -> None:
    answer = answered(settings, own(institution_kinds=("university_college",)))
    found = table(answer, "1-opleidingen-per-jaar")
    years = [year.replace("-", "\N{EN DASH}") for year in (FIRST, LAST)]
    assert shown(found) == [[years[0], "6", "2"], [years[1], "8", "2"]]
    assert found.caption.endswith(", hogescholen")
    assert ("Alleen", "hogescholen") in answer.head


def test_no_other_institution_is_named_in_any_table_of_figures(settings: Settings) -> None:
    answer = answered(settings, own(institution_kinds=("university_college",)))
    annex = table(answer, "bijlage-opleidingen-eigen-benaming")
    assert [row[0] for row in shown(annex)] == ["Odisee", "UC Leuven-Limburg", "Hogescholen"]
    assert [row.style for row in annex.rows] == ["plain", "plain", "total"]
    assert [row[0] for row in shown(table(answer, "dekking-aanbod"))] == [
        "Odisee",
        "UC Leuven-Limburg",
    ]


def test_one_institution_has_no_annex_and_no_column_of_reporters(settings: Settings) -> None:
    answer = answered(settings, own(institutions=("ugent",)))
    assert "bijlage" not in [section.name for section in answer.sections]
    assert len(table(answer, "1-opleidingen-per-jaar").columns) == 2
    assert ("Alleen", "Universiteit Gent") in answer.head


def test_several_institutions_stand_apart_and_are_never_added(settings: Settings) -> None:
    answer = answered(settings, own(institutions=("ugent", "odisee")))
    names = [section.name for section in answer.sections if section.name.startswith("antwoord")]
    assert names == ["antwoord-1-universiteit-gent", "antwoord-1-odisee"]
    short = shown(table(answer, "in-het-kort"))
    years = [year.replace("-", "\N{EN DASH}") for year in (FIRST, LAST)]
    assert [row[0] for row in short] == [
        f"Opleidingen, {year}, {name}" for name in ("Universiteit Gent", "Odisee") for year in years
    ]
    annex = table(answer, "bijlage-opleidingen-eigen-benaming")
    assert [row[0] for row in shown(annex)] == ["Universiteit Gent", "Odisee"]
    assert {row.style for row in annex.rows} == {"plain"}


def test_the_json_names_whose_figures_it_holds(settings: Settings, tmp_path: Path) -> None:
    question = own(institution_kinds=("university_college",))
    folder = write_answer(settings, question, "nl", tmp_path / "out")
    record: dict[str, Any] = json.loads((folder / "antwoord.json").read_text("utf-8"))
    assert record["question"]["institutions"] == "odisee|ucll"


def test_offerings_that_stay_open_are_those_of_the_institutions_asked_for(
    settings: Settings,
) -> None:
    def open_ones(question: Question) -> list[str]:
        material = material_of(settings, question)
        return [
            plain_paragraph(note)
            for definition in material.definitions()
            for note in material.undetermined_note(definition)
        ]

    at_odisee = len(HOSTILE_TITLES) // 2
    (said,) = open_ones(own("learners", "framework"))
    assert said.startswith(f"Van {at_odisee} opleidingen van 2023\N{EN DASH}2024 ontbreekt")
    assert open_ones(own("learners", "framework", institutions=("ugent",))) == []


@pytest.mark.parametrize(
    ("certify", "said"),
    [
        ((), "Een tweede, onafhankelijke telling is er voor de hoofdcijfers niet."),
        ((FIRST,), "Voor 1 van de 2 hoofdcijfers van dit antwoord telde"),
        ((FIRST, LAST), "Elk hoofdcijfer van dit antwoord telde een tweede"),
    ],
)
def test_a_second_count_is_claimed_for_the_headline_figures_that_have_one(
    tmp_path: Path, certify: tuple[str, ...], said: str
) -> None:
    world = World()
    for year in (FIRST, LAST):
        world.supply("ugent", year, "offerings", "delivered", "lifelong_learning")
        key = world.count("offerings", "label", year, 10, 10)
        if year in certify:
            world.certify(key, 10)
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    method = next(one for one in answered(settings, own()).sections if one.name == "werkwijze")
    (points,) = method.blocks
    assert isinstance(points, ListBlock)
    assert said in plain_paragraph(points.items[-1])


def test_without_any_figure_no_second_count_is_claimed(tmp_path: Path) -> None:
    world = World()
    world.supply("ugent", FIRST, "offerings", "missing")
    world.supply("ugent", LAST, "offerings", "missing")
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    method = next(one for one in answered(settings, own()).sections if one.name == "werkwijze")
    assert "hoofdcijfer" not in str(method.blocks)


def test_growth_is_not_told_where_none_is_published(settings: Settings) -> None:
    of_kind = answered(settings, own(institution_kinds=("university",)))
    assert any("niet per soort instelling" in str(block) for block in of_kind.blocks())
    of_all = answered(settings, own())
    assert any("is niet gepubliceerd" in str(block) for block in of_all.blocks())


def test_one_institution_is_its_own_panel(tmp_path: Path) -> None:
    world = World()
    for year, count in ((FIRST, 10), (LAST, 20)):
        world.supply("ugent", year, "offerings", "delivered", "lifelong_learning")
        world.count("offerings", "label", year, count, count, institution="ugent")
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    material = material_of(settings, own(institutions=("ugent",)))
    found = judge(material, "offerings", "label")
    assert (found.claim, found.panel) == ("rises", ("ugent",))


@pytest.mark.parametrize(
    ("last", "newcomer", "claim", "printed"),
    [
        (40, 12, "rises", (28, 40)),
        (40, 30, "overlapping", (10, 40)),
        (8, 2, "falls", (6, 8)),
        (40, None, "not_comparable", None),
    ],
)
def test_what_newcomers_may_count_is_taken_off_before_anything_rises(
    tmp_path: Path, last: int, newcomer: Value, claim: str, printed: tuple[int, int] | None
) -> None:
    world = World()
    for year, count in ((FIRST, 10), (LAST, last)):
        world.supply("odisee", year, "offerings", "delivered", "lifelong_learning")
        cell = {"split": "institution_kind", "value": "university_college"}
        world.count("offerings", "label", year, 60, 60)
        world.count("offerings", "label", year, count, count, **cell)  # type: ignore[arg-type]
    world.supply("ucll", LAST, "offerings", "delivered", "degree")
    world.count("offerings", "label", LAST, 1, newcomer, institution="ucll")
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    material = material_of(settings, own(institution_kinds=("university_college",)))
    assert judge(material, "offerings", "label").claim == claim
    found = panel_of(material, "offerings", "label")
    assert found.institutions == ("odisee",)
    shown = found.last and (found.last.lower, found.last.upper)
    assert shown == printed


def test_bounds_of_a_panel_of_persons_are_multiples_of_the_rounding_base(tmp_path: Path) -> None:
    world = World()
    for year, count in ((FIRST, 23), (LAST, 118)):
        world.supply("odisee", year, "enrolments", "delivered", "enrolments")
        cell = {"split": "institution_kind", "value": "university_college"}
        world.count("learners", "label", year, 300, 300)
        world.count("learners", "label", year, count, count, **cell)  # type: ignore[arg-type]
    world.supply("ucll", LAST, "enrolments", "delivered", "enrolments")
    world.count("learners", "label", LAST, 3, 3, institution="ucll")
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    material = material_of(settings, own("learners", institution_kinds=("university_college",)))
    found = panel_of(material, "learners", "label").last
    assert found is not None
    assert (found.lower, found.upper) == (110, 125)
    assert judge(material, "learners", "label").claim == "rises"
