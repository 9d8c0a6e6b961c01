select kind, count(*) filter (where lease_until is null or lease_until < now()) as waiting,
	count(*) filter (where lease_until >= now()) as running,
	count(*) filter (where lease_until is null and not_before > now()) as held_back,
	extract(epoch from now() - min(created))::integer as oldest_s
from intray.job
group by kind
order by min(priority)
