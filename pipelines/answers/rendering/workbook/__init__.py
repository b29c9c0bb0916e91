"""The workbook: every table of the answer on a sheet of its own, in one file to calculate with.

``book`` puts the sheets together; ``contents_sheet``, ``table_sheet``, ``charts_sheet`` and
``numbers_sheet`` each fill one kind of sheet; ``cells`` and ``looks`` say how a cell is written.

Border: the tables arrive as they may be printed; nothing is counted, rounded or worded here.
"""

from pipelines.answers.rendering.workbook.book import workbook

__all__ = ["workbook"]
