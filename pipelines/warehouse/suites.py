"""Suites of expectations as files: what each must say, and nothing it may not.

A suite file has Great Expectations' own structure (name, expectations with type, kwargs, severity,
notes, meta). A suite that counts again what the models counted names tables of its own: the queries
in the folder beside it, one file each. This module checks the structure; ``gate.py`` lets Great
Expectations judge types and arguments, which costs its import.

Border: no expectation and no query runs here.
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


class Figures(BaseModel):
    """The figures that an expectation looks at: rows of a table that a suite makes.

    Attributes:
        table: One row per ``count_key``: what was counted again (``observed``, ``observed_upper``)
            and whether it ``agrees`` with what is published.
        where: Which rows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str = Field(min_length=1)
    where: str = Field(min_length=1)


class ExpectationMeta(BaseModel):
    """What Staalkaart needs beside the expectation itself.

    Attributes:
        table: The table it is about (``counts``, ``delivered.offerings``), or a query; the batch.
        subject: What the expectation is about, in a few words.
        definition: The definition whose figures it guards, if one.
        figures: The figures it looks at. Their table takes the place of the batch, and their
            condition that of ``{figures}`` in the query.
        only: The kind of data on which alone the expectation runs.
        named_by: Columns of the unexpected rows by which people know them, where the expectation
            gives rows; they stand in ``details``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    table: str = Field(min_length=1)
    subject: str = Field(min_length=1)
    definition: str | None = None
    figures: Figures | None = None
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
        for name in ("named_by", "figures"):
            if getattr(self.meta, name) and self.type != ROWS_TYPE:
                raise ValueError(f"meta.{name} needs {ROWS_TYPE}")
        query = str(self.kwargs.get("unexpected_rows_query", ""))
        if (self.meta.figures is None) is ("{figures}" in query):
            raise ValueError("meta.figures and {figures} in the query need each other")
        return self

    @property
    def looked_at(self) -> str:
        """The table or query that is Great Expectations' batch."""
        return self.meta.figures.table if self.meta.figures else self.meta.table

    def arguments(self) -> dict[str, Any]:
        """Return the arguments for Great Expectations, the condition of the figures filled in."""
        if self.meta.figures is None:
            return self.kwargs
        query = str(self.kwargs["unexpected_rows_query"])
        return self.kwargs | {
            "unexpected_rows_query": query.replace("{figures}", f"({self.meta.figures.where})")
        }

    def applies_to(self, is_synthetic: bool) -> bool:
        """Return whether the expectation runs on this kind of data."""
        return self.meta.only in (None, "synthetic" if is_synthetic else "real")


class SuiteMeta(BaseModel):
    """What a suite guards, in Dutch and English or in one text, and which tables it makes.

    Attributes:
        description: What it guards.
        tables: Names of its own tables in the order in which they are made; each is the query in
            ``<suite>/<table>.sql`` and is read as ``recount.<table>``.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    description: str | dict[str, str]
    tables: tuple[str, ...] = ()


class SuiteTable(BaseModel):
    """One table that a suite makes for itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    query: str = Field(min_length=1)


class SuiteFile(BaseModel):
    """One suite file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    meta: SuiteMeta
    expectations: tuple[ExpectationFile, ...] = Field(min_length=1)


class Suite(SuiteFile):
    """One suite file and the queries of the tables it names."""

    tables: tuple[SuiteTable, ...] = ()


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
        found = SuiteFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        suite = Suite(**dict(found), tables=_tables(found, file.parent / found.name))
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


def _tables(suite: SuiteFile, folder: Path) -> tuple[SuiteTable, ...]:
    """Return the tables that a suite names; its folder holds these queries and no others."""
    files = {file.stem for file in folder.glob("*.sql")}
    named = suite.meta.tables
    wrong = sorted(files.symmetric_difference(named))
    if wrong or len(set(named)) < len(named):
        raise StaalkaartError(
            f"De reeks {suite.name}.yml noemt onder meta.tables andere tabellen dan er in de map "
            f"{folder.name}/ staan: {', '.join(wrong) or 'een naam staat er twee keer'}. Geef elke "
            "naam één bestand <naam>.sql, en elk bestand één regel.",
            exit_code=1,
        )
    return tuple(
        SuiteTable(name=name, query=(folder / f"{name}.sql").read_text(encoding="utf-8"))
        for name in named
    )
