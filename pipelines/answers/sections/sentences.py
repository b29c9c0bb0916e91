"""The sentence that answers: how many, under which reading, in which year, and for whom.

It never claims more than the institutions that delivered; where there is no number it says so.

Border: whether something rises is said in ``conclusion``.
"""

from collections.abc import Iterable, Sequence

from pipelines.answers.cells import PublishedFigure
from pipelines.answers.document import Inline, Paragraph
from pipelines.answers.facts import Definition
from pipelines.answers.sections.material import Material

OFFERINGS = "offerings"


def answering_sentences(
    material: Material, measures: Sequence[str], definition: Definition, year: str
) -> list[Paragraph]:
    """Return the numbers of a year in one sentence, and one for each thing without a number."""
    figures = [material.total(measure, definition.definition, year) for measure in measures]
    known = [figure for figure in figures if figure.is_known and not is_empty(figure)]
    empty = [figure for figure in figures if is_empty(figure)]
    missing = [figure for figure in figures if not figure.is_known]
    said = [_counted(material, known, definition, year)] if known else []
    said += [_nothing_certain(material, figure, definition, year) for figure in empty]
    said += [_no_data(material, figure, year) for figure in missing]
    return said


def under_other_readings(material: Material, figures: Sequence[PublishedFigure]) -> Paragraph:
    """Return one measure under several readings in one sentence."""
    opening = material.say(
        "sentence.others", measure=material.measure_word(figures[0].cell.measure)
    )
    listed = [
        material.say(
            "sentence.other",
            number=material.number(figure),
            reading=material.named(material.published.definitions[figure.cell.definition]),
        ).inlines
        for figure in figures
    ]
    return Paragraph((*opening.inlines, " ", *_joined(material, listed), "."))


def is_empty(figure: PublishedFigure) -> bool:
    """Whether nothing counts for certain while nobody knows how much may: "at least zero"."""
    return figure.lower == 0 and figure.upper is None and not figure.hidden


def _counted(
    material: Material, figures: Sequence[PublishedFigure], definition: Definition, year: str
) -> Paragraph:
    """Return "under this reading there were, at the N institutions that delivered, this many"."""
    by_reporting: dict[str, list[PublishedFigure]] = {}
    for figure in figures:
        by_reporting.setdefault(material.reporting(figure).text, []).append(figure)
    groups = []
    for alike in by_reporting.values():
        counted = [
            material.say(f"counted.{one.cell.measure}", number=material.number(one)).inlines
            for one in alike
        ]
        groups.append((*_scope(material, alike[0]), " ", *_joined(material, counted)))
    opening = material.say(
        "sentence.opening", reading=material.named(definition), year=material.printer.period(year)
    )
    return Paragraph((*opening.inlines, " ", *_joined(material, groups), "."))


def _nothing_certain(
    material: Material, figure: PublishedFigure, definition: Definition, year: str
) -> Paragraph:
    """Return that nothing counts for certain, and how many offerings wait for evidence."""
    places: dict[str, Inline] = {
        "reading": material.named(definition),
        "year": material.printer.period(year),
        "measure": material.measure_word(figure.cell.measure),
    }
    if figure.cell.measure != OFFERINGS:
        return material.say("sentence.nothing_certain", **places)
    said = material.say("sentence.no_offering_certain", none=material.none_of(figure), **places)
    return Paragraph((*_scope(material, figure, "sentence.scope_first"), " ", *said.inlines))


def _no_data(material: Material, figure: PublishedFigure, year: str) -> Paragraph:
    kind = material.published.measures[figure.cell.measure].kind
    if material.place.is_one_institution:
        return material.say(
            "sentence.no_data_one",
            measure=material.measure_word(figure.cell.measure),
            place=material.place_name(),
            year=material.printer.period(year),
            kind=material.words.label("kind", kind),
        )
    return material.say(
        "sentence.no_data",
        institutions=material.institutions_word(),
        measure=material.measure_word(figure.cell.measure),
        year=material.printer.period(year),
        register=material.register_size(),
        kind=material.words.label("kind", kind),
    )


def _scope(
    material: Material, figure: PublishedFigure, name: str = "sentence.scope"
) -> tuple[Inline, ...]:
    """Return for how many institutions a figure holds, or for which one."""
    if material.place.is_one_institution:
        return material.say(f"{name}_one", place=material.place_name()).inlines
    reporting, register = material.reporting(figure), material.register_size()
    institutions = material.institutions_word()
    said = material.say(name, reporting=reporting, register=register, institutions=institutions)
    return said.inlines


def _joined(material: Material, parts: Iterable[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    """Return runs of words and numbers as a list in a sentence."""
    listed = list(parts)
    joined: list[Inline] = []
    for place, part in enumerate(listed):
        if place:
            separator = "last_separator" if place == len(listed) - 1 else "list_separator"
            joined.append(material.words.text(separator))
        joined.extend(part)
    return tuple(joined)
