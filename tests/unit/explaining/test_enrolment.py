"""The page of an enrolment says what was taken and why it counts, never who enrolled."""

from pathlib import Path

import pytest

from pipelines.explaining.wording import load_explaining_words
from pipelines.settings import load_settings
from tests.unit.explaining.conftest import Explainer, told
from tests.unit.explaining.world import LEARNER_KEY, World, seed


def test_a_line_of_an_offering_points_to_the_offering(explained: Explainer) -> None:
    page = explained(enrolment="ugent:2023-2024:E1")
    assert page.startswith("Inschrijving E1 bij Universiteit Gent, 2023\u20132024")
    assert "Zorg op afstand (ugent:A1)" in page
    assert "Zelfde oordeel als het aanbod zelf." in page
    assert "staalkaart explain ugent:A1 --year 2023-2024" in page
    assert "Beslist door MI-2, „Elk creditcontract telt mee”." in page
    assert "rij 7 van het bestand (levering inschrijvingen)" in page


def test_a_line_of_an_unknown_offering_says_that_nothing_is_known(explained: Explainer) -> None:
    page = explained(enrolment="ugent:2023-2024:E2", definition="framework")
    assert "ugent:NERGENS, dat in geen geleverde catalogus van dat jaar staat" in page
    assert "lever dit aanbod, of verbeter aanbod_code" in page


def test_a_line_of_a_component_has_the_context_of_its_programmes(explained: Explainer) -> None:
    page = explained(enrolment="ugent:2023:E3")
    assert "Context                 onderdeel van een volledige opleiding\n" in page
    assert "In de catalogus         bachelor Verpleegkunde (P1)" in page
    assert "vul integratief in voor dit onderdeel" in page
    assert "vul aanbod_code in als de inschrijving bij een aanbod hoort" in page


def test_every_context_of_a_case_is_told_in_words_and_its_lacks_fit_it(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    groups = {row["kind_group"] for row in seed("offering_kinds.csv")}
    contexts = sorted(groups | {row["context"] for row in seed("case_rules.csv")} - {"any"})
    contexts += ["degree", "postgraduate", "unknown", "not_in_catalogue"]
    world = World()
    for context in contexts:
        open_verdict = {"framework": ("undetermined", "FW-21")}
        world.enrolment(context, open_verdict, context, programme_code="P1")
    world.publish(settings.published_file)
    for language in ("nl", "en"):
        words = load_explaining_words(language)
        for context in contexts:
            page = told(settings, enrolment=f"ugent:2023-2024:{context}", language=language)
            said = words.labels("taken.context")[context]
            assert f"Context                 {said}\n" in page, (context, language)
            follows = words.text("open.offering") in page
            assert follows == (context == "offering"), (context, language)


def test_a_line_that_does_not_count_says_why(explained: Explainer) -> None:
    page = explained(enrolment="ugent:2023-2024:E3")
    assert "nee: stopgezet op 2 oktober 2023" in page
    assert "ja" not in explained(enrolment="ugent:2023-2024:E3").split("In de cijfers")[1][:20]


@pytest.mark.parametrize("number", ["E1", "E2", "E3"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_page_holds_the_learner_key(explained: Explainer, number: str, language: str) -> None:
    assert LEARNER_KEY not in explained(enrolment=f"ugent:2023-2024:{number}", language=language)


def test_a_number_that_looks_like_that_of_a_person_is_masked(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    number = "85" + "0730" + "03328"
    world = World()
    world.enrolment(number, component_code="C1")
    world.publish(settings.published_file)
    page = told(settings, enrolment=f"ugent:2023-2024:{number}")
    assert number not in page
    assert "Inschrijving *********** bij" in page
