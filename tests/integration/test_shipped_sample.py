"""The shipped sample through the whole line: every landmark gets the result it was designed for.

Border: how the sample is made is tested in ``tests/unit/synthetic``.
"""

import json
from io import StringIO
from pathlib import Path

import duckdb
import pytest

from pipelines.explaining.explain import explain_enrolment, explain_offering
from pipelines.explaining.page import Finding, Page
from pipelines.explaining.rendering import show
from pipelines.settings import Settings
from pipelines.synthetic.academic_calendar import long_label
from pipelines.synthetic.landmarks import landmark_enrolments, landmark_offerings

pytestmark = pytest.mark.integration
DEFINITIONS = ("strict_eu", "minister", "scope_note", "vlor", "framework", "label")


@pytest.fixture(scope="module")
def published(published_sample: Settings) -> Settings:
    """The published sample."""
    return published_sample


def rows(settings: Settings, query: str) -> list[dict[str, object]]:
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        found = reader.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_landmark_offering_has_the_result_it_was_designed_for(published: Settings) -> None:
    offerings = {
        (r["offering_id"], r["academic_year"]): r for r in rows(published, "from offerings")
    }
    verdicts = {
        (r["offering_id"], r["academic_year"], r["definition"]): r["verdict"]
        for r in rows(published, "from offering_verdicts")
    }
    wrong = []
    asserted = 0
    for landmark in landmark_offerings():
        key = (f"{landmark.institution}:{landmark.run.code}", long_label(landmark.year))
        assert key in offerings, f"{key} is missing"
        for name, expected in landmark.expects.items():
            found = verdicts[*key, name] if name in DEFINITIONS else offerings[key][name]
            asserted += 1
            if found != expected:
                wrong.append(f"{key} {name}: {found}, not {expected} ({landmark.proves})")
    assert not wrong
    assert asserted > 5000


def test_every_printed_figure_was_counted_a_second_time(published: Settings) -> None:
    answer = json.loads((published.answers_dir / "223" / "antwoord.json").read_text("utf-8"))
    figures = [
        number
        for number in answer["numbers"]
        if number["source"] in ("counts", "growth")
        and not number["key"].endswith(":institutions_reporting")
    ]
    assert len(figures) > 1000
    without = [one["key"] for one in figures if not one["certified_by"]]
    assert not without, "give these figures an expectation in expectations/parliament.yml"
    assert all(check["success"] for one in figures for check in one["certified_by"])
    # Of figures about persons an answer never reads what the gate counted.
    told = [one for one in figures if one["key"].startswith(("offerings:", "credits_offered:"))]
    assert len(told) > 500
    for one in told:
        (check,) = one["certified_by"]
        seen = [None if value is None else float(value) for value in (one["lower"], one["upper"])]
        recounted = [check["observed"], check["observed_upper"]]
        assert seen == [None if value is None else float(value) for value in recounted]


def test_no_number_about_persons_stands_in_a_certificate(published: Settings) -> None:
    answer = json.loads((published.answers_dir / "223" / "antwoord.json").read_text("utf-8"))
    persons = [one for one in answer["numbers"] if "learners" in one["key"].split(":")[:2]]
    checks = [check for one in persons for check in one["certified_by"]]
    assert len(checks) > 300
    assert {(one["observed"], one["observed_upper"]) for one in checks} == {(None, None)}


def test_every_landmark_enrolment_is_judged_and_counted_as_designed(published: Settings) -> None:
    lines = {
        (r["institution_id"], r["academic_year"], r["enrolment_id"]): r
        for r in rows(published, "from enrolments where enrolment_id like 'LM-%'")
    }
    cases = {
        (r["case_id"], r["definition"]): r["verdict"] for r in rows(published, "from verdict_cases")
    }
    statuses = {
        (r["learner_key"], r["academic_year"]): (
            r["working_status"],
            r["working_status_source"],
            r["is_disagreement"],
        )
        for r in rows(published, "from learner_years")
    }
    wrong = []
    for landmark in landmark_enrolments():
        year = long_label(landmark.year)
        name = landmark.columns["inschrijving_id"]
        line = lines[landmark.institution, year, name]
        if line["is_counted"] != landmark.is_counted:
            wrong.append(f"{name} counted: {line['is_counted']} ({landmark.proves})")
        for definition, expected in landmark.verdicts.items():
            if cases[line["case_id"], definition] != expected:
                wrong.append(f"{name} {definition}: not {expected} ({landmark.proves})")
        status = landmark.learner.status
        if status and statuses[line["learner_key"], year] != status:
            wrong.append(f"{landmark.learner.name} in {year}: not {status}")
    assert not wrong


def test_every_published_table_of_the_sample_holds_rows(published: Settings) -> None:
    counted = rows(
        published,
        "select table_name, estimated_size from duckdb_tables() where schema_name = 'main'",
    )
    assert len(counted) >= 20
    assert [r["table_name"] for r in counted if not r["estimated_size"]] == []


def test_the_answer_says_that_the_sample_is_synthetic(published: Settings) -> None:
    folder = Path(published.answers_dir) / "223"
    assert "SYNTHETISCHE GEGEVENS" in (folder / "antwoord.html").read_text(encoding="utf-8")
    for table in sorted(folder.glob("tabellen/*.csv")):
        assert "SYNTHETISCHE GEGEVENS" in table.read_text(encoding="utf-8-sig"), table.name


def text_of(page: Page) -> str:
    written = StringIO()
    show(page, written, 100)
    return written.getvalue()


def verdicts_told(page: Page) -> list[str]:
    """Return the verdicts on a page, in the order in which it tells the readings."""
    part = next(part for part in page.parts if part.heading.startswith("Telt het mee?"))
    return [block.outcome for block in part.blocks if isinstance(block, Finding)]


def test_what_explain_says_of_fifty_offerings_is_what_was_published(published: Settings) -> None:
    words = {"in": "telt mee", "out": "telt niet mee", "undetermined": "onbepaald"}
    chosen = rows(
        published,
        "select offering_id, academic_year from offerings qualify row_number() over"
        " (partition by offering_kind order by md5(offering_id || academic_year)) <= 4"
        " order by md5(offering_id || academic_year) limit 50",
    )
    assert len(chosen) == 50
    for run in chosen:
        verdicts = rows(
            published,
            "select verdict from offering_verdicts inner join definitions using (definition)"
            f" where offering_id = '{run['offering_id']}'"
            f" and academic_year = '{run['academic_year']}' order by definition_order",
        )
        page = explain_offering(published, str(run["offering_id"]), str(run["academic_year"]))
        assert verdicts_told(page) == [words[str(row["verdict"])] for row in verdicts], run


def test_every_offering_of_three_institutions_can_be_explained(published: Settings) -> None:
    asked = rows(
        published,
        "select distinct offering_id from offerings"
        " where institution_id in ('vives', 'hzs', 'luca')",
    )
    assert len(asked) > 100
    for row in asked:
        page = text_of(explain_offering(published, str(row["offering_id"])))
        assert "niet gepubliceerd" not in page, row


def test_a_line_of_every_case_can_be_explained_without_its_learner(published: Settings) -> None:
    asked = rows(
        published,
        "select any_value(institution_id || ':' || academic_year || ':' || enrolment_id) as key,"
        " any_value(learner_key) as learner_key from enrolments group by contract_type, purpose,"
        " is_counted, offering_id is null, component_code is null, programme_code is null",
    )
    assert len(asked) > 10
    for row in asked:
        page = text_of(explain_enrolment(published, str(row["key"])))
        assert str(row["learner_key"]) not in page
        assert "niet gepubliceerd" not in page, row
