"""The rule engine: text in, typed rows and findings out; all errors of all rows at once.

Typing is done here and nowhere else. Every row rule of ``rules.yml`` that names a check is bound to
the columns it applies to; the check is an expression that is true for the rows it finds.

Border: the rules are data (``rules.yml``); patterns of values stand in ``parsing.py``; repeated
keys over a whole file are found by ``repetition.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.deliveries import parsing
from pipelines.deliveries.kinds import Column, Kind
from pipelines.deliveries.register import Register
from pipelines.deliveries.rules import Rule, finding_rows, load_rules, no_findings

LARGEST_ECTS = 400
_TEXT = "text:"
_MASK = "mask:"
_YEARS_SHOWN_IN_DATE_RULES = 1


@dataclass(frozen=True)
class Sender:
    """What screening must know about where a delivery comes from.

    Attributes:
        institution_id: The folder of the delivery; rows of others are foreign.
        received_on: Decides which academic year is the next one.
        notation: ``academic_year_notation`` of the contract.
        register: The institutions and their codes.
        is_guide: Whether the columns are known to the sender by their study-guide keys.
    """

    institution_id: str
    received_on: date
    register: Register
    notation: str | None = None
    is_guide: bool = False

    @property
    def last_year(self) -> str:
        """The academic year after the one in which the delivery was received."""
        start = parsing.start_year_of(self.received_on) + 1
        return f"{start}-{start + 1}"


@dataclass(frozen=True)
class Screened:
    """The verdict on one batch.

    Attributes:
        accepted: Accepted rows, typed, with the columns of the kind that are landed or personal,
            and ``row_hash`` (of all cells as delivered) and ``key_hash``.
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


def screen(rows: pl.DataFrame, kind: Kind, sender: Sender) -> Screened:
    """Screen a batch of rows.

    Args:
        rows: ``row_number`` and canonical columns as text; absent columns count as empty.
        kind: The kind of the rows.
        sender: Where the delivery comes from.
    """
    scope = kind.scope_column
    text = rows.select(
        "row_number", *[_text_of(c, rows).alias(_TEXT + c.name) for c in kind.columns]
    )
    typed = text.with_columns(_typed(c, sender).alias(c.name) for c in kind.columns)
    bound = _bound_rules(kind, is_guide=sender.is_guide)
    masks = typed.select(
        CHECKS[rule.check or ""](column, kind, sender)
        .fill_null(value=False)
        .alias(f"{_MASK}{index}")
        for index, (rule, column) in enumerate(bound)
    )
    counts = masks.sum().row(0) if masks.height else (0,) * len(bound)
    findings = [no_findings()]
    error_masks: list[str] = []
    foreign_count = 0
    for index, (rule, column) in enumerate(bound):
        if not counts[index]:
            continue
        name = f"{_MASK}{index}"
        findings.append(_findings(typed.filter(masks[name]), rule, column, kind, sender))
        if rule.severity == "error":
            error_masks.append(name)
        if rule.check == "institution_foreign":
            foreign_count = int(counts[index])
    is_rejected = (
        masks.select(pl.any_horizontal(error_masks)).to_series()
        if error_masks
        else pl.repeat(value=False, n=typed.height, eager=True, dtype=pl.Boolean)
    )
    cells = [_TEXT + column.name for column in kind.columns]
    accepted = typed.with_columns(
        row_hash=pl.struct(cells).hash(seed=1), key_hash=pl.struct(kind.key).hash(seed=2)
    ).filter(~is_rejected)
    return Screened(
        accepted.drop(cells),
        pl.concat(findings),
        typed.select(pl.col(scope).alias("scope"), is_accepted=~is_rejected),
        foreign_count,
    )


def _text_of(column: Column, rows: pl.DataFrame) -> pl.Expr:
    if column.name not in rows.columns:
        return pl.lit(None, pl.String)
    return parsing.cleaned(pl.col(column.name))


def _typed(column: Column, sender: Sender) -> pl.Expr:
    text = pl.col(_TEXT + column.name)
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
            value = parsing.decimal(text)
        case "date":
            value = parsing.calendar_date(text)
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
    if column.open_end:
        value = pl.when(value != parsing.OPEN_END).then(value)
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
    return finding_rows(
        rule.id,
        broken.select(columns),
        kind.name,
        column.label(sender.is_guide),
        **_facts(rule, column, sender),
    )


def _facts(rule: Rule, column: Column, sender: Sender) -> dict[str, Any]:
    allowed = ", ".join(column.codes)
    if column.type in ("institution", "institutions"):
        allowed = ", ".join(sender.register.institution_ids)
    if rule.check == "academic_year_too_late":
        allowed = sender.last_year
    return {
        "column": column.label(sender.is_guide),
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


def _number_unreadable(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    return _not_parsed(column, kind, sender) & ~_number_date_like(column, kind, sender)


def _number_negative(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name) < 0


def _ects_too_large(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    is_larger = (pl.col(column.name) > LARGEST_ECTS) & ~_number_date_like(column, kind, sender)
    if column.name != "workload_value":
        return is_larger
    return is_larger & (pl.col("workload_unit").fill_null("ects") == "ects")


def _size_zero(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name) == 0


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


def _digits(column: Column) -> pl.Expr:
    return parsing.national_number_digits(_text(column))


def _national_number_length(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    return _not_parsed(column, kind, sender) & ~_digits(column).str.contains("^[0-9]{11}$")


def _national_number_check(column: Column, kind: Kind, sender: Sender) -> pl.Expr:
    return _not_parsed(column, kind, sender) & _digits(column).str.contains("^[0-9]{11}$")


def _national_number_repaired(column: Column, _kind: Kind, _sender: Sender) -> pl.Expr:
    return pl.col(column.name).is_not_null() & (_digits(column).str.len_bytes() == 10)


def _none_of(index: int) -> Check:
    def check(_column: Column, kind: Kind, _sender: Sender) -> pl.Expr:
        return pl.all_horizontal(pl.col(_TEXT + name).is_null() for name in kind.one_of[index])

    return check


CHECKS: dict[str, Check] = {
    "required_empty": _required_empty,
    "not_parsed": _not_parsed,
    "institution_not_known": _not_parsed,
    "institution_foreign": _institution_foreign,
    "academic_year_ambiguous": _academic_year_ambiguous,
    "academic_year_unreadable": _academic_year_unreadable,
    "academic_year_too_late": _academic_year_too_late,
    "number_date_like": _number_date_like,
    "number_unreadable": _number_unreadable,
    "number_negative": _number_negative,
    "ects_too_large": _ects_too_large,
    "size_zero": _size_zero,
    "date_two_digit_year": _date_two_digit_year,
    "date_unreadable": _date_unreadable,
    "date_far_from_year": _date_far_from_year,
    "withdrawn_before_enrolled": _withdrawn_before_enrolled,
    "ended_before_started": _ended_before_started,
    "national_number_length": _national_number_length,
    "national_number_check": _national_number_check,
    "national_number_repaired": _national_number_repaired,
    "identity_missing": _none_of(0),
    "codes_missing": _none_of(1),
}
