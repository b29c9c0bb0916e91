"""The streams and what each is complete for, with the differences a contract declares.

Border: which delivery of a stream is in force is decided in ``delivered.py``.
"""

import functools
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.facts import load_yaml
from pipelines.deliveries.own_table_contract import own_tables_complete_for

STREAMS_FILE = Path(__file__).with_name("streams.yml")
# The stream whose scope unit is the learner and whose rows are of several institutions.
HISTORY_STREAM = "dho"
# The order in which the parts of complete_for are written.
COMPLETENESS = ("degree", "lifelong_learning", "postgraduate", "enrolments")


class Stream(BaseModel):
    """One way in which records arrive.

    Attributes:
        rank: Position in the order of authority; 1 wins.
        complete_for: What the stream is a census of, per kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rank: int
    complete_for: dict[str, list[str]] = {}


@functools.cache
def load_streams() -> dict[str, Stream]:
    """Return the streams of ``streams.yml`` by name."""
    entries = load_yaml(STREAMS_FILE)
    return {name: Stream(**entry) for name, entry in entries.items()}


def authority_rank(stream: str, contract: Contract) -> int:
    """Return the place of a stream in the order of authority of an institution; 1 wins."""
    authority: list[str] = [*contract.authority]
    if stream in authority:
        return authority.index(stream) - len(authority)
    return load_streams()[stream].rank


def complete_for(stream: str, kind: str, contract: Contract) -> str:
    """Return what a stream is complete for, as a subset of COMPLETENESS joined by ``|``."""
    parts: dict[str, list[str]] = {**load_streams()[stream].complete_for}
    if stream == "own_table":
        parts[kind] = [*own_tables_complete_for(contract.own_tables, kind)]
    for name, declared in contract.complete_for.items():
        if name == stream:
            parts = {of_kind: [*census] for of_kind, census in declared.items()}
    return "|".join(part for part in COMPLETENESS if part in parts.get(kind, []))
