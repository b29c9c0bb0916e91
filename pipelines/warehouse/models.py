"""dbt in this process: parse when something changed, build everything, give the file back.

Border: what is built stands in ``dbt_project``; whether it may be published is the gate's business.
"""

import fcntl
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.console import StaalkaartError
from pipelines.settings import Settings, hand_to_dbt, load_settings
from pipelines.warehouse.fingerprint import code_hash

if TYPE_CHECKING:  # importing dbt takes seconds; only a build pays them
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

PARSED = "partial_parse.msgpack"
STAMP = "parsed_from.sha256"
BUILT = frozenset({"seed", "model", "test"})
GOOD = frozenset({"success", "pass", "warn"})


@dataclass(frozen=True)
class NodeResult:
    """What became of one seed, model or test of dbt.

    ``failures`` counts the rows a test found; None for what is no test. ``seconds`` is a duration.
    """

    unique_id: str
    name: str
    resource_type: str
    status: str
    message: str
    failures: int | None
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether dbt is content; a test that only warns is."""
        return self.status in GOOD


class BrokenModelsError(StaalkaartError):
    """dbt could not parse or build the models, or one of their tests failed; exit 1."""

    def __init__(self, message: str) -> None:
        super().__init__(f"De modellen zijn niet in orde: {message}", exit_code=1)


def ensure_manifest(settings: Settings) -> dict[str, Any]:
    """Return dbt's manifest, parsed again only when a file of the dbt project changed.

    Raises:
        BrokenModelsError: dbt cannot read the project; the message is dbt's own.
    """
    target = settings.dbt_dir / "target"
    target.mkdir(exist_ok=True)
    with _alone(target):
        if not _is_fresh(settings):
            _parse(settings)
    manifest: dict[str, Any] = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def run_models(
    settings: Settings, progress: Callable[[str], None] | None = None
) -> list[NodeResult]:
    """Build seeds, models and data tests on the build file.

    dbt's unit tests prove rules on hand-made rows and belong to ``make test``.

    Args:
        settings: Where the dbt project, the build file and the logs are.
        progress: Called with the name of each node that finished.

    Raises:
        BrokenModelsError: dbt could not start; a failed model or test is in the results.
    """
    ensure_manifest(settings)

    def see(event: Any) -> None:  # noqa: ANN401 - dbt's event message, untyped
        if progress and event.info.name == "NodeFinished":
            progress(event.data.node_info.node_name)

    return _run(settings, ["build", "--exclude-resource-type", "unit_test"], see)


def build_seeds_and(settings: Settings, names: list[str]) -> None:
    """Load the seeds and build these models and nothing else, where another engine built the rest.

    Raises:
        BrokenModelsError: One of them could not be built.
    """
    selected = ["--select", "resource_type:seed", *names]
    excluded = ["--exclude-resource-type", "unit_test", "test"]
    refuse_bad_results(_run(settings, ["build", *selected, *excluded]))


def node_ids(manifest: dict[str, Any]) -> list[str]:
    """Return the ids of the seeds, models and tests that a build runs."""
    return sorted(
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in BUILT and node["config"].get("materialized") != "ephemeral"
    )


def refuse_bad_results(results: list[NodeResult]) -> None:
    """Stop when a model or test failed.

    Raises:
        BrokenModelsError: With the first failures by name; models skipped because of them are
            left out of the message.
    """
    failed = [r for r in results if not r.is_good and r.status != "skipped"]
    if failed:
        named = "; ".join(f"{r.name} ({r.message or r.status})" for r in failed[:5])
        more = f" en nog {len(failed) - 5}" if len(failed) > 5 else ""
        raise BrokenModelsError(named + more)


def _run(
    settings: Settings, command: list[str], callback: Callable[[Any], None] | None = None
) -> list[NodeResult]:
    """Run a dbt command on the parsed project and return what became of each node."""
    outcome = _invoke(
        settings, [*command, "--no-write-json"], manifest=_manifest(settings), callback=callback
    )
    results = getattr(outcome.result, "results", None)
    if results is None:
        raise BrokenModelsError(_reason(outcome))
    return [_node_result(result) for result in results]


def _is_fresh(settings: Settings) -> bool:
    target = settings.dbt_dir / "target"
    stamp = target / STAMP
    return (
        stamp.exists()
        and (target / "manifest.json").exists()
        and (target / PARSED).exists()
        and stamp.read_text(encoding="utf-8") == _project_hash(settings)
    )


def _project_hash(settings: Settings) -> str:
    return code_hash(settings.project_root, ("dbt_project",))


def _parse(settings: Settings) -> None:
    target = settings.dbt_dir / "target"
    parsed_from = _project_hash(settings)
    (target / STAMP).unlink(missing_ok=True)
    outcome = _invoke(settings, ["parse", "--target-path", str(target)])
    if not outcome.success:
        raise BrokenModelsError(_reason(outcome))
    (target / STAMP).write_text(parsed_from, encoding="utf-8")


def _manifest(settings: Settings) -> "Manifest":
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack((settings.dbt_dir / "target" / PARSED).read_bytes())


def _invoke(
    settings: Settings,
    command: list[str],
    manifest: "Manifest | None" = None,
    callback: Callable[[Any], None] | None = None,
) -> "dbtRunnerResult":
    """Run one dbt command quietly; its log and compiled SQL go below the data folder."""
    hand_to_dbt(settings)
    from dbt.cli.main import dbtRunner

    settings.logs_dir.mkdir(parents=True, exist_ok=True)
    folders = {
        "--project-dir": settings.dbt_dir,
        "--profiles-dir": settings.dbt_dir,
        "--log-path": settings.logs_dir,
    }
    if "--target-path" not in command:
        folders["--target-path"] = settings.logs_dir / "dbt"
    options = [part for option, folder in folders.items() for part in (option, str(folder))]
    quiet = ["--log-level", "none", "--log-level-file", "info", "--no-use-colors"]
    runner = dbtRunner(manifest=manifest, callbacks=[callback] if callback else [])
    # A log that cannot be written, on a full disk, is no reason for a traceback per line.
    logging.raiseExceptions = False
    try:
        return runner.invoke([*quiet, *command, *options])
    finally:
        logging.raiseExceptions = True
        _close_connections()


def _close_connections() -> None:
    """Close what dbt leaves open; until then nobody else in this process can open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def _node_result(result: Any) -> NodeResult:  # noqa: ANN401 - dbt's own result class, untyped
    return NodeResult(
        unique_id=result.node.unique_id,
        name=result.node.name,
        resource_type=str(result.node.resource_type.value),
        status=str(getattr(result.status, "value", result.status)),
        message=" ".join(str(result.message or "").split())[:300],
        failures=result.failures,
        seconds=float(result.execution_time or 0.0),
    )


def _reason(outcome: "dbtRunnerResult") -> str:
    problem = outcome.exception
    if problem is None:
        return "dbt kon niet starten"
    # Some of dbt's own exceptions say nothing but their name.
    return " ".join((str(problem).strip() or type(problem).__name__).split())[:1000]


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let one process parse at a time; the others wait and then find the result."""
    with (target / "parse.lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    # `make check` and set-up parse the project; a second time only when a file changed.
    ensure_manifest(load_settings())
