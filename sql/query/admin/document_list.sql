-- client, state, type, since (arrived), part of the file's name, limit. First the newest by their index, then what
-- is shown of them.
with newest as (
	select * from intray.document d
	where ($1::text is null or d.client = (select id from intray.client where code = $1))
		and ($2::text is null or d.state = $2) and ($3::text is null or d.type = $3)
		and ($4::text is null or d.arrived >= $4::timestamptz)
		and ($5::text is null
			or d.drop in (select id from intray.drop where position(convert_to($5, 'UTF8') in name) > 0))
	order by d.arrived desc, d.id
	limit $6::bigint
)
select d.control_number, d.id, c.code as client, d.type, d.state,
	to_char(d.arrived at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as arrived,
	d.received_on, d.pages, to_char(d.due at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as due,
	encode(o.name, 'hex') as file_hex, coalesce(d.reason, replace(d.cause, '-', ' ')) as reason
from newest d
join intray.client c on c.id = d.client
join intray.drop o on o.id = d.drop
order by d.arrived desc, d.control_number desc
