"""What to do when an expectation of the gate does not hold: the notes of the suites.

Border: which expectation did not hold is found in the published file or in the record of a run.
"""

from collections.abc import Mapping

from pipelines.console import StaalkaartError
from pipelines.settings import Settings
from pipelines.warehouse.suites import read_suites

Advice = Mapping[tuple[str, str], str]


def read_advice(settings: Settings, language: str) -> Advice:
    """Return the note of every expectation by suite and subject; none where a suite is faulty."""
    try:
        suites = read_suites(settings.expectations_dir)
    except StaalkaartError:
        return {}
    return {
        (suite.name, one.meta.subject): " ".join(
            (one.notes.en if language == "en" else one.notes.nl).split()
        )
        for suite in suites
        for one in suite.expectations
    }
