"""What an answer says of working status: who works, the share that does, and how it was found out.

The share is computed from published numbers only. Unknown is never folded into not working.

Border: what a status is was decided before publication (table ``learner_years``).
"""

from pipelines.answers.cells import PublishedFigure
from pipelines.answers.disclosure import ProtectedShare, share_of
from pipelines.answers.document import Inline, Number, Paragraph
from pipelines.answers.facts import Definition
from pipelines.answers.sections.material import Material

WORKING_STATUS = "working_status"
LEARNERS = "learners"
NOT_WORKING = ("job_seeking", "not_active")


def working_status_sentence(
    material: Material, measure: str, definition: Definition
) -> Paragraph | None:
    """Return which learners work, do not or are unknown in the last year; None without data."""
    if measure != LEARNERS:
        return None
    year = material.question.window.to_year
    if not material.total(measure, definition.definition, year).is_known:
        return None
    statuses = ("working", *NOT_WORKING, "unknown")
    places: dict[str, Inline] = {
        status: material.number(
            material.part(measure, definition.definition, year, WORKING_STATUS, status)
        )
        for status in statuses
    }
    return material.say(
        "split.working_status",
        reading=material.named(definition),
        year=material.printer.period(year),
        **places,
    )


def working_share(
    material: Material, figures: dict[str, PublishedFigure], total: PublishedFigure
) -> Inline:
    """Return working / (working + not working), or why there is no percentage."""
    if not total.is_known:
        return material.words.text("figure.missing")
    used = ("working", *NOT_WORKING, "unknown")
    share = share_of(
        figures["working"],
        [figures[status] for status in NOT_WORKING],
        figures["unknown"],
        material.rules,
    )
    if share is None:
        return material.words.text("figure.no_percentage")
    return Number(
        key=f"derived:share:working:{total.key}",
        text=_share_text(material, share),
        source="derived",
        derived_from=tuple(figures[status].key for status in used),
        lower=share.lowest,
        upper=share.highest,
    )


def _share_text(material: Material, share: ProtectedShare) -> str:
    percentage = material.printer.percentage
    lowest, highest = percentage(share.lowest), percentage(share.highest)
    if share.share is None:
        return material.words.text("figure.interval", lowest=lowest, highest=highest)
    middle = percentage(share.share)
    if lowest == highest:
        return middle
    return material.words.text("figure.share", share=middle, lowest=lowest, highest=highest)


def working_status_notes(material: Material) -> tuple[Paragraph, ...]:
    """Return where a status comes from, and when there is no percentage."""
    return (
        material.note("split.note_status"),
        material.note("split.note_unknown"),
        material.note(
            "split.note_percentage",
            percentage_base=material.parameter("percentage_base"),
            max_unknown_share=material.parameter("max_unknown_share"),
        ),
    )
