"""One message of the DHO among the files of one ``staalkaart check`` under several numbers.

Whose a message is may stand in its name only. The nightly run sees files with the same bytes as one
delivery and refuses it when their names hold the numbers of several people; so does a check of
these files together.

Border: the nightly run finds it by pseudonyms (``visit.py``), which a check has no key to make.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipelines.deliveries.check import Verdict
from pipelines.deliveries.ledger import hash_of
from pipelines.deliveries.readers.dho_history import SEVERAL_PEOPLE, numbers_in_name
from pipelines.deliveries.refusals import refused_part
from pipelines.deliveries.rules import finding
from pipelines.deliveries.streams import HISTORY_STREAM


def with_several_people_refused(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return the verdicts; a message with rows under the numbers of several people is refused.

    Args:
        verdicts: What was found in each file of the command.
    """
    histories = [
        index
        for index, verdict in enumerate(verdicts)
        if verdict.source is not None and verdict.source.claim.stream == HISTORY_STREAM
    ]
    messages: dict[str, list[int]] = defaultdict(list)
    if len(histories) > 1:
        for index in histories:
            messages[hash_of(verdicts[index].path)].append(index)
    judged = [*verdicts]
    for indexes in messages.values():
        people = {n for index in indexes for n in numbers_in_name(verdicts[index].path.name)}
        if len(people) > 1 and any(verdicts[index].rows_read for index in indexes):
            for index in indexes:
                judged[index] = _refused(verdicts[index])
    return judged


def _refused(verdict: Verdict) -> Verdict:
    if verdict.is_refused or verdict.source is None:
        return verdict
    claim = verdict.source.claim
    found = finding(SEVERAL_PEOPLE, kind=claim.kind)
    return replace(
        verdict,
        parts=[refused_part(claim, verdict.path.name, SEVERAL_PEOPLE)],
        findings=found.with_columns(proposal=pl.lit(None, pl.String)),
        accepted={},
    )
