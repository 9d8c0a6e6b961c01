-- What the business knows of a document beside its values, for the formats in which it is handed
-- over (include/render.h): facts for columns of a mapping, and the masters of claim files.

-- The ERP's tax code for a rate: of the rows that fit, the one that says most.
create function intray.tax_code_of(for_client integer, of_company bigint, of_supplier bigint,
	of_country text, of_category text, of_rate numeric, on_day date) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select t.tax_code from intray.tax_map t
	where t.client = for_client and t.active
		and coalesce(t.company = of_company, t.company is null)
		and coalesce(t.supplier = of_supplier, t.supplier is null)
		and coalesce(t.country = of_country, t.country is null)
		and coalesce(t.category = of_category, t.category is null)
		and coalesce(t.rate = of_rate, t.rate is null)
		and coalesce(t.valid_from <= on_day, true) and coalesce(t.valid_to >= on_day, true)
	order by num_nonnulls(t.supplier, t.company, t.rate, t.category, t.country) desc,
		t.valid_from desc nulls last, t.id
	limit 1
$$;

-- The ERP's word for a unit as it is printed: the supplier's own meaning first.
create function intray.erp_unit_of(for_client integer, of_supplier bigint, printed text)
returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select u.erp_unit from intray.unit_map u
	where u.client = for_client and u.active and u.printed = lower(erp_unit_of.printed)
		and coalesce(u.supplier = of_supplier, u.supplier is null)
	order by u.supplier is null, u.id limit 1
$$;

-- Whose paper it is and to whom it is addressed, where that is sure.
create function intray.render_parties(doc uuid)
returns table (client integer, supplier bigint, company bigint, country text, issued date)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select d.client, case when m.state = 'sure' then m.supplier else d.supplier end,
		coalesce(d.company, case when m.company_state = 'sure' then m.company end),
		coalesce((select f.value from intray.field f where f.document = doc and f.line = 0
				and f.path = 'seller/country'), s.country),
		(select f.value::date from intray.field f where f.document = doc and f.line = 0
			and f.path = 'issue_date' and f.value ~ '^\d{4}-\d\d-\d\d$')
	from intray.document d
	left join intray.document_match m on m.document = d.id
	left join intray.supplier s on s.id = coalesce(m.supplier, d.supplier)
	where d.id = doc
$$;

create function intray.render_facts(doc uuid)
returns table (name text, line integer, value text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with p as (select * from intray.render_parties(doc)),
	rows as (
		select split_part(f.path, '/', 1) as in_table, f.line,
			max(f.value) filter (where f.path like '%/unit') as unit,
			max(f.value) filter (where f.path in ('lines/vat_category', 'vat_breakdown/category'))
				as category,
			max(intray.number_of(f.value))
				filter (where f.path in ('lines/vat_rate', 'vat_breakdown/rate')) as rate
		from intray.field f
		where f.document = doc and f.line > 0 and f.value is not null
			and split_part(f.path, '/', 1) in ('lines', 'vat_breakdown')
		group by 1, 2),
	facts (name, line, value) as (
		select v.name, 0, v.value from p
		left join intray.supplier s on s.id = p.supplier
		left join intray.company c on c.id = p.company
		cross join lateral (values ('supplier', s.number), ('payment_terms', s.payment_terms),
			('account', s.account), ('cost_centre', s.cost_centre), ('tax_code', s.tax_code),
			('company', c.code), ('supplier_site', (select min(x.code)
				from intray.supplier_site x where x.supplier = s.id and x.active
				having count(x.code) = 1))) v(name, value)
		union all
		select 'lines/' || v.name, u.line, v.value from intray.order_use u
		join intray.purchase_order_line o on o.id = u.order_line
		cross join lateral (values ('order_line', o.line), ('item', o.item)) v(name, value)
		where u.document = doc
		union all
		select r.in_table || '/' || v.name, r.line, v.value from p cross join rows r
		cross join lateral (values
			('unit', intray.erp_unit_of(p.client, p.supplier, r.unit)),
			('tax_code', intray.tax_code_of(p.client, p.company, p.supplier, p.country,
				r.category, r.rate, coalesce(p.issued, current_date)))) v(name, value))
	select * from facts where value is not null order by line, name
$$;

-- The file the document came in. is_whole: it is that file, all pages in their order and none
-- turned, so that the file can stand for it. What was cut out of a scan, joined or put in order
-- by a person is not.
create function intray.render_origin(doc uuid)
returns table (client text, format text, sha256 text, is_whole boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select c.code, d.format, o.sha256,
		(select count(*) from intray.document_page p where p.document = doc)
			= (select count(*) from intray.page g where g.drop = d.drop)
		and not exists (select from intray.document_page p where p.document = doc
			and (p.drop <> d.drop or p.number <> p.position or p.rotation <> 0
				or p.dropped))
	from intray.document d
	join intray.client c on c.id = d.client
	join intray.drop o on o.id = d.drop
	where d.id = doc
$$;

-- --- claim files -------------------------------------------------------------------------------------

create function intray.render_payers(client_code text)
returns table (carrier text, name text, id text, filing text, street text, city text, state text,
	zip text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select n.carrier, p.name, p.code, p.filing, p.street, p.city, p.state, p.zip
	from intray.client c join intray.payer p on p.client = c.id and p.active
	cross join lateral (select p.name union select a.alias from intray.payer_alias a
		where a.payer = p.id and a.active) n(carrier)
	where c.code = client_code order by p.code, n.carrier
$$;

create function intray.render_providers(client_code text)
returns table (npi text, person boolean, name text, taxonomy text, street text, city text,
	state text, zip text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select v.npi, v.person, v.name, v.taxonomy, v.street, v.city, v.state, v.zip
	from intray.client c join intray.provider v on v.client = c.id and v.active
	where c.code = client_code order by v.npi
$$;

-- Who sends claims and to whom: the ids of the first of the client's companies that has a
-- `submitter`; what is not given is as X12 readers mostly want it.
create function intray.render_exchange(client_code text)
returns table (name text, value text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with sender as (
		select y.id, y.name from intray.client c
		join intray.company y on y.client = c.id and y.active
		join intray.company_id i on i.company = y.id and i.active and i.scheme = 'submitter'
		where c.code = client_code order by y.code limit 1)
	select 'submitter-name', s.name from sender s
		where not exists (select from intray.company_id i where i.company = s.id and i.active
			and i.scheme = 'submitter-name')
	union all
	select i.scheme, i.value from sender s
	join intray.company_id i on i.company = s.id and i.active
	order by 1
$$;
