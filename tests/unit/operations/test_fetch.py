"""A public source in a raw folder: only what the list says, nothing half, nothing swallowed.

Border: how one file comes over the network is tested in test_download.py.
"""

import errno
import hashlib
from datetime import date
from pathlib import Path

import pytest
from source_server import PATH, PINNED, Answer, SourceServer, source_of
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.console import StaalkaartError
from pipelines.deliveries.contract import Contract
from pipelines.deliveries.recognition import find_candidates, find_strangers
from pipelines.deliveries.register import load_register
from pipelines.operations import fetch as fetch_module
from pipelines.operations.fetch import Fetch, Outcome
from pipelines.operations.public_source import PublicSource
from pipelines.operations.raw_folder import alone_in
from pipelines.operations.source_note import NOTE_NAME
from pipelines.settings import PROJECT_ROOT

TODAY = date(2025, 3, 1)
GUIDES = PROJECT_ROOT / "tests" / "fixtures" / "deliveries" / "study-guides"
CONTENTS = {
    "odisee_2023": (GUIDES / "odisee" / "odisee_programs_2023.json").read_bytes(),
    "odisee_2024": (GUIDES / "odisee" / "odisee_programs_2024.json").read_bytes(),
    "ugent_2024": (GUIDES / "ugent" / "ugent_programs_2024.json").read_bytes(),
}
ODISEE = "odisee/2025-02-28/odisee_programs_2024.json"


@pytest.fixture
def source(server: SourceServer) -> PublicSource:
    return source_of(server, CONTENTS)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def pinned(name: str) -> str:
    institution, year = name.split("_")
    return f"{PINNED}/{PATH.format(institution_id=institution, start_year=year)}"


def bring(source: PublicSource, out: Path, mirror: str | None = None) -> Outcome:
    fetch = Fetch(source, "proef", out, mirror, pause=lambda seconds: None)
    return fetch.run(TODAY, lambda done, total, what: None)


