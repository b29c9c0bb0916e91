"""Shared use of the published file: one read-only statement at a time, in a closed room.

Border: nothing here decides what is published; questions with rounded figures are answered in
``answers/``.
"""
