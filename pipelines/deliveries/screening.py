"""The rule engine: text in, typed rows and findings out; all errors of all rows at once.

Typing is done here and nowhere else. Every row rule of ``rules.yml`` that names a check is bound to
the columns it applies to; the check is an expression that is true for the rows it finds.

Border: the rules are data (``rules.yml``); patterns of values stand in ``parsing.py``; repeated
keys over a whole file are found by ``repetition.py``.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.deliveries import parsing
from pipelines.deliveries.kinds import Column, Kind, load_kinds
from pipelines.deliveries.register import Register
from pipelines.deliveries.rules import Rule, finding_rows, load_rules, no_findings
from pipelines.deliveries.stray_numbers import STRAY, with_stray_numbers_masked

LARGEST_ECTS = 400
LARGE_BATCH = 20_000
_TEXT = "text:"
_MASK = "mask:"


@dataclass(frozen=True)
class Sender:
    """What screening must know about where a delivery comes from.

    Attributes:
        institution_id: The folder of the delivery; rows of others are foreign.
        last_year: The last academic year that can be delivered (see ``last_year_for``).
        notation: ``academic_year_notation`` of the contract.
        decimal_sign: ``decimal_sign`` of the contract, or what the format itself says.
        register: The institutions and their codes.
        is_guide: Whether the columns are known to the sender by their study-guide keys.
        stream: The stream, for the rules that make an exception for it.
        labels: The sender's own header per canonical column, for an own table.
    """

    institution_id: str
    last_year: str
    register: Register
    notation: str | None = None
    is_guide: bool = False
    stream: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    decimal_sign: parsing.DecimalSign | None = None

    def label(self, column: Column) -> str:
        """Return the name of a column as the sender knows it."""
        return dict(self.labels).get(column.name) or column.label(self.is_guide)


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


Check = Callable[[Column, Kind, Sender], pl.Expr]


def last_year_for(received_on: date) -> str:
    """Return the academic year after the one in which a delivery was received."""
    start = parsing.start_year_of(received_on) + 1
    return f"{start}-{start + 1}"


@dataclass(frozen=True)
class Plan:
    """The expressions that type and screen rows with certain columns; made once per layout.

    Attributes:
        texts: The cells, cleaned.
        free: The cells of free text, in which no national number may stand.
        cells: Per column its typed value, and the masks that look at nothing else.
        rules: Every bound rule with its column; number n has the mask ``mask:n``.
        row_masks: The masks that look at several columns.
    """

    texts: tuple[pl.Expr, ...]
    free: tuple[str, ...]
    cells: tuple[tuple[Column, pl.Expr, tuple[pl.Expr, ...]], ...]
    rules: tuple[tuple[Rule, Column], ...]
    row_masks: tuple[pl.Expr, ...]


@functools.lru_cache(maxsize=256)
def make_plan(kind_name: str, present: frozenset[str], sender: Sender) -> Plan:
    """Return the plan for rows of a kind that have these columns.

    Rules on columns that are not there are left out, unless they speak about emptiness.
    """
    kind = load_kinds()[kind_name]
    rules = [
        (rule, column)
        for rule, column in _bound_rules(kind, is_guide=sender.is_guide)
        if (column.name in present or rule.check in CHECKS_OF_EMPTINESS)
        and sender.stream not in rule.except_streams
    ]
    cell_masks: dict[str, list[pl.Expr]] = {column.name: [] for column in kind.columns}
    row_masks: list[pl.Expr] = []
    for index, (rule, column) in enumerate(rules):
        found = CHECKS[rule.check or ""](column, kind, sender).fill_null(value=False)
        mask = found.alias(f"{_MASK}{index}")
        masks = row_masks if rule.check in CHECKS_OF_ROWS else cell_masks[column.name]
        masks.append(mask)
    return Plan(
        tuple(_text_of(c, present).alias(_TEXT + c.name) for c in kind.columns),
        tuple(
            _TEXT + c.name
            for c in kind.columns
            if c.type == "text" and not c.personal and c.name in present
        ),
        tuple(
            (c, _typed(c, sender, present).alias(c.name), tuple(cell_masks[c.name]))
            for c in kind.columns
        ),
        tuple(rules),
        tuple(row_masks),
    )


def screen(rows: pl.DataFrame, kind: Kind, sender: Sender) -> Screened:
    """Screen a batch of rows.

    Args:
        rows: ``row_number`` and canonical columns as text; absent columns count as empty.
        kind: The kind of the rows.
        sender: Where the delivery comes from.
    """
    plan = make_plan(kind.name, frozenset(rows.columns), sender)
    cells = [_TEXT + column.name for column in kind.columns]
    texts = with_stray_numbers_masked(rows.select("row_number", *plan.texts), plan.free)
    screened = _judged_cells(texts, plan).with_columns(
        *plan.row_masks,
        row_hash=pl.struct(column.name for column in kind.columns).hash(seed=1),
        key_hash=pl.struct(kind.key).hash(seed=2),
    )
    strays = [STRAY + name for name in plan.free]
    names = [f"{_MASK}{index}" for index in range(len(plan.rules))]
    counts = screened.select(pl.col(names).sum()).row(0)
    findings = [no_findings()]
    errors: list[str] = []
    foreign_count = 0
    for name, count, (rule, column) in zip(names, counts, plan.rules, strict=True):
        if not count:
            continue
        findings.append(_findings(screened.filter(pl.col(name)), rule, column, kind, sender))
        if rule.severity == "error":
            errors.append(name)
        if rule.check == "institution_foreign":
            foreign_count = count
    is_accepted = ~pl.any_horizontal(errors) if errors else pl.lit(value=True)
    judged = screened.with_columns(is_accepted=is_accepted)
    return Screened(
        judged.filter("is_accepted").drop(*cells, *strays, *names, "is_accepted"),
        pl.concat(findings),
        judged.select(pl.col(kind.scope_column).alias("scope"), "is_accepted"),
        foreign_count,
    )


def _judged_cells(texts: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Add typed values and masks of cells; in large batches each distinct text is judged once."""
    if texts.height < LARGE_BATCH:
        typed = texts.with_columns(value for _, value, _ in plan.cells)
        return typed.with_columns(mask for _, _, masks in plan.cells for mask in masks)
    judged = texts
    for column, value, masks in plan.cells:
        text = _TEXT + column.name
        distinct = texts.select(text).unique() if column.type != "text" else texts
        if distinct.height * 4 > texts.height:
            judged = judged.with_columns(value).with_columns(masks)
            continue
        judged = judged.join(
            distinct.with_columns(value).with_columns(masks),
            on=text,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
    return judged


def _text_of(column: Column, present: frozenset[str]) -> pl.Expr:
    if column.name not in present:
        return pl.lit(None, pl.String)
    return parsing.cleaned(pl.col(column.name))


def _typed(column: Column, sender: Sender, present: frozenset[str]) -> pl.Expr:
    text = pl.col(_TEXT + column.name)
    if column.name not in present:
        return pl.lit(column.when_empty, column.polars_type)
    value: pl.Expr
    match column.type:
        case "text":
            value = text
        case "code":
            value = parsing.code(text, column.codes)
        case "codes":
            value = parsing.code_set(text, column.codes)
        case "boolean":
            value = parsing.boolean(text)
        case "decimal":
            value = parsing.decimal(text, sender.decimal_sign)
        case "date":
            value = parsing.calendar_date(text)
            value = pl.when(value != parsing.OPEN_END).then(value)
        case "academic_year":
            value = parsing.academic_year(text, sender.notation)
        case "institution":
            value = parsing.code(text, sender.register.by_code)
        case "institutions":
            value = parsing.code_set(text, sender.register.by_code)
        case "national_number":
            value = parsing.national_number(text)
        case "quarter":
            value = parsing.quarter(text)
    if column.lands_as == "int8":
        value = value.cast(pl.Int8, strict=False)
    if column.when_empty is not None:
        value = pl.when(text.is_null()).then(pl.lit(column.when_empty)).otherwise(value)
    return value


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
        columns.append(pl.col(_TEXT + column.name).alias("value"))
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


def _text(column: Column) -> pl.Expr:
    return pl.col(_TEXT + column.name)


def _not_parsed(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return _text(column).is_not_null() & pl.col(column.name).is_null()


def _required_empty(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return _text(column).is_null()


def _institution_foreign(column: Column, _kind: Kind, sender: Sender) -> pl.Expr:
    return pl.col(column.name) != sender.institution_id


def _academic_year_ambiguous(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name).is_null() & parsing.is_ambiguous_year(_text(column))


def _academic_year_unreadable(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    return _not_parsed(column, kind, sender) & ~parsing.is_ambiguous_year(_text(column))


def _academic_year_too_late(column: Column, _kind: Kind, sender: Sender) -> pl.Expr:
    return pl.col(column.name) > sender.last_year


def _number_date_like(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return parsing.is_date_like_number(_text(column))


def _number_ambiguous(column: Column, _kind: Kind, sender: Sender) -> pl.Expr:
    return pl.lit(sender.decimal_sign is None) & parsing.is_ambiguous_number(_text(column))


def _number_unreadable(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    is_explained = _number_date_like(column, kind, sender) | _number_ambiguous(column, kind, sender)
    return _not_parsed(column, kind, sender) & ~is_explained


def _number_negative(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name) < 0


def _ects_too_large(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    is_larger = (pl.col(column.name) > LARGEST_ECTS) & ~_number_date_like(column, kind, sender)
    if column.name != "workload_value":
        return is_larger
    return is_larger & (pl.col("workload_unit").fill_null("ects") == "ects")


def _size_zero(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name) == 0


def _size_without_unit(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    is_size = pl.col(column.name).is_between(0, LARGEST_ECTS, closed="right")
    return is_size & pl.col(f"{_TEXT}workload_unit").is_null()


def _date_two_digit_year(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return parsing.has_two_digit_year(_text(column))


def _date_unreadable(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    found = parsing.calendar_date(_text(column))
    is_date = found.is_not_null() if column.open_end else found < parsing.OPEN_END
    return (
        _text(column).is_not_null()
        & ~is_date.fill_null(value=False)
        & ~parsing.has_two_digit_year(_text(column))
    )


def _date_far_from_year(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    start = pl.col("academic_year").str.slice(0, 4).cast(pl.Int32, strict=False)
    day = pl.col(column.name)
    return (day < pl.date(start - 1, 10, 1)) | (day > pl.date(start + 2, 9, 30))


def _withdrawn_before_enrolled(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name) < pl.col("enrolled_on")


def _ended_before_started(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name) < pl.col("started_on")


def _digits(column: Column, is_wanted: pl.Expr) -> pl.Expr:
    """Return the digits of the wanted cells only: there are millions, and few have a problem."""
    return parsing.national_number_digits(pl.when(is_wanted).then(_text(column)))


def _national_number_length(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    failed = _not_parsed(column, kind, sender)
    return failed & ~_digits(column, failed).str.contains("^[0-9]{11}$")


def _national_number_check(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    failed = _not_parsed(column, kind, sender)
    return failed & _digits(column, failed).str.contains("^[0-9]{11}$")


def _national_number_repaired(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    is_odd = pl.col(column.name).is_not_null() & (_text(column).str.len_bytes() != 11)
    return is_odd & (_digits(column, is_odd).str.len_bytes() == 10)


def _national_number_stray(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(f"{STRAY}{_TEXT}{column.name}")


def _none_of(index: int) -> Check:
    def check(_column: Column, kind: Kind, _sender: Sender) -> pl.Expr:
        return pl.all_horizontal(pl.col(_TEXT + name).is_null() for name in kind.one_of[index])

    return check


# Checks that look at more than the cell they are bound to.
CHECKS_OF_ROWS = {
    "ects_too_large",
    "size_without_unit",
    "date_far_from_year",
    "withdrawn_before_enrolled",
    "ended_before_started",
    "identity_missing",
    "codes_missing",
}
# Checks that can find something in a column that is not in the file.
CHECKS_OF_EMPTINESS = {"required_empty", "identity_missing", "codes_missing"}
CHECKS: dict[str, Check] = {
    "required_empty": _required_empty,
    "not_parsed": _not_parsed,
    "institution_not_known": _not_parsed,
    "institution_foreign": _institution_foreign,
    "academic_year_ambiguous": _academic_year_ambiguous,
    "academic_year_unreadable": _academic_year_unreadable,
    "academic_year_too_late": _academic_year_too_late,
    "number_date_like": _number_date_like,
    "number_ambiguous": _number_ambiguous,
    "number_unreadable": _number_unreadable,
    "number_negative": _number_negative,
    "ects_too_large": _ects_too_large,
    "size_zero": _size_zero,
    "size_without_unit": _size_without_unit,
    "date_two_digit_year": _date_two_digit_year,
    "date_unreadable": _date_unreadable,
    "date_far_from_year": _date_far_from_year,
    "withdrawn_before_enrolled": _withdrawn_before_enrolled,
    "ended_before_started": _ended_before_started,
    "national_number_length": _national_number_length,
    "national_number_check": _national_number_check,
    "national_number_repaired": _national_number_repaired,
    "national_number_in_text": _national_number_stray,
    "national_number_in_code": _national_number_stray,
    "identity_missing": _none_of(0),
    "codes_missing": _none_of(1),
}
