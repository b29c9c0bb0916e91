"""``staalkaart status``: the bulletin on the terminal or as one page, and its exit code.

Border: what it says is decided in ``bulletin.py``.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.explaining.rendering import show
from pipelines.operations.bulletin.bulletin import bulletin_page, look
from pipelines.operations.bulletin.html_page import html_page
from pipelines.settings import Settings

FRESH, STALE = 0, 1
TERMINAL_WIDTH = 100
CHANGES_ON_TERMINAL, CHANGES_ON_PAGE = 10, 200


def report_status(
    settings: Settings,
    is_page: bool,
    file: Path | None,
    language: str,
    say: Callable[[str], None],
) -> int:
    """Show the bulletin, or write it as a page, and return the exit code.

    Args:
        settings: The data folder.
        is_page: Whether a page is written instead of text shown.
        file: Where the page goes; ``bulletin.html`` in the data folder when None.
        language: ``nl`` or ``en``.
        say: Prints one line.

    Returns:
        0 when what is published is fresh, 1 when it is stale.

    Raises:
        StaalkaartError: Unknown language, a file without ``--html``, or a page that cannot be
            written (exit 2).
    """
    if file is not None and not is_page:
        raise StaalkaartError(
            f"Een bestand ({file}) hoort bij --html: staalkaart status --html {file}"
        )
    situation = look(settings, language, CHANGES_ON_PAGE if is_page else CHANGES_ON_TERMINAL)
    page = bulletin_page(situation, language)
    if is_page:
        target = file or settings.bulletin_file
        _write(target, html_page(page, language))
        say(f"Bulletin: {target}")
    else:
        show(page, width=TERMINAL_WIDTH)
    return FRESH if situation.is_fresh else STALE


def _write(target: Path, content: str) -> None:
    """Write a page whole or not at all."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(target)
    except OSError as problem:
        raise StaalkaartError(
            f"Het bulletin kon niet worden geschreven in {target}: {problem.strerror}. "
            "Noem een ander bestand: staalkaart status --html <bestand>"
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()
