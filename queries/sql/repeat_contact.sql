-- repeat_contact: by agent the ended sessions with a user, and those whose user came back in time.
-- reads    filtered, scoped
-- params   after
with ended as (
    select
        session_no,
        agent_id,
        user_id,
        started_at,
        ended_at
    from filtered
    where status in ('completed', 'failed') and user_id is not null and ended_at is not null
),
starts as (
    -- The next session of the user that starts when this one has ended: one pass in the order of
    -- each user's starts. None of those before the range ($after) can be it.
    select
        session_no,
        first_value(started_at) over (
            partition by user_id order by started_at
            range between
                greatest(coalesce(ended_at - started_at, interval 0 seconds), interval 0 seconds)
                following and unbounded following
            exclude current row
        ) as next_at
    from scoped
    where user_id is not null and started_at >= $after
),
misplaced as (
    -- Those that have no place in that order, or end before they begin; there are hardly any.
    select
        ended.session_no,
        min(later.started_at) as next_at
    from ended
    join scoped as later
        on later.user_id = ended.user_id and later.session_no <> ended.session_no
        and later.started_at >= ended.ended_at
    where ended.started_at is null or ended.ended_at < ended.started_at
    group by ended.session_no
),
followed as (
    select
        ended.agent_id,
        ended.ended_at,
        case
            when ended.started_at is null or ended.ended_at < ended.started_at
                then misplaced.next_at
            else starts.next_at
        end as next_at
    from ended
    left join starts using (session_no)
    left join misplaced using (session_no)
)
select
    agent_id,
    count(*) as ended,
    count(*) filter (where next_at < ended_at + interval 24 hours) as back_24h,
    count(*) filter (where next_at < ended_at + interval 7 days) as back_7d
from followed
group by agent_id
order by ended desc, agent_id
