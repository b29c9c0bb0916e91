"""Dangerous statements: each does what it is after outside, and is refused by the settings inside.

Border: what is tried stands in ``dangerous_statements.yml``; limits and display in ``test_query``.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml

from pipelines.settings import PROJECT_ROOT
from pipelines.sharing.access import AFTER_OPENING, load_access, open_shared
from pipelines.sharing.query_child import answer

STATEMENTS = yaml.safe_load(
    Path(__file__).with_name("dangerous_statements.yml").read_text(encoding="utf-8")
)
Opener = Callable[[Path], AbstractContextManager[duckdb.DuckDBPyConnection]]
each_statement = pytest.mark.parametrize(
    "tried", STATEMENTS, ids=[tried["tries"] for tried in STATEMENTS]
)


@dataclass(frozen=True)
class Room:
    """A published file and a folder with other files; ``state`` is every byte of both."""

    file: Path
    folder: Path

    def statement(self, tried: dict[str, Any], key: str = "statement") -> str:
        return (
            str(tried.get(key, ""))
            .replace("{file}", str(self.file))
            .replace("{folder}", str(self.folder))
        )

    def state(self) -> dict[str, bytes]:
        places = (self.file.parent, self.folder)
        files = [file for place in places for file in place.rglob("*") if file.is_file()]
        return {str(file): file.read_bytes() for file in files}


@dataclass(frozen=True)
class Shared:
    """A room that is open, and by whom it was opened."""

    room: Room
    opener: Opener
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """A room that no test may change."""
    place = tmp_path_factory.mktemp("room")
    found = Room(place / "warehouse" / "staalkaart.duckdb", place / "elsewhere")
    found.file.parent.mkdir()
    (found.folder / "statements").mkdir(parents=True)
    with duckdb.connect(str(found.file)) as connection:
        connection.execute(
            "create table counts (count_key varchar, lower integer);"
            "insert into counts values ('a', 3), ('b', 7);"
            "create table enrolments as select 'kxq' as learner_key, 'I1' as enrolment_id"
        )
    with duckdb.connect(str(found.folder / "other.duckdb")) as connection:
        connection.execute("create table kept as select 'geheim' as word")
    (found.folder / "secret.txt").write_text("geheim\n", encoding="utf-8")
    (found.folder / "table.csv").write_text("a,b\n1,geheim\n", encoding="utf-8")
    (found.folder / "table.json").write_text('[{"a": "geheim"}]', encoding="utf-8")
    pl.DataFrame({"a": ["geheim"]}).write_parquet(found.folder / "table.parquet")
    return with_statements(found)


def with_statements(room: Room) -> Room:
    """Put a file of statements in a room, which name where they write."""
    run = f"copy (select 1) to '{room.folder}/out.csv';"
    (room.folder / "statements" / "schema.sql").write_text(run, encoding="utf-8")
    (room.folder / "statements" / "load.sql").write_text("", encoding="utf-8")
    return room


@pytest.fixture
def room(furnished: Room, tmp_path: Path) -> Room:
    """A copy of the room, in which a statement may do what it is after."""
    return copied(furnished, tmp_path)


def copied(room: Room, place: Path) -> Room:
    shutil.copytree(room.file.parent, place / "warehouse")
    shutil.copytree(room.folder, place / "elsewhere")
    return with_statements(Room(place / "warehouse" / room.file.name, place / "elsewhere"))


def shared_sql() -> str:
    """Return the settings as the README gives them to other clients."""
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition("### Shared use\n")[2].partition("\n### ")[0]
    found = re.search(r"```sql\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


@contextmanager
def opened_by_hand(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published file as the README tells those who use another client."""
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute(shared_sql())
        yield connection


