"""The process that asks one question to the published file; what it may use, what it answers.

Run as a module by ``query.py``, with nothing of its environment, so no key and no password. Where
the system has such limits the process has so much memory and cannot make a file longer by a byte.
It answers in lines of JSON: the columns, then the rows as texts, then how it ended.

Border: who asks, how long it may take and how it is shown, stands in ``query.py`` and
``showing.py``.
"""

import contextlib
import json
import os
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import duckdb

from pipelines.console import StaalkaartError
from pipelines.sharing.access import load_access, open_shared
from pipelines.sharing.statement import one_statement, said

BATCH = 500
NUMBER = re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL.*")
TOO_MUCH = "Vraag minder rijen of jaren tegelijk."
# What is said of an error, by its class; the more special ones first. Where DuckDB's own words help
# they come first; where they do not, since settings are locked, they are left out.
NO_MEMORY = f"De vraag heeft te veel geheugen nodig. {TOO_MUCH}"
ADVICE: tuple[tuple[type[BaseException], str], ...] = (
    (duckdb.InterruptException, f"De vraag duurde te lang. {TOO_MUCH}"),
    (duckdb.OutOfMemoryException, NO_MEMORY),
    (MemoryError, NO_MEMORY),
    (
        duckdb.PermissionException,
        "Hier is alleen het gepubliceerde bestand te lezen: geen ander bestand, geen map, geen "
        "adres, en er wordt niets geschreven. Vraag alleen tabellen van het bestand.",
    ),
    (
        duckdb.InvalidInputException,
        "Dat is hier niet toegelaten ({said}). Het bestand wordt alleen gelezen en de instellingen "
        "liggen vast.",
    ),
    (
        duckdb.CatalogException,
        'Dat bestaat hier niet ({said}). Welke tabellen er zijn: staalkaart query "show tables"',
    ),
    (
        duckdb.BinderException,
        "Dat past niet bij de tabellen ({said}). Welke kolommen een tabel heeft: staalkaart query "
        '"describe counts"',
    ),
    (duckdb.Error, "De vraag kan niet beantwoord worden ({said}). Pas ze aan."),
)


def answer(file: Path, text: str, most_rows: int | None) -> Iterator[dict[str, Any]]:
    """Yield the answer to one question: columns, batches of rows, and how it ended.

    Args:
        file: The published file.
        text: One statement that reads.
        most_rows: How many rows are wanted; None for all.
    """
    try:
        with open_shared(file) as connection:
            cursor = connection.execute(one_statement(connection, text))
            columns = cursor.description or []
            yield {
                "columns": [column[0] for column in columns],
                "is_number": [NUMBER.fullmatch(str(column[1])) is not None for column in columns],
            }
            wanted = sys.maxsize if most_rows is None else most_rows
            while rows := cursor.fetchmany(BATCH):
                yield {"rows": [[shown(cell) for cell in row] for row in rows[:wanted]]}
                if len(rows) > wanted:
                    yield {"end": "more"}
                    return
                wanted -= len(rows)
            yield {"end": "all"}
    except StaalkaartError as refusal:
        yield {"end": "error", "message": str(refusal)}
    except (duckdb.Error, MemoryError) as problem:
        advice = next(text for kind, text in ADVICE if isinstance(problem, kind))
        yield {"end": "error", "message": advice.format(said=said(problem))}
    except (TypeError, ValueError, OverflowError):
        # A value that Python does not know, such as a date of the year 200,000 or an odd key.
        message = "Een waarde kan niet worden getoond. Zet ze om: cast(… as varchar)."
        yield {"end": "error", "message": message}


def shown(cell: object) -> str | None:
    """Return a value as text, as DuckDB writes it where that is one way only."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, bytes):
        return cell.hex()
    if isinstance(cell, list | tuple | dict):
        return json.dumps(cell, ensure_ascii=False, default=shown)
    return str(cell)


def _limit(megabytes: int) -> None:
    # Not every system has these limits; the others have the settings and the clock.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes * 1024**2, megabytes * 1024**2))


def _tell(answers: IO[bytes], what: dict[str, Any]) -> None:
    answers.write(json.dumps(what, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n")
    answers.flush()


if __name__ == "__main__":
    # Nothing that a library prints may come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asked = json.loads(sys.stdin.buffer.read())
    _limit(load_access().process_megabytes)
    for part in answer(Path(asked["file"]), asked["text"], asked["most_rows"]):
        _tell(answers, part)
