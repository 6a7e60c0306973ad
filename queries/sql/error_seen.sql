-- error_seen: when the first and the last session failed by an error, of all that may be seen.
-- reads    scoped
-- params   keys
select
    coalesce(error_key, '') as error_key,
    min(started_at) as first_seen_at,
    max(started_at) as last_seen_at
from scoped
where status = 'failed' and coalesce(error_key, '') in $keys
group by 1
order by 1
