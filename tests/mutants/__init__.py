"""Data mutants: a finished build is spoiled on purpose, and the gate must see it."""
