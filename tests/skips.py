"""No silent skips: every test that may be skipped is listed in ``expected_skips.txt``, with why.

A skip that is not listed fails the session, and so does a listed one while what it waits for is
there. With several processes only the one that gathers their reports decides.

Border: which tests may be skipped stands in the list.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

LIST = "expected_skips.txt"


@dataclass(frozen=True)
class ExpectedSkip:
    """One line of the list.

    Attributes:
        pattern: Node id, or a pattern of node ids (``*``).
        unless: A path from the project's root: while it is there, the test may not be skipped;
            ``-`` where it depends on something that is no path.
        why: For people.
    """

    pattern: str
    unless: str
    why: str


def expected_skips(root: Path) -> list[ExpectedSkip]:
    """Return the lines of the list: pattern | unless | why.

    Raises:
        pytest.UsageError: A line has not three parts that all say something.
    """
    file = root / "tests" / LIST
    lines = file.read_text(encoding="utf-8").splitlines()
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split(" | ")]
        if len(parts) != 3 or not all(parts):
            raise pytest.UsageError(f"{LIST}:{number}: write 'node id | unless | why'")
        found.append(ExpectedSkip(*parts))
    return found


class SkipWatch:
    """Gathers the skips of a session and fails it when one was not expected."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._expected = expected_skips(root)
        self._unexpected: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at each test, also those that other processes ran."""
        self._look_at(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at each module: one can skip itself as a whole."""
        self._look_at(report)

    def _look_at(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        listed = [each for each in self._expected if fnmatchcase(report.nodeid, each.pattern)]
        if not listed:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            self._unexpected[report.nodeid] = f"not in tests/{LIST}: {reason}"
        elif all(each.unless != "-" and (self._root / each.unless).exists() for each in listed):
            self._unexpected[report.nodeid] = f"although {listed[0].unless} is there"

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a session that would have passed."""
        if self._unexpected and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.NO_TESTS_COLLECTED,
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which tests were skipped without leave."""
        if self._unexpected:
            terminalreporter.section("skipped without leave", red=True)
            for nodeid, why in sorted(self._unexpected.items()):
                terminalreporter.line(f"{nodeid}: {why}")


def watch_skips(config: pytest.Config) -> None:
    """Let a session watch its skips; its other processes only report to it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipWatch(config.rootpath), "skip-watch")
