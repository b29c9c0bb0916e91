"""What Word and PDF share: annexes at the end, tables that fit, characters that print."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.answers.document import Row, Table, plain
from pipelines.answers.rendering.characters import (
    LONGEST_WORD,
    ZERO_WIDTH_SPACE,
    breakable,
    literal,
)
from pipelines.answers.rendering.paper import HEAT, PaperAnswer, Reference, SetTable
from pipelines.answers.rendering.table_setting import (
    CELL_PADDING,
    LANDSCAPE_WIDTH,
    PORTRAIT_WIDTH,
    Setting,
    settings,
)
from tests.unit.answers.paper_samples import number, paper_of, paragraph, table_of


def printed_tables(paper: PaperAnswer) -> list[SetTable]:
    blocks = [*paper.summary, *(block for chapter in paper.chapters for block in chapter.blocks)]
    return [block for block in blocks if isinstance(block, SetTable)]


def test_annexes_stand_at_the_end_and_hold_every_folded_table(paper: PaperAnswer) -> None:
    is_annex = [chapter.is_annex for chapter in paper.chapters]
    assert is_annex == sorted(is_annex)
    names = [chapter.name for chapter in paper.chapters if chapter.is_annex]
    assert names[:2] == ["bijlage", "bijlage-antwoord-1a-0"]
    assert names[-1] == "bijlage-herkomst-0"
    for chapter in paper.chapters:
        folded = [one.table.is_folded for one in chapter.blocks if isinstance(one, SetTable)]
        assert all(one == chapter.is_annex for one in folded)


def test_every_table_of_the_page_is_printed_once_and_the_others_are_named_with_their_file(
    paper: PaperAnswer,
) -> None:
    printed = [one.table.name for one in printed_tables(paper)]
    assert sorted(printed) == sorted(one.name for one in paper.answer.tables() if one.in_page)
    said = [
        block.text
        for chapter in paper.chapters
        for block in chapter.blocks
        if isinstance(block, Reference)
    ]
    whole_annex = next(chapter for chapter in paper.chapters if chapter.name == "bijlage")
    stay = [one.table.name for one in whole_annex.blocks if isinstance(one, SetTable)]
    for table in paper.answer.tables():
        is_named = any(table.caption in text and f"{table.name}.csv" in text for text in said)
        is_away = not table.in_page or (table.is_folded and table.name not in stay)
        assert is_named == is_away, table.name


def test_no_table_is_wider_than_its_sheet(paper: PaperAnswer) -> None:
    for placed in printed_tables(paper):
        for piece in placed.pieces:
            width = LANDSCAPE_WIDTH if piece.is_landscape else PORTRAIT_WIDTH
            assert sum(piece.widths) == pytest.approx(width)


def test_a_small_table_stands_upright_in_the_largest_letters() -> None:
    (setting,) = settings(table_of(4, 3), "vervolg")
    assert (setting.is_landscape, setting.points) == (False, 9.0)
    assert setting.is_kept_together


def test_a_table_of_many_columns_goes_on_its_side_before_it_is_cut() -> None:
    (setting,) = settings(table_of(18, 3), "vervolg")
    assert setting.is_landscape


def test_a_table_that_fits_no_sheet_is_cut_into_pieces_that_repeat_the_row_names() -> None:
    table = table_of(60, 3, groups=(("Links", 20), ("Rechts", 39)))
    pieces = settings(table, "Een tabel (vervolg)")
    assert len(pieces) > 1
    found = []
    for piece in pieces:
        assert sum(piece.widths) <= LANDSCAPE_WIDTH + 0.001
        assert piece.table.columns[0] == "Naam van de rij"
        assert [row.cells[0] for row in piece.table.rows] == ["Rij 0", "Rij 1", "Rij 2"]
        assert sum(span for _, span in piece.table.groups) == len(piece.table.columns) - 1
        heads = [group for group, span in piece.table.groups for _ in range(span)]
        found += list(zip(heads, piece.table.columns[1:], strict=True))
    assert [piece.table.caption for piece in pieces[:2]] == ["Een tabel", "Een tabel (vervolg)"]
    heads = ["Links"] * 20 + ["Rechts"] * 39
    assert found == list(zip(heads, table.columns[1:], strict=True))


def test_a_chapter_of_annexes_lies_one_way() -> None:
    wide, small = table_of(18, 3, "breed", is_folded=True), table_of(3, 3, "smal", is_folded=True)
    annex = paper_of(paragraph("Woorden."), small, wide, asked=None).chapters[-1]
    assert annex.is_annex
    assert annex.is_landscape
    assert all(one.is_landscape for one in annex.blocks if isinstance(one, SetTable))


def test_an_answer_to_a_part_stays_in_its_place_when_all_its_tables_are_folded() -> None:
    folded = table_of(3, 3, is_folded=True)
    part, annex = paper_of(paragraph("Geen gegevens."), folded).chapters
    assert (part.is_annex, part.asked, annex.is_annex) == (False, "Hoeveel?", True)
    assert [type(block).__name__ for block in part.blocks] == ["Paragraph", "Reference"]


def test_short_folded_tables_of_a_section_share_an_annex_and_a_long_list_has_its_own() -> None:
    tables = [table_of(3, rows, f"t{rows}", f"Van {rows}", is_folded=True) for rows in (3, 90, 4)]
    _, shared, alone = paper_of(*tables).chapters
    assert (shared.title, alone.title) == ("Bijlage: Deel", "Bijlage: Van 90")
    shown = [(one.table.caption, one.has_caption) for one in (*shared.blocks, *alone.blocks)]
    assert shown == [("Van 3", True), ("Van 4", True), ("Van 90", False)]


def test_a_table_stays_with_the_line_that_names_the_next_one() -> None:
    folded = table_of(3, 3, "gevouwen", is_folded=True)
    named, alone = (
        paper_of(table_of(3, 3), folded, table_of(3, 3, "laatste")).chapters[0].blocks[::2]
    )
    assert isinstance(named, SetTable)
    assert isinstance(alone, SetTable)
    assert (named.keeps_with_next, alone.keeps_with_next) == (True, False)


def test_words_of_a_heat_table_stay_on_one_line() -> None:
    row = Row(("Universiteit", *["geen levering"] * 6))
    columns = ("Instelling", *["2019"] * 6)
    table = Table("t", "T", columns, (row,), heat={"geen levering": "missing"})
    (setting,) = settings(table, "vervolg")
    assert setting.lines(Row(("", *row.cells[1:]))) == 1


@given(
    st.integers(1, 30),
    st.integers(0, 5),
    st.text(st.characters(codec="utf-8"), max_size=80),
    st.booleans(),
)
def test_every_table_fits_whatever_is_in_it(
    columns: int, rows: int, words: str, is_wide: bool
) -> None:
    base = table_of(columns, rows)
    odd = tuple(Row((words, *row.cells[1:])) for row in base.rows)
    table = Table("tabel", words, base.columns, odd if is_wide else base.rows)
    pieces = settings(table, "vervolg")
    assert {name for piece in pieces for name in piece.table.columns} == set(table.columns)
    for piece in pieces:
        width = LANDSCAPE_WIDTH if piece.is_landscape else PORTRAIT_WIDTH
        assert sum(piece.widths) == pytest.approx(width)
        assert all(one > 0 for one in piece.widths)


def test_a_row_higher_than_half_a_sheet_may_run_on_to_the_next() -> None:
    table = Table("t", "T", ("A", "B"), (Row(("kort", "woord " * 3000)), Row(("kort", "ook"))))
    (setting,) = settings(table, "vervolg")
    assert [setting.splits(row) for row in table.rows] == [True, False]


def test_a_table_of_long_texts_may_run_on_to_the_next_page_and_one_of_figures_may_not() -> None:
    texts = Table("t", "T", ("A", "B"), tuple(Row(("kort", "woord " * 60)) for _ in range(6)))
    (of_texts,), (of_figures,) = settings(texts, ""), settings(table_of(5, 20), "")
    assert not of_texts.is_kept_together
    assert not any(of_texts.splits(row) for row in texts.rows)
    assert of_figures.is_kept_together


def test_figures_stand_at_the_right_words_at_the_left_and_heat_in_the_middle() -> None:
    def side(table: Table) -> list[str]:
        widths = tuple(100.0 for _ in table.columns)
        return [Setting(table, False, 9.0, widths).side(place) for place in range(2)]

    assert side(table_of(2, 1)) == ["left", "right"]
    assert side(table_of(2, 1, row_header_columns=2)) == ["left", "left"]
    missing = Table("t", "T", ("A", "B", "C"), (Row(("x", "geen gegevens", number("5"))),))
    assert side(missing) == ["left", "right"]
    sentence = "Een hele zin die iets zegt."
    told = Table("t", "T", ("A", "B", "C"), (Row(("x", sentence, number("5"))),))
    assert side(told) == ["left", "left"]
    heat = Table("t", "T", ("A", "B"), (Row(("x", "deels")),), heat={"deels": "degree_only"})
    assert side(heat) == ["left", "center"]


def test_the_colours_of_heat_differ_in_grey_print() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (0, 2, 4))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    plain_fills = sorted(grey(look.fill) for look in HEAT.values() if not look.is_framed)
    assert all(higher - lower > 15 for lower, higher in pairwise(plain_fills))
    for look in HEAT.values():
        assert abs(grey(look.fill) - grey(look.ink)) > 100


@given(st.text())
def test_literal_text_is_what_xml_allows_and_loses_nothing_that_is_seen(text: str) -> None:
    shown = literal(text)
    assert all(ord(one) >= 32 and one not in "\ufffe\uffff" for one in shown)
    assert [one for one in text if one.isalnum()] == [one for one in shown if one.isalnum()]


def test_line_ends_and_tabs_become_one_space() -> None:
    assert literal("een\r\ntwee\t\tdrie\x00\x1b[31mvier\u2028vijf") == "een twee drie[31mvier vijf"


@given(st.text(st.characters(exclude_characters=ZERO_WIDTH_SPACE)))
def test_long_words_may_break_and_stay_the_same_words(text: str) -> None:
    shown = breakable(text)
    assert shown.replace(ZERO_WIDTH_SPACE, "") == text
    pieces = [piece for word in shown.split(" ") for piece in word.split(ZERO_WIDTH_SPACE)]
    assert max(map(len, pieces)) <= LONGEST_WORD


def test_a_cell_says_the_same_in_every_piece() -> None:
    table = table_of(60, 2)
    found = {
        plain(cell)
        for piece in settings(table, "")
        for row in piece.table.rows
        for cell in row.cells
    }
    assert found == {plain(cell) for row in table.rows for cell in row.cells}


def test_columns_leave_room_for_the_white_in_their_cells() -> None:
    (setting,) = settings(table_of(4, 3), "vervolg")
    assert min(setting.widths) > CELL_PADDING
