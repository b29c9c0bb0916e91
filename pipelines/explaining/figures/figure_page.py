"""From the key of a printed number to its page, or to the keys that are near it.

Border: what each page says stands in the module of that page.
"""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.answers.cells import PANEL, Cell, PublishedFigure
from pipelines.answers.disclosure import PUBLIC_MEASURES
from pipelines.console import StaalkaartError
from pipelines.deliveries.rules import shown
from pipelines.explaining.figures.cell_page import cell_page
from pipelines.explaining.figures.derived_page import (
    bound_of,
    bound_part,
    bound_title,
    difference_page,
    share_page,
)
from pipelines.explaining.figures.growth_page import growth_page
from pipelines.explaining.figures.keys import (
    CellKey,
    GrowthKey,
    find_cell,
    find_growth,
    find_panel,
    written_cell,
)
from pipelines.explaining.figures.listed_page import institutions_page, open_page
from pipelines.explaining.figures.protected_page import protected_page
from pipelines.explaining.figures.reasons import read_panel
from pipelines.explaining.figures.small_pages import (
    level_page,
    parameter_page,
    rule_page,
    suite_page,
    workload_page,
)
from pipelines.explaining.figures.telling import FigureTeller
from pipelines.explaining.page import Note, Page
from pipelines.explaining.published import rows_of

ABSENT = "absent:"
# Pages of keys that name no row of counts or growth; a key belongs to one of them at most.
OTHERS: tuple[Callable[[FigureTeller, str], Page | None], ...] = (
    workload_page,
    level_page,
    parameter_page,
    rule_page,
    suite_page,
    institutions_page,
    open_page,
    difference_page,
    share_page,
)
NEAREST = 5
LONGEST_COMPARED = 200
# Keys that resemble the asked one most, for a closer look; a key is compared as a whole.
NEAR_SQL = """
    select key from (
        select count_key as key from counts
        union all
        select count_key as key from growth
    )
    order by levenshtein(key, $key), key
    limit 40
"""
SAME_VALUE_SQL = """
    select count(*) > 0 as is_known
    from counts
    where split = $split and split_value = $split_value
        and second_split is not distinct from $second_split
        and second_split_value is not distinct from $second_split_value
"""


def figure_page(tell: FigureTeller, key: str) -> Page:
    """Return the page of a printed number.

    Raises:
        StaalkaartError: Nothing in the published file has that key (exit 2); the message names the
            nearest ones.
    """
    page = _page(tell, key.strip())
    if page is None:
        raise StaalkaartError(_no_such_key(tell, key.strip()))
    return page


def _page(tell: FigureTeller, key: str) -> Page | None:
    connection = tell.source.connection
    asked = find_cell(connection, key)
    if asked is not None:
        return _cell_page(tell, asked, tell.source.figure(asked.cell, asked.rules))
    growth = find_growth(connection, key)
    if growth is not None:
        return growth_page(tell, growth)
    panel = find_panel(connection, key)
    if panel is not None:
        return _panel_page(tell, key, panel)
    for other in OTHERS:
        page = other(tell, key)
        if page is not None:
            return page
    return _absent_page(tell, key) or _bound_page(tell, key)


def _cell_page(tell: FigureTeller, asked: CellKey, figure: PublishedFigure) -> Page:
    if asked.cell.measure in PUBLIC_MEASURES:
        return cell_page(tell, asked, figure)
    return protected_page(tell, asked, figure)


def _panel_page(tell: FigureTeller, key: str, growth: GrowthKey) -> Page | None:
    """Return the page of the like-for-like panel in one year, both bounds together."""
    figure = tell.source.by_key([key]).get(key)
    if figure is None:
        return None
    kind = tell.source.measures[growth.measure].kind
    panel = read_panel(tell.source.connection, kind, growth.from_year, growth.to_year)
    cell = Cell(growth.measure, growth.definition, figure.cell.year, PANEL)
    return _cell_page(tell, CellKey(cell, growth.rules, panel, key), figure)


def _absent_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of the zero of a value without a row, beside a total that has one."""
    asked = written_cell(key.removeprefix(ABSENT))
    if asked is None or not _is_value(tell, asked.cell):
        return None
    figure = tell.source.figure(asked.cell, asked.rules)
    if figure.table != "absent":
        return None
    page = _cell_page(tell, replace(asked, printed_as=key), figure)
    if asked.cell.measure not in PUBLIC_MEASURES:
        return page  # that a true zero is no row must not tell it from one to four persons
    what, bounds, *others = page.parts
    said = Note(tell.say("derived.absent"))
    return replace(page, parts=(what, replace(bounds, blocks=(*bounds.blocks, said)), *others))


def _is_value(tell: FigureTeller, cell: Cell) -> bool:
    """Whether the splits have these values, in the cube or in the words of answers; else a slip.

    Answers print every value of a split about persons, whether or not anything stands under it.
    """
    names = ("split", "split_value", "second_split", "second_split_value")
    places = {name: getattr(cell, name) for name in names}
    if rows_of(tell.source.connection, SAME_VALUE_SQL, **places)[0]["is_known"]:
        return True
    pairs = [(cell.split, cell.split_value), (cell.second_split, cell.second_split_value)]
    worded = tell.words.labels("split_value")
    return all(value in worded.get(split, {}) for split, value in pairs if split)


def _bound_page(tell: FigureTeller, key: str) -> Page | None:
    """Return the page of one end of a figure: that of the figure, which it opens with."""
    named = bound_of(key)
    figure = tell.source.by_key([named[1]]).get(named[1]) if named else None
    page = _page(tell, named[1]) if named and figure else None
    if named is None or figure is None or page is None:
        return None
    title = bound_title(tell, named[0], figure)
    return replace(page, title=title, parts=(bound_part(tell, key, figure), *page.parts))


def _no_such_key(tell: FigureTeller, key: str) -> str:
    message = f"Geen enkel gepubliceerd cijfer heeft de sleutel {shown(key)!r}."
    near = _nearest(tell, key)
    if near:
        listed = ", ".join(f"'{one}'" for one in near)
        message = f"{message} Dichtst in de buurt: {listed}."
    return (
        f"{message} De sleutel van een cijfer staat in antwoord.json (numbers, key) en bij het "
        "cijfer in antwoord.html (wijs het aan); alle sleutels staan in de kolom count_key van de "
        "tabellen counts en growth. Zet een sleutel tussen aanhalingstekens."
    )


def _nearest(tell: FigureTeller, key: str) -> Sequence[str]:
    if not key:
        return ()
    asked = key[:LONGEST_COMPARED]
    near = [row["key"] for row in rows_of(tell.source.connection, NEAR_SQL, key=asked)]
    return difflib.get_close_matches(asked, near, NEAREST)
