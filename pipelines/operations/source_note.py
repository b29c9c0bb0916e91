"""The note beside fetched files: where they come from, under which licence, what they must be.

Border: nothing is fetched or checked here. The name of the note begins with LEESMIJ, so that no run
takes it for a delivery.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from pipelines.operations.public_source import PublicFile, PublicSource

NOTE_NAME = "LEESMIJ-herkomst.md"


def write_note(
    source: PublicSource, present: Iterable[PublicFile], out: Path, checked_on: date
) -> Path:
    """Write the note into a raw folder, whole or not at all, and return where it is.

    Args:
        source: Where the files come from.
        present: The files that are in the folder with the right content.
        out: The raw folder.
        checked_on: When their content was last compared with the list.
    """
    note = out / NOTE_NAME
    temporary = out / f".{NOTE_NAME}.part"
    temporary.write_text(_text(source, present, checked_on), encoding="utf-8")
    temporary.replace(note)
    return note


def _text(source: PublicSource, present: Iterable[PublicFile], checked_on: date) -> str:
    rows = [
        f"| {source.target_of(file).as_posix()} | {source.addresses_of(file)[0]} | {file.bytes} "
        f"| {file.sha256} |"
        for file in present
    ]
    return "\n".join(
        [
            f"# {source.title_nl}",
            "",
            f"- Bron: {source.repository}",
            f"- Wie: {source.attribution_nl}",
            f"- Licentie: {source.licence}, tekst onderaan",
            f"- Datum van de gegevens: {source.received_on} ({source.date_nl})",
            f"- Opgehaald of aangevuld op: {checked_on}",
            f"- Bestanden: {len(rows)} van {len(source.files)}",
            "",
            "De controlesom (sha256) van elk bestand hieronder is nagerekend. Wat er niet bij is:",
            "",
            *(f"- {reason}" for reason in source.left_out_nl),
            "",
            "| bestand | adres | bytes | sha256 |",
            "|---|---|---|---|",
            *rows,
            "",
            f"## Licentie: {source.licence}",
            "",
            "```",
            source.licence_text.rstrip(),
            "```",
            "",
        ]
    )
