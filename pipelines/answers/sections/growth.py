"""Growth between two years: its terms per reading, and the interval of the real difference.

The terms are rows of the published table ``growth``; for persons each is rounded on its own, and
the difference is read from the two published years.

Border: no direction is claimed here.
"""

from decimal import Decimal

from pipelines.answers import charts
from pipelines.answers.cells import PANEL, GrowthTerm
from pipelines.answers.direction import judge
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.answers.document import Block, Inline, ListBlock, Paragraph, Row, Table
from pipelines.answers.facts import Definition
from pipelines.answers.questions import Part
from pipelines.answers.sections.material import Material

OFFERING_TERMS = ("new", "relabelled_in", "reclassified_in", "discontinued", "reclassified_out")
PUBLIC_TERMS = (*OFFERING_TERMS, "coverage")
LEARNER_TERMS = ("stayed", "left", "entered")
BOUNDS = ("lower", "upper")
ZERO = Decimal(0)

# One column of the table: the reading, the bound, and its terms by name.
Column = tuple[Definition, str, dict[str, GrowthTerm]]


def growth_blocks(material: Material, part: Part, measure: str) -> tuple[Block, ...]:
    """Return the decomposition of growth, its chart, and the interval of the difference."""
    columns = _columns(material, measure)
    if not columns:
        return (_none(material),)
    is_public = measure in PUBLIC_MEASURES
    blocks: list[Block] = [_table(material, part, measure, columns)]
    if is_public:
        intervals = _intervals(material, measure)
        blocks.extend([ListBlock(intervals)] if intervals else [])
        blocks.extend(_chart(material, part, measure, columns))
    return tuple(blocks)


def _none(material: Material) -> Block:
    """Return why there is no growth: no kind's is published, no window, or too few years."""
    if material.place.kind is not None:
        return material.say("growth.none_of_kind")
    is_counted = material.window_label() is not None
    return material.say("growth.none" if is_counted else "growth.none_without_window")


def growth_years(material: Material, measure: str, definition: str) -> tuple[str, str] | None:
    """Return the first and last year the published growth of a reading runs between."""
    terms = material.growth(measure, definition)
    return (terms[0].from_year, terms[0].to_year) if terms else None


def _columns(material: Material, measure: str) -> list[Column]:
    """Return one column per reading and bound; a bound without values, or equal, has none."""
    columns: list[Column] = []
    for definition in material.definitions():
        by_bound = {
            bound: {
                term.term: term
                for term in material.growth(measure, definition.definition)
                if term.bound == bound and term.figure.is_known
            }
            for bound in BOUNDS
        }
        lower, upper = by_bound["lower"], by_bound["upper"]
        is_same = bool(upper) and _values(upper) == _values(lower)
        if lower:
            columns.append((definition, "both" if is_same else "lower", lower))
        if upper and not is_same:
            columns.append((definition, "upper", upper))
    return columns


def _values(terms: dict[str, GrowthTerm]) -> dict[str, object]:
    return {name: (one.figure.lower, one.figure.upper) for name, one in terms.items()}


def _period(columns: list[Column]) -> tuple[str, str]:
    term = next(iter(columns[0][2].values()))
    return term.from_year, term.to_year


