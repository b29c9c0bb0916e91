"""Who studies where: the size of each institution's population and its people, year by year.

Degree students come in cohorts of three years per institution; lifelong learners come from one
Flemish pool that moves a little each year, so that people return and appear at two institutions.

Border: what they enrol for stands in ``enrolments``; who they are in ``persons``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines.synthetic.persons import Integers

COHORT_YEARS = 3


@dataclass(frozen=True)
class Population:
    """How many learners there are, and which integers stand for them.

    Attributes:
        learners: Learners per academic year once lifelong learning is at its full growth.
        years: Start years of the academic years, in order.
        cohort_size: New degree students per institution and year.
        lifelong: Lifelong learners per institution and year, per start year.
    """

    learners: int
    years: tuple[int, ...]
    cohort_size: dict[str, int]
    cohort_start: dict[str, int]
    lifelong: dict[int, dict[str, int]]
    pool_start: int
    pool_size: int
    pool_step: int

    def degree_students(self, institution: str, year: int) -> Integers:
        """Return the degree students of an institution in a year: three cohorts."""
        size = self.cohort_size[institution]
        first = self.cohort_start[institution] + (year - self.years[0]) * size
        return np.arange(first, first + COHORT_YEARS * size, dtype=np.int64)

    def pool(self, year: int) -> Integers:
        """Return the people from whom the lifelong learners of a year are drawn."""
        first = self.pool_start + (year - self.years[0]) * self.pool_step
        return np.arange(first, first + self.pool_size, dtype=np.int64)


def population(learners: int, years: tuple[int, ...], world: dict[str, Any]) -> Population:
    """Divide the learners over institutions, degree programmes and lifelong learning."""
    share = world["learners"]
    weights = {name: one["weight"] for name, one in world["institutions"].items()}
    total = sum(weights.values())
    lifelong = min(
        share["lifelong_most_share"] * learners,
        share["lifelong_fixed"] + share["lifelong_share"] * learners,
    )
    cohort_size = {
        name: max(1, round((learners - lifelong) * weight / total / COHORT_YEARS))
        for name, weight in weights.items()
    }
    growth = ([share["growth"][0]] * len(years) + share["growth"])[-len(years) :]
    per_year = {
        # A small house still has a few lifelong learners: hence the power below one.
        year: {
            name: max(3, round(lifelong * factor * weight**0.7 / _total(weights, 0.7)))
            for name, weight in weights.items()
        }
        for year, factor in zip(years, growth, strict=True)
    }
    starts: dict[str, int] = {}
    cursor = 0
    for name, size in cohort_size.items():
        starts[name] = cursor
        cursor += size * (COHORT_YEARS + len(years) - 1)
    most = max(sum(numbers.values()) for numbers in per_year.values())
    return Population(
        learners=learners,
        years=years,
        cohort_size=cohort_size,
        cohort_start=starts,
        lifelong=per_year,
        pool_start=cursor,
        pool_size=round(most * 1.3) + 10,
        pool_step=round(most * 0.45) + 1,
    )


def _total(weights: dict[str, float], power: float) -> float:
    return float(sum(weight**power for weight in weights.values()))
