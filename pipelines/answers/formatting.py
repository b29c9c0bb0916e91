"""How numbers and dates look in print, in Dutch (12.345,6; 20 december 2024) or English.

Every figure of an answer becomes text in ``Printer.figure`` and nowhere else, so that one key
prints the same everywhere.

Border: no rounding for disclosure here; a figure arrives as it may be printed.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from pipelines.answers.cells import PublishedFigure
from pipelines.answers.wording import Wordbook

LOCALES = {"nl": "nl_BE", "en": "en_GB"}
DATE_PATTERN = "d MMMM yyyy"
MOMENT_PATTERNS = {"nl": "d MMMM yyyy 'om' HH:mm", "en": "d MMMM yyyy 'at' HH:mm"}
CLOCK = ZoneInfo("Europe/Brussels")
NUMBER_PATTERN = "#,##0.##"
# The typographic minus: right in print, and no spreadsheet takes it for the start of a formula.
MINUS = "\u2212"
EN_DASH = "\u2013"


class Printer:
    """Turns figures, numbers and dates into the text of one language."""

    def __init__(self, words: Wordbook) -> None:
        self._words = words
        self._locale = LOCALES[words.language]

    def figure(self, figure: PublishedFigure) -> str:
        """Return a figure as printed: a number, a range, a bound, or why there is none."""
        lower, upper = figure.lower, figure.upper
        if figure.standing.status == "did_not_exist":
            return self._words.text("figure.did_not_exist")
        if lower is None:
            return self._words.text("figure.missing")
        if figure.hidden == "all":
            return self._words.text("figure.hidden")
        if figure.hidden == "upper":
            return self._words.text("figure.upper_hidden", number=self.number(lower))
        if figure.below is not None:
            return self._words.text("figure.below", number=self.number(figure.below))
        if upper is None:
            return self._words.text("figure.at_least", number=self.number(lower))
        if lower == upper:
            return self.number(lower)
        return self._words.text("figure.range", lower=self.number(lower), upper=self.number(upper))

    def number(self, value: Decimal | int) -> str:
        """Return a number with the separators of the language, without superfluous decimals."""
        return _number_text(value, self._locale)

    def percentage(self, share: Decimal) -> str:
        """Return a share (0-1) as a whole percentage."""
        return format_percent(share, format="#,##0\u00a0%", locale=self._locale)

    def day(self, day: date) -> str:
        """Return a date in full, ``20 december 2024``."""
        return format_date(day, format=DATE_PATTERN, locale=self._locale)

    def moment(self, moment: datetime) -> str:
        """Return a moment as the clock in Brussels shows it, ``20 december 2024 om 14:30``."""
        return format_datetime(
            moment, MOMENT_PATTERNS[self._words.language], tzinfo=CLOCK, locale=self._locale
        )

    def chart_locale(self) -> dict[str, object]:
        """Return the separators of the language as the drawing library wants them."""
        symbols = Locale.parse(self._locale).number_symbols["latn"]
        return {
            "decimal": symbols["decimal"],
            "thousands": symbols["group"],
            "grouping": [3],
            "currency": ["", ""],
            "minus": MINUS,
        }

    def period(self, years: str) -> str:
        """Return an academic year or a window with an en dash, ``2019-2020 tot 2023-2024``."""
        first, _, last = years.partition("..")
        if not last:
            return first.replace("-", EN_DASH)
        return self._words.text(
            "period", first=first.replace("-", EN_DASH), last=last.replace("-", EN_DASH)
        )


@lru_cache(maxsize=4096)
def _number_text(value: Decimal | int, locale: str) -> str:
    """Return a number as printed; an answer prints few numbers many times."""
    return format_decimal(value, format=NUMBER_PATTERN, locale=locale).replace("-", MINUS)
