"""Tables that Spark made are taken over as their contracts say, or not at all."""

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.console import StaalkaartError
from pipelines.scale_out import models_on_spark
from pipelines.scale_out.models_on_spark import assert_spark_is_there, spark_command
from pipelines.scale_out.taking_over import SparkError, take_tables
from pipelines.settings import PROJECT_ROOT, Settings, environment_without_secrets, load_settings
from pipelines.warehouse.build import assert_engine

SEALED = "select 'a' as count_key, 1.50::decimal(18, 2) as lower"


def column(name: str, data_type: str, *constraints: str) -> dict[str, Any]:
    """A column as dbt's manifest has it."""
    types = [{"type": constraint} for constraint in constraints]
    return {
        "name": name,
        "data_type": data_type,
        "description": f"wat {name} is | EN: it's {name}",
        "constraints": types,
    }


def model(name: str, schema: str, materialized: str) -> dict[str, Any]:
    """A model as dbt's manifest has it, with a key and a figure."""
    columns = [column("count_key", "string", "not_null"), column("lower", "decimal(18,2)")]
    return {
        "name": name,
        "resource_type": "model",
        "schema": schema,
        "config": {"materialized": materialized},
        "description": "Cijfers",
        "columns": {one["name"]: one for one in columns},
    }


MANIFEST = {
    "nodes": {
        "model.counts": model("counts", "main", "table"),
        "model.over_counts": model("over_counts", "main", "view"),
        "model.int_counts": model("int_counts", "intermediate", "table"),
        "seed.splits": {"name": "splits", "resource_type": "seed", "schema": "main"},
    }
}

Taker = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def taken(tmp_path: Path) -> Taker:
    """Take over the rows of a query, and return what the build file then holds."""

    def take(query: str) -> list[tuple[Any, ...]]:
        folder = tmp_path / "tables" / "counts"
        folder.mkdir(parents=True)
        with duckdb.connect() as connection:
            connection.execute(f"copy ({query}) to '{folder}/part-0.parquet'")
        with duckdb.connect() as connection:
            rows = len(connection.execute(query).fetchall())
        take_tables(tmp_path / "build.duckdb", tmp_path / "tables", MANIFEST, {"counts": rows})
        with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
            return connection.execute("from main.counts").fetchall()

    return take


def test_rows_constraints_and_comments_are_those_of_the_contract(
    taken: Taker, tmp_path: Path
) -> None:
    assert [str(value) for value in taken(SEALED)[0]] == ["a", "1.50"]
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        tables = connection.execute("select table_name, comment from duckdb_tables()").fetchall()
        columns = connection.execute(
            "select column_name, data_type, is_nullable, comment from duckdb_columns()"
            " where table_name = 'counts' order by column_index"
        ).fetchall()
    assert tables == [("counts", "Cijfers")]
    assert columns == [
        ("count_key", "VARCHAR", False, "wat count_key is | EN: it's count_key"),
        ("lower", "DECIMAL(18,2)", True, "wat lower is | EN: it's lower"),
    ]


def test_an_empty_table_is_a_table(taken: Taker) -> None:
    assert taken(f"{SEALED} limit 0") == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select 'a' as count_key, 1.5::double as lower", "lower DOUBLE in plaats van"),
        ("select 'a' as key, 1::decimal(18, 2) as lower", "key VARCHAR in plaats van count_key"),
        ("select 'a' as count_key", "heeft 1 kolommen in plaats van 2"),
        (f"select *, 1 as more from ({SEALED})", "heeft 3 kolommen in plaats van 2"),
        (f"select null::varchar as count_key, lower from ({SEALED})", "NOT NULL constraint"),
    ],
)
def test_another_table_than_the_contract_says_is_refused_whole(
    taken: Taker, tmp_path: Path, query: str, told: str
) -> None:
    with pytest.raises(SparkError, match=told):
        taken(query)
    with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
        assert connection.execute("select count(*) from duckdb_tables()").fetchone() == (0,)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SparkError, match="tabel counts is er niet"):
        take_tables(tmp_path / "build.duckdb", tmp_path, MANIFEST, {"counts": 1})


@pytest.mark.parametrize("rows", [{"counts": 2}, {"counts": 0}, {}])
def test_another_number_of_rows_than_was_written_is_refused(
    tmp_path: Path, rows: dict[str, int]
) -> None:
    (tmp_path / "counts").mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"copy ({SEALED}) to '{tmp_path}/counts/part-0.parquet'")
    with pytest.raises(SparkError, match="rijen en kwamen er 1 aan"):
        take_tables(tmp_path / "build.duckdb", tmp_path, MANIFEST, rows)


