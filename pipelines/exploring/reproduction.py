"""The answer to a question made again from the published file, beside the answer that was written.

It is composed by the code of answers itself, so numbers about persons pass the same disclosure.

Border: no answer folder is written; why a number differs is told by the morning bulletin.
"""

import json
from dataclasses import dataclass

import polars

from pipelines.answers.answer import read_material
from pipelines.answers.composition import compose
from pipelines.answers.document import Answer, Number, Table, plain
from pipelines.answers.questions import find_question
from pipelines.exploring.opening import LANGUAGE, OpenedWarehouse
from pipelines.operations.recorded_answers import (
    RECORD,
    Change,
    RecordedAnswer,
    differences,
    recorded_answer,
)


@dataclass(frozen=True)
class Compared:
    """How an answer of now compares with the one in its folder.

    Attributes:
        recorded: The answer in the folder; None where there is none, or none in this language.
        changes: The numbers that are printed otherwise.
        other_tables: The names of the tables whose printed cells differ, or that only one has.
    """

    recorded: RecordedAnswer | None
    numbers: int
    equal: int
    changes: tuple[Change, ...]
    other_tables: tuple[str, ...]

    @property
    def is_reproduced(self) -> bool:
        """Whether every number and every cell is printed as in the folder."""
        return self.recorded is not None and not self.changes and not self.other_tables


def reproduced_answer(opened: OpenedWarehouse, question: str) -> Answer:
    """Return the Dutch answer to a question as it would be written now."""
    return compose(read_material(opened.settings, find_question(question), opened.words))


def table_options(answer: Answer) -> dict[str, Table]:
    """Return the tables of an answer by caption, those of one caption with their name."""
    captions = [table.caption for table in answer.tables()]
    return {
        table.caption
        if captions.count(table.caption) == 1
        else f"{table.caption} ({table.name})": table
        for table in answer.tables()
    }


def table_frame(table: Table) -> polars.DataFrame:
    """Return a table of an answer as it is printed."""
    columns = [column or " " for column in table.flat_columns()]
    rows = [[plain(cell) for cell in row.cells] for row in table.rows]
    return polars.DataFrame(rows, schema=columns, orient="row")


def numbers_frame(opened: OpenedWarehouse, table: Table) -> polars.DataFrame:
    """Return the numbers of a table with the key, the source and the check behind each."""
    words = opened.own_words
    found = {cell.key: cell for row in table.rows for cell in row.cells if isinstance(cell, Number)}
    rows = [
        {
            words.text("column.printed"): number.text,
            words.text("column.source"): number.source,
            words.text("column.certified"): words.label(
                "certified",
                str(bool(number.certificates) and all(c.succeeded for c in number.certificates)),
            ),
            words.text("column.key"): number.key,
        }
        for number in found.values()
    ]
    return polars.DataFrame(rows, infer_schema_length=None)


def compared_with_folder(opened: OpenedWarehouse, answer: Answer, question: str) -> Compared:
    """Compare an answer with the one that a run wrote, number by number and cell by cell."""
    printed = {number.key: number.text for number in answer.numbers().values()}
    folder = opened.settings.answers_dir / question
    recorded = recorded_answer(folder)
    if recorded is None or recorded.language != LANGUAGE:
        return Compared(None, len(printed), 0, (), ())
    versions = (recorded.rule_set_version, opened.rule_set_version)
    changes = tuple(differences(recorded.numbers, printed, versions))
    content = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    before = {table["name"]: _cells_of_record(table["rows"]) for table in content["tables"]}
    now = {
        table.name: [[plain(cell) for cell in row.cells] for row in table.rows]
        for table in answer.tables()
    }
    other = tuple(
        sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    )
    equal = sum(recorded.numbers.get(key) == text for key, text in printed.items())
    return Compared(recorded, len(printed), equal, changes, other)


def changes_frame(opened: OpenedWarehouse, compared: Compared) -> polars.DataFrame:
    """Return the numbers that are printed otherwise than in the folder."""
    words = opened.own_words
    rows = [
        {
            words.text("column.key"): change.key,
            words.text("column.recorded"): change.before,
            words.text("column.printed"): change.after,
        }
        for change in compared.changes
    ]
    return polars.DataFrame(rows, infer_schema_length=None)


def _cells_of_record(rows: list[dict[str, list[str | dict[str, str]]]]) -> list[list[str]]:
    return [
        [cell if isinstance(cell, str) else cell["text"] for cell in row["cells"]] for row in rows
    ]
