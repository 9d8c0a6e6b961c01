-- day, client, tray. Balanced: nothing is lost, no file stands there twice, and the containers'
-- own lists have as many parts as were born of them or listed.
with every as (
	select f.* from intray.client c, intray.taken_in(
		coalesce($1::date, (now() at time zone c.time_zone)::date), c.code, $3) f
	where $2::text is null or c.code = $2
)
select client, tray,
	count(*) filter (where part_of is null) as files,
	count(*) filter (where part_of is null and fate = 'document') as documents,
	count(*) filter (where part_of is null and fate = 'duplicate') as duplicates,
	count(*) filter (where part_of is null and fate = 'quarantined') as quarantined,
	count(*) filter (where part_of is null and fate = 'container') as containers,
	count(*) filter (where part_of is null and fate = 'index') as indexes,
	count(*) filter (where part_of is not null) as parts,
	count(*) filter (where part_of is not null and fate = 'document') as part_documents,
	count(*) filter (where part_of is not null and fate = 'duplicate') as part_duplicates,
	count(*) filter (where part_of is not null and fate = 'quarantined') as part_quarantined,
	count(*) filter (where part_of is not null and fate = 'container') as part_containers,
	count(*) filter (where part_of is not null and fate = 'listed') as part_listed,
	sum(papers) filter (where fate = 'document') as papers,
	not bool_or(fate = 'lost') and count(id) = count(distinct id)
		and count(*) filter (where part_of is not null) = (select count(*) from intray.part p
			where p.drop = any (array_agg(every.id))) as balanced
from every
group by client, tray
order by client, tray
