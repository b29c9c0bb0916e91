"""Which rows of which landed files count as delivered, whatever engine reads them.

Border: what is in force is decided in ``succession.py``; the rows are shown by
``rows_in_force.py`` (DuckDB) and registered for Spark by ``pipelines/scale_out``.
"""

from dataclasses import dataclass

from pipelines.deliveries.kinds import Kind
from pipelines.deliveries.ledger import Ledger
from pipelines.deliveries.streams import HISTORY_STREAM
from pipelines.deliveries.succession import Succession

# Of a history each learner's newest rows count, where no other stream speaks.
HISTORY_MARK = ("learner_key", "institution_id", "academic_year")


@dataclass(frozen=True)
class PartInForce:
    """A landed file of a delivery and what of it counts.

    Attributes:
        delivery_id: The delivery, which every row of the file bears.
        stream: The stream it came by.
        mark: The columns whose values, joined by ``|``, decide whether a row counts; none when
            every row does.
        marks: The values of the rows that count.
    """

    delivery_id: str
    stream: str
    mark: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every row counts."""
        return not self.mark


def parts_in_force(kind: Kind, succession: Succession, ledger: Ledger) -> list[PartInForce]:
    """Return the parts of a kind that count, in the order of their deliveries."""
    found: list[PartInForce] = []
    for (delivery_id, name), scopes in sorted(succession.in_force.items()):
        if name != kind.name:
            continue
        parts = [part for part in ledger.deliveries[delivery_id].parts if part.kind == name]
        stream = parts[0].stream
        if stream == HISTORY_STREAM:
            found.append(PartInForce(delivery_id, stream, HISTORY_MARK, tuple(scopes)))
        elif not sum(part.rows_accepted for part in parts):
            continue
        elif {scope for part in parts for scope in part.scopes} <= set(scopes):
            found.append(PartInForce(delivery_id, stream))
        else:
            found.append(PartInForce(delivery_id, stream, (kind.scope_column,), tuple(scopes)))
    return found
