"""No national number leaves the raw folder through a column or header where none belongs."""

import json
import re
from collections import Counter

import polars as pl
import pytest
from drop_folder import Drop, insz
from hypothesis import given
from hypothesis import strategies as st
from test_dho_history import PROGRAMME, message
from test_dho_history import enrolment as history
from test_pseudonyms import PEOPLE, leaks, written
from test_screening import GOOD
from workbook_files import write_workbook

from pipelines.deliveries.kinds import Kind, load_kinds, template_kinds
from pipelines.deliveries.rules import MASK, load_rules
from pipelines.deliveries.stray_numbers import with_stray_numbers_masked, without_national_numbers

pytestmark = pytest.mark.long

IN_TEXT = "national_number_in_text"
IN_CODE = "national_number_in_code"
YOUNG = insz(10_203_004, born_from_2000=True)


def rule_of(column: str) -> str:
    return IN_CODE if column in (load_rules()[IN_CODE].columns or []) else IN_TEXT


def free_columns(kind: Kind) -> list[str]:
    return [c.name for c in kind.columns if c.type == "text" and not c.personal and c.header]


def planted(kind: Kind) -> tuple[list[list[str]], list[tuple[int, str, str]]]:
    """Return a table with one number per row, each column and way of writing once, and findings.

    The first row is good, so that the delivery is accepted; an unknown header holds a number too.
    """
    free = free_columns(kind)
    names = list(dict.fromkeys([*GOOD[kind.name], *free]))
    header = [kind.column(name).header or "" for name in names]
    good = GOOD[kind.name] | {name: "x" for name in free if name not in GOOD[kind.name]}
    rows: list[dict[str, str | None]] = [good]
    findings = []
    for name in free:
        for form in range(5):
            number = written(PEOPLE[len(rows)])[form]
            key = {key: f"K{len(rows)}" for key in kind.key if key in free}
            person = {"national_number": insz(700_101_000 + len(rows))}
            row = good | key | (person if "national_number" in good else {})
            rows.append(row | {name: number if form % 2 else f"zie {number}!"})
            findings.append((len(rows) + 1, kind.column(name).header or "", rule_of(name)))
    table = [[*header, f"nr {PEOPLE[0]}"]]
    table += [[*(row[name] or "" for name in names), ""] for row in rows]
    return table, findings


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", template_kinds().values(), ids=lambda kind: kind.name)
def test_no_number_in_a_template_column_or_header_is_left_on_disk(
    drop: Drop, kind: Kind, suffix: str
) -> None:
    table, findings = planted(kind)
    unit = "department" if kind.name == "positions" else "ugent"
    name = f"{unit}/2024-11-04/{kind.template_name}.{suffix}"
    if suffix == "csv":
        drop.put_rows(name, *(";".join(row) for row in table))
    else:
        write_workbook(drop.put(name, ""), {kind.template_name: table})
    drop.deliver(unit)
    assert leaks(drop.settings.data_dir, PEOPLE) == set()
    found = drop.rows(
        "select row_number, column_name, rule_id from delivered.rejected_rows "
        f"where rule_id in ('{IN_TEXT}', '{IN_CODE}') order by row_number"
    )
    assert found == findings
    unknown = "select column_name from delivered.rejected_rows where rule_id = 'header_unknown'"
    assert drop.rows(unknown) == [(f"nr {MASK}",)]
    rejected = sum(rule_id == IN_CODE for _, _, rule_id in findings)
    accepted = drop.rows(f"select count(*) from delivered.{kind.name}")
    assert accepted == [(len(table) - 1 - rejected,)]


def test_no_number_in_a_study_guide_is_left_on_disk(drop: Drop) -> None:
    entry = {
        "id": "A0",
        "name": "Zorg",
        "cycle": "microcredential",
        "url": "https://x.be",
        "courses": ["C1", "C2"],
        "courses_names": ["Een", "Twee"],
        "ects": [3, 3],
    }
    entries = [entry]
    for key, value in entry.items():
        for form in range(5):
            if key != "ects":
                number = written(PEOPLE[len(entries)])[form]
                cell = number if isinstance(value, str) else [number, "C9"]
                entries.append(entry | {"id": f"A{len(entries)}", key: cell})
    entries.append(entry | {"id": "Z", PEOPLE[0]: PEOPLE[0], "url": {PEOPLE[1]: PEOPLE[1]}})
    drop.put("ugent/ugent_programs_2024.json", json.dumps(entries))
    drop.deliver("ugent")
    assert leaks(drop.settings.data_dir, PEOPLE) == set()
    found = Counter(drop.rows("select column_name, rule_id from delivered.rejected_rows"))
    assert {column for column, rule_id in found if rule_id == IN_CODE} == {"id", "courses"}
    assert {column for column, rule_id in found if rule_id == IN_TEXT} >= {"name", "courses_names"}
    assert drop.rows("select count(*) from delivered.offerings")[0][0] > 0


