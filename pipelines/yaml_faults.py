"""What is wrong with a YAML file that people write, in Dutch: which key, what was found, what may.

All faults of a file come at once, each with the key and the edit that mends it.

Border: what a file may say stands beside its reader; so does the name of a place in it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipelines.deliveries.rules import LONGEST_VALUE_SHOWN, shown

# Of each kind of fault, what is said after the key; {found} and the facts of the fault fill in.
PHRASES = {
    "missing": "ontbreekt. Voeg deze sleutel toe.",
    "extra_forbidden": "is geen sleutel van {document} op deze plaats. "
    "Verwijder de sleutel of verbeter de naam.",
    "invalid_key": "is geen sleutel. Schrijf een naam als sleutel.",
    "literal_error": "{found} is niet toegelaten. Gebruik een van: {allowed}.",
    "string_type": "{found} is geen tekst. Schrijf een tekst, zo nodig tussen aanhalingstekens.",
    "string_too_short": "is leeg. Vul een tekst in.",
    "string_pattern_mismatch": "{found} is niet toegelaten. Gebruik {form}.",
    "int_type": "{found} is geen geheel getal. Schrijf een getal zonder aanhalingstekens.",
    "int_parsing": "{found} is geen geheel getal. Schrijf een getal zonder aanhalingstekens.",
    "int_from_float": "{found} is geen geheel getal. Schrijf een getal zonder decimalen.",
    "int_parsing_size": "{found} is te groot. Schrijf een kleiner geheel getal.",
    "finite_number": "{found} is geen getal. Schrijf een geheel getal.",
    "greater_than_equal": "{found} is te klein. Het kleinste dat kan is {ge}.",
    "less_than_equal": "{found} is te groot. Het grootste dat kan is {le}.",
    "bool_type": "{found} is geen ja of nee. Schrijf true of false.",
    "bool_parsing": "{found} is geen ja of nee. Schrijf true of false.",
    "date_type": "{found} is geen datum. Schrijf ze als 2024-12-20.",
    "date_from_datetime_parsing": "{found} is geen datum. Schrijf ze als 2024-12-20.",
    "list_type": "{found} is geen lijst. Schrijf elk onderdeel op een regel die begint met '- '.",
    "tuple_type": "{found} is geen lijst. Schrijf elk onderdeel op een regel die begint met '- '.",
    "too_short": "is leeg. Vul minstens één onderdeel in.",
    "too_long": "{found} is te lang. Hoogstens {max_length} onderdelen.",
    "dict_type": "{found} is geen groep sleutels. Schrijf regels van de vorm 'sleutel: waarde'.",
    "model_type": "{found} is geen groep sleutels. Schrijf regels van de vorm 'sleutel: waarde'.",
    "model_attributes_type": "{found} is geen groep sleutels. Schrijf regels van de vorm "
    "'sleutel: waarde'.",
    "value_error": "{error}",
}
ANY_OTHER_FAULT = "{found} is niet toegelaten."
NAME_FORM = "kleine letters, cijfers en _, te beginnen met een letter"


def place_of(place: Sequence[int | str]) -> str:
    """Return a place as people count: ``parts, 2, measures``."""
    return ", ".join(shown(str(part + 1) if isinstance(part, int) else part) for part in place)


def allowed_values(expected: str, key: str) -> str:
    """Return the values a fault says are allowed, whatever the key."""
    found = re.findall(r"'((?:[^'\\]|\\.)+)'|\b([0-9]+|True)\b", expected)
    return ", ".join(text or {"True": "true"}.get(bare, bare) for text, bare in found)


@dataclass(frozen=True)
class Document:
    """A kind of YAML file that people write.

    Attributes:
        name: What the file is, with its article.
        form: How a name must be written where its form is fixed.
        alternatives: Where a key takes a text or a group of keys, the names of the two that a
            fault mentions; only the one that was tried is told.
        place: How the place of a fault is named.
        allowed: How the allowed values are named, from what the fault expected and its key.
    """

    name: str
    form: str = NAME_FORM
    alternatives: frozenset[str] = frozenset()
    place: Callable[[Sequence[int | str]], str] = place_of
    allowed: Callable[[str, str], str] = allowed_values


def faults_of(error: ValidationError, document: Document) -> list[str]:
    """Return one line per fault, in Dutch, in the order of the file."""
    return [*dict.fromkeys(_lines(error.errors(include_url=False), document))]


def yaml_fault(error: yaml.YAMLError) -> str:
    """Return where a text stops being YAML, in Dutch."""
    mark = getattr(error, "problem_mark", None)
    place = f"regel {mark.line + 1}, teken {mark.column + 1}" if mark is not None else "het bestand"
    return (
        f"{place}: dit is geen geldige YAML. Controleer insprongen, haakjes en aanhalingstekens, "
        "en zet een waarde met : of # tussen aanhalingstekens."
    )


def _lines(errors: Iterable[ErrorDetails], document: Document) -> Iterable[str]:
    alternatives = document.alternatives
    for error in errors:
        place, tried = error["loc"], error["loc"][-1] if error["loc"] else ""
        is_group = isinstance(error["input"], Mapping)
        if tried in alternatives and is_group == (tried == "str"):
            continue
        is_key = error["type"] == "invalid_key" or tried == "[key]"
        named = [part for part in place if part not in alternatives and part != "[key]"]
        where = document.place([*named[:-1], str(named[-1])] if is_key and named else named)
        facts = {name: str(fact) for name, fact in error.get("ctx", {}).items()}
        facts |= {"document": document.name, "form": document.form}
        facts["found"] = _found(error["input"])
        facts["allowed"] = document.allowed(facts.get("expected", ""), str(tried))
        phrase = PHRASES.get(error["type"], ANY_OTHER_FAULT)
        for line in phrase.format_map(facts).splitlines():
            yield f"{where}: {line}" if where else line


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        return "een groep sleutels"
    if isinstance(value, list):
        return "een lijst"
    return "leeg" if value is None else f"'{shown(str(value))[:LONGEST_VALUE_SHOWN]}'"
