"""The published catalogue of rules: complete, explained in both languages, and true to the seeds.

Border: what a rule decides is tested with the model that applies it.
"""

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from pipelines.settings import PROJECT_ROOT

DBT = PROJECT_ROOT / "dbt_project"
SEEDS = DBT / "seeds"
SHARED = PROJECT_ROOT.parent / "shared"
DESIGN = SHARED / "design" / "rules.csv"
SOURCES = SHARED / "sources"
CITATIONS = PROJECT_ROOT / "pipelines" / "answers" / "citations.yml"

# Per group of rules how many there are, numbered from 1; the framework has one more, 25b.
GROUPS = {
    "EU": 13,
    "SE": 12,
    "MI": 6,
    "VL": 23,
    "FS": 6,
    "FW": 31,
    "RG": 7,
    "FG": 14,
    "PQ": 6,
    "EY": 4,
    "CE": 4,
}
EXTRA = {"FW-25b"}
NUMBER_OF_RULES = 127
HANDLINGS = {"implemented", "not_decidable", "not_for_records"}
# The institution's own word comes from the delivery and from no document, so it is no rule there.
OWN_CRITERION = "LABEL"
# A line names an offering that no catalogue holds: nothing is known of it, whatever the rules say.
UNKNOWN_CODE = "UNKNOWN_CODE"
# No rule decided: every criterion is met, or the verdict is that of the list or the offering run.
NO_CRITERION = ""

# What applied_in may say without a name, and the file that does it.
PLACES = {
    "case rules": SEEDS / "case_rules.csv",
    "type": DBT / "models/intermediate/int_types_decided.sql",
    "level": DBT / "models/intermediate/int_levels_decided.sql",
    "size": DBT / "models/intermediate/int_offerings_sized.sql",
    "label": SEEDS / "study_guide_kind_rules.csv",
    "lifecycle": DBT / "models/intermediate/int_lifecycles_traced.sql",
    "count": DBT / "models/marts/counts.sql",
    "growth": DBT / "models/marts/growth.sql",
    "coverage": DBT / "models/marts/coverage.sql",
    "working status": DBT / "models/intermediate/int_learner_years_decided.sql",
    "delivery": PROJECT_ROOT / "pipelines/deliveries/kinds.yml",
    "gate": PROJECT_ROOT / "expectations/classification.yml",
    "answer": PROJECT_ROOT / "pipelines/answers/answer.py",
}
# Readings in which these rules forbid that a criterion decides.
NEVER_DECIDES = {
    "VL-3": {"FW-18"},
    "VL-6": {"FW-18"},
    "VL-16": {"FW-23"},
    "VL-18": {"EU-6", "FW-27", "FW-28"},
    "EU-12": {"FW-3"},
}
QUOTED_WORDS = 8


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


RULES = {row["rule_id"]: row for row in seed("published/rules")}


def places(row: dict[str, str]) -> list[str]:
    return [place for place in row["applied_in"].split(";") if place]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def sequences(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + QUOTED_WORDS]) for at in range(len(found) - QUOTED_WORDS + 1)}


def used_rules() -> dict[str, set[str]]:
    """Return, per seed, the rules that it says it applies."""
    criteria = {
        rule.strip() for row in seed("criteria") for rule in row["rules"].split(";") if rule.strip()
    }
    return {
        "criteria.rules": criteria,
        "definition_rules.deciding_criterion": {
            row["deciding_criterion"] for row in seed("definition_rules")
        },
        "case_rules.deciding_criterion": {row["deciding_criterion"] for row in seed("case_rules")},
        "rule_set_bounds.source": {row["source"] for row in seed("rule_set_bounds")},
        "claims.claim_id": {row["claim_id"] for row in seed("claims")},
    }


def test_the_catalogue_holds_every_rule_once() -> None:
    expected = {f"{group}-{n}" for group, size in GROUPS.items() for n in range(1, size + 1)}
    assert set(RULES) == expected | EXTRA
    assert len(RULES) == len(seed("published/rules")) == NUMBER_OF_RULES


@pytest.mark.skipif(not DESIGN.is_file(), reason="../shared/design is not here")
def test_the_catalogue_lists_the_rules_of_the_design_in_their_order() -> None:
    with DESIGN.open(encoding="utf-8", newline="") as file:
        assert list(RULES) == [row["rule_id"] for row in csv.DictReader(file)]


def test_the_order_of_the_catalogue_is_its_numbering() -> None:
    orders = [int(row["rule_order"]) for row in RULES.values()]
    assert orders[0] == 1
    assert all(later == earlier + 1 for earlier, later in pairwise(orders))


@pytest.mark.parametrize("row", RULES.values(), ids=RULES)
def test_a_rule_is_named_explained_and_handled(row: dict[str, str]) -> None:
    assert row["handling"] in HANDLINGS
    said = ("document", "document_en", "name_nl", "name_en", "text_nl", "text_en")
    empty = [column for column in said if not row[column].strip()]
    assert not empty, "fill these in, in your own words"
    assert bool(row["reason_nl"]) == bool(row["reason_en"]), "give the reason in both languages"
    if row["handling"] == "implemented":
        assert places(row), "say in applied_in where it is applied, or change the handling"
        if row["reason_nl"]:
            assert row["reason_nl"].startswith(("Afwijking: ", "Staat klaar: "))
            assert row["reason_en"].startswith(("Deviation: ", "Ready: "))
    else:
        assert not places(row), "what is applied somewhere is implemented"
        assert row["reason_nl"], "say why the rule is not applied"


