"""How a run looks on the terminal: progress while it runs, a summary at the end.

Border: nothing is computed here; figures are read from the published file.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import TracebackType
from typing import Self

import duckdb
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines.console import RunWatch
from pipelines.deliveries.intake import IntakeResult
from pipelines.settings import Settings

STAGES = {
    "deliveries": "Leveringen lezen",
    "delivered": "Leveringen samenbrengen",
    "models": "Modellen bouwen",
    "gate": "Poort",
    "publish": "Publiceren",
    "answers": "Antwoorden",
}
DEFINITIONS = ("label", "minister")
COUNTS = """
    select academic_year, definition, lower, upper, institutions_reporting, is_provisional
    from counts
    where measure = 'offerings' and institution_id = '*' and split = 'none'
        and definition in ('label', 'minister') and academic_year not like '%..%'
    order by academic_year, definition
"""


class TerminalWatch(RunWatch):
    """A watch that draws one bar per stage on a terminal."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._progress = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"),
            console=console,
        )

    def __enter__(self) -> Self:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing; the finished bars stay on the screen."""
        self._progress.stop()

    def begin(self, stage: str, total: int) -> None:
        """Draw a new bar under the others."""
        super().begin(stage, total)
        self._close_stage()
        self._progress.add_task(STAGES[stage], total=total, now="")

    def step(self, what: str) -> None:
        """Move the newest bar one step and name what was done."""
        newest = self._progress.task_ids[-1]
        self._progress.update(newest, advance=1, now=what[:40])

    def _close_stage(self) -> None:
        if self._progress.task_ids:
            self._progress.update(self._progress.task_ids[-1], now="")


@contextmanager
def progress_of(work: str, is_quiet: bool) -> Iterator[Callable[[int, int, str], None]]:
    """Draw one bar for a piece of work, on a terminal only.

    Yields:
        What to call with steps done, steps in all and what was done last.
    """
    console = Console(stderr=True)
    if is_quiet or not console.is_terminal:
        yield lambda done, total, what: None
        return
    with Progress(
        TextColumn(work),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[now]}"),
        console=console,
    ) as progress:
        bar = progress.add_task(work, total=None, now="")

        def advance(done: int, total: int, what: str) -> None:
            progress.update(bar, completed=done, total=total, now=what)

        yield advance


def show_summary(settings: Settings, watch: RunWatch) -> None:
    """Print what became of the deliveries, the gate, the main counts and where the answer is."""
    console = Console()
    console.print(_institutions(watch))
    for note in watch.notes:
        console.print(note, markup=False)
    for delivery in (d for result in watch.institutions for d in result.deliveries):
        if delivery.message_nl:
            console.print(f"Geweigerd: {delivery.file_name}: {delivery.message_nl}", markup=False)
        if delivery.warning_nl:
            console.print(f"Let op: {delivery.file_name}: {delivery.warning_nl}", markup=False)
        if delivery.return_file and not delivery.is_unchanged:
            where = f"Verbeterbestand voor {delivery.file_name}: {delivery.return_file}"
            console.print(where, soft_wrap=True, markup=False)
    for stranger in watch.unrecognised_folders:
        console.print(f"Geweigerd: {stranger} is geen bekende instelling.", markup=False)
    if watch.checks:
        for line in gate_lines(watch):
            console.print(line, markup=False)
    if watch.is_unchanged:
        console.print("Niets veranderd sinds de vorige publicatie: er is niets gebouwd.")
    if not (watch.is_unchanged or watch.row_counts):
        return
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        is_synthetic = connection.execute("select is_synthetic from build").fetchall() == [(True,)]
        counts = connection.execute(COUNTS).fetchall()
    console.print(_counts(counts, is_synthetic))
    console.print(f"Gepubliceerd: {settings.published_file}", soft_wrap=True, markup=False)
    for number, folder in watch.answers.items():
        console.print(f"Antwoord op vraag {number}: {folder}", soft_wrap=True, markup=False)


def _institutions(watch: RunWatch) -> Table:
    table = Table(title="Leveringen", title_justify="left")
    table.add_column("instelling")
    for heading in ("bestanden", "rijen", "geweigerd"):
        table.add_column(heading, justify="right")
    table.add_column("stand")
    for result in watch.institutions:
        figures = (len(result.deliveries), result.rows_read, result.rows_rejected)
        table.add_row(result.institution_id, *(_dutch(n) for n in figures), _state(result))
    return table


def _state(result: IntakeResult) -> str:
    if result.error:
        return f"fout: {result.error}"
    if result.refused:
        return f"{result.refused} geweigerd"
    earlier = f"{result.departed} eerder geland" if result.departed else ""
    if not result.deliveries:
        return earlier or "niets geleverd"
    state = "ongewijzigd" if result.unchanged == len(result.deliveries) else "in orde"
    return f"{state}, {earlier}" if earlier else state


def show_rebuild(settings: Settings, moment: str | None) -> int:
    """Rebuild a dated copy, print how each table compares, and return the exit code."""
    from pipelines.warehouse.rebuild import rebuild

    console = Console()
    compared = rebuild(
        settings,
        moment,
        lambda name: console.print(f"Gedateerde kopie {name} wordt herbouwd uit de landing."),
    )
    table = Table("tabel", title_justify="left")
    for heading in ("rijen", "alleen in de kopie", "alleen herbouwd"):
        table.add_column(heading, justify="right")
    for one in compared:
        figures = (one.rows, one.only_stored, one.only_rebuilt)
        table.add_row(one.table, *(_dutch(number) for number in figures))
    console.print(table)
    different = [one.table for one in compared if not one.is_equal]
    if different:
        console.print(f"Niet gelijk: {', '.join(different)}.", markup=False)
    else:
        console.print("Elke cel is gelijk (kloktijden buiten beschouwing).")
    return 1 if different else 0


def gate_lines(watch: RunWatch) -> Iterator[str]:
    """Yield what the gate found: how many expectations, and each that failed with what to do."""
    asked = {(check.suite, check.position) for check in watch.checks}
    failed = {
        (check.suite, check.position): check
        for check in reversed(watch.checks)
        if not check.success
    }
    counted = sum(check.count_key is not None for check in watch.checks)
    again = f"; {counted} cijfers een tweede keer geteld" if counted else ""
    yield f"Poort: {len(asked)} verwachtingen, {len(failed)} niet gehaald{again}"
    for check in reversed(failed.values()):
        verdict = "tegengehouden" if check.is_blocking else "waarschuwing"
        found = f": {check.details}" if check.details else ""
        if check.could_not_run:
            found = f" (kon niet lopen: {check.details})"
        advice = " ".join(check.advice.split())
        yield f"  {verdict}: {check.suite}: {check.subject}{found}. {advice}"


def _counts(
    counts: Iterable[tuple[str, str, Decimal | None, Decimal | None, int, bool]],
    is_synthetic: bool,
) -> Table:
    stamp = " - SYNTHETISCHE GEGEVENS" if is_synthetic else ""
    table = Table(title=f"Aanbod per academiejaar{stamp}", title_justify="left")
    table.add_column("academiejaar")
    for definition in DEFINITIONS:
        table.add_column(definition, justify="right")
    table.add_column("instellingen", justify="right")
    by_year: dict[str, dict[str, str]] = {}
    reporting: dict[str, tuple[int, bool]] = {}
    for year, definition, lower, upper, institutions, is_provisional in counts:
        by_year.setdefault(year, {})[definition] = _bounds(lower, upper)
        reporting[year] = (institutions, is_provisional)
    for year, cells in by_year.items():
        institutions, is_provisional = reporting[year]
        label = f"{year} (voorlopig)" if is_provisional else year
        row = [cells.get(definition, "") for definition in DEFINITIONS]
        table.add_row(label, *row, str(institutions))
    return table


def _bounds(lower: Decimal | None, upper: Decimal | None) -> str:
    """Return the bounds of a count as people read them."""
    if lower is None:
        return "ontbreekt"
    if upper is None:
        return f"ten minste {_dutch(lower)}"
    return _dutch(lower) if lower == upper else f"{_dutch(lower)} tot {_dutch(upper)}"


def _dutch(number: Decimal | int) -> str:
    return f"{int(number):,}".replace(",", ".")
