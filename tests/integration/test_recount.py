"""The published counts of the shipped sample equal a recount that shares no code with them.

Border: the recount itself is ``recount.py``, ``recount_cube.py`` and ``recount_growth.py``; random
worlds are counted both ways in ``test_recount_of_small_worlds.py``; what single records of the
sample prove is told in ``test_shipped_sample.py``.
"""

import duckdb
import pytest

from pipelines.settings import PROJECT_ROOT, Settings
from tests.integration.recount import DEFINITIONS, IN, OUT, UNDETERMINED, Recount, recount
from tests.integration.recount_compared import Query, differences, published_cells, published_growth
from tests.integration.recount_cube import CROSSINGS, OVERLAP, SPLITS, TOTAL, Cube
from tests.integration.recount_growth import growth

pytestmark = pytest.mark.integration
VERDICTS = {"in": IN, "undetermined": UNDETERMINED, "out": OUT}


@pytest.fixture(scope="module")
def published(published_sample: Settings) -> Settings:
    """The published sample."""
    return published_sample


@pytest.fixture(scope="module")
def recounted() -> Recount:
    """The sample, counted from its bytes."""
    contracts = PROJECT_ROOT / "pipelines" / "deliveries" / "contracts"
    return recount(PROJECT_ROOT / "data" / "raw", PROJECT_ROOT / "dbt_project" / "seeds", contracts)


def reader(settings: Settings) -> Query:
    """Asks the published file, of the rule set that was built last."""

    def found(query: str) -> list[tuple]:
        with duckdb.connect(str(settings.published_file), read_only=True) as connection:
            return connection.execute(query).fetchall()

    return found


def test_every_cell_of_the_cube_is_the_recounted_one(
    published: Settings, recounted: Recount
) -> None:
    cells = Cube(recounted).cells()
    totals = [key for key in cells if key[4] == TOTAL and key[3] != OVERLAP]
    assert len(totals) == (8 * len(DEFINITIONS) + 2) * (6 + 1) * (18 + 1)
    told = {(key[0], key[4]) for key in cells if OVERLAP not in key[5]}
    assert told >= {(measure, cut) for measure in SPLITS for cut in SPLITS[measure]}
    assert told >= {(measure, cut) for measure in CROSSINGS for cut in CROSSINGS[measure]}
    assert {key[0] for key in cells if key[3] == OVERLAP} >= {"offerings", "learners"}
    wrong = differences(cells, published_cells(reader(published)))
    assert not wrong, "\n".join(wrong)


def test_every_term_of_growth_is_the_recounted_one(published: Settings, recounted: Recount) -> None:
    terms = growth(recounted)
    # Offerings have nine terms and learners seven, for 18 institutions, Flanders and the panel.
    assert len(terms) == (9 + 7) * len(DEFINITIONS) * 2 * (18 + 2)
    wrong = differences(terms, published_growth(reader(published)))
    assert not wrong, "\n".join(wrong)


def test_every_offering_has_the_recounted_verdicts(published: Settings, recounted: Recount) -> None:
    rows = reader(published)(
        """
        select
            offerings.institution_id,
            offerings.academic_year,
            offerings.source_code,
            offering_verdicts.definition,
            offering_verdicts.verdict
        from offerings
        inner join offering_verdicts using (offering_id, academic_year)
        where offering_verdicts.rule_set_version = (select rule_set_version from build)
        """,
    )
    there = {tuple(key): VERDICTS[verdict] for *key, verdict in rows}
    here = {
        (run.institution, run.year, run.code, definition): verdict
        for run in recounted.offerings
        for definition, verdict in run.verdicts.items()
    }
    wrong = differences(here, there)
    assert not wrong, "\n".join(wrong)


def test_every_offering_has_the_recounted_type(published: Settings, recounted: Recount) -> None:
    rows = reader(published)(
        "select institution_id, academic_year, source_code, type from offerings"
    )
    there = {tuple(key): type_found for *key, type_found in rows}
    here = {(run.institution, run.year, run.code): run.type for run in recounted.offerings}
    wrong = differences(here, there)
    assert not wrong, "\n".join(wrong)


def test_every_line_that_counts_has_the_recounted_verdicts(
    published: Settings, recounted: Recount
) -> None:
    rows = reader(published)(
        """
        select
            enrolments.institution_id,
            enrolments.academic_year,
            enrolments.enrolment_id,
            verdict_cases.definition,
            verdict_cases.verdict
        from enrolments
        inner join verdict_cases using (case_id)
        where enrolments.is_counted
            and verdict_cases.rule_set_version = (select rule_set_version from build)
        """,
    )
    there = {tuple(key): VERDICTS[verdict] for *key, verdict in rows}
    here = {
        (line.institution, line.year, line.identity, definition): verdict
        for line in recounted.lines
        for definition, verdict in line.verdicts.items()
    }
    wrong = differences(here, there)
    assert not wrong, "\n".join(wrong)
