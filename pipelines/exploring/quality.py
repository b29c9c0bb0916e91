"""What is known of the deliveries and of the last gate, as frames in Dutch.

Messages about rows are those of screening, which never repeat a value of a personal column.

Border: nothing is judged here; what screening and the gate found is read.
"""

from decimal import Decimal

import polars

from pipelines.answers.coverage_chart import Square, coverage_chart
from pipelines.answers.document import Chart
from pipelines.exploring.opening import OpenedWarehouse

KINDS = ("offerings", "components", "programmes", "enrolments")
NOBODY = ""

# A study guide alone is no census of lifelong learning: then offerings are covered in part.
COVERAGE_SQL = """
    select
        i.name,
        c.academic_year,
        case
            when c.status not in ('delivered', 'carried_forward', 'refused') then 'missing'
            when c.status = 'refused' then 'refused'
            when c.kind = 'offerings' and not list_contains(
                string_split(coalesce(c.complete_for, ''), '|'), 'lifelong_learning'
            ) then 'degree_only'
            when c.status = 'carried_forward' then 'carried_forward'
            else 'complete'
        end
    from coverage as c
    inner join institutions as i on c.institution_id = i.institution_id
    where c.kind = $kind and c.academic_year is not null
    order by i.kind <> 'university', lower(i.name), c.academic_year
"""
MISSING_SQL = """
    select c.academic_year as year, i.name as institution, c.kind, c.status
    from coverage as c
    inner join institutions as i on c.institution_id = i.institution_id
    where c.status <> 'delivered' and $institution in ('', c.institution_id)
    order by c.academic_year desc, lower(i.name), c.kind
"""
SHARES_SQL = """
    select
        i.name as institution,
        c.academic_year as year,
        c.kind,
        c.rows_read as read,
        c.rows_accepted as accepted,
        c.rows_rejected as rejected,
        round(c.rows_rejected / nullif(c.rows_read, 0), 4) as rejected_share
    from coverage as c
    inner join institutions as i on c.institution_id = i.institution_id
    where c.rows_rejected > 0 and $institution in ('', c.institution_id)
    order by rejected_share desc, i.name, c.academic_year, c.kind
"""
RULES_SQL = """
    select
        r.severity,
        r.rule_id as rule,
        r.kind,
        count(*) as rows_noted,
        count(distinct d.institution_id) as institutions,
        any_value(r.message_nl order by d.institution_id, r.row_number) as example
    from rejected_rows as r
    inner join (select distinct delivery_id, institution_id from deliveries) as d
        on r.delivery_id = d.delivery_id
    where $institution in ('', d.institution_id)
    group by r.severity, r.rule_id, r.kind
    order by r.severity, rows_noted desc, r.rule_id, r.kind
"""
ROWS_SQL = """
    select
        coalesce(i.name, d.institution_id) as institution,
        d.file_name as file,
        r.row_number as row,
        r.column_name as column,
        r.severity,
        r.rule_id as rule,
        r.message_nl as message
    from rejected_rows as r
    inner join (
        select delivery_id, institution_id, min(file_name) as file_name from deliveries group by all
    ) as d on r.delivery_id = d.delivery_id
    left join institutions as i on d.institution_id = i.institution_id
    where $institution in ('', d.institution_id)
    order by r.severity, d.institution_id, d.file_name, r.row_number, r.rule_id
"""
GATE_SQL = """
    select
        suite,
        count(*) as expectations,
        count(*) filter (where success) as held,
        count(*) filter (where not success and severity = 'warning') as warned,
        count(*) filter (where could_not_run or not success and severity = 'critical') as stopped
    from check_results
    group by suite
    order by suite
"""
WARNINGS_SQL = """
    select suite, subject, details
    from check_results
    where not success or could_not_run
    order by suite, subject
"""
STREAMS_SQL = """
    select
        i.name as institution,
        s.academic_year as year,
        s.kind,
        s.stream,
        s.other_stream,
        s.keys_in_both,
        s.keys_only_here,
        s.keys_only_there
    from stream_differences as s
    inner join institutions as i on s.institution_id = i.institution_id
    where $institution in ('', s.institution_id)
    order by s.keys_only_there desc, i.name, s.academic_year, s.kind
"""
CLAIMS_SQL = """
    select
        coalesce(i.name, r.institution_id) as institution,
        r.claim_nl as claim,
        r.claimed_lower, r.claimed_upper, r.lower, r.upper, r.status, r.verdict
    from reconciliation as r
    left join institutions as i on r.institution_id = i.institution_id
    order by r.claim_id
"""


def kind_options(opened: OpenedWarehouse) -> dict[str, str]:
    """Return the kinds of delivery that coverage tells, by name."""
    return {opened.words.label("kind", kind): kind for kind in KINDS}


