"""The hand-designed cases of landmarks.yml, with what each proves and what must come out.

Tests of the classification and of the counts read the expected results from here.

Border: the cases are data; what the results must be follows from the rules and is never computed.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.synthetic.catalogue import Component, OfferingRun, Programme
from pipelines.synthetic.persons import landmark_number

SOURCE = Path(__file__).with_name("landmarks.yml")


@dataclass(frozen=True)
class Landmark:
    """One offering in one year whose result is known.

    Attributes:
        institution: Institution id.
        year: Start year of the academic year.
        proves: What a test that asserts ``expects`` shows.
        run: The offering as delivered.
        expects: Expected values by column of ``offerings`` (``type`` and ``vks_level`` as whole
            numbers or None) and expected verdicts by definition; a lifecycle holds in worlds of
            six years or more.
        joint: Landmarks with the same word here are one Flemish offering; empty otherwise.
    """

    institution: str
    year: int
    proves: str
    run: OfferingRun
    expects: dict[str, Any]
    joint: str = ""


@dataclass(frozen=True)
class LandmarkLearner:
    """An invented learner: national number or student number, positions, expected status."""

    name: str
    national_number: str
    student_number: str
    positions: dict[str, str]
    status: tuple[Any, ...] | None


@dataclass(frozen=True)
class LandmarkEnrolment:
    """One enrolment line whose treatment is known; ``columns`` has Dutch names and ISO dates."""

    institution: str
    year: int
    learner: LandmarkLearner
    proves: str
    columns: dict[str, str]
    is_counted: bool
    verdicts: dict[str, str] = field(default_factory=dict)


@cache
def _source() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return content


def _text(values: dict[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _component(one: dict[str, str], title: str) -> Component:
    return Component(
        code=one["code"],
        title=one.get("title", title),
        credits_ects=one.get("credits", ""),
        is_integrative=one.get("integrative", ""),
        origin=one.get("origin", ""),
    )


@cache
def landmark_offerings() -> tuple[Landmark, ...]:
    """Return every landmark offering, one per institution, code and year."""
    source = _source()
    return tuple(
        _landmark(source, entry, year) for entry in source["offerings"] for year in entry["years"]
    )


def _landmark(source: dict[str, Any], entry: dict[str, Any], year: int) -> Landmark:
    this_year = entry.get("by_year", {}).get(year, {})
    defaults = {} if entry.get("bare") else source["offering_defaults"]
    columns = defaults | entry["set"] | this_year.get("set", {})
    interest = float(entry.get("interest", 0))
    return Landmark(
        institution=entry["institution"],
        year=year,
        proves=entry["proves"],
        run=OfferingRun(
            columns=_text(columns | {"aanbod_code": entry["code"]}),
            components=tuple(
                _component(one, f"Onderdeel {one['code']}") for one in entry.get("components", [])
            ),
            interest=interest,
            contracts=(0.5, 0.2, 0.3),
            before_correction=_text(entry.get("before_correction", {})),
        ),
        expects=source["expects_defaults"]
        | entry.get("expects", {})
        | this_year.get("expects", {}),
        joint=entry.get("joint", ""),
    )


def landmark_programmes(institution: str, year: int) -> list[Programme]:
    """Return the landmark programmes of an institution in a year."""
    return [
        Programme(
            code=entry["code"],
            kind=entry["kind"],
            name=entry["name"],
            components=tuple(
                _component(one, f"Onderdeel {one['code']}") for one in entry["components"]
            ),
            is_landmark=True,
        )
        for entry in _source()["programmes"]
        if entry["institution"] == institution and year in entry["years"]
    ]


@cache
def landmark_learners() -> dict[str, LandmarkLearner]:
    """Return the landmark learners by name."""
    return {
        entry["name"]: LandmarkLearner(
            name=entry["name"],
            national_number="" if "student" in entry else landmark_number(position),
            student_number=entry.get("student", ""),
            positions=entry.get("positions", {}),
            status=tuple(entry["status"]) if "status" in entry else None,
        )
        for position, entry in enumerate(_source()["learners"])
    }


@cache
def landmark_enrolments() -> tuple[LandmarkEnrolment, ...]:
    """Return every landmark enrolment line."""
    return tuple(
        _enrolment(entry, landmark_learners()[entry["learner"]])
        for entry in _source()["enrolments"]
    )


def _enrolment(entry: dict[str, Any], learner: LandmarkLearner) -> LandmarkEnrolment:
    identity = {
        "inschrijving_id": entry["id"],
        "insz": learner.national_number,
        "studentnummer": learner.student_number,
    }
    return LandmarkEnrolment(
        institution=entry["institution"],
        year=entry["year"],
        learner=learner,
        proves=entry["proves"],
        columns=identity | _text(entry["set"]),
        is_counted=entry["counted"],
        verdicts=entry.get("verdicts", {}),
    )


def landmark_positions(quarter: str) -> list[tuple[str, str]]:
    """Return number and position code of the landmark learners in a quarter."""
    return [
        (learner.national_number, learner.positions[quarter])
        for learner in landmark_learners().values()
        if quarter in learner.positions
    ]
