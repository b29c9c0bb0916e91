"""Explaining: why a verdict on an offering or an enrolment is what it is, on one page.

``published`` reads the facts, ``offering`` and ``enrolment`` say them with the texts of
``wording``, ``rendering`` shows the page.

Border: nothing is judged here; every verdict, outcome and rule is read from the published file.
"""
