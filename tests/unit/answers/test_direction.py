"""A direction is claimed only for the same institutions, beyond what bounds and rounding allow."""

from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.answers.answer import read_material
from pipelines.answers.direction import Direction, judge
from pipelines.answers.document import plain_paragraph
from pipelines.answers.questions import find_question
from pipelines.answers.sections.conclusion import direction_sentence
from pipelines.answers.sections.material import Material
from pipelines.answers.wording import load_wording
from pipelines.settings import load_settings
from tests.unit.answers.world import INSTITUTIONS, YEARS, Value, World

FIRST, LAST = YEARS[0], YEARS[4]


def material_of(tmp_path: Path, world: World) -> Material:
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    return read_material(settings, find_question("223"), load_wording("nl"))


def two_years(
    first: tuple[Value, Value], last: tuple[Value, Value], measure: str = "offerings"
) -> World:
    """Return a world in which all institutions deliver in both years."""
    world = World()
    kind = "enrolments" if measure == "learners" else "offerings"
    for year, bounds in ((FIRST, first), (LAST, last)):
        world.count(measure, "label", year, *bounds)
        for institution, _, _ in INSTITUTIONS:
            world.supply(institution, year, kind, "delivered", "lifelong_learning")
    return world


@pytest.mark.parametrize(
    ("first", "last", "claim"),
    [
        ((10, 10), (20, 20), "rises"),
        ((10, 15), (16, 30), "rises"),
        ((10, 15), (15, 30), "overlapping"),
        ((20, 20), (10, 12), "falls"),
        ((20, 20), (20, 20), "equal"),
        ((10, None), (90, 90), "open"),
        ((10, 10), (90, None), "rises"),
    ],
)
def test_a_public_series_rises_when_the_last_lower_is_above_the_first_upper(
    tmp_path: Path, first: tuple[Value, Value], last: tuple[Value, Value], claim: str
) -> None:
    material = material_of(tmp_path, two_years(first, last))
    assert judge(material, "offerings", "label").claim == claim


@pytest.mark.parametrize(
    ("first", "last", "claim"), [(98, 104, "overlapping"), (98, 109, "rises"), (2, 60, "rises")]
)
def test_a_series_about_persons_rises_only_beyond_what_rounding_allows(
    tmp_path: Path, first: int, last: int, claim: str
) -> None:
    world = two_years((first, first), (last, last), "learners")
    assert judge(material_of(tmp_path, world), "learners", "label").claim == claim


def test_one_known_year_is_no_direction(tmp_path: Path) -> None:
    world = two_years((None, None), (20, 20))
    assert judge(material_of(tmp_path, world), "offerings", "label") == Direction("no_panel")


def growing_list() -> World:
    """Return a world that grows only because a third institution began to deliver."""
    world = World()
    for year, total, overlap in ((FIRST, 10, 0), (LAST, 41, 0)):
        world.count("offerings", "label", year, total, total)
        world.count("offerings", "label", year, overlap, overlap, institution="overlap")
    for institution, first, last in (("ugent", 6, 6), ("odisee", 4, 4), ("ucll", None, 31)):
        for year, value in ((FIRST, first), (LAST, last)):
            world.count("offerings", "label", year, value, value, institution=institution)
            status = "missing" if value is None else "delivered"
            world.supply(institution, year, "offerings", status, "lifelong_learning")
    return world


def test_a_longer_list_of_institutions_is_no_growth(tmp_path: Path) -> None:
    material = material_of(tmp_path, growing_list())
    found = judge(material, "offerings", "label")
    assert (found.claim, found.panel) == ("equal", ("ugent", "odisee"))


def test_the_sentence_names_the_panel_and_its_own_numbers(tmp_path: Path) -> None:
    world = growing_list()
    for institution, value in (("ugent", 18), ("odisee", 12)):
        world.counts = [row for row in world.counts if (row[3], row[4]) != (LAST, institution)]
        world.count("offerings", "label", LAST, value, value, institution=institution)
    material = material_of(tmp_path, world)
    label = material.published.definitions["label"]
    said = plain_paragraph(direction_sentence(material, "offerings", label))
    assert said.startswith(
        "Aantal opleidingen, eigen benaming: stijgt. Bij dezelfde 2 instellingen"
    )
    assert "er 10 in 2019\u20132020 en 30 in 2023\u20132024" in said


def test_the_panel_is_exact_where_the_terms_of_growth_give_it(tmp_path: Path) -> None:
    world = growing_list()
    terms: dict[str, Value] = {"first": 10, "new": 0, "coverage": 31, "last": 41, "difference": 31}
    for bound in ("lower", "upper"):
        world.grow("offerings", "label", bound, FIRST, LAST, terms)
    found = judge(material_of(tmp_path, world), "offerings", "label")
    assert found.claim == "equal"
    assert found.last is not None
    assert found.last.bounds == (Decimal(10), Decimal(10))


def test_a_unit_at_two_institutions_does_not_lift_the_panel(tmp_path: Path) -> None:
    world = growing_list()
    world.counts = [row for row in world.counts if row[4] != "overlap"]
    for year in (FIRST, LAST):
        world.count("offerings", "label", year, 3, 3, institution="overlap")
    found = judge(material_of(tmp_path, world), "offerings", "label")
    assert found.last is not None
    assert found.last.bounds == (Decimal(7), Decimal(10))
    assert not found.last.has_printable_sum
