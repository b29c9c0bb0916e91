"""The list of offerings: title, institution, size, verdicts and features, one row each.

Border: numbers of offerings stand in ``overview``; the list counts nothing.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from pipelines.answers.document import Block, Inline, Number, Paragraph, Row, Table
from pipelines.answers.facts import ListedOffering
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import Material

FIRST_COLUMNS = ("title", "institution", "size")
# The last one is what ``staalkaart explain`` asks for.
LAST_COLUMNS = ("kind", "type", "level", "mode", "offering_id")


def list_of_year(material: Material, part: Part, year: str) -> Block:
    """Return what counts for certain in a year under at least one reading, or that nothing does."""
    shown = [
        one for one in material.offerings() if one.academic_year == year and one.counts_somewhere
    ]
    period = material.printer.period(year)
    if not shown:
        return material.say("overview.list_empty", year=period)
    return _offerings_table(
        material,
        material.yearly_name(part, year, "lijst"),
        material.at_place(material.words.text("overview.list_caption", year=period)),
        shown,
        is_folded=True,
        notes=(material.note("overview.list_note"),),
    )


def list_of_all_years(material: Material, part: Part) -> Table:
    """Return every offering and year that counts or may count, as a file only."""
    return _offerings_table(
        material,
        material.table_name(part.id, "lijst-alle-jaren"),
        material.at_place(material.words.text("overview.list_all_caption")),
        material.offerings(),
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
    places = {name: place for place, name in enumerate(material.institution_names())}
    ordered = sorted(
        offerings,
        key=lambda one: (places.get(one.institution_id, len(places)), one.academic_year),
    )
    return Table(
        name=name,
        caption=caption,
        columns=(
            *(words.text(f"column.{column}") for column in FIRST_COLUMNS),
            *(one.short for one in material.definitions()),
            *(words.text(f"column.{column}") for column in LAST_COLUMNS),
            *(() if in_page else (words.text("column.year"),)),
        ),
        rows=tuple(Row(_offering_cells(material, one, with_year=not in_page)) for one in ordered),
        row_header_columns=2,
        is_folded=is_folded,
        in_page=in_page,
        notes=notes,
    )


def _offering_cells(material: Material, one: ListedOffering, with_year: bool) -> tuple[Inline, ...]:
    words = material.words
    names = material.institution_names()
    kinds, modes = words.labels("split_value")["offering_kind"], words.labels("split_value")["mode"]
    verdicts = words.labels("verdict")
    return (
        one.title,
        names.get(one.institution_id, one.institution_id),
        stated_size(material, one),
        *(verdicts[one.verdicts.get(name, "out")] for name in material.question.definitions),
        kinds.get(one.offering_kind or "unknown", one.offering_kind or ""),
        words.text("type_name", type=one.type) if one.type else kinds["unknown"],
        str(one.vks_level) if one.vks_level else kinds["unknown"],
        modes.get(one.mode or "unknown", one.mode or ""),
        one.offering_id,
        *((material.printer.period(one.academic_year),) if with_year else ()),
    )


class Sized(Protocol):
    """An offering in a year with the size its institution states."""

    @property
    def offering_id(self) -> str:
        """The offering."""

    @property
    def academic_year(self) -> str:
        """The year of the run."""

    @property
    def workload_value(self) -> Decimal | None:
        """How large it is, if that is known."""

    @property
    def workload_unit(self) -> str | None:
        """What the size is counted in."""

    @property
    def workload_source(self) -> str | None:
        """Whether the size is stated or the sum of the components."""


def stated_size(material: Material, one: Sized) -> Inline:
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
