{#- Differences between engines live here and nowhere else; each macro is dispatched by adapter. -#}

{% macro regexp_matches(text, pattern) %}{{ return(adapter.dispatch('regexp_matches')(text, pattern)) }}{% endmacro %}
{% macro duckdb__regexp_matches(text, pattern) %}regexp_matches({{ text }}, {{ pattern }}){% endmacro %}

{% macro regexp_extract(text, pattern) %}{{ return(adapter.dispatch('regexp_extract')(text, pattern)) }}{% endmacro %}
{% macro duckdb__regexp_extract(text, pattern) %}regexp_extract({{ text }}, {{ pattern }}){% endmacro %}

{#- The value of the row whose rank is lowest. -#}
{% macro min_by(value, rank) %}{{ return(adapter.dispatch('min_by')(value, rank)) }}{% endmacro %}
{% macro duckdb__min_by(value, rank) %}arg_min({{ value }}, {{ rank }}){% endmacro %}

{#- True when a text list joined by '|' holds the item. -#}
{% macro list_holds(joined, item) %}{{ return(adapter.dispatch('list_holds')(joined, item)) }}{% endmacro %}
{% macro duckdb__list_holds(joined, item) %}list_contains(string_split({{ joined }}, '|'), {{ item }}){% endmacro %}

{% macro last_day_of_quarter(day) %}{{ return(adapter.dispatch('last_day_of_quarter')(day)) }}{% endmacro %}
{% macro duckdb__last_day_of_quarter(day) %}cast(date_trunc('quarter', {{ day }}) + interval 3 month - interval 1 day as date){% endmacro %}

{% macro quarter_label(day) %}{{ return(adapter.dispatch('quarter_label')(day)) }}{% endmacro %}
{% macro duckdb__quarter_label(day) %}cast(year({{ day }}) as varchar) || 'Q' || cast(quarter({{ day }}) as varchar){% endmacro %}

{% macro days_between(earlier, later) %}{{ return(adapter.dispatch('days_between')(earlier, later)) }}{% endmacro %}
{% macro duckdb__days_between(earlier, later) %}date_diff('day', {{ earlier }}, {{ later }}){% endmacro %}

{#- 20 September of the year in which an academic year starts, and other days of that year. -#}
{% macro day_of_start_year(academic_year, month, day) %}cast(left({{ academic_year }}, 4) || '-{{ month }}-{{ day }}' as date){% endmacro %}

{#- 30 September of the year in which an academic year ends (counting.md, Years). -#}
{% macro end_of_academic_year(academic_year) %}cast(right({{ academic_year }}, 4) || '-09-30' as date){% endmacro %}

{#- The distinct values of a group in ascending order, joined by '|'. -#}
{% macro sorted_list(value) %}{{ return(adapter.dispatch('sorted_list')(value)) }}{% endmacro %}
{% macro duckdb__sorted_list(value) %}string_agg(distinct cast({{ value }} as varchar), '|' order by cast({{ value }} as varchar)){% endmacro %}

{#- A table expression with one integer column `start_year`, from the first to the last given. -#}
{% macro start_years(first_year, last_year) %}{{ return(adapter.dispatch('start_years')(first_year, last_year)) }}{% endmacro %}
{% macro duckdb__start_years(first_year, last_year) %}unnest(range({{ first_year }}, {{ last_year }} + 1)) as years (start_year){% endmacro %}

{#- A text as texts are compared: no case, one space. -#}
{% macro normalised_text(text) %}{{ return(adapter.dispatch('normalised_text')(text)) }}{% endmacro %}
{% macro duckdb__normalised_text(text) %}lower(trim(regexp_replace({{ text }}, '\s+', ' ', 'g'))){% endmacro %}

{#- What stands in brackets at the end of a text, empty when nothing does; and the text without it. -#}
{% macro closing_bracket(text) %}{{ return(adapter.dispatch('closing_bracket')(text)) }}{% endmacro %}
{% macro duckdb__closing_bracket(text) %}regexp_extract({{ text }}, '\(([^()]*)\)\s*$', 1){% endmacro %}
{% macro without_closing_bracket(text) %}{{ return(adapter.dispatch('without_closing_bracket')(text)) }}{% endmacro %}
{% macro duckdb__without_closing_bracket(text) %}regexp_replace({{ text }}, '\s*\([^()]*\)\s*$', ''){% endmacro %}

{#- The text of a page with one space between words and one line end between lines. -#}
{% macro page_lines(page_text) %}{{ return(adapter.dispatch('page_lines')(page_text)) }}{% endmacro %}
{% macro duckdb__page_lines(page_text) %}regexp_replace(regexp_replace(nfc_normalize({{ page_text }}), '[\t\p{Z}]+', ' ', 'g'), ' ?[\r\n]+ ?', chr(10), 'g'){% endmacro %}

{#- What a pattern found, without the marks of the sentence around it; at most 80 characters. -#}
{% macro found_words(found) %}{{ return(adapter.dispatch('found_words')(found)) }}{% endmacro %}
{% macro duckdb__found_words(found) %}left(trim(replace({{ found }}, chr(10), ' '), ' .,!?:;•*-('), 80){% endmacro %}
