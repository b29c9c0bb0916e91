"""Answers made by hand for the tests of what is printed on paper.

Border: no test stands here.
"""

from pipelines.answers.document import (
    Answer,
    Block,
    Chart,
    Inline,
    ListBlock,
    Number,
    Paragraph,
    Row,
    Section,
    Table,
)
from pipelines.answers.rendering.paper import PaperAnswer, on_paper
from pipelines.answers.wording import load_wording

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="900" viewBox="0 0 200 900">'
    '<rect width="200" height="900" fill="white"/>'
    '<text x="5" y="20" font-family="Arial, Helvetica, sans-serif" font-size="12">Balk</text></svg>'
)


def number(text: str) -> Number:
    """Return a printed number with a key of its own."""
    return Number(f"key:{text}", text, "counts")


def table_of(
    columns: int, rows: int, name: str = "tabel", caption: str = "Een tabel", **more: object
) -> Table:
    """Return a table whose every cell says where it stands."""
    return Table(
        name=name,
        caption=caption,
        columns=("Naam van de rij", *(f"Kolom {place}" for place in range(1, columns))),
        rows=tuple(
            Row((f"Rij {row}", *(number(f"{row}-{place}") for place in range(1, columns))))
            for row in range(rows)
        ),
        **more,  # type: ignore[arg-type]
    )


def chart(description: str = "Een staaf") -> Chart:
    """Return a chart that is higher than any sheet."""
    return Chart("grafiek", "Een grafiek", description, SVG, ())


def paper_of(
    *blocks: Block,
    banner: str | None = None,
    language: str = "nl",
    asked: str | None = "Hoeveel?",
) -> PaperAnswer:
    """Return an answer with one section of these blocks, in the order of paper."""
    answer = Answer(
        language=language,
        title="Antwoord",
        head=(("Van", "Iemand"),),
        summary=(Paragraph(("Kort gezegd.",)),),
        sections=(Section("deel", "Deel", blocks, asked),),
        banner=banner,
        identity={"title": "Vraag"},
        provenance={"as_of": "2025-01-06"},
    )
    return on_paper(answer, load_wording(language))


def paragraph(*inlines: Inline, style: str = "text") -> Paragraph:
    """Return a paragraph."""
    return Paragraph(inlines, style)


def points(*texts: str, style: str = "text") -> ListBlock:
    """Return a list."""
    return ListBlock(tuple(Paragraph((text,)) for text in texts), style)
