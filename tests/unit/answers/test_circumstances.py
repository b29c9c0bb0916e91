"""When something went wrong an answer is still given, and says so; in a good state it says nothing.

Border: the folder that appears whole or not at all is tested in ``test_folder.py``.
"""

import json
import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

from pipelines import cli
from pipelines.answering import is_current
from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.composition import compose
from pipelines.answers.questions import find_question
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.method import provenance_record
from pipelines.answers.sections.notices import notices
from pipelines.answers.wording import load_wording
from pipelines.console import StaalkaartError
from pipelines.settings import Settings, load_settings
from tests.unit.answers.world import World, known_world

ENDED = "2026-11-27T23:30:05+00:00"  # half past midnight in Brussels, a day later
RUN_MESSAGE = "tabel enrolments heeft 123457 rijen"
NOTICE = (
    "De run van 28 november 2026 om 00:30 is niet gepubliceerd, omdat een controle de nieuwe "
    "gegevens tegenhield. Dit antwoord steunt op wat daarvoor gepubliceerd is, met 4 november 2024 "
    "als stand van de gegevens."
)


@pytest.fixture
def published(settings: Settings, tmp_path: Path) -> Settings:
    """The known world, published in a folder of its own."""
    own = load_settings(data=tmp_path / "data")
    own.warehouse_dir.mkdir(parents=True)
    shutil.copy(settings.published_file, own.published_file)
    return own


def end_run(settings: Settings, outcome: str, **more: str | None) -> None:
    """Write the status file as a run that ended so would."""
    status = {"outcome": outcome, "message": None, "finished_at": ENDED} | more
    settings.status_file.write_text(json.dumps(status), encoding="utf-8")


def material_of(settings: Settings, language: str = "nl") -> Material:
    """Return what an answer written now would be made from."""
    return read_material(settings, find_question("223"), load_wording(language))


def asked(settings: Settings, *more: str) -> tuple[int, str, str]:
    """Return exit code, output and errors of the command that answers."""
    shown = CliRunner().invoke(cli.app, ["answer", "223", "--data", str(settings.data_dir), *more])
    if isinstance(shown.exception, StaalkaartError):
        return shown.exception.exit_code, shown.stdout, str(shown.exception)
    return shown.exit_code, shown.stdout, shown.stderr


@pytest.mark.long
def test_after_a_failed_gate_the_answer_is_given_and_says_so_first(published: Settings) -> None:
    end_run(published, "gate_failed", message=RUN_MESSAGE)
    code, output, errors = asked(published)
    assert (code, errors) == (0, "")
    assert output.index(f"Let op: {NOTICE}") < output.index(RUN_MESSAGE) < output.index("Antwoord")
    folder = published.answers_dir / "223"
    assert str(folder) in output
    html = (folder / "antwoord.html").read_text(encoding="utf-8")
    assert html.index("Let op") < html.index(NOTICE) < html.index("Onderwerp")
    record = json.loads((folder / "antwoord.json").read_text(encoding="utf-8"))
    assert record["notices"] == [NOTICE]
    assert record["provenance"]["last_run"] == {"outcome": "gate_failed", "finished_at": ENDED}
    contents = openpyxl.load_workbook(folder / "tabellen.xlsx")["Inhoud"]
    values = [cell.value for row in contents.iter_rows() for cell in row if cell.value]
    assert values.index("Let op") < values.index(NOTICE) < values.index("Onderwerp")


@pytest.mark.long
def test_what_the_run_said_is_in_no_file(published: Settings) -> None:
    """The message of a run may hold exact numbers about persons."""
    end_run(published, "gate_failed", message=RUN_MESSAGE)
    for file in write_answer(published, "223").rglob("*"):
        assert file.is_dir() or b"123457" not in file.read_bytes()


@pytest.mark.parametrize(
    ("outcome", "ended", "language", "begins"),
    [
        ("failed", ENDED, "nl", "De run van 28 november 2026 om 00:30 is door een fout afgebroken"),
        ("failed", None, "nl", "De laatste run is door een fout afgebroken"),
        ("gate_failed", None, "nl", "De laatste run is niet gepubliceerd, omdat een controle"),
        ("gate_failed", "gisteren", "nl", "De laatste run is niet gepubliceerd, omdat een contr"),
        ("gate_failed", ENDED, "en", "The run of 28 November 2026 at 00:30 was not published"),
        ("failed", None, "en", "The last run ended in an error and was not published"),
    ],
)
def test_each_failure_has_its_sentence(
    published: Settings, outcome: str, ended: str | None, language: str, begins: str
) -> None:
    end_run(published, outcome, finished_at=ended)
    told = notices(material_of(published, language))
    assert [notice[: len(begins)] for notice in told] == [begins]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda status: None,
        lambda status: status.write_text('{"outcome": "published"}', encoding="utf-8"),
        lambda status: status.write_text('{"outcome": "unchanged"}', encoding="utf-8"),
        lambda status: status.write_text('{"outcome": "gate_fai', encoding="utf-8"),
        lambda status: status.write_text("[]", encoding="utf-8"),
        lambda status: status.mkdir(),
    ],
    ids=["absent", "published", "unchanged", "torn", "of another kind", "a folder"],
)
def test_a_good_or_unreadable_status_tells_nothing(
    published: Settings, spoil: Callable[[Path], object]
) -> None:
    spoil(published.status_file)
    material = material_of(published)
    assert material.last_run is None
    assert notices(material) == ()
    assert "last_run" not in provenance_record(material)


