"""National and student numbers to learner keys: keyed, one-way, in letters only.

HMAC-SHA-256 with a key that lives outside repository and warehouse; an unsalted hash of an INSZ is
broken in seconds. The first 128 bits are written in base 26, so that a scan for eleven digits
over everything that was written is exact. A changed key gives other learner keys: the fingerprint
in the ledger tells before a row is written.

Border: which deliveries need a key is decided in ``intake.py``; numbers are validated in
``parsing.py``.
"""

import functools
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyarrow as pa

from pipelines.console import StaalkaartError
from pipelines.deliveries.kinds import Kind
from pipelines.deliveries.rules import NATIONAL_NUMBER_PATTERN
from pipelines.secret_files import read_secret
from pipelines.settings import pseudonym_key_source

DEMO_KEY = b"staalkaart demonstration key for synthetic deliveries only"
# Below it a key can be tried out; the advice is 128 bits, written in hexadecimal digits.
SHORTEST_KEY = 8
ADVISED_KEY = 32
KEY_LENGTH = 28
_LETTERS_PER_WORD = 14
_BLOCK = 64


@dataclass(frozen=True)
class PseudonymKey:
    """The key of the pseudonyms.

    Attributes:
        secret: The bytes of the key.
        is_demo: Whether it is the public demonstration key.
    """

    secret: bytes = field(repr=False)
    is_demo: bool = False

    @property
    def is_weak(self) -> bool:
        """Whether the key is shorter than advised."""
        return len(self.secret) < ADVISED_KEY

    @property
    def fingerprint(self) -> str:
        """Letters that tell two keys apart and reveal neither."""
        return str(_letters([hmac.digest(self.secret, b"fingerprint", "sha256")])[0])

    @functools.cached_property
    def known(self) -> "LearnerKeys":
        """The learner keys that were asked for so far."""
        return LearnerKeys(self.secret)

    def learner_key(self, national_number: str) -> str:
        """Return the learner key of eleven digits, the same as in landed rows."""
        identity = f"national:{national_number}".encode()
        return str(_letters([hmac.digest(self.secret, identity, "sha256")])[0])


class LearnerKeys:
    """Learner keys by identity, in memory only: a learner stands in many files of a sender.

    Two visits never share one, so that nothing is changed while another reads it.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._known = pl.DataFrame(schema={"_identity": pl.String, "learner_key": pl.String})

    def with_keys(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return rows with the ``learner_key`` of their ``_identity``, in their order."""
        unseen = rows.select(pl.col("_identity").unique()).join(
            self._known, on="_identity", how="anti"
        )["_identity"]
        if len(unseen):
            keys = _letters(hmac_digests(unseen.to_list(), self._secret))
            more = pl.DataFrame({"_identity": unseen, "learner_key": keys})
            self._known = pl.concat([self._known, more])
        return rows.join(self._known, on="_identity", how="left", maintain_order="left")


def load_key(*, is_synthetic: bool) -> PseudonymKey | None:
    """Return the key that the environment names, or the demo key for synthetic deliveries.

    Returns:
        None when the deliveries are real and no key was given.

    Raises:
        StaalkaartError: The key is too short, or its file is missing, empty or readable by
            others (exit code 2).
    """
    text, path = pseudonym_key_source()
    if text and text.strip():
        return PseudonymKey(_long_enough(text.strip().encode()))
    if path is not None:
        secret = read_secret(path, "Het sleutelbestand", "STAALKAART_KEY_FILE")
        return PseudonymKey(_long_enough(secret))
    return PseudonymKey(DEMO_KEY, is_demo=True) if is_synthetic else None


def _long_enough(secret: bytes) -> bytes:
    """Refuse a key that can be guessed: there are few people, so the key is all that protects."""
    if len(secret) < SHORTEST_KEY:
        raise StaalkaartError(
            f"De sleutel is te kort ({len(secret)} tekens; minstens {SHORTEST_KEY}). Maak er een "
            "met: openssl rand -hex 32"
        )
    return secret


