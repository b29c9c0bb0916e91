"""House rules that a machine can see, in every file that git keeps.

Border: what a linter already enforces (print, bare except, docstrings) is not repeated here.
"""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from pipelines.settings import PROJECT_ROOT

TEXT_SUFFIXES = {".py", ".yml", ".yaml", ".sql", ".csv", ".md", ".toml", ".lock", ".html", ".cfg"}
TEXT_NAMES = {"Makefile", "run", ".gitignore", ".sqlfluff"}
BANNED_MODULES = {"utils", "helpers", "common", "misc", "base", "util", "helper"}
# Synthetic by their mark, and full of numbers that look like national numbers on purpose.
SYNTHETIC = "data/raw/"
# Nobody's machine and nobody's package index: written in parts, or this file would be a finding.
MACHINE_PATHS = re.compile("/" + "(?:home|Users|root|tmp|work|mnt)/[a-z]")
INDEX_HOSTS = re.compile(r"\b(?:py" + r"pi\.(?:org|io)|files\.python" + r"hosted\.org)\b")
# What opens connections, in the standard library and in the lock; urllib.parse opens none.
NETWORK_CLIENTS = re.compile(
    r"(?:socket|ssl|http|urllib\.(?:request|error)|urllib3|requests|httpx|httpcore|aiohttp|anyio"
    r"|websockets?|ftplib|imaplib|poplib|smtplib|telnetlib|xmlrpc|socketserver|fsspec)(?:\.|$)"
)
NETWORK_MODULES = {"pipelines/operations/download.py", "pipelines/operations/mail.py"}
ELEVEN_DIGITS = re.compile(r"(?<![0-9a-zA-Z])\d{11}(?![0-9a-zA-Z])")


def kept_files() -> list[Path]:
    """Return the text files that git keeps, or all of them where there is no git."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607
            cwd=PROJECT_ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git here")
    files = [PROJECT_ROOT / name for name in listed.split("\0") if name]
    return [
        file
        for file in files
        if file.is_file() and (file.suffix in TEXT_SUFFIXES or file.name in TEXT_NAMES)
    ]


def lines_with(pattern: re.Pattern[str], *, skip: str | None = None) -> list[str]:
    found = []
    for file in kept_files():
        name = file.relative_to(PROJECT_ROOT).as_posix()
        if skip and name.startswith(skip):
            continue
        for number, line in enumerate(
            file.read_text(encoding="utf-8", errors="replace").split("\n")
        ):
            if pattern.search(line):
                found.append(f"{name}:{number + 1}")
    return found


def python_modules() -> list[Path]:
    return [file for file in kept_files() if file.suffix == ".py"]


def test_every_module_says_what_it_holds_and_ends_with_its_border() -> None:
    without = [
        str(file.relative_to(PROJECT_ROOT))
        for file in python_modules()
        if file.is_relative_to(PROJECT_ROOT / "pipelines")
        and "Border:" not in (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "")
    ]
    assert not without, (
        f"Give these modules a docstring that says what they hold and ends with 'Border: ...', "
        f"what does not belong in them: {without}"
    )


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = [str(file) for file in python_modules() if file.stem in BANNED_MODULES]
    assert not drawers, f"Name these modules after what they hold: {drawers}"


def test_no_kept_file_holds_eleven_digits_in_a_row() -> None:
    found = lines_with(ELEVEN_DIGITS, skip=SYNTHETIC)
    assert not found, f"It could be a national number; make it in code, in the test: {found}"


def test_no_kept_file_names_a_place_on_one_machine() -> None:
    found = lines_with(MACHINE_PATHS, skip=SYNTHETIC)
    assert not found, f"Use a path relative to the project or a temporary folder: {found}"


def test_no_kept_file_names_a_package_index() -> None:
    found = lines_with(INDEX_HOSTS)
    assert not found, f"Whoever installs chooses the index; remove it here: {found}"


def test_only_settings_reads_the_environment() -> None:
    readers = [
        str(file.relative_to(PROJECT_ROOT))
        for file in python_modules()
        if file.is_relative_to(PROJECT_ROOT / "pipelines")
        and file.name != "settings.py"
        and re.search(r"os\.environ|os\.getenv", file.read_text(encoding="utf-8"))
    ]
    assert not readers, f"Ask pipelines/settings.py for it instead: {readers}"


def imported_names(file: Path) -> set[str]:
    """Return what a module imports anywhere in it, ``from a import b`` as ``a.b``."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_downloads_and_messages_open_connections() -> None:
    connected = {
        file.relative_to(PROJECT_ROOT).as_posix()
        for file in python_modules()
        if file.is_relative_to(PROJECT_ROOT / "pipelines")
        and any(NETWORK_CLIENTS.match(name) for name in imported_names(file))
    }
    astray = sorted(connected ^ NETWORK_MODULES)
    assert not astray, (
        f"A build never uses the network: public files come through download.py, messages go by "
        f"mail.py. What must connect for another purpose stands in NETWORK_MODULES: {astray}"
    )


def test_what_is_not_ready_is_not_in_the_code() -> None:
    stub = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    found = lines_with(stub, skip="requirements.lock")
    assert not found, f"Finish it or leave it out: {found}"
