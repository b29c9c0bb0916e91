"""A landing built by DuckDB (the ordinary run) and by Spark, in folders of their own.

Border: what is compared or measured stands in ``parity`` and ``bench``.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.deliveries import intake
from pipelines.scale_out.handover import write_handover
from pipelines.settings import PROJECT_ROOT, Settings

SPARK_PYTHON = PROJECT_ROOT / ".venv-spark" / "bin" / "python"
# Small tables: few tasks, and no processor time for collecting garbage side by side.
SMALL = (
    "spark.sql.shuffle.partitions=2",
    "spark.driver.extraJavaOptions=-XX:+UseSerialGC",
)


class EngineError(Exception):
    """One of the two builds failed; the message is what it said."""


def run_duckdb(raw: Path, data: Path) -> Settings:
    """Run the ordinary nightly job on a raw folder and return its settings.

    Raises:
        EngineError: Nothing was published.
    """
    program = Path(sys.executable).with_name("staalkaart")
    command = [str(program), "run", "--raw", str(raw), "--data", str(data), "--quiet"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    settings = Settings(raw_dir=raw, data_dir=data)
    # Exit code 3 is a refused file: everything else was published.
    if done.returncode not in (0, 3) or not settings.published_file.exists():
        raise EngineError(f"staalkaart run: {(done.stderr or done.stdout)[-2000:]}")
    return settings


def land(raw: Path, data: Path) -> Settings:
    """Receive every delivery of a raw folder; nothing is built.

    Raises:
        EngineError: A reporting unit ended in an error.
    """
    settings = Settings(raw_dir=raw, data_dir=data)
    intake.prepare(settings)
    for unit in intake.reporting_units(settings):
        error = intake.receive_institution(settings, unit).error
        if error:
            raise EngineError(f"{unit}: {error}")
    return settings


def hand_over(settings: Settings) -> Path:
    """Write the hand-over of a landing beside it and return its folder."""
    folder = settings.data_dir / "handover"
    write_handover(settings, folder)
    return folder


def spark_command(settings: Settings, handover: Path, conf: Sequence[str] = ()) -> list[str]:
    """Return the command that builds a landing on Spark, and writes ``spark/`` beside it."""
    spark = settings.data_dir / "spark"
    return [
        str(SPARK_PYTHON),
        "-m",
        "pipelines.scale_out.spark_build",
        *("--handover", str(handover), "--landing", str(settings.landing_dir)),
        *("--tables", str(spark / "tables"), "--work", str(spark)),
        *("--results", str(spark / "results.json")),
        *(f"--conf={one}" for one in conf),
    ]


def run_spark(settings: Settings, handover: Path) -> Path:
    """Build a landing on Spark and return the folder of its published tables.

    Raises:
        EngineError: A model, seed or test failed.
    """
    done = subprocess.run(
        spark_command(settings, handover, SMALL),
        cwd=PROJECT_ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise EngineError(f"spark: {(done.stdout or done.stderr)[-4000:]}")
    return settings.data_dir / "spark" / "tables"


def environment() -> dict[str, str]:
    """Return the environment for Spark: this one, without a Spark of somebody else."""
    return {name: value for name, value in os.environ.items() if name != "SPARK_HOME"}
