"""The traps of real study guides, each repeated in a hand-written one."""

import json
from decimal import Decimal

import pytest
from drop_folder import Drop
from workbook_files import write_workbook

from pipelines.deliveries.readers.study_guide import LONGEST_PAGE, read_courses


@pytest.fixture
def guides(drop: Drop) -> Drop:
    drop.put_guides("odisee", "ugent")
    drop.deliver("odisee", "ugent")
    return drop


def test_every_programme_entry_is_an_offering_without_a_declared_kind(guides: Drop) -> None:
    found = guides.rows(
        """
        select academic_year, source_code, cycle, offering_kind_declared, row_number
        from delivered.offerings where institution_id = 'odisee' order by all
        """
    )
    assert found == [
        ("2023-2024", "SC_1", "bac", None, 1),
        ("2023-2024", "SC_2", "other", None, 2),
        ("2024-2025", "SC_1", "bac", None, 1),
        ("2024-2025", "SC_2", "other", None, 2),
        ("2024-2025", "SC_3", "bac", None, 3),
        ("2024-2025", "SC_4", "other", None, 4),
    ]


def test_a_label_inside_pipes_with_cycle_bac_is_kept_as_it_is(guides: Drop) -> None:
    title = "select title from delivered.offerings where source_code = 'SC_3'"
    assert guides.rows(title) == [("Opleiding zorg | Micro-credential | Brussel",)]


def test_an_elective_pool_keeps_all_its_components(guides: Drop) -> None:
    pool = "select count(*), sum(credits_ects) from delivered.components where source_code = 'SC_4'"
    assert guides.rows(pool) == [(10, Decimal("30.00"))]


def test_integer_ids_and_credits_as_text_are_read(guides: Drop) -> None:
    found = guides.rows(
        """
        select source_code, component_code, credits_ects from delivered.components
        where source_code = '1736' order by component_code
        """
    )
    assert found == [
        ("1736", "101", Decimal("6.00")),
        ("1736", "102", Decimal("5.00")),
        ("1736", "103", Decimal("4.50")),
    ]


def test_a_component_repeated_in_a_programme_is_one_with_the_largest_credits(guides: Drop) -> None:
    assert "component_repeated" in guides.rules_broken()
    found = guides.rows(
        """
        select credits_ects from delivered.programmes
        where programme_code = '1736' and component_code = '102'
        """
    )
    assert found == [(Decimal("5.00"),)]


def test_zero_missing_short_and_absent_credits_are_unknown(guides: Drop) -> None:
    found = guides.rows(
        """
        select component_code, credits_ects from delivered.components
        where component_code in ('X9', '201', '301', '401', '402') order by all
        """
    )
    assert found == [
        ("201", None),
        ("301", None),
        ("401", Decimal("3.00")),
        ("402", None),
        ("X9", None),
    ]
    assert guides.rules_broken().count("ects_shorter_than_courses") == 1


def test_an_entry_without_components_is_an_offering(guides: Drop) -> None:
    assert guides.rows("select count(*) from delivered.offerings where source_code = '1740'") == [
        (1,)
    ]


def test_a_programme_listed_twice_with_one_title_is_one_with_all_its_components(
    guides: Drop,
) -> None:
    assert guides.rows("select title from delivered.offerings where source_code = '1741'") == [
        ("Tweemaal hetzelfde",)
    ]
    found = guides.rows(
        "select component_code from delivered.components where source_code = '1741' order by all"
    )
    assert found == [("501",), ("502",)]
    assert "key_repeated_identical" in guides.rules_broken()


def test_one_id_for_two_programmes_rejects_both_and_keeps_the_references(guides: Drop) -> None:
    assert guides.rows("select * from delivered.offerings where source_code = '1742'") == []
    assert guides.rules_broken().count("key_repeated_different") == 2
    components = "select count(*) from delivered.components where source_code = '1742'"
    assert guides.rows(components) == [(2,)]


def test_entries_that_cannot_be_read_are_rejected_with_their_position(guides: Drop) -> None:
    found = guides.rows(
        """
        select row_number, rule_id, column_name from delivered.rejected_rows
        where rule_id in ('required_empty', 'entry_not_object', 'entry_value_nested')
        order by row_number
        """
    )
    assert found[0] == (10, "required_empty", "id")
    assert (11, "entry_not_object", None) in found
    assert (12, "entry_value_nested", "courses") in found


def test_title_and_url_are_trimmed_and_cycle_is_lower_case(guides: Drop) -> None:
    found = guides.rows(
        "select title, cycle, url from delivered.offerings where source_code = '1736'"
    )
    assert found == [("Bachelor of Science", "bac", None)]


