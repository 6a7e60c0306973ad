-- slices: sessions by start in slices of equal length; what starts after the last belongs to it.
-- reads    filtered
-- params   slices_after, slice_us, slices
select
    least((epoch_us(started_at) - epoch_us($slices_after)) // $slice_us, $slices - 1) as slice,
    count(*) as total
from filtered
where started_at >= $slices_after
group by slice
order by slice
