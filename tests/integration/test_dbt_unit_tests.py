"""The rules of the models, proven by dbt's unit tests on an empty world.

Border: the unit tests themselves stand beside the models, in ``dbt_project/models``; figures that
need the whole chain of models are proven on the small world.
"""

from pathlib import Path

import pytest

from pipelines.deliveries.delivered import write_delivered_data
from pipelines.settings import Settings
from tests.integration.model_runner import dbt

pytestmark = pytest.mark.integration

# A unit test that dbt silently leaves out proves nothing; raise this number with every new one.
UNIT_TESTS_WRITTEN = 99


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
