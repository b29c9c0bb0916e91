"""The watchdog: says whether the nightly run still happens, and notifies when that changed.

It needs the standard library and YAML and nothing that a run needs, and runs beside it:
``staalkaart watchdog``, or ``python -m pipelines.operations.watchdog`` where even that fails.

Border: what is looked at stands in ``health.py``; nothing is mended here.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.operations.clock import moment_nl, now, span_nl
from pipelines.operations.freshness import Freshness, freshness
from pipelines.operations.health import Trouble, troubles
from pipelines.operations.mail import mail_server, send
from pipelines.operations.notification import WATCHDOG, Told, is_told_by_run, tell
from pipelines.operations.parameters import load_parameters
from pipelines.operations.run_record import RunRecord, read_run_record
from pipelines.settings import Settings, load_settings, mail_settings

WELL, NOT_WELL = 0, 1


def watch(settings: Settings, say: Callable[[str], None]) -> int:
    """Say how an installation is, notify when that changed, and return the exit code.

    Args:
        settings: Its folders.
        say: Prints one line.

    Returns:
        0 when all is well, 1 when something is not.
    """
    moment, parameters = now(), load_parameters()
    found = troubles(settings, moment, parameters)
    record = read_run_record(settings.status_file).record
    for one in found:
        say(f"Niet in orde: {one.text}")
    if not found and record is not None:
        since = freshness(record, moment, parameters)
        say(f"In orde: {_since(since)}.")
    told = _notify(settings, found, record)
    if told.is_sent:
        say("E-mail verstuurd.")
    if told.problem and not any(one.kind == "mail" for one in found):
        say(f"Let op: {told.problem}")
    return NOT_WELL if found or told.problem else WELL


def send_test_message(settings: Settings) -> str:
    """Send a message that only tries the e-mail out, and return what to say of it.

    Raises:
        StaalkaartError: No mail server is named, or the message was not taken (exit 2).
    """
    asked = mail_settings()
    if asked is None:
        raise StaalkaartError(
            "Er is geen e-mail ingesteld. Noem de mailserver in STAALKAART_SMTP_HOST; de README "
            "noemt de andere variabelen (Watchdog and e-mail)."
        )
    server = mail_server(asked)
    body = f"Proefbericht van de waakhond van Staalkaart.\nGegevensmap: {settings.data_dir.name}"
    send(server, "proefbericht", body, load_parameters().mail_timeout_seconds)
    return f"Proefbericht verstuurd naar {', '.join(str(one) for one in server.recipients)}."


def _notify(settings: Settings, found: list[Trouble], record: RunRecord | None) -> Told:
    """Tell what the watchdog found; what a run told about itself is not told twice."""
    is_known = record is not None and is_told_by_run(settings, record)
    untold = [one for one in found if not (one.kind == "last_run" and is_known)]
    state = sorted(one.kind for one in untold)
    subject = "hersteld: alles is weer in orde" if not untold else untold[0].text.split(".")[0]
    lines = [one.text for one in untold] or ["De waakhond vindt niets meer dat niet in orde is."]
    return tell(settings, WATCHDOG, state, subject, lines)


def _since(found: Freshness) -> str:
    if found.since is None or found.age is None:
        return "geen geslaagde run bekend"
    return f"laatste geslaagde run {moment_nl(found.since)} ({span_nl(found.age)} geleden)"


def main() -> None:
    """Run the watchdog on its own: ``python -m pipelines.operations.watchdog``."""
    parser = argparse.ArgumentParser(
        prog="python -m pipelines.operations.watchdog",
        description="Zegt of de nachtelijke run nog loopt; eindigt met 0 (in orde) of 1.",
    )
    parser.add_argument("--data", type=Path, default=None, help="Map voor al wat ontstaat (data).")
    parser.add_argument(
        "--test-mail", action="store_true", help="Verstuur alleen een proefbericht."
    )
    asked = parser.parse_args()
    sys.exit(run_watchdog(asked.data, asked.test_mail))


def run_watchdog(data: Path | None, is_test: bool) -> int:
    """Do what the command line asks, and return the exit code."""

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")

    settings = load_settings(data=data)
    try:
        if not is_test:
            return watch(settings, say)
        say(send_test_message(settings))
    except (StaalkaartError, OSError) as problem:
        sys.stderr.write(f"Fout: {problem}\n")
        return NOT_WELL
    return WELL


if __name__ == "__main__":
    main()
