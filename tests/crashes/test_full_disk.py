"""A full disk, no rights, a read-only folder: a clear message, and yesterday's file whole.

The disk is a real one: a small file system in memory, mounted in a namespace of its own. Each
phase meets it in the code that really writes; what it raises is told as a run tells it.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from pipelines.settings import PROJECT_ROOT

ISOLATED = ["unshare", "--mount", "--map-root-user"]
MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && shift 2 && exec "$@"'
# Ordinary users and root alike: without this capability root obeys the mode of a folder.
OBEY_MODES = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
PHASES = {
    "landing": "de schijf is vol",
    "building": "de schijf is vol",
    "publishing": "de schijf is vol",
    "answers": "de schijf is vol",
    "rights": "er is geen recht",
    "rights to publish": "er is geen recht",
    "read-only": "alleen worden gelezen",
    "read-only to publish": "alleen worden gelezen",
}


def has_own_disk() -> bool:
    """Return whether this process may mount a file system for itself."""
    if not all(shutil.which(tool) for tool in ("unshare", "mount", "setpriv")):
        return False
    probe = [*ISOLATED, "sh", "-c", "mount -t tmpfs none /mnt && setpriv --bounding-set -dac_override true"]  # fmt: skip # noqa: E501
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def phases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What each phase said and left, from one process on a disk of eight megabytes."""
    folder = tmp_path_factory.mktemp("disk")
    (folder / "data").mkdir()
    program = [sys.executable, "-m", "tests.crashes.full_disk_process", str(folder)]
    ran = subprocess.run(
        [*ISOLATED, "sh", "-c", MOUNT, "sh", "8m", str(folder / "data"), *OBEY_MODES, *program],
        cwd=PROJECT_ROOT,
        env=os.environ | {"DAGSTER_HOME": str(folder / "dagster")},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return dict(json.loads((folder / "phases.json").read_text("utf-8")))


@pytest.mark.skipif(not has_own_disk(), reason="no file system of one's own can be mounted here")
@pytest.mark.parametrize("phase", PHASES)
def test_what_cannot_be_written_is_told_and_leaves_yesterdays_file(
    phases: dict[str, dict[str, object]], phase: str
) -> None:
    found = phases[phase]
    assert found["exit_code"] == 2, found
    assert PHASES[phase] in str(found["message"])
    assert "Traceback" not in str(found["message"])
    assert (found["version"], found["lost"]) == (0, [])


@pytest.mark.skipif(not has_own_disk(), reason="no file system of one's own can be mounted here")
def test_with_room_again_everything_is_published_and_nothing_is_left_over(
    phases: dict[str, dict[str, object]],
) -> None:
    assert phases["afterwards"] == {"version": 3, "hidden": [], "deliveries": 2}