def institution_filter(opened: OpenedWarehouse) -> dict[str, str]:
    """Return the institutions by name, all of them first, the sender of other deliveries last."""
    named = opened.connection.execute(
        "select name, institution_id from institutions order by lower(name)"
    ).fetchall()
    others = opened.connection.execute(
        "select distinct institution_id from deliveries where institution_id not in"
        " (select institution_id from institutions) order by all"
    ).fetchall()
    return {
        opened.own_words.text("everybody"): NOBODY,
        **dict(named),
        **{opened.words.label("sender", sender): sender for (sender,) in others},
    }


def coverage_squares(opened: OpenedWarehouse, kind: str) -> list[Square]:
    """Return who delivered a kind of data for which year."""
    found = opened.connection.execute(COVERAGE_SQL, {"kind": kind}).fetchall()
    name = opened.words.label("kind", kind)
    return [
        Square(name, institution, opened.printer.period(year), state)
        for institution, year, state in found
    ]


def coverage_drawing(opened: OpenedWarehouse, kind: str) -> Chart:
    """Draw who delivered a kind of data for which year."""
    caption = opened.own_words.text("coverage_caption", kind=opened.words.label("kind", kind))
    squares = coverage_squares(opened, kind)
    return coverage_chart("dekking", caption, caption, squares, opened.printer, opened.words)


def missing_frame(opened: OpenedWarehouse, institution: str) -> polars.DataFrame:
    """Return what did not come, came late or was refused."""
    return _named(opened, MISSING_SQL, institution)


def rejected_shares_frame(opened: OpenedWarehouse, institution: str) -> polars.DataFrame:
    """Return, per institution, year and kind with rejected rows, how many of what was read."""
    return _named(opened, SHARES_SQL, institution)


def rejected_rules_frame(opened: OpenedWarehouse, institution: str) -> polars.DataFrame:
    """Return the rules that rows did not meet, with how often and at how many institutions."""
    return _named(opened, RULES_SQL, institution)


def rejected_rows_frame(opened: OpenedWarehouse, institution: str) -> polars.DataFrame:
    """Return every rejected or warned row with its place and what to do."""
    return _named(opened, ROWS_SQL, institution)


def gate_frame(opened: OpenedWarehouse) -> polars.DataFrame:
    """Return what the gate of the last run looked at, per suite."""
    return _named(opened, GATE_SQL)


def warnings_frame(opened: OpenedWarehouse) -> polars.DataFrame:
    """Return what the gate warned of."""
    return _named(opened, WARNINGS_SQL)


def stream_differences_frame(opened: OpenedWarehouse, institution: str) -> polars.DataFrame:
    """Return what two ways of delivering the same know differently."""
    return _named(opened, STREAMS_SQL, institution)


def claims_frame(opened: OpenedWarehouse) -> polars.DataFrame:
    """Return what was claimed elsewhere beside what is counted."""
    words = opened.own_words
    rows = [
        {
            words.text("column.institution"): _institution(opened, institution),
            words.text("column.claim"): claim,
            words.text("column.claimed"): _range(opened, claimed_lower, claimed_upper),
            words.text("column.counted"): _range(opened, lower, upper),
            words.text("column.status"): words.label("status", status),
            words.text("column.verdict"): words.label("claim_verdict", verdict),
        }
        for institution, claim, claimed_lower, claimed_upper, lower, upper, status, verdict in (
            opened.connection.execute(CLAIMS_SQL).fetchall()
        )
    ]
    return polars.DataFrame(rows, infer_schema_length=None)


def _named(opened: OpenedWarehouse, query: str, institution: str | None = None) -> polars.DataFrame:
    """Return the rows of a query with Dutch columns and words for codes."""
    found = opened.frame(query, {} if institution is None else {"institution": institution})
    words = opened.own_words
    labels = {
        "kind": opened.words.labels("kind"),
        "suite": opened.words.labels("suite"),
        "status": opened.words.labels("supply") | {"delivered": "geleverd"},
        "severity": words.labels("rejected_severity"),
        "stream": words.labels("stream"),
        "other_stream": words.labels("stream"),
    }
    changed = [
        polars.col(column).replace(labels[column]) for column in found.columns if column in labels
    ]
    if "year" in found.columns:
        changed.append(polars.col("year").map_elements(opened.printer.period, polars.String))
    named = {column: words.text(f"column.{column}") for column in found.columns}
    return found.with_columns(changed).rename(named)


def _institution(opened: OpenedWarehouse, name: str) -> str:
    return opened.own_words.text("everybody") if name == "*" else name


def _range(opened: OpenedWarehouse, lower: Decimal | None, upper: Decimal | None) -> str:
    """Return bounds in print, as a figure of an answer has them."""
    words, printer = opened.words, opened.printer
    if lower is None:
        return words.text("figure.missing")
    if upper is None:
        return words.text("figure.at_least", number=printer.number(lower))
    if lower == upper:
        return printer.number(lower)
    return words.text("figure.range", lower=printer.number(lower), upper=printer.number(upper))
