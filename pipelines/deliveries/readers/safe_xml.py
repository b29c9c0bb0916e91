"""XML from strangers to a tree, after expat has seen that it holds nothing dangerous.

Any DOCTYPE is refused before an entity can be declared, let alone expanded; nothing is fetched;
nesting is bounded. Source: design page "Reliability", bad input.

Border: what the elements mean is known by the reader of that message.
"""

from typing import Any
from xml.parsers import expat

from lxml import etree  # type: ignore[import-untyped]

from pipelines.deliveries.rules import FileRefused

DEEPEST_NESTING = 256
Element = Any


def parse_xml(content: bytes) -> Element:
    """Return the root element of an XML document.

    Raises:
        FileRefused: A DOCTYPE, nesting deeper than 256, or not well-formed.
    """
    _refuse_dangers(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        # The text of the exception may hold a value.
        raise FileRefused("xml_invalid", found="?") from None


def refuse_doctype(parser: expat.XMLParserType) -> None:
    """Make an expat parser refuse a document that has a DOCTYPE."""

    def refuse(*_: object) -> None:
        raise FileRefused("xml_doctype")

    parser.StartDoctypeDeclHandler = refuse


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(etree.QName(element).localname)


def children(element: Element, name: str) -> list[Element]:
    """Return the direct children with this name, in whatever namespace."""
    return [child for child in element if local_name(child) == name]


def descendants(element: Element, name: str) -> list[Element]:
    """Return every element below with this name, in whatever namespace and document order."""
    return [below for below in element.iter() if local_name(below) == name]


def text_at(element: Element, *names: str) -> str | None:
    """Return the text at a path of child names, white space made single; None when empty."""
    for name in names:
        found = children(element, name)
        if not found:
            return None
        element = found[0]
    return " ".join("".join(element.itertext()).split()) or None


def _refuse_dangers(content: bytes) -> None:
    parser = expat.ParserCreate()
    depth = 0

    def deeper(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST_NESTING:
            raise FileRefused("xml_too_deep", allowed=DEEPEST_NESTING)

    def higher(_name: str) -> None:
        nonlocal depth
        depth -= 1

    refuse_doctype(parser)
    parser.StartElementHandler = deeper
    parser.EndElementHandler = higher
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise FileRefused("xml_invalid", found=error.lineno) from None
    except (LookupError, ValueError):
        # An encoding that does not exist, or bytes that are not of it.
        raise FileRefused("xml_invalid", found=1) from None
