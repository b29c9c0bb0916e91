"""What the published file offers an analyst: every example of the guide, and the macros.

Border: which topics there must be is tested in ``tests/unit/warehouse/test_guide_topics.py``.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.settings import Settings
from pipelines.warehouse.generations import generations
from pipelines.warehouse.query_macros import query_macros

pytestmark = pytest.mark.integration
ASKED = "measure = 'learners' and definition = 'label' and institution_id = '*'"
WINDOW = "2019-2020..2023-2024"


@pytest.fixture(scope="module")
def reader(published_sample: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file as an analyst opens it."""
    with duckdb.connect(str(published_sample.published_file), read_only=True) as connection:
        yield connection


def rows(reader: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = reader.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_example_of_the_guide_gives_rows_of_named_columns_that_hold_something(
    reader: duckdb.DuckDBPyConnection,
) -> None:
    topics = rows(reader, "select topic, example_sql from guide order by topic")
    assert len(topics) >= 12
    wanting = []
    for topic in topics:
        found = rows(reader, topic["example_sql"])
        columns = list(found[0]) if found else []
        named = len(columns) >= 2 and all(name.isidentifier() for name in columns)
        is_empty = any(all(row[name] is None for row in found) for name in columns)
        if not found or not named or is_empty:
            wanting.append(f"{topic['topic']}: {len(found)} rows of {columns}")
    assert not wanting


def test_every_macro_is_in_the_file_and_in_its_dated_copy(published_sample: Settings) -> None:
    query = (
        "select function_name, comment from duckdb_functions()"
        " where database_name = 'staalkaart' and function_type = 'table_macro' and not internal"
    )
    for file in (published_sample.published_file, generations_file(published_sample)):
        with duckdb.connect(str(file), read_only=True) as connection:
            told = dict(connection.execute(query).fetchall())
        assert told == {name: macro.comment() for name, macro in query_macros().items()}


def generations_file(settings: Settings) -> Path:
    return generations(settings.published_file)[-1].file


def test_counted_gives_the_rows_of_counts(reader: duckdb.DuckDBPyConnection) -> None:
    years = rows(reader, "from counted('learners', 'label', split := 'contract_type')")
    cells = rows(
        reader,
        f"from counts where {ASKED} and split = 'contract_type' and second_split is null"
        " and not contains(academic_year, '..') order by academic_year, split_value",
    )
    assert [tuple(year.values()) for year in years] == [
        tuple(cell[name] for name in years[0]) for cell in cells
    ]
    window = rows(reader, f"from counted('learners', 'label', academic_year := '{WINDOW}')")
    ((lower, upper),) = reader.execute(
        f"select lower, upper from counts where {ASKED} and split = 'none'"
        f" and academic_year = '{WINDOW}'"
    ).fetchall()
    assert [(one["lower"], one["upper"]) for one in window] == [(lower, upper)]


def test_the_terms_of_grown_add_up_to_the_difference(reader: duckdb.DuckDBPyConnection) -> None:
    terms = {one["term"]: one for one in rows(reader, "from grown(definition := 'label')")}
    between = set(terms) - {"first", "last", "difference"}
    assert next(iter(terms)) == "first"
    assert list(terms)[-2:] == ["difference", "last"]
    for bound in ("lower", "upper"):
        difference = terms["last"][bound] - terms["first"][bound]
        assert terms["difference"][bound] == difference
        assert sum(terms[term][bound] for term in between) == difference
    everybody = rows(reader, "from grown(definition := 'label', institution_id := '*')")
    assert terms["last"]["lower"] != {one["term"]: one for one in everybody}["last"]["lower"]
    asked = "definition := 'label', from_year := '2019-2020', to_year := '2023-2024'"
    assert rows(reader, f"from grown({asked})") == list(terms.values())


def test_why_tells_the_verdict_of_every_reading(reader: duckdb.DuckDBPyConnection) -> None:
    told = rows(reader, "from why('ap:AP-A008', '2023-2024')")
    verdicts = rows(
        reader,
        "select definition, verdict, deciding_criterion from offering_verdicts"
        " where offering_id = 'ap:AP-A008' and academic_year = '2023-2024'",
    )
    assert {(one["definition"], one["verdict"], one["deciding_criterion"]) for one in told} == {
        tuple(one.values()) for one in verdicts
    }
    (open_one,) = [one for one in told if one["deciding_criterion"] == "FW-21"]
    assert (open_one["verdict"], open_one["outcome"]) == ("undetermined", "not_evidenced")
    assert open_one["name_nl"] == "Leervorm fysiek, hybride of afstand"


def test_shares_of_working_status_lie_between_their_bounds(
    reader: duckdb.DuckDBPyConnection,
) -> None:
    years = rows(reader, "from working_status_shares('label')")
    assert len(years) == 6
    for year in years:
        assert year["lowest_share"] <= year["highest_share"]
        assert (year["working_share"] is None) or (
            year["lowest_share"] <= year["working_share"] <= year["highest_share"]
        )
    (cell,) = rows(
        reader,
        f"select lower, upper from counts where {ASKED} and academic_year = '2023-2024'"
        " and split = 'working_status' and split_value = 'working'",
    )
    (year,) = [one for one in years if one["academic_year"] == "2023-2024"]
    assert (year["working_lower"], year["working_upper"]) == (cell["lower"], cell["upper"])
    settled = [one for one in years if one["working_share"] is not None]
    assert settled
    for one in settled:
        base = one["working_lower"] + one["not_working_lower"]
        assert one["working_share"] == pytest.approx(float(one["working_lower"] / base), abs=0.001)


def test_the_other_macros_find_what_is_published(reader: duckdb.DuckDBPyConnection) -> None:
    missing = rows(reader, "from missing_deliveries(kind := 'enrolments')")
    assert {one["institution_id"] for one in missing} == {"luca", "hzs", "kdg"}
    (figure,) = rows(reader, "from certified('offerings:label:2023-2024:*:none:2025.1')")
    assert figure["success"]
    assert figure["lower"] == Decimal(str(figure["recounted_lower"]))
    files = rows(reader, "from delivered_as('ap:AP-A008', '2023-2024')")
    assert [one["file_name"] for one in files] == ["ap/2024-11-04/aanbod_2023-2024.csv"]
    columns = rows(reader, "from described('counts')")
    assert columns[0]["column_name"] == "count_key"
    assert (columns[0]["text_nl"], columns[0]["text_en"]) == (
        "Sleutel van het cijfer",
        "Key of the figure",
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from counted('persons')", "Unknown measure"),
        ("from counted(definition := 'labels')", "Unknown definition"),
        ("from counted(split := 'colour')", "Unknown split"),
        ("from counted(institution_id := 'nobody')", "Unknown institution"),
        ("from counted(academic_year := '2023')", "Unknown year or window"),
        ("from working_status_shares('labels')", "Unknown definition"),
        ("from grown(from_year := '1999-2000')", "not computed"),
        ("from why('nobody:1')", "Unknown offering"),
        ("from why('ap:AP-A008', '1999-2000')", "No offering in that year"),
        ("from delivered_as('nobody:1')", "Unknown offering"),
        ("from missing_deliveries(kind := 'enrolment')", "Unknown kind"),
        ("from missing_deliveries('2023')", "Unknown year"),
        ("from certified('nothing')", "Unknown key"),
        ("from described('nothing')", "Unknown table"),
    ],
)
def test_a_macro_asked_for_what_is_not_there_says_so_instead_of_giving_nothing(
    reader: duckdb.DuckDBPyConnection, query: str, told: str
) -> None:
    with pytest.raises(duckdb.InvalidInputException, match=told):
        reader.execute(query).fetchall()


def test_a_file_that_was_attached_has_its_macros_once_it_is_in_use(
    published_sample: Settings,
) -> None:
    with duckdb.connect() as connection:
        file = published_sample.published_file
        connection.execute(f"attach '{file}' as kaart (read_only)")
        connection.execute("use kaart")
        assert len(connection.execute("from counted()").fetchall()) == 6
        assert connection.execute("from described('build')").fetchall()
