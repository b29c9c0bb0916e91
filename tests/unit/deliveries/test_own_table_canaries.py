"""National numbers through an own table, as CSV and as workbook: none is left in any byte.

They stand where they belong, in faulty rows, in columns where none belongs, in columns that the
contract does not name, in titles, subtotals, headers and file names.
"""

import logging
from pathlib import Path

import pytest
from drop_folder import Drop, insz
from test_pseudonyms import leaks, written
from workbook_files import write_workbook

from pipelines.deliveries import check, comparison, delivered, intake, visit
from pipelines.deliveries.check_report import check_files
from pipelines.deliveries.rules import MASK
from pipelines.settings import Settings

pytestmark = pytest.mark.long
PEOPLE = [insz(850_730_000 + number) for number in range(60)]
CONTRACT = """
own_tables:
  - name: inschrijvingen_llo
    file: "export*"
    kind: inschrijvingen
    header_contains: [Volgnummer, Rijksregister]
    academic_year: 2023-2024
    columns:
      inschrijving_id: Volgnummer
      insz: Rijksregister
      contracttype: Contract
      onderdeel_code: OLOD
      studiepunten: SP
      inschrijvingsdatum: Ingeschreven op
      werkstatus: Statuut
      resultaat: Uitslag
    values:
      contracttype: {C: creditcontract}
    skip_rows_where:
      - {column: Volgnummer, matches: "(?i)^totaal"}
"""
HEADER = ["Volgnummer", "Rijksregister", "Contract", "OLOD", "SP", "Ingeschreven op", "Statuut"]
GOOD = 20


@pytest.fixture(autouse=True)
def contract(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contract of ugent, where every step finds it."""
    folder = drop.settings.raw_dir.parent / "contracts"
    folder.mkdir()
    (folder / "ugent.yml").write_text(CONTRACT, encoding="utf-8")
    for module in (check, comparison, delivered, intake, visit):
        monkeypatch.setattr(module, "contracts_dir", lambda _: folder)


def row(number: int, **changes: str) -> list[str]:
    cells = {
        "id": f"E{number}",
        "insz": PEOPLE[number],
        "contract": "C",
        "olod": f"X{number}",
        "sp": "3",
        "on": "2023-09-20",
        "status": "werkend",
        "result": "12",
        "note": "",
    }
    return [*(cells | changes).values()]


def table() -> list[list[str]]:
    """Return titles, a header, good rows in every notation, and a row per kind of fault."""
    good = [row(n, insz=written(PEOPLE[n])[n % 5]) for n in range(GOOD)]
    wrong = PEOPLE[25][:-1] + ("0" if PEOPLE[25][-1] != "0" else "1")
    faulty = [
        row(20, contract="?"),
        row(21, sp="3-mei"),
        row(22, on="20/09/23"),
        row(23, id=PEOPLE[23]),
        row(24, olod=written(PEOPLE[24])[1]),
        row(25, insz=wrong),
        row(26, insz=f"{PEOPLE[26]}x"),
        row(27, sp=PEOPLE[27]),
        row(28, on=PEOPLE[28]),
        row(29, status=PEOPLE[29]),
        row(30, contract=written(PEOPLE[30])[3]),
        row(31, id=""),
        row(32, insz="", note=PEOPLE[32]),
        [PEOPLE[33], *row(33)],
        row(34)[:4],
        row(0),
        row(1, result="13"),
    ]
    # Accepted: the number stands in free text, or where nobody looks.
    odd = [
        row(40, result=f"zie {written(PEOPLE[40])[1]}"),
        row(41, result=PEOPLE[42]),
        row(43, note=PEOPLE[43]),
    ]
    titles = [[f"Lijst voor {PEOPLE[50]}"], []]
    header = [*HEADER, "Uitslag", f"Nota {PEOPLE[51]}"]
    totals = [["Totaal", PEOPLE[52], "", "", "99", "", "", "", PEOPLE[53]]]
    return [*titles, header, *good, *faulty, *odd, *totals]


def put(drop: Drop, name: str, rows: list[list[str]]) -> Path:
    if name.endswith(".csv"):
        return drop.put_rows(name, *(";".join(cells) for cells in rows))
    return write_workbook(drop.put(name, ""), {f"Export {PEOPLE[54]}": rows})


def numbers_left(settings: Settings, *texts: str) -> set[str]:
    """Return the numbers that stand below the data folder or in texts."""
    everything = "\n".join(texts)
    said = {person for person in PEOPLE for form in written(person) if form in everything}
    return leaks(settings.data_dir, PEOPLE) | said


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_no_number_of_an_own_table_is_left_in_any_byte(
    drop: Drop,
    suffix: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    put(drop, f"ugent/2024-11-04/export {written(PEOPLE[55])[1]}.{suffix}", table())
    put(drop, f"ugent/2024-11-03/export_{PEOPLE[56]}.{suffix}", table()[2:6])
    put(drop, f"ugent/2024-11-02/export_{suffix}.{suffix}", [[PEOPLE[57], "x"], [PEOPLE[58], "y"]])
    drop.deliver("ugent")
    result = drop.receive("ugent")
    texts = [repr(result), caplog.text, *capfd.readouterr()]
    assert numbers_left(drop.settings, *texts) == set()
    accepted = drop.rows("select count(*) from delivered.enrolments where stream = 'own_table'")
    assert accepted[0][0] >= GOOD
    assert drop.rows("select count(*) from delivered.rejected_rows")[0][0] > 15
    returned = [path for path in drop.settings.data_dir.rglob("*") if "return" in path.parts]
    assert [path.suffix for path in returned if path.is_file()] == [f".{suffix}"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_check_of_an_own_table_shows_and_returns_no_number(drop: Drop, suffix: str) -> None:
    path = put(drop, f"ugent/export_{PEOPLE[55]}.{suffix}", table())
    said: list[str] = []
    folder = drop.settings.data_dir / "terug"
    assert check_files(drop.settings, [path], None, folder, "nl", said.append) == 1
    assert numbers_left(drop.settings, *said) == set()
    assert MASK in "\n".join(said)
    (file,) = folder.iterdir()
    assert file.suffix == f".{suffix}"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_proposed_contract_shows_no_number(drop: Drop, suffix: str) -> None:
    path = put(drop, f"ugent/lijst_{PEOPLE[55]}.{suffix}", table())
    said: list[str] = []
    assert check_files(drop.settings, [path], None, None, "nl", said.append) == 2
    assert "    own_tables:" in said
    assert "        insz: Rijksregister" in said
    assert numbers_left(drop.settings, *said) == set()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_numbers_of_an_own_table_stand_in_the_delivery_so_that_the_search_means_something(
    drop: Drop, suffix: str
) -> None:
    put(drop, f"ugent/export.{suffix}", table())
    assert len(leaks(drop.settings.raw_dir, PEOPLE)) > 40
