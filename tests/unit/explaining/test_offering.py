"""The page of an offering says what decided, on what evidence, and what would decide."""

from pathlib import Path

import pytest

from pipelines.settings import load_settings
from tests.unit.explaining.conftest import Explainer, told
from tests.unit.explaining.world import (
    DEFINITIONS,
    DELIVERY,
    YEAR,
    World,
    seed,
    shipped_criteria,
)

HOSTILE_TITLES = (
    "[red]niet rood[/red] [bold",
    "=HYPERLINK('evil') \"aanhaling\" {naam} {0}",
    "eerste regel\nFout: tweede regel\x1b[31m\ttab\x07",
    "\u202eomgekeerd; drop table offerings --",
)


def test_the_newest_year_is_explained_and_the_others_get_a_line(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1")
    assert page.startswith("Zorg op afstand (ugent:A1), 2023\u20132024")
    assert "Universiteit Gent" in page
    assert "2022\u20132023               microcredential, onbekend. telt mee: ontwerpkader" in page


def test_a_year_that_is_asked_for_stands_alone(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1", year="2022")
    assert page.startswith("Zorg op afstand (ugent:A1), 2022\u20132023")
    assert "andere jaren" not in page


def test_all_six_readings_are_told_framework_first(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1")
    names = [row["name_nl"] for row in seed("published/definitions.csv")]
    places = [page.index(f"  {name}") for name in names]
    assert places == sorted(places)


def test_what_is_undetermined_says_what_would_decide(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1")
    assert "Blijft open op FW-21, „Leervorm fysiek, hybride of afstand”." in page
    assert "Niet aangetoond: FW-21, FW-22." in page
    assert "vul in de levering aanbod leervorm en leerresultaten in" in page
    assert "ontwerp-afsprakenkader; niet bindend" in page


def test_a_reading_says_that_it_is_applied_in_hindsight(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1", definition="minister")
    assert "(achteraf toegepast; de tekst dateert van 20 december 2024)" in page
    page = explained(offering_id="ugent:A1", definition="framework")
    assert "achteraf toegepast" not in page
    page = explained(offering_id="ugent:A1", definition="framework", year="2022-2023")
    assert "(achteraf toegepast; de tekst dateert van 2024)" in page


def test_type_components_level_and_row_are_told(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1")
    assert "2, opgegeven en waargenomen" in page
    assert "(1 van 2 bouwstenen gevonden)" in page
    assert "geen enkele opleiding" in page
    assert "6, 7" in page
    assert "6 (Vlaamse Kwalificatiestructuur), zoals opgegeven" in page
    assert "ugent/2024-11-04/offerings.csv" in page
    assert "rij 12 van het bestand (levering aanbod)" in page
    assert "omvang is 0 en telt als onbekend." in page
    assert "omvang = 6 studiepunten (opgegeven)" in page


def test_another_rule_set_is_named_where_it_judges_otherwise(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1")
    assert "Regelset 2027.1 oordeelt anders: ontwerpkader telt niet mee (FW-13)" in page


def test_one_reading_can_be_asked_for(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1", definition="framework")
    assert "FW-22 Leerresultaten vooraf bekend" in page
    assert "EU-3" not in page
    assert "SE-1" not in page


def test_english_is_english(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1", language="en")
    assert "What would decide: fill in leervorm and leerresultaten in the delivery aanbod." in page
    dutch_words = ("telt mee", "niet aangetoond", "Bewijs", "studiepunten", "niet bindend")
    for dutch in (*dutch_words, "De levering van de instelling", "Mededeling", "Aanbeveling"):
        assert dutch not in page


def test_a_reused_code_says_what_it_stood_for(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    for code, reason in (("A1", "nothing_in_common"), ("A2", "contract"), ("A3", None)):
        world.offering(f"ugent:{code}", "Zorg op afstand")
        if reason:
            earlier = {"earlier_year": "2022-2023", "earlier_title": "Boekhouden", "reason": reason}
            key = {"offering_id": f"ugent:{code}", "academic_year": YEAR}
            world.add("reused_codes", **key, **earlier)
    world.publish(settings.published_file)
    before = "in 2022\u20132023 stond deze code voor „Boekhouden”"
    page = told(settings, offering_id="ugent:A1")
    assert f"{before}, zonder één gemeenschappelijke bouwsteen" in page
    page = told(settings, offering_id="ugent:A2")
    assert f"hoort het jaar bij de sleutel; {before}" in page
    assert "stond deze code" not in told(settings, offering_id="ugent:A3")


SIZE_RULES = {
    "normal": None,
    "hours": None,
    "component_sum": None,
    "unknown": None,
    "exceptional": "FW-19",
    "below_3": "FW-20",
    "at_60": "FW-20",
    "above_60": "FW-20",
}


@pytest.mark.parametrize(("status", "rule_id"), SIZE_RULES.items())
def test_the_size_criterion_names_the_rule_that_decides_that_size(
    status: str, rule_id: str | None, tmp_path: Path
) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    world.offering("ugent:A1", "Titel", verdicts={"framework": ("out", "FW-18")})
    world.offering("ugent:A2", "Titel", size_status=status)
    world.offering(
        "ugent:A3", "Titel", size_status=status, verdicts={"framework": ("out", "FW-18")}
    )
    world.publish(settings.published_file)
    assert "Omvang in studiepunten, normaal 3 tot 20" in told(settings, offering_id="ugent:A1")
    rules = {row["rule_id"]: row for row in seed("published/rules.csv")}
    for code in ("A2", "A3"):
        page = told(settings, offering_id=f"ugent:{code}", definition="framework")
        assert ("Voor deze omvang geldt" in page) == (rule_id is not None)
        if rule_id:
            assert f"Voor deze omvang geldt {rule_id}, „{rules[rule_id]['name_nl']}”." in page
            assert page.count(f"Regel {rule_id}: {rules[rule_id]['text_nl']}") == 1


def test_a_size_without_a_unit_asks_for_the_unit(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    world.offering(
        "ugent:A1",
        "Titel",
        outcomes={"FW-18": ("not_evidenced", None)},
        verdicts={"framework": ("undetermined", "FW-18")},
        size_status="unknown",
        workload_value=None,
        workload_unit=None,
        workload_source=None,
    )
    world.add(
        "rejected_rows",
        delivery_id=DELIVERY,
        kind="offerings",
        row_number=12,
        column_name="omvang_eenheid",
        rule_id="size_without_unit",
        severity="warning",
        message_nl="omvang zonder eenheid telt als onbekend.",
    )
    world.publish(settings.published_file)
    page = told(settings, offering_id="ugent:A1")
    assert "Omvang                  opgegeven zonder eenheid" in page
    assert "vul in de levering aanbod omvang_eenheid in" in page
    assert "omvang zonder eenheid telt als onbekend." in page


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_hostile_title_is_literal_text_on_one_line(title: str, tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    world.offering("ugent:[red]'\"", title)
    world.publish(settings.published_file)
    page = told(settings, offering_id="ugent:[red]'\"")
    assert "(ugent:[red]'\"), 2023\u20132024" in page.splitlines()[0]
    assert "\x1b" not in page
    assert "\u202e" not in page
    words = [word for word in title.split() if word.isprintable() and "\x1b" not in word]
    assert all(word in page.splitlines()[0] for word in words)


def deciding_in_the_seeds() -> list[str]:
    """Return everything that a shipped rule can name as what decided."""
    rules = [*seed("definition_rules.csv"), *seed("case_rules.csv")]
    named = {row["deciding_criterion"] for row in rules}
    listed = {row["criterion_id"] for row in seed("definition_criteria.csv")}
    return sorted((named | listed | {"all"}) - {""})


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whatever_a_shipped_rule_names_can_be_explained(language: str, tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    asked = deciding_in_the_seeds()
    for number, deciding in enumerate(asked):
        verdicts = {
            definition: (("in", "out", "undetermined")[(number + place) % 3], deciding)
            for place, definition in enumerate(DEFINITIONS)
        }
        world.offering(f"ugent:A{number}", "Titel", verdicts=verdicts)
    world.publish(settings.published_file)
    unlisted = {"nl": "staat niet in de tabel rules", "en": "is not in the table rules"}[language]
    texts = {row["rule_id"]: row[f"text_{language}"] for row in seed("published/rules.csv")}
    for number, deciding in enumerate(asked):
        page = told(settings, offering_id=f"ugent:A{number}", language=language)
        assert unlisted not in page, deciding
        assert texts.get(deciding, "") in page, deciding


def test_nothing_that_decided_and_an_unknown_rule_are_told_too(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    world = World()
    verdicts = {"framework": ("out", None), "minister": ("in", "ZZ-9")}
    world.offering("ugent:A1", "Titel", verdicts=verdicts)
    world.publish(settings.published_file)
    page = told(settings, offering_id="ugent:A1")
    assert "De gepubliceerde tabellen noemen geen beslissende regel." in page
    assert "Beslist door ZZ-9; die regel staat niet in de tabel rules." in page


def test_every_criterion_has_a_rule_text_and_is_on_the_page(explained: Explainer) -> None:
    page = explained(offering_id="ugent:A1")
    texts = {row["rule_id"]: row["text_nl"] for row in seed("published/rules.csv")}
    for criterion in shipped_criteria():
        assert texts.get(criterion), f"give {criterion} a text in the seed rules"
        assert texts[criterion].split(". ")[0].rstrip(".") in page, criterion


def test_the_criteria_of_a_list_are_told_to_decide_under_its_reading() -> None:
    places = {row["rule_id"]: row["applied_in"].split(";") for row in seed("published/rules.csv")}
    for row in seed("definition_criteria.csv"):
        criterion, reading = row["criterion_id"], row["criteria_list"]
        assert f"definition {reading}" in places[criterion], (
            f"say 'definition {reading}' in applied_in of rule {criterion}"
        )
