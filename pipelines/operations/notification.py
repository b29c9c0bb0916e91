"""What is told by e-mail, and when: once for every change of state, never the same every night.

Two tell: a run at its end, and the watchdog. What each last told stands in the data folder; it is
kept only when the message was handed over, so that what could not be sent is tried again. A message
names institutions, masked files and what to do. It holds no count and no message of a rule or
check, since those can hold exact numbers about persons.

Border: how a message is sent stands in ``mail.py``; nothing here ends a run. Only the standard
library is needed, because the watchdog uses it.
"""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.operations.clock import moment_nl
from pipelines.operations.mail import mail_server, send
from pipelines.operations.parameters import load_parameters
from pipelines.operations.run_record import (
    FAILED,
    GATE_FAILED,
    NOT_STARTED,
    RUNNING,
    RunRecord,
)
from pipelines.settings import Settings, mail_settings

RUN, WATCHDOG = "run", "watchdog"
WELL: tuple[str, ...] = ()
OUTCOMES_NL = {
    GATE_FAILED: "De poort hield de run tegen; er is niets gepubliceerd.",
    FAILED: "De run mislukte.",
    NOT_STARTED: "De run kon niet beginnen.",
    RUNNING: "De run werd afgebroken.",
}
MOST_NAMED = 20
CLOSING = (
    "Volledig overzicht, met wat eerst te doen: staalkaart status\n"
    "Dit bericht komt één keer; het volgende volgt als de toestand verandert."
)


@dataclass(frozen=True)
class Told:
    """What became of telling.

    Attributes:
        is_sent: Whether a message was handed over.
        problem: Why it was not, in Dutch; empty when it was, or when there was nothing to tell.
    """

    is_sent: bool = False
    problem: str = ""


def run_state(record: RunRecord) -> tuple[str, ...]:
    """Return what is not well about a run, without times or counts; empty when all is well."""
    state = [] if record.is_successful else [f"outcome:{record.outcome}:{record.message or ''}"]
    if record.is_successful and record.message:
        state.append(f"after:{record.message}")
    state += [f"check:{one.suite}:{one.subject}" for one in record.unmet_checks if one.is_blocking]
    state += [f"refused:{one.file_name}" for one in record.refused_files]
    state += [f"stranger:{name}" for name in record.unrecognised_folders]
    state += [f"error:{unit}:{what}" for unit, what in record.institutions_in_error.items()]
    return tuple(sorted(set(state)))


def tell_run(settings: Settings, record: RunRecord) -> Told:
    """Tell what became of a run, where its state is not the one that was last told."""
    state = run_state(record)
    if not state:
        subject = "hersteld: de run eindigde weer goed"
    elif not record.is_successful:
        subject = OUTCOMES_NL.get(record.outcome, "De run mislukte.").rstrip(".").lower()
    else:
        subject = "gepubliceerd, maar niet alles kon worden verwerkt"
    return tell(settings, RUN, state, subject, _run_lines(record))


def is_told_by_run(settings: Settings, record: RunRecord) -> bool:
    """Return whether the run itself told what is not well about it."""
    return _last_told(settings, RUN) == run_state(record)


def tell(
    settings: Settings, who: str, state: Sequence[str], subject: str, lines: Sequence[str]
) -> Told:
    """Send a message when the state is not the one that was last told.

    Args:
        settings: The data folder.
        who: ``run`` or ``watchdog``; each has its own memory.
        state: What is not well; empty when all is well, which is told only after something was not.
        subject: One line.
        lines: The body, one paragraph each.
    """
    before = _last_told(settings, who)
    if tuple(state) == (before or WELL):
        return Told()
    try:
        asked = mail_settings()
        if asked is None:
            return Told()
        body = "\n".join([*lines, "", CLOSING, f"Gegevensmap: {settings.data_dir.name}"])
        send(mail_server(asked), subject, body, load_parameters().mail_timeout_seconds)
        _remember(settings, who, state)
    except StaalkaartError as problem:
        return Told(problem=str(problem))
    except Exception as fault:  # whatever goes wrong with a message, the run goes on
        return Told(problem=f"E-mail niet verstuurd: onverwachte fout ({type(fault).__name__}).")
    return Told(is_sent=True)


def _run_lines(record: RunRecord) -> list[str]:
    """Return the body of a message about a run."""
    when = f" van {moment_nl(record.finished_at)}" if record.finished_at else ""
    lines = [f"De run{when} ({record.by or 'onbekend waardoor begonnen'}):"]
    if record.is_successful:
        lines.append("Het gepubliceerde bestand is actueel.")
    else:
        lines.append(OUTCOMES_NL.get(record.outcome, "De run mislukte."))
        lines.append("Het bestand van de vorige publicatie blijft staan.")
    blocking = [one for one in record.unmet_checks if one.is_blocking]
    lines += _listed("Wat de poort tegenhield", [f"{o.suite}: {o.subject}" for o in blocking])
    lines += _listed("Instellingen met een fout in het programma", record.institutions_in_error)
    lines += _listed("Geweigerde bestanden", [one.file_name for one in record.refused_files])
    lines += _listed("Mappen van geen bekende instelling", record.unrecognised_folders)
    if record.last_success and not record.is_successful:
        lines.append(f"Laatste geslaagde run: {moment_nl(record.last_success.finished_at)}.")
    return lines


def _listed(heading: str, names: Iterable[str]) -> list[str]:
    found = sorted(names)
    if not found:
        return []
    shown = [f"- {name}" for name in found[:MOST_NAMED]]
    more = len(found) - len(shown)
    return [f"{heading}:", *shown, *([f"- en nog {more}"] if more else [])]


def _last_told(settings: Settings, who: str) -> tuple[str, ...] | None:
    """Return the state that was last told, None when nothing was or nobody can read it."""
    try:
        content = json.loads((settings.told_dir / f"{who}.json").read_text(encoding="utf-8"))
        return tuple(str(one) for one in content["state"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(settings: Settings, who: str, state: Sequence[str]) -> None:
    settings.told_dir.mkdir(parents=True, exist_ok=True)
    file: Path = settings.told_dir / f"{who}.json"
    temporary = file.with_name(f".{who}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps({"state": list(state)}, ensure_ascii=False), encoding="utf-8")
    temporary.replace(file)
