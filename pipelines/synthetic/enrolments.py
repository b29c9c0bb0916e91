"""Enrolment lines of one institution and year, drawn in blocks and never one by one.

Every draw of a block comes from a generator of its own, seeded by institution, year and block, so
that any block can be made alone and the same seed gives the same lines.

Border: this module makes frames with the columns of ``inschrijvingen``; writing them is
``delivery``'s business, rows that must be rejected are ``faults``'.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.synthetic.catalogue import DEGREE_KINDS, OfferingRun, Programme
from pipelines.synthetic.delivery_files import template_columns
from pipelines.synthetic.learners import Population
from pipelines.synthetic.persons import (
    Integers,
    chance,
    has_national_number,
    national_numbers,
    student_numbers,
    working_status,
)

BLOCK = 25_000
"""Learners per block: about 300,000 lines, so that memory does not grow with the population."""

_CONTRACTS = [
    "creditcontract",
    "diplomacontract",
    "geen",
    "examencontract_credit",
    "examencontract_diploma",
]
_CREDIT, _DIPLOMA, _NONE, _EXAM_CREDIT, _EXAM_DIPLOMA = range(5)
_STATUSES = ["werkend", "werkzoekend", "niet_actief", "onbekend", None]
_UNKNOWN, _EMPTY = 3, 4
_PURPOSES = [None, "regulier", "student_onderzoeker", "leerling_secundair"]
_OUTCOMES = [None, "geslaagd", "niet_geslaagd", "niet_deelgenomen"]
_OPEN = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Setting:
    """What all blocks of one institution and year have in common."""

    world: dict[str, Any]
    people: Population
    seed: int
    institution: str
    position: int
    year: int
    programmes: list[Programme]
    runs: list[OfferingRun]
    last_day: date

    def rng(self, part: int, block: int) -> np.random.Generator:
        """Return the generator of one block of one part (0 degree, 1 lifelong)."""
        return np.random.default_rng([self.seed, self.position, self.year, part, block])


def enrolment_blocks(setting: Setting) -> Iterator[pl.DataFrame]:
    """Yield the lines of an institution and year: degree students first, then lifelong learners.

    The frames have the columns of the template but those that are the same on every row; dates
    are dates. Rows enrolled after the delivery was made up are left out.
    """
    students = setting.people.degree_students(setting.institution, setting.year)
    first_line = 0
    for block, start in enumerate(range(0, len(students), BLOCK)):
        frame = _degree_block(setting, students[start : start + BLOCK], setting.rng(0, block))
        yield _numbered(setting, frame, first_line)
        first_line += frame.height
    people = _lifelong_learners(setting, students)
    for block, start in enumerate(range(0, len(people), BLOCK)):
        frame = _lifelong_block(setting, people[start : start + BLOCK], setting.rng(1, block))
        yield _numbered(setting, frame, first_line)
        first_line += frame.height


def _numbered(setting: Setting, frame: pl.DataFrame, first_line: int) -> pl.DataFrame:
    prefix = f"E{setting.year % 100:02d}-"
    number = pl.int_range(first_line + 1, first_line + 1 + frame.height, eager=True)
    identity = (prefix + number.cast(pl.String)).alias("inschrijving_id")
    return frame.insert_column(0, identity)


def _texts(values: list[str | None], index: npt.NDArray[Any]) -> pl.Series:
    return pl.Series(values, dtype=pl.String).gather(index)


def _degree_block(setting: Setting, person: Integers, rng: np.random.Generator) -> pl.DataFrame:
    """Return the lines of students in programmes: one per component taken."""
    taken = [one for one in setting.programmes if not one.is_landmark]
    sizes = np.array([len(one.components) for one in taken])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    components = [one for programme in taken for one in programme.components]
    is_degree = np.array([one.kind in DEGREE_KINDS for one in taken])
    shares = np.where(is_degree, 1.0, 0.15)
    cumulative = np.cumsum(shares / shares.sum())
    programme = np.searchsorted(cumulative, chance(person, setting.seed, 31)).clip(
        0, len(taken) - 1
    )
    low, high = setting.world["programmes"]["lines_per_learner"]
    count = np.minimum(rng.integers(low, high + 1, len(person)), sizes[programme])
    begin = rng.integers(0, sizes[programme])
    line_person = np.repeat(np.arange(len(person)), count)
    nth = np.arange(len(line_person)) - np.repeat(np.cumsum(count) - count, count)
    line_programme = programme[line_person]
    component = starts[line_programme] + (begin[line_person] + nth) % sizes[line_programme]

    contract = rng.choice(
        [_DIPLOMA, _CREDIT, _EXAM_CREDIT, _EXAM_DIPLOMA], len(person), p=[0.935, 0.05, 0.01, 0.005]
    )
    alone = (contract == _CREDIT) & (rng.random(len(person)) < 0.6)
    enrolled = _degree_days(setting, rng, len(person))
    withdrawn = _withdrawals(rng, np.maximum(enrolled, _day(setting.year, 9, 20)), 0.05)
    purpose = np.where(
        (contract == _CREDIT) & (rng.random(len(person)) < 0.1),
        3,
        np.where(rng.random(len(person)) < 0.1, 1, 0),
    )
    outcome = rng.choice(4, len(line_person), p=[0.3, 0.5, 0.17, 0.03])
    frame = _people_columns(setting, person, "degree", rng)
    frame = frame.with_columns(
        contracttype=_texts([*_CONTRACTS], contract),
        inschrijvingsdatum=pl.Series(enrolled),
        uitschrijvingsdatum=pl.Series(withdrawn),
        doel=_texts([*_PURPOSES], purpose),
    )[line_person]
    codes = [one.code for one in components]
    credits = [one.credits_ects or None for one in components]
    programme_codes: list[str | None] = [one.code for one in taken]
    shown = np.where(alone[line_person], len(taken), line_programme)
    frame = frame.with_columns(
        aanbod_code=pl.lit(None, dtype=pl.String),
        onderdeel_code=_texts([*codes], component),
        opleiding_code=_texts([*programme_codes, None], shown),
        studiepunten=_texts([*credits], component),
        resultaat=_texts([*_OUTCOMES], outcome),
    )
    return _known_by(setting, frame)


def _lifelong_learners(setting: Setting, students: Integers) -> Integers:
    """Return this house's lifelong learners: from the Flemish pool and from its own students."""
    rng = setting.rng(1, 0)
    wanted = setting.people.lifelong[setting.year][setting.institution]
    share = setting.world["learners"]["also_in_degree_share"]
    own = min(len(students), round(wanted * share))
    pool = setting.people.pool(setting.year)
    drawn = rng.choice(pool, min(wanted - own, len(pool)), replace=False)
    return np.concatenate([rng.choice(students, own, replace=False), drawn]).astype(np.int64)


