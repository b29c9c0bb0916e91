"""What the published tables do not hold is told in Dutch, with what they do hold, all at once."""

from datetime import date
from typing import Any

import pytest

from pipelines.answers.answer import read_material
from pipelines.answers.questions import Question, QuestionError, find_question
from pipelines.answers.vocabulary import Vocabulary, must_be_answerable
from pipelines.answers.wording import load_wording
from pipelines.settings import Settings
from tests.unit.answers.world import WINDOW, YEARS


@pytest.fixture(scope="module")
def vocabulary(settings: Settings) -> Vocabulary:
    return read_material(settings, find_question("223"), load_wording("nl")).published.vocabulary


def question(part: dict[str, Any] | None = None, **changed: object) -> Question:
    """Return a question of two given years with one part."""
    asks = {"id": "1", "form": "series", "measures": ["learners"], "asks": {"nl": "Hoeveel?"}}
    content = {
        "number": "7",
        "asker": "Iemand",
        "title": {"nl": "Een vraag"},
        "window": {"years": [YEARS[3], YEARS[4]]},
        "definitions": ["framework"],
        "parts": [asks | (part or {})],
    }
    return Question.model_validate(content | changed)


def faults(vocabulary: Vocabulary, asked: Question) -> str:
    with pytest.raises(QuestionError) as caught:
        must_be_answerable(asked, vocabulary)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_what_is_published_can_be_asked(vocabulary: Vocabulary) -> None:
    must_be_answerable(question(), vocabulary)
    must_be_answerable(find_question("223"), vocabulary)


def test_the_vocabulary_is_that_of_the_published_tables(vocabulary: Vocabulary) -> None:
    assert vocabulary.years == YEARS
    assert vocabulary.windows == {WINDOW}
    assert vocabulary.institution_kinds() == ["university", "university_college"]
    assert vocabulary.crossing("mode", "level") == ("level", "mode")
    assert vocabulary.crossing("mode", "type") is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            question({"measures": ["lerners"]}),
            "onbekende maat: lerners. Bedoelde u learners? Wel gepubliceerd: offerings, ",
        ),
        (
            question(definitions=["framework", "wet"]),
            "onbekende definitie: wet. Wel gepubliceerd: framework, minister, label, scope_note,",
        ),
        (
            question({"form": "split", "splits": ["sort"]}),
            "onbekende uitsplitsing: sort. Wel gepubliceerd: offering_kind, type, level, mode,",
        ),
        (
            question({"form": "split", "splits": ["level"]}),
            "maat learners heeft geen uitsplitsing level. Wel: offering_kind, institution_kind, "
            "working_status, contract_type, purpose.",
        ),
        (
            question({"form": "crossing", "crossings": [["level", "vorm"]]}),
            "onbekende uitsplitsing: vorm.",
        ),
        (
            question({"form": "crossing", "crossings": [["level", "mode"]]}),
            "maat learners heeft geen kruising level,mode. Wel: institution_kind,contract_type; "
            "institution_kind,working_status. Eén uitsplitsing alleen kan ook: offering_kind,",
        ),
        (
            question({"measures": ["components_offered"]}),
            "maat components_offered wordt niet geteld onder definitie framework.",
        ),
        (
            question({"form": "overview"}),
            "vorm overview toont een lijst van aanbod en kan niet met maat learners. "
            "Wel met: offerings, credits_offered, offerings_without_credits.",
        ),
        (
            question(scope={"institutions": ["gent"]}),
            "onbekende instelling: gent. Bedoelde u ugent? Wel gepubliceerd: odisee, ucll, ugent.",
        ),
        (
            question(scope={"institution_kinds": ["universities"]}),
            "onbekende soort instelling: universities. Bedoelde u university? "
            "Wel gepubliceerd: university, university_college.",
        ),
        (
            question(
                {"form": "split", "splits": ["institution_kind"]},
                scope={"institutions": ["ugent"]},
            ),
            "uitsplitsing institution_kind hoort bij alle instellingen samen, niet bij ugent.",
        ),
        (
            question(
                {"form": "split", "splits": ["offering_kind"]},
                scope={"institution_kinds": ["university"]},
            ),
            "maat learners is per soort instelling niet verder uitgesplitst naar offering_kind. "
            "Wel naar: contract_type, working_status.",
        ),
        (
            question(
                {"form": "crossing", "measures": ["offerings"], "crossings": [["mode", "level"]]},
                scope={"institution_kinds": ["university"]},
            ),
            "kruising mode,level is er niet per soort instelling. Wel: geen enkele.",
        ),
        (
            question(window={"years": ["2010-2011", YEARS[4]]}),
            "over 2010-2011 is niets gepubliceerd. Wel over: 2019-2020 tot en met 2024-2025.",
        ),
    ],
)
def test_what_is_not_published_is_told_with_what_is(
    vocabulary: Vocabulary, asked: Question, said: str
) -> None:
    message = faults(vocabulary, asked)
    assert said in message
    assert "pipelines/answers/questions" in message


def test_a_question_from_before_any_data_names_the_years_there_are_and_the_command(
    vocabulary: Vocabulary,
) -> None:
    early = find_question("223").model_copy(update={"asked_on": date(2010, 3, 1)})
    said = faults(vocabulary, early)
    assert "gesteld op 2010-03-01 en gaat over 2004-2005 tot en met 2008-2009" in said
    assert "alleen gegevens over 2019-2020 tot en met 2024-2025" in said
    assert "staalkaart run" in said


def test_a_window_that_is_partly_before_the_data_is_answered(vocabulary: Vocabulary) -> None:
    early = find_question("223").model_copy(update={"asked_on": date(2021, 3, 1)})
    must_be_answerable(early, vocabulary)


def test_all_faults_come_at_once_and_each_once(vocabulary: Vocabulary) -> None:
    asked = question({"measures": ["x", "y"]}, definitions=["z"], annex=["x"])
    said = faults(vocabulary, asked).splitlines()
    named = [line for line in said if line.startswith("  onbekende")]
    assert [line.split(":")[1].split(".")[0].strip() for line in named] == ["x", "y", "z"]


def test_the_splits_of_a_kind_are_those_it_is_crossed_with(vocabulary: Vocabulary) -> None:
    asked = question(
        {"form": "split", "splits": ["contract_type"]}, scope={"institution_kinds": ["university"]}
    )
    must_be_answerable(asked, vocabulary)
