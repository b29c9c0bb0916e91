"""The answer to one question on the terminal: a table, or CSV for a spreadsheet or a file.

Titles are written by others. Signs that would steer a terminal are replaced in both; in CSV a text
that a spreadsheet would calculate gets an apostrophe, as in the tables of an answer.

Border: nothing is asked here; that is ``query.py``.
"""

import contextlib
import csv
import os
import re
import sys
from pathlib import Path
from typing import IO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.answers.printable import REPLACED, printable
from pipelines.answers.rendering.delimited import neutralised
from pipelines.console import StaalkaartError
from pipelines.sharing.access import load_access
from pipelines.sharing.query import Answer, ask

FROM_INPUT = "-"
# All control signs but those that belong in a text: tab, line feed, carriage return.
STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
WIDE = 100_000  # columns, where there is no terminal whose width counts


def show_query(published_file: Path, statement: str, limit: int | None, is_csv: bool) -> None:
    """Ask one question and print its answer; that rows were left out goes to the error stream.

    Args:
        published_file: The file that is asked.
        statement: The question, or ``-`` to read it from the input.
        limit: How many rows; 0 for all, None for as many as a table shows, or all in CSV.
        is_csv: CSV instead of a table.

    Raises:
        StaalkaartError: As ``ask``, or what is asked is no text (exit 2).
    """
    wanted = limit or None if is_csv else _of_a_table(limit)
    answer = ask(published_file, _text(statement), wanted)
    try:
        with contextlib.closing(answer.rows):
            _write_csv(answer, sys.stdout) if is_csv else _print_table(answer)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough; what is still to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    if answer.has_more:
        note = f"Let op: alleen de eerste {wanted} rijen. Alle rijen: --csv --limit 0."
        Console(stderr=True).print(note, markup=False, highlight=False)


def _of_a_table(limit: int | None) -> int:
    """Return how many rows a table shows."""
    access = load_access()
    if limit is None:
        return access.table_rows
    return min(limit or access.table_most_rows, access.table_most_rows)


def _text(statement: str) -> str:
    """Return what is asked, from the input where that was said."""
    given = sys.stdin.buffer.read() if statement == FROM_INPUT else os.fsencode(statement)
    try:
        return given.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StaalkaartError(
            "De vraag is geen UTF-8. Bewaar het bestand als UTF-8 en probeer opnieuw."
        ) from None


def _write_csv(answer: Answer, out: IO[str]) -> None:
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([_harmless(name) for name in answer.columns])
    for row in answer.rows:
        writer.writerow(
            [
                "" if cell is None else cell if is_number else _harmless(cell)
                for cell, is_number in zip(row, answer.is_number, strict=True)
            ]
        )


def _harmless(cell: str) -> str:
    return neutralised(STEERING.sub(REPLACED, cell))


def _print_table(answer: Answer) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    table = Table(box=box.SIMPLE_HEAD)
    for name, is_number in zip(answer.columns, answer.is_number, strict=True):
        table.add_column(
            Text(printable(name)), justify="right" if is_number else "left", overflow="fold"
        )
    for row in answer.rows:
        table.add_row(*(Text(printable(cell or "")) for cell in row))
    console.print(table)
