"""Speed and memory of the nightly run, beside the least that any program could do.

Border: nothing here is asserted; correctness stands in ``tests/unit`` and ``tests/integration``.
"""
