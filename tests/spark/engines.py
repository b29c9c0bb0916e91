"""A landing built by DuckDB and by Spark, in folders of their own.

Border: what is compared or measured stands in ``parity`` and ``bench``.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.deliveries import intake
from pipelines.scale_out.handover import write_handover
from pipelines.settings import PROJECT_ROOT, Settings


class EngineError(Exception):
    """A run or build failed; the message is what it said."""


def run_on(engine: str, raw: Path, data: Path) -> Settings:
    """Run the ordinary nightly job on a raw folder by one engine and return its settings.

    Raises:
        EngineError: Nothing was published.
    """
    program = Path(sys.executable).with_name("staalkaart")
    command = [str(program), "run", "--raw", str(raw), "--data", str(data), "--quiet"]
    environment = {**os.environ, "STAALKAART_ENGINE": engine}
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=False
    )
    settings = Settings(raw_dir=raw, data_dir=data, engine=engine)
    if engine == "spark" and not (settings.logs_dir / "spark.log").exists():
        raise EngineError("spark: the models were not built by Spark")
    # Exit code 3 is a refused file: everything else was published.
    if done.returncode not in (0, 3) or not settings.published_file.exists():
        raise EngineError(f"{engine}: {(done.stderr or done.stdout)[-4000:]}")
    return settings


def land(raw: Path, data: Path) -> Settings:
    """Receive every delivery of a raw folder and write the hand-over; nothing is built.

    Raises:
        EngineError: A reporting unit ended in an error.
    """
    settings = Settings(raw_dir=raw, data_dir=data)
    intake.prepare(settings)
    for unit in intake.reporting_units(settings):
        error = intake.receive_institution(settings, unit).error
        if error:
            raise EngineError(f"{unit}: {error}")
    shutil.rmtree(settings.spark_dir, ignore_errors=True)
    write_handover(settings, settings.spark_dir / "handover")
    return settings
