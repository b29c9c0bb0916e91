"""What the published warehouse can be asked: measures, readings, splits, crossings, institutions.

A question that names something else is told so in Dutch, with what there is; all of it at once.

Border: figures are read in ``figures``; the form of a question is checked in ``questions``.
"""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from pipelines.answers.cells import INSTITUTION_KIND
from pipelines.answers.periods import years_between
from pipelines.answers.questions import Part, Question, QuestionError
from pipelines.deliveries.rules import shown

OFFERINGS = "offerings"
Crossing = tuple[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """The names and periods that the published tables hold.

    Attributes:
        kinds: Of each measure the kind of delivery it is counted from.
        readings: Of each measure the definitions it is counted under.
        splits: Of each split the measures it cuts.
        crossings: Of each crossing of two splits the measures that have it.
        institutions: Of each institution its kind.
        years: The academic years, oldest first.
        windows: The windows of years that are counted as one.
    """

    kinds: dict[str, str]
    readings: dict[str, frozenset[str]]
    definitions: tuple[str, ...]
    splits: dict[str, frozenset[str]]
    crossings: dict[Crossing, frozenset[str]]
    institutions: dict[str, str]
    years: tuple[str, ...]
    windows: frozenset[str]

    def splits_of(self, measure: str) -> list[str]:
        """Return the splits that cut a measure, in their order."""
        return [split for split, measures in self.splits.items() if measure in measures]

    def crossings_of(self, measure: str) -> list[Crossing]:
        """Return the crossings a measure has, in their order."""
        return [one for one, measures in self.crossings.items() if measure in measures]

    def crossing(self, first: str, second: str) -> Crossing | None:
        """Return the crossing of two splits as the cube writes it, whatever their order."""
        for one in ((first, second), (second, first)):
            if one in self.crossings:
                return one
        return None

    def institution_kinds(self) -> list[str]:
        """Return the kinds of institution there are."""
        return sorted(set(self.institutions.values()))


def read_vocabulary(connection: duckdb.DuckDBPyConnection) -> Vocabulary:
    """Return what the published warehouse can be asked."""
    measures = connection.execute(
        "select measure, kind, definitions from measures order by measure_order"
    ).fetchall()
    definitions = connection.execute(
        "select definition from definitions order by definition_order"
    ).fetchall()
    splits = connection.execute(
        "select split, measures from splits where split <> 'none' order by split_order"
    ).fetchall()
    crossings = connection.execute(
        "select split, second_split, measures from crossings order by crossing_order"
    ).fetchall()
    institutions = connection.execute(
        "select institution_id, kind from institutions order by institution_id"
    ).fetchall()
    years = connection.execute(
        "select distinct academic_year from coverage where academic_year is not null order by all"
    ).fetchall()
    windows = connection.execute(
        "select distinct academic_year from counts where contains(academic_year, '..')"
    ).fetchall()
    return Vocabulary(
        kinds={measure: kind for measure, kind, _ in measures},
        readings={measure: _listed(found) for measure, _, found in measures},
        definitions=tuple(definition for (definition,) in definitions),
        splits={split: _listed(found) for split, found in splits},
        crossings={(first, second): _listed(found) for first, second, found in crossings},
        institutions=dict(institutions),
        years=tuple(year for (year,) in years),
        windows=frozenset(window for (window,) in windows),
    )


def must_be_answerable(question: Question, vocabulary: Vocabulary) -> None:
    """Raise where a question asks for what is not published.

    Raises:
        QuestionError: The message says per fault what was asked and what there is (exit 2).
    """
    faults = list(dict.fromkeys(_faults(question, vocabulary)))
    if not faults:
        return
    asked = "Deze vraag" if question.is_own else f"Vraag {question.number}"
    lines = "\n".join(f"  {fault}" for fault in faults)
    mend = (
        "Verbeter de opties en geef het commando opnieuw."
        if question.is_own
        else "Verbeter het bestand van de vraag in pipelines/answers/questions."
    )
    raise QuestionError(f"{asked} is zo niet te beantwoorden:\n{lines}\n{mend}")


def _faults(question: Question, known: Vocabulary) -> Iterator[str]:
    yield from _unknown("maat", question.measures, known.kinds)
    yield from _unknown("definitie", question.definitions, known.definitions)
    yield from _unknown("uitsplitsing", question.splits, known.splits)
    crossed = [split for crossing in question.crossings for split in crossing]
    yield from _unknown("uitsplitsing", crossed, known.splits)
    yield from _unknown("instelling", question.scope.institutions, known.institutions)
    kinds = question.scope.institution_kinds
    yield from _unknown("soort instelling", kinds, known.institution_kinds())
    yield from _reading_faults(question, known)
    for part in question.parts:
        yield from _part_faults(question, part, known)
    yield from _year_faults(question, known)


def _unknown(what: str, asked: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    """Yield a line per name that is not known, with the nearest one and all there are."""
    there = list(known)
    for name in dict.fromkeys(asked):
        if name in there:
            continue
        near = difflib.get_close_matches(name[:100].casefold(), there, 1)
        meant = f" Bedoelde u {near[0]}?" if near else ""
        yield f"onbekende {what}: {shown(name)}.{meant} Wel gepubliceerd: {', '.join(there)}."


def _reading_faults(question: Question, known: Vocabulary) -> Iterator[str]:
    for measure in question.measures:
        under = known.readings.get(measure, frozenset())
        for definition in question.definitions:
            if (
                measure in known.kinds
                and definition in known.definitions
                and (definition not in under)
            ):
                there = [one for one in known.definitions if one in under]
                yield (
                    f"maat {measure} wordt niet geteld onder definitie {definition}. "
                    f"Wel onder: {', '.join(there)}."
                )


def _part_faults(question: Question, part: Part, known: Vocabulary) -> Iterator[str]:
    for measure in part.measures:
        if measure not in known.kinds:
            continue
        if part.form == "overview" and known.kinds[measure] != OFFERINGS:
            there = [one for one, kind in known.kinds.items() if kind == OFFERINGS]
            yield (
                f"vorm overview toont een lijst van aanbod en kan niet met maat {measure}. "
                f"Wel met: {', '.join(there)}. Neem anders de vorm series."
            )
        # An overview is split by its first measure only.
        is_split = part.form != "overview" or measure == part.measures[0]
        for split in part.splits if is_split else ():
            yield from _split_faults(question, measure, split, known)
        for crossing in part.crossings:
            yield from _crossing_faults(question, measure, crossing, known)


def _split_faults(question: Question, measure: str, split: str, known: Vocabulary) -> Iterator[str]:
    if split not in known.splits:
        return
    if measure not in known.splits[split]:
        there = ", ".join(known.splits_of(measure)) or "geen enkele"
        yield f"maat {measure} heeft geen uitsplitsing {split}. Wel: {there}."
    elif split == INSTITUTION_KIND and question.scope.institutions:
        yield (
            f"uitsplitsing {split} hoort bij alle instellingen samen, niet bij "
            f"{', '.join(question.scope.institutions)}. Laat een van beide weg."
        )
    elif question.scope.institution_kinds and split != INSTITUTION_KIND:
        crossed = known.crossings.get((INSTITUTION_KIND, split), frozenset())
        if measure not in crossed:
            crossed_with = [
                second for first, second in known.crossings_of(measure) if first == INSTITUTION_KIND
            ]
            there = f"Wel naar: {', '.join(crossed_with)}. " if crossed_with else ""
            yield (
                f"maat {measure} is per soort instelling niet verder uitgesplitst naar {split}. "
                f"{there}Vraag {split} voor alle instellingen samen, of noem de instellingen zelf."
            )


def _crossing_faults(
    question: Question, measure: str, asked: Crossing, known: Vocabulary
) -> Iterator[str]:
    if not set(asked) <= set(known.splits):
        return
    crossing = known.crossing(*asked)
    listed = [f"{first},{second}" for first, second in known.crossings_of(measure)]
    if crossing is None or measure not in known.crossings[crossing]:
        yield (
            f"maat {measure} heeft geen kruising {','.join(asked)}. "
            f"Wel: {'; '.join(listed) or 'geen enkele'}. Eén uitsplitsing alleen kan ook: "
            f"{', '.join(known.splits_of(measure))}."
        )
    elif question.scope.institutions and INSTITUTION_KIND in crossing:
        yield (
            f"kruising {','.join(asked)} hoort bij alle instellingen samen, niet bij "
            f"{', '.join(question.scope.institutions)}. Laat een van beide weg."
        )
    elif question.scope.institution_kinds and INSTITUTION_KIND not in crossing:
        there = [one for one in listed if INSTITUTION_KIND in one.split(",")]
        yield (
            f"kruising {','.join(asked)} is er niet per soort instelling. "
            f"Wel: {'; '.join(there) or 'geen enkele'}."
        )


def _year_faults(question: Question, known: Vocabulary) -> Iterator[str]:
    """Yield what is wrong with the years; nothing where nothing at all was delivered."""
    window = question.window
    if not known.years:
        return
    there = f"{known.years[0]} tot en met {known.years[-1]}"
    if question.window_rule.years:
        unknown = [year for year in window.years if year not in known.years]
        if unknown:
            yield (
                f"over {', '.join(unknown)} is niets gepubliceerd. "
                f"Wel over: {_listed_years(known.years)}. Vraag andere jaren, of lever gegevens "
                "over die jaren en voer 'staalkaart run' uit."
            )
    elif not set(window.shown_years) & set(known.years):
        yield (
            f"ze is gesteld op {question.asked_on} en gaat over {window.from_year} tot en met "
            f"{window.to_year}, maar er zijn alleen gegevens over {there}. Verbeter asked_on of "
            "window, of lever gegevens over die jaren en voer 'staalkaart run' uit."
        )


def _listed_years(years: tuple[str, ...]) -> str:
    is_span = years == years_between(years[0], years[-1])
    return f"{years[0]} tot en met {years[-1]}" if is_span else ", ".join(years)


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split("|"))
