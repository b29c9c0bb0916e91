"""What must hold of every classification, tried on many random worlds.

Border: single rules are dbt's unit tests beside the models; the cube has invariants of its own.
"""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.settings import Settings
from tests.integration.model_runner import CompiledModels

pytestmark = pytest.mark.integration

World = dict[str, list[dict[str, object]]]
Key = tuple[str, str]

INSTITUTIONS = ("ap", "ugent")
YEARS = ("2022-2023", "2023-2024")
COMPONENT_CODES = ("C1", "C2", "C3", "C4")
KINDS = (
    *("microcredential", "permanente_vorming", "nascholing", "bijscholing", "mooc", "lezing"),
    *("postgraduaat", "opleidingsonderdeel", "schakelprogramma", "voorbereidingsprogramma"),
    *("graduaat", "bachelor", "banaba", "master", "manama", "doctoraat", "andere"),
)
FULL_QUALIFICATIONS = {"graduaat", "bachelor", "banaba", "master", "manama", "doctoraat"}
EXCLUDED = {
    "framework": FULL_QUALIFICATIONS
    | {"postgraduaat", "opleidingsonderdeel", "schakelprogramma", "voorbereidingsprogramma"},
    "scope_note": FULL_QUALIFICATIONS | {"schakelprogramma", "voorbereidingsprogramma"},
    "minister": FULL_QUALIFICATIONS,
    "vlor": FULL_QUALIFICATIONS,
    "strict_eu": FULL_QUALIFICATIONS,
}
LIFELONG_LEARNING = {"microcredential", "permanente_vorming", "nascholing", "bijscholing"}
LIFELONG_LEARNING |= {"mooc", "lezing"}

# What a column is filled with, and the criteria that may change by it.
EVIDENCE: dict[str, tuple[dict[str, object], set[str]]] = {
    "needs": ({"needs": "labour_market"}, {"EU-3"}),
    "quality_assurance": ({"quality_assurance": "internal"}, {"EU-6", "SE-11"}),
    "mode": ({"mode": "hybrid"}, {"FW-21", "SE-10"}),
    "assessment": ({"assessment": "mondeling examen"}, {"EU-2", "SE-9", "FW-26"}),
    "learning_outcomes": ({"learning_outcomes": "kan zorgen"}, {"EU-1", "SE-6", "FW-22"}),
    "is_outcomes_communicated": ({"is_outcomes_communicated": True}, {"FW-22"}),
    "is_assessment_communicated": ({"is_assessment_communicated": True}, {"FW-26"}),
    "certificate": ({"certificate": "certificate"}, {"EU-1"}),
    "is_purposeful_selection": ({"is_purposeful_selection": True}, {"FW-12"}),
    "vks_level": ({"vks_level": 6}, {"FW-23", "SE-8"}),
    "workload_unit": ({"workload_value": 6, "workload_unit": "ects"}, {"FW-18", "SE-7"}),
}


