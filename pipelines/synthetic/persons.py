"""Invented people: national numbers, student numbers and working status, by arithmetic alone.

A person is an integer. Everything about a person follows from that integer and the seed, so that
no list of people is kept in memory and any block of people can be written on its own.

Border: who enrols where and when stands in ``learners`` and ``enrolments``.
"""

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]

FICTITIOUS_MONTH_OFFSET = 60
"""Added to the month of birth: no living person's number has a month above 52."""

_FIRST_BIRTH = np.datetime64("1955-01-01")
_BIRTH_DAYS = 18_263  # up to and including 2004-12-31
_SERIALS = 997
_NUMBERS = _BIRTH_DAYS * _SERIALS
_STRIDE = 7_368_787
_STUDENT_NUMBERS = 9_999_991  # a prime, so that the stride below visits every number once
_STUDENT_STRIDE = 7_919
_LANDMARK_BIRTH = date(1950, 1, 1)

WORKING, JOB_SEEKING, NOT_ACTIVE = 0, 1, 2


def chance(person: Integers, *salt: int) -> Numbers:
    """Return one number in [0, 1) per person, always the same for the same person and salt."""
    mixed = person.astype(np.uint64)
    with np.errstate(over="ignore"):
        for value in (*salt, 0x5EED):
            mixed = mixed + np.uint64((value * 0x9E3779B97F4A7C15 + 0x632BE59B) % 2**64)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed = mixed ^ (mixed >> np.uint64(31))
    return (mixed >> np.uint64(11)).astype(np.float64) / float(2**53)


def _checked(nine_digits: Integers, born_from_2000: npt.NDArray[np.bool_]) -> Integers:
    prefixed = nine_digits + np.where(born_from_2000, 2_000_000_000, 0)
    return nine_digits * 100 + (97 - prefixed % 97)


def national_numbers(person: Integers, seed: int) -> pl.Series:
    """Return eleven digits per person: distinct, mod-97 valid, month of birth plus 60.

    Raises:
        ValueError: More people are asked for than there are numbers.
    """
    if person.size and int(person.max()) >= _NUMBERS:
        message = f"there are {_NUMBERS} fictitious numbers, person {int(person.max())} has none"
        raise ValueError(message)
    assert math.gcd(_STRIDE, _NUMBERS) == 1  # noqa: S101 - a fact about two constants
    place = (person * _STRIDE + seed * 7_907) % _NUMBERS
    born = _FIRST_BIRTH + (place % _BIRTH_DAYS).astype("timedelta64[D]")
    serial = place // _BIRTH_DAYS + 1
    year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    months = born.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1 + FICTITIOUS_MONTH_OFFSET
    day = (born - months.astype("datetime64[D]")).astype(np.int64) + 1
    nine = ((year % 100) * 10_000 + month * 100 + day) * 1_000 + serial
    return pl.Series("insz", _checked(nine, year >= 2000)).cast(pl.String).str.zfill(11)


def landmark_number(position: int) -> str:
    """Return the national number of the landmark learner at this position in landmarks.yml.

    Landmark learners are born in 1950 and later than the 900th of their day, where no drawn
    person is: drawn people are born from 1955.
    """
    born = _LANDMARK_BIRTH + timedelta(days=position)
    nine = (born.year % 100) * 10_000 + (born.month + FICTITIOUS_MONTH_OFFSET) * 100 + born.day
    number = _checked(np.array([nine * 1_000 + 901]), np.array([False]))
    return str(int(number[0])).zfill(11)


def student_numbers(person: Integers, institution_index: int) -> pl.Series:
    """Return the number a person has at one institution; another institution, another number."""
    place = (person * _STUDENT_STRIDE + institution_index * 104_729) % _STUDENT_NUMBERS
    return ("S" + pl.Series("studentnummer", place).cast(pl.String).str.zfill(7)).rename(
        "studentnummer"
    )


def has_national_number(person: Integers, seed: int, world: dict[str, Any]) -> npt.NDArray[Any]:
    """Return which people have a national number; the others come from abroad."""
    share = float(world["learners"]["without_national_number_share"])
    return chance(person, seed, 11) >= share


def working_status(
    person: Integers, group: str, year: int, seed: int, world: dict[str, Any]
) -> npt.NDArray[np.int64]:
    """Return the true status of each person in an academic year (0 working, 1 seeking, 2 neither).

    Args:
        person: The people.
        group: ``degree`` or ``lifelong``, a key of ``working_status`` in world.yml.
        year: Start year of the academic year.
        seed: The seed of the whole world.
        world: The content of world.yml.
    """
    shares = world["working_status"][group]
    moved = chance(person, seed, 21, year) < 0.12
    drawn = np.where(moved, chance(person, seed, 22, year), chance(person, seed, 23))
    return np.searchsorted(np.cumsum(shares)[:2], drawn, side="right").astype(np.int64)
