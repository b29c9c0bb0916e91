"""Definition and reading: the European definition, the readings used, and since when they exist.

Border: no figure stands here.
"""

import yaml

from pipelines.answers.document import Block, Paragraph, Quotation, Row, Section, Table
from pipelines.answers.sections.material import Material
from pipelines.answers.wording import WORDING_DIR

CITATIONS_FILE = WORDING_DIR.parent / "citations.yml"
ROLES = ("first", "second", "third")
FRAMEWORK = "framework"


def reading_section(material: Material) -> Section:
    """Return the section every answer opens with (counting.md, The answer)."""
    words = material.words
    reasons = material.question.texts.get("reading")
    paragraphs = reasons.in_language(words.language) if reasons else ()
    blocks: list[Block] = [
        material.say("reading.intro"),
        eu_definition(words.language),
        *(Paragraph((text,)) for text in paragraphs),
        _readings_table(material),
        *_framework_allows(material),
    ]
    return Section("definitie", words.text("section.reading"), tuple(blocks))


def eu_definition(language: str) -> Quotation:
    """Return the only text an answer quotes, with its reference."""
    citations = yaml.safe_load(CITATIONS_FILE.read_text(encoding="utf-8"))
    quoted = citations["eu_definition"][language]
    return Quotation(quoted["text"], quoted["reference"])


def _framework_allows(material: Material) -> tuple[Paragraph, ...]:
    """Return that offerings outside the draft framework stay allowed, where it is a reading."""
    if not any(definition.definition == FRAMEWORK for definition in material.definitions()):
        return ()
    return (material.say("reading.framework_allows"),)


def applied_back_notes(material: Material) -> tuple[Paragraph, ...]:
    """Return, per reading with a date, the years it is applied to in hindsight."""
    notes = []
    for definition in material.definitions():
        years = material.applied_back(definition)
        day = material.dated(definition)
        if years and day:
            shown = material.join_years(years)
            notes.append(
                material.note(
                    "reading.applied_back", reading=definition.short, years=shown, day=day
                )
            )
    return tuple(notes)


def _readings_table(material: Material) -> Table:
    words = material.words
    rows = []
    for place, definition in enumerate(material.definitions()):
        years = material.applied_back(definition)
        shown = material.join_years(years)
        rows.append(
            Row(
                (
                    definition.name,
                    words.text(f"role.{ROLES[min(place, len(ROLES) - 1)]}"),
                    definition.source,
                    material.dated(definition) or words.text("reading.no_date"),
                    shown or words.text("reading.applied_back_none"),
                )
            )
        )
    columns = ("reading", "role", "source", "dated_on", "applied_back")
    return Table(
        name="lezingen",
        caption=words.text("reading.caption"),
        columns=tuple(words.text(f"column.{column}") for column in columns),
        rows=tuple(rows),
    )
