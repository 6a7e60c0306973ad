-- repeat_contact: by agent the ended sessions with a user, and those whose user came back in time.
-- reads    filtered, returns
-- params
with ended as (
    select
        agent_id,
        count(*) as ended
    from filtered
    where status in ('completed', 'failed') and user_id is not null and ended_at is not null
    group by agent_id
),
back as (
    -- Only ended sessions with a user have a row: not to ask again halves the time.
    select
        agent_id,
        count(*) filter (where gap_us < epoch_us(interval 24 hours)) as back_24h,
        count(*) as back_7d
    from filtered
    join returns using (session_no)
    group by agent_id
)
select
    agent_id,
    ended,
    coalesce(back_24h, 0) as back_24h,
    coalesce(back_7d, 0) as back_7d
from ended
left join back using (agent_id)
order by ended desc, agent_id
