"""The fixture that every test of deliveries uses.

Border: what a drop folder can do stands in drop_folder.py.
"""

from pathlib import Path

import pytest
from drop_folder import KEY, Drop

from pipelines.deliveries import visit


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drop:
    """An empty drop folder with a key in the environment."""
    monkeypatch.setenv("STAALKAART_KEY", KEY)
    monkeypatch.delenv("STAALKAART_KEY_FILE", raising=False)
    # The files of a test are written the moment before they are received.
    monkeypatch.setattr(visit, "SETTLED_AFTER", 0.0)
    return Drop(tmp_path)
