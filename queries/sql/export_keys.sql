-- export_keys: the metadata keys of the filtered sessions, most frequent first.
-- reads    filtered, pairs
-- params   most
select
    key,
    count(distinct session_id) as total
from pairs
where session_id in (select session_id from filtered)
group by key
order by total desc, key
limit $most
