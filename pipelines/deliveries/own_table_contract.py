"""The contract of an institution's own table: where it stands and what its columns mean.

One entry of ``own_tables`` in the delivery contract describes one table, in a CSV file or in a
sheet of a workbook. An example with every possibility::

    own_tables:
      - name: inschrijvingen_llo
        file: "export_llo_*.xlsx"
        sheet: Export
        header_contains: [Student, OLOD]
        header_rows: 2
        kind: enrolments
        academic_year: {from_name: "(?P<year>20[0-9]{2}-[0-9]{2})"}
        columns:
          inschrijving_id: Volgnummer
          insz: Rijksregisternummer
          contracttype: Contract
          onderdeel_code: OLOD
          studiepunten: SP
          inschrijvingsdatum: Ingeschreven op
          werkstatus: {value: onbekend}
        values:
          contracttype: {C: creditcontract, CC: creditcontract, D: diplomacontract}
        skip_rows_where:
          - {column: OLOD, is_empty: true}
          - {column: Student, matches: "(?i)^totaal"}
        complete_for: [enrolments]

Border: rows are read in ``readers/own_table.py``; what a cell may hold is screened in
``screening.py``.
"""

import fnmatch
import re
from collections.abc import Iterable
from typing import Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.deliveries.kinds import Column, Kind, load_kinds, normalised_header, template_kinds

KindName = Literal["offerings", "components", "programmes", "enrolments", "positions"]
Completeness = Literal["degree", "lifelong_learning", "postgraduate", "enrolments"]
# What is filled in by the reader where the table has no such column.
GIVEN = ("institution_id",)


class Constant(BaseModel):
    """A value that holds for every row of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str = Field(min_length=1)


class FromName(BaseModel):
    """A pattern with a group ``year`` that finds the academic year in the file name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_name: str

    @field_validator("from_name")
    @classmethod
    def _must_name_a_year(cls, value: str) -> str:
        if "year" not in compiled(value).groupindex:
            raise ValueError(
                f"patroon '{value}' heeft geen groep (?P<year>...). Zet ze rond het academiejaar."
            )
        return value


