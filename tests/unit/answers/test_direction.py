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
    if first[0] is not None:
        world.panel(measure, "label", first, last)
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


def growing_list(last_of_the_panel: int) -> World:
    """Return a world in which a third institution began to deliver, beside a panel of two."""
    world = World()
    world.count("offerings", "label", FIRST, 10, 10)
    world.count("offerings", "label", LAST, 31 + last_of_the_panel, 31 + last_of_the_panel)
    world.panel("offerings", "label", (10, 10), (last_of_the_panel, last_of_the_panel))
    for institution, statuses in (
        ("ugent", ("delivered", "delivered")),
        ("odisee", ("delivered", "carried_forward")),
        ("ucll", ("missing", "delivered")),
    ):
        for year, status in zip((FIRST, LAST), statuses, strict=True):
            world.supply(institution, year, "offerings", status, "lifelong_learning")
    return world


def test_a_longer_list_of_institutions_is_no_growth(tmp_path: Path) -> None:
    material = material_of(tmp_path, growing_list(10))
    found = judge(material, "offerings", "label")
    assert (found.claim, found.panel) == ("equal", ("ugent", "odisee"))


def test_the_sentence_names_the_panel_and_its_own_numbers(tmp_path: Path) -> None:
    material = material_of(tmp_path, growing_list(30))
    label = material.published.definitions["label"]
    said = direction_sentence(material, "offerings", label)
    assert plain_paragraph(said) == (
        "Volgens de eigen benaming van de instellingen stijgt het aantal opleidingen: van 10 in "
        "2019\u20132020 naar 30 in 2023\u20132024, bij dezelfde 2 instellingen."
    )


def test_a_panel_of_persons_is_printed_rounded_and_rests_on_both_bounds(tmp_path: Path) -> None:
    material = material_of(tmp_path, two_years((12, 19), (48, 61), "learners"))
    found = judge(material, "learners", "label")
    assert found.claim == "rises"
    assert found.first is not None
    assert found.last is not None
    assert (found.first.lower, found.first.upper) == (Decimal(10), Decimal(20))
    assert (found.last.lower, found.last.upper) == (Decimal(45), Decimal(65))
    assert [key.split(":")[5:7] for key in found.first.derived_from] == [
        ["lower", "first"],
        ["upper", "first"],
    ]
