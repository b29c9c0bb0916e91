"""What is written down of an audit that passed, and what is told of one that did not.

Border: the audit is made in ``proving.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import highspy

from pipelines.answers.audited_scene import Scene
from pipelines.answers.safeguarding import Treatment
from pipelines.console import StaalkaartError
from pipelines.disclosing.audit import Audit, Exposure
from pipelines.disclosing.demand import Demand
from pipelines.disclosing.releases import told_conflict
from pipelines.disclosing.statements import Statements

ASK_LESS = "Laat een lezing, een uitsplitsing of een jaar weg."
ASK_PROOF = "Vraag het antwoord met --audit: dan wordt grover afgerond waar dat nodig is."


@dataclass(frozen=True)
class Proof:
    """How an answer is to be printed, and the certificate that it reveals nothing."""

    treatment: Treatment
    certificate: dict[str, object]


def certified(
    scene: Scene,
    treatment: Treatment,
    statements: Statements,
    audit: Audit,
    demand: Demand,
    bases: Mapping[str, int],
    many: int | None = None,
) -> Proof:
    """Return a treatment with the certificate that it was audited."""
    narrowest = audit.narrowest()
    certificate: dict[str, object] = {
        "method": treatment.method,
        "is_audited": True,
        "smallest_group": demand.size,
        "demand": demand.kind,
        "statements": len(statements.low_keys) if many is None else many,
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


def refusal(
    scene: Scene,
    statements: Statements,
    audit: Audit,
    refused: Exposure | None = None,
    advice: str = ASK_LESS,
) -> StaalkaartError:
    """Return what is told of a revealed group, and of the release that it conflicts with.

    Args:
        scene: The answer.
        statements: What was audited.
        audit: What the audit found.
        refused: The group that nothing protects; the first exposed one where not given.
        advice: What can be done about it.
    """
    exposure = refused or audit.exposures[0]
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
        f"{conflict}Er is niets geschreven. {advice}"
    )
