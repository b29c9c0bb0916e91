"""The material every section works from, and how a figure becomes a bound number.

Border: no section is written here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.answers.cells import (
    FLANDERS,
    Cell,
    PublicFigure,
    PublishedFigure,
    Standing,
)
from pipelines.answers.disclosure import DisclosureRules
from pipelines.answers.document import Inline, Number, Paragraph, filled
from pipelines.answers.facts import Definition, Published
from pipelines.answers.figures import FigureBook
from pipelines.answers.formatting import Printer
from pipelines.answers.questions import Question, last_day
from pipelines.answers.wording import Wordbook

LONGEST_LIST = 2  # more years in a row than this are named as a period
HAS_DATA = ("delivered", "carried_forward")


@dataclass(frozen=True)
class Material:
    """Question, facts, figures and words, with the few ways to bind them together."""

    question: Question
    published: Published
    book: FigureBook
    words: Wordbook
    printer: Printer
    rules: DisclosureRules

    def definitions(self) -> tuple[Definition, ...]:
        """Return the readings of the question, the main line first."""
        return tuple(self.published.definitions[name] for name in self.question.definitions)

    def number(self, figure: PublishedFigure) -> Inline:
        """Bind a figure: its text, key, certificates and source; bare words where it has none."""
        if not figure.is_published:
            return self.printer.figure(figure)
        return Number(
            key=figure.key,
            text=self.printer.figure(figure),
            source=figure.table,
            certificates=figure.certificates,
            derived_from=figure.derived_from,
            lower=figure.lower,
            upper=figure.upper,
            is_provisional=figure.standing.is_provisional,
        )

    def derived(
        self,
        key: str,
        lower: Decimal | None,
        upper: Decimal | None,
        made_from: Iterable[PublishedFigure],
    ) -> Number:
        """Bind a public number made from printed figures, naming those."""
        nowhere = Cell("", "", "", FLANDERS)
        figure = PublicFigure(f"derived:{key}", nowhere, "", Standing("final"), lower, upper)
        return Number(
            key=figure.key,
            text=self.printer.figure(figure),
            source="derived",
            derived_from=tuple(origin.key for origin in made_from),
            lower=lower,
            upper=upper,
        )

    def bound(self, figure: PublishedFigure, bound: str) -> Inline:
        """Bind one end of a figure that is printed as a range; the figure itself if it is none."""
        if figure.is_single or figure.below is not None or not figure.is_known:
            return self.number(figure)
        value = figure.lower if bound == "lower" else figure.upper
        if value is None:
            return self.words.text("figure.missing")
        return self.derived(f"{bound}:{figure.key}", value, value, (figure,))

    def none_of(self, figure: PublishedFigure) -> Number:
        """Bind the word for none to a figure whose lower bound is zero and upper bound unknown."""
        return Number(
            key=f"derived:none:{figure.key}",
            text=self.words.text("figure.none"),
            source="derived",
            derived_from=(figure.key,),
            lower=figure.lower,
            upper=figure.lower,
        )

    def counted(self, key: str, value: Decimal | int, source: str) -> Number:
        """Bind a number that stands in a published table other than counts and growth."""
        exact = Decimal(value)
        return Number(key, self.printer.number(exact), source, lower=exact, upper=exact)

    def parameter(self, name: str) -> Number:
        """Bind a threshold; shares are printed as percentages."""
        value = self.published.parameters[name].value
        is_share = name.endswith("_share")
        text = self.printer.percentage(value) if is_share else self.printer.number(value)
        return Number(f"parameters:{name}", text, "parameters", lower=value, upper=value)

    def register_size(self) -> Number:
        """Bind the number of institutions in the register."""
        return self.counted("institutions:all", len(self.published.institutions), "institutions")

    def reporting(self, figure: PublishedFigure) -> Number:
        """Bind the number of institutions behind a figure."""
        reporting = figure.standing.institutions_reporting or 0
        return self.counted(f"{figure.key}:institutions_reporting", reporting, figure.table)

    def undetermined(self, definition: Definition) -> Number | None:
        """Bind the number of delivered offerings of the last year that stay undetermined."""
        year = self.question.window.to_year
        count = self.published.undetermined(definition.definition, year)
        if not count:
            return None
        key = f"offering_verdicts:{definition.definition}:{year}:undetermined"
        return self.counted(key, count, "offering_verdicts")

    def undetermined_note(self, definition: Definition) -> tuple[Paragraph, ...]:
        """Return in words how many offerings stay undetermined under a reading, if any."""
        count = self.undetermined(definition)
        if count is None:
            return ()
        named = self.named(definition)
        return (self.note("undetermined", reading=named, undetermined=count),)

    def say(self, name: str, **places: Inline) -> Paragraph:
        """Return one text of the wording with its places filled."""
        return filled(self.words.template(name), places)

    def note(self, name: str, **places: Inline) -> Paragraph:
        """Return one text of the wording as a note."""
        return filled(self.words.template(name), places, "note")

    def join(self, words: Sequence[str]) -> str:
        """Return words as a list in a sentence."""
        if len(words) < 2:
            return "".join(words)
        head = self.words.text("list_separator").join(words[:-1])
        return f"{head}{self.words.text('last_separator')}{words[-1]}"

    def join_years(self, years: Sequence[str]) -> str:
        """Return academic years as a list in a sentence, a run of them as a period."""
        runs: list[list[str]] = []
        for year in years:
            if runs and int(year[:4]) == int(runs[-1][-1][:4]) + 1:
                runs[-1].append(year)
            else:
                runs.append([year])
        shown = []
        for run in runs:
            long = len(run) > LONGEST_LIST
            shown += [f"{run[0]}..{run[-1]}"] if long else run
        return self.join([self.printer.period(period) for period in shown])

    def reading(self, definition: Definition) -> str:
        """Return the short name of a reading as the beginning of a sentence or heading."""
        return definition.short[:1].upper() + definition.short[1:]

    def named(self, definition: Definition) -> str:
        """Return a reading as it is named inside a sentence, with its article."""
        return self.words.label("reading_named", definition.definition)

    def institution_names(self) -> dict[str, str]:
        """Return the institutions' names by id, in the order of the register."""
        return {one.institution_id: one.name for one in self.published.institutions}

    def reporters(self, kind: str, year: str) -> tuple[str, ...]:
        """Return the institutions with accepted data of a kind for a year."""
        found = []
        for institution in self.published.institutions:
            supply = self.published.supplies.get((institution.institution_id, year, kind))
            if supply is not None and supply.status in HAS_DATA:
                found.append(institution.institution_id)
        return tuple(found)

    def year_label(self, year: str) -> str:
        """Return an academic year as a row heading; a running or provisional one says so."""
        label = self.printer.period(year)
        if year == self.question.window.running_year:
            return self.words.text("row.running", year=label)
        if last_day(year) > self.published.build.as_of:
            return self.words.text("row.provisional", year=label)
        return label

    def short_year(self, year: str) -> str:
        """Return an academic year as a label in a chart; the running one has a mark."""
        label = self.printer.period(year)
        if year == self.question.window.running_year or last_day(year) > self.published.build.as_of:
            return self.words.text("row.short_running", year=label)
        return label

    def dated(self, definition: Definition) -> str | None:
        """Return the date of a reading's text as printed, or None where it has none."""
        if definition.dated_on is None:
            return None
        if definition.is_dated_to_the_year:
            return str(definition.dated_on.year)
        return self.printer.day(definition.dated_on)

    def applied_back(self, definition: Definition) -> tuple[str, ...]:
        """Return the years of the question that ended before the reading's text was written."""
        dated_on = definition.dated_on
        if dated_on is None:
            return ()
        years = self.question.window.shown_years
        return tuple(year for year in years if last_day(year) < dated_on)

    def measure_word(self, measure: str) -> str:
        """Return the everyday word for what a measure counts."""
        return self.words.label("measure_short", measure)

    def unit_note(self, measure: str) -> Paragraph:
        """Return the note that names the unit of a table."""
        return self.note("unit", unit=self.published.measures[measure].unit)

    def file_word(self, word: str) -> str:
        """Return a word as part of a file name."""
        return "-".join(re.findall(r"[a-z0-9]+", word.lower()))

    def measure_title(self, measure: str) -> str:
        """Return the same word as the beginning of a heading."""
        word = self.measure_word(measure)
        return word[:1].upper() + word[1:]
