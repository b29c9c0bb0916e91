"""Every number an answer prints has a page that repeats it.

Border: what the page says of it is tested in ``test_explained_pages.py``.
"""

import json
import os
import random
from pathlib import Path

import pytest

from pipelines.answers.answer import write_answer
from pipelines.explaining.figures.figure_page import figure_page
from pipelines.settings import Settings
from tests.integration.explained_world import WARNINGS, teller_on
from tests.unit.explaining.conftest import text_of

pytestmark = pytest.mark.integration
# `make faults` asks every one of them.
MOST_OF_A_KIND = int(os.environ.get("STAALKAART_NUMBERS") or 15)


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


def of_every_kind(numbers: list[dict[str, str]], most: int) -> list[dict[str, str]]:
    """Return numbers of every kind of key: what it is of, and what stands last where no year is."""
    kinds: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for number in numbers:
        first, *_, last = number["key"].split(":")
        told = "=" in number["key"], number["source"], last if last.isidentifier() else ""
        kinds.setdefault((first, *map(str, told)), []).append(number)
    chance = random.Random(5)  # noqa: S311 (no secret)
    return [one for some in kinds.values() for one in chance.sample(some, min(most, len(some)))]


def test_a_number_of_every_kind_in_the_answer_to_223_has_a_page_that_repeats_it(
    published_sample: Settings, tmp_path: Path
) -> None:
    numbers = numbers_of(published_sample, "nl", tmp_path)
    assert len(numbers) > 4000
    chosen = of_every_kind(numbers, MOST_OF_A_KIND)
    assert {"offerings", "learners", "growth", "panel", "rules", "derived", "coverage"} <= {
        number["key"].partition(":")[0] for number in chosen
    }
    assert unexplained(published_sample, "nl", chosen) == []


def test_numbers_of_the_english_answer_have_english_pages(
    published_sample: Settings, tmp_path: Path
) -> None:
    numbers = numbers_of(published_sample, "en", tmp_path)
    chosen = of_every_kind(numbers, MOST_OF_A_KIND // 3)
    assert unexplained(published_sample, "en", chosen) == []
