-- search_messages: messages of the sessions to be searched that hold a text, in a slice of time, newest first.
-- reads    messages, searched
-- params   text, is_exact, ahead, behind, margin, longest, slice_after, slice_before, last_start, last_id, last_seq, most
with compared as (
    select
        session_id,
        session_started_at,
        seq,
        sent_at,
        sender,
        content,
        case when $is_exact then content else lower(content) end as folded,
        case when $is_exact then $text else lower($text) end as wanted
    from messages
    where session_started_at >= $slice_after and session_started_at < $slice_before
),
matched as (
    select
        session_id,
        session_started_at,
        seq,
        sent_at,
        sender,
        content,
        wanted,
        greatest(instr(folded, wanted) - $margin, 1) as place
    from compared
    where contains(folded, wanted)
        and ($ahead is null or regexp_matches(
            folded,
            $ahead || regexp_escape(case when $is_exact then $text else lower($text) end) || $behind
        ))
        and ($last_id is null or session_started_at is distinct from $last_start
            or (session_id, seq) > ($last_id, $last_seq))
)
select
    matched.session_id,
    external_id,
    agent_name,
    channel,
    started_at,
    seq,
    sent_at,
    sender,
    place > 1 as has_more_before,
    length(content) >= place + $longest as has_more_after,
    substr(content, place, $longest) as part,
    lower(substr(content, place, $longest)) as folded,
    wanted
from matched
join searched on searched.session_id = matched.session_id
order by session_started_at desc, matched.session_id, seq
limit $most
