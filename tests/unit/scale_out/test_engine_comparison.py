"""A planted difference between two engines is found and told by table, key, column and values."""

from pathlib import Path

import duckdb
import pytest

from pipelines.scale_out.comparison import Difference, TableComparison, compare, unique_keys

KEYS = {"counts": ("count_key",)}
MAKE = """
    create table counts (count_key varchar, lower decimal(18, 2), status varchar);
    insert into counts values ('a', 1, 'final'), ('b', 2, null), ('c', 3, 'partial');
    create table guide (topic varchar, text_nl varchar);
    insert into guide values ('x', 'een'), ('x', 'een'), ('y', 'twee');
    create table build (built_at timestamp, as_of date);
    insert into build values (now()::timestamp, '2025-01-01');
"""


def compared(tmp_path: Path, change: str = "") -> dict[str, TableComparison]:
    """What the comparison says when the file of the other engine was changed so."""
    files = {"ours": "", "theirs": change}
    for name, statement in files.items():
        with duckdb.connect(str(tmp_path / name)) as connection:
            connection.execute(MAKE)
            connection.execute(statement)
    found = compare(tmp_path / "ours", tmp_path / "theirs", KEYS)
    return {one.table: one for one in found}


def test_equal_tables_have_no_differences_whatever_the_order_of_their_rows(tmp_path: Path) -> None:
    found = compared(tmp_path, "create or replace table guide as from guide order by topic desc")
    assert found == {
        "counts": TableComparison("counts", rows=3, cells=9),
        "guide": TableComparison("guide", rows=3, cells=6),
        "build": TableComparison("build", rows=1, cells=1),
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            "update counts set lower = 2.01 where count_key = 'b'",
            Difference("counts", {"count_key": "b"}, "lower", "2.00", "2.01"),
        ),
        (
            "update counts set status = '' where count_key = 'b'",
            Difference("counts", {"count_key": "b"}, "status", None, ""),
        ),
        (
            "delete from counts where count_key = 'c'",
            Difference("counts", {"count_key": "c"}, "*", "is er", "ontbreekt"),
        ),
        (
            "insert into counts values ('d', 4, 'final')",
            Difference("counts", {"count_key": "d"}, "*", "ontbreekt", "is er"),
        ),
        (
            "insert into counts select * from counts where count_key = 'a'",
            Difference("counts", {"count_key": "a"}, "*", "ontbreekt", "is er"),
        ),
        (
            "alter table counts alter lower type decimal(18, 3)",
            Difference("counts", {}, "lower", "lower DECIMAL(18,2)", "lower DECIMAL(18,3)"),
        ),
        (
            "alter table counts drop status",
            Difference("counts", {}, "status", "status VARCHAR", None),
        ),
        (
            "comment on table counts is 'cijfers'",
            Difference("counts", {}, "*", "* table", "* table cijfers"),
        ),
        (
            "drop table guide; create view guide as select * from"
            " (values ('x', 'een'), ('x', 'een'), ('y', 'twee')) as rows(topic, text_nl)",
            Difference("guide", {}, "*", "* table", "* view"),
        ),
        (
            "comment on column counts.lower is 'ondergrens'",
            Difference(
                "counts", {}, "lower", "lower DECIMAL(18,2)", "lower DECIMAL(18,2) ondergrens"
            ),
        ),
        (
            "drop table counts",
            Difference("counts", {}, "*", "is er", "ontbreekt"),
        ),
        (
            "create table new as select 1 as one",
            Difference("new", {}, "*", "ontbreekt", "is er"),
        ),
    ],
)
def test_one_planted_difference_is_the_one_that_is_told(
    tmp_path: Path, change: str, expected: Difference
) -> None:
    found = compared(tmp_path, change)
    assert [one for table in found.values() for one in table.differences] == [expected]


def test_the_moment_of_a_run_may_differ_and_nothing_beside_it(tmp_path: Path) -> None:
    found = compared(tmp_path, "update build set built_at = '2000-01-01', as_of = '2025-01-02'")
    assert found["build"].differences == [
        Difference("build", {"as_of": "2025-01-01"}, "*", "is er", "ontbreekt"),
        Difference("build", {"as_of": "2025-01-02"}, "*", "ontbreekt", "is er"),
    ]


def test_in_a_table_without_key_a_changed_row_is_told_from_both_sides(tmp_path: Path) -> None:
    found = compared(tmp_path, "update guide set text_nl = 'drie' where topic = 'y'")["guide"]
    assert found.differences == [
        Difference("guide", {"topic": "y", "text_nl": "twee"}, "*", "is er", "ontbreekt"),
        Difference("guide", {"topic": "y", "text_nl": "drie"}, "*", "ontbreekt", "is er"),
    ]


def test_a_row_too_often_is_seen_where_no_key_tells_rows_apart(tmp_path: Path) -> None:
    found = compared(tmp_path, "insert into guide values ('x', 'een')")["guide"]
    assert found.differences == [
        Difference("guide", {"topic": "x", "text_nl": "een"}, "*", "ontbreekt", "is er")
    ]


def test_many_differences_are_cut_and_said_to_be(tmp_path: Path) -> None:
    more = "insert into counts select 'n' || i, i, 'final' from range(100) as t(i)"
    found = compared(tmp_path, more)["counts"]
    assert (len(found.differences), found.is_cut_short) == (20, True)


def test_the_key_of_a_table_is_what_its_tests_call_unique() -> None:
    def test_of(model: str, name: str, **kwargs: object) -> dict[str, object]:
        return {"attached_node": model, "test_metadata": {"name": name, "kwargs": kwargs}}

    manifest = {
        "nodes": {
            "model.counts": {"name": "counts"},
            "model.coverage": {"name": "coverage"},
            "model.guide": {"name": "guide"},
            "t1": test_of("model.counts", "unique", column_name="count_key"),
            "t2": test_of("model.coverage", "unique_combination", columns=["kind", "year"]),
            "t3": test_of("model.guide", "not_null", column_name="topic"),
        }
    }
    assert unique_keys(manifest) == {"counts": ("count_key",), "coverage": ("kind", "year")}
