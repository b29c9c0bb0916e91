"""What is wrong with a delivery contract, in Dutch: which key, what was found, what is allowed.

All faults of the keys come at once. What the keys of a table must be together (columns that are
missing, codes that the template does not know) is said by ``own_table_contract.py``.

Border: what a contract can say stands in ``contract.py`` and ``own_table_contract.py``.
"""

import re
from collections.abc import Iterable, Mapping

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pipelines.deliveries.kinds import template_kinds
from pipelines.deliveries.rules import LONGEST_VALUE_SHOWN, shown

# Of each kind of fault, what is said after the key; {found} and the facts of the fault fill in.
PHRASES = {
    "missing": "ontbreekt. Voeg deze sleutel toe.",
    "extra_forbidden": "is geen sleutel van een leveringscontract op deze plaats. "
    "Verwijder de sleutel of verbeter de naam.",
    "invalid_key": "is geen sleutel. Schrijf een naam als sleutel.",
    "literal_error": "{found} is niet toegelaten. Gebruik een van: {allowed}.",
    "string_type": "{found} is geen tekst. Schrijf een tekst, zo nodig tussen aanhalingstekens.",
    "string_too_short": "is leeg. Vul een tekst in.",
    "string_pattern_mismatch": "{found} is niet toegelaten. Gebruik kleine letters, cijfers en _, "
    "te beginnen met een letter.",
    "int_type": "{found} is geen geheel getal. Schrijf een getal zonder aanhalingstekens.",
    "int_parsing": "{found} is geen geheel getal. Schrijf een getal zonder aanhalingstekens.",
    "int_from_float": "{found} is geen geheel getal. Schrijf een getal zonder decimalen.",
    "greater_than_equal": "{found} is te klein. Het kleinste dat kan is {ge}.",
    "less_than_equal": "{found} is te groot. Het grootste dat kan is {le}.",
    "bool_type": "{found} is geen ja of nee. Schrijf true of false.",
    "bool_parsing": "{found} is geen ja of nee. Schrijf true of false.",
    "list_type": "{found} is geen lijst. Schrijf elk onderdeel op een regel die begint met '- '.",
    "dict_type": "{found} is geen groep sleutels. Schrijf regels van de vorm 'sleutel: waarde'.",
    "model_type": "{found} is geen groep sleutels. Schrijf regels van de vorm 'sleutel: waarde'.",
    "model_attributes_type": "{found} is geen groep sleutels. Schrijf regels van de vorm "
    "'sleutel: waarde'.",
    "value_error": "{error}",
}
ANY_OTHER_FAULT = "{found} is niet toegelaten."
# Where a key takes a text or a group of keys, a fault names which of the two was tried.
_ALTERNATIVES = {"str", "Constant", "FromName"}


def faults_of(error: ValidationError) -> list[str]:
    """Return one line per fault, in Dutch, in the order of the contract."""
    return [*dict.fromkeys(_lines(error.errors(include_url=False)))]


def yaml_fault(error: yaml.YAMLError) -> str:
    """Return where a text stops being YAML, in Dutch."""
    mark = getattr(error, "problem_mark", None)
    place = f"regel {mark.line + 1}, teken {mark.column + 1}" if mark is not None else "het bestand"
    return (
        f"{place}: dit is geen geldige YAML. Controleer insprongen, haakjes en aanhalingstekens, "
        "en zet een waarde met : of # tussen aanhalingstekens."
    )


def _lines(errors: Iterable[ErrorDetails]) -> Iterable[str]:
    for error in errors:
        place, tried = error["loc"], error["loc"][-1] if error["loc"] else ""
        is_group = isinstance(error["input"], Mapping)
        if tried in _ALTERNATIVES and is_group == (tried == "str"):
            continue
        is_key = error["type"] == "invalid_key" or tried == "[key]"
        named = [part for part in place if part not in _ALTERNATIVES and part != "[key]"]
        where = _where([*named[:-1], str(named[-1])] if is_key and named else named)
        facts = {name: str(fact) for name, fact in error.get("ctx", {}).items()}
        facts["found"] = _found(error["input"])
        facts["allowed"] = _allowed(facts.get("expected", ""), str(tried))
        phrase = PHRASES.get(error["type"], ANY_OTHER_FAULT)
        for line in phrase.format_map(facts).splitlines():
            yield f"{where}: {line}" if where else line


def _where(place: list[int | str]) -> str:
    """Return a place as people count and name: ``own_tables, 2, columns, titel``."""
    headers = {
        column.name: column.header or column.name
        for kind in template_kinds().values()
        for column in kind.template_columns
    }
    names = [str(part + 1) if isinstance(part, int) else part for part in place]
    # Behind columns and values stand names of columns; the key academic_year is none.
    named = [
        headers.get(name, name) if before in ("columns", "values") else name
        for before, name in zip(["", *names], names, strict=False)
    ]
    return ", ".join(shown(name) for name in named)


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        return "een groep sleutels"
    if isinstance(value, list):
        return "een lijst"
    return "leeg" if value is None else f"'{shown(str(value))[:LONGEST_VALUE_SHOWN]}'"


def _allowed(expected: str, key: str) -> str:
    """Return the allowed values; of a kind its name in the template."""
    if key == "kind":
        return ", ".join(kind.template_name for kind in template_kinds().values())
    found = re.findall(r"'((?:[^'\\]|\\.)+)'|\b([0-9]+|True)\b", expected)
    return ", ".join(text or {"True": "true"}.get(bare, bare) for text, bare in found)
