-- repeat_contact: by agent the ended sessions with a user, and those whose user came back in time.
-- reads    filtered, returns
-- params
select
    agent_id,
    count(*) as ended,
    count(*) filter (where gap_us < epoch_us(interval 24 hours)) as back_24h,
    count(gap_us) as back_7d
from filtered
left join returns using (session_no)
where status in ('completed', 'failed') and user_id is not null and ended_at is not null
group by agent_id
order by ended desc, agent_id