@pytest.mark.long
def test_in_a_good_state_the_answer_depends_on_the_published_file_alone(
    published: Settings,
) -> None:
    before = compose(material_of(published))
    end_run(published, "published")
    assert compose(material_of(published)) == before
    assert before.head[0] == ("Onderwerp", "Hoger onderwijs - Microcredentials")


@pytest.mark.long
def test_an_answer_that_tells_of_a_failure_is_written_again_after_a_good_run(
    published: Settings,
) -> None:
    end_run(published, "gate_failed")
    folder = write_answer(published, "223")
    assert is_current(published, folder)
    end_run(published, "unchanged")
    assert not is_current(published, folder)
    write_answer(published, "223")
    assert is_current(published, folder)
    end_run(published, "failed")
    assert not is_current(published, folder)


def refused_on(world: World, institution: str, day: str) -> None:
    world.refuse(institution, "offerings", "2023-2024")
    row = world.refusals.pop()
    world.refusals.append((*row[:7], day, *row[8:]))


@pytest.mark.parametrize(
    ("days", "named"),
    [
        ({}, ""),
        ({"odisee": "2024-11-03"}, ""),
        ({"odisee": "2024-11-04"}, ""),
        ({"odisee": "2024-11-05"}, "Odisee"),
        ({"ucll": "2024-12-01", "ugent": "2025-01-01"}, "Universiteit Gent en UC Leuven-Limburg"),
        ({"vreemd": "2024-12-01"}, ""),
    ],
)
def test_a_refused_delivery_newer_than_all_that_counts_is_named(
    tmp_path: Path, days: dict[str, str], named: str
) -> None:
    world = known_world()
    for institution, day in days.items():
        refused_on(world, institution, day)
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    expected = f"De recentste levering van {named} is geweigerd en telt niet mee."
    told = notices(material_of(settings))
    assert [notice[: len(expected)] for notice in told] == ([expected] if named else [])


def test_without_a_published_file_the_next_command_is_named(tmp_path: Path) -> None:
    code, output, errors = asked(load_settings(data=tmp_path))
    assert (code, output) == (2, "")
    assert "Er is nog niets gepubliceerd" in errors
    assert "'staalkaart run'" in errors
    assert not (tmp_path / "answers").exists()


def damaged(content: bytes, kind: str) -> bytes:
    """Return the bytes of a published file that is damaged."""
    middle = len(content) // 2
    return {
        "empty": b"",
        "text": b"dit is geen databank",
        "torn": content[:middle],
        "first block": bytes(8192) + content[8192:],
        "middle": content[:20_000] + b"\xa5" * (len(content) - 24_096) + content[-4_096:],
    }[kind]


@pytest.mark.parametrize("kind", ["empty", "text", "torn", "first block", "middle"])
def test_a_damaged_published_file_is_an_error_with_the_next_command(
    published: Settings, kind: str
) -> None:
    content = published.published_file.read_bytes()
    published.published_file.write_bytes(damaged(content, kind))
    code, output, errors = asked(published)
    assert (code, output) == (2, "")
    assert "is geen leesbaar warenhuis" in errors
    assert "'staalkaart run'" in errors
    assert not published.answers_dir.exists()


def test_a_published_file_of_another_version_is_an_error_with_the_next_command(
    published: Settings,
) -> None:
    with duckdb.connect(str(published.published_file)) as connection:
        connection.execute("alter table counts drop column institutions_reporting")
    code, _, errors = asked(published)
    assert code == 2
    assert "van een andere versie (BinderException)" in errors


def test_no_right_to_read_is_said_as_such(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda file, mode: False)
    with pytest.raises(StaalkaartError, match="geen recht om") as caught:
        write_answer(published, "223")
    assert caught.value.exit_code == 2


@pytest.mark.long
def test_nothing_exact_is_logged_while_answering(
    published: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        write_answer(published, "223")
    assert "1234" not in caplog.text
