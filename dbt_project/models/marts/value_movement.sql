-- Whose value rises and whose fades, by the grades of the newest closed quarter, and what to do.
-- Grain: one row per person with a paid order.
with

grades as (
    select
        grade,
        from_cny
    from {{ ref('value_threshold') }}
    where quarter_on = (
        -- While no quarter is closed yet the open one stands in.
        select coalesce(max(case when is_closed then quarter_on end), max(quarter_on))
        from {{ ref('value_threshold') }}
    )
),

bounds as (
    select
        {% for grade, _ in value_grades() -%}
        max(case when grade = '{{ grade }}' then from_cny end) as {{ grade | lower }}_from_cny
        {{- ',' if not loop.last }}
        {% endfor %}
    from grades
),

first_order as (
    select
        person_id,
        min(coalesce(paid_on, ordered_on)) as first_on
    from {{ ref('fct_order') }}
    where is_paid and person_id is not null
    group by person_id
),

spend as (
    select
        first_order.person_id,
        first_order.first_on,
        {{ as_of() }} as as_of_on,
        coalesce(sum(case when moved.happened_on > {{ add_days(as_of(), -91) }}
            then moved.signed_cny end), 0) as value_cny,
        coalesce(sum(case when moved.happened_on <= {{ add_days(as_of(), -91) }}
            then moved.signed_cny end), 0) as prior_value_cny
    from first_order
    left join {{ ref('fct_payment') }} as moved
        on
            first_order.person_id = moved.person_id
            and moved.happened_on > {{ add_days(as_of(), -182) }}
            and moved.happened_on <= {{ as_of() }}
    group by first_order.person_id, first_order.first_on
),

graded as (
    select
        spend.*,
        {% for value, name in [('value_cny', 'grade'), ('prior_value_cny', 'prior_grade')] -%}
        case
            when spend.{{ value }} <= 0 then 'none'
            {% for grade in ['a', 'b', 'c'] -%}
            when spend.{{ value }} >= bounds.{{ grade }}_from_cny then '{{ grade | upper }}'
            {% endfor -%}
            else 'D'
        end as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from spend
    cross join bounds
),

moved as (
    select
        *,
        {{ value_movement('first_on', 'as_of_on', 'grade', 'prior_grade') }} as movement
    from graded
),

final as (
    select
        person_id,
        as_of_on,
        {{ money('value_cny') }} as value_91d_cny,
        {{ money('prior_value_cny') }} as prior_value_91d_cny,
        grade as value_grade,
        prior_grade as prior_value_grade,
        movement as value_movement,
        cast({{ intervention_level('movement', 'prior_grade') }} as integer) as intervention_level
    from moved
)

select * from final
