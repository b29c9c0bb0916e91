"""Real examples of what a reading counts, what it does not, and what nobody can decide.

The choice is the same for the same published file: the reasons that decide most offerings come
first, one example each, of different institutions where there are.

Border: why an example counts is put in words in ``sections/what_counts.py``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from pipelines.answers.printable import printable

# Source: classification.md, Kinds. That these are no micro-credential surprises nobody.
WHOLE_PROGRAMMES = frozenset({"graduaat", "bachelor", "master", "banaba", "manama", "doctoraat"})
ALL_MET = "all"  # what decides where every criterion was met


@dataclass(frozen=True)
class Example:
    """One offering of a year with its verdict under a reading and what decided it.

    Attributes:
        reason_size: How many offerings of the year the same reason decides; whole programmes aside.
        has_no_assessment: Whether the delivery says that nothing is assessed.
        not_evidenced: The criteria of every reading that nothing shows.
    """

    definition: str
    verdict: str
    deciding_criterion: str
    offering_id: str
    institution_id: str
    academic_year: str
    title: str
    offering_kind: str | None
    is_labelled: bool
    vks_level: int | None
    mode: str | None
    workload_value: Decimal | None
    workload_unit: str | None
    workload_source: str | None
    reason_size: int
    has_no_assessment: bool
    not_evidenced: tuple[str, ...]

    @property
    def reason(self) -> str:
        """What sets examples apart: the deciding criterion, or the kind where all were met."""
        if self.deciding_criterion == ALL_MET:
            return self.offering_kind or ""
        return self.deciding_criterion

    @property
    def is_whole_programme(self) -> bool:
        """Whether it is a full qualification."""
        return self.offering_kind in WHOLE_PROGRAMMES


# Of each reason and institution one candidate is enough: the labelled ones first, since a course
# that is called a micro-credential and is none tells most; then those whose title names the kind.
EXAMPLES_SQL = """
    with judged as (
        select
            verdicts.definition, verdicts.verdict,
            coalesce(verdicts.deciding_criterion, '') as deciding_criterion,
            o.offering_id, o.institution_id, o.academic_year, o.title, o.offering_kind,
            coalesce(o.is_labelled, false) as is_labelled, o.vks_level, o.mode,
            cast(o.workload_value as decimal(18, 2)) as workload_value, o.workload_unit,
            o.workload_source,
            case
                when verdicts.deciding_criterion = $all_met then coalesce(o.offering_kind, '')
                else coalesce(verdicts.deciding_criterion, '')
            end as reason,
            list_contains($whole, coalesce(o.offering_kind, '')) as is_whole
        from offering_verdicts as verdicts
        inner join offerings as o
            on verdicts.offering_id = o.offering_id and verdicts.academic_year = o.academic_year
        where list_contains($definitions, verdicts.definition)
            and verdicts.academic_year = $year
            and verdicts.rule_set_version = (select min(rule_set_version) from build)
    ),
    ranked as (
        select
            *,
            count(*) filter (not is_whole) over (
                partition by definition, verdict, reason
            ) as reason_size,
            row_number() over (
                partition by definition, verdict, reason, institution_id
                order by
                    is_whole, not is_labelled, not contains(lower(title), offering_kind),
                    lower(title), offering_id
            ) as place
        from judged
    ),
    shown as (
        select
            criteria.offering_id,
            coalesce(
                bool_or(criteria.criterion_id = 'EU-2' and criteria.outcome = 'failed'), false
            ) as has_no_assessment,
            coalesce(
                list(criteria.criterion_id order by criteria.criterion_id)
                    filter (criteria.outcome = 'not_evidenced'),
                []
            ) as not_evidenced
        from offering_criteria as criteria
        where criteria.academic_year = $year
            and criteria.rule_set_version = (select min(rule_set_version) from build)
            and criteria.offering_id in (select offering_id from ranked where place = 1)
        group by criteria.offering_id
    )
    select
        ranked.* exclude (reason, is_whole, place),
        coalesce(shown.has_no_assessment, false) as has_no_assessment,
        coalesce(shown.not_evidenced, []) as not_evidenced
    from ranked
    left join shown on ranked.offering_id = shown.offering_id
    where ranked.place = 1
    order by ranked.definition, ranked.verdict, ranked.reason, ranked.offering_id
"""


def read_examples(
    connection: duckdb.DuckDBPyConnection, definitions: Sequence[str], year: str
) -> tuple[Example, ...]:
    """Return the candidates of a year: one per reading, verdict, reason and institution."""
    values = {
        "definitions": list(definitions),
        "year": year,
        "all_met": ALL_MET,
        "whole": sorted(WHOLE_PROGRAMMES),
    }
    cursor = connection.execute(EXAMPLES_SQL, values)
    names = [column[0] for column in cursor.description or []]
    return tuple(
        Example(
            **found
            | {
                "title": printable(found["title"] or found["offering_id"]),
                "not_evidenced": tuple(found["not_evidenced"]),
            }
        )
        for found in (dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    )


def chosen(
    candidates: Iterable[Example],
    definition: str,
    verdict: str,
    count: int,
    institutions: Mapping[str, str],
    used: Iterable[str] = (),
) -> tuple[Example, ...]:
    """Return so many examples of a verdict, as different as the file allows.

    Args:
        candidates: What ``read_examples`` returned.
        definition: The reading.
        verdict: in, out or undetermined.
        count: How many there may be.
        institutions: The kind of each institution, in the order of the register.
        used: Institutions that another example already named.
    """
    by_reason: dict[str, list[Example]] = {}
    for one in candidates:
        if (one.definition, one.verdict) == (definition, verdict):
            by_reason.setdefault(one.reason, []).append(one)
    reasons = sorted(by_reason, key=lambda reason: (-by_reason[reason][0].reason_size, reason))
    taken: list[Example] = []
    named, order = list(used), list(institutions)
    while len(taken) < count and any(by_reason.values()):
        for reason in reasons:
            if len(taken) < count and by_reason[reason]:
                kinds = [institutions.get(one) for one in named]
                best = min(
                    by_reason[reason],
                    key=lambda one: (
                        named.count(one.institution_id),
                        one.is_whole_programme,
                        not one.is_labelled and verdict == "out",
                        kinds.count(institutions.get(one.institution_id)),
                        order.index(one.institution_id) if one.institution_id in order else -1,
                    ),
                )
                by_reason[reason].remove(best)
                named.append(best.institution_id)
                taken.append(best)
    return tuple(taken)
