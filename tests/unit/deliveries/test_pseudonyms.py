"""Learner keys, the key they need, and that no national number is left on disk."""

import base64
import hmac
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest
from drop_folder import ENROLMENT_HEADER, KEY, Drop, enrolment, insz
from hypothesis import given
from hypothesis import strategies as st
from workbook_files import write_workbook

from pipelines.console import StaalkaartError
from pipelines.deliveries import intake, pseudonyms
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.ledger import read_ledger
from pipelines.deliveries.pseudonyms import (
    KEY_LENGTH,
    LearnerKeys,
    PseudonymKey,
    hmac_digests,
    load_key,
    with_learner_keys,
)
from pipelines.deliveries.safeguards import key_notes
from pipelines.settings import Settings

ENROLMENTS = load_kinds()["enrolments"]


def keys(
    numbers: list[str | None], students: list[str | None], unit: str = "ugent", key: str = KEY
) -> pl.DataFrame:
    text = {c.name: pl.Series([None] * len(numbers), dtype=pl.String) for c in ENROLMENTS.columns}
    rows = pl.DataFrame(
        text
        | {
            "national_number": pl.Series(numbers, dtype=pl.String),
            "student_number": pl.Series(students, dtype=pl.String),
        }
    )
    return with_learner_keys(rows, ENROLMENTS, unit, PseudonymKey(key.encode()))


@given(st.lists(st.text(max_size=30)), st.binary(min_size=1, max_size=100))
def test_digests_are_those_of_hmac_sha_256(texts: list[str], secret: bytes) -> None:
    expected = [hmac.digest(secret, text.encode(), "sha256") for text in texts]
    assert hmac_digests(texts, secret) == expected


def test_a_learner_key_is_letters_only_and_the_same_everywhere() -> None:
    number = insz(850_730_033)
    found = keys([number, number], ["S1", None])["learner_key"].to_list()
    assert found[0] == found[1] == keys([number], [None], "vub")["learner_key"].item()
    assert len(found[0]) == KEY_LENGTH
    assert found[0].isalpha()
    assert found[0].islower()


def test_a_number_that_was_seen_before_is_not_hashed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hashed: list[str] = []

    def counted(texts: list[str], secret: bytes) -> list[bytes]:
        hashed.extend(texts)
        return hmac_digests(texts, secret)

    monkeypatch.setattr(pseudonyms, "hmac_digests", counted)
    known = LearnerKeys(KEY.encode())
    first = known.with_keys(pl.DataFrame({"_identity": ["a", "b", "a"]}))
    second = known.with_keys(pl.DataFrame({"_identity": ["c", "b", "a", "b"]}))
    assert sorted(hashed) == ["a", "b", "c"]
    by_identity = dict(zip(second["_identity"], second["learner_key"], strict=True))
    assert len(set(by_identity.values())) == 3
    assert first["learner_key"].to_list() == [by_identity[one] for one in "aba"]
    assert second["_identity"].to_list() == ["c", "b", "a", "b"]


def test_a_learner_without_number_has_a_key_of_the_institution() -> None:
    found = keys([None], ["S1"])
    assert found["learner_key_basis"].item() == "institution"
    assert found["learner_key"].item() != keys([None], ["S1"], "vub")["learner_key"].item()


def test_another_key_gives_other_learner_keys_and_another_fingerprint() -> None:
    number = insz(850_730_033)
    other = keys([number], [None], key="anders")["learner_key"].item()
    assert other != keys([number], [None])["learner_key"].item()
    assert PseudonymKey(b"anders").fingerprint != PseudonymKey(KEY.encode()).fingerprint
    assert PseudonymKey(b"anders").fingerprint.isalpha()


