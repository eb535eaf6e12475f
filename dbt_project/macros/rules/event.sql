{# Mini Program events of raw rows: newest state of each key, named and typed. #}
{% macro event_states(relation) -%}
    select
        -- ids
        event_id,
        appid,
        openid,
        unionid,
        device_id,
        session_id,
        product_id,
        -- text
        event_name,
        page,
        scene,
        campaign,
        -- numbers
        {{ money('duration_seconds') }} as duration_seconds,
        _load_seq as load_seq,
        -- times
        {{ instant('event_at') }} as event_at,
        {{ instant('_exported_at') }} as exported_at
    from {{ latest_state(relation) }} as newest
{%- endmacro %}

{# In an incremental run of fct_event: the keys of events that came or got a new state, that are of a day
   not yet to be seen, or whose identifier now names another person. A load never changes once it is in.
   A raw row's key is its event's, and raw instants are text in canonical form, which compares as it
   stands. #}
{% macro moved_events() -%}
    select raw_event._key as event_key
    from {{ source('raw', 'mini_program_event') }} as raw_event
    where
        raw_event._load_seq > {{ newest_load_seen() }}
        or raw_event.event_at > (
            select coalesce(cast({{ end_of_day('max(event_on)') }} as varchar), '') from {{ this }}
        )
    union
    select seen.event_key
    from {{ this }} as seen
    where seen.visitor_key in (
        select bridge.id_type || ':' || bridge.scope || ':' || bridge.value_key
        from {{ ref('bridge_identity') }} as bridge
        left join {{ person_changes() }} as changes on bridge.person_id = changes.person_id
        where
            changes.load_seq > {{ newest_load_seen() }}
            or bridge.shared_load_seq > {{ newest_load_seen() }}
    )
{%- endmacro %}

{# Before an incremental run of fct_event: events whose newest state lies after the business day. #}
{% macro forget_events() -%}
    {% if is_incremental() -%}
    delete from {{ this }}
    where event_key in (
        with
        late as (
            select raw_event._key
            from {{ source('raw', 'mini_program_event') }} as raw_event
            where raw_event.event_at > cast({{ end_of_day(as_of()) }} as varchar)
        ),

        states as (
            select *
            from {{ source('raw', 'mini_program_event') }}
            where _key in (select late._key from late)
        )

        select newest.event_id
        from ({{ event_states('states') }}) as newest
        where {{ shanghai_day('newest.event_at') }} > {{ as_of() }}
    )
    {%- endif %}
{%- endmacro %}
