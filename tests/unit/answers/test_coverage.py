"""What coverage says of a place without data, and of data from an earlier delivery."""

from pathlib import Path

import pytest

from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.questions import find_question
from pipelines.answers.sections.gaps import supply_state
from pipelines.answers.wording import load_wording
from pipelines.settings import Settings, load_settings
from tests.unit.answers.world import YEARS, World, known_world

REFUSED = "Geen bruikbare levering (een levering werd geweigerd)."
CARRIED = "Uit een eerdere levering over hetzelfde jaar"


def publish(tmp_path: Path, world: World) -> Settings:
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    return settings


@pytest.mark.parametrize(
    ("kind", "scope", "states"),
    [
        ("enrolments", None, ("unusable", "unusable")),
        ("enrolments", "", ("unusable", "unusable")),
        ("unknown", None, ("unusable", "unusable")),
        ("enrolments", YEARS[0], ("unusable", "missing")),
        ("offerings", None, ("missing", "missing")),
    ],
)
def test_a_refused_delivery_is_no_delivery_that_never_came(
    tmp_path: Path, kind: str, scope: str | None, states: tuple[str, str]
) -> None:
    world = known_world()
    world.refuse("ucll", kind, scope)
    settings = publish(tmp_path, world)
    published = read_material(settings, find_question("223"), load_wording("nl")).published
    found = [supply_state(published, "ucll", year, "enrolments") for year in YEARS[:2]]
    assert tuple(found) == states
    assert supply_state(published, "ugent", YEARS[0], "enrolments") == "complete"


def test_a_refused_delivery_is_said_with_the_command_that_shows_why(tmp_path: Path) -> None:
    world = known_world()
    world.refuse("ucll", "enrolments", None)
    html = (write_answer(publish(tmp_path, world), "223", "nl") / "antwoord.html").read_text(
        "utf-8"
    )
    assert REFUSED in html
    assert "Geen levering ontvangen." not in html
    assert "staalkaart check BESTAND --institution &lt;id&gt;" in html


def test_without_a_refused_delivery_none_came(answer_folder: Path) -> None:
    html = (answer_folder / "antwoord.html").read_text("utf-8")
    assert "Geen levering ontvangen." in html
    assert REFUSED not in html


def test_only_what_coverage_says_is_carried_forward_is_said_to_be(tmp_path: Path) -> None:
    world = known_world()
    world.coverage = [
        (*row[:4], "carried_forward", *row[5:])
        if row[:3] == ("ugent", YEARS[2], "enrolments")
        else row
        for row in world.coverage
    ]
    folder = write_answer(publish(tmp_path, world), "223", "nl")
    html = (folder / "antwoord.html").read_text("utf-8")
    said = {line[line.index(CARRIED) :] for line in html.splitlines() if CARRIED in line}
    year = YEARS[2].replace("-", "\N{EN DASH}")
    assert said
    assert all(f"gegevens van Universiteit Gent ({year})." in one for one in said)
    offerings = folder / "tabellen" / "1b-opleidingen-per-jaar.csv"
    assert CARRIED not in offerings.read_text("utf-8")


def test_nothing_is_said_of_earlier_deliveries_where_there_are_none(answer_folder: Path) -> None:
    assert CARRIED not in (answer_folder / "antwoord.html").read_text("utf-8")
