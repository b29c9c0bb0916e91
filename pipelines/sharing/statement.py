"""Which statements are taken: exactly one, that reads.

The settings of ``access.py`` are what protects; that only one statement is taken keeps a question
what it looks like, and leaves out what the settings allow and nobody needs here, such as tables of
one's own, variables and transactions.

Border: what a statement may reach is not decided here.
"""

import duckdb

from pipelines.console import StaalkaartError

READS = duckdb.StatementType.SELECT
LONGEST = 100_000  # characters; a question that somebody wrote is far shorter


def one_statement(connection: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    """Return the statement of a text; nothing is executed.

    Raises:
        StaalkaartError: It is no SQL, no statement, several, or one that does not only read
            (exit 2).
    """
    if len(text) > LONGEST:
        raise StaalkaartError(
            f"De vraag is te lang ({len(text)} tekens; hoogstens {LONGEST}). Maak ze korter."
        )
    try:
        statements = connection.extract_statements(text)
    except duckdb.Error as problem:
        raise StaalkaartError(
            f"Dit is geen geldige SQL ({said(problem)}). Verbeter de vraag."
        ) from None
    if not statements:
        raise StaalkaartError(
            'Er staat geen vraag. Zo stelt u er een: staalkaart query "select * from guide"'
        )
    if len(statements) > 1:
        raise StaalkaartError(
            f"Hier staan {len(statements)} opdrachten; er mag er één tegelijk. Stel ze na elkaar, "
            "of voeg ze samen met 'with'."
        )
    if statements[0].type != READS:
        raise StaalkaartError(
            f"Deze opdracht leest niet alleen (soort: {statements[0].type.name}). Toegelaten is "
            "één vraag die begint met select, with, from, values, describe, summarize of show. "
            "'pivot' kan als de waarden genoemd zijn: pivot … on … in (…)."
        )
    if statements[0].named_parameters:
        raise StaalkaartError("De vraag laat een waarde open (? of $). Vul ze in.")
    return statements[0]


def said(problem: BaseException) -> str:
    """Return what DuckDB says on one line, without the drawing of where in the statement."""
    return " ".join(str(problem).partition("\n\nLINE ")[0].split())