def values(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(connection.execute("select name, value from duckdb_settings()").fetchall())


@each_statement
def test_outside_it_does_what_it_is_after(room: Room, tried: dict[str, Any]) -> None:
    outside = tried["outside"]
    if outside.startswith("unseen: "):
        return
    variable_of_the_program = pl.DataFrame({"word": ["geheim"]})
    before = room.state()
    with duckdb.connect(str(room.file)) as connection:
        assert len(variable_of_the_program) == 1
        connection.execute(room.statement(tried, "first") or "select 1")
        settings = values(connection)
        result = connection.execute(room.statement(tried))
        rows = result.fetchall() if result.description else []
        changed = {name for name, value in values(connection).items() if settings[name] != value}
    after = room.state()
    elsewhere = {name for name in before | after if after.get(name) != before.get(name)}
    is_changed = str(room.file) in elsewhere
    match outside:
        case "changes":
            assert is_changed
        case "writes":
            assert elsewhere - {str(room.file)}
        case "rows":
            assert rows
        case "sets":
            assert tried["setting"] in changed
        case _:
            assert outside == "runs"


@pytest.fixture(scope="module", params=[open_shared, opened_by_hand])
def shared(
    request: pytest.FixtureRequest, furnished: Room, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shared]:
    """A room whose file stays open for everyone, as in a notebook or a BI tool."""
    room = copied(furnished, tmp_path_factory.mktemp("shared"))
    with request.param(room.file) as connection:
        yield Shared(room, request.param, connection)


@each_statement
def test_inside_it_is_refused_and_not_a_byte_changes(shared: Shared, tried: dict[str, Any]) -> None:
    if shared.opener is not open_shared and "only" in tried:
        return
    variable_of_the_program = pl.DataFrame({"word": ["geheim"]})
    statement = shared.room.statement(tried)
    before = shared.room.state(), values(shared.connection)
    with shared.connection.cursor() as asker:
        assert len(variable_of_the_program) == 1
        if tried["refused"] == "command":
            asker.execute(statement).fetchall()
        else:
            with pytest.raises(duckdb.Error) as refusal:
                asker.execute(statement).fetchall()
            assert type(refusal.value).__name__ == tried["refused"], refusal.value
    # What somebody made for himself is in the way of nobody else.
    lower = shared.connection.execute("select sum(lower) from counts").fetchall()
    assert lower == [(10,)]
    assert (shared.room.state(), values(shared.connection)) == before


@each_statement
def test_the_command_says_no_in_dutch_and_tells_no_content(
    furnished: Room, tried: dict[str, Any]
) -> None:
    room = furnished
    before = room.state()
    told = list(answer(room.file, room.statement(tried), None))
    assert [part.get("end") for part in told] == ["error"]
    message = told[0]["message"]
    assert re.search(r"alleen|Verbeter|bestaat hier niet|één tegelijk", message), message
    assert "geheim" not in message
    assert room.state() == before


def test_the_settings_are_needed_for_what_they_are_there_for(room: Room) -> None:
    """Without external access alone, a statement empties a file that was opened read-only."""
    whole = room.file.read_bytes()
    (emptied, *_) = (room.statement(tried) for tried in STATEMENTS)
    for left_out, survives in ((AFTER_OPENING[0], False), (None, True)):
        room.file.write_bytes(whole)
        with duckdb.connect(str(room.file), read_only=True) as connection:
            for setting in load_access().settings:
                if setting.name != left_out:
                    connection.execute(setting.sql)
            if survives:
                with pytest.raises(duckdb.PermissionException):
                    connection.execute(emptied)
            else:
                connection.execute(emptied)
        assert (room.file.read_bytes() == whole) is survives


def test_there_are_enough_statements_and_nearly_all_are_seen_to_be_dangerous() -> None:
    assert len({tried["statement"] for tried in STATEMENTS}) == len(STATEMENTS) >= 25
    unseen = [tried for tried in STATEMENTS if tried["outside"].startswith("unseen")]
    assert len(unseen) <= 4
    refused_by_settings = [tried for tried in STATEMENTS if tried["refused"] != "command"]
    assert len(refused_by_settings) >= 50


def test_what_the_readme_sets_is_what_the_command_sets(room: Room) -> None:
    known_everywhere = [one for one in load_access().settings if not one.only]
    lines = [line for line in shared_sql().splitlines() if line and not line.startswith("--")]
    said = [line.partition(";")[0] for line in lines]
    assert said == [one.sql for one in known_everywhere]
    with opened_by_hand(room.file) as connection:
        by_hand = values(connection)
    with open_shared(room.file) as connection:
        opened = values(connection)
    elsewhere = {one.name for one in load_access().settings if one.only}
    assert {name for name in opened if opened[name] != by_hand[name]} == elsewhere
    (last,) = [one for one in load_access().settings if one.only.startswith("DuckDB 2.0")]
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`{last.sql};`" in readme


def test_every_setting_has_its_reason_and_the_lock_is_last() -> None:
    settings = load_access().settings
    assert all(len(one.reason) > 20 for one in settings)
    assert [one.name for one in settings][-len(AFTER_OPENING) :] == list(AFTER_OPENING)


def test_the_clock_of_duckdb_is_that_of_the_command() -> None:
    (clock,) = [one for one in load_access().settings if one.name == "max_execution_time"]
    assert clock.value == load_access().seconds * 1000


def test_nobody_is_let_in_while_the_file_is_open_in_another_way(room: Room) -> None:
    with duckdb.connect(str(room.file), read_only=True), pytest.raises(duckdb.Error):
        open_shared(room.file).__enter__()
    with open_shared(room.file), open_shared(room.file) as second:
        with pytest.raises(duckdb.InvalidInputException):
            second.execute("set threads = 61")
        with pytest.raises(duckdb.Error):
            duckdb.connect(str(room.file), read_only=True)