def maybe(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from((None, *values))


attributes = st.fixed_dictionaries(
    {
        "offering_kind_declared": maybe(*KINDS),
        "title": st.sampled_from(("Zorg", "Micro-credential zorg", "Recht")),
        "workload": st.sampled_from(
            (
                *((None, None), (0.5, "ects"), (3, "ects"), (20, "ects"), (60, "ects")),
                *((61, "ects"), (12, "hours")),
            )
        ),
        "vks_level": maybe(5, 6, 7),
        "mode": maybe("physical", "distance"),
        "learning_outcomes": maybe("kan iets"),
        "is_outcomes_communicated": maybe(True, False),
        "assessment": maybe("examen", "geen", "nvt"),
        "is_assessment_communicated": maybe(True, False),
        "quality_assurance": maybe("internal", "none", "both"),
        "needs": maybe("societal"),
        "is_purposeful_selection": maybe(True, False),
        "type_declared": maybe("1", "2", "3", "4"),
        "certificate": maybe("certificate", "none"),
        "components": st.lists(
            st.tuples(
                st.sampled_from(COMPONENT_CODES),
                maybe("existing_component", "existing_content", "new"),
                maybe(3, 6),
            ),
            max_size=3,
            unique_by=lambda component: component[0],
        ),
    }
)
programmes = st.lists(
    st.tuples(
        st.sampled_from(INSTITUTIONS),
        st.sampled_from(YEARS),
        st.sampled_from((("B", "bachelor"), ("M", "master"), ("P", "postgraduaat"))),
        st.sampled_from(COMPONENT_CODES),
        maybe(True, False),
    ),
    max_size=10,
    unique_by=lambda row: (row[0], row[1], row[2], row[3]),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Offerings of two institutions in two years, with components and a catalogue for some."""
    offerings: list[dict[str, object]] = []
    components: list[dict[str, object]] = []
    for number, drawn in enumerate(draw(st.lists(attributes, min_size=6, max_size=14))):
        attribute = dict(drawn)
        place = {
            "institution_id": INSTITUTIONS[number % 2],
            "academic_year": YEARS[number % 3 % 2],
            "source_code": f"A{number // 4}",
        }
        if any(place.items() <= other.items() for other in offerings):
            continue
        value, unit = attribute.pop("workload")
        for code, origin, credits in attribute.pop("components"):
            row = {"component_code": code, "origin_declared": origin, "credits_ects": credits}
            components.append({**place, **row, "stream": "template"})
        row = {"workload_value": value, "workload_unit": unit, "stream": "template"}
        offerings.append({**place, **attribute, **row})
    taught = [
        {
            "institution_id": institution,
            "academic_year": year,
            "programme_code": code,
            "programme_kind_declared": kind,
            "component_code": component,
            "is_integrative": is_integrative,
            "stream": "template",
        }
        for institution, year, (code, kind), component, is_integrative in draw(programmes)
    ]
    return {"offerings": offerings, "components": components, "programmes": taught}


def with_supplies(world: World) -> World:
    """The world, with a supply for every institution, year and kind that has rows."""
    supplies = {
        (kind, row["institution_id"], row["academic_year"])
        for kind in ("offerings", "components", "programmes")
        for row in world[kind]
    }
    rows: list[dict[str, object]] = [
        {
            "institution_id": institution,
            "academic_year": year,
            "kind": kind,
            "stream": "template",
            "status": "delivered",
            "is_authoritative": True,
            "complete_for": "",
        }
        for kind, institution, year in sorted(supplies, key=str)
    ]
    contracts: list[dict[str, object]] = [
        {"institution_id": each, "codes_are_reused": False} for each in INSTITUTIONS
    ]
    return {**world, "supplies": rows, "contracts": contracts}


class Classified:
    """Outcomes, verdicts and kinds of a world, by offering and year."""

    def __init__(self, models: CompiledModels, world: World) -> None:
        models.run(with_supplies(world))
        self.outcomes: dict[Key, dict[str, str]] = {}
        self.verdicts: dict[Key, dict[str, str]] = {}
        self.kinds: dict[Key, str | None] = {}
        for offering, year, criterion, outcome in models.rows(
            "select offering_id, academic_year, criterion_id, outcome from offering_criteria"
        ):
            self.outcomes.setdefault((offering, year), {})[criterion] = outcome
        for offering, year, definition, verdict in models.rows(
            "select offering_id, academic_year, definition, verdict from offering_verdicts"
        ):
            self.verdicts.setdefault((offering, year), {})[definition] = verdict
        for offering, year, kind in models.rows(
            "select offering_id, academic_year, offering_kind from offerings"
        ):
            self.kinds[offering, year] = kind


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CompiledModels]:
    """The models of the classification, compiled once."""
    folder = tmp_path_factory.mktemp("models")
    wanted = ["offerings", "offering_criteria", "offering_verdicts"]
    compiled = CompiledModels(Settings(folder / "raw", folder / "data"), wanted)
    yield compiled
    compiled.connection.close()


def many(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def key_of(offering: dict[str, object]) -> Key:
    return f"{offering['institution_id']}:{offering['source_code']}", str(offering["academic_year"])


@many(25)
@given(world=worlds(), choice=st.randoms(use_true_random=False))
def test_new_evidence_changes_its_own_criterion_only_and_narrows(
    models: CompiledModels, world: World, choice: Random
) -> None:
    before = Classified(models, world)
    filled, allowed = [], {}
    for offering in world["offerings"]:
        empty = [column for column in EVIDENCE if offering[column] is None]
        column = choice.choice(empty) if empty else None
        values, criteria = EVIDENCE[column] if column else ({}, set())
        filled.append({**offering, **values})
        allowed[key_of(offering)] = criteria
    after = Classified(models, {**world, "offerings": filled})
    for key, criteria in allowed.items():
        changed = {
            criterion
            for criterion, outcome in after.outcomes[key].items()
            if outcome != before.outcomes[key][criterion]
        }
        assert changed <= criteria, f"{key}: {changed - criteria} changed by other evidence"
        # A level or a size is no evidence against anything, so what was sure stays sure.
        for definition, verdict in before.verdicts[key].items():
            if verdict != "undetermined":
                assert after.verdicts[key][definition] == verdict, (key, definition)


@many(25)
@given(world=worlds())
def test_exclusions_dominate_and_in_needs_provider_and_kind(
    models: CompiledModels, world: World
) -> None:
    found = Classified(models, world)
    assert set(found.verdicts) == {key_of(offering) for offering in world["offerings"]}
    for key, verdicts in found.verdicts.items():
        assert len(verdicts) == 6
        for definition, kinds in EXCLUDED.items():
            if found.kinds[key] in kinds:
                assert verdicts[definition] == "out", (key, definition)
        if verdicts["framework"] == "in":
            assert found.outcomes[key]["FW-3"] == "met"
            assert found.kinds[key] in LIFELONG_LEARNING
        assert verdicts["label"] != "undetermined"


@many(20)
@given(world=worlds())
def test_a_verdict_never_depends_on_rows_of_another_institution(
    models: CompiledModels, world: World
) -> None:
    together = Classified(models, world)
    for institution in INSTITUTIONS:
        own = {
            table: [row for row in rows if row["institution_id"] == institution]
            for table, rows in world.items()
        }
        alone = Classified(models, own)
        for key, verdicts in alone.verdicts.items():
            assert verdicts == together.verdicts[key]
            assert alone.outcomes[key] == together.outcomes[key]


@many(15)
@given(world=worlds(), choice=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    models: CompiledModels, world: World, choice: Random
) -> None:
    before = Classified(models, world)
    shuffled = {table: choice.sample(rows, len(rows)) for table, rows in world.items()}
    after = Classified(models, shuffled)
    assert (after.verdicts, after.outcomes) == (before.verdicts, before.outcomes)
