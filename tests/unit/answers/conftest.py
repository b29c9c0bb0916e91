"""Fixtures of the answers' tests: a published world and the answer written from it.

Border: what is in the world is decided in ``world.py``.
"""

from pathlib import Path

import pytest

from pipelines.answers.answer import read_material, write_answer
from pipelines.answers.composition import compose
from pipelines.answers.document import Answer
from pipelines.answers.questions import find_question
from pipelines.answers.rendering.paper import PaperAnswer, on_paper
from pipelines.answers.sections.material import Material
from pipelines.answers.wording import load_wording
from pipelines.settings import Settings, load_settings
from tests.unit.answers.world import known_world


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    found = load_settings(data=tmp_path_factory.mktemp("answers"))
    known_world().publish(found.published_file)
    return found


@pytest.fixture(scope="session")
def material(settings: Settings) -> Material:
    return read_material(settings, find_question("223"), load_wording("nl"))


@pytest.fixture(scope="session")
def composed(material: Material) -> Answer:
    return compose(material)


@pytest.fixture(scope="session")
def paper(material: Material, composed: Answer) -> PaperAnswer:
    return on_paper(composed, material.words)


@pytest.fixture(scope="session")
def answer_folder(settings: Settings) -> Path:
    return write_answer(settings, "223", "nl", None)