class SkipRule(BaseModel):
    """Which lines are titles or subtotals and no rows.

    Attributes:
        column: Header in the file.
        is_empty: Skip a line where this column is empty.
        matches: Skip a line where this column matches the pattern.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    is_empty: Literal[True] | None = None
    matches: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.is_empty is None) == (self.matches is None):
            raise ValueError(
                f"kolom '{self.column}' heeft is_empty of matches nodig, een van beide. Schrijf "
                "is_empty: true, of matches: met een patroon."
            )
        if self.matches is not None:
            compiled(self.matches)
            try:
                pl.Series([""]).str.contains(self.matches)
            except pl.exceptions.PolarsError:
                raise ValueError(
                    f"patroon '{self.matches}' kijkt vooruit of achteruit, en dat kan hier niet. "
                    "Schrijf het zonder (?=...), (?!...), (?<=...) en (?<!...)."
                ) from None
        return self


class OwnTable(BaseModel):
    """One table of an institution, in its own layout.

    Attributes:
        name: Id of the table, stable over deliveries.
        file: Pattern of the file name (``*`` and ``?``), whatever its case.
        kind: Canonical or Dutch name of the kind; stored as the canonical name.
        columns: Source header, or a constant, per canonical column (Dutch headers of the template
            are accepted and stored as canonical names).
        sheet: Name of the sheet; absent when the workbook has one filled sheet.
        header_row: Row number of the header; 1 when ``header_contains`` is absent too.
        header_contains: Headers that together point out the header line.
        header_rows: 2 when a line of group headers stands above the header line proper; the two
            are joined.
        values: Per canonical column the code of the template per code in the file, whatever its
            case; ``""`` stands for an empty cell. Codes that are not named stay as they are.
        skip_rows_where: Lines that are no rows.
        academic_year: A constant, or where it stands in the file name.
        complete_for: What the table is a census of.
        encoding: Encoding of a CSV file, where it differs from the contract's.
        delimiter: Delimiter of a CSV file, where it differs from the contract's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    file: str = Field(min_length=1)
    kind: KindName
    columns: dict[str, str | Constant]
    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=1, le=1000)
    header_contains: list[str] = []
    header_rows: Literal[1, 2] = 1
    values: dict[str, dict[str, str]] = {}
    skip_rows_where: list[SkipRule] = []
    academic_year: str | FromName | None = None
    complete_for: list[Completeness] = []
    encoding: str | None = None
    delimiter: Literal[";", ",", "\t", "|"] | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def _kind_in_english(cls, value: object) -> object:
        dutch = {kind.template_name: kind.name for kind in template_kinds().values()}
        return dutch.get(value, value) if isinstance(value, str) else value

    @field_validator("encoding")
    @classmethod
    def _encoding_must_exist(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                "".encode(value)
            except LookupError:
                raise ValueError(unknown_encoding(value)) from None
        return value

    @model_validator(mode="before")
    @classmethod
    def _canonical_names(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        kind = load_kinds().get(str(cls._kind_in_english(data.get("kind"))))
        if kind is None:
            return data
        renamed = dict(data)
        faults: list[str] = []
        for part in ("columns", "values"):
            if isinstance(data.get(part), dict):
                renamed[part], twice = _by_canonical_name(data[part], kind)
                faults += [
                    f"{part}: '{name}' staat er tweemaal. Laat een van beide weg." for name in twice
                ]
        _refuse(faults)
        return renamed

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        kind = load_kinds()[self.kind]
        faults: list[str] = []
        if self.header_row is not None and self.header_contains:
            faults.append("header_row en header_contains staan er beide. Laat een van beide weg.")
        if (self.academic_year is not None) and "academic_year" in self.columns:
            faults.append("academic_year staat ook bij columns. Laat een van beide weg.")
        filled = {*self.columns, *GIVEN}
        if self.academic_year is not None:
            filled.add("academic_year")
        missing = [c.header for c in kind.columns if c.required and c.name not in filled]
        missing += [
            " of ".join(kind.column(name).header or name for name in group)
            for group in kind.one_of
            if not filled & set(group)
        ]
        if missing:
            listed = ", ".join(str(name) for name in missing)
            faults.append(
                f"columns mist {listed}. Noem de kop in het bestand, of een {{value: ...}}."
            )
        allowed = ", ".join(column.header or "" for column in kind.template_columns)
        known = {column.name for column in kind.template_columns}
        faults += [
            f"{part}: '{name}' is geen kolom van {kind.template_name}. Gebruik een van: {allowed}."
            for part, named in (("columns", self.columns), ("values", self.values))
            for name in named
            if name not in known
        ]
        for name, codes in self.values.items():
            if name in known:
                faults += self._faults_of_codes(kind.column(name), codes)
        _refuse(faults)
        return self

    def _faults_of_codes(self, column: Column, codes: dict[str, str]) -> Iterable[str]:
        header = column.header or column.name
        if column.name not in self.columns:
            yield f"values noemt {header}, columns niet. Voeg de kolom toe aan columns."
        unknown = sorted(
            part
            for code in codes.values()
            for part in (code.split("|") if column.type == "codes" else [code])
            if part.strip().lower() not in {known.lower() for known in column.codes}
        )
        if column.type in ("code", "codes") and unknown:
            allowed = ", ".join(column.codes)
            listed = ", ".join(f"'{code}'" for code in unknown)
            yield f"values van {header}: {listed} staat niet in de codelijst. Gebruik: {allowed}."
        folded = [code.strip().casefold() for code in codes]
        if len(set(folded)) < len(folded):
            yield f"values van {header} noemt een code tweemaal. Laat een van beide weg."

    @property
    def source_headers(self) -> list[str]:
        """The headers that the file must have, each once, in the order of the contract."""
        named = [source for source in self.columns.values() if isinstance(source, str)]
        named += [rule.column for rule in self.skip_rows_where]
        return list(dict.fromkeys(named))

    @property
    def labels(self) -> dict[str, str]:
        """The header in the file per canonical column, for messages to the sender."""
        return {name: source for name, source in self.columns.items() if isinstance(source, str)}

    def is_of(self, file_name: str) -> bool:
        """Return whether a file name is of this table."""
        return fnmatch.fnmatchcase(file_name.casefold(), self.file.casefold())

    def year_of(self, file_name: str) -> str | None:
        """Return the academic year that holds for the whole file, as written; None when rows say.

        Raises:
            LookupError: The contract looks for it in the file name and it is not there.
        """
        if not isinstance(self.academic_year, FromName):
            return self.academic_year
        match = re.search(self.academic_year.from_name, file_name)
        if match is None or not match["year"]:
            raise LookupError
        return match["year"]


def find_own_table(tables: Iterable[OwnTable], file_name: str) -> OwnTable | None:
    """Return the first table of a contract that a file name is of."""
    return next((table for table in tables if table.is_of(file_name)), None)


def own_tables_complete_for(tables: Iterable[OwnTable], kind: str) -> tuple[Completeness, ...]:
    """Return what the tables of a kind are together complete for."""
    named = (part for table in tables if table.kind == kind for part in table.complete_for)
    return tuple(dict.fromkeys(named))


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a regular expression.

    Raises:
        ValueError: It is none; the message is for the owner of the contract.
    """
    try:
        return re.compile(pattern)
    except re.error as error:
        place = "" if error.pos is None else f", vanaf teken {error.pos + 1}"
        raise ValueError(
            f"patroon '{pattern}' is geen geldige reguliere uitdrukking{place}. Zet \\ voor een "
            "teken dat letterlijk bedoeld is."
        ) from None


def unknown_encoding(name: str) -> str:
    """Return what is said of an encoding that does not exist."""
    return f"codering '{name}' bestaat niet. Gebruik bv. utf-8, cp1252 of utf-16."


def _refuse(faults: list[str]) -> None:
    if faults:
        raise ValueError("\n".join(faults))


def _by_canonical_name(
    given: dict[object, object], kind: Kind
) -> tuple[dict[str, object], list[str]]:
    """Return what is given per canonical name, or under its own; and names given twice."""
    names = {normalised_header(c.header or ""): c.name for c in kind.template_columns}
    names |= {normalised_header(column.name): column.name for column in kind.template_columns}
    found: dict[str, object] = {}
    twice: list[str] = []
    for name, value in given.items():
        canonical = names.get(normalised_header(str(name)), str(name))
        if canonical in found:
            twice.append(str(name))
        found[canonical] = value
    return found, twice
