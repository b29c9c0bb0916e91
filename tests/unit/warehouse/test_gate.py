"""The gate: structure of suites, what could not run, and the values observed.

Border: what the shipped suites must find in data is tested where the data are built.
"""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from pipelines.console import RunWatch, StaalkaartError
from pipelines.settings import PROJECT_ROOT
from pipelines.summary import gate_lines
from pipelines.warehouse.gate import CheckOutcome, run_gate, understand
from pipelines.warehouse.suites import Suite, read_suites

SHIPPED = PROJECT_ROOT / "expectations"
FIGURES = {"table": "recount.figures", "where": "count_key <> 'z'"}
DIFFERING = "select count_key from {batch} where not agrees and {figures} order by count_key"
NOTES = {"nl": "Wat het betekent en wat te doen.", "en": "What it means and what to do."}


def expectation(
    type_: str, table: str = "counts", meta: dict[str, Any] | None = None, **changes: object
) -> dict[str, Any]:
    about = {"table": table, "subject": "onderwerp", **(meta or {})}
    return {"type": type_, "severity": "critical", "meta": about, "notes": NOTES} | changes


def suite(*expectations: dict[str, Any]) -> dict[str, Any]:
    return {"name": "counts", "meta": {"description": "x"}, "expectations": list(expectations)}


