-- client or null: all; 't': also what was linked or refused
select p.id, c.code as client, p.name, p.address, p.vat_id, p.iban, p.state,
	(select count(*) from intray.supplier_proposal_document d where d.proposal = p.id) as papers,
	coalesce(s.number, p.reason) as outcome,
	to_char(p.made_at at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as since
from intray.supplier_proposal p join intray.client c on c.id = p.client
left join intray.supplier s on s.id = p.supplier
where ($1::text is null or c.code = $1) and ($2::boolean or p.state = 'open')
order by c.code, p.id
