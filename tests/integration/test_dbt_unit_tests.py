"""The rules of the models, proven by dbt's unit tests on an empty world.

Border: the unit tests themselves stand beside the models, in ``dbt_project/models``; figures that
need the whole chain of models are proven on the small world.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.deliveries.delivered import write_delivered_data
from pipelines.settings import Settings, hand_to_dbt

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

pytestmark = pytest.mark.integration

# A unit test that dbt silently leaves out proves nothing; raise this number with every new one.
UNIT_TESTS_WRITTEN = 97


def dbt(settings: Settings, *command: str) -> "dbtRunnerResult":
    """Run one dbt command whose target and logs stay below the data folder."""
    hand_to_dbt(settings)
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folders = {
        "--project-dir": settings.dbt_dir,
        "--profiles-dir": settings.dbt_dir,
        "--target-path": settings.data_dir / "target",
        "--log-path": settings.logs_dir,
    }
    options = [part for option, folder in folders.items() for part in (option, str(folder))]
    try:
        return dbtRunner().invoke(["--log-level", "none", *command, *options])
    finally:
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def test_every_rule_of_the_models_holds_on_its_hand_made_rows(settings: Settings) -> None:
    write_delivered_data(settings)
    # dbt takes the types of hand-made rows from the tables, so seeds and models must exist first.
    for step in ("seed", "run"):
        outcome = dbt(settings, step)
        assert outcome.success, f"dbt {step} failed on an empty world: {outcome.exception}"
    outcome = dbt(settings, "test", "--select", "test_type:unit")
    results = getattr(outcome.result, "results", None)
    assert results is not None, f"dbt could not run the unit tests: {outcome.exception}"
    failed = {
        f"{Path(result.node.original_file_path).stem}: {result.node.name}": result.message
        for result in results
        if result.status != "pass"
    }
    assert not failed, "\n\n".join(f"{name}\n{message}" for name, message in failed.items())
    assert len(results) >= UNIT_TESTS_WRITTEN
