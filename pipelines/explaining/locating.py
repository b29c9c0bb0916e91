"""Finding what somebody asks to have explained, and saying what there is when it is not there.

Border: nothing is explained here.
"""

import difflib
import re
from collections.abc import Mapping, Sequence

import duckdb

from pipelines.console import StaalkaartError
from pipelines.deliveries.rules import shown
from pipelines.explaining.facts import Background, EnrolmentFacts, Run
from pipelines.explaining.published import read_enrolment, read_runs, rows_of

NAMED = 5  # how many near ones a message names
LONGEST_COMPARED = 100
ENROLMENT_FORM = "INSTELLING:ACADEMIEJAAR:INSCHRIJVINGSNUMMER, zoals ugent:2023-2024:E23-17"
YEAR = re.compile(r"(20[0-9]{2})(?:[-/](?:20)?([0-9]{2}))?")
TITLES_SQL = """
    select distinct offering_id from offerings
    where contains(lower(title), lower($words))
    order by offering_id limit 6
"""


def locate_offering(
    connection: duckdb.DuckDBPyConnection,
    background: Background,
    offering_id: str,
    year: str | None,
) -> tuple[Run, list[Run]]:
    """Return the run to explain, the newest unless a year is asked for, and the other runs.

    Raises:
        StaalkaartError: There is no such offering, or not in that year (exit 2); the message names
            the nearest ids, or the years there are.
    """
    offering_id = _bindable(offering_id)
    runs = read_runs(connection, offering_id, background.rule_set_version)
    if not runs:
        raise StaalkaartError(_no_such_offering(connection, offering_id))
    if year is None:
        return runs[0], runs[1:]
    wanted = _full_year(year)
    for run in runs:
        if run.academic_year == wanted:
            return run, []
    years = ", ".join(sorted(run.academic_year for run in runs))
    raise StaalkaartError(
        f"{shown(offering_id)} is niet geleverd voor het academiejaar {shown(year)!r}. "
        f"Wel voor: {years}."
    )


def locate_enrolment(
    connection: duckdb.DuckDBPyConnection, background: Background, key: str
) -> EnrolmentFacts:
    """Return the enrolment line with the key institution, academic year and enrolment number.

    Raises:
        StaalkaartError: The key has another form, or there is no such line (exit 2).
    """
    parts = _bindable(key).split(":", 2)
    if len(parts) != 3 or not all(part.strip() for part in parts):
        raise StaalkaartError(
            f"{shown(key)!r} is geen sleutel van een inschrijving. Schrijf {ENROLMENT_FORM}."
        )
    institution_id, year, enrolment_id = parts
    _must_be_known("instelling", institution_id, background.institutions)
    years = [
        row["academic_year"]
        for row in rows_of(
            connection,
            "select distinct academic_year from enrolments where institution_id = $institution_id"
            " order by academic_year",
            institution_id=institution_id,
        )
    ]
    wanted = _full_year(year)
    if wanted not in years:
        there = ", ".join(years) or "geen enkel jaar"
        raise StaalkaartError(
            f"Van {institution_id} zijn er geen inschrijvingen voor het academiejaar "
            f"{shown(year)!r}. Wel voor: {there}."
        )
    rules = background.rule_set_version
    found = read_enrolment(connection, institution_id, wanted, enrolment_id, rules)
    if found is None:
        raise StaalkaartError(
            f"{institution_id} heeft in {wanted} geen aanvaarde inschrijving met het nummer "
            f"{shown(enrolment_id)!r}. Een geweigerde rij staat in de tabel rejected_rows."
        )
    return found


def locate_definition(background: Background, definition: str | None) -> tuple[str, ...]:
    """Return the readings to explain: the one asked for, or all of them.

    Raises:
        StaalkaartError: There is no such reading (exit 2); the message lists those there are.
    """
    if definition is None:
        return tuple(background.definitions)
    _must_be_known("lezing", definition, background.definitions)
    return (definition,)


def _must_be_known(what: str, asked: str, known: Mapping[str, object]) -> None:
    if asked not in known:
        there = ", ".join(known)
        raise StaalkaartError(f"Onbekende {what} {shown(asked)!r}. Gekend: {there}.")


def _no_such_offering(connection: duckdb.DuckDBPyConnection, offering_id: str) -> str:
    message = f"Er is geen aanbod {shown(offering_id)!r} gepubliceerd."
    near = _nearest(connection, offering_id)
    if near:
        return f"{message} Dichtst in de buurt: {', '.join(near)}."
    return (
        f"{message} Een aanbod heet INSTELLING:CODE, zoals ugent:A1; alle sleutels staan in de "
        "kolom offering_id van de tabel offerings."
    )


def _nearest(connection: duckdb.DuckDBPyConnection, offering_id: str) -> Sequence[str]:
    """Return the ids with the same code or nearly the same spelling, else those with that title."""
    wanted = offering_id.strip().lower()
    published = rows_of(connection, "select distinct offering_id from offerings order by all")
    by_spelling = {row["offering_id"].lower(): row["offering_id"] for row in published}
    same_code = [id_ for low, id_ in by_spelling.items() if low.partition(":")[2] == wanted]
    alike = difflib.get_close_matches(wanted[:LONGEST_COMPARED], list(by_spelling), NAMED)
    found = list(dict.fromkeys([*same_code, *(by_spelling[low] for low in alike)]))
    if not found and wanted:
        titled = rows_of(connection, TITLES_SQL, words=wanted)
        found = [row["offering_id"] for row in titled]
    return [shown(id_) for id_ in found[:NAMED]]


def _full_year(year: str) -> str:
    """Return ``2023``, ``2023-24`` and ``2023/2024`` as ``2023-2024``; anything else unchanged."""
    found = YEAR.fullmatch(year.strip())
    if found is None:
        return year
    start = int(found[1])
    if found[2] is not None and int(found[2]) != (start + 1) % 100:
        return year
    return f"{start}-{start + 1}"


def _bindable(text: str) -> str:
    """Return text that DuckDB takes; bytes of the command line that are no text become marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
