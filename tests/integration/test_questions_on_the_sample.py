"""Every shipped question, and one that nobody foresaw, answered from the published sample.

Border: what an answer says is tested on a hand-made world in ``tests/unit/answers``.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.answering import write_answers
from pipelines.answers.ad_hoc import Options, question_of
from pipelines.answers.answer import write_answer
from pipelines.answers.questions import load_questions
from pipelines.answers.wording import languages, load_wording
from pipelines.settings import Settings

pytestmark = pytest.mark.integration

UNFORESEEN = Options(
    measures=("learners",),
    definitions=("framework",),
    by="institution_kind,working_status",
    years="2022-2023:2023-2024",
)


@pytest.fixture(scope="module")
def published(published_sample: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published_sample.published_file), read_only=True) as connection:
        yield connection


def record_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "antwoord.json").read_text("utf-8"))
    return found


def around_the_parts(record: dict[str, Any]) -> list[str]:
    """Return the sections of an answer that do not depend on what was asked, in their order."""
    names = [section["name"] for section in record["sections"]]
    return [name for name in names if not name.startswith("antwoord-")]


def rows_of(folder: Path, name: str) -> list[list[str]]:
    with (folder / "tabellen" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row[1:] for row in csv.reader(file, delimiter=";")]


@pytest.mark.parametrize("number", sorted(load_questions()))
@pytest.mark.parametrize("language", languages())
def test_every_shipped_question_is_answered_in_every_language(
    published_sample: Settings, tmp_path: Path, number: str, language: str
) -> None:
    folder = write_answer(published_sample, number, language, tmp_path / number)
    record = record_of(folder)
    parts = [one for one in record["sections"] if one["name"].startswith("antwoord-")]
    assert len(parts) == len(load_questions()[number].parts)
    assert all(section["asked"] and section["blocks"] for section in parts)
    assert len(record["numbers"]) > 50
    names = [table["name"] for table in record["tables"]]
    assert len(names) == len(set(names))
    assert {file.stem for file in (folder / "tabellen").iterdir()} == set(names)


def test_credits_by_level_and_mode_are_those_of_the_cube(
    published_sample: Settings, published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = write_answer(published_sample, "V1", "nl", tmp_path / "V1")
    by_key = {one["key"]: one for one in record_of(folder)["numbers"]}
    cells = published.execute(
        "select count_key, lower, upper from counts where measure = 'credits_offered'"
        " and split = 'level' and second_split = 'mode' and split_value <> 'overlap'"
        " and institution_id = '*' and definition in ('framework', 'label')"
        " and academic_year between '2019-2020' and '2023-2024'"
    ).fetchall()
    assert len(cells) > 100
    for key, lower, upper in cells:
        printed = [by_key[key][bound] for bound in ("lower", "upper")]
        assert [float(one) if one else None for one in printed] == [
            None if one is None else float(one) for one in (lower, upper)
        ], key


def test_a_question_about_university_colleges_names_no_university(
    published_sample: Settings, published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = write_answer(published_sample, "V2", "nl", tmp_path / "V2")
    universities = {
        name
        for (name,) in published.execute(
            "select name from institutions where kind = 'university'"
        ).fetchall()
    }
    for file in (folder / "tabellen").glob("*.csv"):
        if file.stem != "leveringen":
            cells = {cell for row in rows_of(folder, file.stem) for cell in row}
            assert not cells & universities, file.name
    years = [row[0] for row in rows_of(folder, "1-opleidingen-per-jaar")[1:]]
    assert years == ["2019\N{EN DASH}2020", "2023\N{EN DASH}2024"]


def test_learners_by_kind_and_contract_are_rounded_in_every_cell(
    published_sample: Settings, tmp_path: Path
) -> None:
    folder = write_answer(published_sample, "V3", "nl", tmp_path / "V3")
    numbers = record_of(folder)["numbers"]
    about_persons = [one for one in numbers if one["key"].startswith("learners:")]
    crossed = [one for one in about_persons if ":contract_type=" in one["key"]]
    assert len(crossed) > 100
    for one in about_persons:
        if not one["key"].endswith(":institutions_reporting") and not one["value"].startswith("<"):
            bounds = [bound for bound in (one["lower"], one["upper"]) if bound is not None]
            assert all(int(bound) % 5 == 0 for bound in bounds), one


def test_a_question_nobody_foresaw_gets_the_same_treatment(
    published_sample: Settings, tmp_path: Path
) -> None:
    folder = write_answer(published_sample, question_of(UNFORESEEN), "nl", tmp_path / "own")
    record = record_of(folder)
    foreseen = record_of(write_answer(published_sample, "223", "nl", tmp_path / "223"))
    assert around_the_parts(record) == around_the_parts(foreseen)
    table = rows_of(folder, "1-soort-instelling-werkstatus-ontwerpkader")
    assert table[0][-2:] == ["Totaal", "Aandeel dat werkt"]
    assert [row[0] for row in table[1:]] == ["universiteiten", "hogescholen", "Totaal"]
    again = write_answer(published_sample, question_of(UNFORESEEN), "nl", tmp_path / "again")
    assert (again / "antwoord.json").read_bytes() == (folder / "antwoord.json").read_bytes()


def test_the_run_answered_the_questions_of_the_night(published_sample: Settings) -> None:
    written = write_answers(published_sample)
    assert list(written) == ["223"]
    assert sorted(folder.name for folder in published_sample.answers_dir.iterdir()) == ["223"]


@pytest.mark.parametrize("table", ["splits", "crossings"])
def test_what_the_cube_says_it_can_be_split_by_is_what_it_holds(
    published: duckdb.DuckDBPyConnection, table: str
) -> None:
    second = "cast(null as varchar)" if table == "splits" else "second_split"
    said = published.execute(
        f"select split, {second}, unnest(string_split(measures, '|')) from {table}"
    ).fetchall()
    filled = "is null" if table == "splits" else "is not null"
    held = published.execute(
        f"select distinct split, second_split, measure from counts where second_split {filled}"
    ).fetchall()
    assert set(said) == set(held)


def test_every_value_of_a_split_has_a_word_in_every_language(
    published: duckdb.DuckDBPyConnection,
) -> None:
    values = published.execute(
        "select distinct split, split_value from counts where split <> 'none'"
    ).fetchall()
    assert len(values) > 50
    for language in languages():
        words = load_wording(language)
        named = words.labels("value_name")
        labels = words.labels("split_value") | {"type": words.labels("type_meaning")}
        labels["type"] |= words.labels("split_value")["type"]
        without = [
            (split, value)
            for split, value in values
            if value not in labels[split] and not (split in named and value[:1] in "<0123456789")
        ]
        assert not without, language


def test_the_windows_of_the_cube_are_those_of_the_questions_that_have_one(
    published: duckdb.DuckDBPyConnection,
) -> None:
    held = {
        window
        for (window,) in published.execute(
            "select distinct academic_year from counts where contains(academic_year, '..')"
        ).fetchall()
    }
    asked = [question.window for question in load_questions().values()]
    assert held == {window.label for window in asked if window.is_counted_together}
