-- Mini Program events: newest state of each key, named and typed.
-- Grain: one row per event (the brand's own tracking)
with

final as (
    {{ event_states(source('raw', 'mini_program_event')) }}
)

select * from final
