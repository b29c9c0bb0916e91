"""Enrolment history: what becomes a row, what is left out and counted, and what is refused."""

from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from drop_folder import insz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.readers.batches import Batch
from pipelines.deliveries.readers.dho_history import read_history
from pipelines.deliveries.register import load_register
from pipelines.deliveries.rules import FileRefused
from pipelines.deliveries.screening import screen
from pipelines.deliveries.sender import Sender
from pipelines.settings import PROJECT_ROOT

REAL = PROJECT_ROOT.parent / "shared" / "real" / "dho"
NAMESPACE = "http://webservice.geefhistoriekinschrijvingdienst-02_01.onderwijs.vlaanderen.be"
# Fictitious: a month above 60, as test persons have.
NUMBER = insz(856_730_001)
PROGRAMME = (
    "<Opleiding><Code>2485</Code><VolledigeNaam>Bachelor in de {}</VolledigeNaam></Opleiding>"
)
EXCEPTION = (
    "<Uitzonderingen><Uitzondering><Identificatie>30101</Identificatie><Oorsprong>DVNCI</Oorsprong>"
    "<Diagnose>Geen gegevens gevonden voor de vraag over Jan.</Diagnose></Uitzondering>"
    "</Uitzonderingen>"
)


def enrolment(
    reference: str = "R1",
    source: str = "HO",
    institution: str = "110114",
    year: str = "2021",
    contract: str = "<Code>01</Code><Omschrijving>Diplomacontract</Omschrijving>",
    programme: str = PROGRAMME.format("geologie"),
    status: str = "01",
    dates: str = "<DatumInschrijving>2021-09-20</DatumInschrijving>",
) -> str:
    details = (
        f"<HogerOnderwijs><Academiejaar>{year}</Academiejaar><Status><Code>{status}</Code></Status>"
        f"{dates}{programme}<SoortContract>{contract}</SoortContract>"
        "<Studiepunten><Opgenomen>33</Opgenomen><Verworven>0</Verworven></Studiepunten>"
        "</HogerOnderwijs>"
    )
    return (
        f"<Inschrijving><Bron>{source}</Bron><Referte>{reference}</Referte>"
        f"<Instelling><Instellingsnummer>{institution}</Instellingsnummer></Instelling>"
        f"{details if source == 'HO' else '<Volwassenenonderwijs/>'}</Inschrijving>"
    )


def message(*enrolments: str, rest: str = "", version: str = "02.01.0000", start: str = "") -> str:
    content = "".join(enrolments)
    inside = f"<Inhoud><Inschrijvingen>{content}</Inschrijvingen></Inhoud>" if content else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{start}'
        f'<web:GeefHistoriekInschrijvingResponse xmlns:web="{NAMESPACE}"><Repliek>'
        f"<Context><Naam>GeefHistoriekInschrijving</Naam><Versie>{version}</Versie></Context>"
        f"<Antwoorden><Antwoord><Referte>Q1</Referte>{inside}{rest}</Antwoord></Antwoorden>"
        "</Repliek></web:GeefHistoriekInschrijvingResponse>"
    )


def write(folder: Path, content: str | bytes, number: str = NUMBER) -> Path:
    path = folder / f"GeefHistoriekInschrijving_{number}.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(path: Path) -> Batch:
    (batch,) = read_history(path)
    return batch


def refusal(path: Path) -> str:
    with pytest.raises(FileRefused) as caught:
        read(path)
    return caught.value.rule_id


def test_an_enrolment_in_higher_education_is_a_row(tmp_path: Path) -> None:
    path = write(tmp_path, message(enrolment()))
    assert read(path).rows.row(0, named=True) == {
        "row_number": 1,
        "institution_id": "110114",
        "academic_year": "2021-2022",
        "enrolment_id": "R1",
        "national_number": NUMBER,
        "contract_type": "diplomacontract",
        "programme_code": "2485",
        "programme_name": "Bachelor in de geologie",
        "credits_ects": "33",
        "enrolled_on": "2021-09-20",
        "withdrawn_on": None,
    }
    assert read(path).findings.is_empty()


def test_several_institutions_and_years_stand_in_one_message(tmp_path: Path) -> None:
    rows = read(
        write(tmp_path, message(enrolment(), enrolment("R2", institution="103663", year="2010")))
    ).rows
    assert rows.select("institution_id", "academic_year").rows() == [
        ("110114", "2021-2022"),
        ("103663", "2010-2011"),
    ]


def test_other_education_is_left_out_and_counted_and_keeps_the_positions(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        message(enrolment("a", "LP"), enrolment("b", "VWO"), enrolment("c", "LP"), enrolment()),
    )
    batch = read(path)
    assert batch.rows["row_number"].to_list() == [4]
    assert batch.findings["rule_id"].to_list() == ["dho_other_education"]
    assert batch.findings["message_nl"][0].startswith(
        "Niet gelezen, want buiten het hoger onderwijs: 3 (LP 2, VWO 1)."
    )


