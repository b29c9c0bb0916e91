"""The pages of single numbers: size and level of an offering, a threshold, a rule, a suite's tally.

Border: numbers that stand for many records have pages of their own.
"""

import re

from pipelines.explaining.facts import OfferingFacts
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Block, Grid, Note, Page, Part
from pipelines.explaining.published import read_offering, read_runs, rows_of
from pipelines.explaining.size import SIZE, STATED, size_text
from pipelines.explaining.type_and_level import type_and_level

WORKLOAD_KEY = re.compile(r"offerings:(?P<id>.+):(?P<year>\d{4}-\d{4}):workload_value")
LEVEL_KEY = re.compile(r"offerings:(?P<id>.+):(?P<year>\d{4}-\d{4}):vks_level")
PARAMETER_KEY = re.compile(r"parameters:(?P<name>.+)")
RULE_KEY = re.compile(r"rules:(?P<rule_id>[A-Z0-9-]+):name")
SUITE_KEY = re.compile(r"check_results:(?P<suite>[^:]+):(?P<what>asked|succeeded|warned)")
SHARE = "_share"
OWN_CHOICE = "Own choice"

PARAMETER_SQL = "select value, unit, source from parameters where name = $name"
SUITE_SQL = """
    select
        subject,
        table_name,
        count(*) as asked,
        count(*) filter (where success and not could_not_run) as succeeded,
        count(*) filter (where not success) as warned
    from check_results
    where suite = $suite
    group by subject, table_name
    order by subject, table_name
"""


def workload_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of the size of an offering in a year, None for another key."""
    named = WORKLOAD_KEY.fullmatch(key)
    facts = _facts(tell, named)
    if facts is None:
        return None
    teller, run = tell.teller, facts.run
    size = size_text(teller, facts)
    title = tell.say(
        "workload.title",
        title=run.title or tell.words.text("title.untitled"),
        offering_id=run.offering_id,
        year=tell.printer.period(run.academic_year),
        size=size,
    )
    rows = {"institution": run.institution_name, "value": size}
    blocks: list[Block] = [tell.facts(rows), tell.key(key), Note(tell.say("workload.rule"))]
    blocks += [Note(text) for text in teller.rule(SIZE)]
    if facts.components and run.workload_source != STATED:
        blocks.append(_components(tell, facts))
    following = tell.say("next.one", offering_id=run.offering_id, year=run.academic_year)
    parts = [
        Part(tell.say("workload.part"), tuple(blocks)),
        teller.origin(facts.origin),
        tell.part("next", Note(following)),
    ]
    return tell.page(title, parts)


def level_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of the level of an offering in a year, None for another key or no level."""
    facts = _facts(tell, LEVEL_KEY.fullmatch(key))
    if facts is None or facts.run.vks_level is None:
        return None
    run = facts.run
    title = tell.say(
        "level_of_offering.title",
        title=run.title or tell.words.text("title.untitled"),
        offering_id=run.offering_id,
        year=tell.printer.period(run.academic_year),
        level=str(run.vks_level),
    )
    following = tell.say("next.one", offering_id=run.offering_id, year=run.academic_year)
    asked = (tell.facts({"institution": run.institution_name}), tell.key(key))
    parts = [
        Part(tell.say("level_of_offering.part"), asked),
        type_and_level(tell.teller, facts),
        tell.teller.origin(facts.origin),
        tell.part("next", Note(following)),
    ]
    return tell.page(title, parts)


def _facts(tell: FigureTeller, named: re.Match[str] | None) -> OfferingFacts | None:
    """Return what is published of the offering and year that a key names."""
    if named is None:
        return None
    connection, rules = tell.source.connection, tell.background.rule_set_version
    runs = read_runs(connection, named["id"], rules)
    run = next((one for one in runs if one.academic_year == named["year"]), None)
    return read_offering(connection, run, (), rules) if run else None


def _components(tell: FigureTeller, facts: OfferingFacts) -> Grid:
    """Return the components whose credits are summed."""
    rows = tuple(
        (
            one.component_code,
            one.title or "",
            "" if one.credits_ects is None else tell.amount(one.credits_ects),
        )
        for one in facts.components
    )
    return Grid(tell.words.texts("component.columns")[:3], rows)


def parameter_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of a threshold, None for another key."""
    named = PARAMETER_KEY.fullmatch(key)
    found = rows_of(tell.source.connection, PARAMETER_SQL, name=named["name"]) if named else []
    if named is None or not found:
        return None
    name = named["name"]
    value = tell.source.parameters[name].value
    shown = tell.printer.percentage(value) if name.endswith(SHARE) else tell.amount(value)
    source = found[0]["source"] or ""
    rows = {
        "meaning": tell.word("parameter.meaning", name),
        "value": shown,
        "determined": tell.say("parameter.own_choice") if OWN_CHOICE in source else source,
    }
    title = tell.say("parameter.title", parameter=name, value=shown)
    notes = [tell.key(key), Note(tell.say("parameter.where"))]
    return tell.page(title, [Part(tell.say("parameter.part"), (tell.facts(rows), *notes))])


def rule_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of a rule whose name, with the bounds in it, is printed; None for another."""
    named = RULE_KEY.fullmatch(key)
    rule = tell.background.rules.get(named["rule_id"]) if named else None
    if rule is None:
        return None
    rows = {"meaning": f"{rule.text} {rule.deviation}".strip(), "determined": rule.document}
    name = rule.name[:1].lower() + rule.name[1:]
    title = tell.say("rule_of_catalogue.title", rule_id=rule.rule_id, rule_name=name)
    notes = [tell.key(key), Note(tell.say("rule_of_catalogue.where"))]
    return tell.page(title, [Part(tell.say("rule_of_catalogue.part"), (tell.facts(rows), *notes))])


def suite_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of how many checks of a suite ran, succeeded or warned."""
    named = SUITE_KEY.fullmatch(key)
    found = rows_of(tell.source.connection, SUITE_SQL, suite=named["suite"]) if named else []
    if named is None or not found:
        return None
    count = sum(row[named["what"]] for row in found)
    names = ("asked", "succeeded", "warned")
    rows = tuple(
        (row["subject"] or "", row["table_name"] or "", *(tell.amount(row[name]) for name in names))
        for row in found
    )
    title = tell.say(
        "check_list.title",
        suite=tell.words.label("suite", named["suite"]),
        what=tell.word("check_list.what", named["what"]),
        count=tell.amount(count),
    )
    grid = Grid(tell.words.texts("count.check_list.columns"), rows)
    return tell.page(title, [Part(tell.say("check_list.part"), (tell.key(key), grid))])
