"""The catalogue of screening rules and the findings they give.

A finding is one row and one rule; row number 0 means the file as a whole.

Border: the rules themselves are data (``rules.yml``); the expressions that find the rows stand in
``screening.py``.
"""

import functools
import re
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

from pipelines.deliveries.facts import load_yaml
from pipelines.deliveries.national_numbers import replaced_cells, without_numbers

RULES_FILE = Path(__file__).with_name("rules.yml")
FINDING_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "row_number": pl.Int32(),
    "academic_year": pl.String(),
    "column_name": pl.String(),
    "rule_id": pl.String(),
    "severity": pl.String(),
    "message_nl": pl.String(),
    "message_en": pl.String(),
    "bundle_code": pl.String(),
    "value": pl.String(),
    "allowed": pl.String(),
}
# What a finding keeps in the landing; value and allowed are part of its message there.
LANDED_FINDING = tuple(FINDING_SCHEMA)[:-2]
UNKNOWN_KIND = "unknown"
# An INSZ as people write it: eleven digits in groups of 2, 2, 2, 3 and 2, or without groups; the
# separators are those that ``parsing.national_number_digits`` removes. Masked whether or not the
# check digits are right; in any other grouping only a number that passes the check is.
_GAP = "[\\s.\u2010-\u2015/-]{0,3}"
GROUPED_NUMBER_PATTERN = _GAP.join(("[0-9]{2}", "[0-9]{2}", "[0-9]{2}", "[0-9]{3}", "[0-9]{2}"))
NATIONAL_NUMBER_PATTERN = f"[0-9]{{11,}}|{GROUPED_NUMBER_PATTERN}"
MASK = "***********"
LONGEST_VALUE_SHOWN = 60
LONGEST_FACT_SHOWN = 500
# Characters; a number at the end of what is shown must not be cut before it is seen.
LONGEST_NUMBER_WRITTEN = 60


