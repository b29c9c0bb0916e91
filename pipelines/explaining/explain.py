"""From what somebody asks to the page that explains it, read from the published file only.

Border: how a page looks stands in ``rendering.py``.
"""

from pipelines.console import StaalkaartError
from pipelines.explaining.enrolment import enrolment_page
from pipelines.explaining.figures.figure_page import figure_page
from pipelines.explaining.figures.source import FigureSource
from pipelines.explaining.figures.telling import FigureTeller
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

COUNT_EXAMPLE = "offerings:label:2023-2024:*:none:2025.1"
DEFAULT_LIMIT = 25


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


def explain_count(
    settings: Settings, key: str, limit: int | None = None, language: str = "nl"
) -> Page:
    """Return the page of a printed number, by the key that stands beside it in an answer.

    Args:
        settings: Where the published file is.
        key: Such as ``offerings:label:2023-2024:*:none:2025.1``.
        limit: How many records a list names; ``DEFAULT_LIMIT`` when not given, 0 for all of them.
        language: ``nl`` or ``en``.

    Raises:
        StaalkaartError: Nothing is published, or nothing has that key (exit 2); the message names
            the nearest keys.
    """
    words = load_explaining_words(language)
    with published_for_reading(settings.published_file) as connection:
        background = read_background(connection, language)
        source = FigureSource(connection, language)
        shown = DEFAULT_LIMIT if limit is None else limit
        return figure_page(FigureTeller(Teller(words, background), source, shown or None), key)


def explain(
    settings: Settings,
    offering_id: str | None,
    enrolment: str | None,
    year: str | None,
    definition: str | None,
    language: str,
    count: str | None = None,
    limit: int | None = None,
) -> Page:
    """Return the page of what the command line names: an offering, an enrolment line or a number.

    Raises:
        StaalkaartError: Nothing, or two things at once, are asked for (exit 2); and as above.
    """
    if sum(one is not None for one in (offering_id, enrolment, count)) != 1:
        raise StaalkaartError(
            "Noem één ding om uit te leggen: een aanbod (staalkaart explain ugent:A1), een "
            f"inschrijving (staalkaart explain --enrolment {ENROLMENT_FORM}) of een cijfer "
            f"(staalkaart explain --count '{COUNT_EXAMPLE}')."
        )
    if count is not None:
        if year is not None or definition is not None:
            raise StaalkaartError(
                "Bij --count staan academiejaar en lezing al in de sleutel; laat --year en "
                "--definition weg."
            )
        return explain_count(settings, count, limit, language)
    if limit is not None:
        raise StaalkaartError("--limit hoort bij --count; laat het hier weg.")
    if offering_id is not None:
        return explain_offering(settings, offering_id, year, definition, language)
    if year is not None:
        raise StaalkaartError(
            "Bij --enrolment staat het academiejaar al in de sleutel; laat --year weg."
        )
    return explain_enrolment(settings, enrolment or "", definition, language)
