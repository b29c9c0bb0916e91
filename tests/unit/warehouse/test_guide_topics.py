"""The topics of the published table guide, as the seed states them.

Border: that every example gives rows is tested on the published sample, in ``integration``.
"""

import csv
import re

import pytest

from pipelines.settings import PROJECT_ROOT
from pipelines.warehouse.query_macros import query_macros
from pipelines.warehouse.tables import declared_tables

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
MARTS = PROJECT_ROOT / "dbt_project" / "models" / "marts"
# These queries list every table, column or topic there is; they make nothing findable by name.
CATALOGUE = {"start", "tables", "macros"}
NEWEST_YEAR = "(select max(academic_year) from counts where not is_provisional"


def topics() -> list[dict[str, str]]:
    with (SEEDS / "guide_topics.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def published_tables() -> set[str]:
    files = [*MARTS.glob("*.sql"), *(SEEDS / "published").glob("*.csv")]
    return {file.stem for file in files} | set(declared_tables())


def words_of(query: str) -> set[str]:
    return set(re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", query)))


def test_there_are_at_least_twelve_topics_each_told_once_and_in_both_languages() -> None:
    found = topics()
    assert len(found) >= 12
    assert len({one["topic"] for one in found}) == len(found)
    assert len({one["example_sql"] for one in found}) == len(found)
    wanting = [
        one["topic"]
        for one in found
        if min(len(one["text_nl"]), len(one["text_en"])) < 40 or one["text_nl"] == one["text_en"]
    ]
    assert not wanting, f"Tell these topics in Dutch and in English: {wanting}"


def test_every_published_table_is_used_by_an_example() -> None:
    used = set().union(
        *(words_of(one["example_sql"]) for one in topics() if one["topic"] not in CATALOGUE)
    )
    untold = sorted(published_tables() - used - {"guide"})
    assert not untold, f"Give these tables a topic in guide_topics.csv: {untold}"


def test_every_macro_is_named_by_a_topic() -> None:
    told = " ".join(f"{one['text_nl']} {one['text_en']} {one['example_sql']}" for one in topics())
    untold = [name for name in query_macros() if f"{name}(" not in told]
    assert not untold, f"Name these macros in guide_topics.csv: {untold}"


@pytest.mark.parametrize("topic", topics(), ids=lambda one: one["topic"])
def test_no_example_adds_up_published_figures(topic: dict[str, str]) -> None:
    query = topic["example_sql"].replace(NEWEST_YEAR, "")
    if words_of(query) & {"counts", "growth", "counted", "grown"}:
        added = re.findall(r"\b(?:sum|avg|count)\s*\(", query)
        assert not added, "Take the row with institution_id * or a window; never add rows of counts"
