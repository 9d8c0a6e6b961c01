-- What the business has against a paper, and what it adds to it. A worker asks before it decides,
-- the desk while a clerk keys; both through intray.business_ask, in one question. A check whose
-- master data a client does not have is silent. Nothing here changes a master, or a value that a
-- paper shows: proposals are for fields that no paper has.
--
-- Each objection is a sentence (it follows the check's own in the document type) with what to do.

-- --- whose paper it is, and to whom -----------------------------------------------------------

create function intray.check_supplier(state text, candidates text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select case state
		when 'unknown' then 'Please correct what was misread, or have the supplier set up; one is '
			'proposed when you confirm it as printed.'
		when 'ambiguous' then format('It may be %s. Please correct what was misread, or choose.',
			candidates) end);
end $$;

-- Why nothing may be paid to it, if so.
create function intray.check_blocked(of_supplier bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select format('%s is blocked: %s. Please ask the client.', s.name, s.blocked)
	from intray.supplier s where s.id = of_supplier and s.blocked is not null);
end $$;

create function intray.check_addressee(doc uuid, doc_type text, header jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select case when m.state = 'unknown' then
			format('It names %s. Please correct what was misread; if it is for somebody else, '
				'reject it as not for us.', coalesce(header ->> 'buyer/name', 'nobody we know'))
		when m.candidates <> '' then format('It may be for %s. Please make the buyer''s name or VAT '
			'number complete.', m.candidates)
		else 'Please key the buyer''s name from the paper.' end
	from intray.document_company(doc, doc_type, header) m where m.state <> 'sure');
end $$;

-- A client whose master has no accounts at all is not asked about them.
create function intray.check_account(of_supplier bigint, header jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select case when exists (select from intray.supplier_account a where a.supplier = s.id and a.active)
			then 'The master has another one for ' else 'The master has none for ' end || s.name
		|| '. Please ask the supplier by a way you know, not by what stands on this paper. Two '
			'people must release it; the master is not changed.'
	from intray.supplier s
	where s.id = of_supplier and header ->> 'seller/iban' is not null
		and exists (select from intray.supplier_account a where a.client = s.client and a.active)
		and not exists (select from intray.supplier_account a where a.supplier = s.id and a.active
			and intray.match_code(a.iban) = intray.match_code(header ->> 'seller/iban')));
end $$;

-- --- VAT rates ----------------------------------------------------------------------------------

create function intray.vat_country(code text, vat_id text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select case c when 'EL' then 'GR' when 'XI' then 'GB' when 'UK' then 'GB' when 'CHE' then 'CH'
		else c end
	from (select coalesce(nullif(upper(code), ''), substring(upper(vat_id) from '^\s*([A-Z]{2})')) as c) x);
end $$;

-- A rate that a country brings in, or ends.
create function intray.tax_rate_add(country text, rate numeric, kind text, valid_from date,
	valid_to date, source text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.tax_rate (country, rate, kind, valid_from, valid_to, source)
	values (country, rate, kind, valid_from, valid_to, source)
	on conflict on constraint tax_rate_pkey do update set valid_to = excluded.valid_to,
		source = excluded.source, shipped = false
$$;

-- Rates of a paper that neither the seller's country nor the buyer's has on any day that it names;
-- what credits or corrects may go back to any earlier day. Rates before 2010 are not known here.
create function intray.check_tax_rate(given jsonb)
returns table (fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query with h as (select given -> 'header' as j),
	at as (select j, intray.vat_country(j ->> 'seller/country', j ->> 'seller/vat_id') as country,
			intray.vat_country(j ->> 'buyer/country', j ->> 'buyer/vat_id') as buyer,
			array_remove(array[j ->> 'issue_date', j ->> 'delivery_date', j ->> 'period_start',
				j ->> 'period_end'], null)::date[] as days,
			coalesce(j ->> 'type_code', '380') in ('381', '384', '261', '396')
				or given ? 'preceding_invoices' as goes_back
		from h),
	shown as (
		select 'lines[' || (l ->> '#') || ']/vat_rate' as field, 'Line ' || (l ->> '#') || ': ' as lead,
			intray.number_of(l ->> 'vat_rate') as rate, l ->> 'vat_category' as category
		from jsonb_array_elements(coalesce(given -> 'lines', '[]')) l
		union all
		select 'vat_breakdown[' || (b ->> '#') || ']/rate', '', intray.number_of(b ->> 'rate'),
			b ->> 'category'
		from jsonb_array_elements(coalesce(given -> 'vat_breakdown', '[]')) b),
	wrong as (
		select s.*, a.country, a.days from shown s cross join at a
		where s.rate > 0 and coalesce(s.category, 'S') = 'S' and a.days <> '{}'
			and (select min(d) from unnest(a.days) d) >= date '2010-01-01'
			and exists (select from intray.tax_rate t where t.country = a.country)
			and not exists (select from intray.tax_rate t, unnest(a.days) d
				where t.country in (a.country, a.buyer) and t.rate = s.rate
					and t.valid_from <= d and (a.goes_back or coalesce(t.valid_to, 'infinity') >= d))),
	named as (select distinct on (rate) * from wrong order by rate, lead <> '' desc, field)
	select n.field, format('%s%s %% is no VAT rate of %s on %s (there: %s %%). Please check the rate; '
			'if it is printed so, ask the supplier for a right invoice.', n.lead, n.rate, n.country,
		n.days[1], (select string_agg(distinct trim_scale(t.rate)::text, ', ') from intray.tax_rate t
			where t.country = n.country and t.kind in ('standard', 'reduced')
				and n.days[1] between t.valid_from and coalesce(t.valid_to, 'infinity')))
	from named n;
end $$;

-- --- credit notes ------------------------------------------------------------------------------

-- What a credit note or correction refers to must be an invoice that came, and no smaller one.
create function intray.check_credited(doc uuid, of_supplier bigint, given jsonb)
returns table (fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	if given -> 'header' ->> 'type_code' is null
		or given -> 'header' ->> 'type_code' not in ('381', '261', '396')
	then
		return;
	end if;
	return query with c as (select d.client, (given -> 'header') as h, d.id from intray.document d where d.id = doc),
	named as (select (p ->> '#') as n, p ->> 'number' as number
		from jsonb_array_elements(coalesce(given -> 'preceding_invoices', '[]')) p
		where p ->> 'number' is not null),
	met as (
		select n.n, n.number, (select max(m.total) from (
			select abs(b.total) as total from intray.booked_invoice b
				where b.client = c.client and b.supplier = of_supplier and b.active
					and b.number_key = intray.match_code(n.number)
			union all
			select coalesce(abs(intray.number_of((select f.value from intray.field f
					where f.document = k.document and f.line = 0 and f.path = 'total_with_vat'))), 0)
				from intray.document_key k
				where k.client = c.client and k.document <> c.id and k.key = any (
					intray.business_keys(c.h || jsonb_build_object('number', n.number)))) m) as total,
			c.h, c.client
		from named n cross join c)
	select 'preceding_invoices[' || n || ']/number', case when total is null
		then format('Invoice %s, which it is about, never came here. Please check its number.', number)
		else format('It credits %s, more than the %s of invoice %s. Please check it with the supplier.',
			abs(intray.number_of(h ->> 'total_with_vat')), total, number) end
	from met
	where total is null and exists (select from intray.booked_invoice b where b.client = met.client
			and b.supplier = of_supplier)
		or total > 0 and (select count(*) from named) = 1
			and abs(intray.number_of(h ->> 'total_with_vat')) > total;
end $$;

-- --- claims' codes ------------------------------------------------------------------------------

-- A code of a list that is there for everybody, or that the client imported.
create function intray.code_known(for_client integer, in_list text, wanted text, on_day text)
returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select exists (select from intray.code c where (c.client is null or c.client = for_client)
		and c.list = in_list and c.active and intray.match_code(c.code) = intray.match_code(wanted)
		and (on_day is null or on_day::date between coalesce(c.valid_from, '-infinity')
			and coalesce(c.valid_to, 'infinity'))));
end $$;

create function intray.has_list(for_client integer, in_list text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select exists (select from intray.code c where c.list = in_list and c.active
		and (c.client is null or c.client = for_client)));
end $$;

create function intray.check_place(for_client integer, given jsonb)
returns table (fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select 'lines[' || (l ->> '#') || ']/place', format('Line %s: %s. Please check item 24B.',
		l ->> '#', l ->> 'place')
	from jsonb_array_elements(coalesce(given -> 'lines', '[]')) l
	where l ->> 'place' is not null and intray.has_list(for_client, 'place-of-service')
		and not intray.code_known(for_client, 'place-of-service', l ->> 'place', null);
end $$;

create function intray.check_diagnosis(for_client integer, given jsonb)
returns table (fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select h.key, format('Item 21%s: %s. Please check it.', right(h.key, 1), h.value)
	from jsonb_each_text(given -> 'header') h
	where h.key like 'diagnosis/_' and given -> 'header' ->> 'icd_indicator' = '0'
		and intray.has_list(for_client, 'icd-10')
		and not intray.code_known(for_client, 'icd-10', h.value,
			given -> 'lines' -> 0 ->> 'from_date');
end $$;

-- --- all in one question --------------------------------------------------------------------------

-- checks: those to be asked; given: see intray.document_given. A row is an objection (name: the
-- check; fields: null, as the check says) or a proposal (name: the path; fields: where it is from).
create function intray.business_ask(doc uuid, doc_type text, checks jsonb, given jsonb)
returns table (what text, name text, line integer, fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	d intray.document;
	h constant jsonb := given -> 'header';
	e intray.document_evidence;
	s record;
	sure bigint; -- whose it is
begin
	select * into d from intray.document where id = doc;
	if not found then
		return;
	end if;
	select * into e from intray.document_evidence v where v.document = doc;
	select * into s from intray.document_supplier(doc, doc_type, h, coalesce(given -> 'keys', e.keys),
		coalesce(given ->> 'print', e.print));
	if checks ? 'supplier-known' and s.state in ('unknown', 'ambiguous') then
		return query select 'objection', 'supplier-known', 0, null::text, 
			intray.check_supplier(s.state, s.candidates);
	end if;
	sure := case when s.state = 'sure' then s.supplier end;
	if sure is not null then
		return query select 'objection', c.name, 0, null::text, c.said
			from (values ('supplier-blocked', intray.check_blocked(sure)),
				('supplier-account', intray.check_account(sure, h))) c(name, said)
			where checks ? c.name and c.said is not null;
	end if;
	if checks ? 'addressed-to-us' then
		return query select 'objection', 'addressed-to-us', 0, null::text, a.said
			from intray.check_addressee(doc, doc_type, h) as a(said) where a.said is not null;
	end if;
	if checks ?| '{duplicate,duplicate-suspected}' then
		return query select 'objection', i.name, 0, i.fields, i.said
			from intray.duplicate_objections(doc, doc_type, given, sure) i
			where checks ? i.name;
	end if;
	if checks ? 'tax-rate' then
		return query select 'objection', 'tax-rate', 0, x.* from intray.check_tax_rate(given) x;
	end if;
	if checks ? 'credited-invoice' then
		return query select 'objection', 'credited-invoice', 0, x.*
			from intray.check_credited(doc, sure, given) x;
	end if;
	if checks ? 'place-known' then
		return query select 'objection', 'place-known', 0, x.*
			from intray.check_place(d.client, given) x;
	end if;
	if checks ? 'diagnosis-known' then
		return query select 'objection', 'diagnosis-known', 0, x.*
			from intray.check_diagnosis(d.client, given) x;
	end if;
	if checks ?| '{order-known,order-match}' then
		return query select 'objection', o.name, 0, o.fields, o.said
			from intray.check_order(doc, doc_type, given, sure) o where checks ? o.name;
		return query select 'proposal', p.path, p.line, p.why, p.value
			from intray.propose_coding(doc, given, sure) p;
	end if;
end $$;

create function intray.duplicate_objections(doc uuid, doc_type text, given jsonb, supplier bigint)
returns table (name text, fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select case when t.near then 'duplicate-suspected' else 'duplicate' end, null,
		case when t.near then format('%s: %s Please look at both; if they are one, reject this as a '
			'duplicate, else confirm it as printed.', t.called, t.how)
		else format('It is %s. Please look at both, and reject this one.', t.called) end
	from intray.twin_of(doc, doc_type, given, supplier) t
	union all
	select case when b.near then 'duplicate-suspected' else 'duplicate' end,
		string_agg('lines[' || b.line || ']/procedure', ' ' order by b.line),
		format('Line %s: %s. %s', string_agg(b.line::text, ', ' order by b.line), b.called,
			case when b.near then 'The member''s number differs in one character only. Please look at '
				'both; if they are one claim, reject this one, else confirm it as printed.'
			else 'Please look at both: reject this one, or have the provider mark it as a '
				'replacement (item 22, code 7).' end)
	from intray.services_billed(doc, doc_type, given) b group by b.called, b.near;
end $$;
