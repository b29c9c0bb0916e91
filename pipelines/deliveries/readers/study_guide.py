"""Reader of study-guide JSON: programmes give offerings, components and programmes; courses pages.

Every programme-like entry becomes an ``offerings`` row; every pair of an entry and a course becomes
a ``components`` row and a ``programmes`` row. The academic year stands in the file name only.
Traps met in real guides: ids that are numbers, ids that repeat, no key ``ects`` at all, an empty
or shorter list of credits, credits as text, 0 for unknown, a course repeated within a programme,
keys that change name from year to year (``faculty``, ``faculties``; not used). A course file gives
one page per course: its name and all its text, in one cell.

Border: labels in titles, kinds by cycle and what a page says are meaning and belong in
``dbt_project``.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.text_blocks import told_encoding
from pipelines.deliveries.rules import FileRefused, finding, no_findings

# The texts of a course page, in the order in which they are joined; then every other text of the
# page that is long enough to be more than a name or a code, in the order of the keys.
PAGE_TEXTS = ("content", "goal", "activity", "other")
PAGE_FACTS = ("id", "name", "year", "ects", "languages", "url")
SHORTEST_OTHER_TEXT = 100
# Real pages end before 8,000 characters; a whole course pasted into one cell helps nobody.
LONGEST_PAGE = 20_000
PAGES_PER_BATCH = 2_000
DEEPEST_NESTING = 20
LONGEST_NUMBER = 400
LARGEST_FILE = 200 * 1024 * 1024
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKET = re.compile(rb"[\[\]{}]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ENTRY_SCHEMA = {
    "row_number": pl.Int32,
    "institution_id": pl.String,
    "academic_year": pl.String,
    "source_code": pl.String,
    "title": pl.String,
    "cycle": pl.String,
    "url": pl.String,
}
_PAIR_SCHEMA = {
    **_ENTRY_SCHEMA,
    "component_code": pl.String,
    "component_title": pl.String,
    "credits_ects": pl.String,
}
_PAGE_SCHEMA = {
    "row_number": pl.Int32,
    "institution_id": pl.String,
    "academic_year": pl.String,
    "component_code": pl.String,
    "title": pl.String,
    "language": pl.String,
    "page_text": pl.String,
    "url": pl.String,
}


def read_study_guide(path: Path, institution_id: str, start_year: int) -> Iterator[Batch]:
    """Yield the offerings, components and programmes of one study guide.

    The row number is the position of the programme in the list, from 1. A course repeated within
    one programme is one component with the largest number of credits; differing credits are
    noted.

    Args:
        path: The file.
        institution_id: The institution whose guide it is.
        start_year: The start year in the file name.

    Raises:
        FileRefused: The file is no list of programmes, or is JSON of a kind that is not accepted.
    """
    academic_year = f"{start_year}-{start_year + 1}"
    entries: list[tuple[Any, ...]] = []
    pairs: list[tuple[Any, ...]] = []
    loaded = load_list(path)
    findings: list[pl.DataFrame] = [_encoding_note(path, "offerings")]
    unreadable = 0
    for row_number, entry in enumerate(loaded, start=1):
        position: dict[str, Any] = {
            "row_number": row_number,
            "academic_year": academic_year,
            "kind": "offerings",
        }
        problem = _problem(
            entry, position, ("id", "name", "cycle", "url"), ("courses", "ects", "courses_names")
        )
        if problem is not None:
            findings.append(problem)
            unreadable += 1
            continue
        start = (
            row_number,
            institution_id,
            academic_year,
            _text(entry.get("id")),
            _text(entry.get("name")),
            (_text(entry.get("cycle")) or "").lower() or None,
            _text(entry.get("url")),
        )
        entries.append(start)
        courses = entry.get("courses") or []
        credits = entry.get("ects") or []
        names = entry.get("courses_names") or []
        if 0 < len(credits) < len(courses):
            findings.append(
                finding(
                    "ects_shorter_than_courses",
                    column_name="ects",
                    found=len(credits),
                    expected=len(courses),
                    **position,
                )
            )
        for index, course in enumerate(courses):
            name = names[index] if index < len(names) else None
            credit = credits[index] if index < len(credits) else None
            pairs.append((*start, _text(course), _text(name), _credits(credit)))
    yield Batch(
        "offerings",
        pl.DataFrame(entries, schema=_ENTRY_SCHEMA, orient="row"),
        pl.concat(findings),
        unreadable,
    )
    merged, repeated = _merged(pl.DataFrame(pairs, schema=_PAIR_SCHEMA, orient="row"))
    yield Batch(
        "components",
        merged.drop("title", "cycle", "url").rename({"component_title": "title"}),
        repeated,
    )
    yield Batch(
        "programmes",
        merged.drop("url").rename({"source_code": "programme_code", "title": "programme_name"}),
    )


def read_courses(path: Path, institution_id: str, start_year: int) -> Iterator[Batch]:
    """Yield the course pages of one study guide, one row per page.

    The row number is the position of the page in the list, from 1. A page without any text is a
    row too: it says nothing.

    Args:
        path: The file.
        institution_id: The institution whose guide it is.
        start_year: The start year in the file name.

    Raises:
        FileRefused: The file is not a list, or is JSON of a kind that is not accepted.
    """
    academic_year = f"{start_year}-{start_year + 1}"
    loaded = load_list(path)
    note = _encoding_note(path, "courses")
    for first in range(0, len(loaded), PAGES_PER_BATCH):
        pages: list[tuple[Any, ...]] = []
        findings = [note]
        unreadable = 0
        for row_number, entry in enumerate(loaded[first : first + PAGES_PER_BATCH], first + 1):
            position: dict[str, Any] = {
                "row_number": row_number,
                "academic_year": academic_year,
                "kind": "courses",
            }
            is_one = isinstance(entry, dict) and isinstance(entry.get("languages"), str)
            lists = () if is_one else ("languages",)
            problem = _problem(entry, position, ("id", "name", "url", *PAGE_TEXTS), lists)
            if problem is not None:
                findings.append(problem)
                unreadable += 1
                continue
            text = _page_text(entry)
            if len(text) > LONGEST_PAGE:
                cut = finding("page_text_cut", found=len(text), expected=LONGEST_PAGE, **position)
                findings.append(cut)
            pages.append(
                (
                    row_number,
                    institution_id,
                    academic_year,
                    _text(entry.get("id")),
                    _text(entry.get("name")),
                    _joined(entry.get("languages")),
                    text[:LONGEST_PAGE] or None,
                    _text(entry.get("url")),
                )
            )
        yield Batch(
            "courses",
            pl.DataFrame(pages, schema=_PAGE_SCHEMA, orient="row"),
            pl.concat(findings),
            unreadable,
        )
        note = no_findings()


def _page_text(page: dict[str, Any]) -> str:
    """Return the texts of a page, a blank line between them."""
    others = sorted(
        key
        for key, value in page.items()
        if key not in (*PAGE_TEXTS, *PAGE_FACTS)
        and isinstance(value, str)
        and len(value) >= SHORTEST_OTHER_TEXT
    )
    texts = [_text(page.get(key)) for key in (*PAGE_TEXTS, *others)]
    return "\n\n".join(text for text in texts if text)


def _joined(value: object) -> str | None:
    """Return a list of short texts as one, as the other columns with several values."""
    if isinstance(value, list):
        return "|".join(text for text in map(_text, value) if text) or None
    return _text(value)


def load_list(path: Path) -> list[Any]:
    """Return the list that a JSON file holds, every number as the text that was written.

    Raises:
        FileRefused: Not JSON, not a list, too deep, a repeated key or an impossible number.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise FileRefused("file_too_large", allowed=f"{LARGEST_FILE // 1024**2} MB")
    content = path.read_bytes()
    if content[:4] == b"PK\x03\x04":
        raise FileRefused("content_xlsx")
    if content.lstrip()[:1] == b"<":
        raise FileRefused("content_html")
    _refuse_depth(content)
    try:
        loaded = json.loads(
            content.decode(encoding_of(content)),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_number,
            parse_float=_number,
        )
    except json.JSONDecodeError as error:
        raise FileRefused("json_invalid", found=error.lineno) from None
    except UnicodeDecodeError:
        raise FileRefused("encoding_wrong", expected="UTF-8") from None
    if not isinstance(loaded, list):
        raise FileRefused("json_not_a_list")
    if not loaded:
        raise FileRefused("json_empty")
    return loaded


