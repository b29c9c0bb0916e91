"""Method and provenance: how it was counted, from what, by which version, and who checked.

Border: clock times stay out, so that the same inputs give the same bytes.
"""

from pipelines.answers.document import (
    Block,
    Inline,
    ListBlock,
    Paragraph,
    Row,
    Section,
    Table,
    filled,
)
from pipelines.answers.sections.material import Material
from pipelines.answers.sections.summary import headline_measures, headline_years

SHOWN_HASH_LENGTH = 16


def method_section(material: Material) -> Section:
    """Return the rules of counting in plain words, thresholds bound to their parameter."""
    places: dict[str, Inline] = {
        name: material.parameter(name) for name in material.published.parameters
    }
    rule = material.question.window_rule
    texts = [
        material.words.template("method.years_given" if rule.years else "method.years_completed"),
        *material.words.texts("method.points"),
        material.words.template(f"method.{material.rules.method}"),
        *([material.words.template("method.proved")] if material.rules.coarser else []),
    ]
    points = [filled(text, places) for text in texts]
    blocks: tuple[Block, ...] = (ListBlock((*points, *_second_count(material))),)
    return Section("werkwijze", material.words.text("section.method"), blocks)


def _second_count(material: Material) -> tuple[Paragraph, ...]:
    """Return for which of the headline figures a second count was made before publication."""
    figures = [
        here.total(measure, definition.definition, year)
        for here in material.each_place()
        for measure in headline_measures(here)
        for definition in here.definitions()
        for year in headline_years(here, measure)
    ]
    known = [figure for figure in figures if figure.is_known]
    certified = [figure for figure in known if figure.certificates]
    if not known:
        return ()
    if len(certified) == len(known):
        return (material.say("method.counted_twice"),)
    if not certified:
        return (material.say("method.counted_once"),)
    key = "check_results:headlines"
    said = material.say(
        "method.counted_twice_in_part",
        certified=material.counted(f"{key}:certified", len(certified), "check_results"),
        known=material.counted(f"{key}:known", len(known), "check_results"),
    )
    return (said,)


def provenance_section(material: Material) -> Section:
    """Return as-of date, versions, check results and deliveries."""
    blocks: tuple[Block, ...] = (
        material.say("provenance.intro"),
        _build_table(material),
        _checks_table(material),
        _deliveries_table(material),
    )
    return Section("herkomst", material.words.text("section.provenance"), blocks)


def provenance_record(material: Material) -> dict[str, object]:
    """Return the same in full, for the JSON file."""
    build = material.published.build
    return {
        "as_of": build.as_of.isoformat(),
        "code_version": build.code_version,
        "rule_set_version": build.rule_set_version,
        "landing_hash": build.landing_hash,
        "key_fingerprint": build.key_fingerprint,
        "is_synthetic": build.is_synthetic,
        "checks": [
            {
                "suite": one.suite,
                "asked": one.asked,
                "succeeded": one.succeeded,
                "warned": one.warned,
            }
            for one in material.published.suites
        ],
        "deliveries": [
            {
                "institution_id": one.institution_id,
                "kind": one.kind,
                "file_name": one.file_name,
                "sha256": one.sha256,
                "received_on": one.received_on.isoformat() if one.received_on else None,
                "status": one.status,
            }
            for one in material.published.deliveries
        ],
        **({"last_run": material.last_run.record()} if material.last_run else {}),
    }


def _build_table(material: Material) -> Table:
    words, build = material.words, material.published.build
    facts = {
        "as_of": material.printer.day(build.as_of),
        "code_version": build.code_version,
        "rule_set_version": build.rule_set_version,
        "landing_hash": build.landing_hash,
        "key_fingerprint": build.key_fingerprint or words.text("provenance.no_key"),
    }
    return Table(
        name="herkomst",
        caption=words.text("provenance.build_caption"),
        columns=(words.text("column.item"), words.text("column.value")),
        rows=tuple(Row((words.text(f"provenance.{name}"), fact)) for name, fact in facts.items()),
    )


def _checks_table(material: Material) -> Table:
    words = material.words
    rows = [
        Row(
            (
                words.label("suite", one.suite),
                *(
                    material.counted(f"check_results:{one.suite}:{name}", count, "check_results")
                    for name, count in (
                        ("asked", one.asked),
                        ("succeeded", one.succeeded),
                        ("warned", one.warned),
                    )
                ),
            )
        )
        for one in material.published.suites
    ]
    columns = ("suite", "asked", "succeeded", "warned")
    return Table(
        name="controles",
        caption=words.text("provenance.checks_caption"),
        columns=tuple(words.text(f"column.{column}") for column in columns),
        rows=tuple(rows),
    )


def _deliveries_table(material: Material) -> Table:
    words, names = material.words, material.institution_names()
    rows = [
        Row(
            (
                names.get(one.institution_id, words.label("sender", one.institution_id)),
                words.label("kind", one.kind),
                one.file_name,
                material.printer.day(one.received_on) if one.received_on else "",
                words.label("delivery_status", one.status),
                (one.sha256 or "")[:SHOWN_HASH_LENGTH],
            )
        )
        for one in material.published.deliveries
    ]
    columns = ("institution", "kind", "file", "received_on", "status", "hash")
    return Table(
        name="leveringen",
        caption=words.text("provenance.deliveries_caption"),
        columns=tuple(words.text(f"column.{column}") for column in columns),
        rows=tuple(rows),
        is_folded=True,
    )
