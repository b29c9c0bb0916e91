"""Secrets that stand in a file of their own: read only when nobody else can read or replace them.

Border: which file holds which secret, and what it is for, is said by who asks.
"""

import errno
import os
import stat
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.settings import credentials_dir

_SAFE_MODES = 0o600
# systemd gives a service its credentials in a folder that only the service can enter; where it lets
# the user of the service in by an access list, the list shows in the mode as a right of the group.
_CREDENTIAL_MODES = 0o640
_OTHERS_WRITE = 0o022
# A link could be pointed elsewhere, and a pipe would keep a run waiting.
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_LARGEST = 64 * 1024


def read_secret(path: Path, what: str, variable: str) -> bytes:
    """Return the content of a secret file without the white space around it.

    What is judged is the open file, so that nobody can put another in its place in between.

    Args:
        path: The file.
        what: What it is, in Dutch, as a sentence begins with it (``Het sleutelbestand``).
        variable: The environment variable that names it, for the message.

    Raises:
        StaalkaartError: The file is missing, empty, a link, no plain file, of somebody else,
            readable by others, or in a folder where others can replace it (exit code 2).
    """
    named = f"{what} van {variable}"
    try:
        folder = path.parent.stat()
        with os.fdopen(os.open(path, _OPEN), "rb") as file:
            _must_be_safe(os.fstat(file.fileno()), folder, path.parent == credentials_dir(), named)
            secret = file.read(_LARGEST + 1)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise StaalkaartError(
                f"{named} is een koppeling. Noem het bestand zelf, waar de koppeling naar wijst."
            ) from None
        raise StaalkaartError(
            f"{named} kan niet worden gelezen. Controleer het pad en de rechten."
        ) from None
    if len(secret) > _LARGEST:
        raise StaalkaartError(f"{named} is te groot (meer dan {_LARGEST} bytes).")
    if not secret.strip():
        raise StaalkaartError(f"{named} is leeg.")
    return secret.strip()


def _must_be_safe(
    file: os.stat_result, folder: os.stat_result, is_credential: bool, named: str
) -> None:
    """Refuse a file that others can read, write or replace."""
    if not stat.S_ISREG(file.st_mode):
        raise StaalkaartError(f"{named} is geen gewoon bestand. Zet het geheim in een bestand.")
    mode = stat.S_IMODE(file.st_mode)
    if mode & ~(_CREDENTIAL_MODES if is_credential else _SAFE_MODES):
        raise StaalkaartError(
            f"{named} is leesbaar voor anderen (rechten {mode:04o}). "
            "Geef het rechten 0400: chmod 0400 <bestand>."
        )
    trusted = {0, os.geteuid()}
    if file.st_uid not in trusted or folder.st_uid not in trusted:
        raise StaalkaartError(
            f"{named}, of de map waarin het staat, is van een andere gebruiker. Alleen wie dit "
            "uitvoert of root mag eigenaar zijn: chown <gebruiker> <bestand> <map>."
        )
    folder_mode = stat.S_IMODE(folder.st_mode)
    # In a sticky folder, such as one for temporary files, nobody can replace the file of another.
    if folder_mode & _OTHERS_WRITE and not folder_mode & stat.S_ISVTX:
        raise StaalkaartError(
            f"{named} staat in een map waarin anderen mogen schrijven (rechten {folder_mode:04o}), "
            "dus kunnen zij het vervangen. Neem dat recht weg: chmod go-w <map>."
        )