def encoding_of(content: bytes) -> str:
    """Return the encoding of JSON, from its first bytes; JSON has no other than Unicode."""
    is_marked = content[:3] == b"\xef\xbb\xbf"
    return "utf-8-sig" if is_marked else json.detect_encoding(content)


def _encoding_note(path: Path, kind: str) -> pl.DataFrame:
    with path.open("rb") as file:
        encoding = encoding_of(file.read(4))
    if encoding == "utf-8":
        return no_findings()
    return finding("encoding_noted", kind=kind, found=told_encoding(encoding))


def _refuse_depth(content: bytes) -> None:
    depth = 0
    for bracket in _BRACKET.finditer(_STRING.sub(b'""', content)):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > DEEPEST_NESTING:
            raise FileRefused("json_too_deep", allowed=DEEPEST_NESTING)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    loaded = dict(pairs)
    if len(loaded) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise FileRefused("json_key_repeated", found=repeated)
    return loaded


def _constant(_: str) -> None:
    raise FileRefused("json_number_invalid", allowed=LONGEST_NUMBER)


def _number(text: str) -> str:
    if len(text) > LONGEST_NUMBER:
        raise FileRefused("json_number_invalid", allowed=LONGEST_NUMBER)
    return text


def _problem(
    entry: object, position: dict[str, Any], plain: tuple[str, ...], lists: tuple[str, ...]
) -> pl.DataFrame | None:
    """Return why an entry cannot be read: no object, or a value within a value."""
    if not isinstance(entry, dict):
        return finding("entry_not_object", **position)
    for key in plain:
        if isinstance(entry.get(key), list | dict):
            return finding("entry_value_nested", column_name=key, column=key, **position)
    for key in lists:
        value = entry.get(key)
        is_plain = value is None or (
            isinstance(value, list) and not any(isinstance(item, list | dict) for item in value)
        )
        if not is_plain:
            return finding("entry_value_nested", column_name=key, column=key, **position)
    return None


