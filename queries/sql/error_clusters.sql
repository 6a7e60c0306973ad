-- error_clusters: the failed ones of the filtered sessions by error, most first; '' is no text.
-- reads    filtered
-- params   examples, most
with failed as (
    select
        coalesce(error_key, '') as error_key,
        error,
        session_id,
        external_id,
        started_at,
        row_number() over (
            partition by coalesce(error_key, '') order by started_at desc nulls last, session_id
        ) as place
    from filtered
    where status = 'failed'
)
select
    error_key,
    min_by(error, place) as error,
    count(*) as sessions,
    list({
        'session_id': session_id,
        'external_id': external_id,
        'started_at': started_at
    } order by place) filter (where place <= $examples) as examples,
    count(*) over () as clusters,
    sum(count(*)) over ()::bigint as failed
from failed
group by error_key
order by sessions desc, error_key
limit $most
