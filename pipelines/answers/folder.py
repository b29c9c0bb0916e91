"""A folder that appears whole or not at all, whatever ends the process that writes it.

Everything is written in a work folder beside the place and put there by renames. The system's lock
on the work folder goes with the process: a work folder without one was left by a process that
died, and the next writer puts an earlier answer back from it and removes the rest.

Border: what stands in the folder is decided elsewhere.
"""

import errno
import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.console import StaalkaartError

MARKER = "antwoord.json"
NEW, EARLIER = "nieuw", "eerder"
ATTEMPTS = 3  # of putting the folder in its place while others write there too
IN_THE_WAY = (errno.ENOTEMPTY, errno.EEXIST)
# Why a folder cannot be written, by what the system says.
REASONS = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de toegestane schijfruimte is op",
    errno.EFBIG: "een bestand wordt groter dan daar is toegestaan",
    errno.EACCES: "er is geen recht om daar te schrijven",
    errno.EPERM: "er is geen recht om daar te schrijven",
    errno.EROFS: "daar kan alleen worden gelezen",
    errno.ENOENT: "die map kan daar niet worden gemaakt",
    errno.ENOTDIR: "een deel van het pad is geen map",
    errno.EEXIST: "een deel van het pad is geen map",
    errno.ENAMETOOLONG: "de naam is te lang",
}


def refuse_foreign_folder(folder: Path) -> None:
    """Refuse to replace anything that is not an answer folder.

    Raises:
        StaalkaartError: Something else stands there, or the place cannot be looked at (exit 2).
    """
    with _told(folder):
        if not folder.exists():
            return
        if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARKER).is_file()):
            raise StaalkaartError(
                f"{folder} bestaat al en is geen antwoordmap; er is niets overschreven. "
                "Kies met --out een andere map."
            )


def write_whole(folder: Path, files: dict[str, bytes]) -> None:
    """Write files, by their name below the folder, as the whole content of a folder.

    A link to a folder stays a link.

    Raises:
        StaalkaartError: The folder cannot be written; nothing half written is left (exit 2).
    """
    place = folder.resolve() if folder.is_symlink() else folder
    with _told(folder), _parents_of(place):
        _tidy_left_behind(place)
        with _work_folder(place) as work:
            _write_files(work / NEW, files)
            _put_in_place(place, work)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the system says against writing a folder into a message for people."""
    try:
        yield
    except OSError as problem:
        reason = REASONS.get(problem.errno or 0, problem.strerror or str(problem))
        raise StaalkaartError(
            f"Het antwoord kon niet worden geschreven in {folder}: {reason}. Er bleef niets half "
            "geschreven achter. Maak ruimte vrij of kies met --out een andere map waarin schrijven "
            "mag, en vraag daarna het antwoord opnieuw."
        ) from problem


@contextmanager
def _parents_of(folder: Path) -> Iterator[None]:
    """Make the folders above a folder; those that were not there go again on a failure."""
    absent = [parent for parent in folder.parents if not parent.exists()]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for parent in absent:
            with suppress(OSError):
                parent.rmdir()
        raise


def _work_prefix(folder: Path) -> str:
    return f".{folder.name}.wordt-geschreven-"


@contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    """Make a locked work folder beside a folder; it goes again, whatever happens."""
    work = Path(tempfile.mkdtemp(prefix=_work_prefix(folder), dir=folder.parent))
    with _locked(work):
        try:
            yield work
        finally:
            _put_back(folder, work)


@contextmanager
def _locked(work: Path) -> Iterator[bool]:
    """Hold the lock of a work folder, or give False where a living process holds it."""
    descriptor = os.open(work, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _tidy_left_behind(folder: Path) -> None:
    """Put an earlier answer back that an interrupted writer had moved aside; remove the rest."""
    for work in sorted(folder.parent.glob(f"{glob.escape(_work_prefix(folder))}*")):
        # What holds anything else was not made here; what vanishes belonged to a living writer.
        with suppress(FileNotFoundError):
            is_ours = {one.name for one in work.iterdir()} <= {NEW, EARLIER}
            with _locked(work) as is_left_behind:
                if is_ours and is_left_behind:
                    _put_back(folder, work)


def _put_back(folder: Path, work: Path) -> None:
    """Put what was moved aside back where nothing came in its place; remove the work folder."""
    earlier = work / EARLIER
    if earlier.is_dir() and not folder.exists():
        with suppress(OSError):
            earlier.rename(folder)
    if folder.exists() or not earlier.exists():
        shutil.rmtree(work, ignore_errors=True)


def _write_files(made: Path, files: dict[str, bytes]) -> None:
    made.mkdir()
    for name, content in files.items():
        file = made / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        _flush(file)
    for written in {(made / name).parent for name in files}:
        _flush(written)
    _flush(made)


def _put_in_place(folder: Path, work: Path) -> None:
    """Put the new folder in its place; what stands there goes aside first."""
    earlier = work / EARLIER
    for attempt in range(ATTEMPTS):
        if folder.exists():
            shutil.rmtree(earlier, ignore_errors=True)
            folder.rename(earlier)
        try:
            (work / NEW).rename(folder)
        except OSError as problem:
            if problem.errno not in IN_THE_WAY or attempt == ATTEMPTS - 1:
                raise
        else:
            break
    _flush(folder.parent)


def _flush(path: Path) -> None:
    """Have the system write a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
