"""Which deliveries are in force: supersession, the halving guard, authority and carry-forward.

A pure function of the ledger, the contracts and the as-of date; the order in which files arrived
plays no part, only (received_on, sha256).

Border: reading and writing tables belongs in ``delivered.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.ledger import Delivery, Ledger, Part
from pipelines.deliveries.rules import UNKNOWN_KIND, load_rules
from pipelines.deliveries.streams import HISTORY_STREAM, authority_rank, complete_for

SMALLEST_SHARE = 0.5
HALVING_RULE = "year_halved"
REPLACED_RULE = "file_replaced_same_day"
GUIDE_KINDS = ("offerings", "components", "programmes")
# Nothing is covered by these: positions are about learners, course pages are evidence only.
KINDS_WITHOUT_SUPPLY = ("positions", "courses")


@dataclass(frozen=True)
class Piece:
    """One part of one delivery, in the order of deliveries.

    Attributes:
        delivery_id: The delivery.
        delivery: Its facts.
        part: What it gave of one kind.
    """

    delivery_id: str
    delivery: Delivery
    part: Part

    @property
    def order(self) -> tuple[date, str, str]:
        """Later pieces replace earlier ones."""
        return (self.delivery.received_on, self.delivery.sha256, self.delivery_id)


@dataclass(frozen=True)
class Supply:
    """One row of ``delivered.supplies``."""

    institution_id: str
    academic_year: str
    kind: str
    stream: str
    status: str
    is_authoritative: bool
    complete_for: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    delivery_id: str


@dataclass(frozen=True)
class Halving:
    """A delivery that is refused because it would leave a unit with less than half its rows."""

    delivery_id: str
    kind: str
    scope: str
    found: int
    expected: int

    @property
    def message_nl(self) -> str:
        """What the sender must know, in Dutch."""
        facts = {"column": self.scope, "found": self.found, "expected": self.expected}
        return load_rules()[HALVING_RULE].text("nl", **facts)


@dataclass(frozen=True)
class Replacement:
    """A delivery that another of the same day replaced, though neither says that it is newer."""

    delivery_id: str
    scopes: tuple[str, ...]
    by: str

    @property
    def message_nl(self) -> str:
        """What the sender must know, in Dutch; ``by`` is the masked name of the other file."""
        facts = {"found": self.by, "expected": ", ".join(self.scopes)}
        return load_rules()[REPLACED_RULE].text("nl", **facts)


@dataclass
class Succession:
    """What is in force.

    Attributes:
        as_of: Deliveries after this date do not count; None when nothing was ever accepted.
        statuses: Status per delivery and kind that is known on the date; later ones have none.
        in_force: Scope units per delivery and kind whose rows count.
        supplies: What came, or failed to come, per institution, year, kind and stream.
        halvings: Deliveries refused by the halving guard.
        replacements: Deliveries that another of the same day replaced.
        outvoted: Scope units per delivery and kind that another stream speaks for; they are read
            and reconciled, never added.
    """

    as_of: date | None
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    in_force: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    supplies: list[Supply] = field(default_factory=list)
    halvings: list[Halving] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)
    outvoted: dict[tuple[str, str], list[str]] = field(default_factory=dict)


Unit = tuple[str, str, str, str]  # institution, stream, kind, academic year or quarter


def decide(ledger: Ledger, contracts: Mapping[str, Contract], as_of: date | None) -> Succession:
    """Return what is in force on a date.

    Args:
        ledger: What was delivered.
        contracts: The contract per institution; the defaults where there is none.
        as_of: The date; the newest accepted delivery's when None.
    """
    pieces = sorted(
        (
            Piece(delivery_id, delivery, part)
            for delivery_id, delivery in ledger.deliveries.items()
            for part in delivery.parts
        ),
        key=lambda piece: (piece.order, piece.part.kind),
    )
    found = Succession(as_of if as_of is not None else newest_date(pieces))
    # Without a date asked for, a refused delivery newer than every accepted one is known too.
    horizon = as_of or date.max
    current = [piece for piece in pieces if piece.delivery.received_on <= horizon]
    for piece in current:
        found.statuses[piece.delivery_id, piece.part.kind] = _first_status(piece.part)
    holders, refused = _replace(current, found)
    _hold_histories(current, holders)
    _settle(holders, refused, contracts, found)
    return found


def _first_status(part: Part) -> str:
    """Return the status of a part before it is known which parts hold a unit.

    Nothing can replace a part without rows, such as the answer of a service that knows nobody.
    """
    if part.refused_by:
        return "refused"
    return "superseded" if part.rows_accepted else "in_force"


def newest_date(pieces: Iterable[Piece]) -> date | None:
    """Return the newest received_on of all accepted deliveries; None without any."""
    dates = [piece.delivery.received_on for piece in pieces if not piece.part.refused_by]
    return max(dates, default=None)


def _replace(
    pieces: list[Piece], found: Succession
) -> tuple[dict[Unit, dict[str, Piece]], list[Piece]]:
    """Return the piece that holds each unit (per part of the institution), and refused pieces."""
    holders: dict[Unit, dict[str, Piece]] = defaultdict(dict)
    refused: list[Piece] = []
    replaced: dict[tuple[Unit, str], list[Piece]] = defaultdict(list)
    kinds = load_kinds()
    for piece in pieces:
        part, delivery = piece.part, piece.delivery
        if part.refused_by:
            refused.append(piece)
            continue
        if part.stream == HISTORY_STREAM:
            continue
        if part.kind not in kinds:
            found.statuses[piece.delivery_id, part.kind] = "not_authoritative"
            continue
        units = {
            scope: (delivery.institution_id, part.stream, part.kind, scope) for scope in part.scopes
        }
        halving = None if delivery.is_confirmed else _halving(piece, units, holders)
        if halving is not None:
            found.halvings.append(halving)
            found.statuses[piece.delivery_id, part.kind] = "refused"
            refused.append(piece)
            continue
        for scope, unit in units.items():
            # A year of which every row was rejected is not a delivered zero.
            if part.scopes[scope][0] or delivery.is_confirmed:
                held = holders[unit].get(delivery.part_name)
                if held is not None and held.delivery_id != piece.delivery_id:
                    replaced[unit, delivery.part_name].append(held)
                holders[unit][delivery.part_name] = piece
            elif piece not in refused:
                refused.append(piece)
    found.replacements += _same_day(replaced, holders)
    return holders, refused


def _same_day(
    replaced: Mapping[tuple[Unit, str], list[Piece]], holders: Mapping[Unit, Mapping[str, Piece]]
) -> list[Replacement]:
    """Return what was replaced by a delivery of its own day that still holds the unit.

    A delivery of a later day mends it: then nothing of that day counts any more.
    """
    scopes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (unit, part_name), pieces in replaced.items():
        holder = holders[unit][part_name].delivery
        for piece in pieces:
            if piece.delivery.received_on == holder.received_on:
                scopes[piece.delivery_id, holder.file_name].add(unit[3])
    return [
        Replacement(delivery_id, tuple(sorted(years)), by)
        for (delivery_id, by), years in sorted(scopes.items())
    ]


def _hold_histories(pieces: list[Piece], holders: dict[Unit, dict[str, Piece]]) -> None:
    """Let the newest history of each learner hold what it says of every institution and year.

    A message without rows replaces nothing: the service may have been silent.
    """
    newest = {
        learner: piece
        for piece in pieces
        if piece.part.stream == HISTORY_STREAM and not piece.part.refused_by
        for learner in piece.part.shares
    }
    for learner, piece in newest.items():
        for share in piece.part.shares[learner]:
            institution, year = share.split("|")
            holders[institution, HISTORY_STREAM, piece.part.kind, year][learner] = piece


def _scope_of(unit: Unit, holder: str) -> str:
    """Return what of a delivery a holder speaks for: a year, or a learner's rows of a year."""
    institution, stream, _, scope = unit
    return f"{holder}|{institution}|{scope}" if stream == HISTORY_STREAM else scope


