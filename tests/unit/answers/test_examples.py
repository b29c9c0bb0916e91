"""The examples of what counts: real, different, always the same, each with its reason in words."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.answers.answer import read_material
from pipelines.answers.document import ListBlock, Section, plain_paragraph
from pipelines.answers.examples import ALL_MET, WHOLE_PROGRAMMES, Example, chosen, read_examples
from pipelines.answers.questions import find_question
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.reasons import reason
from pipelines.answers.sections.what_counts import EXAMPLES_STYLE, what_counts_section
from pipelines.answers.wording import WORDING_DIR, load_wording
from pipelines.settings import PROJECT_ROOT, load_settings
from tests.unit.answers.world import INSTITUTIONS, YEARS, World, known_world

YEAR = YEARS[4]
KINDS = {institution: kind for institution, _, kind in INSTITUTIONS}
SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
FRAMEWORK = "het ontwerp-afsprakenkader"


def world_of_reasons() -> World:
    """Return a world in which each institution has several reasons to be in or out."""
    world = World()
    add = world.offering
    for institution, _, _ in INSTITUTIONS:
        add(institution, "A", YEAR, "Microcredential zorg", 6, framework="in")
        add(institution, "B", YEAR, "Bijblijven", 4, kind="nascholing", framework="in")
        add(institution, "C", YEAR, "Uren", 30, unit="hours", framework="out")
        add(institution, "D", YEAR, "Te groot", 70, framework="out")
        add(institution, "E", YEAR, "Postgraduaat recht", 20, deciding="FW-13", framework="out")
        add(institution, "F", YEAR, "Zonder nood", 5, deciding="FW-12", framework="out")
        add(institution, "H", YEAR, "Open", 5, deciding="FW-22", framework="undetermined")
        for number in range(9):
            whole = f"Bachelor {number}"
            add(
                institution, f"W{number}", YEAR, whole, 180, kind="bachelor", is_labelled=False,
                deciding="FS-6", framework="out",
            )  # fmt: skip
    return world


def material_of(folder: Path, world: World, language: str = "nl") -> Material:
    settings = load_settings(data=folder)
    world.publish(settings.published_file)
    return read_material(settings, find_question("223"), load_wording(language))


def candidates_of(folder: Path, world: World) -> tuple[Example, ...]:
    with duckdb.connect(str(world.publish(folder / "world.duckdb")), read_only=True) as connection:
        return read_examples(connection, ("framework", "minister", "label"), YEAR)


def items(section: Section) -> Iterator[str]:
    """Yield the examples of a section as plain text."""
    for block in section.blocks:
        if isinstance(block, ListBlock) and block.style == EXAMPLES_STYLE:
            yield from (plain_paragraph(item) for item in block.items)


@pytest.mark.parametrize("verdict", ["in", "out"])
def test_three_examples_are_of_three_institutions(tmp_path: Path, verdict: str) -> None:
    found = chosen(candidates_of(tmp_path, world_of_reasons()), "framework", verdict, 3, KINDS)
    assert sorted(one.institution_id for one in found) == sorted(KINDS)


def test_each_example_that_is_out_has_another_reason_and_none_is_self_evident(
    tmp_path: Path,
) -> None:
    found = chosen(candidates_of(tmp_path, world_of_reasons()), "framework", "out", 3, KINDS)
    assert [one.deciding_criterion for one in found] == ["FW-18", "FW-12", "FW-13"]
    assert not [one for one in found if one.offering_kind in WHOLE_PROGRAMMES]


def test_a_whole_programme_is_an_example_only_where_nothing_tells_more(tmp_path: Path) -> None:
    world = World()
    world.offering(
        "ugent", "W", YEAR, "Bachelor", 180, kind="bachelor", deciding="FS-6", framework="out"
    )
    world.offering("odisee", "C", YEAR, "Uren", 30, unit="hours", framework="out")
    found = chosen(candidates_of(tmp_path, world), "framework", "out", 3, KINDS)
    assert [one.deciding_criterion for one in found] == ["FW-18", "FS-6"]


def test_what_counts_differs_in_kind(tmp_path: Path) -> None:
    found = chosen(candidates_of(tmp_path, world_of_reasons()), "framework", "in", 2, KINDS)
    assert {one.offering_kind for one in found} == {"microcredential", "nascholing"}
    assert {one.deciding_criterion for one in found} == {ALL_MET}


def test_a_labelled_offering_that_is_out_comes_before_one_that_is_not(tmp_path: Path) -> None:
    world = World()
    world.offering("ugent", "A", YEAR, "Aaa", 70, is_labelled=False, framework="out")
    world.offering("ugent", "B", YEAR, "Microcredential zzz", 70, framework="out")
    (found,) = chosen(candidates_of(tmp_path, world), "framework", "out", 1, KINDS)
    assert found.title == "Microcredential zzz"


def test_the_order_of_rows_does_not_change_the_choice(tmp_path: Path) -> None:
    world, turned = world_of_reasons(), world_of_reasons()
    turned.offerings.reverse()
    turned.verdicts.reverse()
    (tmp_path / "turned").mkdir()
    first = candidates_of(tmp_path, world)
    assert candidates_of(tmp_path / "turned", turned) == first
    assert len(first) == 3 * 7


def test_the_section_shows_three_in_three_out_and_one_open_with_a_command_that_works(
    tmp_path: Path,
) -> None:
    material = material_of(tmp_path, world_of_reasons())
    said = list(items(what_counts_section(material)))
    assert len(said) == 3 + 3 + 1
    ids = {row[0] for row in world_of_reasons().offerings}
    for one in said:
        command = one[one.index("staalkaart explain") :].split()
        assert command[2] in ids
        assert command[3:] == ["--year", YEAR]


def test_the_reason_is_an_everyday_sentence_with_bound_numbers(tmp_path: Path) -> None:
    material = material_of(tmp_path, world_of_reasons())
    section = what_counts_section(material)
    said = "\n".join(items(section))
    assert "(Universiteit Gent): ze telt 6 studiepunten op niveau 6, en wie instapt, weet" in said
    assert ": ze telt 70 studiepunten en is dus te groot." in said
    assert ": het is een postgraduaat, en dat is al een bekende soort opleiding" in said
    assert ": in de levering ontbreekt: leerresultaten vooraf meegedeeld." in said


def test_the_bounds_of_a_size_are_read_from_the_published_rules(material: Material) -> None:
    blocks = what_counts_section(material).blocks
    said = "\n".join(
        plain_paragraph(item)
        for block in blocks
        if isinstance(block, ListBlock) and block.style != EXAMPLES_STYLE
        for item in block.items
    )
    expected = "omvang in studiepunten, normaal 3 tot 20; bovengrens van 60 studiepunten."
    assert f"Ze is klein: {expected}" in said


def test_where_nothing_counts_for_certain_the_next_reading_shows_what_it_counts(
    tmp_path: Path,
) -> None:
    world = World()
    for institution, _, _ in INSTITUTIONS:
        world.offering(
            institution, "P", YEAR, "Postgraduaat", 20, kind="postgraduaat", is_labelled=False,
            deciding="MI-3", minister="in", framework="undetermined",
        )  # fmt: skip
    section = what_counts_section(material_of(tmp_path, world))
    said = [plain_paragraph(block) for block in section.blocks if hasattr(block, "inlines")]
    assert f"Volgens {FRAMEWORK} staat van geen enkele geleverde opleiding vast" in " ".join(said)
    heads = [one for one in said if one.endswith(":") and "in 2023" in one]
    assert [one.split(" in 2023")[0] for one in heads] == [
        f"Wat volgens {FRAMEWORK} onbepaald blijft",
        "Voorbeelden die volgens de lezing van de minister meetellen",
    ]
    assert len(list(items(section))) == 3 + 3


def test_a_world_without_offerings_has_conditions_and_no_examples(tmp_path: Path) -> None:
    section = what_counts_section(material_of(tmp_path, World()))
    assert not list(items(section))
    assert [block for block in section.blocks if isinstance(block, ListBlock)]


def rules_of_seeds() -> Iterator[tuple[str, str, str, str]]:
    """Yield reading, verdict, deciding criterion and kind of every rule that can decide."""
    kind_of = {
        "full_qualification": "bachelor",
        "bridging": "schakelprogramma",
        "postgraduate": "postgraduaat",
        "component": "opleidingsonderdeel",
        "nascholing": "nascholing",
        "bijscholing": "bijscholing",
        "lifelong_learning": "mooc",
        "unknown": "andere",
        "any": "microcredential",
    }
    for line in (SEEDS / "definition_rules.csv").read_text("utf-8").splitlines()[1:]:
        _, definition, applies_to, _, _, verdict, deciding = line.split(",")
        if deciding and applies_to in kind_of:
            yield definition, verdict, deciding, kind_of[applies_to]
    for line in (SEEDS / "definition_criteria.csv").read_text("utf-8").splitlines()[1:]:
        _, definition, _, criterion = line.split(",")
        # None of these can fail: a form or level is there or it is not.
        if criterion not in ("EU-3", "FW-21", "FW-23"):
            yield definition, "out", criterion, "microcredential"
        yield definition, "undetermined", criterion, "microcredential"
    yield from ((reading, "in", ALL_MET, "mooc") for reading in ("strict_eu", "framework"))


def example_of(definition: str, verdict: str, deciding: str, kind: str) -> Example:
    return Example(
        definition=definition,
        verdict=verdict,
        deciding_criterion=deciding,
        offering_id="ugent:A",
        institution_id="ugent",
        academic_year=YEAR,
        title="Titel",
        offering_kind=kind,
        is_labelled=True,
        vks_level=6,
        mode="hybrid",
        workload_value=None,
        workload_unit=None,
        workload_source=None,
        reason_size=1,
        has_no_assessment=False,
        not_evidenced=(deciding,),
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"workload_value": Decimal(30), "workload_unit": "hours"}, "haar omvang is 30 uren"),
        ({"workload_value": Decimal(61), "workload_unit": "ects"}, "61 studiepunten en is dus te"),
        ({"deciding_criterion": "FW-26"}, "weet vooraf niet hoe het geleerde wordt beoordeeld"),
        (
            {"deciding_criterion": "FW-26", "has_no_assessment": True},
            "er hoort geen toets of examen bij.",
        ),
        (
            {"deciding_criterion": "FS-6", "offering_kind": "master"},
            "het is een hele opleiding (master).",
        ),
        (
            {"verdict": "undetermined", "not_evidenced": ("EU-1", "FW-22", "SE-1")},
            "in de levering ontbreekt: omvang in studiepunten en leerresultaten vooraf meegedeeld.",
        ),
    ],
)
def test_one_criterion_is_told_by_what_it_means_here(
    material: Material, changes: dict[str, Any], said: str
) -> None:
    example = replace(example_of("framework", "out", "FW-18", "microcredential"), **changes)
    parts = [one if isinstance(one, str) else one.text for one in reason(material, example)]
    assert said in "".join(parts)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_rule_that_can_decide_has_its_reason_in_words(tmp_path: Path, language: str) -> None:
    material = material_of(tmp_path, known_world(), language)
    texts = yaml.safe_load((WORDING_DIR / f"{language}.yml").read_text("utf-8"))["why"]
    checked = 0
    for rule in rules_of_seeds():
        definition, verdict, deciding, kind = rule
        said = reason(material, example_of(*rule))
        plain = "".join(one if isinstance(one, str) else one.text for one in said)
        assert plain.endswith("."), rule
        assert deciding not in plain, rule
        names = [deciding, *(f"{deciding}_{end}" for end in (definition, "whole", "component"))]
        names += [f"{deciding}_{end}" for end in ("bridging", "unknown_kind")]
        is_missing_evidence = verdict == "undetermined" and deciding[:2] in ("EU", "FW", "FS")
        assert is_missing_evidence or set(names) & set(texts[verdict]), (rule, kind)
        checked += 1
    assert checked > 50
