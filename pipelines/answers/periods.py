"""Academic years, and the ones a question is about.

Border: which years and windows the published warehouse knows is found out in ``vocabulary``.
"""

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

FIRST_DAY = (10, 1)  # academic years run from 1 October (counting.md, Years)
LONGEST_SPAN = 50  # years in one question
YEAR_FORM = re.compile(r"((?:19|20)[0-9]{2})(?:\s*[-/\u2013]\s*((?:[0-9]{2})?[0-9]{2}))?")


def academic_year(start: int) -> str:
    """Return the academic year that starts in ``start``, as ``2023-2024``."""
    return f"{start}-{start + 1}"


def last_day(year: str) -> date:
    """Return the last day of an academic year, 30 September."""
    return date(int(year[-4:]), 9, 30)


def spelled_year(text: str) -> str:
    """Return ``2023``, ``2023-24`` and ``2023/2024`` as ``2023-2024``.

    Raises:
        ValueError: The text is no academic year; the message is for people.
    """
    found = YEAR_FORM.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is geen academiejaar. Schrijf het als 2023-2024.")
    year = academic_year(int(found[1]))
    if found[2] and not year.endswith(found[2]):
        raise ValueError(f"{text!r} is geen academiejaar: na {found[1]} komt {year[-4:]}.")
    return year


def years_between(first: str, last: str) -> tuple[str, ...]:
    """Return the academic years from the first to the last.

    Raises:
        ValueError: The last comes before the first, or far after it; the message is for people.
    """
    start, end = int(first[:4]), int(last[:4])
    if end < start:
        raise ValueError(f"{first}:{last} loopt achteruit. Schrijf het vroegste jaar eerst.")
    if end - start >= LONGEST_SPAN:
        raise ValueError(f"{first}:{last} is te lang: hoogstens {LONGEST_SPAN} academiejaren.")
    return tuple(academic_year(year) for year in range(start, end + 1))


def _read_year(value: object) -> object:
    return spelled_year(value) if isinstance(value, str) else value


AcademicYear = Annotated[str, BeforeValidator(_read_year)]


class WindowRule(BaseModel):
    """Which academic years a question is about.

    Attributes:
        completed_years: So many years, completed before the day of the question.
        has_running_year: Whether the year that was running on that day shows too, provisionally.
        years: Instead of ``completed_years``: exactly these years.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    completed_years: int | None = Field(default=None, ge=1, le=20)
    has_running_year: bool | None = None
    years: tuple[AcademicYear, ...] = ()

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "WindowRule":
        if (self.completed_years is None) == (not self.years):
            raise ValueError("vul completed_years in, of years, en niet allebei.")
        if self.years and self.has_running_year is not None:
            raise ValueError("has_running_year hoort bij completed_years; zet het jaar bij years.")
        if len(set(self.years)) < len(self.years):
            raise ValueError("een academiejaar staat er meer dan één keer.")
        if list(self.years) != sorted(self.years):
            raise ValueError("zet de academiejaren in volgorde, het vroegste eerst.")
        return self


class Window(BaseModel):
    """The academic years a question is about.

    Attributes:
        years: The years asked for, or the completed ones, oldest first.
        running_year: The year that had not ended on the day of the question, or None.
    """

    model_config = ConfigDict(frozen=True)
    years: tuple[str, ...]
    running_year: str | None = None

    @property
    def from_year(self) -> str:
        """The first year, the running one aside."""
        return self.years[0]

    @property
    def to_year(self) -> str:
        """The last year, the running one aside."""
        return self.years[-1]

    @property
    def label(self) -> str:
        """From the first to the last year, as ``counts.academic_year`` writes a window."""
        return f"{self.from_year}..{self.to_year}"

    @property
    def is_counted_together(self) -> bool:
        """Whether the years can be one window: two or more, without a gap."""
        return len(self.years) > 1 and self.years == years_between(self.from_year, self.to_year)

    @property
    def shown_years(self) -> tuple[str, ...]:
        """The years of the window and the running one."""
        return (*self.years, self.running_year) if self.running_year else self.years


def window_of(rule: WindowRule, asked_on: date | None) -> Window:
    """Return the years a rule names, or those completed before a day, and the running one.

    Source of the rule: counting.md, Years (years run from 1 October to 30 September).

    Raises:
        ValueError: The rule counts back from a day and there is none.
    """
    if rule.years:
        return Window(years=rule.years)
    if asked_on is None or rule.completed_years is None:
        raise ValueError("completed_years telt terug vanaf asked_on; vul die datum in.")
    running = asked_on.year if (asked_on.month, asked_on.day) >= FIRST_DAY else asked_on.year - 1
    completed = range(running - rule.completed_years, running)
    has_running_year = rule.has_running_year is not False
    return Window(
        years=tuple(academic_year(start) for start in completed),
        running_year=academic_year(running) if has_running_year else None,
    )
