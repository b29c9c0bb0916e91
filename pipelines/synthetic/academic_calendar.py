"""Academic years, their notations, and when their deliveries arrive.

Border: the years of one generated world only; how a delivery's year is read is not decided here.
"""

from datetime import date, timedelta
from typing import Any


def start_years(count: int, world: dict[str, Any]) -> tuple[int, ...]:
    """Return the start years of ``count`` academic years, the running one last."""
    last = int(world["first_running_year"])
    return tuple(range(last - count + 1, last + 1))


def long_label(year: int) -> str:
    """Return ``2023-2024`` for 2023."""
    return f"{year}-{year + 1}"


def written(year: int, style: str) -> str:
    """Return the academic year as one institution writes it."""
    return {
        "long": long_label(year),
        "short": f"{year}-{(year + 1) % 100:02d}",
        "slash": f"{year}/{year + 1}",
        "two_digits": f"{year % 100:02d}-{(year + 1) % 100:02d}",
    }[style]


DATE_FORMATS = {"iso": "%Y-%m-%d", "dmy": "%d/%m/%Y", "compact": "%Y%m%d"}


def delivered_on(year: int, world: dict[str, Any]) -> date:
    """Return the day on which the deliveries of an academic year arrive.

    The running year arrives before it ends; every other one on the first Monday of the November
    after it ended.
    """
    if year == world["first_running_year"]:
        running: date = world["running_year_delivered_on"]
        return running
    november = date(year + 1, 11, 1)
    return november + timedelta(days=-november.weekday() % 7)


def quarters(year: int, numbers: list[int]) -> list[str]:
    """Return the quarters of an academic year: those from 3 on lie in its start year."""
    return [f"{year if number >= 3 else year + 1}Q{number}" for number in numbers]
