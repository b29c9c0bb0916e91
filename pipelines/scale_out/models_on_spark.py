"""The models of a nightly run built by Spark, and what they made taken into the build file.

After it the build file holds what DuckDB's own build leaves for gate and publication: the tables of
schema ``main``, and the seeds and the views over those tables, which dbt makes here as it always
does.

Border: run in ``.venv``; what Spark does stands in ``spark_build.py``; whether the tables may be
published is the gate's business.
"""

import json
import shlex
import shutil
import subprocess
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pipelines.console import StaalkaartError
from pipelines.scale_out.handover import write_handover
from pipelines.scale_out.java import java_problem
from pipelines.scale_out.spark_build import FINISHED
from pipelines.scale_out.taking_over import SparkError, published_models, take_tables
from pipelines.settings import (
    PROJECT_ROOT,
    Settings,
    environment_without_secrets,
    java_places,
)
from pipelines.warehouse.models import (
    NodeResult,
    build_seeds_and,
    ensure_manifest,
    node_ids,
)

SPARK_ENVIRONMENT = PROJECT_ROOT / ".venv-spark"
# In the name of a folder Spark reads these as a pattern.
PATTERN_CHARACTERS = frozenset("*?[]{}\\")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Told:
    """What a build on Spark wrote of itself, and how its command ended.

    Attributes:
        results: What became of each node.
        failed: What failed, with its message.
        rows: Rows per table that was written.
        exit_code: Of the command.
    """

    results: list[NodeResult]
    failed: dict[str, str]
    rows: dict[str, int]
    exit_code: int


@dataclass
class _Said:
    """What the command says while it runs: finished nodes, and lines for the log."""

    log: Path
    progress: Progress | None
    last: str = field(default="", init=False)

    def listen(self, output: IO[str]) -> None:
        """Read to the end, also where nothing can be written: who is not read waits for ever."""
        for line in output:
            with suppress(OSError):
                if not line.startswith(FINISHED):
                    self.last = line.strip() or self.last
                    with self.log.open("a", encoding="utf-8") as log:
                        log.write(line)
                elif self.progress:
                    self.progress(line.removeprefix(FINISHED).strip())

    def __str__(self) -> str:
        """Return the last line and where the others are."""
        told = f"; het laatste wat het zei is: {self.last[:300]}" if self.last else ""
        return f"{told} (alles staat in {self.log})"


def assert_spark_is_there(settings: Settings) -> None:
    """Refuse a run on Spark that could not end, before any delivery is read.

    Raises:
        StaalkaartError: Exit 2. Java or the environment of Spark is missing, or Spark could not
            read the data folder. Where the installation names a command of its own, that command
            knows what it needs.
    """
    if PATTERN_CHARACTERS & set(str(settings.data_dir)):
        raise StaalkaartError(
            f"Spark kan de gegevensmap {settings.data_dir} niet lezen: in haar naam staat een van "
            f"de tekens {' '.join(sorted(PATTERN_CHARACTERS))}. Kies een andere map met --data."
        )
    if _own_command(settings):
        return
    problem = java_problem(*java_places())
    if problem is None and not (SPARK_ENVIRONMENT / ".set-up").exists():
        problem = (
            f"De omgeving van Spark is er niet of is niet heel ({SPARK_ENVIRONMENT}). Maak ze met "
            "'make spark', of laat STAALKAART_ENGINE weg: dan bouwt DuckDB de modellen."
        )
    if problem:
        raise StaalkaartError(problem)


