"""Fixtures of the explanation's tests: a published world, and a page as plain text.

Border: what is in the world is decided in ``world.py``.
"""

from collections.abc import Callable
from io import StringIO

import pytest

from pipelines.explaining.explain import explain
from pipelines.explaining.page import Page
from pipelines.explaining.rendering import show
from pipelines.settings import Settings, load_settings
from tests.unit.explaining.world import known_world

Explainer = Callable[..., str]


@pytest.fixture(scope="session")
def world_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = load_settings(data=tmp_path_factory.mktemp("explaining"))
    known_world().publish(found.published_file)
    return found


def text_of(page: Page, width: int = 2000) -> str:
    """Return a page as a file would hold it, wide enough to have a line per sentence."""
    written = StringIO()
    show(page, written, width)
    return written.getvalue()


def told(settings: Settings, **asked: str | None) -> str:
    """Return what is told about what is asked, as plain text."""
    names = ("offering_id", "enrolment", "year", "definition")
    values = {name: asked.get(name) for name in names}
    return text_of(explain(settings, **values, language=asked.get("language") or "nl"))


@pytest.fixture(scope="session")
def explained(world_settings: Settings) -> Explainer:
    def explainer(**asked: str | None) -> str:
        return told(world_settings, **asked)

    return explainer