def put_pages(drop: Drop, name: str, *pages: object) -> None:
    drop.put(f"odisee/{name}", json.dumps(pages))


def course(code: object = "C1", **keys: object) -> dict[str, object]:
    return {"id": code, "name": "Zorg", "languages": ["nl", "en"], "content": "Inhoud"} | keys


def test_a_course_page_lands_with_all_its_text_in_a_fixed_order(drop: Drop) -> None:
    notes = "Wie al ervaring heeft, vraagt de lector om een andere opdracht. " * 2
    page = course(
        42,
        url="https://x.be/42",
        other="Vier",
        activity="Drie",
        goal=" Twee \n",
        content="Een",
        ects=[3],
        year="2024-25",
        campus="Brussel",
        zelfstudie=notes + "Zes.",
        begeleiding=notes + "Vijf.",
    )
    put_pages(drop, "odisee_courses_2024.json", page)
    drop.deliver("odisee")
    assert drop.rows("select * exclude (delivery_id) from delivered.courses") == [
        (
            1,
            "odisee",
            "2024-2025",
            "42",
            "Zorg",
            "nl|en",
            f"Een\n\nTwee\n\nDrie\n\nVier\n\n{notes}Vijf.\n\n{notes}Zes.",
            "https://x.be/42",
            "study_guide",
        )
    ]


def test_course_pages_are_in_force_and_speak_for_no_coverage(drop: Drop) -> None:
    put_pages(drop, "odisee_courses_2024.json", course("C1"), course("C2", content=""))
    drop.deliver("odisee")
    found = drop.rows(
        "select kind, status, scope_unit, rows_read, rows_accepted from delivered.deliveries"
    )
    assert found == [("courses", "in_force", "2024-2025", 2, 2)]
    assert drop.rows("select component_code, page_text from delivered.courses order by 1") == [
        ("C1", "Inhoud"),
        ("C2", None),
    ]
    assert drop.rows("select * from delivered.supplies") == []


def test_every_course_page_that_is_read_is_accepted_or_rejected(drop: Drop) -> None:
    put_pages(
        drop,
        "odisee_courses_2024.json",
        course("C1"),
        course("C1"),
        course("C2"),
        course("C2", content="Iets anders"),
        course(None),
        course("C3", goal=["lijst"]),
        course("C4", languages="nl"),
        "C5",
    )
    drop.deliver("odisee")
    counts = "select rows_read, rows_accepted, rows_rejected from delivered.deliveries"
    assert drop.rows(counts) == [(8, 2, 6)]
    kept = "select component_code, row_number from delivered.courses order by 1"
    assert drop.rows(kept) == [("C1", 1), ("C4", 7)]
    found = "select row_number, rule_id, kind from delivered.rejected_rows order by 1"
    assert drop.rows(found) == [
        (2, "key_repeated_identical", "courses"),
        (3, "key_repeated_different", "courses"),
        (4, "key_repeated_different", "courses"),
        (5, "required_empty", "courses"),
        (6, "entry_value_nested", "courses"),
        (8, "entry_not_object", "courses"),
    ]


def test_a_course_page_of_great_length_is_cut_and_noted(drop: Drop) -> None:
    put_pages(drop, "odisee_courses_2024.json", course(content="x" * (LONGEST_PAGE + 5)))
    drop.deliver("odisee")
    assert drop.rows("select length(page_text) from delivered.courses") == [(LONGEST_PAGE,)]
    assert drop.rules_broken() == ["page_text_cut"]


