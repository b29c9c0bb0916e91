"""The audit says of small tables exactly what trying every possible table says.

STAALKAART_TABLES chooses another number of tables (``make faults``: 10,000).
"""

import os

import pytest

from pipelines.disclosing.audit import Auditor
from pipelines.disclosing.demand import Demand
from tests.unit.disclosing.enumeration import SMALLEST, enumerated, small_table

TABLES = int(os.environ.get("STAALKAART_TABLES", "2000"))
DEMANDS = (Demand("reach", SMALLEST), Demand("doubt", SMALLEST))


def disagreements(seeds: range) -> tuple[list[str], list[int]]:
    """Return where audit and enumeration differ, and how many groups ended each way."""
    found, ends = [], [0, 0, 0]
    for seed in seeds:
        table = small_table(seed)
        demand = DEMANDS[seed % 2]
        auditor = Auditor(table.knowledge, table.groups, demand)
        exposed = {one.group: one for one in auditor.run().exposures}
        for group, truth in enumerate(enumerated(table, demand)):
            exposure = exposed.get(group)
            said = (
                exposure is not None and exposure.person is None,
                exposure is not None and exposure.person is not None,
            )
            expected = (
                truth.is_exposed,
                truth.is_exposed_to_a_person and not truth.is_exposed,
            )
            ends[0 if expected[0] else 1 if expected[1] else 2] += 1
            interval = auditor.interval(group)
            if said != expected or interval != truth.interval:
                found.append(f"seed {seed}, group {group}: {said} {interval}, true {truth}")
            if exposure is not None and said[0]:
                interval = exposure.lowest, exposure.highest
                if interval != truth.interval:
                    found.append(f"seed {seed}, group {group}: {interval}, true {truth}")
    return found, ends


def test_the_audit_equals_enumeration_on_small_tables() -> None:
    found, ends = disagreements(range(200))
    assert found == []
    assert min(ends) > 10, ends  # exposed to everybody, to a person, and to nobody


@pytest.mark.long
def test_the_audit_equals_enumeration_on_thousands_of_tables() -> None:
    found, ends = disagreements(range(200, TABLES))
    assert found == []
    assert min(ends) > 100, ends
