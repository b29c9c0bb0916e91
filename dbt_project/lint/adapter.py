"""Stands in for dbt's ``adapter`` while the SQL linter renders the models.

Border: nothing at run time imports this; engine differences live in ``macros/engines.sql``.
"""

from collections.abc import Callable


def dispatch(macro: str) -> Callable[..., str]:
    """Return a function that writes the macro as a call of the same name.

    A macro that stands for a table gets the alias that its users know it by, one that stands for
    a common table expression becomes one.
    """

    def call(*arguments: str) -> str:
        if macro == "reached":
            return "reached as (select offering_id, joint_offering_id as reached_id from pairs)"
        alias = " as years (start_year)" if macro == "start_years" else ""
        return f"{macro}({', '.join(arguments)}){alias}"

    return call
