"""What tests share that is costly to make: a small world, published, and the compiled models.

Border: what must come out stands in the tests.
"""

from collections.abc import Iterator

import pytest

from pipelines.settings import PROJECT_ROOT, Settings
from tests.integration.explained_world import publish_small_world
from tests.integration.model_runner import CompiledModels


@pytest.fixture(scope="session")
def explained_world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small world of the cube as a published file; read-only for every test."""
    return publish_small_world(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="session")
def published_tables() -> list[str]:
    """The names of all tables that dbt publishes."""
    return sorted(file.stem for file in (PROJECT_ROOT / "dbt_project/models/marts").glob("*.sql"))


@pytest.fixture(scope="session")
def models(
    tmp_path_factory: pytest.TempPathFactory, published_tables: list[str]
) -> Iterator[CompiledModels]:
    """The models behind every published table, compiled once and run on any world."""
    folder = tmp_path_factory.mktemp("models")
    compiled = CompiledModels(Settings(folder / "raw", folder / "data"), published_tables)
    compiled.connection.execute("set threads = 1")
    yield compiled
    compiled.connection.close()