def _table(material: Material, part: Part, measure: str, columns: list[Column]) -> Table:
    is_public = measure in PUBLIC_MEASURES
    middle = PUBLIC_TERMS if is_public else LEARNER_TERMS
    names = ("first", *middle, "last", *(("difference",) if is_public else ()))
    rows = [
        Row(
            (
                _term_label(material, name, columns),
                *(_cell(material, measure, name, column) for column in columns),
            ),
            "total"
            if name == "difference"
            else "subtotal"
            if name in ("first", "last")
            else "plain",
        )
        for name in names
    ]
    rows.extend(_panel_rows(material, measure, columns))
    notes: list[Paragraph] = [material.note("growth.note"), material.note("growth.note_bounds")]
    if not is_public:
        notes = [material.note("growth.note_learners")]
    notes.extend(_panel_note(material, measure))
    first, last = _period(columns)
    unknown = [one for one in material.question.window.years if not first <= one <= last]
    if unknown:
        notes.append(material.note("growth.note_shorter", years=material.join_years(unknown)))
    spans = [(one, sum(column[0] == one for column in columns)) for one in material.definitions()]
    return Table(
        name=material.table_name(part.id, material.measure_word(measure), "groei"),
        caption=material.at_place(
            material.words.text(
                "growth.caption",
                measure=material.measure_word(measure),
                first=material.printer.period(first),
                last=material.printer.period(last),
            )
        ),
        columns=(
            material.words.text("column.term"),
            *(material.words.text(f"column.{bound}") for _, bound, _ in columns),
        ),
        groups=tuple((one.short, span) for one, span in spans if span),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _panel_rows(material: Material, measure: str, columns: list[Column]) -> list[Row]:
    """Return the like-for-like panel beside the raw line: both years and the difference.

    Of persons there is no difference: it follows from the two rounded years.
    """
    if not _has_panel(material, measure):
        return []
    names = ("first", "last", *(("difference",) if measure in PUBLIC_MEASURES else ()))
    rows = []
    for name in names:
        first, last = _period(columns)
        label = material.words.text(
            f"term.panel_{name}", year=material.printer.period(first if name == "first" else last)
        )
        cells = tuple(_panel_cell(material, measure, name, column) for column in columns)
        rows.append(Row((label, *cells), "total" if name == "difference" else "plain"))
    return rows


def _has_panel(material: Material, measure: str) -> bool:
    """Whether growth counts a panel: of all institutions together it does, of no other place."""
    readings = material.definitions()
    return material.place.is_everybody and any(
        material.book.panel(measure, one.definition) for one in readings
    )


def _panel_cell(material: Material, measure: str, name: str, column: Column) -> Inline:
    definition, bound, _ = column
    if measure in PUBLIC_MEASURES:
        wanted = "upper" if bound == "upper" else "lower"
        for one in material.book.growth(measure, definition.definition, PANEL):
            if (one.term, one.bound) == (name, wanted) and one.figure.is_known:
                return material.number(one.figure)
        return material.words.text("figure.missing")
    ends = material.book.panel(measure, definition.definition)
    if not ends:
        return material.words.text("figure.missing")
    figure = ends[0] if name == "first" else ends[-1]
    return material.number(figure) if bound == "both" else material.bound(figure, bound)


def _panel_note(material: Material, measure: str) -> tuple[Paragraph, ...]:
    """Return who the like-for-like panel is, where there is one."""
    found = judge(material, measure, material.definitions()[0].definition)
    if found.first is None or found.last is None or not _has_panel(material, measure):
        return ()
    years = f"{found.first.cell.year}..{found.last.cell.year}"
    key = f"panel:{measure}:{found.first.cell.definition}:{years}:institutions"
    return (
        material.note(
            "growth.note_panel", panel=material.counted(key, len(found.panel), "coverage")
        ),
    )


def _term_label(material: Material, name: str, columns: list[Column]) -> str:
    first, last = _period(columns)
    year = first if name == "first" else last
    return material.words.text(f"term.{name}", year=material.printer.period(year))


def _cell(material: Material, measure: str, name: str, column: Column) -> Inline:
    definition, bound, terms = column
    if measure not in PUBLIC_MEASURES and name in ("first", "last"):
        first, last = _period([column])
        year = first if name == "first" else last
        figure = material.total(measure, definition.definition, year)
        return material.number(figure) if bound == "both" else material.bound(figure, bound)
    term = terms.get(name)
    return material.number(term.figure) if term else material.words.text("figure.missing")


def _intervals(material: Material, measure: str) -> tuple[Paragraph, ...]:
    """Return, per reading, the interval the real difference lies in.

    Source of the rule: counting.md, Growth: [lower of last - upper of first, upper of last - lower
    of first].
    """
    said: list[Paragraph] = []
    unbounded: list[str] = []
    for definition in material.definitions():
        years = growth_years(material, measure, definition.definition)
        if years is None:
            continue
        first = material.total(measure, definition.definition, years[0])
        last = material.total(measure, definition.definition, years[1])
        if first.is_single and last.is_single:
            continue
        if None in (first.lower, first.upper, last.lower, last.upper):
            unbounded.append(definition.short)
            continue
        lowest = (last.lower or ZERO) - (first.upper or ZERO)
        highest = (last.upper or ZERO) - (first.lower or ZERO)
        key = f"difference:{first.key}..{last.key}"
        said.append(
            material.say(
                "growth.interval",
                reading=material.reading(definition),
                lowest=material.derived(f"{key}:lowest", lowest, lowest, (first, last)),
                highest=material.derived(f"{key}:highest", highest, highest, (first, last)),
            )
        )
    if unbounded:
        said.append(material.say("growth.interval_open", readings=material.join(unbounded)))
    return tuple(said)


def _chart(
    material: Material, part: Part, measure: str, columns: list[Column]
) -> tuple[Block, ...]:
    """Return the terms as bars; terms and readings in which nothing changed are left out."""
    lower = [(definition, terms) for definition, bound, terms in columns if bound != "upper"]
    names = [name for name in PUBLIC_TERMS if any(_changes(terms, name) for _, terms in lower)]
    bars, told = [], []
    for definition, terms in lower:
        if not any(_changes(terms, name) for name in names):
            continue
        parts = []
        for name in names:
            if name in terms:
                label = material.words.text(f"term_short.{name}")
                bars.append(charts.Bar(definition.short, label, terms[name].figure))
                parts.append(f"{label} {material.printer.figure(terms[name].figure)}")
        told.append(f"{material.reading(definition)}: {material.join(parts)}.")
    if not bars:
        return ()
    first, last = (material.printer.period(year) for year in _period(columns))
    chart = charts.terms_chart(
        name=material.table_name(part.id, material.measure_word(measure), "groei-grafiek"),
        caption=material.at_place(
            material.words.text("growth.chart_caption", first=first, last=last)
        ),
        description=material.words.text(
            "growth.chart_description", first=first, last=last, sentences=" ".join(told)
        ),
        bars=bars,
        printer=material.printer,
    )
    return (chart,)


def _changes(terms: dict[str, GrowthTerm], name: str) -> bool:
    return name in terms and bool(terms[name].figure.lower)
