"""What was published: an append-only ledger, and who stood behind the numbers when it was.

``<data>/releases/ledger.jsonl`` has one line per released answer: who made and approved it, when,
the checksum of its folder, the checksum of the line before. Beside it stands, per release, what the
numbers said and which pseudonyms they counted, so that a later answer can be audited together with
it after the records have changed. Like the warehouse that is no publication.

Border: whether an answer may be released is decided in ``pipelines.answers.releasing``.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.answers.cells import Cell
from pipelines.console import StaalkaartError
from pipelines.disclosing.knowledge import NO_BOUND
from pipelines.disclosing.populations import Population
from pipelines.disclosing.statements import Group, Interval, Printed
from pipelines.settings import Settings

LEDGER, FACTS, MEMBERS = "ledger.jsonl", "printed.json", "members.parquet"
LINE = "line.sha256"  # of the line in the ledger, so that the last one cannot change unseen either
NEEDED = {"before", "name", "method", "landing_hash", "key_fingerprint", "printed_sha256"}


@dataclass(frozen=True)
class Release:
    """One released answer.

    Attributes:
        name: The question and the day, as the ledger names it.
        method: ``rounding`` or ``suppression``.
        landing_hash: The deliveries it was counted from.
        populations: What it printed numbers of, marked as of this release.
        printed: What it said of them.
        elements: What those populations are made of, in the order of the numbers in ``members``.
        parts: Per population the places of its elements, each with its sign.
        members: The file that says who is in which element.
    """

    name: str
    method: str
    landing_hash: str
    key_fingerprint: str
    populations: tuple[Population, ...]
    printed: tuple[Printed, ...]
    elements: tuple[Population, ...]
    parts: tuple[tuple[tuple[int, int], ...], ...]
    periods: Mapping[str, Sequence[str]]
    members: Path

    def unreleased(self) -> set[Population]:
        """Return its populations as another answer from the same deliveries names them."""
        return {replace(one, release="") for one in self.populations}


def releases_folder(settings: Settings) -> Path:
    """Return where releases are kept, below the data folder."""
    return settings.data_dir / "releases"


def read_releases(settings: Settings) -> tuple[Release, ...]:
    """Return every release, oldest first.

    Raises:
        StaalkaartError: The ledger was changed or something of a release is gone (exit 2).
    """
    folder = releases_folder(settings)
    lines = read_ledger(folder / LEDGER)
    _refuse_lost_lines(folder, {str(line["name"]) for line in lines})
    return tuple(_read_release(_kept_in(folder, str(line["name"])), line) for line in lines)


def _refuse_lost_lines(folder: Path, names: set[str]) -> None:
    """Refuse a ledger that has lost lines at its end: their folders still stand beside it."""
    for own in sorted(folder.glob("[0-9]*-*")):
        if own.is_dir() and own.name not in names:
            raise StaalkaartError(
                f"{own} is van een vrijgegeven antwoord dat niet in {folder / LEDGER} staat: het "
                "register heeft regels verloren. Zet het terug uit een kopie."
            )


def _kept_in(folder: Path, name: str) -> Path:
    """Return the folder of a release, also where a break-off left it under its first name."""
    own, first = folder / name, folder / f".{name}"
    return first if first.is_dir() and not own.exists() else own


def read_ledger(file: Path) -> list[dict[str, object]]:
    """Return the lines of the ledger, each proved to follow the one before.

    Raises:
        StaalkaartError: A line was changed, removed or put between (exit 2).
    """
    if not file.is_file():
        return []
    found: list[dict[str, object]] = []
    before = ""
    content = file.read_text(encoding="utf-8", errors="replace")
    for number, text in enumerate(content.splitlines(), start=1):
        try:
            line = json.loads(text)
        except ValueError:
            line = {}
        is_line = isinstance(line, dict) and line.keys() >= NEEDED
        if not is_line or line["before"] != before:
            raise StaalkaartError(
                f"Regel {number} van {file} volgt niet op de regel ervoor: het register van "
                "vrijgegeven antwoorden is gewijzigd. Zet het terug uit een kopie."
            )
        before = _checksum(text)
        found.append(line)
    return found


@contextmanager
def members_file(settings: Settings) -> Iterator[Path]:
    """Give a place for who is counted in what; it goes again unless a release takes it."""
    folder = releases_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".nieuw-", dir=folder) as work:
        yield Path(work) / MEMBERS


def append_release(
    settings: Settings,
    facts: Mapping[str, object],
    members: Path,
    line: Mapping[str, object],
    known: int,
) -> str:
    """Keep a release and write its line in the ledger; return its name.

    Args:
        settings: Where releases are.
        facts: What the release said, from ``as_facts``.
        members: The file with who is counted in what.
        line: What the ledger says of it.
        known: How many releases it was audited with.

    Raises:
        StaalkaartError: Another answer was released since (exit 2).
    """
    folder = releases_folder(settings)
    with (folder / LEDGER).open("a+", encoding="utf-8") as ledger:
        fcntl.flock(ledger, fcntl.LOCK_EX)
        lines = read_ledger(folder / LEDGER)
        fingerprint = line["key_fingerprint"]
        if sum(1 for one in lines if one["key_fingerprint"] == fingerprint) != known:
            raise StaalkaartError(
                "Intussen is een ander antwoord vrijgegeven. Geef de opdracht opnieuw; dan wordt "
                "dit antwoord samen met dat andere getoetst."
            )
        name = f"{len(lines) + 1:04d}-{line['question']}"
        content = (json.dumps(facts, ensure_ascii=False, sort_keys=True) + "\n").encode()
        text = (folder / LEDGER).read_text(encoding="utf-8").splitlines()
        full = {
            "name": name,
            **line,
            "printed_sha256": hashlib.sha256(content).hexdigest(),
            "members_sha256": hashlib.sha256(members.read_bytes()).hexdigest(),
            "before": _checksum(text[-1]) if text else "",
        }
        said = json.dumps(full, ensure_ascii=False)
        # Before its line stands in the ledger a release has another name: a folder with its own
        # name and no line is one whose line was lost.
        first = folder / f".{name}"
        shutil.rmtree(first, ignore_errors=True)  # of a release that was broken off before its line
        first.mkdir()
        (members.parent / FACTS).write_bytes(content)
        (members.parent / LINE).write_text(_checksum(said), encoding="utf-8")
        for file in (members.parent / FACTS, members.parent / LINE, members):
            with file.open("rb") as written:
                os.fsync(written.fileno())
            file.rename(first / file.name)
        ledger.write(said + "\n")
        ledger.flush()
        os.fsync(ledger.fileno())
        first.rename(folder / name)
    return name


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def told_conflict(released: Sequence[Release], group: Group) -> str:
    """Return which released answer reveals a group together with this one, if any does."""
    names = [
        one.release for one in (group.population, group.without) if one is not None and one.release
    ]
    names = names or [release.name for release in released]
    if not names:
        return ""
    return f"Het botst met vrijgegeven antwoord {', '.join(dict.fromkeys(names))}. "


def as_facts(
    printed: Sequence[Printed],
    populations: Sequence[Population],
    elements: Sequence[Population],
    parts: Sequence[Sequence[tuple[int, int]]],
    periods: Mapping[str, Sequence[str]],
) -> dict[str, object]:
    """Return what a release said as it is kept."""
    place_of = {one: place for place, one in enumerate(populations)}
    return {
        "populations": [_population_facts(one) for one in populations],
        "elements": [_population_facts(one) for one in elements],
        "parts": [[list(part) for part in made] for made in parts],
        "periods": {period: list(years) for period, years in periods.items()},
        "printed": [
            {
                "key": one.key,
                "lower": place_of[one.lower],
                "upper": None if one.upper is None else place_of[one.upper],
                "says": [
                    [low, None if high == NO_BOUND else high]
                    for low, high in (one.lower_says, one.upper_says, one.relation)
                ],
            }
            for one in printed
        ],
    }


def _population_facts(one: Population) -> dict[str, object]:
    return {**asdict(one.cell), "bound": one.bound, "term": one.term, "until": one.until}


def _population_of(facts: dict[str, str], release: str) -> Population:
    own = dict(facts)
    bound, term, until = own.pop("bound"), own.pop("term"), own.pop("until")
    return Population(Cell(**own), bound, term, until, release)


def _interval(facts: list[float | None]) -> Interval:
    low, high = facts
    return float(low or 0), NO_BOUND if high is None else float(high)


def _read_release(folder: Path, line: Mapping[str, object]) -> Release:
    name = str(line["name"])
    try:
        content = (folder / FACTS).read_bytes()
        is_whole = hashlib.sha256(content).hexdigest() == line["printed_sha256"]
        said = json.dumps(line, ensure_ascii=False)
        is_own_line = (folder / LINE).read_text(encoding="utf-8") == _checksum(said)
        facts = json.loads(content)
    except (OSError, ValueError):
        is_whole = is_own_line = False
    if is_whole and not is_own_line:
        raise StaalkaartError(
            f"De regel van {name} in het register van vrijgegeven antwoorden is niet die van toen: "
            "ze is gewijzigd. Zet het register terug uit een kopie."
        )
    if not is_whole or not (folder / MEMBERS).is_file():
        raise StaalkaartError(
            f"Van vrijgegeven antwoord {name} is {folder} niet meer zoals het was; zonder dat is "
            "een later antwoord niet te toetsen. Zet die map terug uit een kopie."
        )
    populations = tuple(_population_of(one, name) for one in facts["populations"])
    printed = tuple(
        Printed(
            f"{name} {one['key']}",
            populations[one["lower"]],
            None if one["upper"] is None else populations[one["upper"]],
            *(_interval(said) for said in one["says"]),
        )
        for one in facts["printed"]
    )
    return Release(
        name,
        str(line["method"]),
        str(line["landing_hash"]),
        str(line["key_fingerprint"]),
        populations,
        printed,
        tuple(_population_of(one, name) for one in facts["elements"]),
        tuple(tuple((place, sign) for place, sign in made) for made in facts["parts"]),
        facts["periods"],
        folder / MEMBERS,
    )
