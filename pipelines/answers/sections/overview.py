"""Part "overview": what was on offer in the last completed year, with credits, and the full list.

Border: years beside each other are ``series``; every institution in every year is ``annex``.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

from pipelines.answers.cells import FLANDERS, OVERLAP, Cell
from pipelines.answers.document import Block, Inline, Row, Section, Table
from pipelines.answers.formatting import EN_DASH
from pipelines.answers.questions import Part
from pipelines.answers.sections.gaps import no_answer_blocks
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.offerings_list import list_of_all_years, list_of_year
from pipelines.answers.sections.sentences import answering_sentences
from pipelines.answers.wording import Wordbook

INSTITUTION_KINDS = (("university", "universities"), ("university_college", "university_colleges"))

# Splits of persons whose values are always shown: a value left out would say that nobody has it.
CLOSED_SPLITS = ("working_status", "working_status_source", "contract_type", "purpose")
# Splits whose values go up like numbers; what is unknown or not applicable comes after them.
RISING_SPLITS = ("type", "level", "ects_band")
CREDITS = "credits_offered"


class InstitutionCells(Protocol):
    """Gives the cells of one institution's row, or of one kind of institution for all."""

    def __call__(self, institution: str, kind: str | None = None) -> tuple[Inline, ...]:
        """Return the cells after the row's name."""


def overview_section(material: Material, part: Part) -> Section:
    """Return the sentence, the tables per reading, institution and split, and the list itself."""
    words = material.words
    title = words.text("part", part=part.id)
    return Section(
        material.section_name(part),
        title,
        tuple(_blocks(material, part)),
        part.asks.in_language(words.language),
    )


def _blocks(material: Material, part: Part) -> list[Block]:
    window, measure = material.question.window, part.measures[0]
    years = window.years if part.is_for_each_year else (window.to_year,)
    known = [
        year
        for year in years
        if any(
            material.total(measure, one.definition, year).is_known for one in material.definitions()
        )
    ]
    if not known:
        return list(no_answer_blocks(material, part, measure))
    blocks = [block for year in known for block in _year_blocks(material, part, year)]
    return [*blocks, list_of_all_years(material, part)]


def _year_blocks(material: Material, part: Part, year: str) -> list[Block]:
    """Return the sentence, the tables and the list of one year."""
    tables = [_split_table(material, part, split, year) for split in part.splits]
    is_one = material.place.is_one_institution
    return [
        *answering_sentences(material, part.measures[:2], material.definitions()[0], year),
        _readings_table(material, part, year),
        *([] if is_one else [_institutions_table(material, part, year)]),
        *(table for table in tables if table.rows),
        list_of_year(material, part, year),
    ]


def _subject(material: Material, part: Part) -> str:
    """Return what the tables of the part count, as the beginning of a caption."""
    if CREDITS in part.measures:
        return material.words.text("overview.offerings_and_credits")
    said = material.join([material.measure_word(measure) for measure in part.measures])
    return said[:1].upper() + said[1:]


def _readings_table(material: Material, part: Part, year: str) -> Table:
    words = material.words
    rows = []
    for definition in material.definitions():
        figures = [
            material.total(measure, definition.definition, year) for measure in part.measures
        ]
        numbers: list[Inline] = [material.number(figure) for figure in figures]
        numbers.extend(material.reporting_cells(figures[0]))
        rows.append(Row((material.reading(definition), *numbers)))
    is_last = year == material.question.window.to_year
    open_ones = material.definitions() if is_last else ()
    return Table(
        name=material.yearly_name(part, year, "per-lezing"),
        caption=material.at_place(
            words.text(
                "overview.caption",
                subject=_subject(material, part),
                year=material.printer.period(year),
            )
        ),
        columns=(
            words.text("column.reading"),
            *(material.measure_word(measure) for measure in part.measures),
            *material.reporting_columns(),
        ),
        rows=tuple(rows),
        notes=(
            *(note for one in open_ones for note in material.undetermined_note(one)),
            *((material.note("overview.credits_note"),) if CREDITS in part.measures else ()),
        ),
    )


def _institutions_table(material: Material, part: Part, year: str) -> Table:
    """Return one row per institution with its first measures, and both kinds subtotalled."""
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
        name=material.yearly_name(part, year, "per-instelling"),
        caption=material.at_place(
            material.words.text(
                "overview.institutions_caption",
                subject=_subject(material, part),
                year=material.printer.period(year),
            )
        ),
        columns=(
            material.words.text("column.institution"),
            *(material.measure_word(measure) for _, measure in pairs),
        ),
        groups=tuple((one.short, len(measures)) for one in material.definitions()),
        rows=tuple(institution_rows(material, cells)),
        notes=(material.note("overview.joint_note"),)
        if material.question.scope.is_everybody
        else (),
    )


def institution_rows(material: Material, cells: InstitutionCells) -> Iterable[Row]:
    """Yield universities and university colleges with their subtotals, then the total.

    Of a question about some institutions only those; a subtotal only of a kind asked for as a
    whole, and no total.
    """
    scope = material.question.scope
    for kind, heading in INSTITUTION_KINDS:
        for institution in material.institutions():
            if institution.kind == kind:
                yield Row((institution.name, *cells(institution.institution_id)))
        if scope.is_everybody or kind in scope.institution_kinds:
            subtotal = material.words.text(f"row.{heading}")
            style = "subtotal" if scope.is_everybody else "total"
            yield Row((subtotal, *cells(FLANDERS, kind)), style)
    if scope.is_everybody:
        yield Row((material.words.text("row.flanders"), *cells(FLANDERS)), "total")


def _split_table(material: Material, part: Part, split: str, year: str) -> Table:
    measure, words = part.measures[0], material.words
    rows = []
    for value, label in split_labels(material, measure, split):
        figures = [
            material.part(measure, one.definition, year, split, value)
            for one in material.definitions()
        ]
        if any(figure.lower or figure.upper for figure in figures):
            rows.append(Row((label, *(material.number(figure) for figure in figures))))
    title = words.label("split_title", split)
    return Table(
        name=material.yearly_name(part, year, title),
        caption=material.at_place(
            words.text(
                "overview.split_caption",
                measure=material.measure_title(measure),
                split=title,
                year=material.printer.period(year),
            )
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
    return labelled_values(material.words, split, material.book.split_values(measure, split))


def labelled_values(words: Wordbook, split: str, values: Collection[str]) -> list[tuple[str, str]]:
    """Return values of a split with their words, in the order of the wording."""
    named = words.labels("split_value").get(split)
    labels: dict[str, str] = named if isinstance(named, dict) else {}
    always = set(labels) - {OVERLAP} if split in CLOSED_SPLITS else set()
    known = [value for value in labels if value in always.union(values)]
    others = sorted((value for value in values if value not in labels), key=_rising)
    ordered = [*others, *known] if split in RISING_SPLITS else [*known, *others]
    return [(value, labels.get(value) or _value_name(words, split, value)) for value in ordered]


def _rising(value: str) -> tuple[bool, int, str]:
    """Return where a value stands among those that go up: below the first bound comes first."""
    number = "".join(character for character in value.partition("-")[0] if character.isdigit())
    return (not value.startswith("<"), int(number or 0), value)


def _value_name(words: Wordbook, split: str, value: str) -> str:
    """Return a type with what it means, a level or band of sizes in words, or the value itself."""
    if split == "type":
        meaning = words.label("type_meaning", value)
        return words.text("type_explained", type=value, meaning=meaning)
    named = words.labels("value_name")
    shown = value.replace("-", EN_DASH) if split == "ects_band" else value
    return str(named[split]).format(value=shown) if split in named else shown
