"""Every seeded fault is stopped by the gate, and no blocking expectation is one that cannot fail.

The report is printed, and stands at the end of the captured output when a test fails.

Border: how builds are spoiled stands in ``spoiled_builds.py``.
"""

import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.warehouse.gate import run_gate
from pipelines.warehouse.suites import read_suites
from tests.mutants.mutants import generated_mutants, seeded_mutants
from tests.mutants.spoiled_builds import Fate, SpoiledBuilds, covering, report

pytestmark = pytest.mark.integration
SUITES = read_suites(PROJECT_ROOT / "expectations")


@pytest.fixture(scope="module")
def builds(
    published_sample: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SpoiledBuilds]:
    """A copy of the sample's build, to be spoiled."""
    folder = tmp_path_factory.mktemp("mutants")
    with closing(SpoiledBuilds(published_sample.build_file, SUITES, folder)) as opened:
        yield opened


@pytest.fixture(scope="module")
def fates(published_sample: Settings, builds: SpoiledBuilds) -> list[Fate]:
    """What the gate made of every mutant of the sample's build."""
    build = published_sample.build_file
    mutants = [*seeded_mutants(build), *generated_mutants(build)]
    found = [builds.fate_of(mutant) for mutant in mutants]
    sys.stderr.write(report(found, builds.expectations()) + "\n")
    return found


def test_no_seeded_fault_passes_the_gate(fates: list[Fate]) -> None:
    seeded = [fate for fate in fates if fate.mutant.is_seeded]
    assert len(seeded) == 10
    assert [fate.mutant.name for fate in seeded if not fate.killed_by] == []


def test_every_blocking_expectation_can_fail(fates: list[Fate], builds: SpoiledBuilds) -> None:
    killing = set().union(*(fate.killed_by for fate in fates))
    assert builds.expectations() - killing == set(), "write a mutant that only this one would see"


def test_the_gate_itself_stops_what_the_queries_find(
    fates: list[Fate], builds: SpoiledBuilds
) -> None:
    for fate in covering(fates):
        assert builds.seen_by_the_gate(fate.mutant, fate.killed_by) == fate.killed_by


def test_nothing_is_killed_without_a_mutant(published_sample: Settings) -> None:
    outcomes = run_gate(published_sample.build_file, SUITES, is_synthetic=True)
    assert [one for one in outcomes if one.is_blocking] == []
