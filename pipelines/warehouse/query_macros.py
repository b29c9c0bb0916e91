"""The table macros of the published file: the usual questions, asked as if they were tables.

What each does, its parameters and the tables it needs stand in ``macros.yml``, its query in
``macros/<name>.sql``. They travel in the file itself, so that any client has them that opens it.

Border: a macro computes no figure that is not published; what is asked otherwise is plain SQL.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict

from pipelines.warehouse.tables import quoted_identifier, quoted_text

DESCRIPTIONS = Path(__file__).with_name("macros.yml")
QUERIES = Path(__file__).with_name("macros")


class QueryMacro(BaseModel):
    """One macro as ``macros.yml`` describes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    required: tuple[str, ...] = ()
    defaults: dict[str, str] = {}
    reads: frozenset[str]
    nl: str
    en: str

    def comment(self) -> str:
        """Return the description as the published file carries it, in both languages."""
        return f"{self.nl} | EN: {self.en}"


@cache
def query_macros() -> dict[str, QueryMacro]:
    """Return the macros by name, in the order in which they are made."""
    described = yaml.safe_load(DESCRIPTIONS.read_text(encoding="utf-8"))
    return {name: QueryMacro.model_validate(one) for name, one in described.items()}


def create_query_macros(connection: duckdb.DuckDBPyConnection, tables: Collection[str]) -> None:
    """Make the macros in the database in use, each with its comment; all of them or none.

    Args:
        connection: A connection whose database in use is the file to be published.
        tables: The tables that the file holds. DuckDB refuses a macro whose tables are not there,
            so a file that is no whole warehouse gets none.
    """
    macros = query_macros()
    if not frozenset().union(*(macro.reads for macro in macros.values())) <= set(tables):
        return
    for name, macro in macros.items():
        connection.execute(_statement(name, macro))
        told = f"comment on macro table {quoted_identifier(name)} is {quoted_text(macro.comment())}"
        connection.execute(told)


def _statement(name: str, macro: QueryMacro) -> str:
    defaults = [f"{parameter} := {value}" for parameter, value in macro.defaults.items()]
    query = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    parameters = ", ".join((*macro.required, *defaults))
    return f"create macro {quoted_identifier(name)}({parameters}) as table\n{query}"
