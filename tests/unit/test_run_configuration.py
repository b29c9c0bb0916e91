"""A run cannot be configured with a secret of the environment, which would stand in its records.

Border: what a run that was configured well leaves is searched in
``tests/integration/test_secrets_leave_no_trace.py``.
"""

import dagster as dg
import pytest

from pipelines.definitions import WarehouseLock, delivery_assets
from pipelines.interface import open_instance
from pipelines.settings import Settings
from tests.integration.secret_search import holding

WORD = "qxzvkwjpbhgfmdytqxzvkwjpbhgfmdyt"


def run(settings: Settings, field: str, variable: str) -> bool:
    """Run one institution with a field that Dagster fills in from the environment."""
    places = {"raw": str(settings.raw_dir), "data": str(settings.data_dir)}
    config = {"warehouse_lock": {"config": places | {field: {"env": variable}}}}
    config |= {"io_manager": {"config": {"base_dir": {"env": variable}}}} if field == "by" else {}
    with open_instance(settings) as instance:
        ran = dg.materialize(
            [delivery_assets(["ugent"])],
            instance=instance,
            resources={
                "warehouse_lock": WarehouseLock.configure_at_launch(),
                "io_manager": dg.fs_io_manager,
            },
            run_config={"resources": config},
            raise_on_error=False,
        )
    return ran.success


@pytest.mark.parametrize(
    ("field", "variable"),
    [
        ("raw", "STAALKAART_KEY"),
        ("data", "STAALKAART_KEY"),
        ("as_of", "STAALKAART_KEY"),
        ("project", "STAALKAART_KEY"),
        ("by", "STAALKAART_KEY"),
        ("by", "STAALKAART_SMTP_PASSWORD"),
    ],
)
def test_a_secret_in_the_configuration_ends_a_run_before_it_is_written_anywhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, field: str, variable: str
) -> None:
    monkeypatch.setenv(variable, WORD)
    monkeypatch.chdir(settings.raw_dir)
    assert not run(settings, field, variable)
    assert holding(settings.raw_dir.parent, {"secret": WORD}) == set()


def test_what_is_no_secret_is_written_so_that_the_search_means_something(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORD_OF_THIS_TEST", WORD)
    monkeypatch.chdir(settings.raw_dir)
    assert run(settings, "by", "WORD_OF_THIS_TEST")
    assert ("word", "data/status.json") in holding(settings.raw_dir.parent, {"word": WORD})
