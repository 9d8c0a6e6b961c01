-- What waits for two people (client or null: all), and who has released the values as they are now.
select d.control_number, d.id, c.code as client, d.type, f.code,
	to_char(d.since at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as since,
	to_char(d.until at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as until,
	(select string_agg(regexp_replace(a.role, '^desk:', ''), ', ' order by r.at)
		from intray.release r join intray.account a on a.id = r.account
		where r.document = d.id and r.code = f.code
			and r.values = intray.values_of(d.id, f.fields)) as released_by
from intray.document d
join intray.client c on c.id = d.client
join intray.finding f on f.document = d.id and not f.confirmed and intray.needs_two(f.code)
where d.state = 'queried' and ($1::text is null or c.code = $1)
order by d.since, d.control_number