def run_models_on_spark(settings: Settings, progress: Progress | None = None) -> list[NodeResult]:
    """Build seeds, models and data tests on Spark and take the tables into the build file.

    Each build has a folder of its own: what a build of before still writes is never read.

    Args:
        settings: Where landing, build file and logs are; the build file has schema ``delivered``.
        progress: Called with the name of each node that finished.

    Returns:
        What became of each node. Where one failed, nothing is taken over.

    Raises:
        SparkError: Spark did not come to its end, did not build all, or made other tables than the
            contracts say.
    """
    manifest = ensure_manifest(settings)
    folder = settings.spark_dir / uuid.uuid4().hex
    write_handover(settings, folder / "handover")
    told = _run_spark(settings, folder, manifest, progress)
    if all(result.is_good for result in told.results):
        take_tables(settings.build_file, folder / "tables", manifest, told.rows)
        build_seeds_and(settings, [node["name"] for node in published_models(manifest, "view")])
        shutil.rmtree(folder)
    return told.results


def spark_command(settings: Settings, folder: Path) -> list[str]:
    """Return the command that builds on Spark, with where it finds and leaves things.

    Args:
        settings: Where the landing and the models are, and the installation's own command.
        folder: Of this one build, with the hand-over in it.
    """
    python = str(SPARK_ENVIRONMENT / "bin" / "python")
    return [
        *(_own_command(settings) or [python, "-m", "pipelines.scale_out.spark_build"]),
        *("--handover", str(folder / "handover"), "--landing", str(settings.landing_dir)),
        *("--tables", str(folder / "tables"), "--work", str(folder)),
        *("--results", str(folder / "results.json"), "--project", str(settings.dbt_dir)),
    ]


def _own_command(settings: Settings) -> list[str]:
    try:
        return shlex.split(settings.spark_command)
    except ValueError as error:
        raise StaalkaartError(
            f"STAALKAART_SPARK_COMMAND is geen commando ({error}): {settings.spark_command}"
        ) from None


def _run_spark(
    settings: Settings, folder: Path, manifest: dict[str, Any], progress: Progress | None
) -> _Told:
    """Start Spark's build, wait for it, and return what it wrote about itself."""
    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    said = _Said(settings.logs_dir / "spark.log", progress)
    said.log.write_bytes(b"")
    exit_code = _execute(settings, folder, said)
    try:
        written = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        results = [NodeResult(**node) for node in written["nodes"]]
        told = _Told(results, dict(written["failed"]), dict(written["rows"]), exit_code)
    except (OSError, ValueError, KeyError, TypeError):
        raise SparkError(f"het kwam niet tot het einde, exit {exit_code}{said}") from None
    wrong = _what_is_wrong(told, manifest)
    if wrong:
        raise SparkError(f"{'; '.join(wrong)}{said}")
    return told


def _what_is_wrong(told: _Told, manifest: dict[str, Any]) -> list[str]:
    """Return what is wrong beside nodes that failed, or where none did though not all is well."""
    names = {result.name for result in told.results if not result.is_good}
    found = [f"{name}: {why}" for name, why in told.failed.items() if name not in names]
    if told.failed:
        return found
    if told.exit_code:
        found.append(f"het commando eindigde met exit {told.exit_code}")
    built = {result.unique_id for result in told.results if result.is_good}
    absent = sorted(set(node_ids(manifest)) - built)
    if absent:
        found.append(f"{len(absent)} modellen of tests zijn niet gebouwd: {', '.join(absent[:5])}")
    return found


def _execute(settings: Settings, folder: Path, said: _Said) -> int:
    """Run the command to its end and return its exit code.

    It has no secret of this process, and ends with this process where it is of this project.
    """
    command = spark_command(settings, folder)
    if not settings.spark_command:
        command.append("--end-with-parent")
    try:
        process = subprocess.Popen(  # noqa: S603 (this project, or what the installation names)
            command,
            cwd=PROJECT_ROOT,
            env=environment_without_secrets(is_our_spark=not settings.spark_command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise SparkError(f"{command[0]} kon niet starten ({error.strerror})") from None
    listener = threading.Thread(target=said.listen, args=(process.stdout,), daemon=True)
    listener.start()
    try:
        exit_code = process.wait()
        # What it started in the background may hold its output open for ever.
        listener.join(timeout=10)
        return exit_code
    finally:
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()
