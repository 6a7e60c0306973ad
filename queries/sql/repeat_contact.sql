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
lasting as (
    -- In whole microseconds, which are compared faster than moments are.
    select
        session_no,
        agent_id,
        user_id,
        epoch_us(started_at) as started_us,
        epoch_us(ended_at) - epoch_us(started_at) as lasts_us
    from scoped
    where user_id is not null and started_at >= $after
),
starts as (
    -- The next session of the user that starts when this one has ended: one pass in the order of
    -- each user's starts. None of those before the range ($after) can be it.
    select
        session_no,
        agent_id,
        lasts_us,
        first_value(started_us) over (
            partition by user_id order by started_us
            range between greatest(coalesce(lasts_us, 0), 0) following and unbounded following
            exclude current row
        ) - started_us as next_us
    from lasting
),
misplaced as (
    -- Those that have no place in that order, or end before they begin; there are hardly any.
    select
        ended.session_no,
        ended.agent_id,
        min(epoch_us(later.started_at) - epoch_us(ended.ended_at)) as away_us
    from ended
    left join scoped as later
        on later.user_id = ended.user_id and later.session_no <> ended.session_no
        and later.started_at >= ended.ended_at
    where ended.started_at is null or ended.ended_at < ended.started_at
    group by ended.session_no, ended.agent_id
),
followed as (
    -- For how long the user stayed away. The filtered sessions are told by their numbers alone.
    select
        agent_id,
        next_us - lasts_us as away_us
    from starts
    where lasts_us >= 0 and session_no in (select session_no from ended)
    union all
    select
        agent_id,
        away_us
    from misplaced
)
select
    agent_id,
    count(*) as ended,
    count(*) filter (where away_us < 24 * 3600 * 1000000::bigint) as back_24h,
    count(*) filter (where away_us < 7 * 24 * 3600 * 1000000::bigint) as back_7d
from followed
group by agent_id
order by ended desc, agent_id
