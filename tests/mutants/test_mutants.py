"""Every seeded fault is stopped by the gate, and no blocking expectation is one that cannot fail.

The report is printed, and stands at the end of the captured output when a test fails.

Border: how builds are spoiled stands in ``mutants.py``.
"""

import sys
from pathlib import Path

import pytest

from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.warehouse.suites import read_suites
from tests.mutants.mutants import (
    Fate,
    Mutant,
    blocking,
    fate_of,
    generated_mutants,
    report,
    seeded_mutants,
)

pytestmark = pytest.mark.integration
SUITES = read_suites(PROJECT_ROOT / "expectations")


@pytest.fixture(scope="module")
def fates(published_sample: Settings, tmp_path_factory: pytest.TempPathFactory) -> list[Fate]:
    """What the gate made of every mutant of the sample's build."""
    folder: Path = tmp_path_factory.mktemp("mutants")
    build = published_sample.build_file
    mutants = [*seeded_mutants(build), *generated_mutants(build)]
    found = [fate_of(build, mutant, SUITES, folder) for mutant in mutants]
    sys.stderr.write(report(found, blocking(SUITES)) + "\n")
    return found


def test_no_seeded_fault_passes_the_gate(fates: list[Fate]) -> None:
    seeded = [fate for fate in fates if fate.mutant.is_seeded]
    assert len(seeded) == 10
    assert [fate.mutant.name for fate in seeded if not fate.killed_by] == []


def test_every_blocking_expectation_can_fail(fates: list[Fate]) -> None:
    killing = set().union(*(fate.killed_by for fate in fates))
    assert blocking(SUITES) - killing == set(), "write a mutant that only this one would see"


def test_nothing_is_killed_without_a_mutant(
    published_sample: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    unspoiled = fate_of(
        published_sample.build_file,
        Mutant("nothing", "select 1"),
        SUITES,
        tmp_path_factory.mktemp("unspoiled"),
    )
    assert unspoiled.killed_by == frozenset()
