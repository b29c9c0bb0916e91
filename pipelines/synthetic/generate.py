"""``staalkaart generate``: a folder of synthetic deliveries, the same bytes for the same seed.

Files are written one institution and year at a time and enrolment lines in blocks, so that memory
does not grow with the number of learners.

Border: this module decides which file arrives when; what stands in it is drawn elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.console import StaalkaartError
from pipelines.synthetic.academic_calendar import (
    delivered_on,
    long_label,
    quarters,
    start_years,
)
from pipelines.synthetic.catalogue import Catalogue, make_catalogue
from pipelines.synthetic.defaults import DEFAULT_LEARNERS, DEFAULT_SEED, DEFAULT_YEARS
from pipelines.synthetic.delivery_files import House, template_columns, write_frames
from pipelines.synthetic.enrolments import Setting, enrolment_blocks
from pipelines.synthetic.faults import faulty_rows, write_faulty_files
from pipelines.synthetic.landmarks import (
    landmark_enrolments,
    landmark_offerings,
    landmark_programmes,
)
from pipelines.synthetic.learners import Population, population
from pipelines.synthetic.positions import position_blocks
from pipelines.synthetic.study_guides import study_guide

MOST_YEARS = 12

MARK = "SYNTHETISCH"
_MARK_TEXT = """Deze map bevat SYNTHETISCHE leveringen: verzonnen aanbod, verzonnen personen.
Geen enkel cijfer hieruit zegt iets over het onderwijs in Vlaanderen. De rijksregisternummers zijn
fictief (geboortemaand plus 60) en kunnen aan niemand toebehoren.

Gemaakt met: staalkaart generate --learners {learners} --years {years} --seed {seed}{faults}

This folder holds SYNTHETIC deliveries: nothing in it says anything about real people or offerings.
"""

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and what was written last (for people)."""


@dataclass
class Generated:
    """What was written.

    Attributes:
        files: Number of files, the mark included.
        lines: Enrolment lines, corrections and faulty rows included.
        positions: Rows of working positions.
        rejected: Rows that the screening must reject, by path below the folder.
    """

    files: int = 0
    lines: int = 0
    positions: int = 0
    rejected: dict[str, int] = field(default_factory=dict)


@cache
def load_world() -> dict[str, Any]:
    """Return the content of world.yml."""
    path = Path(__file__).with_name("world.yml")
    world: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return world


def generate(
    out: Path,
    learners: int = DEFAULT_LEARNERS,
    years: int = DEFAULT_YEARS,
    seed: int = DEFAULT_SEED,
    faults: bool = False,
    progress: Progress | None = None,
) -> Generated:
    """Write synthetic deliveries of all institutions below ``out``.

    Args:
        out: A folder that does not exist yet or is empty.
        learners: Learners per academic year once lifelong learning is at its full growth.
        years: Academic years, counted back from the running one.
        seed: Another seed, another world; the same seed, the same bytes.
        faults: Add broken files, and faulty rows to every enrolment file.
        progress: Called after each institution and year, and after each quarter.

    Raises:
        StaalkaartError: The folder holds something already, or an argument is out of range.
    """
    _refuse(out, learners, years, seed)
    world = load_world()
    people = population(learners, start_years(years, world), world)
    out.mkdir(parents=True, exist_ok=True)
    text = _MARK_TEXT.format(
        learners=learners, years=years, seed=seed, faults=" --faults" if faults else ""
    )
    (out / MARK).write_text(text, encoding="utf-8")
    writer = _Writer(out, world, people, seed, faults, Generated(files=1))
    steps = [(name, year) for name in world["institutions"] for year in people.years]
    rounds = [
        (year, quarter)
        for year in people.years
        for quarter in quarters(year, world["positions_quarters"])
        if quarter <= world["positions_until"]
    ]
    total = len(steps) + len(rounds)
    for done, (name, year) in enumerate(steps, start=1):
        writer.write_institution(name, year)
        if progress:
            progress(done, total, f"{name} {long_label(year)}")
    for done, (year, quarter) in enumerate(rounds, start=len(steps) + 1):
        writer.write_positions(year, quarter)
        if progress:
            progress(done, total, f"arbeidspositie {quarter}")
    if faults:
        writer.result.files += len(write_faulty_files(out))
    return writer.result