def written(folder: Path, content: dict[str, Any]) -> tuple[Suite, ...]:
    (folder / "counts.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return read_suites(folder)


def outcomes(build: Path, folder: Path, *asked: dict[str, Any]) -> list[CheckOutcome]:
    return run_gate(build, written(folder, suite(*asked)), is_synthetic=True)


def test_an_unknown_expectation_type_fails_at_load(tmp_path: Path) -> None:
    suites = written(tmp_path, suite(expectation("expect_the_unexpected")))
    with pytest.raises(StaalkaartError, match="expect_the_unexpected") as refusal:
        understand(suites)
    assert refusal.value.exit_code == 1


def test_an_unknown_argument_fails_at_load(tmp_path: Path) -> None:
    asked = expectation("expect_column_values_to_be_unique", kwargs={"column": "a", "colour": 1})
    with pytest.raises(StaalkaartError, match="verwachting 1"):
        understand(written(tmp_path, suite(asked)))


@pytest.mark.parametrize(
    "broken",
    [
        suite(expectation("x", colour="red")),
        suite(expectation("x", meta={"colour": "red"})),
        suite(expectation("x", severity="info")),
        suite(expectation("x", notes={"nl": "alleen Nederlands"})),
        suite(expectation("x", meta={"named_by": ["count_key"]})),
        suite(expectation("unexpected_rows_expectation", meta={"figures": FIGURES})),
        suite(
            expectation("unexpected_rows_expectation", kwargs={"unexpected_rows_query": DIFFERING})
        ),
        suite(expectation("x")) | {"tables": []},
        suite(),
        suite(expectation("x")) | {"colour": "red"},
        suite(expectation("x")) | {"name": "other"},
    ],
)
def test_a_suite_with_a_wrong_structure_fails_at_load(
    tmp_path: Path, broken: dict[str, Any]
) -> None:
    with pytest.raises(StaalkaartError, match=r"counts\.yml"):
        written(tmp_path, broken)


def test_a_folder_without_suites_is_no_gate(tmp_path: Path) -> None:
    with pytest.raises(StaalkaartError, match="zonder poort"):
        read_suites(tmp_path)


def test_observed_values_and_failures_are_told_apart_from_what_could_not_run(
    small_build: Path, tmp_path: Path
) -> None:
    found = outcomes(
        small_build,
        tmp_path,
        expectation("expect_table_row_count_to_equal", kwargs={"value": 3}),
        expectation("expect_column_values_to_not_be_null", kwargs={"column": "upper"}),
        expectation("expect_column_values_to_not_be_null", kwargs={"column": "no_such"}),
        expectation(
            "unexpected_rows_expectation",
            kwargs={"unexpected_rows_query": "select * from {batch} where lower > upper"},
        ),
        expectation(
            "unexpected_rows_expectation",
            kwargs={"unexpected_rows_query": "select nonsense from {batch}"},
        ),
        expectation("expect_table_row_count_to_equal", "no_such_table", kwargs={"value": 3}),
        expectation("expect_table_row_count_to_equal", "delivered.run", kwargs={"value": 1}),
        expectation(
            "expect_table_row_count_to_equal",
            "select * from counts where upper is null",
            kwargs={"value": 1},
        ),
    )
    assert [(o.success, o.could_not_run, o.observed) for o in found] == [
        (True, False, 3.0),
        (False, False, 1.0),
        (False, True, None),
        (True, False, 0.0),
        (False, True, None),
        (False, True, None),
        (True, False, 1.0),
        (True, False, 1.0),
    ]
    assert "no_such" in str(found[2].details)
    assert [o.position for o in found] == list(range(1, 9))


def test_an_empty_table_is_a_success_without_an_observed_value(
    small_build: Path, tmp_path: Path
) -> None:
    found = outcomes(
        small_build,
        tmp_path,
        expectation(
            "expect_column_max_to_be_between",
            "nothing_yet",
            kwargs={"column": "number", "max_value": 3},
        ),
        expectation(
            "expect_column_values_to_not_be_null", "nothing_yet", kwargs={"column": "number"}
        ),
        expectation(
            "unexpected_rows_expectation",
            "nothing_yet",
            kwargs={"unexpected_rows_query": "select * from {batch}"},
        ),
        expectation(
            "unexpected_rows_expectation",
            "nothing_yet",
            kwargs={"unexpected_rows_query": "select 1 from counts left join {batch} on true"},
        ),
    )
    assert [(o.success, o.observed) for o in found] == [
        (True, None),
        (True, None),
        (True, None),
        (False, 3.0),
    ]


def recounting(folder: Path, query: str, **changes: object) -> tuple[Suite, ...]:
    """Write a suite with one expectation on figures that it counts itself, and read it."""
    meta = {"figures": FIGURES, "named_by": ["count_key"]}
    asked = expectation(
        "unexpected_rows_expectation", kwargs={"unexpected_rows_query": DIFFERING}, meta=meta
    )
    content = suite(asked | changes)
    content["meta"]["tables"] = ["figures"]
    (folder / "counts").mkdir()
    (folder / "counts" / "figures.sql").write_text(query, encoding="utf-8")
    return written(folder, content)


def test_figures_counted_again_give_one_outcome_per_count_key_with_both_bounds(
    small_build: Path, tmp_path: Path
) -> None:
    query = "select count_key, lower as observed, upper as observed_upper, true as agrees"
    suites = recounting(tmp_path, f"{query} from main.counts")
    found = run_gate(small_build, suites, is_synthetic=True)
    assert [(o.count_key, o.observed, o.observed_upper, o.success) for o in found] == [
        ("a", 3.0, None, True),
        ("b", 7.0, 9.0, True),
        ("c", 19.0, 20.0, True),
    ]


def test_a_figure_that_differs_fails_alone_and_is_named(small_build: Path, tmp_path: Path) -> None:
    query = "select count_key, 7 as observed, 9 as observed_upper, lower = 7 as agrees"
    suites = recounting(tmp_path, f"{query} from main.counts")
    found = run_gate(small_build, suites, is_synthetic=True)
    assert [(o.count_key, o.success, o.is_blocking, o.details) for o in found] == [
        ("a", False, True, "a; c"),
        ("b", True, False, None),
        ("c", False, True, "a; c"),
    ]
    head, line = gate_lines(RunWatch(checks=found))
    assert head == "Poort: 1 verwachtingen, 1 niet gehaald; 3 cijfers een tweede keer geteld"
    assert line.startswith("  tegengehouden: counts: onderwerp: a; c.")


def test_a_failure_beside_figures_that_agree_is_not_lost(small_build: Path, tmp_path: Path) -> None:
    query = "select count_key, 7 as observed, 9 as observed_upper, true as agrees from main.counts"
    kwargs = {"unexpected_rows_query": "select count_key from {batch} where {figures}"}
    suites = recounting(tmp_path, query, kwargs=kwargs)
    found = run_gate(small_build, suites, is_synthetic=True)
    assert [(o.count_key, o.success) for o in found] == [
        (None, False),
        ("a", True),
        ("b", True),
        ("c", True),
    ]


def test_no_figures_at_all_are_a_success_without_an_observed_value(
    small_build: Path, tmp_path: Path
) -> None:
    query = "select count_key, 7 as observed, 9 as observed_upper, false as agrees from main.counts"
    suites = recounting(tmp_path, f"{query} where false union all select 'z', 7, 9, true")
    found = run_gate(small_build, suites, is_synthetic=True)
    assert [(o.success, o.could_not_run, o.observed) for o in found] == [(True, False, None)]


def test_figures_whose_table_cannot_be_made_could_not_run_and_say_why(
    small_build: Path, tmp_path: Path
) -> None:
    suites = recounting(tmp_path, "select nonsense from main.counts")
    (found,) = run_gate(small_build, suites, is_synthetic=True)
    assert (found.success, found.could_not_run, found.is_blocking) == (False, True, True)
    assert "recount.figures" in str(found.details)
    assert "nonsense" in str(found.details)


def test_the_tables_of_a_suite_never_reach_the_build(small_build: Path, tmp_path: Path) -> None:
    query = "select count_key, 7 as observed, 9 as observed_upper, true as agrees from main.counts"
    before = small_build.read_bytes()
    run_gate(small_build, recounting(tmp_path, query), is_synthetic=True)
    assert small_build.read_bytes() == before
    assert [file.name for file in small_build.parent.iterdir()] == [small_build.name]


@pytest.mark.parametrize("named", [["figures", "more"], [], ["figures", "figures"]])
def test_a_suite_names_exactly_the_tables_in_its_folder(tmp_path: Path, named: list[str]) -> None:
    recounting(tmp_path, "select 1")
    content = suite(expectation("x"))
    content["meta"]["tables"] = named
    with pytest.raises(StaalkaartError, match=r"meta\.tables"):
        written(tmp_path, content)


def test_unexpected_rows_are_counted_and_a_few_of_them_named(
    small_build: Path, tmp_path: Path
) -> None:
    def asked(query: str, *names: str) -> dict[str, Any]:
        query = f"with counted as (select count(*) from {{batch}}) {query}"
        kwargs = {"unexpected_rows_query": query}
        return expectation(
            "unexpected_rows_expectation", kwargs=kwargs, meta={"named_by": [*names]}
        )

    found = outcomes(
        small_build,
        tmp_path,
        asked("select 'ugent' as unit, 'enrolments' as kind, 'x' as secret", "unit", "kind"),
        asked("select 'ugent' as unit from range(7)", "unit"),
        asked("select 'u' || range as unit, range from range(7) order by range desc", "unit"),
        asked("select 'u' || range as unit, range from range(900) order by range desc", "unit"),
        asked("select 'ugent' as unit where false", "unit"),
        asked("select 'ugent' as unit", "no_such"),
    )
    assert [(o.observed, o.details) for o in found[:-1]] == [
        (1.0, "ugent inschrijvingen"),
        (7.0, "ugent"),
        (7.0, "u6; u5; u4; u3; u2; en nog 2"),
        (900.0, "u899; u898; u897; u896; u895; en andere"),
        (0.0, None),
    ]
    assert (found[-1].could_not_run, found[-1].is_blocking) == (True, True)


def test_the_warning_about_rejected_rows_names_who_and_what(
    small_build: Path, tmp_path: Path
) -> None:
    (delivered,) = [s for s in read_suites(SHIPPED) if s.name == "delivered"]
    (share,) = [e for e in delivered.expectations if e.meta.subject == "aandeel geweigerde rijen"]
    supplies = [
        ("ugent", "enrolments", "2023-2024", 1000, 31, True),
        ("ugent", "enrolments", "2022-2023", 1000, 40, True),
        ("ugent", "enrolments", "2021-2022", 1000, 20, True),
        ("vub", "offerings", "2022-2023", 10, 3, True),
        ("ap", "offerings", "2022-2023", 100, 2, True),
        ("hzs", "offerings", "2022-2023", 0, 0, True),
        ("ucll", "offerings", "2022-2023", 10, 9, False),  # another stream counts
    ]
    with duckdb.connect(str(small_build)) as connection:
        connection.execute("create schema if not exists delivered")
        connection.execute(
            "create or replace table delivered.supplies (institution_id varchar, kind varchar,"
            " academic_year varchar, rows_read bigint, rows_rejected bigint,"
            " is_authoritative boolean)"
        )
        connection.executemany("insert into delivered.supplies values (?, ?, ?, ?, ?, ?)", supplies)
        connection.execute(
            "create table parameters as select 'max_rejected_share' as name, '0.02' as value"
        )
    only = delivered.model_copy(update={"expectations": (share,)})
    (found,) = run_gate(small_build, (only,), is_synthetic=True)
    assert (found.success, found.is_blocking, found.observed) == (False, False, 2.0)
    assert found.details == "vub aanbod (2022-2023 30 %); ugent inschrijvingen (2 jaren, tot 4 %)"
    (_, line) = gate_lines(RunWatch(checks=[found]))
    assert line.startswith(
        f"  waarschuwing: delivered: aandeel geweigerde rijen: {found.details}. De cellen van "
    )


def test_the_warning_about_two_streams_names_what_only_the_other_one_knows(
    small_build: Path,
) -> None:
    subject = "verschil tussen twee bronnen van hetzelfde jaar"
    (delivered,) = [s for s in read_suites(SHIPPED) if s.name == "delivered"]
    (difference,) = [e for e in delivered.expectations if e.meta.subject == subject]
    with duckdb.connect(str(small_build)) as connection:
        connection.execute(
            "create table stream_differences (institution_id varchar, academic_year varchar,"
            " kind varchar, other_stream varchar, keys_in_both bigint, keys_only_there bigint)"
        )
        connection.executemany(
            "insert into stream_differences values (?, ?, ?, ?, ?, ?)",
            [
                ("ugent", "2022-2023", "enrolments", "dho", 90, 10),
                ("ugent", "2023-2024", "enrolments", "dho", 95, 5),
                ("vub", "2023-2024", "offerings", "study_guide", 0, 0),
            ],
        )
        connection.execute(
            "create table parameters as select 'max_stream_difference' as name, '0.05' as value"
        )
    only = delivered.model_copy(update={"expectations": (difference,)})
    (found,) = run_gate(small_build, (only,), is_synthetic=True)
    assert (found.success, found.is_blocking, found.observed) == (False, False, 1.0)
    assert found.details == "ugent inschrijvingen 2022-2023 (dho: 10 van 100)"


def test_an_expectation_for_real_data_does_not_run_on_synthetic_data(
    small_build: Path, tmp_path: Path
) -> None:
    always = expectation("expect_table_row_count_to_equal", kwargs={"value": 3})
    real = expectation(
        "expect_table_row_count_to_equal", kwargs={"value": 9}, meta={"only": "real"}
    )
    suites = written(tmp_path, suite(always, real))
    assert len(run_gate(small_build, suites, is_synthetic=True)) == 1
    assert [o.success for o in run_gate(small_build, suites, is_synthetic=False)] == [True, False]


def test_the_build_can_be_written_again_after_the_gate(small_build: Path, tmp_path: Path) -> None:
    outcomes(
        small_build,
        tmp_path,
        expectation("expect_column_values_to_not_be_null", kwargs={"column": "no_such"}),
    )
    with duckdb.connect(str(small_build)) as connection:
        connection.execute("create table written as select 1 as number")


def test_great_expectations_understands_the_shipped_suites() -> None:
    assert understand(read_suites(SHIPPED))


def test_the_second_count_reads_records_and_no_model_of_the_cube() -> None:
    tables = [table for one in read_suites(SHIPPED) for table in one.tables]
    assert len(tables) > 20
    for table in tables:
        read = set(
            re.findall(r"\b((?:main|delivered|rules|intermediate|staging)\.\w+)", table.query)
        )
        compared = {"cells": {"main.counts"}, "growth_cells": {"main.growth"}}.get(
            table.name, set()
        )
        layers = {name.partition(".")[0] for name in read}
        assert not layers & {"intermediate", "staging"}, table.name
        assert read & {"main.counts", "main.growth"} == compared, table.name


def test_every_shipped_expectation_says_in_two_languages_what_it_means_and_what_to_do() -> None:
    asked = [one for suite in read_suites(SHIPPED) for one in suite.expectations]
    subjects = [one.meta.subject for one in asked]
    assert len(set(subjects)) == len(subjects)
    assert all(len(one.notes.nl) > 40 and len(one.notes.en) > 40 for one in asked)
