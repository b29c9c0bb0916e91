"""From a path to what it claims to be: institution, date, stream, kind and scope.

A name is a claim; the readers check it against the content.

Border: nothing here opens a file.
"""

import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.deliveries.contract import Contract
from pipelines.deliveries.kinds import template_kinds
from pipelines.deliveries.own_table_contract import find_own_table
from pipelines.deliveries.register import DEPARTMENT, Register
from pipelines.deliveries.rules import masked

SYNTHETIC_MARK = "SYNTHETISCH"
CONFIRMATION = ".confirmed"
_GUIDE = re.compile(
    r"(?P<id>[a-z0-9-]+)_(?P<what>programs|courses)_(?P<year>20[0-9]{2})\.json", re.I
)
_YEAR_IN_NAME = re.compile(r"(?<![0-9])(20[0-9]{2})[-_](20[0-9]{2}|[0-9]{2})(?![0-9])")
_DATE_FOLDER = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_IGNORED_NAMES = {SYNTHETIC_MARK.lower(), "thumbs.db", "desktop.ini"}
_IGNORED_STARTS = (".", "~$", "readme", "leesmij")
_IGNORED_ENDS = (".part", ".tmp", CONFIRMATION)
_TEMPLATE_FORMATS = {".csv": "template_csv", ".xlsx": "template_xlsx"}
# Text direction marks can make a name look like another one.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, order=True)
class Claim:
    """What a file name says that the file is.

    Attributes:
        stream: The stream.
        format: ``study_guide_json``, ``study_guide_courses_json``, ``template_csv``,
            ``template_xlsx``, ``own_table`` or ``dho_history_xml``.
        kind: Canonical kind; empty for the programmes of a study guide, which give several, and
            for a workbook whose sheets say it.
        year: Academic year in the name; empty when the rows say it.
        table: Name of the own table of the contract.
    """

    stream: str
    format: str
    kind: str = ""
    year: str = ""
    table: str = ""


@dataclass(frozen=True)
class Candidate:
    """A file that may be a delivery.

    Attributes:
        path: Where it is.
        file_name: Path below the raw folder, masked; no two files of a visit have the same.
        dated_on: Date of its folder, or None.
        claim: What its name says; None when it is refused.
        refused_by: The rule that refuses it unread, or None.
        facts: What the message of that rule needs.
        is_confirmed: Whether a side-car confirms that it may halve a year.
        unit: The reporting unit; empty for a folder of nobody.
    """

    path: Path
    file_name: str
    dated_on: date | None = None
    claim: Claim | None = None
    refused_by: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    is_confirmed: bool = False
    unit: str = ""


def find_candidates(
    raw_dir: Path, unit: str, register: Register, contract: Contract
) -> list[Candidate]:
    """Return every file below the folder of a reporting unit, in the order of the names.

    Args:
        raw_dir: The raw folder.
        unit: An institution id or ``department``.
        register: The institutions.
        contract: The unit's contract, whose own tables are recognised by name.
    """
    folder = raw_dir / unit
    if folder.is_symlink():
        return [_refused(raw_dir, folder, "file_is_link")]
    if not folder.is_dir():
        return []
    return _told_apart(raw_dir, list(_below(raw_dir, folder, Place(unit, register, contract))))


def find_strangers(raw_dir: Path, register: Register) -> list[Candidate]:
    """Return what stands in the raw folder and belongs to no reporting unit, refused.

    Every file in an unknown folder is one candidate; the folder itself when it holds none.
    """
    strangers: list[Candidate] = []
    if not raw_dir.is_dir():
        return strangers
    allowed = ", ".join(register.units)
    for path in sorted(raw_dir.iterdir()):
        if is_ignored(path.name) or path.name in register.units:
            continue
        inside = [path]
        if path.is_dir() and not path.is_symlink():
            inside = [p for p in sorted(path.rglob("*")) if p.is_file() and not is_ignored(p.name)]
        strangers += [
            _refused(raw_dir, each, "institution_unknown", found=path.name, allowed=allowed)
            for each in inside or [path]
        ]
    return _told_apart(raw_dir, strangers)


def is_ignored(name: str) -> bool:
    """Return whether a name is none of our business: hidden, unfinished, a mark or a side-car."""
    lower = name.lower()
    return (
        lower in _IGNORED_NAMES
        or lower.startswith(_IGNORED_STARTS)
        or lower.endswith(_IGNORED_ENDS)
    )


def is_named_plainly(raw_dir: Path, candidate: Candidate) -> bool:
    """Return whether nothing in the name of a file had to be masked.

    A masked name may be that of another file at the next visit, so it identifies no content.
    """
    return candidate.file_name == candidate.path.relative_to(raw_dir).as_posix()


def is_synthetic(raw_dir: Path) -> bool:
    """Return whether a raw folder says that its deliveries are synthetic."""
    return (raw_dir / SYNTHETIC_MARK).exists()


@dataclass(frozen=True)
class Place:
    """Whose folder a file is in.

    Attributes:
        unit: The reporting unit.
        register: The institutions.
        contract: The unit's contract.
    """

    unit: str
    register: Register
    contract: Contract


