"""One question from the command line: what is shown, what is left out, and what ends it.

Border: dangerous statements are tried in ``test_dangerous_statements.py``.
"""

import csv
import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipelines.console import StaalkaartError
from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.sharing import query, showing
from pipelines.sharing.access import load_access
from pipelines.sharing.query import ask
from pipelines.sharing.query_child import answer
from pipelines.sharing.showing import show_query

SHORT = replace(load_access(), seconds=0)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file of three offerings, one with a hostile title."""
    file = Settings(Path(), tmp_path_factory.mktemp("shared")).published_file
    file.parent.mkdir()
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create table offerings (title varchar, credits decimal(6, 2), started_on date);"
            "insert into offerings values ('Zorg; en \"meer\"', -3.50, '2023-09-01'),"
            " (e'=1+1\\x1b[31m', 60.00, null), ('[bold]Kunst[/bold]', null, '2024-02-01')"
        )
    return file


def staalkaart(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *arguments],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_csv_holds_every_row_and_steers_neither_spreadsheet_nor_terminal(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_query(published, "from offerings order by credits nulls last", None, is_csv=True)
    told = capsys.readouterr()
    rows = list(csv.reader(io.StringIO(told.out), delimiter=";"))
    assert rows == [
        ["title", "credits", "started_on"],
        ['Zorg; en "meer"', "-3.50", "2023-09-01"],
        ["'=1+1\ufffd[31m", "60.00", ""],
        ["[bold]Kunst[/bold]", "", "2024-02-01"],
    ]
    assert told.err == ""


def test_a_table_shows_text_as_text_and_says_that_rows_were_left_out(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_query(published, "from offerings order by title desc", 2, is_csv=False)
    told = capsys.readouterr()
    lines = [line.split() for line in told.out.splitlines() if line.strip()]
    assert lines[2] == ["[bold]Kunst[/bold]", "2024-02-01"]
    assert lines[3] == ["Zorg;", "en", '"meer"', "-3.50", "2023-09-01"]
    assert len(lines) == 4
    assert "alleen de eerste 2 rijen" in told.err
    assert "--csv --limit 0" in told.err
    show_query(published, "from offerings", 3, is_csv=False)
    assert capsys.readouterr().err == ""


def test_a_table_has_so_many_rows_and_zero_means_all(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, most = load_access().table_rows, load_access().table_most_rows
    many = f"from range({most + 1})"
    asked = ((None, False, first), (0, False, most), (most + 1, False, most), (7, True, 7))
    for limit, is_csv, expected in (*asked, (None, True, most + 1), (0, True, most + 1)):
        show_query(published, many, limit, is_csv)
        told = capsys.readouterr()
        shown = [line for line in told.out.splitlines() if line.strip().isdigit()]
        assert len(shown) == expected
        assert ("Let op" in told.err) == (expected <= most)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("select 1 = 1", "true"),
        ("select 0.1::double", "0.1"),
        ("select '1e-7'::decimal(20, 10)", "0.0000001000"),
        ("select null", None),
        ("select ''", ""),
        ("select [1, null, 3]", "[1, null, 3]"),
        ("select {'a': date '2024-01-01'}", '{"a": "2024-01-01"}'),
        ("select 'a'::blob", "61"),
        ("select timestamptz '2024-07-01 12:00:00+00'", "2024-07-01 12:00:00+00:00"),
        ("select 2::hugeint ** 64", "1.8446744073709552e+19"),
        ("select 9223372036854775807::hugeint * 2", "18446744073709551614"),
        ("select length(repeat('é', 2000000))", "2000000"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_it_is(published: Path, text: str, shown: str | None) -> None:
    head, *rows, end = answer(published, text, None)
    assert len(head["columns"]) == 1
    assert [part["rows"] for part in rows] == [[[shown]]]
    assert end == {"end": "all"}


def test_a_question_may_come_from_the_input(
    published: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = io.BytesIO("\ufeffselect 'één' as a; -- klaar".encode())
    monkeypatch.setattr(showing.sys, "stdin", io.TextIOWrapper(given))
    show_query(published, "-", None, is_csv=True)
    assert capsys.readouterr().out == "a\néén\n"


def test_the_command_says_no_in_one_line_and_ends_with_two(published: Path) -> None:
    data = ["--data", str(published.parent.parent)]
    refused = staalkaart("query", "select 1; copy offerings to 'x'", *data)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("Fout: Hier staan 2 opdrachten")
    assert len(refused.stderr.splitlines()) == 1


def test_numbers_are_known_as_numbers_and_a_span_of_time_is_not(published: Path) -> None:
    types = "tinyint", "smallint", "integer", "bigint", "hugeint", "double", "float"
    numbers = [*types, *(f"u{name}" for name in types[:4]), "decimal(6, 2)"]
    others = ["varchar", "date", "interval", "boolean", "integer[]", "struct(a integer)"]
    asked = ", ".join(f"null::{name}" for name in (*numbers, *others))
    head, *_ = answer(published, f"select {asked}", None)
    assert head["is_number"] == [True] * len(numbers) + [False] * len(others)


def test_where_nothing_is_published_the_next_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(StaalkaartError, match="staalkaart run"):
        ask(tmp_path / "staalkaart.duckdb", "select 1")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("selec 1", "geen geldige SQL"),
        ("", "Er staat geen vraag"),
        ("-- niets", "Er staat geen vraag"),
        ("select ?", "laat een waarde open"),
        ("pivot offerings on title", "pivot … on … in"),
        ("from nergens", "show tables"),
        ("select nergens from offerings", "describe counts"),
        ("select title::integer from offerings", "kan niet beantwoord worden"),
        ("select 1" + " " * 100_000, "te lang"),
        ("select map {date '2024-01-01': 1}", "cast(… as varchar)"),
    ],
)
def test_what_cannot_be_answered_says_what_to_do(published: Path, text: str, named: str) -> None:
    *_, told = answer(published, text, None)
    assert told["end"] == "error"
    assert named in told["message"]
    assert "\n" not in told["message"]


def test_a_process_that_breaks_is_said_and_not_shown(published: Path) -> None:
    with pytest.raises(StaalkaartError, match=r"is gestopt|geen geldige SQL"):
        ask(published, "select " + "(" * 45_000 + "1" + ")" * 45_000)


def test_whoever_stops_reading_gets_no_error(published: Path) -> None:
    asked = ["query", "from range(200000)", "--csv", "--data", str(published.parent.parent)]
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", *asked]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"range\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_text_that_is_no_text_is_refused(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StaalkaartError, match="UTF-8"):
        show_query(published, "select '\udce9'", None, is_csv=True)
    given = io.TextIOWrapper(io.BytesIO(b"select '\xe9'"))
    monkeypatch.setattr(showing.sys, "stdin", given)
    with pytest.raises(StaalkaartError, match="UTF-8"):
        show_query(published, "-", None, is_csv=True)


def test_what_does_not_listen_to_a_clock_is_ended_all_the_same(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One distance of two long texts is one piece of work, in which DuckDB looks at no clock."""
    monkeypatch.setattr(query, "GRACE_SECONDS", 3)
    deaf = "select levenshtein(repeat('a', 1000000), repeat('b', 1000000))"
    with pytest.raises(StaalkaartError, match="duurde langer"):
        ask(published, deaf, access=SHORT)


def test_memory_that_duckdb_does_not_count_is_limited_all_the_same(published: Path) -> None:
    with pytest.raises(StaalkaartError, match="geheugen"):
        ask(published, "select length(repeat('x', 3000000000))")
    with pytest.raises(StaalkaartError, match="geheugen"):
        ask(published, "select list(i) from range(1000000000) as rows (i)")


def test_the_process_has_nothing_of_the_environment(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, str]] = []
    start = subprocess.Popen

    def noted(command: list[str], env: dict[str, str], **others: object) -> subprocess.Popen[bytes]:
        started.append(env)
        return start(command, env=env, **others)  # type: ignore[call-overload]

    monkeypatch.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
    monkeypatch.setattr(query.subprocess, "Popen", noted)
    assert list(ask(published, "select 1").rows) == [["1"]]
    assert [sorted(environment) for environment in started] == [["LC_ALL", "PATH"]]
