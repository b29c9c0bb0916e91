"""How a fetched file comes into a raw folder: never mixed, never half, never over another.

Border: what a delivery is and which names a run passes over is said by ``recognition.py``.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.deliveries.landing import sync_folder
from pipelines.deliveries.recognition import SYNTHETIC_MARK, is_synthetic

LOCK_NAME = ".ophalen.lock"


def refuse_synthetic(out: Path) -> None:
    """Refuse a folder in which, or in a folder around which, synthetic deliveries stand.

    Raises:
        StaalkaartError: It is synthetic, or a file has its name (exit code 2).
    """
    marked = next((place for place in (out, *out.parents) if is_synthetic(place)), None)
    if marked is not None:
        raise StaalkaartError(
            f"{marked} bevat synthetische leveringen (bestand {SYNTHETIC_MARK}). Echte en "
            "synthetische leveringen worden nooit gemengd: kies met --out een andere map."
        )
    if out.exists() and not out.is_dir():
        raise StaalkaartError(f"{out} is een bestand. Kies met --out een map.")


def refuse_detour(out: Path, name: Path) -> None:
    """Refuse to write through a link, or where a folder has the name of a file or the reverse.

    Args:
        out: The raw folder.
        name: Path of a file below it.

    Raises:
        StaalkaartError: What stands there would be refused by a run (exit code 2).
    """
    folders = [out / parent for parent in name.parents if parent != Path()]
    for place in folders:
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise _detour(place, "geen gewone map")
    target = out / name
    if target.is_symlink() or (target.exists() and not target.is_file()):
        raise _detour(target, "geen gewoon bestand")


def _detour(place: Path, what: str) -> StaalkaartError:
    return StaalkaartError(
        f"{place} is {what}; een run zou het weigeren. Haal het weg en geef de opdracht opnieuw."
    )


@contextmanager
def alone_in(out: Path) -> Iterator[None]:
    """Hold the lock of a raw folder, which is made; a process that dies gives it back.

    Raises:
        StaalkaartError: Another fetch holds it (exit code 2).
    """
    out.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(out / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StaalkaartError(
                f"Een andere opdracht haalt op dit ogenblik bestanden naar {out}. Wacht tot die "
                "klaar is, of kies met --out een andere map."
            ) from None
        yield
    finally:
        os.close(descriptor)


def part_of(target: Path) -> Path:
    """Return where a file stands until it is whole; a run passes over this name."""
    return target.with_name(f"{target.name}.part")


def put_in_place(target: Path) -> None:
    """Give the part its name, so that a power failure leaves the whole file or none."""
    part = part_of(target)
    descriptor = os.open(part, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    part.replace(target)
    sync_folder(target.parent)


def set_aside(path: Path, target: Path, sha256: str) -> Path:
    """Move content that differs to a hidden name beside its target, which a run passes over.

    Args:
        path: The target itself or its part.
        target: The name it must not have.
        sha256: Of its content, part of the hidden name: the same content gets the same name.
    """
    aside = target.with_name(f".{target.name}.anders-{sha256[:8]}")
    path.replace(aside)
    return aside
