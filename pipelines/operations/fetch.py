"""Bring the files of a public source into a raw folder, so that anyone can rebuild its counts.

A file gets its own name only when its checksum is the one of the list. What is there already stays;
content that differs is kept apart and reported.

Border: how bytes come over the network stands in ``download.py``, how a file comes into the folder
in ``raw_folder.py``, what must come in ``sources/``.
"""

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.deliveries.ledger import hash_of
from pipelines.operations.download import DownloadError, discard, download
from pipelines.operations.public_source import (
    PublicFile,
    PublicSource,
    checked_mirror,
    load_source,
)
from pipelines.operations.raw_folder import (
    alone_in,
    part_of,
    put_in_place,
    refuse_detour,
    refuse_synthetic,
    set_aside,
)
from pipelines.operations.source_note import NOTE_NAME, write_note
from pipelines.summary import progress_of

INCOMPLETE, OTHER_CONTENT = 2, 3
SHOWN = 3  # problems of one kind that are told in full
TRY_AGAIN = (
    "Kijk of deze machine het internet op mag; een proxy stelt u in met HTTPS_PROXY. Geef daarna "
    "dezelfde opdracht opnieuw: wat al binnen is, blijft. Zonder internet: geef met --from het "
    "adres van een spiegel."
)


@dataclass
class Outcome:
    """What became of a source.

    Attributes:
        fetched: Files that came in now.
        present: Files that were there with the right content.
        other: Messages about content that is not that of the list.
        gone: Messages about files that are not at their address.
        stopped_by: Why the rest was not tried, or empty.
    """

    fetched: list[PublicFile] = field(default_factory=list)
    present: list[PublicFile] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    stopped_by: str = ""

    @property
    def exit_code(self) -> int:
        """0 when all is there and right, 3 when content differed, 2 when something is missing."""
        if self.other:
            return OTHER_CONTENT
        return INCOMPLETE if self.gone or self.stopped_by else 0

    @property
    def message(self) -> str:
        """What went wrong and what mends it, in Dutch; empty when nothing did."""
        stopped = [self.stopped_by] if self.stopped_by else []
        return "\n".join([*_shortened(self.other), *_shortened(self.gone), *stopped])


