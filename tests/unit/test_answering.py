"""Which answers are written again: those of another build, and those that are not whole.

Border: what an answer holds is tested beside the answers.
"""

import json
from collections.abc import Callable

import duckdb
import pytest

from pipelines.answering import is_current
from pipelines.settings import Settings

CURRENT = {"landing_hash": "a" * 64, "code_version": "0", "as_of": "2024-01-01"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (json.dumps({"provenance": CURRENT}), True),
        (json.dumps({"provenance": CURRENT | {"landing_hash": "b"}}), False),
        (json.dumps({"provenance": CURRENT | {"code_version": "1"}}), False),
        (json.dumps({"provenance": CURRENT | {"as_of": "2023-01-01"}}), False),
        (json.dumps({"provenance": None}), False),
        ("{", False),
        (None, False),
    ],
)
def test_an_answer_is_current_when_it_names_the_published_build(
    settings: Settings, write_checks: Callable[..., None], written: str | None, expected: bool
) -> None:
    with duckdb.connect(str(settings.published_file)) as connection:
        write_checks(connection)
    folder = settings.answers_dir / "223"
    folder.mkdir(parents=True)
    if written is not None:
        (folder / "antwoord.json").write_text(written, encoding="utf-8")
    assert is_current(settings, folder) is expected
