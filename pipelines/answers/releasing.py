"""Releasing an answer: audited together with everything released before, then written down.

What is audited is what the folder prints, not what would be printed today; the records behind it
must be those that are published, so that who stands behind each number is known. Only then the
ledger gets its line. A release cannot be taken back: what was read cannot be unread.

Border: the ledger itself stands in ``pipelines.disclosing.releases``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.answers.answer import read_material
from pipelines.answers.asking import asked_again
from pipelines.answers.audited_scene import read_scene
from pipelines.answers.disclosure import Method, ProtectedFigure
from pipelines.answers.folder import MARKER
from pipelines.answers.printed_statements import said
from pipelines.answers.proving import audit_printed
from pipelines.answers.wording import load_wording
from pipelines.console import StaalkaartError
from pipelines.disclosing.releases import append_release, as_facts, members_file
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
    record = _record(folder)
    printed_with = record["disclosure"]
    method: Method = printed_with["method"]
    question = record["question"]
    material = read_material(
        settings,
        asked_again(str(question["number"]), question.get("command")),
        load_wording(str(record["language"])),
    )
    _refuse_other_records(record["provenance"], material.published.build.landing_hash)
    bases = {key: int(base) for key, base in printed_with.get("bases", {}).items()}
    book = material.book.by_key()
    known = {
        key: _as_printed(figure, number)
        for key, number in _printed(record).items()
        for figure in (book.get(key) or material.book.absent(key),)
        if isinstance(figure, ProtectedFigure) and figure.is_known
    }
    with members_file(settings) as members:
        scene = read_scene(settings, material, known, members)
        printed = said(scene, method, bases)
        is_audited = bool(printed_with.get("is_audited"))
        certificate = audit_printed(scene, method, printed, is_audited=is_audited)
        facts = as_facts(
            printed,
            scene.own_populations(),
            scene.membership.elements,
            scene.membership.parts,
            scene.periods,
        )
        line = {
            "question": str(question["number"]),
            "method": method,
            "released_at": moment.isoformat(),
            "author": author.strip(),
            "approver": approver.strip(),
            "folder": folder.name,
            "folder_sha256": folder_checksum(folder),
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
    names = [" ".join(one.split()).casefold() for one in (author, approver)]
    if min(map(len, names)) < SHORTEST_NAME:
        raise StaalkaartError("Noem wie het antwoord maakte (--author) en wie het goedkeurt.")
    if names[0] == names[1]:
        raise StaalkaartError(
            f"{author} kan niet het eigen antwoord goedkeuren: --author en --approver verschillen. "
            "Laat iemand anders het nakijken."
        )


def _record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        is_whole = {"question", "language", "provenance", "disclosure"} <= record.keys()
    except (OSError, ValueError, AttributeError):
        is_whole = False
    if not is_whole or "method" not in record["disclosure"]:
        raise StaalkaartError(
            f"{folder} is geen antwoordmap van deze versie. Vraag het antwoord opnieuw met "
            "staalkaart answer."
        )
    found: dict[str, Any] = record
    return found


def _refuse_other_records(provenance: Mapping[str, Any], landing_hash: str) -> None:
    if provenance.get("landing_hash") != landing_hash:
        raise StaalkaartError(
            "Dit antwoord komt uit andere leveringen dan nu gepubliceerd zijn; wie er achter elk "
            "cijfer staat, is dus niet na te gaan. Vraag het antwoord opnieuw en geef dat vrij."
        )


def _printed(record: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {str(number["key"]): number for number in record["numbers"]}


def _as_printed(figure: ProtectedFigure, number: Mapping[str, Any]) -> ProtectedFigure:
    """Return a figure as the folder prints it, whatever would be printed today.

    Of what the folder hides the figure keeps a bound, so that who is behind it stays in sight.
    """
    text = str(number["value"])
    if text == "c":
        return replace(figure, lower=Decimal(0), below=None, hidden="all")
    lower, upper = (
        None if number[bound] is None else Decimal(number[bound]) for bound in ("lower", "upper")
    )
    below = upper + 1 if text.startswith("<") and upper is not None else None
    if upper is None and figure.upper is not None:
        return replace(figure, lower=lower, below=below, hidden="upper")
    return replace(figure, lower=lower, upper=upper, below=below, hidden="")