def _lifelong_block(setting: Setting, person: Integers, rng: np.random.Generator) -> pl.DataFrame:
    """Return the lines of lifelong learners: one per offering, or one per component of it."""
    runs = [one for one in setting.runs if one.interest > 0]
    if not runs:
        return _known_by(setting, _no_lines())
    interest = np.array([one.interest for one in runs])
    chosen = rng.choice(len(runs), len(person), p=interest / interest.sum())
    again = rng.random(len(person)) < 0.25
    chooser = np.concatenate([np.arange(len(person)), np.flatnonzero(again)])
    second = (chosen[again] + 1 + rng.integers(0, max(1, len(runs) - 1), again.sum())) % len(runs)
    chosen = np.concatenate([chosen, second])
    keep = np.ones(len(chosen), dtype=bool)
    keep[len(person) :] = chosen[len(person) :] != chosen[np.flatnonzero(again)]
    chooser, chosen = chooser[keep], chosen[keep]

    lines, starts, lengths = _line_shapes(runs)
    apart = rng.random(len(chosen)) < setting.world["series"]["per_component_share"]
    shape = chosen * 2 + (apart & (lengths[chosen * 2 + 1] > 0))
    count = lengths[shape]
    enrolment = np.repeat(np.arange(len(chosen)), count)
    nth = np.arange(len(enrolment)) - np.repeat(np.cumsum(count) - count, count)
    line = starts[shape][enrolment] + nth

    contracts = np.cumsum(np.array([one.contracts for one in runs]), axis=1)[chosen]
    contract = (rng.random(len(chosen))[:, None] > contracts[:, :2]).sum(axis=1)
    started = np.array([one.columns.get("startdatum") or "NaT" for one in runs], "datetime64[D]")
    start = np.where(np.isnat(started), _day(setting.year, 9, 20), started)[chosen]
    enrolled = start - rng.integers(-8, 60, len(chosen)).astype("timedelta64[D]")
    enrolled = np.maximum(enrolled, _day(setting.year, 7, 1))
    withdrawn = _withdrawals(rng, np.maximum(enrolled, start), 0.07)
    is_postgraduate = np.array([one.kind == "postgraduaat" for one in runs])[chosen]
    researcher = is_postgraduate & (rng.random(len(chosen)) < 0.02)
    purpose = np.where(researcher, 2, np.where(rng.random(len(chosen)) < 0.1, 1, 0))
    outcome = rng.choice(4, len(chosen), p=[0.35, 0.5, 0.1, 0.05])

    frame = _people_columns(setting, person, "lifelong", rng)[chooser]
    frame = frame.with_columns(
        contracttype=_texts([*_CONTRACTS], contract),
        aanbod_code=_texts([one.code for one in runs], chosen),
        inschrijvingsdatum=pl.Series(enrolled),
        uitschrijvingsdatum=pl.Series(withdrawn),
        doel=_texts([*_PURPOSES], purpose),
        resultaat=_texts([*_OUTCOMES], outcome),
    )[enrolment]
    frame = frame.with_columns(
        onderdeel_code=_texts([one[0] for one in lines], line),
        opleiding_code=pl.lit(None, dtype=pl.String),
        studiepunten=_texts([one[1] for one in lines], line),
    )
    return _known_by(setting, frame)


