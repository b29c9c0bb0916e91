"""The generator: deterministic, without collisions, refusing to mix, at any number of years.

Border: what the shipped sample holds is proved in ``test_sample``.
"""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.console import StaalkaartError
from pipelines.synthetic import enrolments
from pipelines.synthetic.academic_calendar import quarters, written
from pipelines.synthetic.faults import faulty_rows
from pipelines.synthetic.generate import MARK, generate, load_world
from pipelines.synthetic.landmarks import landmark_enrolments, landmark_learners, landmark_offerings
from pipelines.synthetic.learners import population
from pipelines.synthetic.persons import chance, landmark_number, national_numbers, student_numbers

SMALL: dict[str, Any] = {"learners": 60, "years": 2}


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MARK
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("same", 5), ("other", 6)):
        generate(tmp_path / name, seed=seed, **SMALL)
    assert content(tmp_path / "one") == content(tmp_path / "same")
    assert content(tmp_path / "one") != content(tmp_path / "other")


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "echt.csv").write_text("x", encoding="utf-8")
    with pytest.raises(StaalkaartError) as refusal:
        generate(tmp_path, **SMALL)
    assert refusal.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["echt.csv"]


@pytest.mark.parametrize("wrong", [{"learners": 0}, {"years": 0}, {"years": 13}, {"seed": -1}])
def test_an_argument_out_of_range_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(StaalkaartError):
        generate(tmp_path / "raw", **wrong)


def test_one_year_is_the_running_year(tmp_path: Path) -> None:
    made = generate(tmp_path / "raw", learners=60, years=1)
    assert {path.name for path in (tmp_path / "raw").glob("*/*")} == {"2025-01-06"}
    assert made.positions == 0


def test_progress_counts_up_to_its_total(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    generate(tmp_path / "raw", progress=lambda done, total, _: seen.append((done, total)), **SMALL)
    assert [done for done, _ in seen] == list(range(1, seen[-1][1] + 1))


def test_faults_add_broken_files_and_faulty_rows_everywhere(tmp_path: Path) -> None:
    made = generate(tmp_path / "raw", faults=True, **SMALL)
    files = content(tmp_path / "raw")
    assert files["ap/2024-12-02/aanbod_2022-2023_leeg.csv"] == b""
    assert files["vub/2024-12-02/aanbod_2022-2023_utf16.csv"].startswith(b"\xff\xfe")
    enrolment_files = [name for name in files if "/2025-01-06/inschrijvingen_" in name]
    assert set(enrolment_files) <= made.rejected.keys()


def test_every_fault_changes_its_row_and_says_how_many_are_rejected() -> None:
    good = {
        "instellingsnummer": "kdg",
        "inschrijving_id": "E23-1",
        "insz": landmark_number(0),
        "contracttype": "geen",
    }
    made = faulty_rows([good], 2023, 17, 0)
    assert len(made.rows) == 17
    assert made.rejected == 16  # of the two identical rows one is kept
    identical = sum(
        first == second for first, second in zip(made.rows, made.rows[1:], strict=False)
    )
    assert identical == 1


def test_a_million_people_have_a_million_numbers() -> None:
    people = np.arange(1_000_000)
    numbers = national_numbers(people, 223)
    assert numbers.n_unique() == len(people)
    assert numbers.str.len_bytes().unique().to_list() == [11]
    assert student_numbers(people, 3).n_unique() == len(people)


def test_landmark_learners_never_share_a_number_with_drawn_people() -> None:
    numbers = [one.national_number for one in landmark_learners().values() if one.national_number]
    assert len(set(numbers)) == len(numbers)
    assert all(number.startswith("50") for number in numbers)
    drawn = national_numbers(np.arange(1_000_000), 223)
    assert not drawn.str.starts_with("50").any()


def test_landmarks_have_keys_of_their_own() -> None:
    offerings = [(one.institution, one.year, one.run.code) for one in landmark_offerings()]
    assert len(set(offerings)) == len(offerings)
    lines = [one.columns["inschrijving_id"] for one in landmark_enrolments()]
    assert len(set(lines)) == len(lines)


def test_landmarks_expect_every_type_basis_and_size_status() -> None:
    expected = [one.expects for one in landmark_offerings()]
    assert {one["type"] for one in expected} == {1, 2, 3, 4, None}
    bases = {one["type_basis"] for one in expected}
    assert bases == {"declared", "observed", "both", "conflict", None}
    assert {one["size_status"] for one in expected} == {
        "normal", "exceptional", "below_3", "at_60", "above_60", "component_sum", "hours", "unknown"
    }  # fmt: skip
    assert {one["level_source"] for one in expected} == {"derived", "stated", "tie_stated", None}
    for definition in ("strict_eu", "minister", "scope_note", "vlor", "framework"):
        assert {one[definition] for one in expected} == {"in", "out", "undetermined"}


def test_chances_are_spread_evenly_and_depend_on_the_salt() -> None:
    people = np.arange(100_000)
    first, second = chance(people, 1), chance(people, 2)
    assert abs(first.mean() - 0.5) < 0.01
    assert first.min() >= 0
    assert first.max() < 1
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02


def test_people_stand_in_one_place_only() -> None:
    world = load_world()
    years = (2023, 2024)
    people = population(5_000, years, world)
    everyone = [people.degree_students(name, 2024) for name in world["institutions"]]
    everyone.append(people.pool(2024))
    joined = np.concatenate(everyone)
    assert len(np.unique(joined)) == len(joined)


def test_large_institutions_are_written_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolments, "BLOCK", 50)
    generate(tmp_path / "raw", learners=3_000, years=1)
    frame = pl.read_csv(
        tmp_path / "raw/kuleuven/2025-01-06/inschrijvingen_2024-2025.csv",
        separator=";",
        infer_schema=False,
    )
    assert frame["inschrijving_id"].is_duplicated().sum() == 0
    assert frame["insz"].n_unique() > 400


@pytest.mark.parametrize(
    ("style", "expected"),
    [("long", "2023-2024"), ("short", "2023-24"), ("slash", "2023/2024"), ("two_digits", "23-24")],
)
def test_academic_years_are_written_in_the_notation_of_the_house(style: str, expected: str) -> None:
    assert written(2023, style) == expected


def test_quarters_of_an_academic_year_cross_new_year() -> None:
    assert quarters(2023, [3, 4, 1]) == ["2023Q3", "2023Q4", "2024Q1"]
