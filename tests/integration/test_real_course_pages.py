"""The text patterns on the public course pages of Howest, where the real files are present.

Every match of these two years was read by eye. A pattern that is changed shows here what it gains
or loses; look at those pages before the numbers are changed.

Border: phrases that a pattern must and must not match stand in tests/unit/test_text_patterns.py.
"""

import csv
from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from pipelines.deliveries.readers.study_guide import read_courses
from pipelines.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT.parent / "shared" / "real" / "study-guides" / "howest"
PATTERNS = PROJECT_ROOT / "dbt_project" / "seeds" / "text_patterns.csv"
pytestmark = [
    pytest.mark.integration,
    pytest.mark.real,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the real course pages are not here"),
]

# Pages per pattern in 2023-2024 and 2024-2025; every other pattern matches none.
PAGES = {
    "eu2-criteria-nl": (1, 1),
    "eu2-evaluation-nl": (1, 1),
    "eu2-exam-form-nl": (3, 2),
    "eu2-exam-taken-nl": (7, 9),
    "eu2-grade-nl": (2, 3),
    "eu2-part-nl": (0, 4),
    "eu2-permanent-nl": (17, 23),
    "eu2-skills-nl": (4, 4),
    "eu2-student-nl": (1, 4),
}
# Read by eye, 2024-2025: what may be taken from a page for EU-2. None where words only look like
# it, or say it in a way that no pattern lists: a page that is missed stays undetermined.
READ = {
    "100957": "met",  # the student is assessed on the level of integration
    "101419": "met",  # assessed by the field
    "101539": "met",  # the criteria stand in the handbook
    "101033": "met",  # permanent assessment holds
    "102063": "met",  # wholly permanent assessment
    "100629": "met",  # everyone sits an examination at the end
    "101359": "met",  # one examination over two components
    "103796": "met",  # the partial examination follows
    "100686": "met",  # the teacher does the final assessment
    "104688": "met",  # a share of the mark
    "100822": "met",  # language is part of the assessment
    "101530": "met",  # the skills are tested every semester
    "101536": None,  # only if there is permanent assessment
    "101277": None,  # the examination of another body
    "101304": None,  # a board of examinations
    "101211": None,  # sample questions
    "102495": "met",  # an examination chance, and permanent assessment
    "103979": None,  # a resit in the third period, in no listed words
    "101888": None,  # attendance at a mock examination
    "103349": None,  # blended help is a topic
    "100851": None,  # blended learning is a topic
    "103600": None,  # assessed, in no listed words
    "103592": None,  # algorithms are evaluated
    "102580": None,  # a technology is assessed
}


@pytest.fixture(scope="module")
def found() -> Iterator[duckdb.DuckDBPyConnection]:
    """The matches of every pattern, as (academic year, course, criterion, outcome, pattern)."""
    files = ((2023, "howest_courses_2023.json"), (2024, "howest_courses_2024.json"))
    pages = pl.concat(
        batch.rows for year, name in files for batch in read_courses(FOLDER / name, "howest", year)
    )
    with PATTERNS.open(encoding="utf-8", newline="") as file:
        patterns = pl.DataFrame(list(csv.DictReader(file)))
    with duckdb.connect() as connection:
        connection.register("pages", pages.to_arrow())
        connection.register("patterns", patterns.to_arrow())
        connection.execute(
            """
            create table matches as
            select academic_year, component_code, criterion_id, outcome, pattern_id
            from pages, patterns
            where regexp_matches(regexp_replace(page_text, '[\\t\\p{Z}]+', ' ', 'g'), pattern)
            """
        )
        yield connection


def test_each_pattern_matches_the_pages_that_were_read(found: duckdb.DuckDBPyConnection) -> None:
    counts = found.execute(
        """
        select
            pattern_id,
            count(*) filter (academic_year = '2023-2024'),
            count(*) filter (academic_year = '2024-2025')
        from matches group by pattern_id order by pattern_id
        """
    ).fetchall()
    assert {pattern: (first, second) for pattern, first, second in counts} == PAGES


@pytest.mark.parametrize(("course", "outcome"), READ.items())
def test_a_page_says_what_its_reader_said(
    found: duckdb.DuckDBPyConnection, course: str, outcome: str | None
) -> None:
    said = found.execute(
        """
        select distinct outcome from matches
        where academic_year = '2024-2025' and component_code = ? and criterion_id = 'EU-2'
        """,
        [course],
    ).fetchall()
    assert said == ([(outcome,)] if outcome else [])


def test_no_page_of_a_real_school_says_that_it_does_not_assess_or_how_it_teaches(
    found: duckdb.DuckDBPyConnection,
) -> None:
    silent = "select count(*) from matches where outcome = 'failed' or criterion_id <> 'EU-2'"
    assert found.execute(silent).fetchall() == [(0,)]
