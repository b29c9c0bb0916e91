"""The languages of an explanation say the same things, and every code of a delivery has a word."""

import yaml

from pipelines.deliveries.kinds import load_kinds
from pipelines.explaining.evidence import EVIDENCE_FILE, evidence_columns, size_rules
from pipelines.explaining.wording import WORDING_DIR, explaining_languages, load_explaining_words
from tests.unit.answers.test_wording import places_by_name
from tests.unit.explaining.world import seed, shipped_criteria

# Groups of words for what is delivered: a code without one is a Dutch word already.
WORDS_FOR_CODES = ("evidence.value", "evidence.column")


def texts_of(language: str) -> dict[str, tuple[str, ...]]:
    found = yaml.safe_load((WORDING_DIR / f"{language}.yml").read_text("utf-8"))
    return {
        name: places
        for name, places in places_by_name(found)
        if not name.lstrip(".").startswith(WORDS_FOR_CODES)
    }


def test_dutch_comes_first_and_english_is_there() -> None:
    assert explaining_languages() == ["nl", "en"]


def test_every_text_exists_in_every_language_with_the_same_places() -> None:
    assert texts_of("en") == texts_of("nl")


def test_every_translated_code_of_a_delivery_has_a_word_in_both_languages() -> None:
    columns = {column.header: column for column in load_kinds()["offerings"].columns}
    for language in explaining_languages():
        values = load_explaining_words(language).labels("evidence.value")
        for header in ("attest", "kwaliteitszorg", "behoefte", "leervorm"):
            assert set(columns[header].codes.values()) == set(values[header]), (language, header)


def test_what_would_decide_names_columns_of_the_template() -> None:
    headers = {column.header for column in load_kinds()["offerings"].columns}
    for criterion, columns in evidence_columns().items():
        assert criterion in shipped_criteria()
        assert set(columns) <= headers, criterion
    instead = yaml.safe_load(EVIDENCE_FILE.read_text("utf-8"))["instead"]
    assert {better for columns in instead.values() for better in columns.values()} <= headers


def test_a_size_is_decided_by_rules_of_the_catalogue_that_apply_to_it() -> None:
    places = {row["rule_id"]: row["applied_in"].split(";") for row in seed("published/rules.csv")}
    for status, rule_id in size_rules().items():
        assert "criterion FW-18" in places[rule_id], status


def test_every_criterion_that_can_stay_open_has_its_columns() -> None:
    listed = {row["criterion_id"] for row in seed("definition_criteria.csv")}
    never_open = {"FW-3", "FW-27", "FW-28"}  # the framework itself places them (classification.md)
    assert listed - never_open <= set(evidence_columns())
