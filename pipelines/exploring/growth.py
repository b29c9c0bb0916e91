"""The growth of a choice, in the terms that add up to the difference.

Border: growth is published for a few measures and windows; nothing is computed for others.
"""

import polars

from pipelines.answers.cells import FLANDERS, PANEL
from pipelines.exploring.cells import plain_number
from pipelines.exploring.choices import Choice
from pipelines.exploring.opening import OpenedWarehouse

# Where a term stands; "stayed" is no part of the difference and stands below it.
TERMS = (
    "first",
    "new",
    "relabelled_in",
    "reclassified_in",
    "entered",
    "discontinued",
    "reclassified_out",
    "left",
    "coverage",
    "difference",
    "last",
    "stayed",
)
TERMS_SQL = """
    select
        institution_id,
        from_year,
        to_year,
        term,
        max(value) filter (where bound = 'lower') as lower,
        max(value) filter (where bound = 'upper') as upper,
        max(status) as status
    from growth
    where measure = $measure
        and definition = $definition
        and list_contains($institutions, institution_id)
        and window_label = (select max(window_label) from growth)
        and rule_set_version = (select rule_set_version from build)
    group by institution_id, from_year, to_year, term
"""


def growth_frame(opened: OpenedWarehouse, choice: Choice) -> polars.DataFrame:
    """Return the terms of growth of a choice in their order; empty where none is published.

    For all institutions together the like-for-like panel stands first.
    """
    is_everybody = choice.institution == FLANDERS
    institutions = [PANEL, FLANDERS] if is_everybody else [choice.institution]
    found = opened.connection.execute(
        TERMS_SQL,
        {
            "measure": choice.measure,
            "definition": choice.definition,
            "institutions": institutions,
        },
    ).fetchall()
    words, printer = opened.own_words, opened.printer
    who = {PANEL: words.text("panel"), FLANDERS: words.text("everybody")}
    told: dict[str, dict[str, object]] = {}
    for institution, from_year, to_year, term, lower, upper, status in sorted(
        found, key=lambda row: (TERMS.index(row[3]), institutions.index(row[0]))
    ):
        year = printer.period(to_year if term == "last" else from_year)
        name = opened.words.label("term", term).format(year=year)
        ahead = f"{who[institution]}: " if institution in who else ""
        told.setdefault(name, {words.text("column.term"): name}).update(
            {
                f"{ahead}{words.text('column.lower').lower()}": plain_number(lower),
                f"{ahead}{words.text('column.upper').lower()}": plain_number(upper),
                f"{ahead}{words.text('column.status').lower()}": words.label("status", status),
            }
        )
    return polars.DataFrame(list(told.values()), infer_schema_length=None)