def with_learner_keys(
    rows: pl.DataFrame, kind: Kind, institution_id: str, key: PseudonymKey
) -> pl.DataFrame:
    """Return rows with ``learner_key`` (and its basis) instead of the personal columns.

    A number that a sender also wrote into another text column is replaced there as well.

    Args:
        rows: Accepted rows; ``national_number`` holds eleven digits or null.
        kind: The kind of the rows.
        institution_id: Part of the key of a learner who has only a student number.
        key: The pseudonym key.
    """
    has_student = "student_number" in rows.columns
    student = pl.col("student_number") if has_student else pl.lit(None, pl.String)
    identity = (
        pl.when(pl.col("national_number").is_not_null())
        .then(pl.lit("national:") + pl.col("national_number"))
        .otherwise(pl.lit(f"institution:{institution_id}:") + student)
    )
    named = rows.with_columns(
        _identity=identity,
        learner_key_basis=pl.when(pl.col("national_number").is_not_null())
        .then(pl.lit("national"))
        .otherwise(pl.lit("institution")),
    )
    joined = key.known.with_keys(named.drop("learner_key"))
    personal = [column.name for column in kind.columns if column.personal]
    free = [c.name for c in kind.columns if c.landed and c.header and c.type == "text"]
    numbers = set(rows["national_number"].drop_nulls().unique())
    return joined.with_columns(_without_numbers(joined[name], numbers, key) for name in free).drop(
        "_identity", *[name for name in personal if name in joined.columns]
    )


def hmac_digests(texts: Iterable[str], secret: bytes) -> list[bytes]:
    """Return HMAC-SHA-256 of every text; what ``hmac.digest`` gives, in half the time.

    The hash states after the padded key (RFC 2104) are computed once and copied per text.
    """
    padded = (hashlib.sha256(secret).digest() if len(secret) > _BLOCK else secret).ljust(
        _BLOCK, b"\0"
    )
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
    digests = []
    for text in texts:
        message, wrapped = inner.copy(), outer.copy()
        message.update(text.encode())
        wrapped.update(message.digest())
        digests.append(wrapped.digest())
    return digests


def _letters(digests: list[bytes]) -> pl.Series:
    """Return the first 128 bits of each digest as 28 letters."""
    count = len(digests)
    words = np.frombuffer(b"".join(digests), dtype=">u8").reshape(count, 4)[:, :2]
    letters = np.empty((count, KEY_LENGTH), dtype=np.uint8)
    for word in range(2):
        remainder = words[:, word].astype(np.uint64)
        for position in range(_LETTERS_PER_WORD):
            letters[:, word * _LETTERS_PER_WORD + position] = ord("a") + remainder % 26
            remainder = remainder // 26
    offsets = np.arange(count + 1, dtype=np.int64) * KEY_LENGTH
    array = pa.LargeStringArray.from_buffers(
        count, pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes())
    )
    return pl.Series(pl.from_arrow(array))


def _without_numbers(values: pl.Series, numbers: set[str], key: PseudonymKey) -> pl.Series:
    """Replace national numbers of this delivery that stand inside another text."""
    suspects = values.filter(values.str.contains(NATIONAL_NUMBER_PATTERN)).unique()
    if not len(suspects):
        return values
    replace = functools.partial(_replaced, numbers=numbers, key=key)
    changed = {text: re.sub(NATIONAL_NUMBER_PATTERN, replace, text) for text in suspects}
    return values.replace(changed)


def _replaced(match: re.Match[str], *, numbers: set[str], key: PseudonymKey) -> str:
    digits = re.sub(r"\D", "", match.group())
    windows = [digits[i : i + 11] for i in range(len(digits) - 10)]
    if not any(window in numbers for window in windows):
        return match.group()
    digest = hmac.digest(key.secret, f"text:{digits}".encode(), "sha256")
    return str(_letters([digest])[0])
