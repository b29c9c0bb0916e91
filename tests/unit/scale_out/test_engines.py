"""Where the engines differ, both are served, and the README lists it.

Border: that both give the same values is what `make test-spark` shows.
"""

import re

from pipelines.settings import PROJECT_ROOT

MACROS = (PROJECT_ROOT / "dbt_project" / "macros" / "engines.sql").read_text(encoding="utf-8")
DISPATCHED = set(re.findall(r"adapter\.dispatch\('(\w+)'\)", MACROS))


def signatures(engine: str) -> dict[str, str]:
    """Name and parameters of every macro of an engine."""
    return dict(re.findall(rf"{{% macro {engine}__(\w+)\(([^)]*)\)", MACROS))


def test_every_dispatched_macro_is_there_for_both_engines_with_the_same_parameters() -> None:
    assert DISPATCHED
    assert signatures("duckdb") == signatures("spark")
    assert set(signatures("spark")) == DISPATCHED


def test_no_model_dispatches_or_asks_for_the_engine_itself() -> None:
    folder = PROJECT_ROOT / "dbt_project" / "models"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.rglob("*.sql")}
    assert texts
    assert not [name for name, text in texts.items() if re.search(r"adapter\.|target\.", text)]


def test_the_readme_lists_every_difference() -> None:
    readme = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Past one machine: Spark")[1].split("\n## ")[0]
    listed = {
        name
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert listed == DISPATCHED