def _accepted(unit: Unit, holder: str, piece: Piece) -> int:
    institution, stream, _, scope = unit
    if stream == HISTORY_STREAM:
        return piece.part.shares[holder][f"{institution}|{scope}"]
    return piece.part.scopes[scope][0]


def _rejected(unit: Unit, piece: Piece) -> int:
    if unit[1] == HISTORY_STREAM:
        return 0
    return piece.part.scopes[unit[3]][1] + piece.part.rejected_without_scope


def _halving(
    piece: Piece, units: Mapping[str, Unit], holders: Mapping[Unit, Mapping[str, Piece]]
) -> Halving | None:
    for scope, unit in sorted(units.items()):
        held = holders.get(unit, {}).get(piece.delivery.part_name)
        if held is None:
            continue
        before, now = held.part.scopes[scope][0], piece.part.scopes[scope][0]
        if now < before * SMALLEST_SHARE:
            return Halving(piece.delivery_id, piece.part.kind, scope, now, before)
    return None


def _settle(
    holders: Mapping[Unit, Mapping[str, Piece]],
    refused: list[Piece],
    contracts: Mapping[str, Contract],
    found: Succession,
) -> None:
    """Decide authority, fill statuses, units in force and supplies."""
    streams: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for institution, stream, kind, scope in holders:
        streams[institution, kind, scope].add(stream)
    for unit in sorted(holders):
        institution, stream, kind, scope = unit
        contract = contracts.get(institution, Contract())
        rivals = streams[institution, kind, scope]
        leader = min(rivals, key=lambda name: (authority_rank(name, contract), name))
        for holder, piece in holders[unit].items():
            key = (piece.delivery_id, kind)
            if stream == leader:
                found.statuses[key] = "in_force"
                found.in_force.setdefault(key, []).append(_scope_of(unit, holder))
                continue
            found.outvoted.setdefault(key, []).append(_scope_of(unit, holder))
            if found.statuses[key] != "in_force":
                found.statuses[key] = "not_authoritative"
        if kind not in KINDS_WITHOUT_SUPPLY:
            found.supplies.append(
                _supply(unit, holders[unit], refused, contract, is_leader=stream == leader)
            )
    found.supplies += _refused_supplies(holders, refused, contracts)