def test_a_file_that_is_no_parquet_is_told_with_its_table(tmp_path: Path) -> None:
    (tmp_path / "counts").mkdir()
    (tmp_path / "counts" / "part-0.parquet").write_bytes(b"half a file")
    with pytest.raises(SparkError, match="tabel counts: Invalid Input Error"):
        take_tables(tmp_path / "build.duckdb", tmp_path, MANIFEST, {"counts": 1})


def test_the_engine_is_duckdb_unless_the_environment_names_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("STAALKAART_ENGINE", raising=False)
    assert load_settings().engine == "duckdb"
    monkeypatch.setenv("STAALKAART_ENGINE", "spark")
    monkeypatch.setenv("STAALKAART_SPARK_COMMAND", "spark-submit --master yarn 'a b.py'")
    assert load_settings().engine == "spark"
    command = spark_command(load_settings(), Path("/data/spark/1"))
    assert command[:4] == ["spark-submit", "--master", "yarn", "a b.py"]
    assert command[command.index("--landing") + 1] == str(load_settings().landing_dir)


def test_an_unknown_engine_is_named_with_those_that_are_known(settings: Settings) -> None:
    with pytest.raises(StaalkaartError, match="'spork'; toegelaten zijn duckdb en spark") as told:
        assert_engine(replace(settings, engine="spork"))
    assert told.value.exit_code == 2


def test_without_java_or_its_environment_a_run_on_spark_does_not_begin(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    on_spark = replace(settings, engine="spark")
    monkeypatch.setattr(models_on_spark, "java_problem", lambda *_: "geen Java")
    with pytest.raises(StaalkaartError, match="geen Java"):
        assert_engine(on_spark)
    monkeypatch.setattr(models_on_spark, "java_problem", lambda *_: None)
    monkeypatch.setattr(models_on_spark, "SPARK_ENVIRONMENT", tmp_path)
    with pytest.raises(StaalkaartError, match="make spark"):
        assert_engine(on_spark)
    # A command of the installation knows itself what it needs.
    assert_spark_is_there(replace(on_spark, spark_command="spark-submit"))


def test_a_command_that_no_shell_reads_is_named(settings: Settings) -> None:
    with pytest.raises(StaalkaartError, match="STAALKAART_SPARK_COMMAND is geen commando") as told:
        assert_engine(replace(settings, engine="spark", spark_command="spark-submit 'a"))
    assert told.value.exit_code == 2
    # Where Spark is not asked for it stops nobody.
    assert_engine(replace(settings, spark_command="spark-submit 'a"))


def test_a_folder_that_spark_would_read_as_a_pattern_is_named(settings: Settings) -> None:
    odd = replace(settings, engine="spark", data_dir=settings.data_dir / "data [2025]")
    with pytest.raises(StaalkaartError, match=r"data \[2025\] niet lezen"):
        assert_engine(odd)


def test_what_spark_says_is_read_to_its_end_where_nothing_can_be_written(tmp_path: Path) -> None:
    def drawn(_: str) -> None:
        raise BrokenPipeError

    output = io.StringIO("begun\nfinished: counts\nended\n")
    said = models_on_spark._Said(tmp_path / "no folder" / "spark.log", drawn)
    said.listen(output)
    assert output.read() == ""
    assert "is: ended (" in str(said)


def test_spark_gets_no_secret_and_no_other_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAALKAART_KEY", "een sleutel")
    monkeypatch.setenv("STAALKAART_SMTP_PASSWORD", "een wachtwoord")
    monkeypatch.setenv("SPARK_HOME", "/elders")
    monkeypatch.setenv("AWS_PROFILE", "opslag")
    told = environment_without_secrets(is_our_spark=True)
    assert told["AWS_PROFILE"] == "opslag"
    assert not {"STAALKAART_KEY", "STAALKAART_SMTP_PASSWORD", "SPARK_HOME"} & told.keys()
    assert environment_without_secrets(is_our_spark=False)["SPARK_HOME"] == "/elders"


def test_a_build_ends_when_whoever_started_it_is_gone() -> None:
    waiting = (
        "from pipelines.scale_out.spark_build import _end_with_parent\n"
        "import time\n"
        "_end_with_parent()\n"
        "print('begun', flush=True)\n"
        "time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", waiting],
        cwd=PROJECT_ROOT,
        env=dict(os.environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "begun\n"
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=60) == 1
    finally:
        process.kill()
        process.wait()
