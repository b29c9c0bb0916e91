"""The languages of an answer say the same things with the same places."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from pipelines.answers.answer import write_answer
from pipelines.answers.wording import WORDING_DIR, languages
from pipelines.settings import Settings


def places_by_name(found: object, name: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the dotted name of every text with the places in it."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from places_by_name(value, f"{name}.{key}")
    elif isinstance(found, list):
        for place, value in enumerate(found):
            yield from places_by_name(value, f"{name}.{place}")
    else:
        yield name, tuple(sorted(set(re.findall(r"{(\w+)}", str(found)))))


def test_dutch_comes_first_and_english_is_there() -> None:
    assert languages() == ["nl", "en"]


def test_every_text_exists_in_every_language_with_the_same_places() -> None:
    texts = {
        language: dict(
            places_by_name(yaml.safe_load((WORDING_DIR / f"{language}.yml").read_text("utf-8")))
        )
        for language in languages()
    }
    assert texts["en"] == texts["nl"]


def test_the_answer_can_be_written_in_english(settings: Settings, tmp_path: Path) -> None:
    folder = write_answer(settings, "223", "en", tmp_path / "english")
    html = (folder / "antwoord.html").read_text(encoding="utf-8")
    assert "Answer to written question 223 of 20 December 2024" in html
    assert "The draft agreement framework comes first" in html
    assert "SYNTHETISCHE GEGEVENS" in html
    for dutch in ("geen gegevens", "ten minste", "lezing van"):
        assert dutch not in html
