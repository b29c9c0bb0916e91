"""The thresholds of operations: facts of ``parameters.yml``, each with its unit and its source.

Border: thresholds of counting and disclosure are seeds of the dbt project; no clock and no disk is
looked at here. Only the standard library and YAML are needed, because the watchdog reads it.
"""

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml

from pipelines.console import StaalkaartError

PARAMETERS_FILE = Path(__file__).with_name("parameters.yml")
GIB = 1024**3


@dataclass(frozen=True)
class Parameters:
    """The value of every parameter; units as ``parameters.yml`` says."""

    stale_hours: float
    hanging_hours: float
    clock_tolerance_minutes: float
    smallest_free_gib: float
    free_builds: float
    mail_timeout_seconds: float
    keep_raw_days: int

    @property
    def stale_after(self) -> timedelta:
        """How long after the last successful run the figures are stale."""
        return timedelta(hours=self.stale_hours)

    @property
    def hanging_after(self) -> timedelta:
        """How long a run may hold the lock."""
        return timedelta(hours=self.hanging_hours)

    @property
    def clock_tolerance(self) -> timedelta:
        """How far in the future a moment may be before the clock is doubted."""
        return timedelta(minutes=self.clock_tolerance_minutes)


@cache
def load_parameters(file: Path = PARAMETERS_FILE) -> Parameters:
    """Return the parameters.

    Raises:
        StaalkaartError: An entry is missing, unknown or no positive number, or does not say its
            unit and source (exit 2).
    """
    names = {field.name: field.type for field in fields(Parameters)}
    entries = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    astray = sorted(set(entries) ^ set(names))
    if astray:
        raise StaalkaartError(
            f"{file.name}: ontbrekende of onbekende parameter: {', '.join(astray)}. "
            f"Precies deze zijn toegelaten: {', '.join(names)}."
        )
    return Parameters(**{name: _value(file, name, entries[name]) for name in names})


def _value(file: Path, name: str, entry: object) -> int:
    """Return the value of an entry that also says its unit and its source."""
    is_whole = isinstance(entry, dict) and {"value", "unit", "source"} <= set(entry)
    value = entry["value"] if isinstance(entry, dict) and is_whole else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or value < 0:  # type: ignore[operator]
        raise StaalkaartError(
            f"{file.name}: {name} moet een getal van nul of meer zijn, met 'value', 'unit' en "
            f"'source'; gevonden: {entry!r}."
        )
    return value  # type: ignore[return-value]
