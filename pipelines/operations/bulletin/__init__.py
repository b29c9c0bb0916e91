"""The morning bulletin: how the installation is, what to do first, and what that blocks.

``published.py`` and ``recorded_answers.py`` read; ``lights.py``, ``figure_ages.py``, ``causes.py``
and ``changed_answers.py`` conclude; ``sections.py`` says it; ``report.py`` shows it.

Border: nothing is mended, sent or counted here; every figure about people is printed by
``answers``, which rounds it.
"""
