"""Part "overview": what was on offer in the last completed year, with credits, and the full list.

Border: years beside each other are ``series``; every institution in every year is ``annex``.
"""

from collections.abc import Iterable
from typing import Protocol

from pipelines.answers.cells import FLANDERS, OVERLAP, Cell
from pipelines.answers.document import Block, Inline, Row, Section, Table
from pipelines.answers.questions import Part
from pipelines.answers.sections.gaps import no_answer_blocks
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.offerings_list import list_of_all_years, list_of_year
from pipelines.answers.sections.sentences import answering_sentences

INSTITUTION_KINDS = (("university", "universities"), ("university_college", "university_colleges"))

# Splits of persons whose values are always shown: a value left out would say that nobody has it.
CLOSED_SPLITS = ("working_status", "working_status_source", "contract_type", "purpose")


class InstitutionCells(Protocol):
    """Gives the cells of one institution's row, or of one kind of institution for all."""

    def __call__(self, institution: str, kind: str | None = None) -> tuple[Inline, ...]:
        """Return the cells after the row's name."""


def overview_section(material: Material, part: Part) -> Section:
    """Return the sentence, the tables per reading, institution and split, and the list itself."""
    words = material.words
    title = words.text("part", part=part.id)
    return Section(
        f"antwoord-{part.id}",
        title,
        tuple(_blocks(material, part)),
        part.asks.in_language(words.language),
    )


def _blocks(material: Material, part: Part) -> list[Block]:
    year, measure = material.question.window.to_year, part.measures[0]
    if not any(
        material.book.total(measure, one.definition, year).is_known
        for one in material.definitions()
    ):
        return list(no_answer_blocks(material, part, measure))
    main = material.definitions()[0]
    tables = [_split_table(material, part, split, year) for split in part.splits]
    return [
        *answering_sentences(material, part.measures[:2], main, year),
        _readings_table(material, part, year),
        _institutions_table(material, part, year),
        *(table for table in tables if table.rows),
        list_of_year(material, part, year),
        list_of_all_years(material, part),
    ]


def _readings_table(material: Material, part: Part, year: str) -> Table:
    words = material.words
    rows = []
    for definition in material.definitions():
        figures = [
            material.book.total(measure, definition.definition, year) for measure in part.measures
        ]
        numbers: list[Inline] = [material.number(figure) for figure in figures]
        rows.append(Row((material.reading(definition), *numbers, material.reporting(figures[0]))))
    return Table(
        name=f"{part.id}-per-lezing",
        caption=words.text("overview.credits_caption", year=material.printer.period(year)),
        columns=(
            words.text("column.reading"),
            *(material.measure_word(measure) for measure in part.measures),
            words.text("column.institutions"),
        ),
        rows=tuple(rows),
        notes=(
            *(note for one in material.definitions() for note in material.undetermined_note(one)),
            *((material.note("overview.credits_note"),) if len(part.measures) > 1 else ()),
        ),
    )


def _institutions_table(material: Material, part: Part, year: str) -> Table:
    """Return one row per institution with offerings and credits, and both kinds subtotalled."""
    measures = part.measures[:2]
    pairs = [
        (definition.definition, measure)
        for definition in material.definitions()
        for measure in measures
    ]

    def cells(institution: str, kind: str | None = None) -> tuple[Inline, ...]:
        found: list[Inline] = []
        for definition, measure in pairs:
            cell = Cell(measure, definition, year, institution)
            figure = (
                material.book.split_figure(cell, "institution_kind", kind)
                if kind
                else material.book.figure(cell)
            )
            found.append(material.number(figure))
        return tuple(found)

    return Table(
        name=f"{part.id}-per-instelling",
        caption=material.words.text(
            "overview.institutions_caption", year=material.printer.period(year)
        ),
        columns=(
            material.words.text("column.institution"),
            *(material.measure_word(measure) for _, measure in pairs),
        ),
        groups=tuple((one.short, len(measures)) for one in material.definitions()),
        rows=tuple(institution_rows(material, cells)),
    )


def institution_rows(material: Material, cells: InstitutionCells) -> Iterable[Row]:
    """Yield universities and university colleges with their subtotals, then the total."""
    for kind, heading in INSTITUTION_KINDS:
        for institution in material.published.institutions:
            if institution.kind == kind:
                yield Row((institution.name, *cells(institution.institution_id)))
        subtotal = material.words.text(f"row.{heading}")
        yield Row((subtotal, *cells(FLANDERS, kind)), "subtotal")
    yield Row((material.words.text("row.flanders"), *cells(FLANDERS)), "total")


def _split_table(material: Material, part: Part, split: str, year: str) -> Table:
    measure, words = part.measures[0], material.words
    rows = []
    for value, label in split_labels(material, measure, split):
        figures = [
            material.book.split_figure(Cell(measure, one.definition, year), split, value)
            for one in material.definitions()
        ]
        if any(figure.lower or figure.upper for figure in figures):
            rows.append(Row((label, *(material.number(figure) for figure in figures))))
    title = words.label("split_title", split)
    return Table(
        name=f"{part.id}-{material.file_word(title)}",
        caption=words.text(
            "overview.split_caption", split=title, year=material.printer.period(year)
        ),
        columns=(
            words.label("split_column", split),
            *(one.short for one in material.definitions()),
        ),
        rows=tuple(rows),
        is_folded=True,
    )


def split_labels(material: Material, measure: str, split: str) -> list[tuple[str, str]]:
    """Return the values a split has with their words, in the order of the wording.

    Of a split of persons these are all values there are, published or not.
    """
    values = material.book.split_values(measure, split)
    words = material.words.labels("split_value").get(split)
    labels: dict[str, str] = words if isinstance(words, dict) else {}
    always = set(labels) - {OVERLAP} if split in CLOSED_SPLITS else set()
    known = [value for value in labels if value in always.union(values)]
    others = [value for value in values if value not in labels]

    def label(value: str) -> str:
        return labels.get(value) or _type_label(material, split, value)

    ordered = [*others, *known] if split in ("type", "level") else [*known, *others]
    return [(value, label(value)) for value in ordered]


def _type_label(material: Material, split: str, value: str) -> str:
    """Return a type with what it means, or the value itself of any other split."""
    if split != "type":
        return value
    meaning = material.words.label("type_meaning", value)
    return material.words.text("type_explained", type=value, meaning=meaning)
