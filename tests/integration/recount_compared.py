"""What is published, in the keys of the recount, and one line for each value that differs.

Border: what is recounted stands in ``recount.py``, ``recount_cube.py`` and ``recount_growth.py``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from tests.integration.recount import Bounds
from tests.integration.recount_cube import OVERLAP, Cell
from tests.integration.recount_growth import Term

Query = Callable[[str], list[tuple[Any, ...]]]


def published_cells(query: Query) -> dict[Cell, Bounds]:
    """Every cell of the cube but overlaps of nothing."""
    rows = query(
        """
        select
            measure, definition, academic_year, institution_id,
            split, second_split, split_value, second_split_value, lower, upper
        from counts
        """
    )
    cells = {
        (*where, without_gaps(split, second), without_gaps(value, second_value)): (lower, upper)
        for *where, split, second, value, second_value, lower, upper in rows
    }
    return {key: bounds for key, bounds in cells.items() if any(bounds) or OVERLAP not in str(key)}


def without_gaps(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value is not None)


def published_growth(query: Query) -> dict[Term, Any]:
    """Every term of growth."""
    rows = query("select measure, definition, institution_id, bound, term, value from growth")
    return {tuple(key): value for *key, value in rows}


def published_statuses(query: Query) -> dict[tuple[str, str], tuple[str, str]]:
    """The working status of every learner and year, with its source."""
    rows = query(
        "select learner_key, academic_year, working_status, working_status_source"
        " from learner_years"
    )
    return {(learner, year): (status, source) for learner, year, status, source in rows}


def differences(recounted: Mapping[Any, object], published: Mapping[Any, object]) -> list[str]:
    """One line per key that is not the same on both sides."""
    return [
        f"{key}: recounted {recounted.get(key, 'absent')}, published {published.get(key, 'absent')}"
        for key in sorted(set(recounted) | set(published), key=str)
        if recounted.get(key, "absent") != published.get(key, "absent")
    ]
