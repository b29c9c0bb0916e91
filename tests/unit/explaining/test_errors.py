"""Whatever is asked, the answer is a page or one message that says what there is."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.console import StaalkaartError
from pipelines.settings import Settings, load_settings
from tests.unit.explaining.conftest import told

ASKED = {
    "unknown offering": ({"offering_id": "ugent:A2"}, "Dichtst in de buurt: ugent:A1"),
    "a code without institution": ({"offering_id": "A1"}, "Dichtst in de buurt: ugent:A1"),
    "a title": ({"offering_id": "zorg OP"}, "Dichtst in de buurt: ugent:A1"),
    "nothing like it": ({"offering_id": "%"}, "INSTELLING:CODE"),
    "unknown year": ({"offering_id": "ugent:A1", "year": "2019-2020"}, "2022-2023, 2023-2024"),
    "no year at all": ({"offering_id": "ugent:A1", "year": "[red]"}, "2022-2023, 2023-2024"),
    "two years": ({"offering_id": "ugent:A1", "year": "2023-2025"}, "2022-2023, 2023-2024"),
    "unknown reading": ({"offering_id": "ugent:A1", "definition": "x"}, "framework, minister"),
    "unknown language": ({"offering_id": "ugent:A1", "language": "fr"}, "nl, en"),
    "no enrolment key": ({"enrolment": "ugent:A1"}, "INSTELLING:ACADEMIEJAAR"),
    "unknown institution": ({"enrolment": "x:2023-2024:E1"}, "ugent"),
    "year without lines": ({"enrolment": "ugent:2019-2020:E1"}, "2023-2024"),
    "unknown line": ({"enrolment": "ugent:2023-2024:E9"}, "geen aanvaarde inschrijving"),
    "nothing": ({}, "staalkaart explain ugent:A1"),
    "two things": ({"offering_id": "a", "enrolment": "b"}, "één ding"),
    "a year beside a key": ({"enrolment": "a:b:c", "year": "2023"}, "laat --year weg"),
}


@pytest.mark.parametrize(("asked", "said"), ASKED.values(), ids=ASKED)
def test_what_is_not_there_is_told_with_what_is(
    world_settings: Settings, asked: dict[str, str], said: str
) -> None:
    with pytest.raises(StaalkaartError) as problem:
        told(world_settings, **asked)
    assert said in str(problem.value)
    assert problem.value.exit_code == 2


def test_without_a_published_file_the_next_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(StaalkaartError, match="staalkaart run"):
        told(load_settings(data=tmp_path), offering_id="ugent:A1")


def test_a_file_of_another_version_is_told_and_no_traceback(tmp_path: Path) -> None:
    settings = load_settings(data=tmp_path)
    settings.warehouse_dir.mkdir(parents=True)
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute("create table build (as_of date)")
    with pytest.raises(StaalkaartError, match="staalkaart run"):
        told(settings, offering_id="ugent:A1")


def test_a_national_number_in_a_question_is_not_repeated(world_settings: Settings) -> None:
    number = "85" + "0730" + "03328"
    for asked in ({"offering_id": number}, {"enrolment": f"ugent:2023-2024:{number}"}):
        with pytest.raises(StaalkaartError) as problem:
            told(world_settings, **asked)
        assert number not in str(problem.value)


@given(text=st.text(st.characters(codec=None), max_size=40), place=st.sampled_from(("o", "e", "y")))
def test_any_text_gets_a_page_or_a_message(world_settings: Settings, text: str, place: str) -> None:
    asked = {
        "o": {"offering_id": text},
        "e": {"enrolment": f"ugent:2023-2024:{text}"},
        "y": {"offering_id": "ugent:A1", "year": text},
    }[place]
    try:
        assert told(world_settings, **asked)
    except StaalkaartError as problem:
        assert str(problem).isprintable()


def test_the_command_prints_the_page(world_settings: Settings) -> None:
    asked = ["explain", "ugent:A1", "--data", str(world_settings.data_dir), "--lang", "en"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert "Does it count?" in result.output