def _refuse(out: Path, learners: int, years: int, seed: int) -> None:
    if learners < 1 or not 1 <= years <= MOST_YEARS or seed < 0:
        message = (
            f"--learners moet minstens 1 zijn, --years 1 tot {MOST_YEARS} en --seed minstens 0; "
            f"gegeven: --learners {learners} --years {years} --seed {seed}."
        )
        raise StaalkaartError(message)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = (
            f"{out} bestaat al en is niet leeg. Synthetische leveringen worden nooit bij andere "
            "gezet: kies met --out een nieuwe map, of maak deze eerst zelf leeg."
        )
        raise StaalkaartError(message)


@dataclass
class _Writer:
    """Writes the files of one institution and year, or of one quarter."""

    out: Path
    world: dict[str, Any]
    people: Population
    seed: int
    faults: bool
    result: Generated
    catalogues: dict[str, Catalogue] = field(default_factory=dict)

    def write_institution(self, name: str, year: int) -> None:
        """Write every file that one institution delivers about one year."""
        settings = self.world["institutions"][name]
        house = House(name, settings)
        catalogue = self._catalogue(name)
        missing = self._missing(name, year)
        arrived = delivered_on(year, self.world)
        programmes, runs = catalogue.programmes[year], catalogue.runs[year]
        if "aanbod" not in missing:
            self._write_offerings(house, year, catalogue, arrived)
        if "bouwstenen" not in missing:
            rows = house.component_rows(runs, year)
            house.write_rows(self._path(name, arrived, "bouwstenen", year), "bouwstenen", rows)
            self.result.files += 1
        if settings["programmes"] == "study_guide":
            path = self.out / name / arrived.isoformat() / f"{name}_programs_{year}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = study_guide(name, year, programmes, runs, self.world)
            path.write_text(text, encoding="utf-8")
            self.result.files += 1
        elif "opleidingen" not in missing:
            rows = house.programme_rows(programmes, year)
            house.write_rows(self._path(name, arrived, "opleidingen", year), "opleidingen", rows)
            self.result.files += 1
        if "inschrijvingen" not in missing:
            self._write_enrolments(house, year, catalogue, arrived)

    def write_positions(self, year: int, quarter: str) -> None:
        """Write the register's positions on the last day of one quarter."""
        arrived = delivered_on(year, self.world)
        path = self.out / "department" / arrived.isoformat() / f"arbeidspositie_{quarter}.csv"
        blocks = position_blocks(self.people, year, quarter, self.seed, self.world)
        self.result.positions += write_frames(path, "arbeidspositie", blocks)
        self.result.files += 1

    def _catalogue(self, name: str) -> Catalogue:
        """Return the institution's catalogue with its landmarks; only the last one is kept."""
        if name not in self.catalogues:
            self.catalogues.clear()
            place = list(self.world["institutions"]).index(name)
            made = make_catalogue(name, place, self.seed, self.people, self.world)
            for year in self.people.years:
                made.programmes[year] += landmark_programmes(name, year)
            for landmark in landmark_offerings():
                if landmark.institution == name and landmark.year in made.runs:
                    made.runs[landmark.year].append(landmark.run)
            self.catalogues[name] = made
        return self.catalogues[name]

    def _missing(self, name: str, year: int) -> set[str]:
        return {
            kind
            for one in self.world["missing"]
            if one["institution"] == name and one["year"] == year
            for kind in one["kinds"]
        }

    def _correction(self, name: str, year: int, kind: str) -> dict[str, Any] | None:
        for one in self.world["corrections"]:
            if (one["institution"], one["year"], one["kind"]) == (name, year, kind):
                found: dict[str, Any] = one
                return found
        return None

    def _path(self, name: str, arrived: date, kind: str, year: int) -> Path:
        return self.out / name / arrived.isoformat() / f"{kind}_{long_label(year)}.csv"

    def _write_offerings(
        self, house: House, year: int, catalogue: Catalogue, arrived: date
    ) -> None:
        correction = self._correction(house.name, year, "aanbod")
        arrivals = [(arrived, correction is not None)]
        if correction:
            arrivals.append((correction["arrives"], False))
        for day, is_first in arrivals:
            rows = house.offering_rows(catalogue.runs[year], year, is_first)
            house.write_rows(self._path(house.name, day, "aanbod", year), "aanbod", rows)
            self.result.files += 1

    def _write_enrolments(
        self, house: House, year: int, catalogue: Catalogue, arrived: date
    ) -> None:
        setting = Setting(
            world=self.world,
            people=self.people,
            seed=self.seed,
            institution=house.name,
            position=list(self.world["institutions"]).index(house.name),
            year=year,
            programmes=catalogue.programmes[year],
            runs=catalogue.runs[year],
            last_day=arrived - timedelta(days=1),
        )
        correction = self._correction(house.name, year, "inschrijvingen")
        arrivals = [(arrived, correction["missing_share"] if correction else 0.0)]
        if correction:
            arrivals.append((correction["arrives"], 0.0))
        for day, missing_share in arrivals:
            path = self._path(house.name, day, "inschrijvingen", year)
            frames = self._frames(house, setting, missing_share, path)
            self.result.lines += write_frames(path, "inschrijvingen", frames, house)
            self.result.files += 1

    def _frames(
        self, house: House, setting: Setting, missing_share: float, path: Path
    ) -> Iterator[pl.DataFrame]:
        """Yield drawn lines, landmark lines and, where world.yml says so, faulty rows."""
        columns = template_columns()["inschrijvingen"]
        same = house.same_on_every_row(setting.year)
        constant = [pl.lit(value).alias(name) for name, value in same.items()]
        step = round(1 / missing_share) if missing_share else 0
        good: list[dict[str, str]] = []
        count = 0
        for drawn in enrolment_blocks(setting):
            block = _without_every(drawn, step) if step else drawn
            frame = block.with_columns(constant).select(columns)
            if len(good) < 1000:
                good += _as_text(frame.head(1000), house)
            count += frame.height
            yield frame
        landmarks = [
            same | one.columns
            for one in landmark_enrolments()
            if one.institution == house.name and one.year == setting.year
        ]
        if landmarks:
            yield _text_frame([_written(row, house) for row in landmarks], columns)
        wanted = self._faults_wanted(house.name, setting.year, count)
        if wanted and good:
            made = faulty_rows(good, setting.year, wanted, setting.year + setting.position)
            self.result.rejected[path.relative_to(self.out).as_posix()] = made.rejected
            yield _text_frame(made.rows, columns)

    def _faults_wanted(self, name: str, year: int, rows: int) -> int:
        shape: dict[str, Any] = self.world["faulty_rows"]
        for one in shape["exceptions"]:
            if (one["institution"], one["year"]) == (name, year):
                return max(1, round(rows * float(one["share"])))
        wanted = round(rows * float(shape["share"]))
        if self.faults:
            return max(1, wanted)
        return min(int(shape["most"]), wanted) if name in shape["institutions"] else 0


def _without_every(frame: pl.DataFrame, step: int) -> pl.DataFrame:
    return frame.with_row_index("row").filter(pl.col("row") % step != 0).drop("row")


def _as_text(frame: pl.DataFrame, house: House) -> list[dict[str, str]]:
    texts = frame.with_columns(
        pl.col(pl.Date).dt.to_string(house.date_format), pl.col(pl.String)
    ).fill_null("")
    rows: list[dict[str, str]] = texts.to_dicts()
    return rows


def _written(row: dict[str, str], house: House) -> dict[str, str]:
    return {
        name: house.day(value) if name.endswith("datum") else value for name, value in row.items()
    }


def _text_frame(rows: list[dict[str, str]], columns: list[str]) -> pl.DataFrame:
    data = {name: [row.get(name) or None for row in rows] for name in columns}
    return pl.DataFrame(data, schema=dict.fromkeys(columns, pl.String))
