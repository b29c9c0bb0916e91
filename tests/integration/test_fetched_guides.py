"""From the public list to the five-year series: fetch, run, and the figures are there.

The server stands on this machine and holds the real files, where these are present.

Border: what the guides hold is tested in test_real_study_guides.py, how a fetch fails in
``tests/unit/operations``.
"""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.operations.public_source import load_source
from pipelines.settings import PROJECT_ROOT

GUIDES = PROJECT_ROOT.parent / "shared" / "real" / "study-guides"
pytestmark = [
    pytest.mark.integration,
    pytest.mark.real,
    pytest.mark.skipif(not GUIDES.is_dir(), reason="the real study guides are not here"),
]


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """The address of a mirror with the real files under the paths of the repository."""
    source = load_source("study-guides")
    for file in source.files:
        path = tmp_path / "mirror" / source.path_of(file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(GUIDES / file.institution_id / path.name)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    handler = partial(Quiet, directory=str(tmp_path / "mirror"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_two_commands_rebuild_the_five_year_series(mirror: str, tmp_path: Path) -> None:
    real = tmp_path / "real"
    raw = str(real / "raw")
    fetched = CliRunner().invoke(app, ["fetch", "study-guides", "--out", raw, "--from", mirror])
    assert fetched.exit_code == 0, fetched.output
    assert "34 opgehaald, 0 waren er al" in fetched.output
    next_command = fetched.output.split("Volgende opdracht: staalkaart ")[1].split()
    assert next_command == ["run", "--raw", raw, "--data", str(real)]
    assert CliRunner().invoke(app, [*next_command, "--quiet"]).exit_code == 0
    published = real / "warehouse" / "staalkaart.duckdb"
    with duckdb.connect(str(published), read_only=True) as reader:
        series = reader.execute(
            """
            select academic_year, cast(lower as integer), is_provisional from counts
            where measure = 'offerings' and definition = 'label' and institution_id = '*'
                and split = 'none' and not contains(academic_year, '..')
            order by academic_year
            """
        ).fetchall()
        built = reader.execute("select cast(as_of as varchar), is_synthetic from build").fetchall()
    assert series == [
        ("2020-2021", 0, False),
        ("2021-2022", 3, False),
        ("2022-2023", 7, False),
        ("2023-2024", 19, False),
        ("2024-2025", 35, True),
    ]
    assert built == [("2025-02-28", False)]