class Rule(BaseModel):
    """One screening rule.

    Attributes:
        id: Name, stable over versions.
        scope: Whether the rule speaks about a row or about the file.
        severity: ``error`` rejects or refuses, ``warning`` is noted.
        check: Name of the expression that finds the rows; None when a reader reports them.
        types: Column types to which a row rule applies; None for every type.
        columns: Columns to which a row rule applies; None for every column.
        kinds: Kinds of delivery to which a row rule applies; None for every kind.
        except_streams: Streams to which a row rule does not apply.
        plural_nl: What is said of ``{count}`` rows that break the rule; row rules only.
        example: A value that breaks the rule.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    scope: Literal["file", "row"]
    severity: Literal["error", "warning"]
    check: str | None = None
    types: list[str] | None = None
    columns: list[str] | None = None
    kinds: list[str] | None = None
    except_streams: list[str] = []
    message_nl: str
    message_en: str
    plural_nl: str | None = None
    plural_en: str | None = None
    example: str
    mend_nl: str
    mend_en: str

    def text(self, language: Literal["nl", "en"], **facts: object) -> str:
        """Return message and mend in one language with the facts filled in."""
        if language == "nl":
            message = f"{self.message_nl} {self.mend_nl}"
        else:
            message = f"{self.message_en} {self.mend_en}"
        return filled(message, **facts)

    def plural(self, language: Literal["nl", "en"], **facts: object) -> str:
        """Return what is said of ``count`` rows that break the rule, without the mend."""
        message = self.plural_nl if language == "nl" else self.plural_en
        singular = self.message_nl if language == "nl" else self.message_en
        return filled(message or "{count}: " + singular, **facts)

    def mend(self, language: Literal["nl", "en"], **facts: object) -> str:
        """Return how to mend what the rule found."""
        return filled(self.mend_nl if language == "nl" else self.mend_en, **facts)


class FileRefused(Exception):  # noqa: N818 (a verdict on a file, not a fault of the program)
    """A file that is refused as a whole.

    Attributes:
        rule_id: The rule that refuses it.
        facts: What the message of the rule needs.
    """

    def __init__(self, rule_id: str, **facts: Any) -> None:  # noqa: ANN401 (written with str)
        super().__init__(rule_id)
        self.rule_id = rule_id
        self.facts: dict[str, Any] = facts


@functools.cache
def load_rules() -> dict[str, Rule]:
    """Return the rules of ``rules.yml`` by id."""
    entries = load_yaml(RULES_FILE)
    return {entry["id"]: Rule(**entry) for entry in entries}


def masked(text: str) -> str:
    """Return text without national numbers: every run of eleven digits, also grouped, is masked."""
    return re.sub(NATIONAL_NUMBER_PATTERN, MASK, without_numbers(text, MASK))


def masked_cells(text: pl.Expr) -> pl.Expr:
    """Return the expression that does to a column of text what ``masked`` does to one text."""
    return text.map_batches(_without_numbers, return_dtype=pl.String).str.replace_all(
        NATIONAL_NUMBER_PATTERN, MASK
    )


def _without_numbers(cells: pl.Series) -> pl.Series:
    masked_by_text = replaced_cells(cells, MASK)
    return cells.replace(masked_by_text) if masked_by_text else cells


def shown(text: str) -> str:
    """Return a value as a message may show it: masked, without control characters, shortened."""
    hidden = masked(text[: LONGEST_FACT_SHOWN + LONGEST_NUMBER_WRITTEN])
    printable = (character if character.isprintable() else " " for character in hidden)
    return masked("".join(printable))[:LONGEST_FACT_SHOWN]


def filled(message: str, **facts: object) -> str:
    """Return a message with its facts filled in, each as a message may show it."""
    for name, fact in facts.items():
        message = message.replace("{" + name + "}", shown(str(fact)))
    return message


def masked_expression(text: pl.Expr) -> pl.Expr:
    """Return the expression that does to a column what ``shown`` does to one value."""
    return masked_cells(text).str.replace_all(r"\p{C}", " ").str.slice(0, LONGEST_VALUE_SHOWN)


@functools.cache
def no_findings() -> pl.DataFrame:
    """Return a table of findings without rows."""
    return pl.DataFrame(schema=FINDING_SCHEMA)


def finding(
    rule_id: str,
    row_number: int = 0,
    *,
    kind: str = UNKNOWN_KIND,
    academic_year: str | None = None,
    column_name: str | None = None,
    **facts: object,
) -> pl.DataFrame:
    """Return one finding about a row, or about the file when the row number is 0."""
    rule = load_rules()[rule_id]
    row = (
        kind,
        row_number,
        academic_year,
        _masked_name(column_name),
        rule.id,
        rule.severity,
        rule.text("nl", **facts),
        rule.text("en", **facts),
        None,
        _shown_fact(facts.get("value", facts.get("found"))),
        _shown_fact(facts.get("allowed", facts.get("expected"))),
    )
    return pl.DataFrame([row], schema=FINDING_SCHEMA, orient="row")


def finding_rows(
    rule_id: str,
    rows: pl.DataFrame,
    kind: str,
    column_name: str | None = None,
    **facts: object,
) -> pl.DataFrame:
    """Return one finding per row, without a loop over rows.

    Args:
        rule_id: The rule that was broken.
        rows: ``row_number``, and, where they are there, ``academic_year``, ``value`` (the cell,
            for columns that are not personal), ``found`` and ``expected`` for the message, and
            ``bundle_code`` (the offering that lacks the row, for its building blocks).
        kind: Canonical name of the kind.
        column_name: The column as the sender knows it.
        **facts: What else the message needs, equal for every row.
    """
    rule = load_rules()[rule_id]
    if "academic_year" not in rows.columns:
        rows = rows.with_columns(academic_year=pl.lit(None, pl.String))
    return rows.select(
        pl.lit(kind).alias("kind"),
        pl.col("row_number").cast(pl.Int32),
        pl.col("academic_year").cast(pl.String),
        pl.lit(_masked_name(column_name), pl.String).alias("column_name"),
        pl.lit(rule.id).alias("rule_id"),
        pl.lit(rule.severity).alias("severity"),
        _message(rule.text("nl", **facts), rows.columns).alias("message_nl"),
        _message(rule.text("en", **facts), rows.columns).alias("message_en"),
        pl.col("bundle_code")
        if "bundle_code" in rows.columns
        else pl.lit(None, pl.String).alias("bundle_code"),
        _value(rows.columns).alias("value"),
        pl.lit(_shown_fact(facts.get("allowed", facts.get("expected"))), pl.String).alias(
            "allowed"
        ),
    )


def _masked_name(column_name: str | None) -> str | None:
    return None if column_name is None else masked(column_name)


def _shown_fact(fact: object) -> str | None:
    return None if fact in (None, "") else shown(str(fact))


def _value(columns: list[str]) -> pl.Expr:
    name = next((name for name in ("value", "found") if name in columns), None)
    if name is None:
        return pl.lit(None, pl.String)
    return masked_expression(pl.col(name).cast(pl.String))


def _message(text: str, columns: list[str]) -> pl.Expr:
    parts = re.split(r"[{](value|found|expected)[}]", text)
    pieces = [
        pl.lit(part)
        if index % 2 == 0
        else masked_expression(pl.col(part).cast(pl.String).fill_null(""))
        if part in columns
        else pl.lit("…")
        for index, part in enumerate(parts)
    ]
    return pl.concat_str(pieces)
