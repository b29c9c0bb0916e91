"""Releasing an answer: audited together with everything released before, then written down.

What is audited is what the folder prints, not what would be printed today; the records behind it
must be those that are published, so that who stands behind each number is known. Only then the
ledger gets its line. A release cannot be taken back: what was read cannot be unread.

Border: the ledger itself stands in ``pipelines.disclosing.releases``.
"""

import hashlib
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from pipelines.answers.answer import read_material
from pipelines.answers.asking import asked_again
from pipelines.answers.audited_scene import read_scene
from pipelines.answers.composition import compose
from pipelines.answers.disclosure import ProtectedFigure
from pipelines.answers.document import Number
from pipelines.answers.printed_statements import said
from pipelines.answers.proving import audit_printed
from pipelines.answers.recorded_folder import Recorded, RecordedNumber, read_recorded
from pipelines.answers.safeguarding import Treatment
from pipelines.answers.wording import load_wording
from pipelines.console import StaalkaartError
from pipelines.disclosing.releases import (
    LEDGER,
    append_release,
    as_facts,
    members_file,
    read_ledger,
    releases_folder,
)
from pipelines.settings import Settings

SHORTEST_NAME = 2  # letters of somebody who can be asked


def release_answer(
    settings: Settings, folder: Path, author: str, approver: str, moment: datetime
) -> list[str]:
    """Release the answer in a folder and return the lines that say so.

    Args:
        settings: Where the published warehouse and the released answers are.
        folder: The answer folder.
        author: Who made it.
        approver: Who approves it; somebody else.
        moment: When.

    Raises:
        StaalkaartError: It may not be released; the message says why (exit 2).
    """
    _refuse_one_person(author, approver)
    recorded = read_recorded(folder)
    checksum = folder_checksum(folder)
    _refuse_released(settings, folder, checksum)
    question = asked_again(recorded.number, recorded.command)
    words, method = load_wording(recorded.language), recorded.method
    material = read_material(settings, question, words)
    _refuse_other_records(recorded.landing_hash, material.published.build.landing_hash)
    book = material.book.by_key()
    known = {
        key: _as_printed(figure, number)
        for key, number in recorded.numbers.items()
        for figure in (book.get(key) or material.book.absent(key),)
        if isinstance(figure, ProtectedFigure) and figure.is_known
    }
    bases = {key: Decimal(base) for key, base in recorded.bases.items()}
    hidden = {key: figure.hidden for key, figure in known.items()}
    treatment = Treatment(method, bases, hidden if method == "suppression" else {})
    _refuse_other_numbers(
        recorded, compose(read_material(settings, question, words, treatment)).numbers()
    )
    with members_file(settings) as members:
        scene = read_scene(settings, material, known, members)
        printed = said(scene, method, recorded.bases)
        certificate = audit_printed(scene, method, printed, is_audited=recorded.is_audited)
        facts = as_facts(
            printed,
            scene.own_populations(),
            scene.membership.elements,
            scene.membership.parts,
            scene.periods,
        )
        line = {
            "question": recorded.number,
            "method": method,
            "released_at": moment.isoformat(),
            "author": author.strip(),
            "approver": approver.strip(),
            "folder": folder.name,
            "folder_sha256": checksum,
            "landing_hash": material.published.build.landing_hash,
            "as_of": material.published.build.as_of.isoformat(),
            "key_fingerprint": material.published.build.key_fingerprint or "",
        }
        name = append_release(settings, facts, members, line, len(scene.released))
    return [
        f"Vrijgegeven als {name}: {certificate['groups']} kleine groepen getoetst, geen onthuld; "
        f"samen met {len(scene.released)} eerder vrijgegeven antwoorden."
    ]


def folder_checksum(folder: Path) -> str:
    """Return one checksum of all files of a folder and their names."""
    found = hashlib.sha256()
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        found.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return found.hexdigest()


def _refuse_one_person(author: str, approver: str) -> None:
    names = [_letters(one) for one in (author, approver)]
    if min(sum(map(len, name)) for name in names) < SHORTEST_NAME:
        raise StaalkaartError("Noem wie het antwoord maakte (--author) en wie het goedkeurt.")
    if any(len(_scripts(name)) > 1 for name in names):
        raise StaalkaartError(
            "Een naam bij --author of --approver mengt letters van verschillende schriften, zodat "
            "hij op een andere naam kan lijken. Schrijf hem in één schrift."
        )
    if names[0] == names[1]:
        raise StaalkaartError(
            f"{author} kan niet het eigen antwoord goedkeuren: --author en --approver verschillen. "
            "Laat iemand anders het nakijken."
        )


def _letters(name: str) -> list[str]:
    """Return the words of a name in order of the alphabet, letters only, as a reader knows them."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    visible = (
        one for one in plain if unicodedata.category(one)[0] in "LZ" or one in string.whitespace
    )
    return sorted("".join(visible).split())


def _scripts(words: list[str]) -> set[str]:
    """Return the scripts that the letters of a name are of."""
    return {unicodedata.name(one, "?").split()[0] for word in words for one in word}


def _refuse_released(settings: Settings, folder: Path, checksum: str) -> None:
    for line in read_ledger(releases_folder(settings) / LEDGER):
        if line.get("folder_sha256") == checksum:
            raise StaalkaartError(
                f"{folder} is al vrijgegeven, als {line['name']}. Er is niets geschreven."
            )


def _refuse_other_records(recorded: str | None, landing_hash: str) -> None:
    if recorded != landing_hash:
        raise StaalkaartError(
            "Dit antwoord komt uit andere leveringen dan nu gepubliceerd zijn; wie er achter elk "
            "cijfer staat, is dus niet na te gaan. Vraag het antwoord opnieuw en geef dat vrij."
        )


def _refuse_other_numbers(recorded: Recorded, composed: Mapping[str, Number]) -> None:
    """Refuse a folder that prints something else, or less, than the same question prints."""
    now = {one.key: one.text for one in composed.values()}
    then = {key: number.text for key, number in recorded.numbers.items()}
    other = sorted(key for key in {*now, *then} if now.get(key) != then.get(key))
    if other:
        raise StaalkaartError(
            f"Wat de map drukt, is niet wat de gepubliceerde records tellen: {len(other)} getallen "
            f"verschillen of ontbreken, als eerste {other[0]}. Er is iets aan gewijzigd, of het is "
            "van een andere versie. Vraag het antwoord opnieuw met staalkaart answer."
        )


def _as_printed(figure: ProtectedFigure, number: RecordedNumber) -> ProtectedFigure:
    """Return a figure as the folder prints it, whatever would be printed today.

    Of what the folder hides the figure keeps a bound, so that who is behind it stays in sight.
    """
    if number.text == "c":
        return replace(figure, lower=Decimal(0), below=None, hidden="all")
    lower, upper = number.lower, number.upper
    below = upper + 1 if number.text.startswith("<") and upper is not None else None
    if upper is None and figure.upper is not None:
        return replace(figure, lower=lower, below=below, hidden="upper")
    return replace(figure, lower=lower, upper=upper, below=below, hidden="")
