"""What the disk, rights or memory refuse, told to people: disk full, no right to write, read-only.

Libraries in other languages raise errors of their own in which the system's reason is only text;
that text is recognised, and nothing else of it is repeated, since it may hold a value of a row.

Border: which work was done when it happened is known to the caller only.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

from pipelines.console import StaalkaartError

# Why nothing can be written, by what the system says.
REASONS = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de toegestane schijfruimte is op",
    errno.EACCES: "er is geen recht om daar te schrijven",
    errno.EPERM: "er is geen recht om daar te schrijven",
    errno.EROFS: "daar kan alleen worden gelezen",
}
NO_MEMORY = "er is niet genoeg geheugen"
# What libraries write instead of the system's own text.
SPOKEN = {
    "database or disk is full": REASONS[errno.ENOSPC],
    "not enough disk space": REASONS[errno.ENOSPC],
    "attempt to write a readonly database": REASONS[errno.EROFS],
    "out of memory": NO_MEMORY,
} | {os.strerror(number).lower(): reason for number, reason in REASONS.items()}
ADVICE = {
    REASONS[errno.ENOSPC]: "Maak ruimte vrij",
    REASONS[errno.EDQUOT]: "Maak ruimte vrij of vraag meer",
    NO_MEMORY: "Sluit andere programma's of geef de machine meer geheugen",
}
RIGHTS = "Pas de rechten aan of geef een andere map met --data"
# Where an error's text comes from the system, through a library.
LIBRARIES = ("duckdb", "_duckdb", "polars", "pyarrow", "sqlite3", "sqlalchemy", "dbt")


def storage_reason(error: BaseException) -> str | None:
    """Return in Dutch what disk, rights or memory refused; None when that is not what happened."""
    for each in _chain(error):
        if isinstance(each, MemoryError):
            return NO_MEMORY
        if isinstance(each, OSError) and each.errno in REASONS:
            return REASONS[each.errno]
        if type(each).__module__.partition(".")[0] in LIBRARIES:
            reason = reason_in(str(each))
            if reason is not None:
                return reason
    return None


def reason_in(text: str) -> str | None:
    """Return the reason that a library's message tells, None when it tells none."""
    said = text.lower()
    return next((reason for words, reason in SPOKEN.items() if words in said), None)


def is_about(error: BaseException, folder: Path) -> bool:
    """Return whether an error names a path in a folder, such as the one that is only read."""
    names = [each.filename for each in _chain(error) if isinstance(each, OSError)]
    return any(isinstance(name, str) and Path(name).is_relative_to(folder) for name in names)


def storage_error(reason: str, data_dir: Path) -> StaalkaartError:
    """Return the message that ends a run; whatever was published is whole (exit 2)."""
    return StaalkaartError(
        f"De run is gestopt: in {data_dir} kon iets niet worden geschreven, want {reason}. "
        "Het gepubliceerde bestand en wat al geland was, zijn heel gebleven. "
        f"{ADVICE.get(reason, RIGHTS)} en begin opnieuw met: staalkaart run."
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it came from; one raised while handling another comes first."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__ or each.__context__
