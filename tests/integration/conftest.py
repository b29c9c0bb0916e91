"""What the tests of explained figures share: a small world, published once.

Border: what must come out stands in the tests.
"""

import pytest

from pipelines.settings import Settings
from tests.integration.explained_world import publish_small_world


@pytest.fixture(scope="session")
def explained_world(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small world of the cube as a published file; read-only for every test."""
    return publish_small_world(tmp_path_factory.mktemp("explained"))
