"""From what somebody asks to the page that explains it, read from the published file only.

Border: how a page looks stands in ``rendering.py``.
"""

from pipelines.console import StaalkaartError
from pipelines.explaining.enrolment import enrolment_page
from pipelines.explaining.locating import (
    ENROLMENT_FORM,
    locate_definition,
    locate_enrolment,
    locate_offering,
)
from pipelines.explaining.offering import offering_page
from pipelines.explaining.page import Page
from pipelines.explaining.published import (
    published_for_reading,
    read_background,
    read_offering,
)
from pipelines.explaining.telling import Teller
from pipelines.explaining.wording import load_explaining_words
from pipelines.settings import Settings


def explain_offering(
    settings: Settings,
    offering_id: str,
    year: str | None = None,
    definition: str | None = None,
    language: str = "nl",
) -> Page:
    """Return the page of an offering, of its newest year unless one is asked for.

    Args:
        settings: Where the published file is.
        offering_id: Institution and code, such as ``ugent:A1``.
        year: An academic year; ``2023`` and ``2023-24`` mean ``2023-2024``.
        definition: One reading of the table ``definitions``; all of them when not given.
        language: ``nl`` or ``en``.

    Raises:
        StaalkaartError: Nothing is published, or offering, year, reading or language is unknown
            (exit 2); the message says what there is.
    """
    words = load_explaining_words(language)
    with published_for_reading(settings.published_file) as connection:
        background = read_background(connection, language)
        definitions = locate_definition(background, definition)
        run, others = locate_offering(connection, background, offering_id, year)
        facts = read_offering(connection, run, others, background.rule_set_version)
    return offering_page(Teller(words, background), facts, definitions)


def explain_enrolment(
    settings: Settings, key: str, definition: str | None = None, language: str = "nl"
) -> Page:
    """Return the page of an enrolment line with the key institution:academic year:number.

    Raises:
        StaalkaartError: Nothing is published, or line, reading or language is unknown (exit 2).
    """
    words = load_explaining_words(language)
    with published_for_reading(settings.published_file) as connection:
        background = read_background(connection, language)
        definitions = locate_definition(background, definition)
        facts = locate_enrolment(connection, background, key)
    return enrolment_page(Teller(words, background), facts, definitions)


def explain(
    settings: Settings,
    offering_id: str | None,
    enrolment: str | None,
    year: str | None,
    definition: str | None,
    language: str,
) -> Page:
    """Return the page of what the command line names: one offering, or one enrolment line.

    Raises:
        StaalkaartError: Nothing, or two things at once, are asked for (exit 2); and as above.
    """
    if (offering_id is None) == (enrolment is None):
        raise StaalkaartError(
            "Noem één ding om uit te leggen: een aanbod (staalkaart explain ugent:A1) of een "
            f"inschrijving (staalkaart explain --enrolment {ENROLMENT_FORM})."
        )
    if offering_id is not None:
        return explain_offering(settings, offering_id, year, definition, language)
    if year is not None:
        raise StaalkaartError(
            "Bij --enrolment staat het academiejaar al in de sleutel; laat --year weg."
        )
    return explain_enrolment(settings, enrolment or "", definition, language)