@pytest.mark.parametrize(
    ("code", "label", "expected"),
    [
        ("01", "Diplomacontract", "diplomacontract"),
        ("01", None, "diplomacontract"),
        ("05", "Examencontract credit", "examencontract_credit"),
        ("02", "Creditcontract", "creditcontract"),
        ("77", "examencontract - DIPLOMA", "examencontract_diploma"),
        (None, "Creditcontract", "creditcontract"),
        ("77", "Proefcontract", "77 Proefcontract"),
        ("01", "Creditcontract", "01 Creditcontract"),
        ("02", None, "02"),
        (None, None, None),
    ],
)
def test_a_contract_is_known_by_code_and_label_or_stays_as_delivered(
    tmp_path: Path, code: str | None, label: str | None, expected: str | None
) -> None:
    contract = f"<Code>{code}</Code>" if code else ""
    contract += f"<Omschrijving>{label}</Omschrijving>" if label else ""
    rows = read(write(tmp_path, message(enrolment(contract=contract)))).rows
    assert rows["contract_type"].to_list() == [expected]


def test_an_unknown_contract_is_rejected_with_its_value(tmp_path: Path) -> None:
    contract = "<Code>77</Code><Omschrijving>Proefcontract</Omschrijving>"
    screened = screen_as_dho(read(write(tmp_path, message(enrolment(contract=contract)))))
    assert screened.accepted.is_empty()
    assert screened.findings["rule_id"].to_list() == ["code_unknown"]
    assert "77 Proefcontract" in screened.findings["message_nl"][0]


def screen_as_dho(batch: Batch, stream: str = "dho"):  # noqa: ANN201 (the type of the engine)
    register = load_register(PROJECT_ROOT / "dbt_project")
    sender = Sender("ugent", "2026-2027", register, stream=stream)
    return screen(batch.rows, load_kinds()["enrolments"], sender)


def test_an_exam_contract_without_a_programme_is_kept_and_noted(tmp_path: Path) -> None:
    contract = "<Code>05</Code><Omschrijving>Examencontract credit</Omschrijving>"
    batch = read(write(tmp_path, message(enrolment(contract=contract, programme=""))))
    assert batch.findings["rule_id"].to_list() == ["dho_without_programme"]
    assert batch.findings["severity"].to_list() == ["warning"]
    screened = screen_as_dho(batch)
    assert screened.accepted["contract_type"].to_list() == ["exam_credit"]
    assert screened.findings.is_empty()
    # The same row from an institution itself has lost its code, and is rejected.
    assert screen_as_dho(batch, "template").findings["rule_id"].to_list() == ["codes_missing"]


def test_a_withdrawal_has_its_date_or_is_noted(tmp_path: Path) -> None:
    dates = "<DatumInschrijving>2021-09-20</DatumInschrijving>"
    withdrawn = f"{dates}<DatumUitschrijving>2022-02-22</DatumUitschrijving>"
    batch = read(
        write(
            tmp_path,
            message(
                enrolment(status="03", dates=withdrawn), enrolment("R2", status="03", dates=dates)
            ),
        )
    )
    assert batch.rows["withdrawn_on"].to_list() == ["2022-02-22", None]
    assert batch.findings.select("row_number", "rule_id").rows() == [
        (2, "dho_withdrawn_without_date")
    ]


def test_names_broken_over_lines_become_one_line(tmp_path: Path) -> None:
    name = "toegepaste taalkunde: ten\n                 minste twee talen\n   "
    rows = read(write(tmp_path, message(enrolment(programme=PROGRAMME.format(name))))).rows
    assert rows["programme_name"].to_list() == [
        "Bachelor in de toegepaste taalkunde: ten minste twee talen"
    ]


def test_exceptions_instead_of_content_give_no_rows_and_a_note(tmp_path: Path) -> None:
    batch = read(write(tmp_path, message(rest=EXCEPTION)))
    assert batch.rows.is_empty()
    assert batch.findings["rule_id"].to_list() == ["dho_exception"]
    assert "DVNCI 30101" in batch.findings["message_nl"][0]
    assert "Jan" not in batch.findings["message_nl"][0]


def test_exceptions_beside_content_do_not_lose_it(tmp_path: Path) -> None:
    batch = read(write(tmp_path, message(enrolment(), rest=EXCEPTION)))
    assert batch.rows.height == 1
    assert batch.findings["rule_id"].to_list() == ["dho_exception"]


def test_an_answer_without_anything_gives_a_note(tmp_path: Path) -> None:
    batch = read(write(tmp_path, message()))
    assert batch.rows.is_empty()
    assert batch.findings["rule_id"].to_list() == ["dho_exception"]


