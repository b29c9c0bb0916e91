"""Whether this machine has the Java that Spark needs, before half a gigabyte is installed.

Border: nothing is installed here; the commands ask first.
"""

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.settings import java_places

NEEDED = 17
MISSING = 2
_HOW = {
    "nl": (
        "Zo krijgt u Java {needed}: op Debian en Ubuntu met `apt-get install"
        " openjdk-{needed}-jre-headless`, op Fedora en RHEL met `dnf install"
        " java-{needed}-openjdk-headless`, op macOS met `brew install openjdk@{needed}`. Staat het"
        " naast een andere Java, wijs het dan aan met JAVA_HOME. Al het andere van Staalkaart werkt"
        " zonder Java."
    ),
    "en": (
        "How to get Java {needed}: on Debian and Ubuntu `apt-get install"
        " openjdk-{needed}-jre-headless`, on Fedora and RHEL `dnf install"
        " java-{needed}-openjdk-headless`, on macOS `brew install openjdk@{needed}`. Beside another"
        " Java, point at it with JAVA_HOME. Everything else of Staalkaart works without Java."
    ),
}
_NONE = {
    "nl": "Spark heeft Java {needed} nodig en op deze machine is geen Java gevonden ({where}).",
    "en": "Spark needs Java {needed} and no Java was found on this machine ({where}).",
}
_OTHER = {
    "nl": "Spark heeft Java {needed} nodig; {where} is Java {found}.",
    "en": "Spark needs Java {needed}; {where} is Java {found}.",
}


def java_problem(home: str | None, path: str, lang: str = "nl") -> str | None:
    """Return what is missing and how to get it; None where Java 17 is there.

    Args:
        home: ``JAVA_HOME``, which Spark asks first; None when not set.
        path: ``PATH``.
        lang: ``nl`` or ``en``.
    """
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=path)
    where = program or "PATH"
    found = _version(program) if program else None
    if found == str(NEEDED):
        return None
    said = (_OTHER if found else _NONE)[lang]
    return " ".join(
        text.format(needed=NEEDED, where=where, found=found) for text in (said, _HOW[lang])
    )


def _version(program: str) -> str | None:
    """Return the major version that a ``java`` says it has; None where it does not run."""
    try:
        asked = subprocess.run(  # noqa: S603 - the program that Spark would start
            [program, "-version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Other lines may stand before it: Java repeats JAVA_TOOL_OPTIONS.
    said = (asked.stderr + asked.stdout).decode("utf-8", errors="replace")
    told = re.search(r'^\w+ version "(?:1\.)?(\d+)', said, re.MULTILINE)
    return told[1] if told and not asked.returncode else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is missing and return 2, or return 0."""
    parser = argparse.ArgumentParser(prog="java", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lang", choices=("nl", "en"), default="nl")
    problem = java_problem(*java_places(), parser.parse_args(arguments).lang)
    if problem:
        sys.stderr.write(f"{problem}\n")
    return MISSING if problem else 0


if __name__ == "__main__":
    sys.exit(main())