def test_a_missing_key_is_refused_before_a_row_is_written(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAALKAART_KEY")
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    with pytest.raises(StaalkaartError, match="STAALKAART_KEY_FILE") as caught:
        intake.prepare(drop.settings)
    assert caught.value.exit_code == 2
    with pytest.raises(StaalkaartError):
        drop.receive("ugent")
    assert not list(drop.settings.data_dir.rglob("*.parquet"))


def test_deliveries_without_people_need_no_key(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STAALKAART_KEY")
    drop.put_guides("odisee")
    drop.deliver("odisee")
    assert read_ledger(drop.settings.landing_dir).key_fingerprint is None


def test_what_was_landed_needs_no_key_again(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    drop.deliver("ugent")
    monkeypatch.delenv("STAALKAART_KEY")
    drop.deliver("ugent")
    assert drop.rows("select count(*) from delivered.enrolments") == [(1,)]


def test_a_wrong_key_is_refused_before_a_row_is_written(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    drop.deliver("ugent")
    monkeypatch.setenv("STAALKAART_KEY", f"een heel andere: {KEY}")
    drop.put_rows("ugent/inschrijvingen_2.csv", ENROLMENT_HEADER, enrolment(2))
    with pytest.raises(StaalkaartError, match="--data") as caught:
        intake.prepare(drop.settings)
    assert caught.value.exit_code == 2
    with pytest.raises(StaalkaartError):
        drop.receive("ugent")
    assert len(list(drop.settings.landing_dir.glob("enrolments/*"))) == 1


def test_the_demo_key_is_for_synthetic_deliveries_only_and_announced(
    drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAALKAART_KEY")
    assert load_key(is_synthetic=False) is None
    drop.put("SYNTHETISCH", "")
    drop.put_rows("ugent/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    assert "demosleutel" in intake.prepare(drop.settings)[0]
    assert "demosleutel" in drop.receive("ugent").notes[0]


@pytest.mark.parametrize(("mode", "is_fine"), [(0o400, True), (0o600, True), (0o644, False)])
def test_a_key_file_must_be_unreadable_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, is_fine: bool
) -> None:
    path = tmp_path / "sleutel"
    path.write_text(f"{KEY}\n", encoding="utf-8")
    path.chmod(mode)
    monkeypatch.delenv("STAALKAART_KEY", raising=False)
    monkeypatch.setenv("STAALKAART_KEY_FILE", str(path))
    if is_fine:
        assert load_key(is_synthetic=False) == PseudonymKey(KEY.encode())
    else:
        with pytest.raises(StaalkaartError, match="0400"):
            load_key(is_synthetic=False)


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_key_file_must_exist_and_hold_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    path = tmp_path / "sleutel"
    if content is not None:
        path.touch(0o600)
        path.write_text(content, encoding="utf-8")
    monkeypatch.delenv("STAALKAART_KEY", raising=False)
    monkeypatch.setenv("STAALKAART_KEY_FILE", str(path))
    with pytest.raises(StaalkaartError):
        load_key(is_synthetic=False)


@pytest.mark.parametrize("key", ["qq!", "zeven t"])
def test_a_key_that_can_be_guessed_is_refused_with_what_makes_a_good_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    path = tmp_path / "sleutel"
    path.touch(0o600)
    path.write_text(key, encoding="utf-8")
    for variable, value in (("STAALKAART_KEY", key), ("STAALKAART_KEY_FILE", str(path))):
        monkeypatch.delenv("STAALKAART_KEY", raising=False)
        monkeypatch.setenv(variable, value)
        with pytest.raises(StaalkaartError, match="openssl rand -hex 32") as caught:
            load_key(is_synthetic=True)
        assert caught.value.exit_code == 2
        assert key not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "notes"), [(PseudonymKey(b"k" * 31), 1), (PseudonymKey(b"k" * 32), 0), (None, 0)]
)
def test_a_key_shorter_than_advised_is_used_and_said_to_be_weak(
    key: PseudonymKey | None, notes: int
) -> None:
    found = key_notes(key)
    assert len(found) == notes
    assert all("openssl rand -hex 32" in note for note in found)


def test_a_new_key_in_a_new_data_folder_gives_the_same_people_other_pseudonyms(
    drop: Drop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = [enrolment(number) for number in range(20)]
    lines += [enrolment(90, insz="", studentnummer="S1")]
    drop.put_rows("ugent/2024-11-04/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    position = f"{insz(850_730_001)};2023Q3;11"
    drop.put_rows("department/arbeidspositie.csv", "insz;kwartaal;positie", position)
    drop.deliver("ugent", "department")
    people = "select enrolment_id, learner_key_basis from delivered.enrolments order by all"
    pseudonyms = "select learner_key from delivered.enrolments"
    joined = (
        "select count(*) from delivered.enrolments join delivered.positions using (learner_key)"
    )
    before = (drop.rows(people), set(drop.rows(pseudonyms)), drop.rows(joined))
    old = drop.settings
    monkeypatch.setenv("STAALKAART_KEY", f"de nieuwe sleutel: {KEY}")
    drop.settings = replace(old, data_dir=tmp_path / "nieuw")
    drop.deliver("ugent", "department")
    after = (drop.rows(people), set(drop.rows(pseudonyms)), drop.rows(joined))
    assert before[0] == after[0]
    assert (len(before[1]), before[1] & after[1]) == (21, set())
    assert before[2] == after[2] == [(1,)]
    with pytest.raises(StaalkaartError, match="--data"):
        drop_again(drop, old)


def drop_again(drop: Drop, settings: Settings) -> None:
    """Deliver one more file under the new key into the folder of the old one."""
    drop.settings = settings
    drop.put_rows("ugent/2024-11-05/inschrijvingen.csv", ENROLMENT_HEADER, enrolment(1))
    drop.deliver("ugent")


PEOPLE = [insz(850_730_000 + number) for number in range(300)]


def written(number: str) -> list[str]:
    """Return the ways in which people write a national number."""
    parts = (number[:2], number[2:4], number[4:6], number[6:9], number[9:])
    dotted = f"{'.'.join(parts[:3])}-{'.'.join(parts[3:])}"
    return [number, dotted, ".".join(parts), "-".join(parts), " ".join(parts)]


def every_form(number: str) -> list[str]:
    """Return the usual ways and the others in which a number comes out of a program."""
    thousands = f"{int(number):,}".replace(",", ".")
    parts = re.findall("^(..)(..)(..)(...)(..)$", number)[0]
    return [
        *written(number),
        thousands if len(thousands) == 14 else ".".join(parts),
        "_".join(parts),
        ",".join(parts),
        "\u200b".join(number),
        number.translate({48 + digit: 0xFF10 + digit for digit in range(10)}),
    ]


def values_in(database: Path) -> list[str]:
    """Return every value of every table of a database as text."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
        ).fetchall()
        queries = [f'from "{schema}"."{table}"' for schema, table in tables]
        found = [connection.execute(query).fetchall() for query in queries]
    return [str(value) for rows in found for row in rows for value in row]


def leaks(folder: Path, numbers: list[str]) -> set[str]:
    """Return every number that stands somewhere below a folder, in names or in bytes."""
    wanted = {form: number for number in numbers for form in written(number)}
    texts = [str(path.relative_to(folder)) for path in folder.rglob("*")]
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        texts += [content.decode("latin-1"), content.decode("utf-16-le", errors="ignore")]
        if path.suffix == ".parquet":
            texts += [str(value) for row in pl.read_parquet(path).rows() for value in row]
        if path.suffix == ".duckdb":
            texts += values_in(path)
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                texts += [archive.read(part).decode("latin-1") for part in archive.namelist()]
    everything = "\n".join(texts)
    found = {number for form, number in wanted.items() if form in everything}
    encoded = {
        base64.b64encode(number.encode()).decode().rstrip("=")[:14]: number for number in numbers
    }
    return found | {number for form, number in encoded.items() if form in everything}


def test_no_national_number_is_left_in_any_byte_of_the_data_folder(drop: Drop) -> None:
    lines = [enrolment(number, insz=written(PEOPLE[number])[number % 5]) for number in range(300)]
    lines[5] = enrolment(5, insz=PEOPLE[5], inschrijving_id=f"{PEOPLE[5]}-1")
    lines[6] = enrolment(6, insz=PEOPLE[6], resultaat=f"zie {written(PEOPLE[6])[1]}")
    lines[7] = enrolment(7, insz=PEOPLE[7], werkstatus=PEOPLE[7])
    lines[8] = enrolment(8, insz=PEOPLE[8], studiepunten="3-mei", inschrijvingsdatum=PEOPLE[8])
    lines[9] = enrolment(9, insz=PEOPLE[9][:-1] + "x")
    drop.put_rows("ugent/2024-11-04/inschrijvingen.csv", ENROLMENT_HEADER, *lines)
    drop.put_rows(
        f"ugent/2024-11-04/inschrijvingen_{PEOPLE[1]}.csv", ENROLMENT_HEADER, enrolment(900) + ";x"
    )
    drop.put(f"ugent/2024-11-04/{written(PEOPLE[2])[1]}.csv", f"{PEOPLE[2]}\n")
    drop.put("ugent/2024-11-04/aanbod.csv", f"{ENROLMENT_HEADER};{PEOPLE[3]}\n{PEOPLE[3]}\n")
    drop.put(f"{PEOPLE[4]}/aanbod.csv", "x")
    positions = [f"{number};2023Q3;11" for number in PEOPLE]
    drop.put_rows("department/arbeidspositie.csv", "insz;kwartaal;positie", *positions)
    drop.deliver("ugent", "department")
    assert drop.rows("select count(*) from delivered.positions") == [(300,)]
    assert drop.rows("select count(*) from delivered.enrolments")[0][0] >= 290
    assert leaks(drop.settings.data_dir, PEOPLE) == set()
    joined = drop.rows(
        """
        select count(*) from delivered.enrolments
        where learner_key in (select learner_key from delivered.positions)
        """
    )
    assert joined == drop.rows("select count(*) from delivered.enrolments")


def test_the_scanner_finds_every_planted_number(tmp_path: Path) -> None:
    numbers = PEOPLE[:10]
    (tmp_path / f"{numbers[0]}.txt").touch()
    (tmp_path / "a.json").write_text(f'{{"n": "{written(numbers[1])[1]}"}}', encoding="utf-8")
    (tmp_path / "b.bin").write_bytes(os.urandom(50) + numbers[2].encode() + os.urandom(50))
    (tmp_path / "c.log").write_text(numbers[3], encoding="utf-16-le")
    pl.DataFrame({"n": [numbers[4]] * 9}).write_parquet(tmp_path / "d.parquet")
    pl.DataFrame({"n": [written(numbers[5])[4]]}).write_parquet(tmp_path / "e.parquet")
    (tmp_path / "f.txt").write_bytes(base64.b64encode(numbers[6].encode()))
    (tmp_path / "g.txt").write_text(written(numbers[7])[2], encoding="utf-8")
    write_workbook(tmp_path / "h.xlsx", {"Blad": [["x", f"zie {numbers[8]}"]]})
    with duckdb.connect(str(tmp_path / "i.duckdb")) as connection:
        connection.execute("create table t as select ? as n from range(5000)", [numbers[9]])
    assert leaks(tmp_path, PEOPLE) == set(numbers)
