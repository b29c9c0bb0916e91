"""Where a cold run spends its time: ``python -m tests.bench.profile --scale 1``.

Every few hundredths of a second it is noted what each thread is at: which model dbt builds, which
table the gate makes, else the innermost function of this project. Seconds are those of threads: two
that work side by side count twice, and one that waits for a reader in a child process counts too.
One table is printed and one JSON file written beside the results of the bench.

Border: what a run costs as a whole is measured in ``bench.py``; this costs a little itself.
"""

import argparse
import json
import shutil
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table

from pipelines.settings import PROJECT_ROOT
from tests.bench.bench import CACHE, RESULTS, prepare_world

PAUSE = 0.02
SHOWN = 25
OURS = str(PROJECT_ROOT / "pipelines")
WAITING = {
    ("threading.py", "wait"),
    ("threading.py", "_wait_for_tstate_lock"),
    ("threading.py", "join"),
    ("queue.py", "get"),
    ("pool.py", "_handle_tasks"),
    ("pool.py", "_handle_results"),
    ("pool.py", "worker"),
    ("thread.py", "_worker"),
    ("selectors.py", "select"),
}


class Sampler(threading.Thread):
    """Notes what the other threads are at, until it is stopped.

    Attributes:
        seconds: The seconds of threads, by what they were at.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seconds: Counter[str] = Counter()
        self._is_over = threading.Event()

    def run(self) -> None:
        """See ``threading.Thread``."""
        before = time.monotonic()
        while not self._is_over.wait(PAUSE):
            now = time.monotonic()
            for number, frame in sys._current_frames().items():
                if number != self.ident and not _is_waiting(frame):
                    self.seconds[doing(frame)] += now - before
            before = now

    def stop(self) -> None:
        """Stop, and wait for the last note."""
        self._is_over.set()
        self.join()


def _is_waiting(frame: FrameType) -> bool:
    return (Path(frame.f_code.co_filename).name, frame.f_code.co_name) in WAITING


def doing(frame: FrameType | None) -> str:
    """Return what a thread is at: a model, a table of the gate, or a function of this project."""
    function, innermost = "", frame
    while frame is not None:
        found = frame.f_locals
        if frame.f_code.co_name == "execute" and hasattr(found.get("model"), "unique_id"):
            return f"model {found['model'].name}"
        if frame.f_code.co_name == "make_tables" and hasattr(found.get("table"), "name"):
            return f"gate, table {found['table'].name}"
        if not function and frame.f_code.co_filename.startswith(OURS):
            file = Path(frame.f_code.co_filename).relative_to(PROJECT_ROOT / "pipelines")
            function = f"{file.with_suffix('').as_posix()}, {frame.f_code.co_name}"
        frame = frame.f_back
    return function or _library(innermost)


def _library(frame: FrameType | None) -> str:
    """Return the library and function of a frame that no function of this project called."""
    if frame is None:
        return ""
    parts = Path(frame.f_code.co_filename).parts
    after = parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts[-1:]
    return f"({after[0]}, {Path(after[-1]).stem}, {frame.f_code.co_name})"


def main() -> None:
    """Run once, cold, and print where the time went."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--cache", type=Path, default=CACHE)
    asked = parser.parse_args()
    console = Console(width=100)
    world = prepare_world(asked.scale, asked.cache, console)
    data = world.work / "profiled"
    shutil.rmtree(data, ignore_errors=True)
    sampler, started = Sampler(), time.monotonic()
    sys.argv = ["staalkaart", "run", "--quiet", "--raw", str(world.raw), "--data", str(data)]
    from pipelines.cli import main as run

    sampler.start()
    try:
        run()
    except SystemExit as ended:
        if ended.code:
            raise
    finally:
        wall = time.monotonic() - started
        sampler.stop()
        shutil.rmtree(data, ignore_errors=True)
    total = sum(sampler.seconds.values())
    table = Table(
        title=f"{world.lines:,} lines, {wall:,.0f} s by the clock, {total:,.0f} s of threads"
    )
    for column in ("what", "seconds", "share"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for what, seconds in sampler.seconds.most_common(SHOWN):
        table.add_row(what, f"{seconds:,.1f}", f"{100 * seconds / total:.1f} %")
    console.print(table)
    record = {
        "scale": asked.scale,
        "lines": world.lines,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "wall_seconds": round(wall, 1),
        "thread_seconds": {
            what: round(seconds, 1)
            for what, seconds in sampler.seconds.most_common()
            if seconds >= 0.05
        },
    }
    file = RESULTS / f"profile-{asked.scale:g}.json"
    file.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"Written to {file}")


if __name__ == "__main__":
    main()
