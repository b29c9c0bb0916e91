"""The same counts as the floor, as an analyst would write them with pandas.

Offerings under the label per year, and learners per year under the minister's reading and under
the label, by declared working status. No checks, no pseudonyms, no bounds, no register.

``python -m tests.bench.with_pandas RAW_FOLDER`` writes the counts as JSON to standard output. They
are those of ``tests.bench.floor``, but for a learner or two in an offering that two deliveries of
an institution describe differently, of which both take one at random.

Border: a yardstick for time and memory, not a second opinion on the numbers.
"""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from tests.bench.floor import NOT_UTF_8, house

LABEL = r"(?i)micro[\s\u00a0\u2010-\u2015_-]*(?:credential|degree|master)"
STATUSES = ("werkend", "werkzoekend", "niet_actief")
SHORT_COURSES = ("postgraduaat", "nascholing", "bijscholing")
CENSUS_DAYS = 30


def read(raw: Path, pattern: str, columns: list[str]) -> pd.DataFrame:
    """Return the wanted columns of all files of a kind, with institution and day of delivery."""
    frames = []
    for path in sorted(raw.glob(pattern)):
        encoding = "latin-1" if house(path) in NOT_UTF_8 and "aanbod" in pattern else "utf-8"
        frame = pd.read_csv(path, sep=";", dtype="str", encoding=encoding)
        frame = frame.reindex(columns=columns)
        frame["house"], frame["delivered"] = house(path), path.parent.name
        frame["file"] = path.name
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def start_year(years: pd.Series) -> pd.Series:
    """Return the year in which an academic year starts, also of ``23-24``."""
    return years.str[:4].where(years.str.len() > 5, "20" + years.str[:2]).astype("int64")


def day(values: pd.Series) -> pd.Series:
    """Return dates, whichever of three notations they are in."""
    found = pd.to_datetime(values, format="%Y-%m-%d", errors="coerce")
    for form in ("%d/%m/%Y", "%Y%m%d"):
        found = found.fillna(pd.to_datetime(values, format=form, errors="coerce"))
    return found


def count(raw: Path) -> dict[str, list[Any]]:
    """Return the main counts of the deliveries below ``raw``."""
    offerings = read(
        raw, "*/*/aanbod_*.csv", ["academiejaar", "aanbod_code", "titel", "soort", "startdatum"]
    )
    offerings["start_year"] = start_year(offerings["academiejaar"])
    offerings["started_on"] = day(offerings["startdatum"])
    offerings["is_labelled"] = (offerings["soort"] == "microcredential") | offerings[
        "titel"
    ].str.contains(LABEL, regex=True, na=False)
    key = ["house", "start_year", "aanbod_code"]
    offered = offerings.groupby(key, as_index=False).agg(
        started_on=("started_on", "first"), soort=("soort", "first"), label=("is_labelled", "max")
    )

    lines = read(
        raw,
        "*/*/inschrijvingen_*.csv",
        [
            "academiejaar",
            "aanbod_code",
            "insz",
            "studentnummer",
            "contracttype",
            "doel",
            "werkstatus",
            "inschrijvingsdatum",
            "uitschrijvingsdatum",
        ],
    )
    newest = lines.groupby(["house", "file"])["delivered"].transform("max")
    lines = lines[(lines["delivered"] == newest) & lines["doel"].fillna("regulier").eq("regulier")]
    lines = lines.assign(start_year=start_year(lines["academiejaar"]))
    lines = lines.merge(offered, on=key, how="left")
    enrolled, withdrawn = day(lines["inschrijvingsdatum"]), day(lines["uitschrijvingsdatum"])
    autumn = pd.to_datetime(lines["start_year"].astype("str") + "-09-20")
    begun = lines["started_on"].fillna(autumn)
    latest = enrolled.where(enrolled > begun, begun)
    stays = lines["uitschrijvingsdatum"].isna() | (
        withdrawn > latest + pd.Timedelta(days=CENSUS_DAYS)
    )
    lines = lines.assign(enrolled=enrolled)[stays]
    lines["learner"] = lines["insz"].fillna(lines["house"] + lines["studentnummer"])
    lines["is_minister"] = (lines["contracttype"] == "creditcontract") | lines["soort"].isin(
        SHORT_COURSES
    )
    lines["is_labelled"] = lines["label"].fillna(False).astype("bool")
    by = ["start_year", "learner"]
    learners = lines.groupby(by)[["is_minister", "is_labelled"]].max()
    declared = lines[lines["werkstatus"].isin(STATUSES)].sort_values(["enrolled", "werkstatus"])
    learners["status"] = declared.groupby(by)["werkstatus"].first()
    learners = learners.assign(status=learners["status"].fillna("onbekend")).reset_index()

    def tallied(reading: str) -> list[list[Any]]:
        chosen = learners[learners[reading]].groupby(["start_year", "status"]).size()
        return [[int(year), status, int(n)] for (year, status), n in chosen.items()]

    labelled = offered[offered["label"]].groupby("start_year").size()
    return {
        "offerings_label": [[int(year), int(n)] for year, n in labelled.items()],
        "learners_minister": tallied("is_minister"),
        "learners_label": tallied("is_labelled"),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(count(Path(sys.argv[1]).resolve())) + "\n")
