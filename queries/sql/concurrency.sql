-- concurrency: when the filtered sessions open and close within a period, by stack.
-- reads    filtered
-- params   after, before, stacks
with lasting as (
    -- From the start to the end, which is not included; an active one beyond the period.
    select
        coalesce(list_position($stacks, channel), 0) as stack,
        epoch_us(started_at) - epoch_us($after) as opened_us,
        case
            when status = 'active' or ended_at >= $before then null
            else epoch_us(ended_at) - epoch_us($after)
        end as closed_us
    from filtered
    where started_at < $before
        and (status = 'active' or (ended_at > $after and ended_at > started_at))
)
select
    stack,
    count(*) filter (where opened_us <= 0) as carried,
    list(opened_us) filter (where opened_us > 0) as opened_us,
    list(closed_us) filter (where closed_us is not null) as closed_us
from lasting
group by stack
order by stack
