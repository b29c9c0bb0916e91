"""The command ``staalkaart answer``: one question, asked in one of two ways, told in few lines."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.answers.ad_hoc import Options, question_of
from pipelines.answers.asking import answer_asked, asked_again
from pipelines.answers.questions import QuestionError, find_question
from pipelines.cli import app, main
from pipelines.console import StaalkaartError
from pipelines.settings import Settings

OWN = Options(("learners",), ("framework",), "working_status", "2022-2023:2023-2024")


def ask(
    settings: Settings, number: str | None, options: Options, out: Path, language: str = "nl"
) -> list[str]:
    return answer_asked(settings, number, options, language, out, "rounding")


@pytest.mark.long
def test_a_question_with_a_file_tells_its_folder_and_its_deadline(
    settings: Settings, tmp_path: Path
) -> None:
    assert ask(settings, "223", Options(), tmp_path / "a") == [
        f"Antwoord op vraag 223: {tmp_path / 'a'}",
        "Te beantwoorden tegen 21 januari 2025, 20 werkdagen na 20 december 2024.",
    ]
    assert ask(settings, "223", Options(), tmp_path / "b", "en") == [
        f"Answer to question 223: {tmp_path / 'b'}",
        "To be answered by 21 January 2025, 20 working days after 20 December 2024.",
    ]


def test_a_question_without_a_file_stands_under_the_answers_by_what_it_asks(
    settings: Settings,
) -> None:
    number = "eigen-learners-framework-working_status-2022-2023-2023-2024"
    lines = answer_asked(settings, None, OWN, "nl", None, "rounding")
    folder = settings.answers_dir / number
    assert lines == [f"Antwoord op vraag {number}: {folder}"]
    record = json.loads((folder / "antwoord.json").read_text("utf-8"))
    assert record["title"] == "Antwoord op een eigen vraag: Studenten naar werkstatus"
    command = (
        "staalkaart answer --measure learners --definition framework --by working_status"
        " --years 2022-2023,2023-2024"
    )
    assert record["question"]["command"] == command
    assert command in (folder / "antwoord.html").read_text("utf-8")
    assert asked_again(number, command) == question_of(OWN)
    assert "deadline" not in record["question"]
    assert "asker" not in record["question"]


def test_an_answer_with_a_file_is_asked_again_by_its_number() -> None:
    assert asked_again("223", None) == find_question("223")
    with pytest.raises(QuestionError, match="bestaat niet"):
        asked_again("999", None)


def test_nothing_asked_lists_the_questions_and_how_to_ask_one(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(QuestionError, match=r"(?s)niets gevraagd.*223 \(Tom.*--measure") as caught:
        ask(settings, None, Options(), tmp_path / "x")
    assert caught.value.exit_code == 2


def test_a_number_and_options_contradict_each_other(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="'223' en --measure, --definition, --by, --years"):
        ask(settings, "223", OWN, tmp_path / "x")
    with pytest.raises(QuestionError, match="'223' en --by gaan niet samen"):
        ask(settings, "223", Options(by=""), tmp_path / "x")


def test_an_unknown_way_of_disclosure_or_language_lists_those_there_are(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(QuestionError, match=r"geheim bestaat niet\. Wel: rounding"):
        answer_asked(settings, "223", Options(), "nl", tmp_path / "x", "geheim")
    with pytest.raises(StaalkaartError, match=r"taal 'fr' bestaat niet\. Wel: nl, en"):
        ask(settings, "223", Options(), tmp_path / "x", "fr")
    assert not (tmp_path / "x").exists()


@pytest.mark.long
def test_the_command_passes_every_option_on(settings: Settings, tmp_path: Path) -> None:
    asked = "--measure learners --measure offerings --definition framework,label --by"
    asked += " institution_kind --years 2023 --lang en --disclosure rounding"
    data, out = str(settings.data_dir), str(tmp_path / "out")
    found = CliRunner().invoke(app, ["answer", *asked.split(), "--data", data, "--out", out])
    assert found.exit_code == 0, found.output
    assert found.stdout.startswith("Answer to question eigen-learners-offerings-framework-label-")
    record = json.loads((tmp_path / "out" / "antwoord.json").read_text("utf-8"))
    assert record["language"] == "en"
    assert record["question"]["years"] == "2023-2024"
    assert {table["name"] for table in record["tables"]} >= {
        "1-by-kind-of-institution-draft-framework",
        "2-by-kind-of-institution-own-label",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Er is niets gevraagd"),
        (["999"], "bestaat niet"),
        (["223", "--years", "2023"], "gaan niet samen"),
        (["--measure", "learners"], "Er ontbreekt --definition en --years."),
        (["223"], "staalkaart run"),
    ],
)
def test_bad_use_of_the_command_is_one_message_and_exit_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    command = ["staalkaart", "answer", *arguments, "--data", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.startswith("Fout: ")
    assert said in told
    assert not list(tmp_path.iterdir())
