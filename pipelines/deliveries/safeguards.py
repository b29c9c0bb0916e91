"""What must be right before a row is written: no mixing, the right pseudonym key.

Border: how a key is read and used stands in ``pseudonyms.py``.
"""

from pipelines.console import StaalkaartError
from pipelines.deliveries.ledger import Ledger
from pipelines.deliveries.pseudonyms import ADVISED_KEY, PseudonymKey
from pipelines.deliveries.recognition import is_synthetic
from pipelines.settings import Settings


def refuse_mixing(settings: Settings, ledger: Ledger) -> None:
    """Refuse synthetic deliveries beside real ones; a ledger without deliveries takes the mark.

    Raises:
        StaalkaartError: The raw folder and the ledger differ (exit code 2).
    """
    is_mark = is_synthetic(settings.raw_dir)
    if ledger.is_synthetic is None or not ledger.deliveries:
        ledger.is_synthetic = is_mark
    if ledger.is_synthetic != is_mark:
        kinds = ("synthetische", "echte") if is_mark else ("echte", "synthetische")
        raise StaalkaartError(
            f"De map {settings.raw_dir.name} bevat {kinds[0]} leveringen, de gegevensmap "
            f"{settings.data_dir.name} {kinds[1]}. Ze worden nooit gemengd: geef een andere "
            "gegevensmap met --data."
        )


def refuse_other_key(key: PseudonymKey, ledger: Ledger) -> None:
    """Refuse a key other than the one of the learner keys that are already landed.

    Raises:
        StaalkaartError: The fingerprints differ (exit code 2).
    """
    if ledger.key_fingerprint not in (None, key.fingerprint):
        raise StaalkaartError(
            "De sleutel is niet die waarmee de eerdere leveringen gepseudonimiseerd zijn. Geef de "
            "juiste met STAALKAART_KEY of STAALKAART_KEY_FILE, of begin met de nieuwe sleutel in "
            "een lege gegevensmap: --data."
        )


def missing_key() -> StaalkaartError:
    """Return the refusal of deliveries about people without a key."""
    return StaalkaartError(
        "Er zijn leveringen met rijksregister- of studentnummers, maar er is geen sleutel. Zet hem "
        "in STAALKAART_KEY, of in een bestand met rechten 0400 dat STAALKAART_KEY_FILE noemt."
    )


def key_notes(key: PseudonymKey | None) -> list[str]:
    """Return what the reader must know about the key, in Dutch."""
    if key is None or not (key.is_demo or key.is_weak):
        return []
    if key.is_weak:
        return [
            f"De sleutel is korter dan {ADVISED_KEY} tekens en kan geraden worden. Maak een betere "
            "met: openssl rand -hex 32, en begin een nieuwe landing met --data."
        ]
    return [
        "De openbare demosleutel wordt gebruikt; hij geldt alleen voor synthetische leveringen."
    ]