@dataclass(frozen=True)
class Fetch:
    """One fetch of a source into a raw folder.

    Attributes:
        source: The source.
        name: Its name, which is also that of its YAML file.
        out: The raw folder.
        mirror: Address below which the paths of the repository stand; None for the repository.
        pause: Waits between attempts.
    """

    source: PublicSource
    name: str
    out: Path
    mirror: str | None = None
    pause: Callable[[float], None] = time.sleep

    def run(self, today: date, advance: Callable[[int, int, str], None]) -> Outcome:
        """Bring every file that is not there yet, and return what became of them.

        Args:
            today: For the note beside the files.
            advance: Told how many files are done, of how many, and which is next.

        Raises:
            StaalkaartError: The folder is synthetic, in use or not to be written (exit code 2).
        """
        refuse_synthetic(self.out)
        outcome = Outcome()
        try:
            with alone_in(self.out):
                self._bring_all(outcome, advance)
                right = [f for f in self.source.files if f in outcome.fetched + outcome.present]
                if outcome.fetched or (right and not (self.out / NOTE_NAME).exists()):
                    write_note(self.source, right, self.out, today)
        except OSError as error:
            raise StaalkaartError(
                f"In {self.out} kan niet worden geschreven ({error.strerror}). Pas de rechten aan, "
                "maak plaats vrij of kies met --out een andere map; wat al binnen is, blijft."
            ) from None
        return outcome

    def _bring_all(self, outcome: Outcome, advance: Callable[[int, int, str], None]) -> None:
        total = len(self.source.files)
        for done, file in enumerate(self.source.files):
            target = self.source.target_of(file)
            advance(done, total, target.name)
            try:
                self._bring(file, outcome)
            except DownloadError as error:
                ready = len(outcome.fetched) + len(outcome.present)
                outcome.stopped_by = (
                    f"Gestopt bij {target}: {error.reason}. {ready} van {total} bestanden staan "
                    f"klaar. {error.advice or TRY_AGAIN}"
                )
                return
        advance(total, total, "")

    def _bring(self, file: PublicFile, outcome: Outcome) -> None:
        """Let one file appear with the right content, or tell why it does not."""
        name = self.source.target_of(file)
        target = self.out / name
        refuse_detour(self.out, name)
        if target.exists():
            found = hash_of(target)
            if found == file.sha256:
                outcome.present.append(file)
                return
            aside = set_aside(target, target, found)
            outcome.other.append(
                f"{name}: hier stond een bestand met een andere controlesom.\n"
                f"  verwacht: sha256 {file.sha256}\n"
                f"  gevonden: sha256 {found}\n"
                f"  apart gezet, geen run leest het: {aside}\n"
                "  Is het van u, bewaar het dan elders; anders kunt u het verwijderen."
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(target)
        address = self._fill(part, file, outcome)
        if address is None:
            return
        if hash_of(part) == file.sha256:
            put_in_place(target)
            outcome.fetched.append(file)
        else:
            outcome.other.append(self._keep_apart(file, target, address))
        discard(part)

    def _fill(self, part: Path, file: PublicFile, outcome: Outcome) -> str | None:
        """Fill the part from the first address that has the file; return it, None when none has."""
        addresses = self.source.addresses_of(file, self.mirror)
        if part.exists() and hash_of(part) == file.sha256:
            return addresses[0]
        reason = ""
        for address in addresses:
            try:
                self._download(address, part, file)
            except DownloadError as error:
                if error.kind == "gone":
                    reason = error.reason
                    continue
                if error.kind == "too_large":
                    discard(part)
                    outcome.other.append(self._too_large(file, address, error.reason))
                    return None
                raise
            return address
        outcome.gone.append(
            f"{self.source.target_of(file)}: {reason}, gevraagd als {addresses[-1]}. Zoek het op "
            f"in {self.source.repository} en verbeter path of commit in {self._list}, of geef met "
            "--from het adres van een spiegel die het heeft."
        )
        return None

    def _download(self, address: str, part: Path, file: PublicFile) -> None:
        """Fill the part; once more from the start where kept bytes gave something else."""
        source = self.source
        was_resumed = download(address, part, source.transfer, source.allowed_hosts, self.pause)
        if was_resumed and hash_of(part) != file.sha256:
            discard(part)
            download(address, part, source.transfer, source.allowed_hosts, self.pause)

    def _keep_apart(self, file: PublicFile, target: Path, address: str) -> str:
        """Set a part with other content aside, and return what is to be said about it."""
        part = part_of(target)
        content = part.read_bytes()
        page = ""
        if content.lstrip().startswith(b"<"):
            page = " Het is een webpagina: mogelijk zit er een aanmeldpagina of filter tussen."
        found = hash_of(part)
        aside = set_aside(part, target, found)
        return (
            f"{self.source.target_of(file)}: de inhoud is niet die van de lijst.{page}\n"
            f"  verwacht: sha256 {file.sha256}, {file.bytes} bytes\n"
            f"  gevonden: sha256 {found}, {len(content)} bytes, van {address}\n"
            f"  apart gezet, geen run leest het: {aside}\n"
            f"  {self._advice}"
        )

    def _too_large(self, file: PublicFile, address: str, reason: str) -> str:
        return (
            f"{self.source.target_of(file)}: {reason}. Er is niets van bewaard.\n"
            f"  verwacht: sha256 {file.sha256}, {file.bytes} bytes, van {address}\n"
            f"  {self._advice}"
        )

    @property
    def _list(self) -> str:
        return f"pipelines/operations/sources/{self.name}.yml"

    @property
    def _advice(self) -> str:
        return (
            "Bekijk het verschil. Is de nieuwe inhoud juist, zet dan haar bytes en sha256 in "
            f"{self._list} en haal opnieuw; anders geeft u met --from het adres van een spiegel "
            "met de oude inhoud."
        )


def fetch_source(
    name: str, out: Path, mirror: str | None, is_quiet: bool, echo: Callable[[str], None]
) -> None:
    """Fetch a source, and say what came in and which command is next.

    Args:
        name: Of the source.
        out: The raw folder.
        mirror: Address of a mirror, or None.
        is_quiet: Whether to draw no progress.
        echo: Prints a line.

    Raises:
        StaalkaartError: Exit 2 when files are missing, 3 when content differed from the list.
    """
    source = load_source(name)
    fetch = Fetch(source, name, out.resolve(), checked_mirror(mirror) if mirror else None)
    with progress_of("Bestanden ophalen", is_quiet) as advance:
        outcome = fetch.run(datetime.now().astimezone().date(), advance)
    echo(
        f"{source.title_nl}: {len(outcome.fetched)} opgehaald, {len(outcome.present)} waren er al, "
        f"van {len(source.files)} bestanden, in {_short(fetch.out)}"
    )
    if outcome.message:
        raise StaalkaartError(outcome.message, outcome.exit_code)
    echo(f"Herkomst, licentie en controlesommen: {_short(fetch.out / NOTE_NAME)}")
    raw, data = (shlex.quote(str(_short(path))) for path in (fetch.out, data_dir_beside(fetch.out)))
    echo(f"Volgende opdracht: staalkaart run --raw {raw} --data {data}")


def data_dir_beside(raw_dir: Path) -> Path:
    """Return a data folder for a raw folder: around it when it is called ``raw``, else beside."""
    return raw_dir.parent if raw_dir.name == "raw" else raw_dir.with_name(f"{raw_dir.name}-data")


def _short(path: Path) -> Path:
    """Return a path as seen from the current folder, where it stands below it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _shortened(messages: list[str]) -> list[str]:
    """Return the first messages in full and how many more there are."""
    more = len(messages) - SHOWN
    if more <= 0:
        return messages
    return [*messages[:SHOWN], f"En hetzelfde bij {more} andere bestanden."]
