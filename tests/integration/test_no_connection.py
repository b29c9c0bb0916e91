"""A whole run connects to nothing outside this machine: no library tells its makers anything.

Python's own audit events show what Python asks, in child processes too; where processes may be
traced, the system's calls show what libraries in other languages ask.

Border: that no module of the project opens connections is tested in ``test_conventions.py``.
"""

import ipaddress
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.settings import PROJECT_ROOT
from tests.integration.small_world import write_small_world

pytestmark = pytest.mark.integration
WATCH = Path(__file__).with_name("connection_watch")
TRACE = ["strace", "--follow-forks", "--seccomp-bpf", "--trace=connect,sendto", "--output"]
ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')
PLANTED = """
import contextlib, socket, subprocess, sys, urllib.request
with contextlib.suppress(OSError):
    urllib.request.urlopen("http://telemetry.invalid/", timeout=0.1)
with contextlib.suppress(OSError):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.2", 9))
child = '''
import contextlib, socket
with contextlib.suppress(OSError):
    socket.create_connection(("192.0.2.3", 9), timeout=0.1)
'''
subprocess.run([sys.executable, "-c", child], env={}, check=True)
"""


@dataclass(frozen=True)
class Watched:
    """What a command asked of the network.

    Attributes:
        asked: Hosts outside this machine, as Python asked for them.
        connected: Addresses outside it, from the system's calls; None where nothing may be traced.
        processes: How many Python processes were watched.
        ran: The finished command.
    """

    asked: set[str]
    connected: set[str] | None
    processes: int
    ran: subprocess.CompletedProcess[str]


def may_trace() -> bool:
    """Return whether processes may be traced here."""
    if not shutil.which("strace"):
        return False
    probe = [*TRACE, os.devnull, "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def is_here(host: str) -> bool:
    """Return whether a host is this machine itself."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in {"", "None", "localhost"}
    return address.is_loopback or address.is_unspecified


def watched(folder: Path, *command: str) -> Watched:
    """Run a Python command and return what it and its children asked of the network."""
    log, trace = folder / "connections.log", folder / "trace.log"
    prefix = [*TRACE, str(trace)] if may_trace() else []
    ran = subprocess.run(
        [*prefix, sys.executable, *command],
        cwd=PROJECT_ROOT,
        env=os.environ | {"PYTHONPATH": str(WATCH), "STAALKAART_CONNECTIONS": str(log)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line.partition(" ") for line in log.read_text("utf-8").splitlines()]
    asked = {host for what, _, host in lines if what != "watched" and not is_here(host)}
    connected = None
    if prefix:
        found = ADDRESS.findall(trace.read_text("utf-8", errors="replace"))
        connected = {old or new for old, new in found if not is_here(old or new)}
    return Watched(asked, connected, sum(what == "watched" for what, *_ in lines), ran)


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A whole run of the small world: Dagster, dbt, Great Expectations and the answers."""
    folder = tmp_path_factory.mktemp("night")
    write_small_world(folder / "raw")
    program = "from pipelines.cli import main; main()"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("STAALKAART_KEY", "een sleutel alleen voor deze test gebruikt")
        for name in ("DO_NOT_TRACK", "GX_ANALYTICS_ENABLED", "DBT_SEND_ANONYMOUS_USAGE_STATS"):
            environment.delenv(name, raising=False)
        found = watched(
            folder, "-c", program, "run", "--raw", f"{folder}/raw", "--data", f"{folder}/data"
        )
    assert found.ran.returncode == 0, found.ran.stdout + found.ran.stderr
    assert (folder / "data" / "answers" / "223" / "antwoord.json").is_file()
    return found


def test_a_whole_run_asks_for_no_host_outside_this_machine(night: Watched) -> None:
    assert night.processes >= 2, "the process that reads foreign files is watched too"
    assert night.asked == set()


@pytest.mark.skipif(not may_trace(), reason="processes may not be traced here")
def test_no_library_in_another_language_connects_either(night: Watched) -> None:
    assert night.connected == set()


def test_a_planted_attempt_is_seen_also_in_a_child_without_environment(tmp_path: Path) -> None:
    found = watched(tmp_path, "-c", PLANTED)
    assert found.ran.returncode == 0, found.ran.stderr
    assert found.processes == 2
    assert found.asked == {"telemetry.invalid", "192.0.2.2", "192.0.2.3"}
    assert found.connected is None or {"192.0.2.2", "192.0.2.3"} <= found.connected
