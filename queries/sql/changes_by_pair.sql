-- changes_by_pair: the sessions of two periods by their usual metadata; without a value, by key.
-- reads    filtered, pairs, pair_names
-- params   previous_after, after, before, keys, often, longest
-- cells    previous_after, after, before
with compared as materialized (
    -- Each session is looked at once: else what counts is found anew for each of its pairs.
    select
        session_no,
        started_at >= $after as is_now,
        status = 'failed' as is_counted
    from filtered
    where started_at >= $previous_after and started_at < $before
),
numbered as (
    select
        pair,
        nth = 1 as is_first,
        is_now,
        is_counted,
        count(*) as total
    from pairs
    join compared using (session_no)
    where nth <> 0
    group by all
),
told as (
    select
        key,
        is_now,
        is_counted,
        sum(total) as total
    from numbered
    join pair_names using (pair)
    where is_first and length(key) <= $longest
    group by all
),
usual as (
    select
        key
    from told
    group by key
    order by sum(total) desc, key
    limit $keys
),
frequent as (
    -- By number: a pair has one, and texts are slow to compare.
    select
        pair
    from numbered
    group by pair
    having sum(total) >= $often
),
counted as (
    -- A session has the first value of a key once, however many it has.
    select
        key,
        null as value,
        is_now,
        is_counted,
        total::bigint as total
    from told
    where total <> 0
    union all
    select
        key,
        value,
        is_now,
        is_counted,
        sum(total)::bigint as total
    from numbered
    join frequent using (pair)
    join pair_names using (pair)
    where value is not null and length(value) <= $longest
    group by all
    having sum(total) <> 0
)
select
    key,
    value,
    is_now,
    is_counted,
    total
from counted
where key in (select key from usual)
order by key, value, is_now, is_counted
