"""The message of a refusal as the bulletin may show it: without a count of people.

Border: the whole message stands where the run says it, and in the return file.
"""

import re
from collections.abc import Sequence

from pipelines.deliveries.kinds import load_kinds

# A number that is no part of a year, a date or a name: in a message about people it may be a count.
_COUNT = re.compile(r"(?<![\w.,/-])\d[\d.,]*(?![\w/-])")


def without_counts(message: str, kinds: Sequence[str]) -> str:
    """Return the message of a refusal; about people every number in it that may be a count goes."""
    known = load_kinds()
    is_about_people = any(kind not in known or known[kind].holds_people for kind in kinds)
    text = " ".join(message.split()).rstrip(".")
    return _COUNT.sub("…", text) if is_about_people or not kinds else text