def test_no_number_on_a_course_page_is_left_on_disk(drop: Drop) -> None:
    page = {
        "id": "C0",
        "name": "Zorg",
        "languages": ["nl"],
        "url": "https://x.be",
        "content": "Inhoud",
        "contact": "Wie meer wil weten, vraagt het aan de lector van het opleidingsonderdeel. " * 2,
    }
    pages = [page]
    for key, value in page.items():
        for form in range(5):
            number = written(PEOPLE[len(pages)])[form]
            cell = f"{value} {number} {value}" if isinstance(value, str) else [number, "nl"]
            pages.append(page | {"id": f"C{len(pages)}", key: cell})
    drop.put("ugent/ugent_courses_2024.json", json.dumps(pages))
    drop.deliver("ugent")
    assert leaks(drop.settings.data_dir, PEOPLE) == set()
    found = Counter(drop.rows("select column_name, rule_id from delivered.rejected_rows"))
    assert {column for column, rule_id in found if rule_id == IN_CODE} == {"id"}
    assert {column for column, rule_id in found if rule_id == IN_TEXT} == {
        "name",
        "languages",
        "url",
        "content",
    }
    assert drop.rows("select count(*) from delivered.courses") == [(len(pages) - 5,)]


def test_no_number_in_an_enrolment_history_is_left_on_disk(drop: Drop) -> None:
    odd = PROGRAMME.replace("2485", PEOPLE[2])
    rows = [history(), history(written(PEOPLE[1])[1]), history("R3", programme=odd)]
    drop.put(f"department/Geef_{PEOPLE[0]}.xml", message(*rows))
    drop.deliver("department")
    assert leaks(drop.settings.data_dir, PEOPLE) == set()
    assert drop.rules_broken() == [IN_CODE, IN_CODE]
    assert drop.rows("select count(*) from delivered.enrolments") == [(1,)]


def test_every_text_column_has_one_rule_for_a_number_in_it() -> None:
    columns = {c.name for kind in load_kinds().values() for c in kind.columns if c.type == "text"}
    keys = {"learner_key", "learner_key_basis"}
    in_text, in_code = (load_rules()[rule_id].columns or [] for rule_id in (IN_TEXT, IN_CODE))
    assert sorted([*in_text, *in_code]) == sorted(columns - keys - {"student_number"}), (
        f"Name every text column of kinds.yml in the columns of {IN_TEXT} or of {IN_CODE}."
    )


@given(st.integers(0, 10**11 - 1), st.integers(0, 4))
def test_an_eleven_digit_number_is_masked_only_when_it_passes_the_check(
    number: int, form: int
) -> None:
    digits = f"{number:011d}"
    text = f"zie {written(digits)[form]}."
    first, check = number // 100, number % 100
    is_valid = check in {97 - first % 97, 97 - (2 * 10**9 + first) % 97}
    assert without_national_numbers(text) == (f"zie {MASK}." if is_valid else text)
    found = with_stray_numbers_masked(pl.DataFrame({"title": [text, None, "x"]}), ["title"])
    assert found.rows() == [
        (without_national_numbers(text), is_valid),
        (None, False),
        ("x", False),
    ]


@given(st.integers(0, 10**9 - 1), st.sampled_from(["", ".", "-", "/", " ", " - ", "\u00a0"]))
def test_a_national_number_is_masked_however_it_is_written(first_nine: int, gap: str) -> None:
    for is_young in (False, True):
        number = insz(first_nine, born_from_2000=is_young)
        text = gap.join(re.findall("^(..)(..)(..)(...)(..)$", number)[0])
        assert without_national_numbers(f"a{text}b") == f"a{MASK}b"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"{YOUNG}0", f"{YOUNG}0"),
        (f"{YOUNG}-1", f"{MASK}-1"),
        (f"12 {YOUNG} 34", f"12 {MASK} 34"),
        (f"{YOUNG}, {PEOPLE[0]}", f"{MASK}, {MASK}"),
        ("2023-2024-101", "2023-2024-101"),
    ],
)
def test_a_longer_number_is_left_alone_and_numbers_beside_it_are_not(
    text: str, masked: str
) -> None:
    assert without_national_numbers(text) == masked
