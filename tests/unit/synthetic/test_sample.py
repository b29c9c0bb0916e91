"""The shipped sample: small, reproducible, fictitious, and rich enough to prove the rules.

Border: what the readers and models make of the sample is proved in the integration tests.
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipelines.deliveries.kinds import template_kinds
from pipelines.deliveries.register import load_register
from pipelines.settings import PROJECT_ROOT
from pipelines.synthetic.academic_calendar import delivered_on, written
from pipelines.synthetic.delivery_files import template_columns
from pipelines.synthetic.generate import MARK, generate, load_world
from pipelines.synthetic.landmarks import landmark_enrolments, landmark_offerings

SAMPLE = PROJECT_ROOT / "data" / "raw"
MOST_BYTES = 5_000_000
ELEVEN_DIGITS = re.compile(rb"(?<!\d)\d{11}(?!\d)")
REMAKE = "rm -r data/raw && staalkaart generate --out data/raw && git add --force --all data/raw"


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    raw = path.read_bytes()
    encoding = "cp1252" if path.parent.parent.name == "hzs" else "utf-8-sig"
    return list(csv.DictReader(io.StringIO(raw.decode(encoding)), delimiter=";"))


def all_rows(kind: str) -> Iterator[tuple[Path, dict[str, str]]]:
    for path in sorted(SAMPLE.glob(f"*/*/{kind}_*.csv")):
        for row in rows_of(path):
            yield path, row


def test_the_generator_makes_the_shipped_sample_again_byte_for_byte(tmp_path: Path) -> None:
    generate(tmp_path / "raw")
    shipped, made = content(SAMPLE), content(tmp_path / "raw")
    assert shipped.keys() == made.keys(), f"data/raw is not what generate writes: {REMAKE}"
    differing = [name for name in shipped if shipped[name] != made[name]]
    assert not differing, f"{len(differing)} files differ, {differing[0]} first: {REMAKE}"


def test_the_sample_stays_under_five_megabytes() -> None:
    assert sum(map(len, content(SAMPLE).values())) < MOST_BYTES


def test_the_sample_says_that_it_is_synthetic() -> None:
    assert "SYNTHETISCH" in (SAMPLE / MARK).read_text(encoding="utf-8")


def test_no_number_in_the_sample_can_belong_to_a_person() -> None:
    found = 0
    for name, raw in content(SAMPLE).items():
        for number in ELEVEN_DIGITS.findall(raw):
            found += 1
            assert 61 <= int(number[2:4]) <= 72, f"{name}: a month of birth that can exist"
    assert found > 10_000


def test_every_national_number_has_valid_check_digits_but_for_the_faulty_rows() -> None:
    def is_valid(number: str) -> bool:
        nine, check = int(number[:9]), int(number[9:])
        return check in (97 - nine % 97, 97 - (2_000_000_000 + nine) % 97)

    wrong = [
        row["inschrijving_id"]
        for _, row in all_rows("inschrijvingen")
        if row["insz"] and not is_valid(row["insz"])
    ]
    assert wrong
    assert all(name.startswith("F") for name in wrong)
    assert all(is_valid(row["insz"]) for _, row in all_rows("arbeidspositie"))


def test_every_institution_of_the_register_delivers() -> None:
    registered = load_register(PROJECT_ROOT / "dbt_project").units
    folders = {path.name for path in SAMPLE.iterdir() if path.is_dir()}
    assert folders == set(registered)


def test_headers_are_those_of_the_standard_template() -> None:
    for kind, columns in template_columns().items():
        for path in SAMPLE.glob(f"*/*/{kind}_*.csv"):
            first = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
            assert first.decode("ascii").split(";") == columns, path


def test_the_generator_and_the_readers_know_the_same_template() -> None:
    for kind in template_kinds().values():
        headers = [column.header for column in kind.template_columns]
        assert sorted(map(str, headers)) == sorted(template_columns()[kind.template_name])


def test_deliveries_arrive_after_their_year_and_the_running_year_arrives_last() -> None:
    world = load_world()
    assert delivered_on(2019, world) == date(2020, 11, 2)
    assert delivered_on(2023, world) == date(2024, 11, 4)
    newest = max(path.name for path in SAMPLE.glob("*/*"))
    assert newest == delivered_on(2024, world).isoformat() == "2025-01-06"


def test_no_line_is_dated_after_its_delivery() -> None:
    for path in SAMPLE.glob("vives/*/inschrijvingen_*.csv"):
        latest = max(
            max(row["inschrijvingsdatum"], row["uitschrijvingsdatum"]) for row in rows_of(path)
        )
        assert latest < path.parent.name or latest.startswith("9999")


def test_what_never_came_is_not_there() -> None:
    for one in load_world()["missing"]:
        for kind in one["kinds"]:
            name = f"{kind}_{one['year']}-{one['year'] + 1}.csv"
            assert not list((SAMPLE / one["institution"]).glob(f"*/{name}"))
    assert (SAMPLE / "artevelde/2022-11-07/artevelde_programs_2021.json").exists()


def test_a_late_correction_stands_beside_the_first_delivery() -> None:
    first, second = sorted(SAMPLE.glob("ap/*/inschrijvingen_2021-2022.csv"))
    assert 0.9 < len(rows_of(first)) / len(rows_of(second)) < 0.94
    earlier, later = (
        {row["aanbod_code"]: row for row in rows_of(path)}
        for path in sorted(SAMPLE.glob("pxl/*/aanbod_2022-2023.csv"))
    )
    assert earlier["LM-CORRECTED"]["omvang_eenheid"] == "uren"
    assert later["LM-CORRECTED"]["omvang_eenheid"] == "ects"


def test_faulty_rows_stay_below_two_percent_but_for_one_institution_and_year() -> None:
    shares = {}
    for path in SAMPLE.glob("*/*/inschrijvingen_*.csv"):
        rows = rows_of(path)
        faulty = sum(row["inschrijving_id"].startswith("F") for row in rows)
        shares[path.relative_to(SAMPLE).parts[0], path.stem] = faulty / len(rows)
    above = {place for place, share in shares.items() if share > 0.02}
    assert above == {("howest", "inschrijvingen_2022-2023")}
    assert sum(share > 0 for share in shares.values()) > 10


def test_every_landmark_offering_was_delivered() -> None:
    delivered = {
        (path.parts[-3], row["academiejaar"], row["aanbod_code"]): row
        for path, row in all_rows("aanbod")
    }
    world = load_world()
    for one in landmark_offerings():
        if (one.institution, one.year) == ("artevelde", 2021):
            continue  # its study guide only
        year = written(one.year, world["institutions"][one.institution]["year"])
        row = delivered[one.institution, year, one.run.code]
        for name, value in one.run.columns.items():
            assert row[name] == value or name.endswith("datum"), (one.run.code, name)


def test_every_landmark_enrolment_was_delivered() -> None:
    delivered = {row["inschrijving_id"]: row for _, row in all_rows("inschrijvingen")}
    for one in landmark_enrolments():
        row = delivered[one.columns["inschrijving_id"]]
        assert {name: row[name] for name in one.columns} == one.columns


@pytest.mark.parametrize("size", ["2", "2,5", "3", "20", "20,5", "24", "59", "60", "61"])
def test_the_sample_holds_each_size_on_both_sides_of_a_boundary(size: str) -> None:
    assert any(
        row["omvang"] == size and row["soort"] == "microcredential" for _, row in all_rows("aanbod")
    )


def test_the_sample_holds_every_kind_unit_type_and_contract() -> None:
    values: dict[str, Counter[str]] = {}
    for kind in ("aanbod", "inschrijvingen", "bouwstenen"):
        for _, row in all_rows(kind):
            if row.get("inschrijving_id", "").startswith("F"):
                continue
            for name, value in row.items():
                values.setdefault(name, Counter())[value] += 1
    assert set(values["omvang_eenheid"]) == {"", "ects", "uren", "lestijden"}
    assert set(values["type_mc"]) == {"", "1", "2", "3", "4", "3a", "3b"}
    assert len(values["soort"]) == 18  # seventeen codes and none
    assert len(values["contracttype"]) == 5
    assert set(values["werkstatus"]) == {"", "werkend", "werkzoekend", "niet_actief", "onbekend"}
    assert set(values["doel"]) == {"", "regulier", "student_onderzoeker", "leerling_secundair"}
    assert len(values["herkomst"]) == 5


def test_some_people_study_at_two_institutions_and_some_have_no_national_number() -> None:
    houses: dict[str, set[str]] = {}
    without = 0
    for path, row in all_rows("inschrijvingen"):
        if row["insz"]:
            houses.setdefault(row["insz"], set()).add(path.parts[-3])
        without += not row["insz"] and bool(row["studentnummer"])
    assert sum(len(one) > 1 for one in houses.values()) > 50
    assert without > 50


def test_study_guides_carry_the_quirks_of_real_ones() -> None:
    def guide(institution: str, year: int) -> list[dict[str, object]]:
        (path,) = SAMPLE.glob(f"{institution}/*/{institution}_programs_{year}.json")
        entries: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
        return entries

    assert all(isinstance(entry["id"], int) for entry in guide("uhasselt", 2023))
    assert "faculty" in guide("uhasselt", 2020)[0]
    assert all(entry["ects"] == [] for entry in guide("artevelde", 2021))
    ids = Counter(str(entry["id"]) for entry in guide("ucll", 2023))
    assert max(ids.values()) == 2
    piped = [entry for entry in guide("ucll", 2024) if " | " in str(entry["name"])]
    assert piped
    assert all(entry["cycle"] == "bac" for entry in piped)
