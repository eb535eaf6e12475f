-- From which spend of a quarter on somebody counts as A, B, C or D: recalibrated each quarter, by
-- rank among those whose net amount of it is above zero. Equal amounts share the lower place, so of
-- few people or many equal ones a grade may be nobody's.
-- Grain: one row per quarter and grade that somebody has.
with

spend as (
    select
        {{ quarter_of('happened_on') }} as quarter_on,
        person_id,
        sum(signed_cny) as value_cny
    from {{ ref('fct_payment') }}
    where person_id is not null and happened_on <= {{ as_of() }}
    group by {{ quarter_of('happened_on') }}, person_id
),

ranked as (
    select
        quarter_on,
        value_cny,
        percent_rank() over (partition by quarter_on order by value_cny) as place
    from spend
    where value_cny > 0
),

final as (
    {% for grade, share in value_grades() -%}
    select
        quarter_on,
        '{{ grade }}' as grade,
        {{ money('min(value_cny)') }} as from_cny,
        count(*) as person_count,
        {{ money('sum(value_cny)') }} as value_cny,
        {{ quarter_of(as_of()) }} > quarter_on as is_closed
    from ranked
    where
        place >= {{ share }}
        and place < {{ 2 if loop.first else value_grades()[loop.index0 - 1][1] }}
    group by quarter_on
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select * from final
