"""Mutated deliveries: every one gets a verdict with a reason, none a traceback or a lost row."""

import math
import os
import random
from pathlib import Path

import pytest
import yaml
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment
from test_dho_history import enrolment as entry
from test_dho_history import message

from pipelines.deliveries.check import Verdict, check_file
from pipelines.deliveries.contract_proposal import propose_contract
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.return_file import write_return_file

pytestmark = pytest.mark.long
MUTATIONS = 2_000
SEED = 223
PIECES = [
    b"\0",
    b'"',
    b";",
    b"\r",
    b"\n",
    b"\xff\xfe",
    b"=1+1",
    b"\xe2\x80\xae",
    b"9" * 30,
    b"{",
    b"]",
]
PIECES += [b"<", b"&", b"3-mei", b"45780", b"NaN", b"\xc2\xa0", b"'", b"\t", b"-", b"2O24"]


class Here(LimitedReaders):
    """The limited readers without their child: what it would report is raised here."""

    def read(self, reader, *arguments):  # noqa: ANN001, ANN002, ANN201
        yield from reader(*arguments)


def originals() -> dict[str, bytes]:
    offering = "ugent;2023-2024;A{};Zorg, deel {};mooc;3,5;ects"
    rows = [offering.format(number, number) for number in range(6)]
    people = [enrolment(number) for number in range(6)]
    guide = b'[{"id": "A", "name": "B", "courses": ["1", "2"], "ects": [3, "4,5"], "cycle": "bac"}]'
    history = message(entry("a"), entry("b", source="VWO"), entry("c", institution="110148"))
    return {
        "ugent/aanbod.csv": "\n".join([OFFERING_HEADER, *rows, ""]).encode(),
        "ugent/aanbod_16.csv": "\r\n".join([OFFERING_HEADER, *rows, ""]).encode("utf-16"),
        "ugent/inschrijvingen.csv": "\n".join([ENROLMENT_HEADER, *people, ""]).encode(),
        "ugent/ugent_programs_2024.json": guide,
        "department/arbeidspositie.csv": b"insz;kwartaal;positie\n1;2023Q3;11\n2;2023Q4;21\n",
        "department/Geef.xml": history.encode(),
    }


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return bytes with one to four faults as transfers and spreadsheets make them."""
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.randint(1, 40))
        middle = content[start:end]
        match chance.randrange(6):
            case 0:
                middle = b""
            case 1:
                middle = chance.choice(PIECES) + middle
            case 2:
                middle = middle * chance.randint(2, 5)
            case 3:
                middle = bytes(chance.randrange(256) for _ in middle)
            case 4:
                return content[:start]
            case 5:
                middle = middle[::-1]
        content = content[:start] + middle + content[end:]
    return content


def assert_proposal_is_yaml(verdict: Verdict) -> None:
    text = propose_contract(verdict, Here())
    assert text is None or list(yaml.safe_load(text)) == ["own_tables"]


@pytest.mark.parametrize("name", originals())
def test_every_mutated_delivery_gets_a_verdict(drop: Drop, name: str) -> None:
    content = originals()[name]
    # The same faults on every machine; more of them where time allows.
    chance = random.Random(f"{SEED}:{name}")  # noqa: S311 (no secret)
    count = math.ceil(int(os.environ.get("STAALKAART_MUTATIONS", MUTATIONS)) / len(originals()))
    folder = drop.settings.raw_dir.parent / "terug"
    for number in range(count):
        path = drop.put(name, mutated(content, chance))
        verdict = check_file(drop.settings, path, path.parent.name, Here())
        where = f"mutation {number} of {name}"
        assert verdict.parts, where
        rejected = {
            (kind, row)
            for kind, row, severity in verdict.findings.select(
                "kind", "row_number", "severity"
            ).iter_rows()
            if row > 0 and severity == "error"
        }
        assert verdict.rows_rejected >= len(rejected) or verdict.is_refused, where
        for part in verdict.parts:
            assert part.rows_read == part.rows_accepted + part.rows_rejected, where
            assert part.refused_by is None or part.message_nl, where
        if verdict.is_refused and number % 5 == 0:
            assert_proposal_is_yaml(verdict)
        if verdict.rows_rejected and verdict.source is not None and number % 5 == 0:
            write_return_file(verdict.source, verdict.findings, folder, Path(name).stem, Here())
