"""Answers whose protection is proved: hidden, coarsened, released and refused.

Border: that the audit itself is right is tested in ``tests/unit/disclosing``.
"""

import json
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.answers.ad_hoc import question_of
from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.audited_scene import read_scene
from pipelines.answers.composition import compose
from pipelines.answers.releasing import folder_checksum, release_answer
from pipelines.answers.rendering.record import record
from pipelines.answers.safeguarding import (
    EXACT,
    PLAIN,
    ROUNDED,
    Protection,
    printed_figures,
    protected_answer,
)
from pipelines.answers.wording import load_wording
from pipelines.console import StaalkaartError
from pipelines.disclosing.releases import LEDGER, read_ledger, read_releases, releases_folder
from pipelines.operations.compared_answers import Comparison
from pipelines.settings import Settings, load_settings
from tests.unit.answers.counted_world import ASKED, Person, publish_counted, several

pytestmark = pytest.mark.long  # each answer is composed and audited several times

WORDS = load_wording("nl")
MOMENT = datetime(2025, 1, 20, 12)
AUDITED = Protection(is_audited=True)
IN, MAY, OUT = ("in", "in"), ("undetermined", "in"), ("out", "in")
LATER = "deliveries of later"


def crowd() -> list[Person]:
    """Return persons of whom one status at one institution is rare."""
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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with answers that no test changes."""
    found = load_settings(data=tmp_path_factory.mktemp("made"))
    few = several(3, "ucll", "2023-2024", ("in", "out"), "working")
    publish_counted(found.published_file, [*crowd(), *few])
    answered(found, "framework", EXACT, ("framework",))
    answered(found, "label", EXACT, ("label",))
    found.published_file.rename(found.published_file.with_name("few.duckdb"))
    alike = [replace(one, label=one.framework) for one in crowd()]
    three = [replace(one, label="in") for one in several(3, "ugent", "2023-2024", OUT, "unknown")]
    publish_counted(found.published_file, [*alike, *three])
    found.published_file.rename(found.published_file.with_name("three.duckdb"))
    publish_counted(found.published_file, crowd())
    answered(found, "exact", EXACT)
    answered(found, "proved", AUDITED)
    answered(found, "plain", ROUNDED)
    return found.data_dir


@pytest.fixture
def settings(made: Path, tmp_path: Path) -> Settings:
    return load_settings(data=shutil.copytree(made, tmp_path / "data"))


@pytest.fixture
def exact(settings: Settings) -> Path:
    return settings.data_dir / "exact"


def answered(
    settings: Settings, name: str, protection: Protection, definitions: tuple[str, ...] = ()
) -> Path:
    """Return a folder with the record of an answer, without its other forms."""
    asked = question_of(replace(ASKED, definitions=definitions or ASKED.definitions))
    answer = protected_answer(
        settings, protection, lambda treatment: read_material(settings, asked, WORDS, treatment)
    )
    folder = settings.data_dir / name
    folder.mkdir()
    (folder / "antwoord.json").write_bytes(record(answer))
    return folder


def record_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "antwoord.json").read_text(encoding="utf-8"))
    return found


def printed_of(folder: Path) -> dict[str, str]:
    return {one["key"]: one["value"] for one in record_of(folder)["numbers"]}


def release(settings: Settings, folder: Path, approver: str = "Bo") -> str:
    return "\n".join(release_answer(settings, folder, "An", approver, MOMENT))


def test_who_stands_behind_each_number_is_who_was_counted(settings: Settings) -> None:
    material = read_material(settings, question_of(ASKED), WORDS, PLAIN)
    figures = printed_figures(material, compose(material))
    scene = read_scene(settings, material, figures)
    lower = {key: scene.truth(pair[0]) for key, pair in scene.pairs.items()}
    assert lower["learners:framework:2023-2024:*:none:2025.1"] == 111
    assert lower["learners:framework:2023-2024:odisee:none:2025.1"] == 36
    assert lower["learners:label:2023-2024:*:working_status=unknown:2025.1"] == 20
    assert len(figures) > 20


def test_exact_numbers_are_printed_with_small_ones_hidden(settings: Settings, exact: Path) -> None:
    printed = printed_of(exact)
    assert printed["learners:label:2023-2024:ugent:none:2025.1"] == "78"
    assert printed["learners:framework:2023-2024:*:working_status=unknown:2025.1"] == "c"
    certificate = record_of(exact)["disclosure"]
    assert certificate["exposed"] == 0
    assert certificate["groups"] > 0
    hidden = [one for one in record_of(exact)["numbers"] if one["value"] == "c"]
    assert all(one["lower"] is None and one["upper"] is None for one in hidden)
    again = answered(settings, "again", EXACT)
    assert folder_checksum(again) == folder_checksum(exact)


def test_an_exact_answer_has_every_form(settings: Settings, tmp_path: Path) -> None:
    folder = write_answer(settings, question_of(ASKED), "nl", tmp_path / "forms", EXACT)
    assert record_of(folder)["disclosure"]["is_audited"]
    page = (folder / "antwoord.html").read_text(encoding="utf-8")
    assert ">c<" in page


def test_a_rounded_answer_can_be_proved(settings: Settings) -> None:
    plain = settings.data_dir / "plain"
    assert record_of(plain)["disclosure"] == {"method": "rounding", "is_audited": False}
    folder = settings.data_dir / "proved"
    certificate = record_of(folder)["disclosure"]
    assert (certificate["exposed"], certificate["demand"]) == (0, "doubt")
    printed, before = printed_of(folder), printed_of(plain)
    changed = {key for key in printed if printed[key] != before.get(key)}
    assert {key for key in changed if not key.startswith("derived:")} <= set(certificate["bases"])


def test_a_release_is_written_in_the_ledger_with_its_checksums(
    settings: Settings, exact: Path
) -> None:
    assert release(settings, exact).startswith("Vrijgegeven als 0001-")
    (line,) = read_ledger(releases_folder(settings) / LEDGER)
    assert (line["author"], line["approver"]) == ("An", "Bo")
    assert line["method"] == "suppression"
    assert line["folder_sha256"] == folder_checksum(exact)


def test_a_release_audits_the_groups_behind_what_is_hidden(settings: Settings, exact: Path) -> None:
    groups = record_of(exact)["disclosure"]["groups"]
    assert groups > 0
    assert f"{groups} kleine groepen getoetst" in release(settings, exact)


def test_nobody_approves_the_own_answer(settings: Settings, exact: Path) -> None:
    with pytest.raises(StaalkaartError, match="eigen antwoord"):
        release(settings, exact, approver=" an ")
    assert not (releases_folder(settings) / LEDGER).exists()


def test_a_changed_ledger_is_refused(settings: Settings, exact: Path) -> None:
    release(settings, exact)
    release(settings, with_another_byte(exact))
    ledger = releases_folder(settings) / LEDGER
    ledger.write_text(ledger.read_text().replace('"Bo"', '"Cy"', 1))
    with pytest.raises(StaalkaartError, match="Regel 2 van"):
        read_releases(settings)


def with_another_byte(folder: Path) -> Path:
    """Return a folder with the same answer that is not the same folder."""
    other = Path(shutil.copytree(folder, folder.with_name("other")))
    (other / "leeg.txt").touch()
    return other


def test_a_folder_is_released_once(settings: Settings, exact: Path) -> None:
    release(settings, exact)
    with pytest.raises(StaalkaartError, match="is al vrijgegeven, als 0001-"):
        release(settings, exact)
    assert len(read_ledger(releases_folder(settings) / LEDGER)) == 1


def test_a_lost_or_changed_last_line_of_the_ledger_is_refused(
    settings: Settings, exact: Path
) -> None:
    release(settings, exact)
    release(settings, with_another_byte(exact))
    ledger = releases_folder(settings) / LEDGER
    lines = ledger.read_text().splitlines(keepends=True)
    ledger.write_text(lines[0])
    with pytest.raises(StaalkaartError, match="heeft regels verloren"):
        read_releases(settings)
    ledger.write_text(lines[0] + lines[1].replace('"Bo"', '"Cy"'))
    with pytest.raises(StaalkaartError, match="niet die van toen"):
        read_releases(settings)
    ledger.write_text("".join(lines))
    assert len(read_releases(settings)) == 2


@pytest.mark.parametrize("content", [b"\xff\xfe", b'{"before": ""}\n', b"[]\n", b"\n"])
def test_a_ledger_of_something_else_is_refused(settings: Settings, content: bytes) -> None:
    folder = releases_folder(settings)
    folder.mkdir()
    (folder / LEDGER).write_bytes(content)
    with pytest.raises(StaalkaartError, match="Regel 1 van"):
        read_releases(settings)


def test_a_release_broken_off_after_its_line_is_still_read(settings: Settings, exact: Path) -> None:
    release(settings, exact)
    (own,) = releases_folder(settings).glob("0001-*")
    own.rename(own.with_name(f".{own.name}"))
    (found,) = read_releases(settings)
    assert found.populations


def test_a_release_broken_off_before_its_line_is_made_again(
    settings: Settings, exact: Path
) -> None:
    number = record_of(exact)["question"]["number"]
    left = releases_folder(settings) / f".0001-{number}"
    left.mkdir(parents=True)
    (left / "printed.json").write_text("half")
    assert read_releases(settings) == ()
    assert release(settings, exact).startswith("Vrijgegeven als 0001-")
    assert len(read_releases(settings)) == 1


def test_a_record_that_says_less_than_was_printed_is_not_released(
    settings: Settings, exact: Path
) -> None:
    changed = record_of(exact)
    changed["numbers"] = [one for one in changed["numbers"] if "ugent" not in one["key"]]
    (exact / "antwoord.json").write_text(json.dumps(changed))
    with pytest.raises(StaalkaartError, match="verschillen of ontbreken"):
        release(settings, exact)


@pytest.mark.parametrize(
    "change",
    [
        {"numbers": None},
        {"numbers": [{"key": "a", "value": "1", "lower": "x", "upper": None}]},
        {"disclosure": ["method"]},
        {"disclosure": {"method": "none"}},
        {"disclosure": {"method": "rounding", "bases": {"a": "b"}}},
        {"question": None},
        {"provenance": 3},
    ],
)
def test_rubbish_in_the_record_is_told(
    settings: Settings, exact: Path, change: dict[str, object]
) -> None:
    changed = {**record_of(exact), **change}
    (exact / "antwoord.json").write_text(json.dumps(changed))
    with pytest.raises(StaalkaartError, match="geen antwoordmap van deze versie"):
        release(settings, exact)


def test_a_folder_that_is_not_there_is_told(settings: Settings) -> None:
    with pytest.raises(StaalkaartError, match="Er is geen map"):
        release(settings, settings.data_dir / "nowhere")


@pytest.mark.parametrize(
    "approver", ["An\u200b", "\u202eAn", "\uff21n", "A\u0301n", "An.", "An  ", "\u200bAN"]
)
def test_a_name_that_looks_like_the_author_is_the_author(
    settings: Settings, exact: Path, approver: str
) -> None:
    with pytest.raises(StaalkaartError, match="eigen antwoord"):
        release(settings, exact, approver=approver)


@pytest.mark.parametrize(
    ("approver", "told"),
    [("\u0410n", "verschillende schriften"), ("..", "Noem wie"), ("\u200b\u200b", "Noem wie")],
)
def test_what_is_no_name_is_told(settings: Settings, exact: Path, approver: str, told: str) -> None:
    with pytest.raises(StaalkaartError, match=told):
        release(settings, exact, approver=approver)


def test_a_changed_number_in_the_folder_is_not_released(settings: Settings, exact: Path) -> None:
    file = exact / "antwoord.json"
    changed = record_of(exact)
    for number in changed["numbers"]:
        if number["key"] == "learners:label:2023-2024:ugent:none:2025.1":
            number.update(value="77", lower="77", upper="77")
    file.write_text(json.dumps(changed))
    with pytest.raises(StaalkaartError, match="niet wat de gepubliceerde records tellen"):
        release(settings, exact)


def test_rounded_and_exact_numbers_of_one_date_are_never_both_released(
    settings: Settings, exact: Path
) -> None:
    release(settings, exact)
    with pytest.raises(StaalkaartError, match="drukt dezelfde cijfers met"):
        answered(settings, "rounded", AUDITED)
    with pytest.raises(StaalkaartError, match="drukt dezelfde cijfers met"):
        release(settings, settings.data_dir / "plain")


def test_a_date_that_differs_by_few_is_refused_and_names_the_released_answer(
    settings: Settings, exact: Path
) -> None:
    """Two more persons arrive late: both answers exact would tell them apart."""
    release(settings, exact)
    late = [*crowd(), *several(2, "ugent", "2023-2024", IN, "working", "late")]
    publish_counted(settings.published_file, late, LATER)
    with pytest.raises(StaalkaartError) as refused:
        answered(settings, "second", EXACT)
    assert "telt volgens alles wat gedrukt is 2 tot 2" in str(refused.value)
    assert "botst met vrijgegeven antwoord 0001-" in str(refused.value)
    assert not (settings.data_dir / "second").exists()


def test_readings_that_differ_by_three_are_refused_with_the_reason(settings: Settings) -> None:
    settings.published_file.with_name("three.duckdb").replace(settings.published_file)
    with pytest.raises(StaalkaartError) as refused:
        answered(settings, "three", EXACT)
    assert "zou een kleine groep onthullen" in str(refused.value)
    assert "telt volgens alles wat gedrukt is 3 tot 3" in str(refused.value)


def test_an_answer_that_reveals_few_with_a_released_one_is_refused_and_names_it(
    settings: Settings,
) -> None:
    """Both were made before either was released, so neither knew of the other."""
    settings.published_file.with_name("few.duckdb").replace(settings.published_file)
    release(settings, settings.data_dir / "framework")
    with pytest.raises(StaalkaartError) as refused:
        release(settings, settings.data_dir / "label")
    assert "botst met vrijgegeven antwoord 0001-" in str(refused.value)
    assert len(read_ledger(releases_folder(settings) / LEDGER)) == 1


def test_an_answer_from_other_deliveries_is_not_released(settings: Settings, exact: Path) -> None:
    publish_counted(settings.published_file, crowd(), LATER)
    with pytest.raises(StaalkaartError, match="andere leveringen"):
        release(settings, exact)


def test_a_rounded_answer_is_released_only_once_it_is_proved(settings: Settings) -> None:
    """Four persons, of whom one certainly is in the framework: that range says that they are some.

    What gives them away is refused with the way out, and that way is released.
    """
    four = [
        *several(1, "ucll", "2023-2024", IN, "working"),
        *several(3, "ucll", "2023-2024", MAY, "working"),
    ]
    others = [one for one in crowd() if (one.institution, one.year) != ("ucll", "2023-2024")]
    publish_counted(settings.published_file, [*others, *four])
    plain = answered(settings, "given away", ROUNDED)
    with pytest.raises(StaalkaartError, match="met --audit"):
        release(settings, plain)
    proved = answered(settings, "not given away", AUDITED)
    bases = record_of(proved)["disclosure"]["bases"]
    key = "learners:label:2023-2024:ucll:none:2025.1"
    assert (printed_of(plain)[key], printed_of(proved)[key]) == ("<5", "0 tot 10")
    assert bases[key] == 10
    assert release(settings, proved).startswith("Vrijgegeven als 0001-")


def compared(settings: Settings, before: str, after: str) -> list[str]:
    number = record_of(settings.data_dir / after)["question"]["number"]
    comparison = Comparison.with_folder(settings.data_dir / before, number)
    return comparison.lines(settings, settings.data_dir / after, "nl")


def test_what_differs_from_an_earlier_answer_is_told_with_its_cause(settings: Settings) -> None:
    lines = compared(settings, "plain", "exact")
    assert any(
        "andere bescherming van cijfers over personen (rounding, nu suppression)" in one
        for one in lines
    )
    rows = (settings.data_dir / "exact-vergeleken.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any("learners:label:2023-2024:ugent:none" in row and ";78;" in row for row in rows)
    assert len(rows) > len(lines) - 2


def test_of_answers_that_print_the_same_nothing_is_told(settings: Settings) -> None:
    (line,) = compared(settings, "plain", "proved")
    assert "plain" in line


def test_an_answer_is_not_compared_with_another_question(settings: Settings) -> None:
    with pytest.raises(StaalkaartError, match="op een andere vraag"):
        compared(settings, "framework", "exact")
    with pytest.raises(StaalkaartError, match="geen antwoord dat te lezen is"):
        Comparison.with_folder(settings.data_dir / "nowhere", "223")
