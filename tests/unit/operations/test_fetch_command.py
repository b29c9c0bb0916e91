"""The command ``staalkaart fetch``: what it says, how it ends, what it refuses.

Border: what comes into the folder is tested in test_fetch.py.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from source_server import PINNED, SourceServer, source_of

from pipelines.console import StaalkaartError
from pipelines.operations import fetch as fetch_module
from pipelines.operations.fetch import data_dir_beside, fetch_source
from pipelines.operations.public_source import PublicSource
from pipelines.settings import PROJECT_ROOT


@pytest.fixture
def source(server: SourceServer, monkeypatch: pytest.MonkeyPatch) -> PublicSource:
    """A list of two small files, in the place of the shipped one."""
    small = source_of(server, {"odisee_2023": b"[{}]", "odisee_2024": b"[{}, {}]"})
    monkeypatch.setattr(fetch_module, "load_source", lambda name: small)
    return small


@pytest.mark.parametrize(
    ("raw", "data"), [("real/raw", "real"), ("gidsen", "gidsen-data"), ("x/raw2", "x/raw2-data")]
)
def test_the_next_command_gets_a_data_folder_of_its_own(raw: str, data: str) -> None:
    assert data_dir_beside(Path(raw)) == Path(data)


def test_the_command_ends_with_the_next_command(
    source: PublicSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    fetch_source("study-guides", Path("mijn map/raw"), None, True, said.append)
    assert "2 opgehaald, 0 waren er al, van 2 bestanden" in said[0]
    assert said[-1] == "Volgende opdracht: staalkaart run --raw 'mijn map/raw' --data 'mijn map'"


def test_the_command_names_no_next_command_when_something_is_missing(
    source: PublicSource, tmp_path: Path, server: SourceServer
) -> None:
    server.files[f"{PINNED}/{source.path_of(source.files[1])}"] = b"[]"
    said: list[str] = []
    with pytest.raises(StaalkaartError) as refused:
        fetch_source("study-guides", tmp_path, None, True, said.append)
    assert refused.value.exit_code == 3
    assert len(said) == 1
    assert "1 opgehaald, 0 waren er al, van 2 bestanden" in said[0]


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = "from pipelines.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, "fetch", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gidsen"], "Kies uit: study-guides"),
        (["study-guides", "--from", "ftp://example.org"], "geen adres van een spiegel"),
        (["study-guides", "--from", "http://[::1"], "geen adres van een spiegel"),
        (["study-guides", "--from", "http://example.org:haven"], "geen adres van een spiegel"),
        (["study-guides", "--from", "http://example.org/één"], "geen adres van een spiegel"),
        (["study-guides", "--from", "http://ik:geheim@example.org"], "geen gebruikersnaam"),
        (["study-guides", "--from", "http://ik:geheim@[::1"], "geen adres van een spiegel"),
        (["study-guides", "--from", "http://example.org/?a"], "geen gebruikersnaam"),
    ],
)
def test_a_wrong_command_is_explained_in_dutch(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = run_command(*arguments, "--out", str(tmp_path / "raw"))
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert "geheim@" not in done.stderr
    assert not (tmp_path / "raw").exists()


def test_the_sample_is_refused_as_a_folder_for_real_files() -> None:
    done = run_command("study-guides", "--out", str(PROJECT_ROOT / "data" / "raw"))
    assert done.returncode == 2
    assert "synthetische leveringen" in done.stderr


def test_the_whole_command_brings_the_list_from_a_mirror(
    server: SourceServer, tmp_path: Path
) -> None:
    done = run_command("study-guides", "--from", server.address, "--out", str(tmp_path / "raw"))
    assert done.returncode == 2
    assert "34 bestanden" in done.stdout
    assert "En hetzelfde bij 31 andere bestanden." in done.stderr
    assert len(server.asked) == 34
    assert "Traceback" not in done.stderr


def test_help_imports_nothing_of_fetching() -> None:
    program = (
        "import json, sys\n"
        "from pipelines.cli import app\n"
        "try: app(['fetch', '--help'])\n"
        "except SystemExit: pass\n"
        "print(json.dumps([n for n in sys.modules if n.startswith('pipelines.operations')]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(done.stdout.decode().splitlines()[-1]) == []
