"""The proof that what an answer prints about persons reveals no small group, and the certificate.

Rounded: what is exposed gets a larger rounding base, doubled until nothing is exposed. Exact: small
numbers are hidden, and others with them. Every released answer is part of what is known. What no
treatment protects is refused with the group, and with the released answer that reveals it together
with this one.

Border: what was released stands in ``pipelines.disclosing.releases``; the audit is numbers only.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import duckdb
import highspy
import numpy as np

from pipelines.answers.cells import OVERLAP, PANEL
from pipelines.answers.disclosure import DisclosureRules, Hidden, Method, ProtectedFigure, rounded
from pipelines.answers.published import open_published
from pipelines.answers.safeguarding import CREDITS, Treatment
from pipelines.answers.sections.material import Material
from pipelines.console import StaalkaartError, run_watch
from pipelines.disclosing.audit import Audit, Auditor
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import NO_BOUND, Knowledge, SparseRows
from pipelines.disclosing.populations import Atom, Membership, Population, read_membership
from pipelines.disclosing.releases import Release, read_releases, told_conflict
from pipelines.disclosing.statements import (
    ANYTHING,
    Group,
    Interval,
    Printed,
    Statements,
    statements_of,
)
from pipelines.disclosing.suppression import ExactNumbers, choose_hidden
from pipelines.settings import Settings

COARSEST = 4  # times that a rounding base is doubled at most
TERMS = ("stayed", "entered", "left")
# The lower bound of all institutions together is never hidden to protect another number; its upper
# bound loses more than a number of a part, and a lower bound more than an upper one.
LOSS_OF_TOTAL, LOSS_OF_LOWER = 1_000.0, 2.0
ENROLMENTS = "enrolments"


@dataclass(frozen=True)
class Proof:
    """How an answer is to be printed, and the certificate that it reveals nothing."""

    treatment: Treatment
    certificate: dict[str, object]


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


def prove(
    settings: Settings, material: Material, figures: Mapping[str, ProtectedFigure], method: Method
) -> Proof:
    """Return how figures about persons can be printed without revealing a small group.

    Raises:
        StaalkaartError: There is no such way, or what is counted again differs (exit 2).
    """
    started = time.monotonic()
    scene = read_scene(settings, material, figures)
    _refuse_other_method(scene, method)
    proof = _rounded(scene) if method == "rounding" else _exact(scene)
    seconds = time.monotonic() - started
    run_watch().notes.append(
        f"Toetsing van de bescherming: {proof.certificate['groups']} kleine groepen, "
        f"{seconds:.1f} s."
    )
    return proof


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


def said(scene: Scene, method: Method, bases: Mapping[str, int]) -> list[Printed]:
    """Return what the printed figures of a scene say."""
    smallest = int(scene.rules.base)
    if method == "suppression":
        return [
            _said_when_exact(key, figure, scene.pairs[key]) for key, figure in scene.figures.items()
        ]
    return [
        _said_when_rounded(key, figure, scene.pairs[key], bases.get(key, smallest), smallest)
        for key, figure in scene.figures.items()
    ]


def audit_printed(scene: Scene, method: Method, printed: Sequence[Printed]) -> dict[str, object]:
    """Return the certificate of figures as they are printed.

    Raises:
        StaalkaartError: They reveal a small group, or do not fit the records (exit 2).
    """
    _refuse_other_method(scene, method)
    smallest = int(scene.rules.base)
    demand = Demand("reach" if method == "suppression" else "doubt", smallest)
    statements = _statements(scene, printed, smallest)
    if not statements.knowledge.allows(statements.knowledge.truth):
        raise StaalkaartError(
            "Wat de map drukt, is niet wat de gepubliceerde records tellen; er is iets aan "
            "veranderd. Vraag het antwoord opnieuw met staalkaart answer."
        )
    audit = Auditor(statements.knowledge, statements.rows, demand).run()
    if not audit.is_passed:
        raise _refusal(scene, statements, audit)
    hidden = {key: figure.hidden for key, figure in scene.figures.items()}
    treatment = Treatment(method, hidden=hidden)
    return _proof(scene, treatment, statements, audit, demand, {}).certificate


def _said_when_rounded(
    key: str,
    figure: ProtectedFigure,
    pair: tuple[Population, Population | None],
    base: int,
    smallest: int,
) -> Printed:
    """Return what a rounded figure says of its populations."""
    lower, upper = pair
    is_overlap = OVERLAP in (figure.cell.institution, figure.cell.split_value)
    if figure.hidden == "all" or figure.lower is None:
        return Printed(key, lower, upper, ANYTHING)
    if figure.below is not None:
        small: Interval = (0, base - 1)
        return Printed(key, lower, upper, small, small, (0, 0))
    low, high = int(figure.lower), None if figure.upper is None else int(figure.upper)
    if low == high:
        near: Interval = (max(low - base // 2, smallest), low + (base - 1) // 2)
        return Printed(key, lower, upper, near, near, (0, 0))
    at_most: Interval = ANYTHING if high is None else (high - base + 1, high)
    apart: Interval = ANYTHING if is_overlap else (1, NO_BOUND)
    return Printed(key, lower, upper, (low, low + base - 1), at_most, apart)


def _said_when_exact(
    key: str, figure: ProtectedFigure, pair: tuple[Population, Population | None]
) -> Printed:
    """Return what an exact figure says of its populations."""
    lower, upper = pair
    if figure.hidden == "all" or figure.lower is None:
        return Printed(key, lower, upper, ANYTHING)
    low = float(figure.lower)
    if upper is None or figure.upper is None:
        return Printed(key, lower, upper, (low, low))
    high = float(figure.upper)
    return Printed(key, lower, upper, (low, low), (high, high))


def _rounded(scene: Scene) -> Proof:
    """Coarsen what is exposed until nothing is."""
    smallest = int(scene.rules.base)
    demand = Demand("doubt", smallest)
    bases: dict[str, int] = {}
    for _ in range(COARSEST + 1):
        coarser = {key: _figure_at(scene, key, bases.get(key, smallest)) for key in scene.figures}
        printed = said(replace(scene, figures=coarser), "rounding", bases)
        statements = _statements(scene, printed, smallest)
        audit = Auditor(statements.knowledge, statements.rows, demand).run()
        if audit.is_passed:
            treatment = Treatment(coarser={key: Decimal(base) for key, base in bases.items()})
            return _proof(scene, treatment, statements, audit, demand, bases)
        keys = _keys_of(scene, [statements.groups[one.group] for one in audit.exposures])
        if not keys:
            break
        for key in keys:
            bases[key] = 2 * bases.get(key, smallest)
    raise _refusal(scene, statements, audit)


def _figure_at(scene: Scene, key: str, base: int) -> ProtectedFigure:
    """Return a figure rounded to another base than it was read with."""
    figure, (lower, upper) = scene.figures[key], scene.pairs[key]
    low = Decimal(scene.truth(lower))
    high = None if upper is None else Decimal(scene.truth(upper))
    bounds = rounded(low, low if lower.term else high, replace(scene.rules, base=Decimal(base)))
    again = replace(figure, lower=bounds[0], upper=bounds[1], below=bounds[2])
    if base == scene.rules.base and (again.lower, again.upper) != (figure.lower, figure.upper):
        raise StaalkaartError(
            f"De toetsing telt voor {key} iets anders dan het gepubliceerde cijfer; er is niets "
            "bewezen en niets geschreven. Meld dit met de versie van de code."
        )
    return again


def _exact(scene: Scene) -> Proof:
    """Hide small numbers and what gives them away."""
    smallest = int(scene.rules.base)
    demand = Demand("reach", smallest)
    statements = _statements(scene, [], smallest)
    rows: dict[Population, list[tuple[int, int]]] = {}
    for pair in scene.pairs.values():
        for one in pair:
            if one is not None:
                rows.setdefault(one, [])
    for number, atom in enumerate(scene.atoms):
        for place, times in atom.memberships.items():
            own = rows.get(scene.populations[place])
            if own is not None:
                own.append((number, times))
    names = list(rows)
    number_of = {one: number for number, one in enumerate(names)}
    with_it = [
        (number_of[lower], number_of[upper])
        for lower, upper in scene.pairs.values()
        if upper is not None
    ]
    sparse = SparseRows(rows.values(), len(scene.atoms))
    truth = np.array([atom.size for atom in scene.atoms], dtype=np.int64)
    values = sparse.times(truth)
    losses = [
        max(1.0, value)
        * (LOSS_OF_TOTAL if _is_total(one) else 1.0)
        * (LOSS_OF_LOWER if one.bound == "lower" else 1.0)
        for one, value in zip(names, values, strict=True)
    ]
    known = _released_knowledge(scene)
    may_hide = [not (_is_total(one) and one.bound == "lower") for one in names]
    numbers = ExactNumbers(sparse, truth, losses, may_hide, with_it, known)
    choice = choose_hidden(numbers, statements.rows, demand)
    if choice.refused is not None:
        raise _refusal(scene, statements, choice.audit)
    hidden: dict[str, Hidden] = {}
    for key, (lower, upper) in scene.pairs.items():
        is_low_hidden = number_of[lower] in choice.hidden
        is_high_hidden = upper is not None and number_of[upper] in choice.hidden
        is_nothing_left = is_high_hidden and values[number_of[lower]] == 0
        hidden[key] = (
            "all" if is_low_hidden or is_nothing_left else "upper" if is_high_hidden else ""
        )
    treatment = Treatment("suppression", hidden=hidden)
    said_before = 0 if known is None else len(known.statements)
    many = len(names) - len(choice.hidden) + said_before
    return _proof(scene, treatment, statements, choice.audit, demand, {}, many)


def _is_total(population: Population) -> bool:
    cell = population.cell
    return cell.institution == "*" and cell.split == "none" and not population.term


def _statements(scene: Scene, printed: Sequence[Printed], smallest: int) -> Statements:
    released = [one for release in scene.released for one in release.printed]
    return statements_of(
        [*printed, *released], scene.populations, scene.atoms, smallest, scene.periods
    )


def _released_knowledge(scene: Scene) -> Knowledge | None:
    released = [one for release in scene.released for one in release.printed]
    if not released:
        return None
    return statements_of(released, scene.populations, scene.atoms, 0, scene.periods).knowledge


def _keys_of(scene: Scene, groups: Sequence[Group]) -> list[str]:
    """Return the keys of the figures of this answer that print a group or one of its sides."""
    touched = {one for group in groups for one in (group.population, group.without)}
    return [key for key, pair in scene.pairs.items() if touched & set(pair) - {None}]


def _proof(
    scene: Scene,
    treatment: Treatment,
    statements: Statements,
    audit: Audit,
    demand: Demand,
    bases: Mapping[str, int],
    many: int | None = None,
) -> Proof:
    narrowest = audit.narrowest()
    certificate: dict[str, object] = {
        "method": treatment.method,
        "is_audited": True,
        "smallest_group": demand.size,
        "demand": demand.kind,
        "statements": len(statements.keys) if many is None else many,
        "atoms": len(scene.atoms),
        "groups": len(statements.groups),
        "exposed": len(audit.exposures),
        "narrowest_interval": None if narrowest is None else list(narrowest),
        "own_records": sum(1 for atom in scene.atoms if atom.size),
        "bases": dict(sorted(bases.items())),
        "hidden": sum(1 for one in treatment.hidden.values() if one),
        "released_answers": [release.name for release in scene.released],
        "not_comparable_answers": list(scene.not_comparable),
        "solver": f"HiGHS {highspy.Highs().version()}",  # type: ignore[no-untyped-call]
        "solves": audit.work.linear + audit.work.whole,
        "proved_by": "whole numbers" if audit.is_whole else "linear program",
    }
    return Proof(treatment, certificate)


def _refuse_other_method(scene: Scene, method: Method) -> None:
    """Refuse rounding and exact numbers for the same population and date."""
    own = set(scene.own_populations())
    for release in scene.released:
        if release.method != method and own & release.unreleased():
            raise StaalkaartError(
                f"Vrijgegeven antwoord {release.name} drukt dezelfde cijfers van dezelfde datum "
                f"met --disclosure {release.method}. Afgerond en exact naast elkaar onthullen "
                f"wat elk apart verbergt; vraag dit antwoord ook met --disclosure {release.method}."
            )


def _refusal(scene: Scene, statements: Statements, audit: Audit) -> StaalkaartError:
    exposure = audit.exposures[0]
    group = statements.groups[exposure.group]
    conflict = told_conflict(scene.released, group)
    between = (
        f"{group.population.name()}"
        if group.without is None
        else f"{group.population.name()} zonder {group.without.name()}"
    )
    return StaalkaartError(
        f"Dit antwoord zou een kleine groep onthullen: {between} telt volgens alles wat gedrukt "
        f"is {exposure.lowest} tot {exposure.highest} ({len(audit.exposures)} groepen in totaal). "
        f"{conflict}Er is niets geschreven. Laat een lezing, een uitsplitsing of een jaar weg."
    )
