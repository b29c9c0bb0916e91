"""How an answer looks: one module per form, each from the same ``Answer`` to bytes.

Titles and names come from deliveries and are text everywhere: escaped in the page and in Word,
data beside the template of the PDF, neutralised in CSV, never a formula in the workbook.

Border: nothing is counted, chosen or worded here; the answer arrives as it may be printed.
"""

from concurrent.futures import ThreadPoolExecutor

from pipelines.answers.document import Answer
from pipelines.answers.rendering.delimited import CSV_FOLDER, table_csv
from pipelines.answers.rendering.page import page
from pipelines.answers.rendering.paper import on_paper
from pipelines.answers.rendering.pdf import pdf_document
from pipelines.answers.rendering.record import record
from pipelines.answers.rendering.word import word_document
from pipelines.answers.rendering.workbook import workbook
from pipelines.answers.wording import Wordbook


def rendered_files(answer: Answer, words: Wordbook) -> dict[str, bytes]:
    """Return every file of the answer's folder by its relative name."""
    tables = {f"{CSV_FOLDER}/{one.name}.csv": table_csv(one, answer) for one in answer.tables()}
    paper = on_paper(answer, words)
    # Typesetting is not done by Python and can go on beside the rest.
    with ThreadPoolExecutor(1, "typeset") as pool:
        typeset = pool.submit(pdf_document, paper, words)
        return {
            "antwoord.docx": word_document(paper, words),
            "antwoord.html": page(answer, words, tables),
            "antwoord.json": record(answer),
            "tabellen.xlsx": workbook(answer, words),
            **tables,
            "antwoord.pdf": typeset.result(),
        }
