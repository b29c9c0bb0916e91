"""The register's *arbeidspositie*: one row per person and quarter, in blocks.

Border: which quarters were delivered and when stands in world.yml; a person's true status comes
from ``persons``.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from pipelines.synthetic.landmarks import landmark_positions
from pipelines.synthetic.learners import Population
from pipelines.synthetic.persons import (
    Integers,
    chance,
    has_national_number,
    national_numbers,
    working_status,
)

_BLOCK = 200_000
_CODES = ["111", "112", "121", "210", "220", "310", "340", "350", "400"]
_FIRST_CODE = np.array([0, 3, 5])
_CODE_COUNT = np.array([3, 2, 3])
_OTHER = len(_CODES) - 1


def position_blocks(
    people: Population, year: int, quarter: str, seed: int, world: dict[str, Any]
) -> Iterator[pl.DataFrame]:
    """Yield the positions of one quarter for everyone who may study in that academic year."""
    groups: list[tuple[str, Integers]] = [
        ("degree", people.degree_students(institution, year)) for institution in people.cohort_size
    ]
    groups.append(("lifelong", people.pool(year)))
    for group, everyone in groups:
        for start in range(0, len(everyone), _BLOCK):
            block = everyone[start : start + _BLOCK]
            yield _positions(block, group, year, quarter, seed, world)
    landmarks = landmark_positions(quarter)
    yield pl.DataFrame(
        {
            "insz": [number for number, _ in landmarks],
            "kwartaal": [quarter] * len(landmarks),
            "positie": [code for _, code in landmarks],
        },
        schema={"insz": pl.String, "kwartaal": pl.String, "positie": pl.String},
    )


def _positions(
    person: Integers, group: str, year: int, quarter: str, seed: int, world: dict[str, Any]
) -> pl.DataFrame:
    shares = world["working_status"]
    salt = int(quarter[:4]) * 4 + int(quarter[5])
    known = has_national_number(person, seed, world)
    known &= chance(person, seed, 41, year) >= shares["register_missing_share"]
    person = person[known]
    status = working_status(person, group, year, seed, world)
    moved = chance(person, seed, 42, salt) < 0.04
    status = np.where(moved, (status + 1) % 3, status)
    variant = (chance(person, seed, 43) * _CODE_COUNT[status]).astype(np.int64)
    code = _FIRST_CODE[status] + variant
    code = np.where(chance(person, seed, 44, salt) < shares["register_other_share"], _OTHER, code)
    return pl.DataFrame(
        {
            "insz": national_numbers(person, seed),
            "kwartaal": pl.Series([quarter]).gather(np.zeros(len(person), dtype=np.int64)),
            "positie": pl.Series(_CODES).gather(code),
        }
    )
