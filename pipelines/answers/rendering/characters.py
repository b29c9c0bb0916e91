"""Text from deliveries as characters that a document can hold, and how wide they run on paper.

XML forbids most control characters, and no font has a picture of them; they go. Everything else
stays as it is.

Border: markup is escaped by whoever writes it; nothing is shortened here.
"""

import re

# Control characters, halves of pairs and the two non-characters that XML forbids; tabs and line
# ends are spaces before this pattern sees them.
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SPACES = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")
BREAKABLE = re.compile("([/\\\\_.\\-=&?])")
ZERO_WIDTH_SPACE = "\u200b"
LONGEST_WORD = 24  # characters; longer words are broken wherever they must be

SMALL_LETTER, CAPITAL, WIDE_LETTER = 556, 740, 1000
FIRST_WIDE_CODE = 0x1100  # from here on most scripts run wider than the Latin one
PUNCTUATION = range(0x2000, 0x2070)


class Widths(dict[str, int]):
    """Widths in thousandths of the letter size, as in Arial; other faces here run narrower."""

    def __missing__(self, character: str) -> int:
        """Return the width of a character that is not listed, and keep it."""
        is_wide = ord(character) >= FIRST_WIDE_CODE and ord(character) not in PUNCTUATION
        width = WIDE_LETTER if is_wide else CAPITAL if character.isupper() else SMALL_LETTER
        return self.setdefault(character, width)


WIDTHS = Widths(
    {
        **dict.fromkeys("ijl'|`", 222),
        **dict.fromkeys(" ftI.,:;/!\\[]\u00a0\u2018\u2019", 278),
        **dict.fromkeys("-()r\u00b7", 333),
        **dict.fromkeys("ckJsvxyz\u201c\u201d", 500),
        **dict.fromkeys("w", 722),
        **dict.fromkeys("<>=+~\u2212", 584),
        **dict.fromkeys("mM%", 850),
        **dict.fromkeys("W@\u2014", 1000),
    }
)


def literal(text: str) -> str:
    """Return a text without what XML forbids; line ends and tabs become one space."""
    return FORBIDDEN.sub("", SPACES.sub(" ", text))


def run_width(text: str, points: float) -> float:
    """Return about how wide a text runs on one line, in points."""
    return sum(map(WIDTHS.__getitem__, text)) * points / 1000


def longest_word(text: str) -> str:
    """Return the longest piece of a text that a line cannot break, cut where it must break."""
    return max((word[:LONGEST_WORD] for word in text.split(" ")), key=len, default="")


def breakable(text: str) -> str:
    """Return a text in which words that fit no column may break, after a sign if they have one."""
    return " ".join(
        word if len(word) <= LONGEST_WORD else _broken(word) for word in text.split(" ")
    )


def _broken(word: str) -> str:
    pieces = (
        piece[start : start + LONGEST_WORD]
        for piece in re.sub(BREAKABLE, rf"\1{ZERO_WIDTH_SPACE}", word).split(ZERO_WIDTH_SPACE)
        for start in range(0, len(piece), LONGEST_WORD)
    )
    return ZERO_WIDTH_SPACE.join(pieces)
