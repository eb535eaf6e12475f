{# The newest state of every key: by status rank, then export time, then load, then place in the
   file, so that an older export never overwrites a newer state. `changed_at` names the column of rows
   that say themselves when they changed: it comes first. #}
{% macro latest_state(relation, changed_at=none) -%}
    (
        select *
        from (
            select
                *,
                row_number() over (
                    partition by _key
                    order by
                        {%- if changed_at %}
                        {{ changed_at }} desc,
                        {%- endif %}
                        _status_rank desc,
                        _exported_at desc nulls last,
                        _load_seq desc,
                        _file_sha256 desc,
                        _row desc
                ) as _state_rank
            from {{ relation }}
        ) as ranked
        where _state_rank = 1
    )
{%- endmacro %}
