"""The sheet of charts: each as a picture, with its words for those who do not see it.

Border: the drawings come with the answer; here they only become pictures that a spreadsheet shows.
"""

import io
import math
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from pipelines.answers.document import Chart
from pipelines.answers.rendering.drawings import SCALE, picture
from pipelines.answers.rendering.workbook.cells import write_text
from pipelines.answers.rendering.workbook.looks import NOTE_SIZE, TAB_ASKED, Looks, height_of
from pipelines.answers.wording import Wordbook

DRAWN_UNITS, SCREEN_PIXELS = 72, 96  # per inch
ROW_PIXELS = 20  # the height of a row that nobody set
WIDTH = 110  # characters
PRINT_SCALE = 85  # per cent; the width above on standing A4
HEIGHT_PLACE = slice(20, 24)  # where the header of a PNG says its height


def write_charts_sheet(
    sheet: Worksheet, charts: Sequence[Chart], banner: str | None, looks: Looks, words: Wordbook
) -> None:
    """Write caption, picture and words of each chart below each other."""
    sheet.set_tab_color(TAB_ASKED)
    sheet.set_column(0, 0, WIDTH)
    sheet.hide_gridlines(2)
    write_text(sheet, (0, 0), words.text("workbook.charts"), looks, "caption")
    if banner:
        write_text(sheet, (1, 0), banner, looks, "banner")
    contents = words.text("workbook.contents")
    link = looks.look("link")
    sheet.write_url(2, 0, f"internal:'{contents}'!A1", link, words.text("workbook.back"))
    starts = [4]
    for chart in charts:
        starts.append(_write_chart(sheet, starts[-1], chart, looks))
    sheet.set_portrait()
    sheet.set_print_scale(PRINT_SCALE)
    sheet.set_h_pagebreaks(starts[1:-1])


def _write_chart(sheet: Worksheet, row: int, chart: Chart, looks: Looks) -> int:
    """Write one chart and return the row for the next one."""
    write_text(sheet, (row, 0), chart.caption, looks, "heading")
    drawn = picture(chart)
    options = {
        "image_data": io.BytesIO(drawn),
        "description": chart.description,
        "x_scale": 1 / SCALE,
        "y_scale": 1 / SCALE,
        "x_offset": 4,
        "y_offset": 4,
    }
    sheet.insert_image(row + 1, 0, f"{chart.name}.png", options)
    units = int.from_bytes(drawn[HEIGHT_PLACE], "big") / SCALE
    row += 2 + math.ceil(units * SCREEN_PIXELS / DRAWN_UNITS / ROW_PIXELS)
    write_text(sheet, (row, 0), chart.description, looks, "note")
    sheet.set_row(row, height_of(chart.description, WIDTH, NOTE_SIZE))
    return row + 2
