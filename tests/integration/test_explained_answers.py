"""Every number an answer prints has a page that repeats it.

Border: what the page says of it is tested in ``test_explained_pages.py``.
"""

import json
import random
from pathlib import Path

import pytest

from pipelines.answers.answer import write_answer
from pipelines.explaining.figures.figure_page import figure_page
from pipelines.settings import Settings
from tests.integration.explained_world import WARNINGS, teller_on
from tests.unit.explaining.conftest import text_of

pytestmark = pytest.mark.integration


def numbers_of(settings: Settings, language: str, folder: Path) -> list[dict[str, str]]:
    """Write the answer to question 223 and return its numbers."""
    written = write_answer(settings, "223", language, folder / "223")
    record = json.loads((written / "antwoord.json").read_text(encoding="utf-8"))
    numbers: list[dict[str, str]] = record["numbers"]
    return numbers


def unexplained(settings: Settings, language: str, numbers: list[dict[str, str]]) -> list[str]:
    """Return the numbers whose page does not repeat them first, or calls something a fault."""
    wrong = []
    with teller_on(settings, language, limit=3) as tell:
        for number in numbers:
            text = text_of(figure_page(tell, number["key"]))
            head = text.partition("\n")[0]
            printed = number["value"].partition(" (")[0].replace("\u00a0", " ")
            if printed not in head or any(one in text for one in WARNINGS):
                wrong.append(f"{number['key']}: {number['value']} is not in {head!r}")
    return wrong


def test_every_number_of_the_answer_to_223_has_a_page_that_repeats_it(
    published_sample: Settings, tmp_path: Path
) -> None:
    numbers = numbers_of(published_sample, "nl", tmp_path)
    assert len(numbers) > 4000
    assert unexplained(published_sample, "nl", numbers) == []


def test_numbers_of_the_english_answer_have_english_pages(
    published_sample: Settings, tmp_path: Path
) -> None:
    numbers = numbers_of(published_sample, "en", tmp_path)
    chosen = random.Random(5).sample(numbers, 300)  # noqa: S311 (no secret)
    assert unexplained(published_sample, "en", chosen) == []
