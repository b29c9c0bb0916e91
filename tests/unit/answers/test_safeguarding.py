"""Answers whose protection is proved: hidden, coarsened, released and refused.

Border: that the audit itself is right is tested in ``tests/unit/disclosing``.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.composition import compose
from pipelines.answers.proving import audit_printed, prove, read_scene, said
from pipelines.answers.releasing import release_answer
from pipelines.answers.safeguarding import EXACT, PLAIN, Protection, printed_figures
from pipelines.answers.wording import load_wording
from pipelines.console import StaalkaartError
from pipelines.disclosing.releases import LEDGER, read_ledger, releases_folder
from pipelines.settings import Settings, load_settings
from tests.unit.answers.counted_world import Person, publish_counted, question, several

WORDS = load_wording("nl")
MOMENT = datetime(2025, 1, 20, 12)
AUDITED = Protection(is_audited=True)
IN, MAY, OUT = ("in", "in"), ("undetermined", "in"), ("out", "in")


def crowd() -> list[Person]:
    """Return persons of whom two statuses at one institution are few."""
    people = []
    for year in ("2022-2023", "2023-2024"):
        people += several(40, "ugent", year, IN, "working")
        people += several(21, "ugent", year, IN, "job_seeking")
        people += several(17, "ugent", year, OUT, "unknown")
        people += several(33, "odisee", year, IN, "working")
        people += several(12, "odisee", year, MAY, "job_seeking")
        people += several(3, "odisee", year, IN, "unknown")
        people += several(14, "ucll", year, IN, "working")
        people += several(9, "ucll", year, OUT, "job_seeking")
    return people


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = load_settings(data=tmp_path / "data")
    publish_counted(found.published_file, crowd())
    return found


def record_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "antwoord.json").read_text(encoding="utf-8"))
    return found


def printed_of(folder: Path) -> dict[str, str]:
    return {one["key"]: one["value"] for one in record_of(folder)["numbers"]}


def test_who_stands_behind_each_number_is_who_was_counted(settings: Settings) -> None:
    material = read_material(settings, question(), WORDS, PLAIN)
    figures = printed_figures(material, compose(material))
    scene = read_scene(settings, material, figures)
    lower = {key: scene.truth(pair[0]) for key, pair in scene.pairs.items()}
    assert lower["learners:framework:2023-2024:*:none:2025.1"] == 111
    assert lower["learners:framework:2023-2024:odisee:none:2025.1"] == 36
    assert lower["learners:label:2023-2024:*:working_status=unknown:2025.1"] == 20
    assert len(figures) > 30


def test_exact_numbers_are_printed_with_small_ones_hidden(
    settings: Settings, tmp_path: Path
) -> None:
    folder = write_answer(settings, question(), "nl", tmp_path / "antwoord", EXACT)
    printed = printed_of(folder)
    assert printed["learners:label:2023-2024:ugent:none:2025.1"] == "78"
    assert printed["learners:framework:2023-2024:*:working_status=unknown:2025.1"] == "c"
    certificate = record_of(folder)["disclosure"]
    assert certificate["exposed"] == 0
    assert certificate["hidden"] == sum(one == "c" or "(c)" in one for one in printed.values())
    assert certificate["groups"] > 0
    again = write_answer(settings, question(), "nl", tmp_path / "nog eens", EXACT)
    for file in folder.rglob("*.*"):
        assert file.read_bytes() == (again / file.relative_to(folder)).read_bytes(), file.name


def test_what_is_hidden_is_no_number_in_the_record(settings: Settings, tmp_path: Path) -> None:
    folder = write_answer(settings, question(), "nl", tmp_path / "antwoord", EXACT)
    hidden = [one for one in record_of(folder)["numbers"] if one["value"] == "c"]
    assert hidden
    assert all(one["lower"] is None and one["upper"] is None for one in hidden)


def test_a_rounded_answer_can_be_proved(settings: Settings, tmp_path: Path) -> None:
    plain = write_answer(settings, question(), "nl", tmp_path / "gewoon")
    assert record_of(plain)["disclosure"] == {"method": "rounding", "is_audited": False}
    folder = write_answer(settings, question(), "nl", tmp_path / "bewezen", AUDITED)
    certificate = record_of(folder)["disclosure"]
    assert (certificate["exposed"], certificate["demand"]) == (0, "doubt")
    printed, before = printed_of(folder), printed_of(plain)
    changed = {key for key in printed if printed[key] != before.get(key)}
    assert {key for key in changed if not key.startswith("derived:")} <= set(certificate["bases"])


def test_a_release_is_written_in_the_ledger_with_its_checksums(
    settings: Settings, tmp_path: Path
) -> None:
    folder = write_answer(settings, question(), "nl", tmp_path / "klein", EXACT)
    lines = release_klein(settings, folder)
    assert lines[0].startswith("Vrijgegeven als 0001-klein")
    (line,) = read_ledger(releases_folder(settings) / LEDGER)
    assert (line["author"], line["approver"]) == ("An", "Bo")
    assert line["method"] == "suppression"


def release_klein(settings: Settings, folder: Path) -> list[str]:
    return release_answer(settings, folder, "An", "Bo", MOMENT)
