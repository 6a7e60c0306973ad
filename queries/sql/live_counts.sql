-- live_counts: how many of the filtered sessions go on, are silent, are stuck; when the next become so.
-- reads    filtered
-- params   now, silent_ms, agents, channels, limits_ms, most
with limits as (
    select
        unnest($agents::varchar[]) as agent_id,
        unnest($channels::varchar[]) as channel,
        unnest($limits_ms::double[]) as limit_ms
),
going as (
    select
        epoch_us($now) as now_us,
        epoch_us(coalesce(last_message_at, started_at)) + $silent_ms * 1000::bigint as silent_us,
        epoch_us(started_at) + limit_ms * 1000 as stuck_us
    from filtered
    left join limits using (agent_id, channel)
    where status = 'active'
)
select
    count(*) as going,
    count(*) filter (where silent_us <= now_us) as silent,
    count(*) filter (where stuck_us < now_us) as stuck,
    min(silent_us, $most) filter (where silent_us > now_us) as silent_next_us,
    min(stuck_us, $most) filter (where stuck_us >= now_us) as stuck_next_us
from going
order by going
