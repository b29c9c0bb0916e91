"""The splits and crossings of the cube stand in seeds for readers and in macros for grouping sets.

Border: what the cube counts is tested in ``tests/integration``.
"""

import csv
import re

from pipelines.settings import PROJECT_ROOT

DBT = PROJECT_ROOT / "dbt_project"
VOCABULARY = (DBT / "macros" / "vocabulary.sql").read_text(encoding="utf-8")


def seed(name: str) -> list[dict[str, str]]:
    with (DBT / "seeds" / "published" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def macro(name: str) -> str:
    found = re.search(rf"{{% macro {name}\(\) %}}(.*?){{% endmacro %}}", VOCABULARY, re.DOTALL)
    assert found, f"macros/vocabulary.sql has no macro {name}"
    return found[1]


def test_the_crossings_of_the_macros_are_the_rows_of_the_seed() -> None:
    in_macros = set()
    for group in ("offering", "enrolment", "working_status"):
        in_macros |= set(re.findall(r"\('(\w+)', '(\w+)'\)", macro(f"{group}_crossings")))
    assert in_macros == {(row["split"], row["second_split"]) for row in seed("crossings")}


def test_the_splits_of_the_macros_are_the_rows_of_the_seed() -> None:
    in_macros = set()
    for group in ("offering", "enrolment", "working_status"):
        in_macros |= set(re.findall(r"'(\w+)'", macro(f"{group}_splits")))
    # ``none`` is the total and ``purpose`` stands outside it, so neither is cut by these macros.
    assert in_macros | {"none", "purpose"} == {row["split"] for row in seed("splits")}
