"""Definition and reading: the European definition, the readings used, and what each counts.

Border: what counts under the main reading, with examples, stands in ``what_counts``.
"""

import yaml

from pipelines.answers.document import Block, Inline, Paragraph, Quotation, Row, Section, Table
from pipelines.answers.facts import Definition
from pipelines.answers.sections.material import Material
from pipelines.answers.wording import WORDING_DIR

CITATIONS_FILE = WORDING_DIR.parent / "citations.yml"
ROLES = ("first", "second", "third", "further")
FRAMEWORK = "framework"
# Shown under every reading there is, whatever the question asks for.
READINGS_MEASURE = "offerings"


def reading_section(material: Material) -> Section:
    """Return the definition with its reference, and the reading chosen with the reasons."""
    words = material.words
    blocks: list[Block] = [
        material.say("reading.intro"),
        eu_definition(words.language),
        *(Paragraph((text,)) for text in _reasons(material)),
        *_framework_allows(material),
    ]
    return Section("definitie", words.text("section.reading"), tuple(blocks))


def _reasons(material: Material) -> tuple[str, ...]:
    """Return why these readings, in the question's own words; else that they were asked for."""
    own = material.question.texts.get("reading")
    if own:
        return own.in_language(material.words.language)
    several = len(material.definitions()) > 1
    return (material.words.text("reading.asked_several" if several else "reading.asked_one"),)


def readings_section(material: Material) -> Section:
    """Return every reading there is: what it counts, how many offerings that gives, and its text.

    Those the question asks for come first.
    """
    year = material.printer.period(material.question.window.to_year)
    blocks: tuple[Block, ...] = (
        material.say("readings.intro", readings=_roles(material), year=year),
        _readings_table(material),
    )
    return Section("lezingen", material.words.text("section.readings"), blocks)


def eu_definition(language: str) -> Quotation:
    """Return the only text an answer quotes, with its reference."""
    citations = yaml.safe_load(CITATIONS_FILE.read_text(encoding="utf-8"))
    quoted = citations["eu_definition"][language]
    return Quotation(quoted["text"], quoted["reference"])


def all_readings(material: Material) -> tuple[Definition, ...]:
    """Return every published reading, those of the question first."""
    asked = material.definitions()
    return (*asked, *(one for one in material.published.definitions.values() if one not in asked))


def _framework_allows(material: Material) -> tuple[Paragraph, ...]:
    """Return that offerings outside the draft framework stay allowed, where it is a reading."""
    if not any(definition.definition == FRAMEWORK for definition in material.definitions()):
        return ()
    return (material.say("reading.framework_allows"),)


def _roles(material: Material) -> str:
    """Return the readings of the question with their place in the answer, as a list."""
    return material.join(
        [
            material.words.text(
                f"role.{ROLES[min(place, len(ROLES) - 1)]}", reading=material.named(definition)
            )
            for place, definition in enumerate(material.definitions())
        ]
    )


def _readings_table(material: Material) -> Table:
    words, year = material.words, material.question.window.to_year
    places = material.each_place()
    rows: list[Row] = []
    notes: list[Paragraph] = []
    for definition in all_readings(material):
        figures = [here.total(READINGS_MEASURE, definition.definition, year) for here in places]
        cells: tuple[Inline, ...] = (
            material.reading(definition),
            words.label("readings.counts", definition.definition),
            *(material.number(figure) for figure in figures),
            _source(material, definition),
        )
        rows.append(Row(cells))
        notes.extend(_applied_back(material, definition))
    return Table(
        name="lezingen",
        caption=material.at_place(
            words.text("readings.caption", year=material.printer.period(year))
        ),
        columns=(
            words.text("column.reading"),
            words.text("column.counts"),
            *(
                here.place_name() if len(places) > 1 else words.text("column.offerings")
                for here in places
            ),
            words.text("column.source_and_date"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _source(material: Material, definition: Definition) -> str:
    day = material.dated(definition)
    if day is None:
        return material.words.text("readings.no_date", source=definition.source)
    if day in definition.source:
        return definition.source
    return material.words.text("readings.dated", source=definition.source, day=day)


def _applied_back(material: Material, definition: Definition) -> tuple[Paragraph, ...]:
    """Return the years a reading is applied to in hindsight, with the date of its text."""
    years, day = material.applied_back(definition), material.dated(definition)
    if not years or day is None:
        return ()
    said = material.note(
        "reading.applied_back",
        reading=definition.short,
        years=material.join_years(years),
        day=day,
    )
    return (said,)
