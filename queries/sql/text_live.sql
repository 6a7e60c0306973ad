-- text_live: the numbers of the live sessions that hold a text, in a period where it is ranged.
-- reads    scoped
-- params   text, is_ranged, after, before
select
    session_no
from scoped
where contains(search, lower($text))
    and (not $is_ranged or (started_at >= $after and started_at < $before))
order by session_no
