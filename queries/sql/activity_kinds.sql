-- activity_kinds: how many of the filtered sessions have an event of each kind.
-- reads    filtered
-- params
with listed as (
    select
        unnest(event_kinds) as kind
    from filtered
)
select
    kind,
    count(*) as sessions
from listed
group by kind
order by kind
