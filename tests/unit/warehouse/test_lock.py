"""The lock: one run at a time, and the second says who holds it since when.

Border: what runs under the lock is tested elsewhere.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import Settings
from pipelines.warehouse.lock import LockHeldError, read_holder, warehouse_lock

HOLD = """
import sys, time
from pathlib import Path
from pipelines.settings import Settings
from pipelines.warehouse.lock import warehouse_lock
with warehouse_lock(Settings(Path("raw"), Path(sys.argv[1])), "staalkaart run"):
    sys.stdout.write("held"); sys.stdout.flush()
    time.sleep(60)
"""


def other_process(data_dir: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(data_dir)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read(4) == b"held"
    return process


def test_a_second_process_is_told_who_holds_the_lock_and_since_when(settings: Settings) -> None:
    process = other_process(settings.data_dir)
    try:
        with (
            pytest.raises(LockHeldError) as refusal,
            warehouse_lock(settings, "staalkaart run"),
        ):
            pass
        holder = read_holder(settings.lock_file)
        assert holder is not None
        assert refusal.value.exit_code == 2
        assert f"staalkaart run (proces {process.pid}) sinds {holder.since}" in str(refusal.value)
        assert "Er is niets gewijzigd" in str(refusal.value)
    finally:
        process.kill()
        process.wait()


def test_a_killed_process_gives_the_lock_back(settings: Settings) -> None:
    process = other_process(settings.data_dir)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with warehouse_lock(settings, "staalkaart run") as holder:
        assert holder.pid == os.getpid()


def test_the_lock_is_free_again_after_an_error(settings: Settings) -> None:
    with pytest.raises(ValueError, match="broken"), warehouse_lock(settings, "one"):
        raise ValueError("broken")
    with warehouse_lock(settings, "two"):
        assert read_holder(settings.lock_file) is not None


def test_a_second_run_in_the_same_process_is_refused_too(settings: Settings) -> None:
    with (
        warehouse_lock(settings, "one"),
        pytest.raises(LockHeldError, match="one"),
        warehouse_lock(settings, "two"),
    ):
        pass
