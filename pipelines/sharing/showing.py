"""The answer to one question on the terminal: a table, or CSV for a spreadsheet or a file.

Titles are written by others. Signs that would steer a terminal are replaced in both; in CSV a text
that a spreadsheet would calculate gets an apostrophe, as in the tables of an answer.

Border: nothing is asked here; that is ``query.py``.
"""

import csv
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
        StaalkaartError: As ``ask``, or the input is no text (exit 2).
    """
    text = _input() if statement == FROM_INPUT else statement
    if limit is None:
        limit = 0 if is_csv else load_access().table_rows
    answer = ask(published_file, text, limit or None)
    if is_csv:
        _write_csv(answer, sys.stdout)
    else:
        _print_table(answer)
    if answer.has_more:
        note = f"Let op: alleen de eerste {limit} rijen. Alle rijen: --limit 0."
        Console(stderr=True).print(note, markup=False, highlight=False)


def _input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StaalkaartError(
            "De vraag van de invoer is geen UTF-8. Bewaar het bestand als UTF-8 en probeer opnieuw."
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
