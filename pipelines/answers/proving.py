"""The proof that what an answer prints about persons reveals no small group, and the certificate.

Rounded: what gives a group away gets a larger rounding base, doubled until nothing is exposed.
Exact: small numbers are hidden, and others with them. Every released answer is part of what is
known. What no treatment protects is refused with the group, and with the released answer that
reveals it together with this one.

Border: what was released stands in ``pipelines.disclosing.releases``; the audit is numbers only.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from pipelines.answers.audited_scene import Scene, read_scene
from pipelines.answers.certificates import ASK_LESS, ASK_PROOF, Proof, certified, refusal
from pipelines.answers.disclosure import Hidden, Method, ProtectedFigure, coarsened, rounded
from pipelines.answers.printed_statements import said
from pipelines.answers.safeguarding import Treatment
from pipelines.answers.sections.material import Material
from pipelines.console import StaalkaartError, run_watch
from pipelines.disclosing.audit import Auditor, Reasons
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.knowledge import Floats, Knowledge, SparseRows
from pipelines.disclosing.populations import Population
from pipelines.disclosing.solver import Work
from pipelines.disclosing.statements import Printed, Statements, statements_of
from pipelines.disclosing.suppression import ExactNumbers, choose_hidden
from pipelines.settings import Settings

COARSEST = 4  # times that a rounding base is doubled at most
# The lower bound of all institutions together is never hidden to protect another number; its upper
# bound loses more than a number of a part, and a lower bound more than an upper one.
LOSS_OF_TOTAL, LOSS_OF_LOWER = 1_000.0, 2.0


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


def audit_printed(
    scene: Scene, method: Method, printed: Sequence[Printed], *, is_audited: bool = False
) -> dict[str, object]:
    """Return the certificate of figures as they are printed.

    Args:
        scene: The figures, as they are printed.
        method: How they are protected.
        printed: What they say.
        is_audited: Whether the answer was audited when it was made.

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
        advice = ASK_PROOF if method == "rounding" and not is_audited else ASK_LESS
        raise refusal(scene, statements, audit, advice=advice)
    hidden = {key: figure.hidden for key, figure in scene.figures.items()}
    treatment = Treatment(method, hidden=hidden)
    return certified(scene, treatment, statements, audit, demand, {}).certificate


def _rounded(scene: Scene) -> Proof:
    """Coarsen what is exposed until nothing is."""
    smallest = int(scene.rules.base)
    demand = Demand("doubt", smallest)
    bases: dict[str, int] = {}
    found: list[Floats] = []
    work = Work()
    for _ in range(COARSEST + 1):
        coarser = {key: _figure_at(scene, key, bases.get(key, smallest)) for key in scene.figures}
        printed = said(replace(scene, figures=coarser), "rounding", bases)
        statements = _statements(scene, printed, smallest)
        auditor = Auditor(statements.knowledge, statements.rows, demand, work)
        audit = auditor.run(known=found)
        found = auditor.witnesses.found
        if audit.is_passed:
            treatment = Treatment(coarser={key: Decimal(base) for key, base in bases.items()})
            return certified(scene, treatment, statements, audit, demand, bases)
        keys = {
            key
            for exposure in audit.exposures
            for key in _to_coarsen(scene, statements, auditor.reasons(exposure), bases)
        }
        if not keys:
            break
        for key in keys:
            bases[key] = 2 * bases.get(key, smallest)
    raise refusal(scene, statements, audit)


def _figure_at(scene: Scene, key: str, base: int) -> ProtectedFigure:
    """Return a figure rounded to another base than it was read with."""
    figure, (lower, upper) = scene.figures[key], scene.pairs[key]
    low = Decimal(scene.truth(lower))
    high = None if upper is None else Decimal(scene.truth(upper))
    high = low if lower.term else high
    is_coarser = base > scene.rules.base
    bounds = coarsened(low, high, Decimal(base)) if is_coarser else rounded(low, high, scene.rules)
    again = replace(figure, lower=bounds[0], upper=bounds[1], below=bounds[2])
    if not is_coarser and (again.lower, again.upper) != (figure.lower, figure.upper):
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
        raise refusal(scene, statements, choice.audit, choice.refused)
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
    return certified(scene, treatment, statements, choice.audit, demand, {}, many)


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


def _to_coarsen(
    scene: Scene, statements: Statements, reasons: Sequence[Reasons], bases: Mapping[str, int]
) -> frozenset[str]:
    """Return the keys of this answer to print less precisely, so that a group has room at an end.

    Of the two ends the one that is printed most precisely so far, and by fewest keys.
    """
    own = scene.figures.keys()
    ends = []
    for rows in reasons:
        keys = frozenset(
            key
            for row, is_low in rows
            for key in (statements.low_keys if is_low else statements.high_keys)[row]
        )
        if keys & own:
            coarsest = max(bases.get(key, 0) for key in keys & own)
            ends.append((coarsest, len(keys & own), sorted(keys & own)))
    return frozenset(min(ends)[2]) if ends else frozenset()


def _refuse_other_method(scene: Scene, method: Method) -> None:
    """Refuse rounding and exact numbers for the same population and date."""
    own = set(scene.own_populations())
    for release in scene.released:
        if release.method != method and own & release.unreleased():
            raise StaalkaartError(
                f"Vrijgegeven antwoord {release.name} drukt dezelfde cijfers "
                f"met --disclosure {release.method}. Afgerond en exact naast elkaar onthullen "
                f"wat elk apart verbergt; vraag dit antwoord ook met --disclosure {release.method}."
            )
