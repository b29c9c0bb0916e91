"""Whether what is published about persons reveals a small group, proved by intervals.

The model. A published number about persons is a statement: the number of members of a set lies
between two bounds (equal ones for an exact number, the numbers that round to it for a rounded one,
none above zero for the symbol ``c``). Learners who are in exactly the same of these sets are one
**atom**; its unknown is how many there are. Whoever reads everything that was ever released knows
every statement, which sets hold which others, and in the second round also the own record of one
person. A **group** that must stay hidden is a printed cell of 1 to k - 1 members, or as many
members of one definition, bound, period or date that are not in another at the same place. It is
exposed when the integers that satisfy every statement leave it too few sizes (``demand.py``).

What is assumed of an attacker is more than most know: that atoms without a member in any delivery
are empty. So a pass is a pass for whoever knows less. Not modelled: that somebody replays the
choice of hidden cells, and that several persons put their own records together.

``knowledge.py``, ``solver.py``, ``pushing.py``, ``witnessing.py``, ``audit.py`` and the choice of
hidden cells are numbers only and know no warehouse.

Border: no figure is printed or rounded here.
"""
