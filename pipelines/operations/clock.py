"""The present moment, and moments and spans of time as people read them.

Border: clocks decide nothing about figures; only how old something is. Dates inside an answer are
printed by ``answers``. Only the standard library is needed, because the watchdog uses it.
"""

from datetime import UTC, datetime, timedelta

MONTHS_NL = {
    1: "januari",
    2: "februari",
    3: "maart",
    4: "april",
    5: "mei",
    6: "juni",
    7: "juli",
    8: "augustus",
    9: "september",
    10: "oktober",
    11: "november",
    12: "december",
}
HOURS_SHOWN = timedelta(hours=48)


def now() -> datetime:
    """Return the present moment, in the time zone of this machine."""
    return datetime.now(UTC).astimezone()


def moment_nl(moment: datetime) -> str:
    """Return a moment in Dutch, in the time zone of this machine: ``28 november 2026 om 06u05``."""
    local = moment.astimezone()
    return f"{local.day} {MONTHS_NL[local.month]} {local.year} om {local:%H}u{local:%M}"


def span_nl(span: timedelta) -> str:
    """Return a span of time in Dutch, in the unit that suits it; never below zero."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < 60:
        return "minder dan een minuut"
    if seconds < 3600:
        minutes = seconds // 60
        return f"{minutes} {'minuut' if minutes == 1 else 'minuten'}"
    if span < HOURS_SHOWN:
        return f"{seconds // 3600} uur"
    return f"{span.days} dagen"
