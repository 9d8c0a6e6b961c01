-- $1 client or null, $2 first and $3 last day in its time zone (null: today)
with days as (
	select c.id, c.code, c.time_zone,
		coalesce($2::date, (now() at time zone c.time_zone)::date) as first,
		coalesce($3::date, $2::date, (now() at time zone c.time_zone)::date) as last
	from intray.client c where $1::text is null or c.code = $1
)
select d.code as client, case d.first when d.last then d.first::text
		else d.first || ' to ' || d.last end as day, s.*
from days d, intray.delivery_statement(d.id, d.first::timestamp at time zone d.time_zone,
	(d.last + 1)::timestamp at time zone d.time_zone) s
order by d.code, s.type, s.currency
