-- day, client, tray
select f.client, f.tray, f.control_number, f.part_of, encode(f.name, 'hex') as name_hex,
	f.fate, f.papers, f.type, f.state,
	f.reason
from intray.client c, intray.taken_in(
	coalesce($1::date, (now() at time zone c.time_zone)::date), c.code, $3) f
where $2::text is null or c.code = $2
order by f.client, f.tray, f.arrived, coalesce(f.part_of, f.control_number), f.part_of nulls first,
	f.control_number nulls last, f.name
