"""Explaining a printed number: from its key back to records, criteria, delivery and row.

``keys`` finds what a key names, ``records`` and ``lines`` read the records again, ``cell_page``,
``protected_page``, ``growth_page`` and the pages beside them say what was found.

Border: numbers about persons come rounded from ``pipelines.answers.disclosure``; nothing here sees
them exactly.
"""
