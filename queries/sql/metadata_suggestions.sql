-- metadata_suggestions: frequent keys of the newest metadata, each with its frequent values.
-- reads    pairs, scoped
-- params   newest, keys, values_each, often
with newest as (
    select
        session_id,
        key,
        value
    from pairs
    where nth >= 0
    limit $newest
),
counted as (
    select
        key,
        value,
        count(*) as total
    from newest
    where session_id in (select session_id from scoped)
    group by key, value
),
ranked as (
    select
        key,
        value,
        total,
        sum(total) over (partition by key) as of_key,
        row_number() over (partition by key order by total desc, value) as place
    from counted
)
select
    key,
    list(value order by place) filter (where total >= $often and place <= $values_each) as listed
from ranked
group by key, of_key
order by of_key desc, key
limit $keys
