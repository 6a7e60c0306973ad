-- live_limits: how long 99 % of the filtered sessions that are over have lasted at most, by agent and channel.
-- reads    filtered
-- params   few
select
    agent_id,
    channel,
    quantile_cont(duration_ms, 0.99) as limit_ms
from filtered
where status <> 'active' and duration_ms is not null
group by agent_id, channel
having count(*) >= $few
order by agent_id, channel
