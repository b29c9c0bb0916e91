"""What ``staalkaart retention`` prints, and its exit code.

Border: which delivery may go is decided in ``retention.py``.
"""

from collections.abc import Callable, Iterable

from pipelines.deliveries.recognition import is_synthetic
from pipelines.operations.clock import MONTHS_NL
from pipelines.operations.due_deliveries import REASONS_NL, Kept
from pipelines.operations.retention import Outcome, retention
from pipelines.settings import Settings

DONE, NOT_ALL = 0, 1


def report_retention(
    settings: Settings, is_applied: bool, with_synthetic: bool, say: Callable[[str], None]
) -> int:
    """Look at the raw folder, remove what may go if asked, say so, and return the exit code.

    Returns:
        0, or 1 when a file that may go could not be removed.

    Raises:
        StaalkaartError: As ``retention`` (exit 2).
    """
    outcome = retention(settings, is_applied=is_applied, with_synthetic=with_synthetic)
    for line in lines(settings, outcome, is_applied):
        say(line)
    return NOT_ALL if outcome.failed else DONE


def lines(settings: Settings, outcome: Outcome, is_applied: bool) -> Iterable[str]:
    """Yield what is said about the deliveries that are older than the limit."""
    limit = outcome.limit
    yield (
        f"Leveringen over personen van vóór {limit.day} {MONTHS_NL[limit.month]} {limit.year} in "
        f"{settings.raw_dir}:"
    )
    due = [one for one in outcome.found if one.may_go]
    others = [one for one in outcome.found if not one.may_go]
    if not outcome.found:
        yield "Geen."
    if due and not is_applied:
        yield f"Te verwijderen ({len(due)}), geland en ongewijzigd:"
        yield from _listed(due)
        is_invented = is_synthetic(settings.raw_dir)
        how = "--apply --synthetic (ze zijn verzonnen)" if is_invented else "--apply"
        yield f"Er is niets verwijderd. Verwijder ze met {how}."
    if outcome.removed:
        yield f"Verwijderd ({len(outcome.removed)}); zie {settings.retention_log}:"
        yield from _listed(outcome.removed)
    if outcome.failed:
        yield f"Niet verwijderd ({len(outcome.failed)}):"
        yield from _listed(outcome.failed, with_reason=True)
    if others:
        yield f"Blijven staan ({len(others)}):"
        yield from _listed(others, with_reason=True)


def _listed(found: Iterable[Kept], with_reason: bool = False) -> Iterable[str]:
    for one in found:
        day = one.received_on.isoformat() if one.received_on else "datum onbekend"
        reason = f": {REASONS_NL[one.verdict]}" if with_reason else ""
        yield f"  {one.file_name} ({day}){reason}"
