"""Names of sheets: what Excel accepts, unlike each other, and as close to the wish as it can be."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.answers.rendering.workbook.sheet_names import sheet_names


def is_accepted(name: str) -> bool:
    """Return whether Excel opens a workbook with a sheet of this name."""
    return (
        0 < len(name.encode("utf-16-le")) // 2 <= 31
        and not re.search(r"[\[\]:*?/\\\x00-\x1f]", name)
        and not name.startswith("'")
        and not name.endswith("'")
        and name.casefold() != "history"
        and bool(name.strip())
    )


@given(st.lists(st.text(max_size=80), max_size=12))
def test_any_wishes_become_names_that_excel_accepts_and_tells_apart(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len(names) == len(wanted)
    assert all(is_accepted(name) for name in names)
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("1a-per-lezing", "1a-per-lezing"),
        ("x" * 31, "x" * 31),
        ("x" * 32, "x" * 30 + "…"),
        ("2b-naar-werkstatus-lezing-van-de-minister", "2b-naar-werkstatus-lezing-van…"),
        ("a/b\\c[d]e:f*g?h", "a b c d e f g h"),
        ("'aangehaald'", "aangehaald"),
        ("History", "History (2)"),
        ("", "blad"),
        ("???", "blad"),
    ],
)
def test_a_name_stays_as_close_to_the_wish_as_it_can(wanted: str, name: str) -> None:
    assert sheet_names([wanted]) == [name]


def test_names_that_are_cut_to_the_same_are_numbered() -> None:
    long = "bijlage-opleidingen-van-het-afgelopen-jaar"
    names = sheet_names([f"{long}-een", f"{long}-twee", f"{long.upper()}-drie"])
    assert names[0] == "bijlage-opleidingen-van-het-af…"
    assert [name[-4:] for name in names[1:]] == [" (2)", " (3)"]
    assert all(is_accepted(name) for name in names)
