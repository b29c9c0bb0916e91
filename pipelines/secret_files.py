"""Secrets that stand in a file of their own: read only when nobody else can read them.

Border: which file holds which secret, and what it is for, is said by who asks.
"""

import stat
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.settings import credentials_dir

_SAFE_MODES = 0o600
# systemd gives a service its credentials in a folder that only the service can enter; where it lets
# the user of the service in by an access list, the list shows in the mode as a right of the group.
_CREDENTIAL_MODES = 0o640


def read_secret(path: Path, what: str, variable: str) -> bytes:
    """Return the content of a secret file without the white space around it.

    Args:
        path: The file.
        what: What it is, in Dutch, as a sentence begins with it (``Het sleutelbestand``).
        variable: The environment variable that names it, for the message.

    Raises:
        StaalkaartError: The file is missing, empty or readable by others (exit code 2).
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        secret = path.read_bytes().strip()
    except OSError:
        raise StaalkaartError(
            f"{what} van {variable} kan niet worden gelezen. Controleer het pad en de rechten."
        ) from None
    allowed = _CREDENTIAL_MODES if path.parent == credentials_dir() else _SAFE_MODES
    if mode & ~allowed:
        raise StaalkaartError(
            f"{what} van {variable} is leesbaar voor anderen (rechten {mode:04o}). "
            "Geef het rechten 0400: chmod 0400 <bestand>."
        )
    if not secret:
        raise StaalkaartError(f"{what} van {variable} is leeg.")
    return secret
