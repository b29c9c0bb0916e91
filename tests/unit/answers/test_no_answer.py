"""What cannot be answered says so where it was asked: who, when, why, what would unlock it."""

from typing import Any

import pytest

from pipelines.answers.answer import read_material
from pipelines.answers.composition import compose
from pipelines.answers.document import Answer, Paragraph, Table, plain, plain_paragraph
from pipelines.answers.questions import find_question
from pipelines.answers.wording import load_wording
from pipelines.settings import load_settings
from tests.unit.answers.test_summary import study_guides_only

YEARS_ASKED = "2019\N{EN DASH}2020 tot en met 2023\N{EN DASH}2024"


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    settings = load_settings(data=tmp_path_factory.mktemp("guides"))
    study_guides_only().publish(settings.published_file)
    return compose(read_material(settings, find_question("223"), load_wording("nl")))


def blocks_of(answer: Answer, part: str) -> tuple[Any, ...]:
    (section,) = [one for one in answer.sections if one.name == f"antwoord-{part}"]
    return section.blocks


@pytest.mark.parametrize("part", ["2a", "2b"])
def test_both_parts_about_students_say_that_they_cannot_be_answered(
    answer: Answer, part: str
) -> None:
    first = blocks_of(answer, part)[0]
    assert plain_paragraph(first) == (
        f"Dit deel kan niet worden beantwoord. Geen enkele van de 3 instellingen leverde voor "
        f"{YEARS_ASKED} de gegevens waaruit het aantal studenten te tellen is (inschrijvingen). "
        "Een ontbrekende levering is geen nul; daarom staat er geen aantal."
    )


def test_who_when_why_and_what_would_unlock_it_stand_in_the_first_of_them(answer: Answer) -> None:
    _, gaps = blocks_of(answer, "2a")
    assert isinstance(gaps, Table)
    assert [[plain(cell) for cell in row.cells] for row in gaps.rows] == [
        [
            "inschrijvingen en studenten",
            "alle instellingen",
            "alle jaren van de periode",
            "Geen levering ontvangen.",
            'Een levering "inschrijvingen" van die instellingen voor die jaren.',
        ]
    ]
    _, pointer = blocks_of(answer, "2b")
    assert isinstance(pointer, Paragraph)
    assert plain_paragraph(pointer).endswith("staat bij deel 2a.")


def test_no_table_of_empty_cells_is_made(answer: Answer) -> None:
    names = [table.name for table in answer.tables()]
    assert not [name for name in names if "studenten" in name or "werkstatus" in name]
    (annex,) = [one for one in answer.sections if one.name == "bijlage"]
    said = [plain_paragraph(block) for block in annex.blocks if isinstance(block, Paragraph)]
    assert said[-1].startswith("Studenten: geen enkele instelling leverde voor deze jaren gegevens")


def test_coverage_names_every_institution_year_and_reason(answer: Answer) -> None:
    (gaps,) = [table for table in answer.tables() if table.name == "wat-niet-bekend-is"]
    told = [" | ".join(plain(cell) for cell in row.cells) for row in gaps.rows]
    assert any(one.startswith("aanbod | Universiteit Gent | alle jaren") for one in told)
    assert any("Odisee en UC Leuven-Limburg" in one and "studiegids" in one for one in told)
