"""Part "overview": what was on offer in the last completed year, with credits, and the full list.

Border: years beside each other are ``series``; every institution in every year is ``annex``.
"""

from collections.abc import Iterable
from typing import Protocol

from pipelines.answers.cells import FLANDERS, OVERLAP, Cell
from pipelines.answers.document import Block, Inline, Number, Paragraph, Row, Section, Table
from pipelines.answers.facts import ListedOffering
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import Material

INSTITUTION_KINDS = (("university", "universities"), ("university_college", "university_colleges"))

# Splits of persons whose values are always shown: a value left out would say that nobody has it.
CLOSED_SPLITS = ("working_status", "working_status_source", "contract_type", "purpose")


class InstitutionCells(Protocol):
    """Gives the cells of one institution's row, or of one kind of institution for all."""

    def __call__(self, institution: str, kind: str | None = None) -> tuple[Inline, ...]:
        """Return the cells after the row's name."""


def overview_section(material: Material, part: Part) -> Section:
    """Return the summary per reading, per institution and per split, and the list itself."""
    words, year = material.words, material.question.window.to_year
    blocks: list[Block] = [
        material.say("overview.intro", year=material.printer.period(year)),
        _readings_table(material, part, year),
        _institutions_table(material, part, year),
        *(
            table
            for split in part.splits
            if (table := _split_table(material, part, split, year)).rows
        ),
        _list_table(material, part, year),
        _full_list(material, part),
    ]
    title = words.text("part", part=part.id)
    return Section(
        f"antwoord-{part.id}", title, tuple(blocks), part.asks.in_language(words.language)
    )


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
            material.note("overview.credits_note"),
            material.note("overview.campus_note"),
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
    type_name = material.words.template("type_name")

    def label(value: str) -> str:
        if value in labels:
            return labels[value]
        return type_name.format(type=value) if split == "type" else value

    ordered = [*others, *known] if split in ("type", "level") else [*known, *others]
    return [(value, label(value)) for value in ordered]


def _list_table(material: Material, part: Part, year: str) -> Block:
    shown = [
        one
        for one in material.published.offerings
        if one.academic_year == year and one.counts_somewhere
    ]
    period = material.printer.period(year)
    if not shown:
        return material.say("overview.list_empty", year=period)
    return _offerings_table(
        material,
        f"{part.id}-lijst",
        material.words.text("overview.list_caption", year=period),
        shown,
        is_folded=True,
        notes=(material.note("overview.list_note"),),
    )


def _full_list(material: Material, part: Part) -> Table:
    return _offerings_table(
        material,
        f"{part.id}-lijst-alle-jaren",
        material.words.text("overview.list_all_caption"),
        material.published.offerings,
        in_page=False,
    )


def _offerings_table(
    material: Material,
    name: str,
    caption: str,
    offerings: Iterable[ListedOffering],
    is_folded: bool = False,
    in_page: bool = True,
    notes: tuple[Paragraph, ...] = (),
) -> Table:
    words = material.words
    verdicts = material.question.definitions
    places = {name: place for place, name in enumerate(material.institution_names())}
    ordered = sorted(
        offerings,
        key=lambda one: (places.get(one.institution_id, len(places)), one.academic_year),
    )
    columns = ("title", "institution", "size")
    features = ("kind", "type", "level", "mode", *(() if in_page else ("year",)))
    return Table(
        name=name,
        caption=caption,
        columns=(
            *(words.text(f"column.{column}") for column in columns),
            *(one.short for one in material.definitions()),
            *(words.text(f"column.{feature}") for feature in features),
        ),
        rows=tuple(
            Row(_offering_cells(material, one)[: len(columns) + len(features) + len(verdicts)])
            for one in ordered
        ),
        row_header_columns=2,
        is_folded=is_folded,
        in_page=in_page,
        notes=notes,
    )


def _offering_cells(material: Material, one: ListedOffering) -> tuple[Inline, ...]:
    words = material.words
    names = material.institution_names()
    kinds, modes = words.labels("split_value")["offering_kind"], words.labels("split_value")["mode"]
    verdicts = words.labels("verdict")
    return (
        " ".join((one.title or one.offering_id).split()),
        names.get(one.institution_id, one.institution_id),
        _size(material, one),
        *(verdicts[one.verdicts.get(name, "out")] for name in material.question.definitions),
        kinds.get(one.offering_kind or "unknown", one.offering_kind or ""),
        words.text("type_name", type=one.type) if one.type else kinds["unknown"],
        str(one.vks_level) if one.vks_level else kinds["unknown"],
        modes.get(one.mode or "unknown", one.mode or ""),
        material.printer.period(one.academic_year),
    )


def _size(material: Material, one: ListedOffering) -> Inline:
    """Return the size as the institution states it; a sum of components says that it is one."""
    words = material.words
    if one.workload_value is None:
        return words.text("size.unknown")
    unit = one.workload_unit or "ects"
    name = "component_sum" if one.workload_source == "component_sum" else unit
    text = words.text(f"size.{name}", size=material.printer.number(one.workload_value))
    return Number(
        key=f"offerings:{one.offering_id}:{one.academic_year}:workload_value",
        text=text,
        source="offerings",
        lower=one.workload_value,
        upper=one.workload_value,
    )
