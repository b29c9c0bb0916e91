"""From an answer as it would be printed to one that reveals no small group, with the proof.

Which figures are printed is only known from the whole answer. So it is composed, everything printed
about persons is audited together with every released answer, and what is exposed is printed less
precisely: with a larger rounding base, or hidden. Then it is composed again.

Border: the audit itself stands in ``pipelines.disclosing``; exact numbers stay in ``disclosure``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipelines.answers.composition import compose
from pipelines.answers.disclosure import DisclosureRules, Hidden, Method, ProtectedFigure
from pipelines.answers.document import Answer, Chart
from pipelines.answers.sections.material import Material
from pipelines.console import StaalkaartError
from pipelines.settings import Settings

CREDITS = "credits_taken"
ATTEMPTS = 3  # of composing an answer that prints no other figures than were audited


@dataclass(frozen=True)
class Protection:
    """How numbers about persons are protected, and whether it is proved that this is enough."""

    method: Method = "rounding"
    is_audited: bool = False


ROUNDED = Protection()
EXACT = Protection("suppression", is_audited=True)


@dataclass(frozen=True)
class Treatment:
    """What of each figure about persons may be printed; see ``DisclosureRules``."""

    method: Method = "rounding"
    coarser: Mapping[str, Decimal] = field(default_factory=dict)
    hidden: Mapping[str, Hidden] = field(default_factory=dict)

    def of(self, rules: DisclosureRules, not_given: frozenset[str]) -> DisclosureRules:
        """Return rules with this treatment."""
        return replace(
            rules,
            method=self.method,
            coarser=self.coarser,
            hidden=self.hidden,
            not_given=not_given,
        )


PLAIN = Treatment()


def protected_answer(
    settings: Settings, protection: Protection, read: Callable[[Treatment], Material]
) -> Answer:
    """Return an answer whose numbers about persons are protected.

    Args:
        settings: Where the published warehouse and the released answers are.
        protection: How, and whether it is proved.
        read: Reads the material of the answer under a treatment.

    Raises:
        StaalkaartError: Something small is revealed whatever is hidden (exit 2).
    """
    material = read(PLAIN)
    answer = compose(material)
    if not protection.is_audited:
        certificate: dict[str, object] = {"method": protection.method, "is_audited": False}
        return replace(answer, disclosure=certificate)
    from pipelines.answers.proving import prove

    figures = printed_figures(material, answer)
    for _ in range(ATTEMPTS):
        proof = prove(settings, material, figures, protection.method)
        material = read(proof.treatment)
        answer = compose(material)
        more = printed_figures(material, answer)
        if more.keys() <= figures.keys():
            return replace(answer, disclosure=proof.certificate)
        figures = {**figures, **more}
    raise StaalkaartError(
        "Wat het antwoord drukt, hangt af van wat er verborgen is; zo is het niet te toetsen. "
        "Vraag het antwoord met --disclosure rounding."
    )


def printed_figures(material: Material, answer: Answer) -> dict[str, ProtectedFigure]:
    """Return the figures about persons that an answer prints or draws, by key."""
    known = material.book.by_key()
    keys = set(answer.numbers())
    for block in answer.blocks():
        if isinstance(block, Chart):
            keys |= set(block.keys)
    found = {}
    for key in sorted(keys):
        figure = known.get(key) or material.book.absent(key)
        if isinstance(figure, ProtectedFigure) and figure.is_known:
            found[key] = figure
    return found