def visible(out: Path) -> dict[str, bytes]:
    """Return what a run would look at: every file whose name is not hidden, and the rest apart."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.name != NOTE_NAME
    }


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_every_file_of_the_list_comes_in_under_the_name_of_a_delivery(
    source: PublicSource, out: Path
) -> None:
    outcome = bring(source, out)
    assert (outcome.exit_code, outcome.message) == (0, "")
    assert len(outcome.fetched) == 3
    assert visible(out) == {
        "odisee/2025-02-28/odisee_programs_2023.json": CONTENTS["odisee_2023"],
        ODISEE: CONTENTS["odisee_2024"],
        "ugent/2025-02-28/ugent_programs_2024.json": CONTENTS["ugent_2024"],
    }


def test_what_came_in_is_recognised_and_nothing_else_is_taken_for_a_delivery(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    server.answers[pinned("ugent_2024")] = [Answer(content=b"[]")]
    bring(source, out)
    register = load_register(PROJECT_ROOT / "dbt_project")
    found = {
        candidate.file_name: (candidate.refused_by, candidate.claim and candidate.claim.year)
        for unit in register.units
        for candidate in find_candidates(out, unit, register, Contract())
    }
    assert found == {
        "odisee/2025-02-28/odisee_programs_2023.json": (None, "2023-2024"),
        ODISEE: (None, "2024-2025"),
    }
    assert find_strangers(out, register) == []


def test_a_fetched_file_passes_the_check_of_a_steward(source: PublicSource, out: Path) -> None:
    bring(source, out)
    checked = CliRunner().invoke(app, ["check", str(out / ODISEE)])
    assert checked.exit_code == 0, checked.output


def test_a_second_fetch_asks_the_server_nothing_and_changes_nothing(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    bring(source, out)
    server.asked.clear()
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    again = bring(source, out)
    assert (len(again.fetched), len(again.present), again.exit_code) == (0, 3, 0)
    assert server.asked == []
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before


def test_a_fetch_that_was_cut_goes_on_where_it_ended(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    server.answers[pinned("odisee_2024")] = [Answer(cut_after=100)] * 3
    stopped = bring(source, out)
    assert stopped.exit_code == 2
    assert f"Gestopt bij {ODISEE}" in stopped.message
    assert "1 van 3 bestanden staan klaar" in stopped.message
    assert list(visible(out)) == ["odisee/2025-02-28/odisee_programs_2023.json", f"{ODISEE}.part"]
    server.asked.clear()
    again = bring(source, out)
    assert (len(again.fetched), len(again.present)) == (2, 1)
    assert server.asked[0] == (pinned("odisee_2024"), "bytes=300-")
    assert visible(out)[ODISEE] == CONTENTS["odisee_2024"]
    assert not [path for path in out.rglob("*") if ".part" in path.name]


def test_a_part_that_was_whole_when_the_machine_stopped_is_not_asked_again(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    part = out / f"{ODISEE}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENTS["odisee_2024"])
    assert len(bring(source, out).fetched) == 3
    assert pinned("odisee_2024") not in [path for path, _ in server.asked]


def test_a_beginning_that_was_spoilt_on_disk_is_fetched_anew(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    server.answers[pinned("odisee_2024")] = [Answer(cut_after=100)] * 3
    bring(source, out)
    (out / f"{ODISEE}.part").write_bytes(b"?" * 100)
    assert bring(source, out).exit_code == 0
    assert visible(out)[ODISEE] == CONTENTS["odisee_2024"]


def test_other_content_is_told_kept_apart_and_not_left_where_a_run_reads(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    other = CONTENTS["odisee_2024"].replace(b"2", b"3")
    server.files[pinned("odisee_2024")] = other
    outcome = bring(source, out)
    assert outcome.exit_code == 3
    aside = out / "odisee" / "2025-02-28" / f".odisee_programs_2024.json.anders-{sha256(other)[:8]}"
    assert aside.read_bytes() == other
    for said in (
        ODISEE,
        sha256(CONTENTS["odisee_2024"]),
        sha256(other),
        str(aside),
        f"{server.address}/{pinned('odisee_2024')}",
        "pipelines/operations/sources/proef.yml",
    ):
        assert said in outcome.message
    assert "webpagina" not in outcome.message
    assert ODISEE not in visible(out)
    assert len(outcome.fetched) == 2


def test_other_content_is_told_again_until_it_is_settled(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    server.files[pinned("odisee_2024")] = b"[]"
    bring(source, out)
    assert bring(source, out).exit_code == 3
    server.files[pinned("odisee_2024")] = CONTENTS["odisee_2024"]
    assert bring(source, out).exit_code == 0


def test_a_login_page_is_called_one(source: PublicSource, out: Path, server: SourceServer) -> None:
    server.files[pinned("odisee_2024")] = b"\n<!doctype html><title>Aanmelden</title>"
    assert "Het is een webpagina" in bring(source, out).message


def test_a_file_above_the_limit_is_told_and_nothing_of_it_stays(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    server.files[pinned("odisee_2024")] = b"x" * 200_000
    outcome = bring(source, out)
    assert outcome.exit_code == 3
    assert f"{ODISEE}: het bestand is groter dan 100000 bytes" in outcome.message
    assert not list((out / ODISEE).parent.glob("*2024*"))
    assert len(outcome.fetched) == 2


def test_a_file_that_was_changed_in_the_folder_is_kept_apart_and_fetched_again(
    source: PublicSource, out: Path
) -> None:
    bring(source, out)
    (out / ODISEE).write_bytes(b"van iemand anders")
    outcome = bring(source, out)
    assert outcome.exit_code == 3
    assert "hier stond een bestand met een andere controlesom" in outcome.message
    assert sha256(b"van iemand anders") in outcome.message
    kept = [path for path in (out / ODISEE).parent.glob(".*anders*")]
    assert [path.read_bytes() for path in kept] == [b"van iemand anders"]
    assert visible(out)[ODISEE] == CONTENTS["odisee_2024"]
    assert bring(source, out).exit_code == 0


def test_a_file_that_left_its_commit_is_taken_from_the_newest_revision(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    path = pinned("odisee_2024")
    server.files[path.replace(PINNED, "HEAD")] = server.files.pop(path)
    assert bring(source, out).exit_code == 0
    assert visible(out)[ODISEE] == CONTENTS["odisee_2024"]


def test_a_file_that_is_nowhere_is_named_and_the_others_come(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    del server.files[pinned("odisee_2024")]
    outcome = bring(source, out)
    assert outcome.exit_code == 2
    assert f"{ODISEE}: 127.0.0.1 heeft het bestand niet (HTTP 404)" in outcome.message
    assert "--from" in outcome.message
    assert len(outcome.fetched) == 2
    assert "- Bestanden: 2 van 3" in (out / NOTE_NAME).read_text(encoding="utf-8")


def test_many_missing_files_are_told_in_short(out: Path, server: SourceServer) -> None:
    source = source_of(server, {f"odisee_{year}": b"[]" for year in range(2001, 2021)})
    server.files.clear()
    message = bring(source, out).message
    assert message.count("HTTP 404") == 3
    assert "En hetzelfde bij 17 andere bestanden." in message


def test_a_server_that_is_not_there_stops_at_the_first_file(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    server.answers[pinned("odisee_2023")] = [Answer(status=503)] * 3
    outcome = bring(source, out)
    assert outcome.exit_code == 2
    assert "na 3 pogingen opgegeven" in outcome.message
    assert "HTTPS_PROXY" in outcome.message
    assert len(server.asked) == 3
    assert not (out / NOTE_NAME).exists()


def test_a_mirror_holds_the_paths_of_the_repository(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    server.files = {
        f"spiegel/{path.removeprefix(PINNED + '/')}": content
        for path, content in server.files.items()
    }
    assert bring(source, out, f"{server.address}/spiegel/").exit_code == 0
    assert len(visible(out)) == 3
    assert "spiegel" not in (out / NOTE_NAME).read_text(encoding="utf-8")


def test_a_full_disk_ends_the_fetch_and_leaves_what_is_in(
    source: PublicSource, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(target: Path) -> None:
        if "2024" in target.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(target)

    real = fetch_module.put_in_place
    monkeypatch.setattr(fetch_module, "put_in_place", full)
    with pytest.raises(StaalkaartError, match=r"No space left.*--out") as refused:
        bring(source, out)
    assert refused.value.exit_code == 2
    assert [name for name in visible(out) if not name.endswith(".part")] == [
        "odisee/2025-02-28/odisee_programs_2023.json"
    ]


def test_a_folder_that_cannot_be_made_is_named(source: PublicSource, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("")
    with pytest.raises(StaalkaartError, match="kan niet worden geschreven"):
        bring(source, tmp_path / "bestand" / "raw")


@pytest.mark.parametrize("below", ["", "real/raw"])
def test_a_synthetic_folder_is_refused_also_from_below(
    source: PublicSource, out: Path, below: str, server: SourceServer
) -> None:
    out.mkdir()
    (out / "SYNTHETISCH").touch()
    with pytest.raises(StaalkaartError, match=r"synthetische leveringen.*--out") as refused:
        bring(source, out / below)
    assert refused.value.exit_code == 2
    assert server.asked == []
    assert [path.name for path in out.rglob("*")] == ["SYNTHETISCH"]


def test_nothing_is_written_through_a_link(source: PublicSource, out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elders"
    elsewhere.mkdir()
    out.mkdir()
    (out / "odisee").symlink_to(elsewhere)
    with pytest.raises(StaalkaartError, match="geen gewone map"):
        bring(source, out)
    assert list(elsewhere.iterdir()) == []


def test_a_link_or_folder_with_the_name_of_a_file_is_refused(
    source: PublicSource, out: Path
) -> None:
    (out / ODISEE).mkdir(parents=True)
    with pytest.raises(StaalkaartError, match="geen gewoon bestand"):
        bring(source, out)
    (out / ODISEE).rmdir()
    (out / ODISEE).symlink_to(out / "nergens")
    with pytest.raises(StaalkaartError, match="geen gewoon bestand"):
        bring(source, out)


def test_two_fetches_into_one_folder_wait_for_each_other(
    source: PublicSource, out: Path, server: SourceServer
) -> None:
    with alone_in(out), pytest.raises(StaalkaartError, match="Een andere opdracht") as refused:
        bring(source, out)
    assert refused.value.exit_code == 2
    assert server.asked == []
    assert bring(source, out).exit_code == 0


def test_the_note_says_where_each_file_comes_from_and_under_which_licence(
    source: PublicSource, out: Path
) -> None:
    bring(source, out)
    note = (out / NOTE_NAME).read_text(encoding="utf-8")
    for file in source.files:
        assert f"| {source.addresses_of(file)[0]} | {file.bytes} | {file.sha256} |" in note
    for said in ("2025-02-28", "2025-03-01", source.repository, "MIT License", "3 van 3"):
        assert said in note


def test_a_note_that_was_lost_comes_back(source: PublicSource, out: Path) -> None:
    bring(source, out)
    (out / NOTE_NAME).unlink()
    bring(source, out)
    assert (out / NOTE_NAME).exists()
