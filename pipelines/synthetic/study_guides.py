"""The catalogue of an institution as a study-guide JSON file, with the quirks of real ones.

Keys change with the years, credits are missing at one house and zero or one short at others, one
house has whole numbers as ids, labels stand between pipes under cycle ``bac``, an entry is
repeated, and a bundle lists a pool from which is chosen.

Border: only what a study guide knows; sizes, levels and evidence stand in the template's files.
"""

import json
from typing import Any

from pipelines.synthetic.catalogue import OfferingRun, Programme

_CYCLES = {
    "graduaat": "grad",
    "bachelor": "bac",
    "banaba": "bac",
    "master": "master",
    "manama": "master",
    "postgraduaat": "postgrad",
}
_LISTED_KINDS = ("microcredential", "postgraduaat")


def study_guide(
    institution: str,
    year: int,
    programmes: list[Programme],
    runs: list[OfferingRun],
    world: dict[str, Any],
) -> str:
    """Return the text of ``<institution>_programs_<year>.json``: one entry per line.

    Args:
        institution: Institution id; decides campus, keys and quirks.
        year: Start year of the academic year.
        programmes: The programmes of the year.
        runs: The offerings of the year; only labelled ones and postgraduates are in a guide.
        world: The content of world.yml, where the quirks of each house stand.
    """
    quirks = world["study_guides"].get(institution, [])
    campuses = world["vocabulary"]["campuses"]
    entries = [
        _entry(one.code, one.name, _CYCLES.get(one.kind, "other"), one.components)
        for one in programmes
    ]
    for run in runs:
        if run.kind in _LISTED_KINDS and run.components:
            cycle = _CYCLES.get(run.kind, "other")
            entries.append(_entry(run.code, run.columns["titel"], cycle, run.components))
    for place, entry in enumerate(entries):
        entry["campuses"] = [campuses[place % 2]]
        _apply(entry, place, quirks, year, programmes)
    if "repeated_entry" in quirks:
        entries.append(dict(entries[0]))
    lines = [json.dumps(one, ensure_ascii=False) for one in entries]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _entry(code: str, name: str, cycle: str, components: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "id": code,
        "name": name,
        "cycle": cycle,
        "faculties": ["Faculteit"],
        "campuses": [],
        "url": f"https://studiegids.example/opleidingen/{code}",
        "courses": [one.code for one in components],
        "ects": [int(one.credits_ects or 0) for one in components],
    }


def _apply(
    entry: dict[str, Any], place: int, quirks: list[str], year: int, programmes: list[Programme]
) -> None:
    if "no_ects" in quirks:
        entry["ects"] = []
    if "zero_ects" in quirks and place == 1:
        entry["ects"][0] = 0
    if "short_ects" in quirks and place == 2:
        entry["ects"].pop()
    if "integer_ids" in quirks:
        entry["id"] = int(entry["id"])
    if "repeated_course" in quirks and place == 0:
        entry["courses"].append(entry["courses"][0])
        entry["ects"].append(entry["ects"][0])
    is_labelled = "micro" in entry["name"].lower()
    if "label_in_pipes" in quirks and is_labelled:
        entry["name"] = f"Bachelor in de {entry['courses'][0].lower()} | {entry['name']} | avond"
        entry["cycle"] = "bac"
    if "elective_pool" in quirks and is_labelled and len(entry["courses"]) > 2:
        pool = programmes[0].components[:6]
        entry["courses"] += [one.code for one in pool if one.code not in entry["courses"]]
        known = {one.code: int(one.credits_ects) for one in pool}
        entry["ects"] += [known[code] for code in entry["courses"][len(entry["ects"]) :]]
    if "course_urls" in quirks:
        entry["courses_urls"] = [f"n/{code}N" for code in entry["courses"]]
    if "old_keys" in quirks and year < 2021:
        entry["faculty"] = entry.pop("faculties")[0]
        del entry["campuses"]