def test_course_pages_in_several_batches_keep_their_places(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.deliveries.readers.study_guide.PAGES_PER_BATCH", 2)
    path = drop.put("pages.json", json.dumps([course(f"C{n}") for n in range(5)]))
    batches = list(read_courses(path, "odisee", 2024))
    assert [batch.rows.height for batch in batches] == [2, 2, 1]
    rows = [row for batch in batches for row in batch.rows["row_number"]]
    assert rows == [1, 2, 3, 4, 5]


def test_a_later_course_file_replaces_the_earlier_one_unless_it_halves_it(drop: Drop) -> None:
    pages = [course(f"C{n}") for n in range(4)]
    put_pages(drop, "2024-10-01/odisee_courses_2024.json", *pages)
    put_pages(drop, "2024-11-01/odisee_courses_2024.json", course("C9"), *pages[:2])
    put_pages(drop, "2024-12-01/odisee_courses_2024.json", course("C9"))
    drop.deliver("odisee")
    found = "select received_on::varchar, status from delivered.deliveries order by 1"
    assert drop.rows(found) == [
        ("2024-10-01", "superseded"),
        ("2024-11-01", "in_force"),
        ("2024-12-01", "refused"),
    ]
    assert drop.rows("select count(*) from delivered.courses") == [(3,)]
    assert drop.rules_broken() == ["year_halved"]


def test_a_course_file_that_cannot_be_read_leaves_the_programmes_of_its_year_alone(
    drop: Drop,
) -> None:
    drop.put("odisee/odisee_programs_2024.json", '[{"id": "A", "name": "B"}]')
    drop.put("odisee/odisee_courses_2024.json", "[{")
    drop.deliver("odisee")
    found = drop.rows("select kind, status from delivered.deliveries where status = 'refused'")
    assert found == [("courses", "refused")]
    assert drop.rows("select kind, status from delivered.supplies") == [("offerings", "delivered")]


@pytest.mark.parametrize("name", ["cursuspaginas.csv", "courses.csv", "courses.xlsx"])
def test_course_pages_are_no_part_of_the_standard_template(drop: Drop, name: str) -> None:
    content = b"component_code;page_text\nC1;Inhoud\n"
    if name.endswith("xlsx"):
        table = [["component_code"], ["C1"]]
        write_workbook(drop.put(f"odisee/{name}", ""), {"cursuspaginas": table})
    else:
        drop.put(f"odisee/{name}", content)
    drop.deliver("odisee")
    assert drop.rules_broken() in (["file_not_recognised"], ["workbook_without_kind"])
    assert drop.rows("select * from delivered.courses") == []


@pytest.mark.parametrize(
    ("content", "rule_id"),
    [
        ("[{", "json_invalid"),
        ("", "file_empty"),
        ("[]", "json_empty"),
        ('{"id": "A"}', "json_not_a_list"),
        ('[{"id": "A", "id": "B"}]', "json_key_repeated"),
        ('[{"id": "A", "ects": [NaN]}]', "json_number_invalid"),
        ('[{"id": "A", "ects": [' + "9" * 5000 + "]}]", "json_number_invalid"),
        ("[" * 21 + "]" * 21, "json_too_deep"),
        (b'[{"id": "\xff\xfe"}]', "encoding_wrong"),
        ("<html><body>Aanmelden</body></html>", "content_html"),
        (b"PK\x03\x04 een werkmap", "content_xlsx"),
    ],
)
def test_json_that_cannot_be_a_study_guide_is_refused(
    drop: Drop, content: str | bytes, rule_id: str
) -> None:
    drop.put("odisee/odisee_programs_2024.json", content)
    drop.put("odisee/odisee_programs_2023.json", '[{"id": "A", "name": "B", "cycle": "bac"}]')
    drop.deliver("odisee")
    assert drop.rules_broken() == [rule_id]
    assert drop.rows("select count(*) from delivered.offerings") == [(1,)]
    assert drop.rows(
        "select distinct status from delivered.supplies where academic_year > '2024'"
    ) == [("refused",)]


def test_brackets_inside_a_title_are_not_nesting(drop: Drop) -> None:
    title = "[" * 30 + '\\"' + "{" * 30
    drop.put("odisee/odisee_programs_2024.json", f'[{{"id": "A", "name": "{title}"}}]')
    drop.deliver("odisee")
    assert drop.rules_broken() == []


def test_a_guide_with_a_byte_order_mark_is_read(drop: Drop) -> None:
    drop.put("odisee/odisee_programs_2024.json", b'\xef\xbb\xbf[{"id": "A", "name": "B"}]')
    drop.deliver("odisee")
    assert drop.rows("select source_code from delivered.offerings") == [("A",)]


@pytest.mark.parametrize(("encoding", "told"), [("utf-8-sig", "UTF-8 (BOM)"), ("utf-16", "UTF-16")])
def test_another_encoding_than_utf_8_is_noted(drop: Drop, encoding: str, told: str) -> None:
    drop.put("ucll/ucll_programs_2023.json", '[{"id": "1", "name": "Zorg é"}]'.encode(encoding))
    drop.deliver("ucll")
    assert drop.rows("select title from delivered.offerings") == [("Zorg é",)]
    notes = drop.rows("select rule_id, message_nl from delivered.rejected_rows")
    assert [note[0] for note in notes] == ["encoding_noted"]
    assert told in notes[0][1]


def test_half_a_character_and_a_control_code_do_not_refuse_a_guide(drop: Drop) -> None:
    content = b'[{"id": "1", "name": "Zorg \\ud800 en\\u0000 welzijn"}]'
    drop.put("ucll/ucll_programs_2023.json", content)
    drop.deliver("ucll")
    assert drop.rows("select title from delivered.offerings") == [("Zorg \ufffd en  welzijn",)]
