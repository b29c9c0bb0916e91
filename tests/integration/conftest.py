"""What several integration tests read: the shipped sample, published once per test process."""

import pytest

from pipelines.nightly import run_nightly
from pipelines.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="session")
def published_sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped sample, published; read-only for every test."""
    settings = Settings(
        raw_dir=PROJECT_ROOT / "data" / "raw", data_dir=tmp_path_factory.mktemp("sample")
    )
    assert run_nightly(settings, is_quiet=True) == 0
    return settings
