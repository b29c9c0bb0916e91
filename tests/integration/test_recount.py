"""The published counts of the shipped sample equal a recount that shares no code with them.

Border: the recount itself is ``recount.py``; what single records of the sample prove is told in
``test_shipped_sample.py``.
"""

from collections.abc import Mapping
from decimal import Decimal

import duckdb
import pytest

from pipelines.settings import PROJECT_ROOT, Settings
from tests.integration.recount import (
    DEFINITIONS,
    IN,
    OFFERED,
    OUT,
    TAKEN,
    UNDETERMINED,
    WINDOW_LABEL,
    Recount,
    recount,
)

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


def found(settings: Settings, query: str) -> list[tuple]:
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        return reader.execute(query).fetchall()


def differences(recounted: Mapping[tuple, object], published: Mapping[tuple, object]) -> list[str]:
    """One line per key that is not the same on both sides."""
    return [
        f"{key}: recounted {recounted.get(key, 'absent')}, published {published.get(key, 'absent')}"
        for key in sorted(set(recounted) | set(published), key=str)
        if recounted.get(key, "absent") != published.get(key, "absent")
    ]


def published_cells(settings: Settings) -> dict[tuple[str, ...], tuple[Decimal, Decimal]]:
    rows = found(
        settings,
        """
        select measure, definition, academic_year, institution_id, lower, upper
        from counts
        where split = 'none'
            and institution_id != 'overlap'
            and rule_set_version = (select rule_set_version from build)
        """,
    )
    return {tuple(key): (lower, upper) for *key, lower, upper in rows if key[0] in OFFERED + TAKEN}


def test_every_bound_of_every_main_count_is_the_recounted_one(
    published: Settings, recounted: Recount
) -> None:
    cells = recounted.cells()
    assert len(cells) == 7 * len(DEFINITIONS) * (6 + 1) * (18 + 1)
    wrong = differences(cells, published_cells(published))
    assert not wrong, "\n".join(wrong)


def test_learners_by_working_status_are_the_recounted_ones(
    published: Settings, recounted: Recount
) -> None:
    rows = found(
        published,
        """
        select definition, academic_year, split_value, lower, upper
        from counts
        where measure = 'learners'
            and split = 'working_status'
            and second_split is null
            and institution_id = '*'
            and rule_set_version = (select rule_set_version from build)
        """,
    )
    there = {tuple(key): (lower, upper) for *key, lower, upper in rows}
    wrong = differences(recounted.working_cells(), there)
    assert not wrong, "\n".join(wrong)


def test_every_term_of_the_growth_of_offerings_is_the_recounted_one(
    published: Settings, recounted: Recount
) -> None:
    rows = found(
        published,
        f"""
        select definition, institution_id, bound, term, value
        from growth
        where measure = 'offerings'
            and definition in ('framework', 'label')
            and window_label = '{WINDOW_LABEL}'
            and rule_set_version = (select rule_set_version from build)
        """,
    )
    there = {tuple(key): value for *key, value in rows}
    wrong = differences(recounted.growth(), there)
    assert not wrong, "\n".join(wrong)


def test_every_offering_has_the_recounted_verdicts(published: Settings, recounted: Recount) -> None:
    rows = found(
        published,
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
    rows = found(
        published, "select institution_id, academic_year, source_code, type from offerings"
    )
    there = {tuple(key): type_found for *key, type_found in rows}
    here = {(run.institution, run.year, run.code): run.type for run in recounted.offerings}
    wrong = differences(here, there)
    assert not wrong, "\n".join(wrong)


def test_every_line_that_counts_has_the_recounted_verdicts(
    published: Settings, recounted: Recount
) -> None:
    rows = found(
        published,
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
