"""Refusals: paths that are never opened, and whether a refusal has been mended since.

Border: which rule refuses a file is found by ``recognition.py`` and the readers.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipelines.deliveries.ledger import Delivery, Ledger, Part
from pipelines.deliveries.recognition import Candidate, Claim, year_in_name
from pipelines.deliveries.results import DeliverySummary, summary_of
from pipelines.deliveries.rules import UNKNOWN_KIND, load_rules

LARGEST_DELIVERY = 20 * 1024**3


def today() -> date:
    """Return the date of first sight of what is seen now; clocks decide nothing else."""
    return datetime.now(tz=UTC).date()


def unfit_to_open(path: Path) -> tuple[str | None, dict[str, Any]]:
    """Return the rule that refuses a file before its bytes are read, with its facts; or None.

    The size is looked at before the file is hashed: a sparse giant costs nothing to refuse.
    """
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError:
        return "file_unreadable", {}
    if size == 0:
        return "file_empty", {}
    if size > LARGEST_DELIVERY:
        return "file_too_large", {"allowed": "20 GB"}
    return None, {}


def record_refusal(
    ledger: Ledger, candidate: Candidate, unit: str, forgotten: dict[str, Delivery]
) -> DeliverySummary:
    """Note in the ledger a path that is refused without being opened.

    Args:
        ledger: Where it is noted.
        candidate: The path, with the rule that refuses it.
        unit: The reporting unit; empty for a folder of nobody.
        forgotten: Refusals of the previous visit, whose dates of first sight are kept.
    """
    institution_id = unit or candidate.file_name.split("/")[0]
    digest = hashlib.sha256(f"path:{candidate.file_name}".encode()).hexdigest()
    delivery_id = f"{institution_id}:{digest[:16]}"
    rule_id = candidate.refused_by or "file_not_recognised"
    known = forgotten.get(delivery_id)
    first_seen_on = known.first_seen_on if known else today()
    claim = candidate.claim
    delivery = Delivery(
        institution_id=institution_id,
        sha256="",
        received_on=candidate.dated_on or first_seen_on,
        first_seen_on=first_seen_on,
        file_name=candidate.file_name,
        parts=[refused_part(claim, candidate.path.name, rule_id, **candidate.facts)],
    )
    ledger.deliveries[delivery_id] = delivery
    return summary_of(delivery_id, delivery, is_unchanged=False)


def refused_part(claim: Claim | None, name: str, rule_id: str, **facts: object) -> Part:
    """Return what a file gives that a rule refuses as a whole.

    Args:
        claim: What its name says that it is; None when it says nothing.
        name: Its name, which may mention an academic year.
        rule_id: The rule.
        **facts: What the message of the rule needs.
    """
    return Part(
        kind=(claim.kind if claim else "") or UNKNOWN_KIND,
        stream=claim.stream if claim else "unknown",
        format=claim.format if claim else "unknown",
        named_scope=(claim.year if claim else "") or year_in_name(name),
        refused_by=rule_id,
        message_nl=load_rules()[rule_id].text("nl", **facts),
    )


def mended(deliveries: Iterable[tuple[str, Delivery]]) -> set[str]:
    """Return ids of refused deliveries whose years came in good order with a later one.

    Args:
        deliveries: All deliveries of one reporting unit, with their ids.
    """
    own = list(deliveries)
    good: dict[str, list[tuple[date, Part]]] = {}
    for _, delivery in own:
        for part in delivery.parts:
            # A refusal knows years and quarters only, and the scopes of few parts are those.
            for scope in part.scopes if part.refused_by is None else ():
                good.setdefault(scope, []).append((delivery.received_on, part))
    found: set[str] = set()
    for name, refused in own:
        bad = [part for part in refused.parts if part.refused_by]
        if bad and all(_has_successor(part, refused.received_on, good) for part in bad):
            found.add(name)
    return found


def _has_successor(part: Part, received_on: date, good: dict[str, list[tuple[date, Part]]]) -> bool:
    """Return whether a later delivery gave what a refused part should have given."""
    scopes = set(part.scopes) or {part.named_scope or "unknown"}
    return any(
        later > received_on
        and successor.stream == part.stream
        and part.kind in (successor.kind, UNKNOWN_KIND)
        and scopes <= set(successor.scopes)
        for later, successor in good.get(min(scopes), ())
    )
