{#- Differences between engines live here and nowhere else; each macro is dispatched by adapter. -#}

{% macro regexp_matches(text, pattern) %}{{ return(adapter.dispatch('regexp_matches')(text, pattern)) }}{% endmacro %}
{% macro duckdb__regexp_matches(text, pattern) %}regexp_matches({{ text }}, {{ pattern }}){% endmacro %}
{% macro spark__regexp_matches(text, pattern) %}rlike({{ text }}, {{ java_pattern(pattern) }}){% endmacro %}

{% macro regexp_extract(text, pattern) %}{{ return(adapter.dispatch('regexp_extract')(text, pattern)) }}{% endmacro %}
{% macro duckdb__regexp_extract(text, pattern) %}regexp_extract({{ text }}, {{ pattern }}){% endmacro %}
{% macro spark__regexp_extract(text, pattern) %}regexp_extract({{ text }}, {{ java_pattern(pattern) }}, 0){% endmacro %}

{#-
A pattern of RE2, as the seeds hold them, for the regular expressions of Java, which Spark has: no case
beyond ASCII too, only a line end ends a line, the end is the end of the text, and words and white space
are those of ASCII.
-#}
{% macro java_pattern(pattern) -%}
    replace(replace(replace(
        regexp_replace({{ pattern }}, '(?<!\\\\)[$]', '\\\\z'), '(?i)', '(?iud)'), '\\s', '[\\t\\n\\f\\r ]'),
        '\\b', '(?:(?<![0-9A-Za-z_])(?=[0-9A-Za-z_])|(?<=[0-9A-Za-z_])(?![0-9A-Za-z_]))')
{%- endmacro %}

{#- The value of the row whose rank is lowest. -#}
{% macro min_by(value, rank) %}{{ return(adapter.dispatch('min_by')(value, rank)) }}{% endmacro %}
{% macro duckdb__min_by(value, rank) %}arg_min({{ value }}, {{ rank }}){% endmacro %}
{% macro spark__min_by(value, rank) %}min_by({{ value }}, {{ rank }}) filter (where {{ value }} is not null){% endmacro %}

{#- True when a text list joined by '|' holds the item. -#}
{% macro list_holds(joined, item) %}{{ return(adapter.dispatch('list_holds')(joined, item)) }}{% endmacro %}
{% macro duckdb__list_holds(joined, item) %}list_contains(string_split({{ joined }}, '|'), {{ item }}){% endmacro %}
{% macro spark__list_holds(joined, item) %}array_contains(split({{ joined }}, '[|]'), {{ item }}){% endmacro %}

{% macro last_day_of_quarter(day) %}{{ return(adapter.dispatch('last_day_of_quarter')(day)) }}{% endmacro %}
{% macro duckdb__last_day_of_quarter(day) %}cast(date_trunc('quarter', {{ day }}) + interval 3 month - interval 1 day as date){% endmacro %}
{% macro spark__last_day_of_quarter(day) %}last_day(add_months(trunc({{ day }}, 'quarter'), 2)){% endmacro %}

{% macro quarter_label(day) %}cast(year({{ day }}) as string) || 'Q' || cast(quarter({{ day }}) as string){% endmacro %}

{% macro days_between(earlier, later) %}{{ return(adapter.dispatch('days_between')(earlier, later)) }}{% endmacro %}
{% macro duckdb__days_between(earlier, later) %}date_diff('day', {{ earlier }}, {{ later }}){% endmacro %}
{% macro spark__days_between(earlier, later) %}datediff({{ later }}, {{ earlier }}){% endmacro %}

{#- 20 September of the year in which an academic year starts, and other days of that year. -#}
{% macro day_of_start_year(academic_year, month, day) %}cast(left({{ academic_year }}, 4) || '-{{ month }}-{{ day }}' as date){% endmacro %}

{#- 30 September of the year in which an academic year ends (counting.md, Years). -#}
{% macro end_of_academic_year(academic_year) %}cast(right({{ academic_year }}, 4) || '-09-30' as date){% endmacro %}

{#- The distinct values of a group in ascending order, joined by '|'. -#}
{% macro sorted_list(value) %}{{ return(adapter.dispatch('sorted_list')(value)) }}{% endmacro %}
{% macro duckdb__sorted_list(value) %}string_agg(distinct cast({{ value }} as string), '|' order by cast({{ value }} as string)){% endmacro %}
{% macro spark__sorted_list(value) %}case when count({{ value }}) > 0 then array_join(array_sort(collect_set(cast({{ value }} as string))), '|') end{% endmacro %}

{#-
A whole number for each of some distinct values; what number means nothing. Spark would sort all values in
one task, so there 256 tasks number their own.
-#}
{% macro numbers(value) %}{{ return(adapter.dispatch('numbers')(value)) }}{% endmacro %}
{% macro duckdb__numbers(value) %}row_number() over (order by {{ value }}){% endmacro %}
{% macro spark__numbers(value) -%}
    cast(row_number() over (partition by pmod(xxhash64({{ value }}), 256) order by {{ value }}) as bigint) * 256
    + pmod(xxhash64({{ value }}), 256)
{%- endmacro %}

{#- A table expression with one integer column `start_year`, from the first to the last given. -#}
{% macro start_years(first_year, last_year) %}{{ return(adapter.dispatch('start_years')(first_year, last_year)) }}{% endmacro %}
{% macro duckdb__start_years(first_year, last_year) %}unnest(range({{ first_year }}, {{ last_year }} + 1)) as years (start_year){% endmacro %}
{% macro spark__start_years(first_year, last_year) %}lateral explode(sequence({{ first_year }}, {{ last_year }})) as years (start_year){% endmacro %}

{#- A text as texts are compared: no case, one space. -#}
{% macro normalised_text(text) %}{{ return(adapter.dispatch('normalised_text')(text)) }}{% endmacro %}
{% macro duckdb__normalised_text(text) %}lower(trim(regexp_replace({{ text }}, '\s+', ' ', 'g'))){% endmacro %}
{% macro spark__normalised_text(text) %}lower(trim(regexp_replace({{ text }}, '[\\t\\n\\f\\r ]+', ' '))){% endmacro %}

{#- What stands in brackets at the end of a text, empty when nothing does; and the text without it. -#}
{% macro closing_bracket(text) %}{{ return(adapter.dispatch('closing_bracket')(text)) }}{% endmacro %}
{% macro duckdb__closing_bracket(text) %}regexp_extract({{ text }}, '\(([^()]*)\)\s*$', 1){% endmacro %}
{% macro spark__closing_bracket(text) %}regexp_extract({{ text }}, '\\(([^()]*)\\)[\\t\\n\\f\\r ]*\\z', 1){% endmacro %}
{% macro without_closing_bracket(text) %}{{ return(adapter.dispatch('without_closing_bracket')(text)) }}{% endmacro %}
{% macro duckdb__without_closing_bracket(text) %}regexp_replace({{ text }}, '\s*\([^()]*\)\s*$', ''){% endmacro %}
{% macro spark__without_closing_bracket(text) %}regexp_replace({{ text }}, '[\\t\\n\\f\\r ]*\\([^()]*\\)[\\t\\n\\f\\r ]*\\z', ''){% endmacro %}

{#- The text of a page with one space between words and one line end between lines. -#}
{% macro page_lines(page_text) %}{{ return(adapter.dispatch('page_lines')(page_text)) }}{% endmacro %}
{% macro duckdb__page_lines(page_text) %}regexp_replace(regexp_replace(nfc_normalize({{ page_text }}), '[\t\p{Z}]+', ' ', 'g'), ' ?[\r\n]+ ?', chr(10), 'g'){% endmacro %}
{% macro spark__page_lines(page_text) -%}
    case when {{ page_text }} is not null then regexp_replace(regexp_replace(java_method('com.ibm.icu.text.Normalizer', 'compose', {{ page_text }}, false), '[\\t\\p{Z}]+', ' '), ' ?[\\r\\n]+ ?', chr(10)) end
{%- endmacro %}

{#- What a pattern found, without the marks of the sentence around it; at most 80 characters. -#}
{% macro found_words(found) %}{{ return(adapter.dispatch('found_words')(found)) }}{% endmacro %}
{% macro duckdb__found_words(found) %}left(trim(replace({{ found }}, chr(10), ' '), ' .,!?:;•*-('), 80){% endmacro %}
{% macro spark__found_words(found) %}left(trim(both ' .,!?:;•*-(' from replace({{ found }}, chr(10), ' ')), 80){% endmacro %}

{#-
The common table expression `reached`: of every row of `offerings` the offering_ids that `pairs` leads to,
however far. Spark's recursion cannot stop at what it has already reached, so there each round hands the
smallest id on to the neighbours; a group that is not at rest after the last round stops the build.
-#}
{% macro reached() %}{{ return(adapter.dispatch('reached')()) }}{% endmacro %}
{% macro duckdb__reached() %}
reached as (
    select distinct
        offering_id,
        offering_id as reached_id
    from offerings
    union
    select
        reached.offering_id,
        pairs.joint_offering_id as reached_id
    from reached
    inner join pairs on reached.reached_id = pairs.offering_id
)
{%- endmacro %}
{% macro spark__reached() %}
{%- set rounds = 12 %}
neighbours as (
    select
        offering_id,
        joint_offering_id
    from pairs
    union
    select
        offering_id,
        offering_id as joint_offering_id
    from offerings
),

reached_0 as (
    select distinct
        offering_id,
        offering_id as reached_id
    from offerings
),

{%- for round in range(1, rounds + 1) %}
reached_{{ round }} as (
    select
        neighbours.offering_id,
        min(theirs.reached_id) as reached_id,
        min(case when theirs.offering_id = neighbours.offering_id then theirs.reached_id end) as reached_before
    from neighbours
    inner join reached_{{ round - 1 }} as theirs on neighbours.joint_offering_id = theirs.offering_id
    group by neighbours.offering_id
),
{% endfor %}
reached as (
    select
        offering_id,
        case
            when reached_id = reached_before then reached_id
            else raise_error('int_offerings_joined: a joint offering is linked over more than {{ rounds }} others')
        end as reached_id
    from reached_{{ rounds }}
)
{%- endmacro %}

{#- The values of a group in ascending order, as an array that can be grouped by. -#}
{% macro sorted_array(value) %}{{ return(adapter.dispatch('sorted_array')(value)) }}{% endmacro %}
{% macro duckdb__sorted_array(value) %}list({{ value }} order by {{ value }}){% endmacro %}
{% macro spark__sorted_array(value) %}sort_array(collect_list({{ value }})){% endmacro %}
