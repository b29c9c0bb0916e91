"""The same models on two engines: `make test-spark` and `make bench-spark`.

No test module stands here: these commands need Java 17 and an environment of their own, and
`make test` needs neither. What can be tested without them is in ``tests/unit/scale_out``.
"""
