"""What an audit needs of the published file: who stands behind the numbers of an answer.

Border: what the printed numbers say is in ``printed_statements.py``; nothing is proved here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipelines.answers.cells import PANEL
from pipelines.answers.disclosure import DisclosureRules, ProtectedFigure
from pipelines.answers.published import open_published
from pipelines.answers.safeguarding import CREDITS
from pipelines.answers.sections.material import Material
from pipelines.console import StaalkaartError
from pipelines.disclosing.populations import Atom, Membership, Population, read_membership
from pipelines.disclosing.releases import Release, read_releases
from pipelines.settings import Settings

TERMS = ("stayed", "entered", "left")
ENROLMENTS = "enrolments"


@dataclass(frozen=True)
class Scene:
    """Everything that an audit needs of the published file.

    Attributes:
        membership: The atoms behind the populations of the answer and of what was released.
        not_comparable: Released answers from before the key changed: nobody can tell who in them
            is who now.
        periods: The academic years of each period.
    """

    figures: Mapping[str, ProtectedFigure]
    pairs: Mapping[str, tuple[Population, Population | None]]
    populations: tuple[Population, ...]
    membership: Membership
    totals: Mapping[Population, int]
    periods: Mapping[str, Sequence[str]]
    released: tuple[Release, ...]
    not_comparable: tuple[str, ...]
    rules: DisclosureRules

    @property
    def atoms(self) -> list[Atom]:
        """The atoms behind all populations."""
        return self.membership.atoms

    def own_populations(self) -> tuple[Population, ...]:
        """Return the populations of this answer, each once."""
        return _each(self.pairs.values())

    def truth(self, population: Population) -> int:
        """Return how many units a population has."""
        return self.totals[population]


def read_scene(
    settings: Settings,
    material: Material,
    figures: Mapping[str, ProtectedFigure],
    members: Path | None = None,
) -> Scene:
    """Return what an audit of figures needs; credits are sums, which are not counted.

    Args:
        settings: Where the published warehouse and the released answers are.
        material: The material of the answer.
        figures: What is printed about persons, by key.
        members: Where to write who is counted in what; not where not given.
    """
    counted = {key: one for key, one in figures.items() if one.cell.measure != CREDITS}
    pairs = {key: _populations(key, figure) for key, figure in counted.items()}
    window = material.question.window
    periods: dict[str, Sequence[str]] = {year: (year,) for year in window.shown_years}
    periods[window.label] = window.years
    reporters = [material.reporters(ENROLMENTS, year) for year in window.years]
    reporting = [one for one in reporters if one]
    first, last = (reporting[0], reporting[-1]) if reporting else ((), ())
    fingerprint = material.published.build.key_fingerprint or ""
    every = read_releases(settings)
    released = tuple(one for one in every if one.key_fingerprint == fingerprint)
    own_populations = _each(pairs.values())
    earlier = [one for release in released for one in release.populations]
    populations = tuple(dict.fromkeys([*own_populations, *earlier]))
    with open_published(settings.published_file) as connection:
        if not _has_records(connection):
            raise StaalkaartError(
                "Dit warenhuis heeft geen tabellen met inschrijvingen; zonder die is niet te "
                "toetsen wat cijfers over personen onthullen. Voer 'staalkaart run' uit."
            )
        membership = read_membership(
            connection,
            populations,
            periods,
            [one for one in first if one in last],
            material.published.build.rule_set_version,
            released,
        )
        if members is not None:
            file = str(members).replace("'", "''")
            connection.execute(
                f"copy (select * from kept order by all) to '{file}' (format parquet)"  # noqa: S608
            )
    for release in released:
        periods = {**release.periods, **periods}
    totals: dict[Population, int] = dict.fromkeys(populations, 0)
    for atom in membership.atoms:
        for place, times in atom.memberships.items():
            totals[populations[place]] += times * atom.size
    return Scene(
        counted,
        pairs,
        populations,
        membership,
        totals,
        periods,
        released,
        tuple(one.name for one in every if one not in released),
        material.rules,
    )


def _each(
    pairs: Iterable[tuple[Population, Population | None]],
) -> tuple[Population, ...]:
    """Return the populations of pairs, each once."""
    return tuple(dict.fromkeys(one for pair in pairs for one in pair if one is not None))


def _has_records(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "select count(*) from information_schema.tables where table_schema = 'main'"
        " and table_name in ('enrolments', 'verdict_cases', 'learner_years')"
    ).fetchall()
    return bool(found[0][0] == 3)


def _populations(key: str, figure: ProtectedFigure) -> tuple[Population, Population | None]:
    """Return the populations of the bounds of a printed figure."""
    cell = figure.cell
    first, _, last = cell.year.partition("..")
    if (figure.table == "growth" and cell.institution != PANEL) or key.split(":")[-2] in TERMS:
        bound, term = key.split(":")[-3:-1]
        return Population(replace(cell, year=first), bound, term, last), None
    upper = None if figure.upper is None else Population(cell, "upper")
    return Population(cell, "lower"), upper