def _line_shapes(
    runs: list[OfferingRun],
) -> tuple[list[tuple[str | None, str | None]], Integers, Integers]:
    """Return all possible lines, and where those of each run start: as a whole, and apart."""
    lines: list[tuple[str | None, str | None]] = []
    starts, lengths = [], []
    for run in runs:
        is_ects = run.columns.get("omvang_eenheid") == "ects"
        whole = [(None, run.columns.get("omvang") or None if is_ects else None)]
        apart = [(one.code, one.credits_ects or None) for one in run.components]
        for shape in (whole, apart):
            starts.append(len(lines))
            lengths.append(len(shape))
            lines += shape
    return lines, np.array(starts, dtype=np.int64), np.array(lengths, dtype=np.int64)


def _people_columns(
    setting: Setting, person: Integers, group: str, rng: np.random.Generator
) -> pl.DataFrame:
    """Return one row per person: numbers and the working status as the person declares it."""
    world, seed = setting.world, setting.seed
    national = has_national_number(person, seed, world)
    student = ~national | (chance(person, seed, 12) < 0.03)
    shares = world["working_status"]
    pool_start = setting.people.pool_start
    true_status = np.where(
        person >= pool_start,
        working_status(person, "lifelong", setting.year, seed, world),
        working_status(person, "degree", setting.year, seed, world),
    )
    wrong = rng.random(len(person)) < shares["declared_wrong_share"]
    declared = np.where(wrong, (true_status + rng.integers(1, 3, len(person))) % 3, true_status)
    unknown = rng.random(len(person)) < shares["declared_unknown_share"]
    declared = np.where(unknown, _UNKNOWN, declared)
    silent = rng.random(len(person)) >= shares["declared_share"][group]
    declared = np.where(silent, _EMPTY, declared)
    none = pl.lit(None, dtype=pl.String)
    return pl.DataFrame(
        {
            "insz": national_numbers(person, seed),
            "studentnummer": student_numbers(person, setting.position),
            "werkstatus": _texts([*_STATUSES], declared),
            "national": pl.Series(national),
            "student": pl.Series(student),
        }
    ).select(
        insz=pl.when("national").then("insz").otherwise(none),
        studentnummer=pl.when("student").then("studentnummer").otherwise(none),
        werkstatus="werkstatus",
    )


def _day(year: int, month: int, day: int) -> np.datetime64:
    return np.datetime64(f"{year}-{month:02d}-{day:02d}")


def _degree_days(setting: Setting, rng: np.random.Generator, size: int) -> npt.NDArray[Any]:
    """Return enrolment days: most in September, some in summer, October and February."""
    period = rng.choice(4, size, p=[0.62, 0.2, 0.13, 0.05])
    first = np.array(
        [
            _day(setting.year, 9, 1),
            _day(setting.year, 7, 1),
            _day(setting.year, 10, 1),
            _day(setting.year + 1, 2, 1),
        ]
    )
    length = np.array([30, 62, 31, 20])
    offset = (rng.random(size) * length[period]).astype(np.int64)
    days: npt.NDArray[Any] = first[period] + offset.astype("timedelta64[D]")
    return days


def _withdrawals(
    rng: np.random.Generator, later: npt.NDArray[Any], share: float
) -> npt.NDArray[Any]:
    """Return the day of withdrawal, or no day; both sides of the census day occur often."""
    size = len(later)
    kind = rng.choice(4, size, p=[0.35, 0.1, 0.1, 0.45])
    offset = np.choose(
        kind,
        [
            rng.integers(1, 30, size),
            np.full(size, 30),
            np.full(size, 31),
            rng.integers(32, 150, size),
        ],
    )
    withdrawn = later + offset.astype("timedelta64[D]")
    return np.where(rng.random(size) < share, withdrawn, _OPEN)


def _no_lines() -> pl.DataFrame:
    constant = ("instellingsnummer", "academiejaar", "inschrijving_id")
    text = [one for one in template_columns()["inschrijvingen"] if one not in constant]
    schema: dict[str, Any] = dict.fromkeys(text, pl.String)
    return pl.DataFrame(
        schema=schema | {"inschrijvingsdatum": pl.Date, "uitschrijvingsdatum": pl.Date}
    )


def _known_by(setting: Setting, frame: pl.DataFrame) -> pl.DataFrame:
    """Return what the institution knew when it delivered: no later enrolment, no later outcome."""
    is_running = setting.year == setting.people.years[-1]
    gone = pl.col("uitschrijvingsdatum")
    frame = frame.filter(pl.col("inschrijvingsdatum") <= setting.last_day)
    return frame.with_columns(
        uitschrijvingsdatum=pl.when(gone <= setting.last_day).then(gone),
        resultaat=pl.lit(None, dtype=pl.String) if is_running else pl.col("resultaat"),
    )
