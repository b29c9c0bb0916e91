"""The rule engine: text in, typed rows and findings out; all errors of all rows at once.

Every row rule of ``rules.yml`` that names a check is bound to the columns it applies to.

Border: the rules are data (``rules.yml``); the expressions of their checks stand in ``checks.py``,
typing in ``cells.py``; repeated keys over a whole file are found by ``repetition.py``.
"""

import functools
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.deliveries.cells import TEXT, cleaned, typed, with_values
from pipelines.deliveries.checks import CHECKS, Fault
from pipelines.deliveries.kinds import Column, Kind, load_kinds
from pipelines.deliveries.rules import Rule, finding_rows, load_rules, no_findings
from pipelines.deliveries.sender import Dialect, Sender
from pipelines.deliveries.stray_numbers import with_stray_numbers_masked

_PLACE = "place"


@dataclass(frozen=True)
class Screened:
    """The verdict on one batch.

    Attributes:
        accepted: Accepted rows, typed, with the columns of the kind that are landed or personal,
            and ``row_hash`` (of all values, whatever their notation) and ``key_hash``.
        findings: One row per rejected or warned row and rule.
        years: Academic year of every row that was read (null where unreadable) and whether it
            was accepted.
        foreign_count: Rows of another institution.
    """

    accepted: pl.DataFrame
    findings: pl.DataFrame
    years: pl.DataFrame
    foreign_count: int


@dataclass(frozen=True)
class BoundRule:
    """A rule on one column.

    Attributes:
        rule: The rule.
        column: The column.
        verdict: True for the faults among the suspects; None when every suspect is one.
    """

    rule: Rule
    column: Column
    verdict: pl.Expr | None


@dataclass(frozen=True)
class Plan:
    """The expressions that type and screen rows with certain columns; made once per layout.

    Attributes:
        texts: The cells, cleaned.
        free: The cells of free text, in which no national number may stand.
        values: The columns that are there with their typed values.
        absent: The values of the columns that are not.
        suspicions: Expressions that are true for suspects, no two of them the same.
        suspected: Per suspicion the numbers of the rules that ask for it.
        rules: Every bound rule.
    """

    texts: tuple[pl.Expr, ...]
    free: tuple[str, ...]
    values: tuple[tuple[Column, pl.Expr], ...]
    absent: tuple[pl.Expr, ...]
    suspicions: tuple[pl.Expr, ...]
    suspected: tuple[tuple[int, ...], ...]
    rules: tuple[BoundRule, ...]


@functools.lru_cache(maxsize=1024)
def make_plan(kind_name: str, present: frozenset[str], dialect: Dialect) -> Plan:
    """Return the plan for rows of a kind that have these columns.

    Rules on columns that are not there are left out, unless they speak about emptiness.
    """
    kind = load_kinds()[kind_name]
    rules: list[BoundRule] = []
    suspicions: dict[tuple[Fault, str], list[int]] = {}
    for rule, column in _bound_rules(kind, is_guide=dialect.is_guide):
        check = CHECKS[rule.check or ""]
        is_asked = column.name in present or check.speaks_of_emptiness
        if not is_asked or dialect.stream in rule.except_streams:
            continue
        suspicions.setdefault((check.suspicion, column.name), []).append(len(rules))
        verdict = check.verdict(column, kind, dialect) if check.verdict else None
        rules.append(BoundRule(rule, column, verdict))
    there = [column for column in kind.columns if column.name in present]
    return Plan(
        tuple(cleaned(column, present) for column in kind.columns),
        tuple(TEXT + c.name for c in there if c.type == "text" and not c.personal),
        tuple(
            (c, typed(kind_name, c.name, dialect.register, dialect.notation, dialect.decimal_sign))
            for c in there
        ),
        tuple(
            pl.lit(column.when_empty, column.polars_type).alias(column.name)
            for column in kind.columns
            if column.name not in present
        ),
        tuple(
            suspicion(kind.column(name), kind, dialect).fill_null(value=False).alias(str(number))
            for number, (suspicion, name) in enumerate(suspicions)
        ),
        tuple(map(tuple, suspicions.values())),
        tuple(rules),
    )