def _text(value: object) -> str | None:
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    return _clean(str(value)).strip() or None


def _clean(text: str) -> str:
    """Return text that every format can hold: a half character is shown, a control code a space."""
    if not text.isprintable():
        text = _CONTROL.sub(" ", text)
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _credits(value: object) -> str | None:
    text = _text(value)
    # Study guides write 0 where the number of credits is not known.
    return None if text is not None and re.fullmatch(r"0+([.,]0+)?", text) else text


def _merged(pairs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return one row per programme and course, and the repetitions that differ in credits."""
    key = ["academic_year", "source_code", "component_code"]
    is_known = pl.col("component_code").is_not_null() & pl.col("source_code").is_not_null()
    known = pairs.filter(is_known)
    sized = known.with_columns(
        size=pl.col("credits_ects").str.replace(",", ".").cast(pl.Float64, strict=False)
    ).sort("size", descending=True, nulls_last=True, maintain_order=True)
    largest = sized.unique(key, keep="first", maintain_order=True).drop("size")
    merged = pl.concat([largest, pairs.filter(~is_known)]).sort("row_number", maintain_order=True)
    differing = (
        sized.drop_nulls("size")
        .group_by(key, maintain_order=True)
        .agg(pl.col("row_number").min(), sizes=pl.col("size").n_unique())
        .filter(pl.col("sizes") > 1)
        .sort("row_number", "component_code")
    )
    findings = [
        finding(
            "component_repeated",
            row["row_number"],
            kind="components",
            academic_year=row["academic_year"],
            column_name="courses",
            value=row["component_code"],
        )
        for row in differing.iter_rows(named=True)
    ]
    return merged, pl.concat([no_findings(), *findings])
