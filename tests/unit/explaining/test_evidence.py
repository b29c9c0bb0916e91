"""Evidence is told in the words people use, and as it stands where nobody wrote words for it."""

import pytest

from pipelines.answers.formatting import Printer
from pipelines.explaining.evidence import evidence_text, missing_columns
from pipelines.explaining.facts import Criterion
from pipelines.explaining.wording import load_explaining_words

NAMES = {"ap": "AP Hogeschool", "ucll": "UC Leuven-Limburg"}
TOLD = {
    None: "geen; de levering zegt er niets over",
    "omvang (component_sum): 7.50 ects": "omvang = 7,5 studiepunten (som van de bouwstenen)",
    "omvang (stated): veel": "omvang = veel (opgegeven)",
    "behoefte: labour_market|personal": "behoefte = arbeidsmarkt, persoonlijk",
    "evaluatievorm: examen|of {niet}: wie weet": "evaluatievorm = examen|of {niet}: wie weet",
    "instelling: ap, partners: ucll|x": "instelling = AP Hogeschool, met UC Leuven-Limburg, x",
    "cursuspagina (assessed-1): wordt beoordeeld": "op de cursuspagina staat „wordt beoordeeld” "
    "(patroon assessed-1)",
    "mogelijkheid, geen voorwaarde": "een mogelijkheid, geen voorwaarde",
    "Iets heel anders": "Iets heel anders",
    "leerresultaten: leeg; attest: certificate": "leerresultaten = niet ingevuld; "
    "attest = getuigschrift",
    "evaluatievorm: taak; mondeling: ja; evaluatie_vooraf: J": "evaluatievorm = taak; mondeling: "
    "ja; evaluatie_vooraf = ja",
    "cursuspagina (assessed-1): examen; evaluatie_vooraf: N": "op de cursuspagina staat „examen” "
    "(patroon assessed-1); evaluatie_vooraf = nee",
}


@pytest.mark.parametrize(("evidence", "said"), TOLD.items())
def test_evidence_is_told_in_words(evidence: str | None, said: str) -> None:
    words = load_explaining_words("nl")
    assert evidence_text(evidence, words, Printer(words), NAMES) == said


def open_criteria(**evidence: str | None) -> dict[str, Criterion]:
    ids = {name.replace("_", "-"): told for name, told in evidence.items()}
    return {id_: Criterion(id_, "not_evidenced", told) for id_, told in ids.items()}


def test_a_column_that_says_something_is_not_asked_for_again() -> None:
    criteria = open_criteria(EU_1="attest: certificate", FW_22="leerresultaten_vooraf: J")
    assert missing_columns(criteria, criteria) == ("leerresultaten",)


def test_of_evidence_in_parts_only_the_empty_part_is_asked_for() -> None:
    criteria = open_criteria(EU_1="leerresultaten: leeg; attest: certificate")
    assert missing_columns(criteria, criteria) == ("leerresultaten",)
    criteria = open_criteria(FW_26="evaluatievorm: taak; evaluatie_vooraf: leeg")
    assert missing_columns(criteria, criteria) == ("evaluatie_vooraf",)


def test_of_a_size_without_a_unit_the_unit_is_asked_for() -> None:
    criteria = open_criteria(FW_18=None, FW_21=None)
    noted = {"size_without_unit"}
    assert missing_columns(criteria, criteria, noted) == ("omvang_eenheid", "leervorm")


def test_what_a_met_criterion_shows_is_not_asked_for_again() -> None:
    criteria = open_criteria(FW_26=None)
    criteria["EU-2"] = Criterion("EU-2", "met", "cursuspagina (assessed-1): wordt beoordeeld")
    assert missing_columns(criteria, ["FW-26"]) == ("evaluatie_vooraf",)


def test_a_sum_of_components_and_an_unknown_kind_are_not_enough() -> None:
    criteria = open_criteria(FW_18="omvang (component_sum): 24.00 ects", FS_6="soort: andere")
    assert missing_columns(criteria, criteria) == ("omvang", "soort")


def test_a_size_that_the_text_leaves_open_asks_for_no_column() -> None:
    criteria = open_criteria(FW_18="omvang (stated): 60.00 ects")
    assert missing_columns(criteria, criteria) == ()
