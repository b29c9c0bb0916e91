"""A published file as the bulletin reads it: three institutions, a window of two years.

Border: no test stands here.
"""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from records import MOMENT

from pipelines.operations.bulletin.lights import quarters_of
from pipelines.operations.bulletin.published import (
    BuildFacts,
    Delivered,
    FlemishCell,
    MeasureFacts,
    PublishedFacts,
    SuiteFacts,
    Supplied,
    Unmet,
)
from pipelines.operations.bulletin.telling import Situation
from pipelines.operations.freshness import freshness
from pipelines.operations.parameters import load_parameters
from pipelines.operations.recorded_answers import RecordedAnswer, RecordedDelivery
from pipelines.operations.run_record import Found, RunRecord

YEARS = ("2022-2023", "2023-2024", "2024-2025")
NAMES = {"ugent": "Universiteit Gent", "ap": "AP Hogeschool", "ucll": "UC Leuven-Limburg"}
KINDS = ("offerings", "enrolments", "programmes", "components")
CENSUS = frozenset({"lifelong_learning", "postgraduate"})
BUILD = BuildFacts(
    built_at=MOMENT - timedelta(hours=4),
    as_of=date(2025, 1, 6),
    as_of_requested=None,
    code_version="0.1.0+a",
    rule_set_version="2025.1",
    landing_hash="a" * 64,
    is_synthetic=True,
)


def supplied(institution: str, year: str, kind: str, **changes: object) -> Supplied:
    whole = CENSUS if kind == "offerings" else frozenset({kind})
    fields: dict[str, object] = {
        "status": "delivered",
        "complete_for": whole,
        "rejected_share": 0.0,
    }
    return Supplied(institution, year, kind, **{**fields, **changes})  # type: ignore[arg-type]


def delivered(
    institution: str, kind: str, year: str, sha256: str = "", status: str = "in_force"
) -> Delivered:
    received = date(int(year[:4]) + 1, 11, 4)
    name = f"{institution}/{received}/{kind}_{year}.csv"
    scopes = frozenset({year})
    return Delivered(
        institution, kind, name, sha256 or f"{institution}{kind}{year}", received, status, scopes
    )


def published(**changes: object) -> PublishedFacts:
    """Return a file in which everything came, with changes."""
    deliveries = [
        delivered(institution, kind, year)
        for institution in NAMES
        for kind in KINDS
        for year in YEARS
    ]
    quarters = frozenset().union(*(quarters_of(year) for year in YEARS))
    positions = Delivered(
        "department", "positions", "department/p.csv", "p", date(2024, 11, 5), "in_force", quarters
    )
    fields: dict[str, object] = {
        "build": BUILD,
        "institutions": NAMES,
        "supplies": tuple(
            supplied(institution, year, kind)
            for institution in NAMES
            for kind in KINDS
            for year in YEARS
        ),
        "deliveries": (*deliveries, positions),
        "measures": {
            "offerings": MeasureFacts("offerings", "Aanbod", "offerings"),
            "titles": MeasureFacts("titles", "Titels", "offerings"),
            "components_offered": MeasureFacts("components_offered", "Onderdelen", "programmes"),
            "learners": MeasureFacts("learners", "Lerenden", "enrolments"),
        },
        "cells": {
            (measure, year): FlemishCell("final", 3)
            for measure in ("offerings", "titles", "components_offered", "learners")
            for year in YEARS
        },
        "absent": frozenset(),
        "suites": (SuiteFacts("counts", 40, 0),),
        "unmet": (),
        "parameters": {"max_rejected_share": 0.02},
    }
    return PublishedFacts(**{**fields, **changes})  # type: ignore[arg-type]


def with_supply(
    facts: PublishedFacts, institution: str, year: str, kind: str, **changes: object
) -> PublishedFacts:
    """Return the facts with one supply changed."""
    changed = tuple(
        replace(one, **changes)  # type: ignore[arg-type]
        if (one.institution_id, one.academic_year, one.kind) == (institution, year, kind)
        else one
        for one in facts.supplies
    )
    return replace(facts, supplies=changed)


def warned(facts: PublishedFacts) -> PublishedFacts:
    """Return the facts with one warning of the gate."""
    unmet = Unmet("delivered", "aandeel geweigerde rijen", False, "ucll inschrijvingen")
    return replace(facts, suites=(SuiteFacts("delivered", 8, 1),), unmet=(unmet,))


def recorded(facts: PublishedFacts, numbers: dict[str, str], **changes: object) -> RecordedAnswer:
    """Return an answer that was written from these facts, with changes."""
    fields: dict[str, object] = {
        "folder": Path("answers/223"),
        "number": "223",
        "language": "nl",
        "numbers": numbers,
        "headline": tuple(numbers),
        "as_of": "2025-01-06",
        "landing_hash": facts.build.landing_hash,
        "code_version": facts.build.code_version,
        "rule_set_version": facts.build.rule_set_version,
        "deliveries": tuple(
            RecordedDelivery(one.institution_id, one.kind, one.sha256, one.status)
            for one in facts.deliveries
        ),
    }
    return RecordedAnswer(**{**fields, **changes})  # type: ignore[arg-type]


def situation(
    record: RunRecord | None, facts: PublishedFacts | None, **changes: object
) -> Situation:
    """Return how an installation is at the fixed moment."""
    found = Found(record, "" if record else "missing")
    fields: dict[str, object] = {
        "moment": MOMENT,
        "freshness": freshness(record, MOMENT, load_parameters()),
        "found": found,
        "is_killed": True,
        "published": facts,
        "here": BUILD.code_version,
    }
    return Situation(**{**fields, **changes})  # type: ignore[arg-type]
