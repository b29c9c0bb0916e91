"""The table macros: each has its query and its words, and a file without its tables has none.

Border: what they answer on the published sample is tested in ``integration``.
"""

import re
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse import query_macros as module
from pipelines.warehouse.publish import publish
from pipelines.warehouse.query_macros import QueryMacro, create_query_macros, query_macros


def tables_in(query: str) -> set[str]:
    """Return what a query reads that it does not define itself."""
    query = re.sub(r"'[^']*'", "", query)
    named = set(re.findall(r"\b(?:from|join)\s+([a-z_]+)\b(?!\()", query))
    return named - set(re.findall(r"\b([a-z_]+) as \(", query))


def test_each_macro_has_one_query_and_is_told_in_both_languages() -> None:
    files = {file.stem for file in module.QUERIES.glob("*.sql")}
    assert files == set(query_macros())
    for name, macro in query_macros().items():
        assert min(len(macro.nl), len(macro.en)) > 40, name
        assert " | EN: " in macro.comment(), name


@pytest.mark.parametrize("name", sorted(query_macros()))
def test_a_macro_names_every_table_it_reads(name: str) -> None:
    query = (module.QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    assert tables_in(query) <= query_macros()[name].reads


def test_a_macro_travels_with_its_comment_and_its_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "doubled.sql").write_text("select n.number * factor as number from numbers as n")
    macro = QueryMacro(defaults={"factor": "2"}, reads=frozenset({"numbers"}), nl="dubbel", en="x")
    monkeypatch.setattr(module, "QUERIES", tmp_path)
    monkeypatch.setattr(module, "query_macros", lambda: {"doubled": macro})
    file = tmp_path / "made.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table numbers as select 21 as number")
        create_query_macros(connection, ["numbers"])
    with duckdb.connect(str(file), read_only=True) as reader:
        assert reader.execute("from doubled()").fetchall() == [(42,)]
        assert reader.execute("from doubled(factor := 3)").fetchall() == [(63,)]
        made = reader.execute(
            "select function_name, comment from duckdb_functions()"
            " where database_name = 'made' and not internal"
        ).fetchall()
    assert made == [("doubled", "dubbel | EN: x")]


def test_a_file_that_is_no_whole_warehouse_is_published_without_macros(
    settings: Settings, small_build: Path
) -> None:
    publish(small_build, settings.published_file)
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        made = reader.execute(
            "select function_name from duckdb_functions()"
            " where database_name = 'staalkaart' and not internal"
        ).fetchall()
    assert made == []
