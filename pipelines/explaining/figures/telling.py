"""How cells, places, files and amounts are named on every page about a printed number.

Border: what a page says of them stands in the module of that page.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from pipelines.answers.cells import FLANDERS, OVERLAP, PANEL, Cell, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.answers.formatting import Printer
from pipelines.answers.wording import Wordbook
from pipelines.explaining.facts import Background
from pipelines.explaining.figures.source import DeliveryFile, FigureSource
from pipelines.explaining.page import Facts, Note, Page, Part
from pipelines.explaining.telling import STUDY_GUIDE, Teller

Item = TypeVar("Item")
NOT_NAMED = "none"


class FigureTeller:
    """Names what a page about a number speaks of.

    Attributes:
        limit: How many units a list names; None for all of them.
    """

    def __init__(self, teller: Teller, source: FigureSource, limit: int | None) -> None:
        self.teller = teller
        self.source = source
        self.limit = limit
        self._files: dict[str, dict[str, DeliveryFile]] = {}

    @property
    def words(self) -> Wordbook:
        """The texts of the page's language."""
        return self.teller.words

    @property
    def printer(self) -> Printer:
        """How numbers and dates look."""
        return self.teller.printer

    @property
    def background(self) -> Background:
        """What holds for the whole published file."""
        return self.teller.background

    def say(self, name: str, **places: str) -> str:
        """Return one text about printed numbers with its places filled."""
        return self.words.text(f"count.{name}", **places)

    def word(self, group: str, code: str) -> str:
        """Return the word for a code."""
        return self.words.label(f"count.{group}", code)

    def label(self, name: str) -> str:
        """Return the label of a row."""
        return self.say(f"label.{name}")

    def page(self, title: str, parts: Iterable[Part]) -> Page:
        """Return a page with the stamp of the file."""
        return Page(title, self.teller.stamp(), tuple(parts))

    def part(self, name: str, *blocks: object, **places: str) -> Part:
        """Return a part under a heading of the wording."""
        return Part(self.say(f"part.{name}", **places), tuple(blocks))  # type: ignore[arg-type]

    def facts(self, rows: dict[str, str]) -> Facts:
        """Return labelled rows; those without a value are left out."""
        return Facts(tuple((self.label(name), value) for name, value in rows.items() if value))

    def key(self, key: str) -> Note:
        """Return the key of the number a page is about."""
        return Note(self.say("key", key=key))

    def place(self, institution: str) -> str:
        """Return an institution, or what stands for several, in words."""
        named = {FLANDERS: "place.everyone", OVERLAP: "place.overlap", PANEL: "place.panel"}
        if institution in named:
            return self.say(named[institution])
        return self.institution(institution)

    def institution(self, institution_id: str) -> str:
        """Return the name of an institution."""
        return self.background.institutions.get(institution_id, institution_id)

    def reading(self, definition: str) -> str:
        """Return a reading in a few words."""
        found = self.background.definitions.get(definition)
        return found.short if found else definition

    def measure(self, measure: str) -> str:
        """Return the name of a measure."""
        found = self.source.measures.get(measure)
        return found.name if found else measure

    def cuts(self, cell: Cell) -> list[str]:
        """Return the splits a cell is cut by, each with its value."""
        pairs = ((cell.split, cell.split_value), (cell.second_split, cell.second_split_value))
        return [self.cut(split, value) for split, value in pairs if split not in (None, "none")]

    def cut(self, split: str | None, value: str | None) -> str:
        """Return a split with a value, ``Leervorm: hybride``."""
        column = self.words.label("split_column", split or "")
        return f"{column}: {self.value(split or '', value or '')}"

    def value(self, split: str, value: str) -> str:
        """Return a value of a split in words."""
        own = {"institution_kind": "kind_of_institution", "lifecycle": "lifecycle"}
        group = f"count.{own[split]}" if split in own else f"split_value.{split}"
        known = self._labels(group)
        if value in known:
            return known[value]
        if split == "type" and value.isdigit():
            return self.words.text("type_name", type=value)
        return self.word("value", value)

    def what(self, cell: Cell) -> str:
        """Return what a cell counts in one line."""
        named = [self.measure(cell.measure), self.reading(cell.definition)]
        named += [self.printer.period(cell.year), self.place(cell.institution), *self.cuts(cell)]
        return ", ".join(named)

    def figure(self, figure: PublishedFigure) -> str:
        """Return a figure as an answer prints it."""
        return self.printer.figure(figure)

    def title(self, figure: PublishedFigure) -> str:
        """Return the title of the page about a figure."""
        is_public = figure.cell.measure in PUBLIC_MEASURES or not figure.is_known
        name = "title" if is_public else "title_rounded"
        return self.say(name, what=self.what(figure.cell), figure=self.figure(figure))

    def amount(self, value: Decimal | int) -> str:
        """Return a number as printed."""
        return self.printer.number(value)

    def deciding(self, rule_id: str | None) -> str:
        """Return a deciding rule as short as a column wants it."""
        return self.word("deciding", rule_id or NOT_NAMED)

    def rule(self, rule_id: str | None, definition: str) -> str:
        """Return what decided, in one sentence."""
        if rule_id == "all":
            met = [rule.rule_id for rule in self.background.criteria_of(definition)]
            return self.say("rule.all", criteria=self.teller.join(met))
        known = self.background.rules.get(rule_id or "")
        if known is not None:
            return self.say("rule.named", rule_id=known.rule_id, rule_name=known.name)
        return self.word("rule", rule_id or NOT_NAMED)

    def file(self, kind: str, delivery_id: str | None) -> DeliveryFile | None:
        """Return the file of a delivery."""
        if kind not in self._files:
            self._files[kind] = self.source.files(kind)
        return self._files[kind].get(delivery_id or "")

    def received(self, file: DeliveryFile | None) -> str:
        """Return the day a file was received."""
        if file is None or file.received_on is None:
            return self.words.text("origin.nowhere")
        return self.printer.day(file.received_on)

    def row(self, kind: str, delivery_id: str | None, row_number: int | None) -> str:
        """Return the place of a row in its file: a row, or an entry of a study guide."""
        if row_number is None:
            return self.say("no_row")
        file = self.file(kind, delivery_id)
        is_guide = file is not None and (file.format or "").startswith(STUDY_GUIDE)
        return self.say("entry" if is_guide else "row", number=str(row_number))

    def cut_to_limit(self, items: Sequence[Item]) -> tuple[Sequence[Item], list[Note]]:
        """Return the items a list names, and the note that says how many more there are."""
        if self.limit is None or len(items) <= self.limit:
            return items, []
        rest = self.amount(len(items) - self.limit)
        return items[: self.limit], [Note(self.say("more", count=rest))]

    def parts(self, cell: Cell, parts: Sequence[tuple[str, str]]) -> str:
        """Return the parts of a cell under which a unit stands, institutions by their name."""
        if cell.institution == OVERLAP:
            return self.teller.join(list(dict.fromkeys(self.institution(one) for one, _ in parts)))
        splits = [one for one in (cell.split, cell.second_split) if one]
        said = [
            " / ".join(self.value(split, value) for split, value in zip(splits, part, strict=False))
            for part in parts
        ]
        return "; ".join(said)

    def years(self, years: Iterable[str]) -> str:
        """Return academic years, in order."""
        return ", ".join(self.printer.period(year) for year in sorted(years))

    def _labels(self, group: str) -> dict[str, str]:
        try:
            return self.words.labels(group)
        except KeyError:
            return {}
