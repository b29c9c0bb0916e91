"""The rule that no test is skipped silently, proved on sessions of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.settings import PROJECT_ROOT
from tests.skips import expected_skips

HOOK = """
from tests.skips import watch_skips
def pytest_configure(config):
    watch_skips(config)
"""
TESTS = """
import pytest
@pytest.mark.skip(reason="listed")
def test_listed(): ...
@pytest.mark.skip(reason="listed, but what it waits for is there")
def test_without_excuse(): ...
@pytest.mark.xfail(strict=True)
def test_known_to_fail(): raise AssertionError
def test_passes(): ...
"""
UNLISTED = """
import pytest
@pytest.mark.parametrize("one", [1, 2])
def test_unlisted(one):
    pytest.skip("nobody knows")
"""
MODULE = "import pytest\npytest.skip('the whole module', allow_module_level=True)\n"
LIST = """
# what may be skipped
test_listed.py::test_listed | absent | it waits for something
test_listed.py::test_without_excuse | conftest.py | it waits for conftest.py
"""


def session(folder: Path, *options: str) -> tuple[int, set[str]]:
    """Return the exit code of a session and the tests that it says were skipped without leave."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    _, _, told = ran.stdout.partition("skipped without leave")
    return ran.returncode, set(re.findall(r"^(test_\S+): ", told, flags=re.MULTILINE))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "tests" / "expected_skips.txt").write_text(LIST)
    (tmp_path / "conftest.py").write_text(HOOK)
    (tmp_path / "test_listed.py").write_text(TESTS)
    return tmp_path


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_a_skip_that_is_not_listed_fails_the_session(
    project: Path, options: tuple[str, ...]
) -> None:
    (project / "test_unlisted.py").write_text(UNLISTED)
    (project / "test_module.py").write_text(MODULE)
    code, told = session(project, *options)
    assert code == 1
    assert told == {
        "test_listed.py::test_without_excuse",
        "test_unlisted.py::test_unlisted[1]",
        "test_unlisted.py::test_unlisted[2]",
        "test_module.py",
    }


def test_a_listed_skip_and_a_known_failure_pass(project: Path) -> None:
    assert session(project, "-k", "not excuse") == (0, set())


def test_a_line_of_the_list_that_says_no_reason_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "expected_skips.txt").write_text("tests/a.py::* | -\n")
    with pytest.raises(pytest.UsageError, match=r"expected_skips\.txt:1"):
        expected_skips(tmp_path)


def test_the_list_names_only_files_that_can_skip_something() -> None:
    listed = {each.pattern.partition("::")[0] for each in expected_skips(PROJECT_ROOT)}
    skipping = {
        file.relative_to(PROJECT_ROOT).as_posix()
        for file in (PROJECT_ROOT / "tests").rglob("test_*.py")
        if re.search(r"mark\.skip|pytest\.skip\(|importorskip", file.read_text(encoding="utf-8"))
        and file.name != Path(__file__).name
    }
    assert listed == skipping, "tests/expected_skips.txt and the tests that can skip differ"
