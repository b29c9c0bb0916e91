"""The material every section works from, and how a figure becomes a bound number.

A material is about one place: all institutions, a kind of them, or one. Where a question names
several places, each has a material of its own (``each_place``).

Border: no section is written here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.answers.cells import (
    EVERYBODY,
    FLANDERS,
    INSTITUTION_KIND,
    Cell,
    GrowthTerm,
    Place,
    PublicFigure,
    PublishedFigure,
    Standing,
)
from pipelines.answers.circumstances import LastRun
from pipelines.answers.deadline import Deadline
from pipelines.answers.disclosure import DisclosureRules
from pipelines.answers.document import Inline, Number, Paragraph, filled
from pipelines.answers.facts import Definition, Institution, ListedOffering, Published
from pipelines.answers.figures import FigureBook
from pipelines.answers.formatting import Printer
from pipelines.answers.periods import last_day
from pipelines.answers.questions import Part, Question
from pipelines.answers.wording import Wordbook

LONGEST_LIST = 2  # more years in a row than this are named as a period
HAS_DATA = ("delivered", "carried_forward")


@dataclass(frozen=True)
class Material:
    """Question, facts, figures and words, with the few ways to bind them together.

    Attributes:
        place: Whose figures; of a question about several places all institutions together, and
            then no section may ask it for a figure.
        deadline: Until when the question may be answered; None for a question of one's own.
        last_run: The last run if it published nothing, so that an earlier publication is read.
    """

    question: Question
    published: Published
    book: FigureBook
    words: Wordbook
    printer: Printer
    rules: DisclosureRules
    place: Place = EVERYBODY
    deadline: Deadline | None = None
    last_run: LastRun | None = None

    def each_place(self) -> tuple["Material", ...]:
        """Return the material of each place the question names; of everybody where it names none.

        Several institutions are never added up: a joint offering or a learner may be at more than
        one of them, and no such total is published.
        """
        scope = self.question.scope
        places = [
            *(Place(kind=kind) for kind in scope.institution_kinds),
            *(Place(institution) for institution in scope.institutions),
        ]
        return tuple(replace(self, place=place) for place in places or [EVERYBODY])

    def institutions(self) -> tuple[Institution, ...]:
        """Return the institutions of the place, in the order of the register."""
        scope, place = self.question.scope, self.place
        return tuple(
            one
            for one in self.published.institutions
            if scope.holds(one.institution_id, one.kind)
            and place.institution in (FLANDERS, one.institution_id)
            and place.kind in (None, one.kind)
        )

    def place_name(self) -> str:
        """Return the name of the place; empty for all institutions together."""
        if self.place.kind is not None:
            return self.words.label(f"split_value.{INSTITUTION_KIND}", self.place.kind)
        return "" if self.place.is_everybody else self.institution_names()[self.place.institution]

    def institutions_word(self) -> str:
        """Return the word for the institutions of the place."""
        if self.place.kind is not None:
            return self.place_name()
        return self.words.text("institutions_word")

    def scope_name(self) -> str:
        """Return the names of all places the question is about; empty for everybody."""
        return self.join([here.place_name() for here in self.each_place() if here.place_name()])

    def at_place(self, caption: str) -> str:
        """Return a caption that says whose figures it is about, where not everybody's."""
        name = self.place_name()
        return self.words.text("at_place", caption=caption, place=name) if name else caption

    def table_name(self, *words: str) -> str:
        """Return the file name of a table or chart; of one of several places with its name."""
        several = len(self.each_place()) > 1
        named = [*words, self.place_name()] if several else list(words)
        return "-".join(self.file_word(word) for word in named)

    def yearly_name(self, part: Part, year: str, *words: str) -> str:
        """Return the file name of a table; with its year where the part gives several."""
        return self.table_name(part.id, *words, *([year] if part.is_for_each_year else []))

    def section_name(self, part: Part) -> str:
        """Return the name of the section that answers a part, of one of several places its own."""
        return self.table_name("antwoord", part.id)

    def total(self, measure: str, definition: str, period: str) -> PublishedFigure:
        """Return the figure of the whole place."""
        return self.book.figure(self.place.total(measure, definition, period))

    def part(
        self, measure: str, definition: str, period: str, split: str, value: str
    ) -> PublishedFigure:
        """Return the figure of one value of a split of the place."""
        return self.book.figure(self.place.part(measure, definition, period, split, value))

    def crossed(
        self,
        measure: str,
        definition: str,
        period: str,
        pairs: tuple[tuple[str, str], tuple[str, str]],
    ) -> PublishedFigure:
        """Return the figure of one value of each of two splits, in either order.

        A question about a kind of institution crosses with that kind only.
        """
        by_split = dict(pairs)
        first, second = (split for split, _ in pairs)
        crossing = self.published.vocabulary.crossing(first, second) or (first, second)
        cell = Place(self.place.institution).part(
            measure, definition, period, crossing[0], by_split[crossing[0]]
        )
        return self.book.figure(
            replace(cell, second_split=crossing[1], second_split_value=by_split[crossing[1]])
        )

    def growth(self, measure: str, definition: str) -> tuple[GrowthTerm, ...]:
        """Return the published terms of growth of the place between two years asked for.

        Of a kind of institution none are published.
        """
        if self.place.kind is not None:
            return ()
        years = self.question.window.years
        return tuple(
            term
            for term in self.book.growth(measure, definition, self.place.institution)
            if term.from_year in years and term.to_year in years
        )

    def window_label(self) -> str | None:
        """Return the period that counts all years as one, None where no such count is published."""
        window = self.question.window
        is_published = window.label in self.published.vocabulary.windows
        return window.label if window.is_counted_together and is_published else None

    def offerings(self) -> tuple[ListedOffering, ...]:
        """Return the listed offerings of the place."""
        here = {one.institution_id for one in self.institutions()}
        return tuple(one for one in self.published.offerings if one.institution_id in here)

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
            lower=None if figure.hidden == "all" else figure.lower,
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
        is_whole = figure.is_single or figure.below is not None or figure.hidden == "all"
        if is_whole or not figure.is_known:
            return self.number(figure)
        value = figure.lower if bound == "lower" else figure.upper
        if value is None:
            return self.words.text("figure.hidden" if figure.hidden else "figure.missing")
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
        """Bind the number of institutions in the register, those of the place only."""
        name = "all" if self.question.scope.is_everybody else self._places_key()
        return self.counted(f"institutions:{name}", len(self.institutions()), "institutions")

    def reporting(self, figure: PublishedFigure) -> Number:
        """Bind the number of institutions behind a figure.

        The cube counts the reporters of all institutions; of one kind coverage knows them.
        """
        key = f"{figure.key}:institutions_reporting"
        if self.place.kind is None:
            return self.counted(key, figure.standing.institutions_reporting or 0, figure.table)
        kind = self.published.measures[figure.cell.measure].kind
        window = self.question.window
        years = window.years if figure.cell.year == window.label else (figure.cell.year,)
        found = {one for year in years for one in self.reporters(kind, year)}
        return self.counted(key, len(found), "coverage")

    def reporting_columns(self) -> tuple[str, ...]:
        """Return the heading of the column of reporters; one institution needs no such column."""
        is_one = self.place.is_one_institution
        return () if is_one else (self.words.text("column.institutions"),)

    def reporting_cells(self, figure: PublishedFigure) -> tuple[Inline, ...]:
        """Return the cell of that column, where there is one."""
        return (self.reporting(figure),) if self.reporting_columns() else ()

    def undetermined(self, definition: Definition) -> Number | None:
        """Bind the number of delivered offerings of the last year that stay undetermined."""
        year = self.question.window.to_year
        count = sum(
            one.academic_year == year and one.verdicts.get(definition.definition) == "undetermined"
            for one in self.offerings()
        )
        if not count:
            return None
        where = "" if self.question.scope.is_everybody else f":{self._places_key()}"
        key = f"offering_verdicts:{definition.definition}:{year}{where}:undetermined"
        return self.counted(key, count, "offering_verdicts")

    def undetermined_note(self, definition: Definition) -> tuple[Paragraph, ...]:
        """Return in words how many offerings stay undetermined under a reading, if any."""
        count = self.undetermined(definition)
        if count is None:
            return ()
        named, year = self.named(definition), self.printer.period(self.question.window.to_year)
        return (self.note("undetermined", reading=named, undetermined=count, year=year),)

    def say(self, name: str, **places: Inline) -> Paragraph:
        """Return one text of the wording with its places filled."""
        return filled(self.words.template(name), places)

    def note(self, name: str, **places: Inline) -> Paragraph:
        """Return one text of the wording as a note."""
        return filled(self.words.template(name), places, "note")

    def join(self, words: Sequence[str]) -> str:
        """Return words as a list in a sentence."""
        return self.words.listed(words)

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
        """Return the institutions of the place with accepted data of a kind for a year."""
        found = []
        for institution in self.institutions():
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

    def _places_key(self) -> str:
        """Return the places of this material as part of a key."""
        scope = self.question.scope
        every = (*scope.institution_kinds, *scope.institutions)
        return "|".join(every) if self.place.is_everybody else self.place.name

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
