"""The limited child: the same batches, and every way to crash becomes a refused file."""

import sys
from collections.abc import Callable
from pathlib import Path

import crashing_readers
import pytest
from polars.testing import assert_frame_equal
from workbook_files import with_sheet_xml, write_workbook

from pipelines.deliveries import limited
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.reader_processes import Terms
from pipelines.deliveries.readers import template_xlsx, workbook, workbook_sniff
from pipelines.deliveries.rules import FileRefused

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux"),
]


@pytest.fixture(autouse=True)
def _child_finds_the_readers_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child looks for modules in its working folder."""
    monkeypatch.setattr(limited, "Terms", lambda: Terms(folder=HERE))


def crash(readers: LimitedReaders, reader: Callable[..., object]) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        list(readers.read(reader))  # type: ignore[arg-type]
    return caught.value


def test_batches_come_back_as_they_were_from_one_child(tmp_path: Path) -> None:
    rows = [["instellingsnummer", "academiejaar", "aanbod_code", "titel"], ["ugent", 2023, 1, "é"]]
    path = write_workbook(tmp_path / "aanbod.xlsx", {"aanbod": rows})
    here = list(template_xlsx.read_template_workbook(path, "", ["offerings"]))
    with LimitedReaders() as readers:
        for _ in range(3):
            there = list(
                readers.read(template_xlsx.read_template_workbook, path, "", ["offerings"])
            )
            assert [(b.kind, b.unreadable_count) for b in there] == [("offerings", 0)]
            assert_frame_equal(there[0].rows, here[0].rows)
            assert_frame_equal(there[0].findings, here[0].findings)
        assert readers.started_count <= 1


def test_a_child_is_handed_on_to_the_next_visit() -> None:
    with LimitedReaders() as readers:
        list(readers.read(crashing_readers.good, 1))
    with LimitedReaders() as later:
        assert len(list(later.read(crashing_readers.good, 2))) == 2
        assert later.started_count == 0


def test_a_child_with_other_limits_is_not_handed_on() -> None:
    with LimitedReaders() as readers:
        list(readers.read(crashing_readers.good, 1))
    with LimitedReaders(Terms(cpu_seconds=7, folder=HERE)) as later:
        list(later.read(crashing_readers.good, 1))
        assert later.started_count == 1


def test_a_child_that_holds_much_memory_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "MOST_HANDED_ON", 1024)
    with LimitedReaders(Terms(cpu_seconds=8, folder=HERE)) as readers:
        list(readers.read(crashing_readers.good, 1))
    with LimitedReaders(Terms(cpu_seconds=8, folder=HERE)) as later:
        list(later.read(crashing_readers.good, 1))
        assert later.started_count == 1


def test_a_child_that_died_while_idle_is_not_handed_on() -> None:
    with LimitedReaders(Terms(cpu_seconds=9, folder=HERE)) as readers:
        list(readers.read(crashing_readers.good, 1))
        child = readers._child
    child.kill()
    child.wait()
    with LimitedReaders(Terms(cpu_seconds=9, folder=HERE)) as later:
        assert len(list(later.read(crashing_readers.good, 2))) == 2


def test_a_refusal_in_the_child_is_the_same_refusal() -> None:
    with LimitedReaders() as readers:
        refusal = crash(readers, crashing_readers.refusing)
        assert (refusal.rule_id, refusal.facts["found"]) == ("too_many_columns", 501)
        assert len(list(readers.read(crashing_readers.good, 3))) == 3
        assert readers.started_count <= 1


@pytest.mark.parametrize(
    ("reader", "what"),
    [
        (crashing_readers.failing, "fout ValueError"),
        (crashing_readers.killed, "signaal SIGKILL"),
        (crashing_readers.greedy, "te weinig geheugen"),
        (crashing_readers.endless, "te veel rekentijd"),
        (crashing_readers.waiting, "geen antwoord in 2 seconden"),
    ],
)
def test_every_way_to_crash_refuses_the_file_and_the_next_one_is_read(
    reader: Callable[..., object], what: str
) -> None:
    # Writing a gigabyte takes processor time too, and more of it on a busy machine.
    cpu_seconds = 3 if reader is crashing_readers.endless else 60
    with LimitedReaders(Terms(1024**3, cpu_seconds, HERE), wait_seconds=60) as readers:
        if reader is crashing_readers.waiting:
            list(readers.read(crashing_readers.good, 1))
            readers.wait_seconds = 2
        refusal = crash(readers, reader)
        assert refusal.rule_id == "reader_crashed"
        assert what in refusal.facts["found"]
        assert "a value of a row" not in str(refusal.facts)
        readers.wait_seconds = 60
        assert len(list(readers.read(crashing_readers.good, 2))) == 2


def test_an_answer_that_is_not_taken_to_its_end_does_not_disturb_the_next() -> None:
    with LimitedReaders() as readers:
        next(readers.read(crashing_readers.good, 50))
        found = [batch.unreadable_count for batch in readers.read(crashing_readers.good, 2)]
        assert found == [0, 1]


def test_noise_of_a_library_does_not_come_between_the_answers() -> None:
    with LimitedReaders() as readers:
        assert len(list(readers.read(crashing_readers.printing))) == 1


def test_the_child_gets_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAALKAART_KEY", "geheim")
    (batch,) = limited.read_limited(crashing_readers.secrets)
    assert batch.rows["title"].to_list() == [""]


def test_a_relative_path_means_the_same_in_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("hier")
    (batch,) = limited.read_limited(crashing_readers.where, Path("a.txt"))
    assert batch.rows["title"].to_list() == ["hier"]


def test_a_workbook_that_aborts_the_library_is_a_refused_file(tmp_path: Path) -> None:
    path = with_sheet_xml(
        tmp_path / "aanbod.xlsx",
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    )
    with LimitedReaders() as readers:
        refusal = crash_on(readers, path)
        assert refusal.rule_id == "reader_crashed"
        assert "SIGABRT" in refusal.facts["found"]


def crash_on(readers: LimitedReaders, path: Path) -> FileRefused:
    """Read past the sniff, which would have refused the file, to prove the second defence."""
    sheet = workbook_sniff.sheet_parts(path)[0]
    sheet.first_column, sheet.last_column, sheet.last_row = 0, 16_383, 1_048_576
    with pytest.raises(FileRefused) as caught:
        list(readers.read(workbook.read_cells, path, sheet))  # type: ignore[arg-type]
    return caught.value
