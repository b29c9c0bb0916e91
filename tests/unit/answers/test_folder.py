"""The folder of an answer is whole or absent, whatever step fails and whenever it is killed."""

import errno
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pipelines.answers import folder as folder_module
from pipelines.answers.folder import refuse_foreign_folder, write_whole
from pipelines.console import StaalkaartError
from pipelines.settings import PROJECT_ROOT
from tests.unit.answers.failing_steps import SURVIVED, failing_at

NAMES = ("antwoord.json", "tabellen/een.csv", "tabellen/twee.csv")
OLD, NEW = dict.fromkeys(NAMES, b"oud" * 99), dict.fromkeys(NAMES, b"nieuw" * 99)
MOST_STEPS = 60


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, nothing where the folder is absent."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def raising(number: int) -> Callable[[], None]:
    """Return what the system says with an error number."""

    def fail() -> None:
        raise OSError(number, "so the system says")

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("earlier", [{}, OLD], ids=["nothing there", "an earlier answer"])
def test_whatever_step_fails_the_folder_is_whole_and_nothing_else_is_left(
    tmp_path: Path, earlier: dict[str, bytes], number: int
) -> None:
    failed = 0
    for step in range(1, MOST_STEPS):
        folder = tmp_path / str(step) / "223"
        if earlier:
            write_whole(folder, earlier)
        taken: list[str] = []
        try:
            with failing_at(step, raising(number)) as taken:
                write_whole(folder, NEW)
        except StaalkaartError as problem:
            failed += 1
            assert problem.exit_code == 2
            assert str(folder) in str(problem)
            assert "--out" in str(problem)
            assert contents(folder) in (earlier, NEW), taken
            assert {one.name for one in tmp_path.glob(f"{step}/*")} <= {"223"}, taken
        else:
            break
    assert contents(folder) == NEW
    assert failed == len(taken)
    assert {"mkdtemp", "mkdir", "write_bytes", "fsync", "rename"} == set(taken)


def killed_at(step: int, folder: Path, word: str) -> int:
    """Write a folder in a process that is killed at a step; return how it ended."""
    command = ["-m", "tests.unit.answers.failing_steps", str(step), str(folder), word * 99]
    return subprocess.run([sys.executable, *command], cwd=PROJECT_ROOT, check=False).returncode


@pytest.mark.long
@pytest.mark.parametrize("earlier", [{}, OLD], ids=["nothing there", "an earlier answer"])
def test_whenever_it_is_killed_the_folder_is_whole_or_absent_and_the_next_writer_tidies_up(
    tmp_path: Path, earlier: dict[str, bytes]
) -> None:
    kills = 0
    for step in range(1, MOST_STEPS):
        folder = tmp_path / str(step) / "223"
        if earlier:
            write_whole(folder, earlier)
        ended = killed_at(step, folder, "nieuw")
        if ended == SURVIVED:
            break
        assert ended == -signal.SIGKILL
        kills += 1
        assert contents(folder) in ({}, earlier, NEW), step
        full = failing_at(1, raising(errno.ENOSPC), ((tempfile, "mkdtemp"),))
        with pytest.raises(StaalkaartError), full:
            write_whole(folder, NEW)
        assert contents(folder) in (earlier, NEW), f"step {step}: the earlier answer is lost"
        write_whole(folder, NEW)
        assert contents(folder) == NEW
        assert [one.name for one in folder.parent.iterdir()] == ["223"]
    assert kills > 10
    assert contents(folder) == NEW


def test_what_a_living_writer_is_writing_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "223"
    seen: list[bool] = []

    def meanwhile() -> None:
        write_whole(folder, OLD)
        seen.append(bool(list(tmp_path.glob(".223.wordt-geschreven-*"))))

    with failing_at(4, meanwhile):
        write_whole(folder, NEW)
    assert seen == [True]
    assert contents(folder) == NEW
    assert [one.name for one in tmp_path.iterdir()] == ["223"]


def test_two_that_write_the_same_folder_leave_one_whole_answer(tmp_path: Path) -> None:
    """The other one writes its whole folder between any two steps of this one."""
    folder = tmp_path / "223"
    between = 0
    for step in range(1, MOST_STEPS):
        seen: list[dict[str, bytes]] = []
        with failing_at(step, partial(the_other_writes, folder, seen)):
            write_whole(folder, NEW)
        if not seen:
            break
        between += 1
        assert seen == [OLD]
        assert contents(folder) in (OLD, NEW)
        assert [one.name for one in tmp_path.iterdir()] == ["223"]
    assert between > 10


def the_other_writes(folder: Path, seen: list[dict[str, bytes]]) -> None:
    write_whole(folder, OLD)
    seen.append(contents(folder))


def test_a_folder_that_only_looks_like_a_left_behind_one_is_kept(tmp_path: Path) -> None:
    mine = tmp_path / ".223.wordt-geschreven-door-mij"
    mine.mkdir()
    (mine / "nota.txt").write_text("mine", encoding="utf-8")
    write_whole(tmp_path / "223", NEW)
    assert (mine / "nota.txt").read_text(encoding="utf-8") == "mine"


def test_a_link_to_an_answer_stays_a_link(tmp_path: Path) -> None:
    write_whole(tmp_path / "elsewhere" / "223", OLD)
    link = tmp_path / "223"
    link.symlink_to(tmp_path / "elsewhere" / "223")
    write_whole(link, NEW)
    assert link.is_symlink()
    assert contents(tmp_path / "elsewhere" / "223") == NEW


@pytest.mark.parametrize("what", ["file", "thesis", "link to a file"])
def test_what_is_no_answer_is_not_replaced(tmp_path: Path, what: str) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("mine", encoding="utf-8")
    place = {"file": thesis, "thesis": tmp_path, "link to a file": tmp_path / "link"}[what]
    if what == "link to a file":
        place.symlink_to(thesis)
    with pytest.raises(StaalkaartError, match="geen antwoordmap") as caught:
        refuse_foreign_folder(place)
    assert caught.value.exit_code == 2
    assert thesis.read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_and_an_absent_one_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "absent"):
        refuse_foreign_folder(tmp_path / name)
        write_whole(tmp_path / name, NEW)
        assert contents(tmp_path / name) == NEW


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    limited = (
        "import resource, signal, sys; from pathlib import Path;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "from pipelines.answers.folder import write_whole;"
        "write_whole(Path(sys.argv[1]), {'antwoord.json': b'x' * 9999})"
    )
    shown = subprocess.run(
        [sys.executable, "-c", limited, str(tmp_path / "223")],
        cwd=PROJECT_ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "StaalkaartError" in shown.stderr
    assert "een bestand wordt groter dan daar is toegestaan" in shown.stderr
    assert not list(tmp_path.iterdir())


def test_every_reason_is_worded(tmp_path: Path) -> None:
    for number, reason in folder_module.REASONS.items():
        with pytest.raises(StaalkaartError, match=reason), failing_at(2, raising(number)):
            write_whole(tmp_path / "223", NEW)