def screen(rows: pl.DataFrame, kind: Kind, sender: Sender) -> Screened:
    """Screen a batch of rows.

    Args:
        rows: ``row_number`` and canonical columns as text; absent columns count as empty.
        kind: The kind of the rows.
        sender: Where the delivery comes from.
    """
    plan = make_plan(kind.name, frozenset(rows.columns), sender.dialect)
    texts = rows.select("row_number", *plan.texts).with_row_index(_PLACE)
    cells = with_values(with_stray_numbers_masked(texts, plan.free), plan.values)
    cells = cells.with_columns(*plan.absent, *sender.constants)
    found = _found(cells, plan)
    findings = [no_findings()]
    rejected: list[pl.Series] = []
    foreign_count = 0
    for number in sorted(found):
        bound, broken = plan.rules[number], found[number]
        findings.append(_findings(broken, bound.rule, bound.column, kind, sender))
        if bound.rule.severity == "error":
            rejected.append(broken[_PLACE])
        if bound.rule.check == "institution_foreign":
            foreign_count = broken.height
    is_accepted = pl.lit(value=True)
    accepted = cells
    if rejected:
        places = pl.concat(rejected).unique()
        is_accepted = ~pl.col(_PLACE).is_in(places.implode())
        accepted = cells.filter(is_accepted)
    return Screened(
        accepted.select(
            "row_number",
            *(column.name for column in kind.columns),
            row_hash=pl.struct(column.name for column in kind.columns).hash(seed=1),
            key_hash=pl.struct(kind.key).hash(seed=2),
        ),
        pl.concat(findings),
        cells.select(pl.col(kind.scope_column).alias("scope"), is_accepted=is_accepted),
        foreign_count,
    )


def _found(cells: pl.DataFrame, plan: Plan) -> dict[int, pl.DataFrame]:
    """Return the rows that break a rule, per number of a rule that is broken."""
    found: dict[int, pl.DataFrame] = {}
    are_suspects = cells.select(suspicion.any() for suspicion in plan.suspicions).row(0)
    for suspicion, numbers, are_there in zip(
        plan.suspicions, plan.suspected, are_suspects, strict=True
    ):
        if not are_there:
            continue
        suspects = cells.filter(suspicion)
        for number in numbers:
            verdict = plan.rules[number].verdict
            broken = suspects if verdict is None else suspects.filter(verdict)
            if broken.height:
                found[number] = broken
    return found


def _bound_rules(kind: Kind, *, is_guide: bool) -> list[tuple[Rule, Column]]:
    """Return each rule with each column it applies to; a guide cannot fill template columns."""
    return [
        (rule, column)
        for rule in load_rules().values()
        if rule.check is not None and (rule.kinds is None or kind.name in rule.kinds)
        for column in kind.columns
        if (rule.types is None or column.type in rule.types)
        and (rule.columns is None or column.name in rule.columns)
        and (rule.check != "required_empty" or column.required)
        and not (is_guide and rule.check == "required_empty" and column.guide is None)
    ]


def _findings(
    broken: pl.DataFrame, rule: Rule, column: Column, kind: Kind, sender: Sender
) -> pl.DataFrame:
    year = pl.col("academic_year") if "academic_year" in broken.columns else pl.lit(None, pl.String)
    columns = [pl.col("row_number"), year.alias("academic_year")]
    if not column.personal:
        columns.append(pl.col(TEXT + column.name).alias("value"))
    if kind.name == "components" and rule.severity == "error":
        columns.append(pl.col("source_code").alias("bundle_code"))
    return finding_rows(
        rule.id,
        broken.select(columns),
        kind.name,
        sender.label(column),
        **_facts(rule, column, sender),
    )


def _facts(rule: Rule, column: Column, sender: Sender) -> dict[str, Any]:
    allowed = ", ".join(column.codes)
    if column.type in ("institution", "institutions"):
        allowed = ", ".join(sender.register.institution_ids)
    if column.type == "boolean":
        allowed = "J, N"
    if rule.check == "academic_year_too_late":
        allowed = sender.last_year
    return {
        "column": sender.label(column),
        "allowed": allowed,
        "expected": sender.institution_id,
    }
