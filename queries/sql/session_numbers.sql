-- session_numbers: the numbers of the sessions of a page, of which all else is looked up.
-- reads    filtered
-- params   limit, offset
select
    session_no
from filtered
order by started_at desc nulls last, session_id
limit $limit offset $offset
