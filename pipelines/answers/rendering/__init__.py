"""How an answer looks: one module per form, each from the same ``Answer`` to bytes.

Titles and names come from deliveries and are text everywhere: escaped in the page, neutralised in
CSV.

Border: nothing is counted, chosen or worded here; the answer arrives as it may be printed.
"""

from pipelines.answers.document import Answer
from pipelines.answers.rendering.delimited import CSV_FOLDER, table_csv
from pipelines.answers.rendering.page import page
from pipelines.answers.rendering.record import record
from pipelines.answers.wording import Wordbook


def rendered_files(answer: Answer, words: Wordbook) -> dict[str, bytes]:
    """Return every file of the answer's folder by its relative name."""
    tables = {f"{CSV_FOLDER}/{one.name}.csv": table_csv(one, answer) for one in answer.tables()}
    return {
        "antwoord.html": page(answer, words, tables),
        "antwoord.json": record(answer),
        **tables,
    }
