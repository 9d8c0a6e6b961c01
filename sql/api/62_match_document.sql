-- Whose a document is and to whom it is addressed, stored with it; and suppliers that papers show
-- and the master lacks, proposed to a person.

-- --- the client's companies ------------------------------------------------------------------

-- To whom it is addressed. No row: the client has not said what its companies are, or the type
-- has no buyer. A paper that names nobody is for whoever owns its tray, or the only company.
create function intray.match_company(for_client integer, of_tray bigint, doc_type text,
	fields jsonb)
returns table (state text, company bigint, code text, name text, score real, reason text,
	candidates jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	g record;
	called text;
	unnamed boolean;
	best jsonb;
begin
	if not exists (select from intray.company c where c.client = for_client and c.active)
		or not exists (select from intray.doctype t join intray.doctype_field f
			on f.type = t.name and f.version = t.version
			where t.name = doc_type and t.current and f.role = 'buyer')
	then
		return;
	end if;
	select * into g from intray.match_given(doc_type, fields, '[]', '{buyer}');
	called := coalesce(intray.match_name(g.name), '');
	select coalesce(jsonb_agg(to_jsonb(r) order by r.score desc, r.code), '[]') into best from (
		select c.id as company, c.code, c.name, intray.match_score(
				case when t.tax then '{tax}'::text[] else '{}' end, 1, l.name, a.address)
				+ case when y.tray and (g.name is null or l.name > 0.4) then 0.05 else 0 end as score,
			concat_ws(', ', intray.match_reason(case when t.tax then '{tax}'::text[] end,
				l.name, a.address), case when y.tray then 'its tray' end) as reason
		from intray.company c
		cross join lateral (select coalesce(max(intray.name_likeness(called,
				intray.match_name(n.name))), 0)::real as name
			from (select c.name union all select b.alias from intray.company_alias b
				where b.company = c.id and b.active) n(name) where called <> '') l
		cross join lateral (select coalesce(trgm.similarity(intray.match_words(g.address),
				intray.match_words(concat_ws(' ', c.street, c.postcode, c.city))), 0)
			as address) a
		cross join lateral (select exists (select from unnest(array[c.vat_id, c.tax_number]) v,
				unnest(g.tax_ids) o where intray.match_tax_id(v) = intray.match_tax_id(o)) as tax) t
		cross join lateral (select exists (select from intray.company_tray o
				where o.company = c.id and o.tray = of_tray and o.active) as tray) y
		where c.client = for_client and c.active
		order by 4 desc, c.code limit 5) r
	where r.score >= 0.4 or (g.name is null and g.tax_ids = '{}'
		and (r.reason like '%its tray' or (select count(*) from intray.company o
			where o.client = for_client and o.active) = 1));
	unnamed := g.name is null and g.tax_ids = '{}';
	return query select case when unnamed and best = '[]' then 'ambiguous'
			when unnamed and jsonb_array_length(best) = 1 then 'sure'
			else intray.match_state(best, 0.55) end,
		b.company, b.code, b.name, b.score, b.reason, best
	from (values (1)) one left join lateral (select * from jsonb_to_record(best -> 0)
		as x(company bigint, code text, name text, score real, reason text)) b on true;
end $$;

-- --- for a document --------------------------------------------------------------------------

-- The candidates in words.
create function intray.candidates_text(candidates jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select coalesce(string_agg(format('%s %s (%s)', coalesce(c ->> 'number', c ->> 'code'),
		concat_ws(', ', c ->> 'name', c ->> 'city'), c ->> 'reason'), '; ' order by n), '')
	from jsonb_array_elements(candidates) with ordinality as x(c, n)
$$;

-- With the codes of a paper, those of the mail it came in: its sender's domain, without the names
-- that may stand before it ("mail.acme.example").
create function intray.keys_around(of_drop uuid, keys jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(keys, '[]') || (select coalesce(jsonb_agg(jsonb_build_object('kind', 'domain',
		'key', array_to_string(l.labels[i:], '.'))), '[]')
	from intray.mail_around(of_drop) m,
		string_to_array(substring(m.sender from '@(.+)$'), '.') as l(labels),
		generate_series(1, cardinality(l.labels) - 1) i);
end $$;

create function intray.document_supplier(doc uuid, doc_type text, fields jsonb, keys jsonb,
	print text)
returns table (state text, supplier bigint, number text, name text, score real, reason text,
	candidates text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select m.state, m.supplier, m.number, m.name, m.score, m.reason,
		intray.candidates_text(m.candidates)
	from intray.document d cross join lateral intray.match_supplier(d.client, doc_type, fields,
		intray.keys_around(d.drop, keys), print) m where d.id = doc;
end $$;

create function intray.document_company(doc uuid, doc_type text, fields jsonb)
returns table (state text, company bigint, code text, name text, score real, reason text,
	candidates text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select m.state, m.company, m.code, m.name, m.score, m.reason,
		intray.candidates_text(m.candidates)
	from intray.document d join intray.drop o on o.id = d.drop
	cross join lateral intray.match_company(d.client, o.tray, doc_type, fields) m
	where d.id = doc;
end $$;

-- Stored with the document when its fields are: whose it is, to whom, and who else it may be of.
-- Only a sure match makes the supplier that of the document.
create function intray.match_save(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	header constant jsonb := (select coalesce(jsonb_object_agg(f.path, f.value), '{}')
		from intray.field f where f.document = d.id and f.line = 0 and f.value is not null);
	e intray.document_evidence;
	s record;
	c record;
begin
	select * into e from intray.document_evidence v where v.document = d.id;
	select * into s from intray.match_supplier(d.client, d.type, header,
		intray.keys_around(d.drop, e.keys), e.print);
	select m.* into c from intray.drop o cross join lateral
		intray.match_company(d.client, o.tray, d.type, header) m where o.id = d.drop;
	if s.state is null and c.state is null then
		return;
	end if;
	insert into intray.document_match as m (document, client, supplier, state, score, reason,
		candidates, company, company_state, company_reason)
	values (d.id, d.client, case when s.state = 'sure' then s.supplier end,
		coalesce(s.state, 'unknown'), s.score, s.reason, coalesce(s.candidates, '[]'),
		case when c.state = 'sure' then c.company end, c.state, c.reason)
	on conflict (document) do update set supplier = excluded.supplier, state = excluded.state,
		score = excluded.score, reason = excluded.reason, candidates = excluded.candidates,
		company = excluded.company, company_state = excluded.company_state,
		company_reason = excluded.company_reason, at = now();
	update intray.document set supplier = coalesce(m.supplier, intray.document.supplier),
		company = m.company from intray.document_match m
		where m.document = d.id and intray.document.id = d.id;
	if s.state = 'unknown' and (d.state = 'checked' or d.structured) then
		perform intray.supplier_propose(d, header);
	end if;
end $$;

-- Somebody, or a file that cannot be misread, says that a supplier is called so, and the master
-- has none like it: for a person to have it set up. However many papers: one proposal.
create function intray.supplier_propose(d intray.document, header jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	g record;
	of_key text;
	made bigint;
begin
	select * into g from intray.match_given(d.type, header, '[]', '{seller,merchant}');
	of_key := coalesce(g.tax_ids[1], nullif(intray.match_name(g.name), ''));
	if g.name is null or of_key is null then
		return;
	end if;
	insert into intray.supplier_proposal as p (client, key, name, address, vat_id, iban)
	values (d.client, left(of_key, 200), g.name, g.address, g.tax_ids[1], g.ibans[1])
	on conflict (client, key) do update set address = coalesce(p.address, excluded.address),
		iban = coalesce(p.iban, excluded.iban) returning id into made;
	insert into intray.supplier_proposal_document (proposal, document, client)
	values (made, d.id, d.client) on conflict do nothing;
end $$;

-- A proposal is done with when the master has it by its name or tax id.
create function intray.proposals_settle(for_client integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.supplier_proposal p set state = 'linked', supplier = t.supplier, ended_at = now(),
		actor = intray.actor()
	from (select x.id, min(t.supplier) as supplier from intray.supplier_proposal x
		join intray.supplier_term t on t.of_client = x.client and (t.kind = 'tax-id'
				and t.term = intray.match_tax_id(x.vat_id)
			or t.kind = 'name' and x.vat_id is null and t.term = intray.match_name(x.name))
		where x.client = for_client and x.state = 'open'
		group by x.id having count(distinct t.supplier) = 1) t
	where p.id = t.id
$$;

create function intray.proposal_open(what text) returns intray.supplier_proposal
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	p intray.supplier_proposal;
begin
	select * into p from intray.supplier_proposal where what ~ '^[0-9]{1,18}$' and id = what::bigint
		for update;
	if p.id is null then
		raise exception 'there is no proposal %; `intray supplier proposals` shows them', what;
	elsif p.state <> 'open' then
		raise exception 'proposal % is % already', what, p.state;
	end if;
	return p;
end $$;

-- It is the supplier with the ERP's number: one of the master, or one that comes into it now. A
-- bank account never comes from a paper.
create function intray.proposal_accept(what text, erp_number text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	p constant intray.supplier_proposal := intray.proposal_open(what);
	is_number constant text := nullif(btrim(erp_number), '');
	known intray.supplier;
begin
	if is_number is null then
		raise exception 'say the number it has in the ERP';
	end if;
	select * into known from intray.supplier where client = p.client and number = is_number;
	if known.id is null then
		insert into intray.supplier (client, number, name, vat_id, street)
		values (p.client, is_number, p.name, p.vat_id, p.address) returning * into known;
		perform intray.terms_make(array[known.id]);
		perform intray.supplier_log(known.id, null, null, 'supplier', p.name);
	end if;
	update intray.supplier_proposal set state = 'linked', supplier = known.id, ended_at = now(),
		actor = intray.actor() where id = p.id;
	return format('proposal %s is supplier %s, %s%s', p.id, is_number, known.name,
		case when p.iban is not null and not exists (select from intray.supplier_account a
			where a.supplier = known.id and a.iban = p.iban and a.active)
			then '; its bank account is not taken from a paper: `intray master import account`' end);
end $$;

-- However many papers show it again, it is not proposed again.
create function intray.proposal_refuse(what text, why text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	p constant intray.supplier_proposal := intray.proposal_open(what);
begin
	if btrim(why) = '' then
		raise exception 'say why it is no supplier of ours';
	end if;
	update intray.supplier_proposal set state = 'refused', reason = btrim(why), ended_at = now(),
		actor = intray.actor() where id = p.id;
	return format('proposal %s, %s, is refused', p.id, p.name);
end $$;
