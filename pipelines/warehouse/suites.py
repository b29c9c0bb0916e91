"""Suites of expectations as files: what each must say, and nothing it may not.

A suite file has Great Expectations' own structure (name, expectations with type, kwargs, severity,
notes, meta). This module checks the structure; ``gate.py`` lets Great Expectations judge types and
arguments, which costs its import.

Border: no expectation runs here.
"""

from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipelines.console import StaalkaartError

# The expectation whose result has the rows that should not be there.
ROWS_TYPE = "unexpected_rows_expectation"


class Notes(BaseModel):
    """What the expectation means and what to do when it fails."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    nl: str = Field(min_length=1)
    en: str = Field(min_length=1)


class ExpectationMeta(BaseModel):
    """What Staalkaart needs beside the expectation itself.

    Attributes:
        table: The table looked at (``counts``, ``delivered.offerings``), or a query.
        subject: What the expectation is about, in a few words.
        definition: The definition whose figures it guards, if one.
        observed_query: A query giving (count_key, observed) rows for the counts' certificate.
        only: The kind of data on which alone the expectation runs.
        named_by: Columns of the unexpected rows by which people know them, where the expectation
            gives rows; they stand in ``details``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str = Field(min_length=1)
    subject: str = Field(min_length=1)
    definition: str | None = None
    observed_query: str | None = None
    only: Literal["synthetic", "real"] | None = None
    named_by: tuple[str, ...] = ()


class ExpectationFile(BaseModel):
    """One expectation of a suite file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: str = Field(min_length=1)
    kwargs: dict[str, Any] = Field(default_factory=dict)
    severity: Literal["critical", "warning"]
    meta: ExpectationMeta
    notes: Notes

    @model_validator(mode="after")
    def _names_rows_that_it_gives(self) -> Self:
        if self.meta.named_by and self.type != ROWS_TYPE:
            raise ValueError(f"meta.named_by needs {ROWS_TYPE}")
        return self

    def applies_to(self, is_synthetic: bool) -> bool:
        """Return whether the expectation runs on this kind of data."""
        return self.meta.only in (None, "synthetic" if is_synthetic else "real")


class SuiteMeta(BaseModel):
    """What a suite guards, in Dutch and English or in one text."""

    model_config = ConfigDict(extra="allow", frozen=True)
    description: str | dict[str, str]


class Suite(BaseModel):
    """One suite file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    meta: SuiteMeta
    expectations: tuple[ExpectationFile, ...] = Field(min_length=1)


def read_suites(folder: Path) -> tuple[Suite, ...]:
    """Return the suites of a folder in the order of their file names.

    Raises:
        StaalkaartError: A file is no suite; the message names the file and the field. Exit 1,
            because without its gate nothing may be published.
    """
    suites = tuple(_read(file) for file in sorted(folder.glob("*.yml")))
    if not suites:
        raise StaalkaartError(
            f"In {folder} staat geen enkele reeks verwachtingen (*.yml); "
            "zonder poort wordt niets gepubliceerd.",
            exit_code=1,
        )
    return suites


def _read(file: Path) -> Suite:
    try:
        suite = Suite.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise StaalkaartError(f"{file.name} is geen geldige YAML: {error}", exit_code=1) from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"])
        raise StaalkaartError(
            f"De reeks verwachtingen in {file.name} klopt niet: '{field}' ({first['msg']}).",
            exit_code=1,
        ) from None
    if suite.name != file.stem:
        raise StaalkaartError(
            f"De reeks in {file.name} heet '{suite.name}'; bestand en naam moeten gelijk zijn.",
            exit_code=1,
        )
    return suite
