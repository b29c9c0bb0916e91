"""Every text pattern matches what it must and leaves alone what only looks like it.

Border: what follows from a match is a dbt unit test beside int_texts_matched; real pages are
read in tests/integration/test_real_course_pages.py.
"""

import csv
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
OUTCOMES = {"EU-2": {"met", "failed"}, "FW-21": {"met"}, "EU-4": {"met"}}


def seed(name: str) -> list[dict[str, str]]:
    with Path(SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PATTERNS = seed("text_patterns")

# What pages say about other things; nothing may match any of it.
NO_EVIDENCE = [
    # Evaluation and assessment as the subject of a course.
    "Feedback en evaluatie in de les Frans",
    "Formatieve evaluatie: feedback geven",
    "Evaluatie: feedback geven",
    "Evaluatie: goede criteria bepalen",
    "Evaluatie van de communicatie",
    "De evaluatie van deze module door studenten",
    "Assessment for, as and to learning",
    "Threat risk assessment controls",
    "Risk assessment consists of a report",
    "Peer-evaluatie in de les LO",
    "permanente evaluatie van leerlingen",
    "een systeem van permanente evaluatie ontwerpen",
    "als er permanente evaluatie is",
    "hoe leerlingen worden beoordeeld",
    "Hoe worden vaardigheden getoetst?",
    "Je beoordeelt jezelf kritisch",
    "Leerlingen worden beoordeeld op basis van rubrics",
    "De kredietaanvraag wordt beoordeeld op basis van cijfers",
    "algoritmes en hoe ze geëvalueerd worden",
    "De cursus wordt geëvalueerd aan de hand van enquêtes",
    "de theoretische inhoud wordt getoetst",
    "getoetst in een reële schoolcontext",
    "gestandaardiseerde toetsen",
    "niet-parametrische toetsen",
    # Assessed by others, or nobody knows whether it is assessed.
    "10 evaluaties door de mentor",
    "De mentor geeft een score",
    "Input en evaluatie gebeurt i.s.m. het werkveld",
    "presentatie voor de jury",
    "student takes a final exam to earn",
    "formative intermediary evaluation",
    # Examinations that are chances, rules, boards, subjects or of patients.
    "vooruitgeschoven examenkans",
    "herkansbaar in de derde examenperiode",
    "in samenspraak met de examencommissie",
    "onderwijs- en examenreglement",
    "voorbeeldexamenvragen",
    "cursusonderdeel en bijbehorend examenonderdeel",
    "Aanwezigheid op het proefexamen wordt verwacht",
    "opstellen van een schriftelijk examen",
    "Er wordt een klinisch examen afgenomen",
    "there is an examination of the literature",
    "SEA-certificaat",
    # No assessment of something, or not in one form.
    "Er is geen examen.",
    "Er is geen evaluatie mogelijk zonder data",
    "There is no assessment of risk",
    "Evaluatievorm: geen examen maar een portfolio",
    "Deze module wordt niet beoordeeld via een examen",
    "This course is not graded.",
    "Aanwezigheid in de les is verplicht",
    # Online, distance and campus as subjects, tools or single lessons.
    "online marketing",
    "volledig online verkopen",
    "De cursus online marketing",
    "This course is online marketing oriented",
    "de afstand tussen twee punten",
    "op een afstand van 20 meter",
    "zorg op afstand",
    "Multimediatheorie en blended learning",
    "Blended Intensive Programme",
    "Collaborative Online International Learning",
    "visies op afstandsonderwijs",
    "fysieke activiteit en hybride evenementen",
    "Via online lessen krijgen alle studenten",
    "De lessen zijn online beschikbaar",
    "Je werkt on campus en in bedrijven",
    "Online tools in de les Frans",
    "Lesvorm: online quiz maken",
    # Badges and certificates that are no record of the learner's own.
    "Studenten ontwerpen een digitale badge",
    "Je krijgt een badge om binnen te komen",
    "digitale handtekeningen en certificaten",
    "Je krijgt hulp bij je Europass-cv",
    "We bespreken European Digital Credentials",
]


@pytest.fixture(scope="module")
def matches() -> Counter[tuple[str, str]]:
    """Every pair of a pattern and a phrase that match, as the models match them."""
    macros = (PROJECT_ROOT / "dbt_project" / "macros" / "engines.sql").read_text(encoding="utf-8")
    macro = re.search(r"macro duckdb__page_lines\(page_text\) %}(.*?){% endmacro", macros)
    assert macro
    lines = macro[1].replace("{{ page_text }}", "phrase")
    phrases = [
        *NO_EVIDENCE,
        *(row[of] for row in PATTERNS for of in ("example", "counter_example")),
    ]
    with duckdb.connect() as connection:
        connection.execute("create table patterns (pattern_id varchar, pattern varchar)")
        connection.executemany(
            "insert into patterns values (?, ?)",
            [(row["pattern_id"], row["pattern"]) for row in PATTERNS],
        )
        connection.execute("create table phrases as select unnest(?) as phrase", [phrases])
        found = connection.execute(
            f"""
            select pattern_id, phrase from patterns, phrases
            where regexp_matches({lines}, pattern)
            """
        ).fetchall()
    return Counter(found)


@pytest.mark.parametrize("row", PATTERNS, ids=lambda row: row["pattern_id"])
def test_a_pattern_matches_its_example_and_not_its_counter_example(
    row: dict[str, str], matches: Counter[tuple[str, str]]
) -> None:
    assert matches[row["pattern_id"], row["example"]]
    assert not matches[row["pattern_id"], row["counter_example"]], "make the pattern narrower"


@pytest.mark.parametrize("phrase", NO_EVIDENCE)
def test_what_only_looks_like_evidence_matches_no_pattern(
    phrase: str, matches: Counter[tuple[str, str]]
) -> None:
    found = [row["pattern_id"] for row in PATTERNS if matches[row["pattern_id"], phrase]]
    assert not found, "make the pattern narrower"


def test_no_counter_example_is_evidence_under_another_pattern(
    matches: Counter[tuple[str, str]],
) -> None:
    counters = {row["counter_example"] for row in PATTERNS}
    assert {pair for pair in matches if pair[1] in counters} == set()


def test_patterns_stand_only_where_a_page_can_honestly_be_evidence() -> None:
    found: dict[str, set[str]] = {}
    for row in PATTERNS:
        found.setdefault(row["criterion_id"], set()).add(row["outcome"])
    assert found == OUTCOMES, "In advance, need and quality assurance are never read from a page."


def test_a_pattern_is_named_once_explained_and_of_a_rule_set() -> None:
    assert len({(row["rule_set_version"], row["pattern_id"]) for row in PATTERNS}) == len(PATTERNS)
    assert {row["rule_set_version"] for row in PATTERNS} <= {
        row["rule_set_version"] for row in seed("rule_sets")
    }
    for row in PATTERNS:
        assert row["reason"], row["pattern_id"]
        assert row["pattern"].startswith("(?i)"), row["pattern_id"]
        assert row["language"] in {"nl", "en", "nl|en"}, row["pattern_id"]
        assert row["pattern_id"].startswith(row["criterion_id"].replace("-", "").lower())
