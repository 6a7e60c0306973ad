-- live_usual: how many of the filtered sessions were open in each of some hours, on average over the hour.
-- reads    filtered
-- params   afters, befores
with hours as (
    select
        unnest($afters::timestamp[]) as after,
        unnest($befores::timestamp[]) as before
),
lasting as (
    select
        started_at,
        case when status = 'active' then 'infinity'::timestamp else ended_at end as closed_at
    from filtered
)
select
    hours.after as starts_at,
    coalesce(
        sum(
            epoch_us(least(lasting.closed_at, hours.before))
            - epoch_us(greatest(lasting.started_at, hours.after))
        ) filter (where lasting.started_at is not null), 0
    ) / (epoch_us(hours.before) - epoch_us(hours.after)) as open,
    (select min(started_at) from filtered) as first_at
from hours
left join lasting
    on lasting.started_at < hours.before
    and lasting.closed_at > hours.after
    and lasting.closed_at > lasting.started_at
group by hours.after, hours.before
order by hours.after
