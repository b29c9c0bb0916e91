"""The bulletin as one page that loads nothing, for a screen, a phone and grey paper.

Border: its words come with the page; its form stands in ``templates``.
"""

from pathlib import Path

import jinja2
from markupsafe import Markup

from pipelines.explaining.page import Block, Page
from pipelines.operations.bulletin.wording import load_bulletin_words

TEMPLATES_DIR = Path(__file__).parent / "templates"


def html_page(page: Page, language: str) -> str:
    """Return the bulletin as HTML; every text is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES_DIR),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("bulletin.html.jinja").render(
        page=page,
        words=load_bulletin_words(language),
        language=language,
        style=Markup((TEMPLATES_DIR / "bulletin.css").read_text(encoding="utf-8")),  # noqa: S704
        kind_of=_kind_of,
        is_filled=_is_filled,
    )


def _kind_of(block: Block) -> str:
    return type(block).__name__.lower()


def _is_filled(rows: tuple[tuple[str, ...], ...], place: int) -> bool:
    """Whether a column of a table has a value; one without is not shown."""
    return any(row[place] for row in rows)
