"""A public source of deliveries: which files, where they are, what they must be.

One YAML file per source in ``sources/``; a new source of the same form is data, no code.

Border: nothing here touches the network or the raw folder.
"""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from pipelines.console import StaalkaartError

SOURCES_DIR = Path(__file__).parent / "sources"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Transfer(BaseModel):
    """How long and how often a file is tried, and how large it may be.

    Attributes:
        attempts: Attempts per address, the first included.
        pause_seconds: Pause after the first failed attempt; doubled after each next one.
        longest_pause_seconds: No pause is longer, whatever the server asks.
        timeout_seconds: How long nothing may come in.
        attempt_seconds: How long one attempt may last.
        maximum_bytes: A longer file is refused.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    attempts: int = Field(ge=1, le=20)
    pause_seconds: float = Field(ge=0)
    longest_pause_seconds: float = Field(ge=0)
    timeout_seconds: float = Field(gt=0)
    attempt_seconds: float = Field(gt=0)
    maximum_bytes: int = Field(gt=0)


class PublicFile(BaseModel):
    """One file of a source: whose it is, which academic year, and its exact content.

    ``commit`` is the revision whose file has this content, None where none is known.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    institution_id: str = Field(pattern=r"^[a-z]+$")
    start_year: int = Field(ge=2000, le=2099)
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    commit: str | None = Field(default=None, pattern=r"^[0-9a-f]{40}$")


class PublicSource(BaseModel):
    """A repository with deliveries that anyone may fetch.

    Attributes:
        title_nl: What it holds.
        repository: Page of the repository, for people.
        base_address: Address below which a revision and a path give the bytes of a file.
        newest_revision: The revision to ask where a file has no commit, or its commit is gone.
        allowed_hosts: Where a redirect may lead, over https, besides the server that was asked.
        path: Path of a file in the repository.
        target: Path of a file in the raw folder.
        received_on: Date folder of the deliveries: when the source was crawled.
        date_nl: How sure that date is.
        attribution_nl: Whose work it is.
        licence: Short name of the licence.
        licence_text: Its text, which must travel with the files.
        left_out_nl: What the repository holds and this list does not, and why.
        transfer: Limits of the transfer.
        files: The files.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    title_nl: str
    repository: str
    base_address: str
    newest_revision: str
    allowed_hosts: tuple[str, ...]
    path: str
    target: str
    received_on: date
    date_nl: str
    attribution_nl: str
    licence: str
    licence_text: str
    left_out_nl: tuple[str, ...]
    transfer: Transfer
    files: tuple[PublicFile, ...] = Field(min_length=1)

    @field_validator("base_address")
    @classmethod
    def _must_be_safe(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError("het adres moet met https:// beginnen")
        return value

    def target_of(self, file: PublicFile) -> Path:
        """Return the path of a file below the raw folder."""
        return Path(self._filled(self.target, file))

    def path_of(self, file: PublicFile) -> str:
        """Return the path of a file in the repository."""
        return self._filled(self.path, file)

    def addresses_of(self, file: PublicFile, mirror: str | None = None) -> list[str]:
        """Return where the bytes of a file are, best address first; on a mirror only there."""
        path = self.path_of(file)
        if mirror is not None:
            return [f"{mirror.rstrip('/')}/{path}"]
        revisions = [file.commit, self.newest_revision] if file.commit else [self.newest_revision]
        return [f"{self.base_address}/{revision}/{path}" for revision in revisions]

    def _filled(self, pattern: str, file: PublicFile) -> str:
        return pattern.format(
            institution_id=file.institution_id,
            start_year=file.start_year,
            received_on=self.received_on.isoformat(),
        )


def load_source(name: str, folder: Path = SOURCES_DIR) -> PublicSource:
    """Return the source with this name.

    Raises:
        StaalkaartError: There is none, or its file is not a source (exit code 2).
    """
    known = sorted(file.stem for file in folder.glob("*.yml"))
    if name not in known:
        raise StaalkaartError(f"De bron '{name}' bestaat niet. Kies uit: {', '.join(known)}.")
    path = folder / f"{name}.yml"
    try:
        return PublicSource.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        field = ".".join(str(step) for step in error.errors()[0]["loc"])
        raise StaalkaartError(
            f"De bron in {path.name} klopt niet: kijk naar '{field}' "
            f"({error.errors()[0]['msg']}). Verbeter het bestand en begin opnieuw."
        ) from None


def checked_mirror(address: str) -> str:
    """Return the address of a mirror, below which the paths of the repository stand.

    Raises:
        StaalkaartError: It is no http(s) address, or holds a password (exit code 2).
    """
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not address.isascii() or re.search(r"\s", address):
        shown = "" if "@" in address else f" {address}"  # a password may stand before an @
        raise StaalkaartError(
            f"--from{shown} is geen adres van een spiegel. Geef een adres dat met https:// of "
            "http:// begint en waaronder de paden van de repository staan, zonder spaties of "
            "letters met accenten."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise StaalkaartError(
            "Het adres achter --from mag geen gebruikersnaam, wachtwoord, ? of # bevatten. "
            "Geef alleen server en map."
        )
    return address
