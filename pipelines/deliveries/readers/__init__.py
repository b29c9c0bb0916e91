"""One reader per format; each yields canonical columns as text with a row number.

Border: a reader gives shape (encoding, headers, columns); types are given in ``screening.py`` and
meaning in ``dbt_project``.
"""