def _below(
    raw_dir: Path, folder: Path, place: Place, dated_on: date | None = None
) -> Iterator[Candidate]:
    for path in sorted(folder.iterdir()):
        if is_ignored(path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            day = date_of_folder(path.name) if dated_on is None else None
            if day is not None:
                yield from _below(raw_dir, path, place, day)
            elif path.suffix:
                yield _refused(raw_dir, path, "file_is_folder")
            else:
                yield _refused(raw_dir, path, "folder_too_deep", found=path.name)
            continue
        yield recognise(raw_dir, path, place, dated_on)


def recognise(raw_dir: Path, path: Path, place: Place, dated_on: date | None) -> Candidate:
    """Return what a path is, from its name and its kind of file.

    Args:
        raw_dir: The folder below which its name is written.
        path: The path, which exists.
        place: Whose folder it is in.
        dated_on: The date of its folder, or None.
    """
    status = path.lstat()
    mode = status.st_mode
    if stat.S_ISLNK(mode):
        return _refused(raw_dir, path, "file_is_link", dated_on)
    if not stat.S_ISREG(mode):
        return _refused(raw_dir, path, "file_not_regular", dated_on)
    if status.st_nlink > 1:
        return _refused(raw_dir, path, "file_is_hard_link", dated_on)
    if not path.name.isprintable() or _DIRECTION_MARKS.search(path.name):
        return _refused(raw_dir, path, "name_unprintable", dated_on)
    if ".." in path.name or "\\" in path.name:
        return _refused(raw_dir, path, "name_with_path", dated_on)
    claim, rule_id, facts = _claim(path.name, place)
    return Candidate(
        path,
        _name(raw_dir, path),
        dated_on,
        claim,
        rule_id,
        facts,
        path.with_name(path.name + CONFIRMATION).exists(),
        place.unit,
    )


def _claim(name: str, place: Place) -> tuple[Claim | None, str | None, dict[str, Any]]:
    unit = place.unit
    table = find_own_table(place.contract.own_tables, name)
    if table is not None:
        return Claim("own_table", "own_table", table.kind, table=table.name), None, {}
    guide = _GUIDE.fullmatch(name)
    if guide:
        return _guide_claim(guide, unit)
    lower = name.lower()
    if lower.endswith(".xml"):
        if unit != DEPARTMENT:
            return None, "file_not_for_unit", {}
        return Claim("dho", "dho_history_xml", "enrolments"), None, {}
    suffix = next((end for end in _TEMPLATE_FORMATS if lower.endswith(end)), None)
    kind = next((k for k in template_kinds().values() if lower.startswith(k.template_name)), None)
    if suffix == ".xlsx" or (suffix and kind):
        is_positions = kind is not None and kind.name == "positions"
        if kind is not None and is_positions != (unit == DEPARTMENT):
            return None, "file_not_for_unit", {}
        stream = "positions" if unit == DEPARTMENT else "template"
        return Claim(stream, _TEMPLATE_FORMATS[suffix], kind.name if kind else ""), None, {}
    names = ", ".join(f"{kind.template_name}*.csv" for kind in template_kinds().values())
    return None, "file_not_recognised", {"allowed": names}


def _guide_claim(
    guide: re.Match[str], unit: str
) -> tuple[Claim | None, str | None, dict[str, Any]]:
    named = guide["id"].lower()
    if unit == DEPARTMENT:
        return None, "file_not_for_unit", {}
    if named != unit:
        return None, "file_of_other_institution", {"found": named, "expected": unit}
    start = int(guide["year"])
    is_courses = guide["what"].lower() == "courses"
    form = "study_guide_courses_json" if is_courses else "study_guide_json"
    kind = "courses" if is_courses else ""
    return Claim("study_guide", form, kind, f"{start}-{start + 1}"), None, {}


def year_in_name(name: str) -> str | None:
    """Return the academic year that a file name mentions, for files that cannot be read."""
    for match in _YEAR_IN_NAME.finditer(name):
        start, end = int(match[1]), match[2]
        if int(end) % 100 == (start + 1) % 100:
            return f"{start}-{start + 1}"
    return None


def date_of_folder(name: str) -> date | None:
    """Return the date that the name of a folder is, or None."""
    if not _DATE_FOLDER.fullmatch(name):
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _refused(
    raw_dir: Path, path: Path, rule_id: str, dated_on: date | None = None, **facts: object
) -> Candidate:
    return Candidate(path, _name(raw_dir, path), dated_on, None, rule_id, facts)


def _name(raw_dir: Path, path: Path) -> str:
    relative = path.relative_to(raw_dir).as_posix()
    printable = "".join(c if c.isprintable() else "?" for c in relative)
    return "/".join(masked(_DIRECTION_MARKS.sub("?", part)) for part in printable.split("/"))


def _told_apart(raw_dir: Path, candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates in their order, with an ordinal behind a masked name that is taken.

    Without it two files of two people would be one refusal. A hash of the name would tell them
    apart too, but there are few enough national numbers to try them all.
    """
    taken = {each.file_name for each in candidates if is_named_plainly(raw_dir, each)}
    ordinals: Counter[str] = Counter()
    found = []
    for candidate in candidates:
        masked_name = name = candidate.file_name
        if not is_named_plainly(raw_dir, candidate):
            while name in taken:
                ordinals[masked_name] += 1
                name = f"{masked_name} ({ordinals[masked_name] + 1})"
            taken.add(name)
        found.append(replace(candidate, file_name=name))
    return found
