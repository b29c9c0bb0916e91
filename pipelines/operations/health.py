"""What is not well with an installation: the last run, the lock, the clock, the disk, the e-mail.

Only the standard library and YAML are needed, because the watchdog asks it: it must still speak
when nothing that a run needs works.

Border: nothing is mended or sent here, and no figure is looked at; the whole picture is the
bulletin's.
"""

import fcntl
import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.operations.clock import moment_nl, span_nl
from pipelines.operations.freshness import Freshness, freshness
from pipelines.operations.mail import mail_server
from pipelines.operations.notification import OUTCOMES_NL
from pipelines.operations.parameters import GIB, Parameters
from pipelines.operations.run_record import RUNNING, Found, RunRecord, read_run_record
from pipelines.settings import Settings, mail_settings
from pipelines.warehouse.lock import read_holder


@dataclass(frozen=True)
class Trouble:
    """One thing that is not well.

    Attributes:
        kind: What it is, the same as long as it lasts: ``stale``, ``hanging``, ``last_run``,
            ``record``, ``clock``, ``disk``, ``folder`` or ``mail``.
        text: What was found and what to do, in Dutch.
    """

    kind: str
    text: str


def troubles(settings: Settings, moment: datetime, parameters: Parameters) -> list[Trouble]:
    """Return what is not well with an installation, the worst first.

    Args:
        settings: Its folders.
        moment: The present moment.
        parameters: The limits.
    """
    if not settings.data_dir.is_dir():
        text = f"De gegevensmap {settings.data_dir} is er niet. Kijk of de schijf aangekoppeld is."
        return [Trouble("folder", text)]
    found = read_run_record(settings.status_file)
    holding = holding_of(settings, moment)
    told = [
        _freshness_trouble(freshness(found.record, moment, parameters)),
        _record_trouble(settings, found),
        _hanging_trouble(holding, parameters),
        _last_run_trouble(found.record, holding),
        _disk_trouble(settings, parameters),
        _mail_trouble(),
    ]
    return [one for one in told if one is not None]


@dataclass(frozen=True)
class Holding:
    """Who holds the lock now, for how long; ``age`` is None where the clock makes no sense."""

    by: str
    since: datetime | None
    age: timedelta | None


def holding_of(settings: Settings, moment: datetime) -> Holding | None:
    """Return who holds the lock, None when nobody does.

    The text of the lock file is there as long as a run lives, and after it was killed. Only where
    there is one is the lock itself tried, for a moment and shared, so that no run is kept away.
    """
    try:
        if not settings.lock_file.stat().st_size or not _is_locked(settings.lock_file):
            return None
    except OSError:
        return None
    holder = read_holder(settings.lock_file)
    since = _moment(holder.since) if holder else None
    by = f"{holder.by} (proces {holder.pid})" if holder else "een onbekende run"
    return Holding(by, since, moment - since if since else None)


def _is_locked(lock_file: Path) -> bool:
    descriptor = os.open(lock_file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None


def _freshness_trouble(found: Freshness) -> Trouble | None:
    if found.is_fresh:
        return None
    if found.state == "future":
        text = (
            f"De laatste geslaagde run eindigde volgens zijn verslag in de toekomst, op "
            f"{_when(found.since)}. Kijk of de klok van deze machine juist staat, en voer dan "
            "'staalkaart run' uit."
        )
        return Trouble("clock", text)
    if found.state == "never":
        text = (
            "Geen geslaagde run bekend. Voer 'staalkaart run' uit en kijk wat die zegt; "
            "kijk daarna of de nachtelijke run ingepland staat."
        )
        return Trouble("stale", text)
    text = (
        f"Geen geslaagde run sinds {_when(found.since)} ({_ago(found)} geleden). Kijk of de "
        "nachtelijke run nog ingepland staat (systemctl list-timers) en wat de laatste zei: "
        "staalkaart status."
    )
    return Trouble("stale", text)


def _record_trouble(settings: Settings, found: Found) -> Trouble | None:
    if found.problem != "unreadable":
        return None
    text = (
        f"Het verslag van de laatste run ({settings.status_file.name}) is beschadigd. De volgende "
        "run schrijft een nieuw: staalkaart run."
    )
    return Trouble("record", text)


def _hanging_trouble(holding: Holding | None, parameters: Parameters) -> Trouble | None:
    if holding is None:
        return None
    if holding.age is None:
        text = f"Een run houdt het slot vast en niemand weet sinds wanneer: {holding.by}."
        return Trouble("hanging", text)
    if holding.age < -parameters.clock_tolerance:
        text = (
            f"Een run begon volgens het slot in de toekomst, op {_when(holding.since)} "
            f"({holding.by}). Kijk of de klok van deze machine juist staat."
        )
        return Trouble("clock", text)
    if holding.age <= parameters.hanging_after:
        return None
    text = (
        f"Een run hangt: {holding.by} houdt het slot vast sinds {_when(holding.since)} "
        f"({span_nl(holding.age)}). Kijk of het proces nog werkt; beëindig het anders met kill. "
        "Het gepubliceerde bestand blijft dan ongewijzigd."
    )
    return Trouble("hanging", text)


def _last_run_trouble(record: RunRecord | None, holding: Holding | None) -> Trouble | None:
    if record is None or record.is_successful:
        return None
    if record.outcome == RUNNING:
        if holding is not None:
            return None
        when = f", begonnen op {_when(record.started_at)}," if record.started_at else ""
        text = (
            f"De laatste run{when} werd afgebroken zonder einde. Kijk in het journaal van de "
            "machine (geheugen, stroom) en voer opnieuw uit: staalkaart run."
        )
        return Trouble("last_run", text)
    when = f" ({moment_nl(record.finished_at)})" if record.finished_at else ""
    text = f"{OUTCOMES_NL[record.outcome]} Laatste run{when}. Wat te doen: staalkaart status."
    return Trouble("last_run", text)


def _disk_trouble(settings: Settings, parameters: Parameters) -> Trouble | None:
    """Return whether the next run may not fit; it needs about what the last one made, and more."""
    free = shutil.disk_usage(settings.data_dir).free
    newest = _size(settings.build_file) or _size(settings.published_file)
    needed = max(parameters.smallest_free_gib * GIB, parameters.free_builds * newest)
    if free >= needed:
        return None
    text = (
        f"De schijf is bijna vol: {free / GIB:.1f} GiB vrij voor {settings.data_dir}, en een run "
        f"heeft {needed / GIB:.1f} GiB nodig. Maak ruimte vrij of kies een andere schijf met "
        "--data."
    ).replace(".0 GiB", " GiB")
    return Trouble("disk", text)


def _mail_trouble() -> Trouble | None:
    """Return whether an e-mail could not be sent if one were needed, without trying the network."""
    asked = mail_settings()
    if asked is None:
        return None
    try:
        mail_server(asked)
    except StaalkaartError as problem:
        return Trouble("mail", str(problem))
    return None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _when(moment: datetime | None) -> str:
    return moment_nl(moment) if moment else "een onbekend tijdstip"


def _ago(found: Freshness) -> str:
    return span_nl(found.age) if found.age else ""
