"""The reason of a type or level names what contradicts what, and only what there is."""

from pathlib import Path

import pytest

from pipelines.explaining.facts import Component
from pipelines.explaining.type_and_level import type_by_origin
from pipelines.settings import load_settings
from tests.unit.explaining.conftest import told
from tests.unit.explaining.world import World

DECLARED_CONFLICT = "de kolom type_mc en de herkomst van de bouwstenen spreken elkaar tegen"
OBSERVED_CONFLICT = "opgave en waarneming spreken elkaar tegen"
EXISTING, CONTENT, NEW, EARLIER = (
    "existing_component",
    "existing_content",
    "new",
    "lifelong_learning",
)
# Declared type, origins, observation, and the reason that the page must give.
CONFLICTS = {
    "code and origin, none found": ("3", [NEW], "none_found", DECLARED_CONFLICT),
    "code and origin, no catalogue": ("3", [NEW, EARLIER], "no_catalogue", DECLARED_CONFLICT),
    "code of an older list": ("3a", [NEW], "no_catalogue", DECLARED_CONFLICT),
    "code and what is found": ("4", [None, None], "all_found", OBSERVED_CONFLICT),
    "code and what is found, same origin": ("4", [NEW], "all_found", OBSERVED_CONFLICT),
    "older code and what is found": ("3a", [CONTENT], "all_found", OBSERVED_CONFLICT),
    "origin and what is found": (None, [NEW, NEW], "all_found", OBSERVED_CONFLICT),
}
ORIGINS = {
    "all existing": ([EXISTING, EXISTING], "1"),
    "some existing": ([EXISTING, NEW], "2"),
    "existing and content": ([EXISTING, CONTENT], "2"),
    "content": ([CONTENT], "3"),
    "new": ([NEW, EARLIER], "4"),
    "content and new": ([CONTENT, NEW], None),
    "one without": ([EXISTING, None], None),
    "nothing": ([], None),
}


@pytest.mark.parametrize(("origins", "expected"), ORIGINS.values(), ids=ORIGINS)
def test_origins_amount_to_a_type(origins: list[str | None], expected: str | None) -> None:
    components = [Component("C", None, None, origin, None, None) for origin in origins]
    assert type_by_origin(components) == expected


@pytest.mark.parametrize(
    ("declared", "origins", "observation", "reason"), CONFLICTS.values(), ids=CONFLICTS
)
def test_a_conflict_says_what_contradicts_what(
    declared: str | None, origins: list[str], observation: str, reason: str, tmp_path: Path
) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    columns = {"type_basis": "conflict", "type_observation": observation}
    world.offering("ugent:A1", "Titel", type_declared=declared, **columns)
    world.components("ugent:A1", *({"origin_declared": origin} for origin in origins))
    world.publish(settings.published_file)
    page = told(settings, offering_id="ugent:A1")
    assert f"niet vast te stellen; {reason}" in page
    other = {DECLARED_CONFLICT, OBSERVED_CONFLICT} - {reason}
    assert not any(one in page for one in other)


def test_both_declarations_are_told(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    columns = {"type_basis": "conflict", "type_observation": "no_catalogue"}
    world.offering("ugent:A1", "Titel", type_declared="3", **columns)
    world.components("ugent:A1", {"origin_declared": NEW})
    world.publish(settings.published_file)
    page = told(settings, offering_id="ugent:A1")
    assert "3 (kolom type_mc); 4 (volgens de herkomst van de bouwstenen)" in page
    assert "de waarneming" not in page
    assert "niets; van dat jaar is geen studiegids geleverd" in page


def test_an_incomplete_bundle_declares_nothing_by_its_origins(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    columns = {"type_basis": "declared", "type_observation": "component_rejected", "type": 3}
    world.offering("ugent:A1", "Titel", type_declared="3", **columns)
    world.components("ugent:A1", {"origin_declared": NEW})
    world.publish(settings.published_file)
    assert "volgens de herkomst" not in told(settings, offering_id="ugent:A1")


TIES = {
    "equal shares": (3, "omdat twee niveaus even zwaar wegen"),
    "a missing weight": (None, "van minstens één de studiepunten ontbreken"),
}


@pytest.mark.parametrize(("credits_ects", "reason"), TIES.values(), ids=TIES)
def test_a_tie_and_a_missing_weight_are_told_apart(
    credits_ects: int | None, reason: str, tmp_path: Path
) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    evidence = ("met", "vks_niveau (tie_stated): 6")
    world.offering("ugent:A1", "Titel", level_source="tie_stated", outcomes={"FW-23": evidence})
    world.components(
        "ugent:A1", {"vks_levels": "5"}, {"vks_levels": "6", "credits_ects": credits_ects}
    )
    world.publish(settings.published_file)
    page = told(settings, offering_id="ugent:A1")
    assert reason in page
    assert not any(other in page for _, other in TIES.values() if other != reason)
    assert "vks_niveau = 6 (opgegeven; uit de bouwstenen volgt geen niveau)" in page
