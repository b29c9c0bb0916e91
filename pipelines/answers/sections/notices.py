"""The notices at the head of an answer: what its reader must know before any figure.

Border: no count and no message of a check is repeated here, since those can hold exact numbers
about persons.
"""

from pipelines.answers.sections.material import Material

NOT_COUNTED = ("refused", "later_than_as_of")


def notices(material: Material) -> tuple[str, ...]:
    """Return whole sentences on a run or deliveries that failed; nothing in a good state."""
    words, printer = material.words, material.printer
    as_of = printer.day(material.published.build.as_of)
    told = []
    run = material.last_run
    if run is not None and run.finished_at is not None:
        moment = printer.moment(run.finished_at)
        told.append(words.text(f"notice.{run.outcome}", moment=moment, as_of=as_of))
    elif run is not None:
        told.append(words.text(f"notice.{run.outcome}_undated", as_of=as_of))
    refused = _with_newer_refusals(material)
    if refused:
        told.append(words.text("notice.refused", institutions=material.join(refused)))
    return tuple(told)


def _with_newer_refusals(material: Material) -> list[str]:
    """Return the institutions with a refused delivery newer than all that counts of them."""
    found = []
    for institution in material.published.institutions:
        used, refused = [], []
        for one in material.published.deliveries:
            if one.institution_id == institution.institution_id and one.received_on is not None:
                if one.status == "refused":
                    refused.append(one.received_on)
                elif one.status not in NOT_COUNTED:
                    used.append(one.received_on)
        if refused and all(day < max(refused) for day in used):
            found.append(institution.name)
    return found