def test_names_tell_the_rules_apart() -> None:
    for column in ("name_nl", "name_en"):
        assert len({row[column] for row in RULES.values()}) == NUMBER_OF_RULES


@pytest.mark.parametrize("row", RULES.values(), ids=RULES)
def test_a_rule_is_applied_where_the_catalogue_says(row: dict[str, str]) -> None:
    named = {
        "criterion": {found["criterion_id"] for found in seed("criteria")},
        "definition": {found["definition"] for found in seed("published/definitions")},
        "claim": {found["claim_id"] for found in seed("claims")},
        "table": {file.stem for file in (DBT / "models/marts").glob("*.sql")},
    }
    for place in places(row):
        if place in PLACES:
            assert PLACES[place].is_file(), f"'{place}' is gone; correct applied_in or PLACES"
        else:
            kind, _, name = place.partition(" ")
            assert name in named.get(kind, ()), f"'{place}' does not exist"


@pytest.mark.parametrize("where", used_rules())
def test_what_a_seed_applies_is_implemented_in_the_catalogue(where: str) -> None:
    applied = used_rules()[where] - {OWN_CRITERION, UNKNOWN_CODE, NO_CRITERION}
    missing = {rule for rule in applied if RULES[rule]["handling"] != "implemented"}
    assert not missing, f"{where} applies these; mark them as implemented"


def test_the_own_label_is_the_only_criterion_without_a_rule() -> None:
    used = set().union(*used_rules().values())
    assert used - set(RULES) == {OWN_CRITERION, UNKNOWN_CODE, NO_CRITERION}
    ways = seed("definition_rules") + seed("case_rules")
    assert {row["definition"] for row in ways if row["deciding_criterion"] == OWN_CRITERION} == {
        "label"
    }


@pytest.mark.parametrize("seed_name", ["definition_rules", "case_rules"])
def test_a_rule_says_in_which_readings_it_decides(seed_name: str) -> None:
    silent = set()
    for row in seed(seed_name):
        rule = row["deciding_criterion"]
        if rule in {OWN_CRITERION, UNKNOWN_CODE, NO_CRITERION}:
            continue
        place = "case rules" if seed_name == "case_rules" else f"definition {row['definition']}"
        if place not in places(RULES[rule]):
            silent.add((rule, place))
    assert not silent, "add the place to applied_in and explain the verdict in the texts"


def test_a_rule_is_applied_in_the_criteria_that_name_it() -> None:
    silent = {
        (rule.strip(), row["criterion_id"])
        for row in seed("criteria")
        for rule in row["rules"].split(";")
        if f"criterion {row['criterion_id']}" not in places(RULES[rule.strip()])
    }
    assert not silent, "add the criterion to applied_in"


@pytest.mark.parametrize("rule", NEVER_DECIDES)
def test_what_a_rule_forbids_to_decide_decides_nothing(rule: str) -> None:
    readings = {
        name
        for kind, _, name in (p.partition(" ") for p in places(RULES[rule]))
        if kind == "definition"
    }
    deciding = {
        row["criterion_id"]
        for row in seed("definition_criteria")
        if row["criteria_list"] in readings
    } | {
        part
        for row in seed("definition_rules")
        if row["definition"] in readings
        for part in (row["deciding_criterion"], row["condition"].partition("=")[0])
    }
    assert readings
    assert not deciding & NEVER_DECIDES[rule]


def test_a_document_has_one_english_name_that_readings_use_too() -> None:
    named = {(row["document"], row["document_en"]) for row in RULES.values()}
    assert (
        len(named) == len({dutch for dutch, _ in named}) == len({english for _, english in named})
    )
    readings = {(row["source"], row["source_en"]) for row in seed("published/definitions")}
    own = {pair for pair in readings if pair[0] == "De levering van de instelling"}
    assert readings - own <= named


# A rule whose text is wider in application than its document says so: rule, and what must be told.
INFERRED = {
    "FS-1": ("bundel", "bundle"),
    "MI-2": ("bundel", "bundle"),
    "VL-1": ("onbekende soort zonder evaluatie telt niet mee", "unknown kind without assessment"),
}


@pytest.mark.parametrize("rule", INFERRED)
def test_what_the_document_does_not_say_is_marked_as_a_deviation(rule: str) -> None:
    dutch, english = INFERRED[rule]
    row = RULES[rule]
    assert dutch in row["reason_nl"]
    assert english in row["reason_en"]
    assert dutch not in row["text_nl"]
    assert english not in row["text_en"]


def test_the_rule_that_other_offerings_stay_allowed_is_told_in_the_answer() -> None:
    assert "answer" in places(RULES["FW-2"])
    for language in ("nl", "en"):
        wording = yaml.safe_load(
            (CITATIONS.parent / "wording" / f"{language}.yml").read_text("utf-8")
        )
        assert wording["reading"]["framework_allows"]


@pytest.mark.skipif(not SOURCES.is_dir(), reason="../shared/sources is not here")
@pytest.mark.parametrize("column", ["name_nl", "name_en", "text_nl", "text_en"])
def test_no_text_repeats_a_sentence_of_a_source(column: str) -> None:
    citations = yaml.safe_load(CITATIONS.read_text(encoding="utf-8"))["eu_definition"]
    references = set().union(*(sequences(citations[one]["reference"]) for one in ("nl", "en")))
    sources = set().union(*(sequences(read(file)) for file in sorted(SOURCES.glob("*.txt"))))
    assert sources
    repeated = {
        rule: " ".join(found)
        for rule, row in RULES.items()
        for found in sequences(row[column]) & (sources - references)
    }
    assert not repeated, "restate the rule in your own words"


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
