"""The folder of an answer: whole or absent, the same bytes from the same inputs, clear errors."""

from pathlib import Path

import duckdb
import pytest

from pipelines.answers import folder as folder_module
from pipelines.answers.answer import write_answer
from pipelines.console import StaalkaartError
from pipelines.settings import Settings, load_settings
from tests.unit.answers.leak_search import layers
from tests.unit.answers.world import World, known_world

pytestmark = pytest.mark.long


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its relative name."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def publish(tmp_path: Path, world: World) -> Settings:
    settings = load_settings(data=tmp_path)
    world.publish(settings.published_file)
    return settings


def test_the_folder_stands_under_the_answers_by_number(
    settings: Settings, answer_folder: Path
) -> None:
    assert answer_folder == settings.answers_dir / "223"
    files = {"antwoord.docx", "antwoord.pdf", "antwoord.html", "antwoord.json"}
    assert files <= set(contents(answer_folder))


def test_the_same_inputs_give_the_same_bytes(
    settings: Settings, answer_folder: Path, tmp_path: Path
) -> None:
    again = write_answer(settings, "223", "nl", tmp_path / "again")
    assert contents(again) == contents(answer_folder)


def test_a_failure_leaves_neither_folder_nor_remains(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module, "_flush", fail)
    with pytest.raises(StaalkaartError, match="de schijf is vol") as caught:
        write_answer(settings, "223", "nl", tmp_path / "not there yet" / "half")
    assert caught.value.exit_code == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("out", ["/proc/x", "/proc/x/y", "thesis.txt/x"])
def test_a_place_that_cannot_be_written_is_an_error_for_people(
    settings: Settings, tmp_path: Path, out: str
) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StaalkaartError, match="--out") as caught:
        write_answer(settings, "223", "nl", tmp_path / out)
    assert caught.value.exit_code == 2
    assert str(tmp_path / out) in str(caught.value)
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_failure_keeps_the_earlier_answer(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_answer(settings, "223", "nl", tmp_path / "kept")
    before = contents(folder)
    rename = Path.rename

    def fail_into_place(path: Path, target: Path) -> Path:
        if target == folder and path.name != folder_module.EARLIER:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_into_place)
    with pytest.raises(StaalkaartError, match="Input/output"):
        write_answer(settings, "223", "nl", folder)
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_new_answer_replaces_the_whole_old_one(settings: Settings, tmp_path: Path) -> None:
    folder = write_answer(settings, "223", "nl", tmp_path / "replaced")
    (folder / "left over.csv").write_text("x", encoding="utf-8")
    write_answer(settings, "223", "nl", folder)
    assert "left over.csv" not in contents(folder)


def test_a_folder_that_is_no_answer_is_not_replaced(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StaalkaartError, match="geen antwoordmap") as caught:
        write_answer(settings, "223", "nl", tmp_path)
    assert caught.value.exit_code == 2
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_an_unpublished_measure_is_an_error_that_lists_the_published(tmp_path: Path) -> None:
    settings = publish(tmp_path, known_world())
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute("delete from measures where measure = 'learners'")
    with pytest.raises(StaalkaartError, match=r"onbekende maat: learners.*credits_offered"):
        write_answer(settings, "223", "nl", None)


def test_a_missing_threshold_stops_every_number_about_persons(tmp_path: Path) -> None:
    settings = publish(tmp_path, known_world())
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute("delete from parameters where name = 'disclosure_base'")
    with pytest.raises(StaalkaartError, match="disclosure_base"):
        write_answer(settings, "223", "nl", None)


def test_real_data_carry_no_synthetic_stamp(tmp_path: Path) -> None:
    settings = publish(tmp_path, known_world(is_synthetic=False))
    for name, content in contents(write_answer(settings, "223", "nl", None)).items():
        assert not any(b"SYNTHETISCH" in layer for _, layer in layers(name, content)), name


def test_an_empty_warehouse_is_answered_with_what_is_not_known(tmp_path: Path) -> None:
    settings = publish(tmp_path, World())
    html = (write_answer(settings, "223", "nl", None) / "antwoord.html").read_text("utf-8")
    assert "geen enkele van de" in html
    assert "Een ontbrekende levering is geen nul" in html


def test_the_published_file_is_only_read(settings: Settings, tmp_path: Path) -> None:
    before = settings.published_file.read_bytes()
    write_answer(settings, "223", "nl", tmp_path / "read")
    assert settings.published_file.read_bytes() == before
