"""The catalogue of rules: complete, with a fixture per rule that breaks exactly that rule."""

import re
from pathlib import Path

import pytest
from drop_folder import Drop
from rule_fixtures import ALSO_BROKEN, FIXTURES, WORKBOOKS, write_fixture
from test_screening import BROKEN

from pipelines.deliveries.rules import load_rules

BREAKABLE = [*FIXTURES, *WORKBOOKS]


@pytest.mark.parametrize("rule_id", BREAKABLE)
def test_a_delivery_that_breaks_a_rule_is_found_by_that_rule_alone(
    drop: Drop, rule_id: str
) -> None:
    path = write_fixture(rule_id, drop.settings.raw_dir)
    unit = path.relative_to(drop.settings.raw_dir).parts[0]
    drop.deliver(*([unit] if unit != "odise" else []))
    found = set(drop.rules_broken())
    assert found == {rule_id} | ALSO_BROKEN.get(rule_id, set())
    is_refused = drop.rows("select count(*) from delivered.deliveries where status = 'refused'")
    rule = load_rules()[rule_id]
    assert is_refused == [(int(rule.scope == "file" and rule.severity == "error"),)]


def test_every_rule_has_a_fixture_that_breaks_it() -> None:
    tested = {*BREAKABLE, *(rule_id for _, _, rule_id in BROKEN)}
    sources = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    elsewhere = {
        rule_id for rule_id in load_rules() if any(f'"{rule_id}"' in text for text in sources)
    }
    without = set(load_rules()) - tested - elsewhere
    assert not without, f"Add a delivery or a row that breaks exactly this rule: {without}"
    assert len(tested) >= 40


def test_every_rule_says_in_two_languages_what_was_found_and_how_to_mend_it() -> None:
    for rule in load_rules().values():
        texts = [rule.message_nl, rule.message_en, rule.mend_nl, rule.mend_en, rule.example]
        assert all(texts), rule.id
        for dutch, english in ((rule.message_nl, rule.message_en), (rule.mend_nl, rule.mend_en)):
            assert set(re.findall("{[a-z]+}", dutch)) == set(re.findall("{[a-z]+}", english)), (
                rule.id
            )


def test_every_rule_about_rows_speaks_of_one_row_and_of_many() -> None:
    for rule in load_rules().values():
        if rule.scope == "row":
            for plural in (rule.plural_nl, rule.plural_en):
                assert plural, rule.id
                assert "{count}" in plural, rule.id
                assert set(re.findall("{[a-z]+}", plural)) <= {"{count}", "{column}", "{allowed}"}


def test_plurals_name_the_count_and_the_column() -> None:
    rule = load_rules()["required_empty"]
    assert rule.plural("nl", count=3, column="titel") == "titel is leeg in 3 rijen."
    assert rule.plural("en", count=3, column="titel") == "titel is empty in 3 rows."