def test_an_enrolment_of_source_ho_without_details_is_an_unreadable_row(tmp_path: Path) -> None:
    empty = "<Inschrijving><Bron>HO</Bron><Referte>R</Referte></Inschrijving>"
    batch = read(write(tmp_path, message(empty, enrolment())))
    assert (batch.rows.height, batch.unreadable_count) == (1, 1)
    assert batch.findings["rule_id"].to_list() == ["dho_entry_incomplete"]


def test_the_number_in_the_message_must_be_the_one_in_the_name(tmp_path: Path) -> None:
    other = insz(856_730_002)
    question = f"<Vraag><INSZ>{other}</INSZ></Vraag>"
    path = write(tmp_path, message(enrolment(), rest=question))
    with pytest.raises(FileRefused) as caught:
        read(path)
    assert caught.value.rule_id == "dho_numbers_differ"
    assert other not in str(caught.value.facts)
    renamed = path.rename(tmp_path / "antwoord.xml")
    assert read(renamed).rows["national_number"].to_list() == [other]


def test_without_a_number_the_row_is_rejected_later_and_not_lost(tmp_path: Path) -> None:
    batch = read(write(tmp_path, message(enrolment()), number="notfound"))
    assert batch.rows["national_number"].to_list() == [None]
    assert screen_as_dho(batch).findings["rule_id"].to_list() == ["identity_missing"]


def test_a_message_in_another_encoding_is_read(tmp_path: Path) -> None:
    text = message(enrolment(programme=PROGRAMME.format("één"))).replace("utf-8", "utf-16")
    rows = read(write(tmp_path, text.encode("utf-16"))).rows
    assert rows["programme_name"].to_list() == ["Bachelor in de één"]


BOMB = (
    '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY c "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)


@pytest.mark.parametrize(
    ("content", "rule_id"),
    [
        (b"", "file_empty"),
        (b"a;b\n1;2\n", "dho_message_unknown"),
        (b"PK\x03\x04", "dho_message_unknown"),
        (b"<html><body>Aanmelden</body></html>", "content_html"),
        ("<a>", "xml_invalid"),
        ("<a/>", "dho_message_unknown"),
        (message(enrolment(), version="03.00.0000"), "dho_message_unknown"),
        (message(enrolment(), start=BOMB), "xml_doctype"),
        (message(enrolment(), start='<!DOCTYPE b SYSTEM "file:///etc/hostname">'), "xml_doctype"),
        (
            message(enrolment(), start=BOMB).replace("utf-8", "utf-16").encode("utf-16"),
            "xml_doctype",
        ),
        ("<a>" * 300 + "</a>" * 300, "xml_too_deep"),
        (message(enrolment())[:-40], "xml_invalid"),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', "xml_invalid"),
        (b'<?xml version="1.0" encoding="utf-8"?><a>\xff</a>', "xml_invalid"),
    ],
)
def test_other_content_and_dangerous_xml_are_refused(
    tmp_path: Path, content: str | bytes, rule_id: str
) -> None:
    assert refusal(write(tmp_path, content)) == rule_id


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_mutated_message_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(message(enrolment(), enrolment("b", "LP"), rest=EXCEPTION).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = data.draw(st.integers(start, min(len(content), start + 8)))
        content[start:end] = data.draw(st.binary(max_size=8))
    try:
        batch = read(write(tmp_path, bytes(content)))
    except FileRefused as refused:
        assert refused.rule_id
    else:
        assert batch.rows.height + batch.unreadable_count <= 2


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not here")
def test_the_real_messages_give_every_enrolment_in_higher_education() -> None:
    paths = sorted(REAL.glob("*.xml"))
    batches = {path: read(path) for path in paths}
    assert sorted(batch.rows.height for batch in batches.values()) == [0, 1, 3, 5, 8, 8, 11]
    for path, batch in batches.items():
        entries = ElementTree.parse(path).getroot().iter("Inschrijving")  # noqa: S314 (known)
        references = [e.findtext("Referte") for e in entries if e.findtext("Bron") == "HO"]
        assert batch.rows["enrolment_id"].to_list() == references
    rows = pl.concat(batch.rows for batch in batches.values())
    assert rows["contract_type"].value_counts().sort("contract_type").rows() == [
        ("diplomacontract", 35),
        ("examencontract_credit", 1),
    ]
    assert rows.filter(pl.col("programme_code").is_null())["contract_type"].to_list() == [
        "examencontract_credit"
    ]
    assert rows["withdrawn_on"].drop_nulls().len() == 3
    assert not rows["programme_name"].drop_nulls().str.contains(r"\n|  ").any()
    notes = pl.concat(batch.findings for batch in batches.values())
    left_out = notes.filter(pl.col("rule_id") == "dho_other_education")["message_nl"]
    assert left_out.str.extract(": ([0-9]+) ").cast(pl.Int64).sum() == 23
    assert notes.filter(pl.col("rule_id") == "dho_exception").height == 6