def _supply(
    unit: Unit,
    pieces: Mapping[str, Piece],
    refused: list[Piece],
    contract: Contract,
    *,
    is_leader: bool,
) -> Supply:
    institution, stream, kind, scope = unit
    held = sorted(pieces.values(), key=lambda piece: piece.order)
    accepted = sum(_accepted(unit, holder, piece) for holder, piece in pieces.items())
    rejected = sum(_rejected(unit, piece) for piece in held)
    is_carried = any(
        later.order > held[-1].order and unit in _units_refused(later, scope) for later in refused
    )
    return Supply(
        institution,
        scope,
        kind,
        stream,
        "carried_forward" if is_carried else "delivered",
        is_leader,
        complete_for(stream, kind, contract),
        accepted + rejected,
        accepted,
        rejected,
        held[-1].delivery_id,
    )


def _units_refused(piece: Piece, scope: str) -> set[Unit]:
    """Return the units with this scope that a refused piece would have replaced."""
    part = piece.part
    scopes = set(part.scopes) or ({part.named_scope} if part.named_scope else {scope})
    if scope not in scopes:
        return set()
    kinds = GUIDE_KINDS if part.kind == UNKNOWN_KIND else (part.kind,)
    return {(piece.delivery.institution_id, part.stream, kind, scope) for kind in kinds}


def _refused_supplies(
    holders: Mapping[Unit, object], refused: list[Piece], contracts: Mapping[str, Contract]
) -> list[Supply]:
    """Return one row per unit that was refused and never delivered well."""
    newest: dict[Unit, Piece] = {}
    for piece in refused:
        scopes = set(piece.part.scopes) or {piece.part.named_scope or ""}
        for scope in scopes - {""}:
            for unit in _units_refused(piece, scope):
                if piece.part.stream != "unknown" and unit[2] not in KINDS_WITHOUT_SUPPLY:
                    newest[unit] = piece
    delivered = {(institution, kind, scope) for institution, _, kind, scope in holders}
    return [
        Supply(
            institution,
            scope,
            kind,
            stream,
            "refused",
            (institution, kind, scope) not in delivered,
            complete_for(stream, kind, contracts.get(institution, Contract())),
            piece.part.rows_read,
            piece.part.rows_accepted,
            piece.part.rows_rejected,
            piece.delivery_id,
        )
        for (institution, stream, kind, scope), piece in sorted(
            newest.items(), key=lambda item: item[0]
        )
        if (institution, stream, kind, scope) not in holders
    ]
