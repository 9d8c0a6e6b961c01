-- Whose document it is and to whom it is addressed, by the master: a match has a score (0 to 1)
-- and a reason that a clerk understands.
--
-- A code that only one supplier has (tax id, IBAN) finds it at once; a name as OCR read it is
-- found by its runs of three letters; what stands in the same postcode is looked at when the name
-- is too damaged for that. Some thirty candidates are then weighed with everything the paper
-- shows. Nothing here changes anything.

-- --- what names have in common, however they are written or misread ------------------------------
-- These are asked for every name of a master, so they have no setting of their own: that alone
-- would cost more than they do. Whoever calls them has a fixed search path.

-- Letters as they are confused made one: umlauts and their transcriptions, double letters, and
-- what readers mistake for each other. A chain of plain replacements is ten times as fast as
-- the regular expressions it could be.
create function intray.match_letters(t text) returns text
language sql immutable parallel safe as $$
	select replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
		replace(replace(replace(replace(replace(translate(t, '015i8', 'olslb'),
		'ae', 'a'), 'oe', 'o'), 'ue', 'u'), 'rn', 'm'), 'vv', 'w'),
		'll', 'l'), 'ss', 's'), 'tt', 't'), 'nn', 'n'), 'mm', 'm'), 'rr', 'r'), 'ff', 'f'),
		'pp', 'p'), 'ee', 'e'), 'oo', 'o')
$$;

-- Small letters without accents.
create function intray.match_fold(t text) returns text
language plpgsql immutable parallel safe as $$
declare
	low constant text := lower(left(t, 400));
begin
	return case when octet_length(low) = length(low) then low else
		replace(translate(regexp_replace(normalize(low, NFKD), '[\u0300-\u036f’´]', '', 'g'),
			'øłđı', 'oldi'), 'ß', 'ss') end;
end $$;

-- Words of small letters and digits; single letters in a row are one word ("S. p. A.").
create function intray.match_words(t text) returns text
language sql immutable parallel safe as $$
	select btrim(regexp_replace(regexp_replace(translate(intray.match_fold(t), '.''`', ''),
		'[^[:alnum:]]+', ' ', 'g'), '\m(\w) (?=\w\M)', '\1', 'g'))
$$;

-- What a company is called, without the words that say what kind of company it is; of a
-- paper that names nobody, null.
create function intray.match_name(name text) returns text
language plpgsql immutable parallel safe as $$
declare
	kinds constant text := ' gmbh mbh ggmbh gesmbh gesellschaft ag kg kgaa ohg gbr ug '
		'haftungsbeschrankt ev eg ek inh inhaber inc incorporated corp corporation co company cie '
		'ltd limited llc llp lp plc pty pte sa sas sasu sarl eurl snc sl slu srl spa sapa nv bv '
		'bvba vof ab as asa aps oy oyj kft zrt sro spol spzoo sdn bhd dba se und and et y e u the ';
	words constant text := intray.match_words(name);
	core text := '';
	word text;
begin
	foreach word in array coalesce(string_to_array(words, ' '), '{}') loop
		if strpos(kinds, ' ' || word || ' ') = 0 then
			core := core || word || ' ';
		end if;
	end loop;
	return left(intray.match_letters(case when length(core) > 2 then rtrim(core) else words end),
		200);
end $$;

-- Codes as they are compared: capitals and digits alone.
create function intray.match_code(code text) returns text
language sql immutable parallel safe as $$
	select upper(regexp_replace(code, '[^[:alnum:]]+', '', 'g'))
$$;

-- A tax id is written with its country or without.
create function intray.tax_forms(code text) returns text[]
language plpgsql immutable parallel safe as $$
declare
	c constant text := intray.match_code(code);
begin
	return case when c is null or length(c) not between 5 and 30 then '{}'
		when c ~ '^[A-Z]{2}[0-9A-Z]{7}' then array[c, substr(c, 3)] else array[c] end;
end $$;

-- What may be a postcode of an address: words with a digit, and two neighbours as one.
create function intray.postcodes(address text) returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	with w as (select word, lead(word) over (order by n) as next
		from regexp_split_to_table(upper(coalesce(address, '')), '[^[:alnum:]]+')
			with ordinality as s(word, n))
	select coalesce(array_agg(distinct code) filter (where length(code) between 4 and 8), '{}')
	from (select word as code from w where word ~ '\d'
		union all select word || next from w where word ~ '\d' and next ~ '\d') x
$$;

-- How alike two names are that match_name made, 0 to 1: by runs of letters, by letters to be
-- changed, or one within the other.
create function intray.name_likeness(a text, b text) returns real
language sql immutable parallel safe as $$
	select case when a = b then 1 else greatest(trgm.similarity(a, b),
		1 - trgm.levenshtein(replace(a, ' ', ''), replace(b, ' ', '')) * 1.5
			/ greatest(length(a), length(b), 1),
		case when least(length(a), length(b)) >= 5 then
			0.9 * greatest(trgm.strict_word_similarity(a, b), trgm.strict_word_similarity(b, a))
			else 0 end) end::real
$$;

-- --- what is searched ------------------------------------------------------------------------

-- Makes anew by what these suppliers are found. Called by whatever changes them.
create function intray.terms_make(suppliers bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from intray.supplier_term t using unnest(suppliers) u(id) where t.supplier = u.id;
	-- In the order of the primary key, which is filled faster so.
	insert into intray.supplier_term (of_client, kind, term, supplier)
	with s as materialized (select s.* from unnest(suppliers) u(id)
		join intray.supplier s on s.id = u.id where s.number is not null and s.active),
	t as materialized (
		select s.client, s.id as supplier, 'name' as kind, intray.match_name(s.name) as term from s
		union all select s.client, s.id, 'name', intray.match_name(a.alias)
			from s join intray.supplier_alias a on a.client = s.client and a.supplier = s.id
				and a.active
		union all select s.client, s.id, 'name', intray.match_letters(n.key)
			from s join intray.supplier_name n on n.supplier = s.id
				and n.key <> intray.name_key(s.name)
		union all select s.client, s.id, 'tax-id', f
			from s cross join unnest(array[s.vat_id, s.tax_number]) v
			cross join unnest(intray.tax_forms(v)) f
		union all select s.client, s.id, 'tax-id', f
			from s join intray.supplier_tax_id x on x.client = s.client and x.supplier = s.id
				and x.active cross join unnest(intray.tax_forms(x.tax_id)) f
		union all select s.client, s.id, 'iban', b.iban
			from s join intray.supplier_account b on b.client = s.client and b.supplier = s.id
				and b.active
		union all select s.client, s.id, 'domain', left(lower(intray.match_code(d.domain)), 32)
			from s join intray.supplier_domain d on d.client = s.client and d.supplier = s.id
				and d.active
		union all select s.client, s.id, 'postcode', intray.match_code(s.postcode) from s
		union all select s.client, s.id, k.kind, k.term
			from s join intray.supplier_site p on p.supplier = s.id and p.active
				and p.code is not null
			cross join lateral (values ('postcode', intray.match_code(p.postcode)),
				('name', intray.match_name(p.name))) k(kind, term))
	select distinct t.client, t.kind, t.term, t.supplier from t
	where length(t.term) between 2 and 200;
end $$;

create function intray.terms_drop() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from intray.supplier_term where supplier = old.id;
	return null;
end $$;
create trigger terms after delete on intray.supplier for each row execute function intray.terms_drop();

-- What a paper says of one party, by the roles its type gives its fields; `keys`: codes that
-- stand anywhere on it (document_evidence.keys).
create function intray.match_given(doc_type text, fields jsonb, keys jsonb, roles text[],
	out name text, out address text, out country text, out tax_ids text[], out ibans text[],
	out more text[], out domains text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
	select max(v.value) filter (where f.kind = 'party'),
		max(v.value) filter (where f.kind = 'address'),
		max(v.value) filter (where f.kind = 'country'),
		coalesce(array_agg(intray.match_code(v.value))
			filter (where f.kind in ('vat-id', 'tax-number')), '{}'),
		coalesce(array_agg(intray.match_code(v.value)) filter (where f.kind = 'iban'), '{}')
		into name, address, country, tax_ids, ibans
		from intray.doctype t join intray.doctype_field f on f.type = t.name
			and f.version = t.version and f.role = any (roles) and f.in_table is null
		join jsonb_each_text(fields) v on v.key = f.path
		where t.name = doc_type and t.current and btrim(v.value) <> '';
	select coalesce(array_agg(upper(k.key)) filter (where k.kind in ('tax-id', 'number')), '{}'),
		ibans || coalesce(array_agg(upper(k.key)) filter (where k.kind = 'iban'), '{}'),
		coalesce(array_agg(left(lower(intray.match_code(k.key)), 32))
			filter (where k.kind = 'domain'), '{}')
		into more, ibans, domains
		from jsonb_to_recordset(coalesce(keys, '[]')) as k(kind text, key text);
end $$;

-- --- suppliers -------------------------------------------------------------------------------

-- Only a session that has loaded pg_trgm lets a function set its threshold.
do $$ begin perform trgm.show_limit(); end $$;

-- Who may be meant, and by which codes: those of the seller's own fields (tax) weigh more than
-- those that stand anywhere on the paper (more), which may be anybody's.
create function intray.supplier_hits(for_client integer, called text, tax_ids text[],
	more text[], ibans text[], domains text[], postcodes text[])
returns table (supplier bigint, kinds text[], sharers bigint)
language plpgsql stable rows 20 security definer set search_path = pg_catalog, pg_temp
set pg_trgm.similarity_threshold = 0.42 set plan_cache_mode = force_generic_plan as $$
begin
	return query
	with asked as (
		select 'tax' as asks, 'tax-id' as kind, f as term
			from unnest(tax_ids) v, unnest(intray.tax_forms(v)) f
		union select 'more', 'tax-id', f from unnest(more) v, unnest(intray.tax_forms(v)) f
			where v <> all (tax_ids)
		union select 'iban', 'iban', b from unnest(ibans) b
		union select 'domain', 'domain', m from unnest(domains) m),
	hard as (
		select h.supplier, a.asks, count(*) over (partition by a.asks, a.term) as n
		from asked a cross join lateral (select t.supplier from intray.supplier_term t
			where t.of_client = for_client and t.kind = a.kind and t.term = a.term
			limit 40) h),
	exact as (
		select t.supplier from intray.supplier_term t
		where t.of_client = for_client and t.kind = 'name' and t.term = called limit 40),
	alike as ( -- which costs ten times as much, for names that were misread
		select t.supplier from intray.supplier_term t
		where t.of_client = for_client and t.kind = 'name'
			and t.term operator(trgm.%) called and not exists (select from exact)
		group by t.supplier order by max(trgm.similarity(t.term, called)) desc, 1 limit 15),
	near as (
		select p.supplier from (select t.supplier from intray.supplier_term t
			where t.of_client = for_client and t.kind = 'postcode'
				and t.term = any (postcodes) limit 300) p
		join intray.supplier_term n on n.supplier = p.supplier and n.kind = 'name'
		where intray.name_likeness(called, n.term) > 0.3
		group by p.supplier order by max(intray.name_likeness(called, n.term)) desc, 1
		limit 10)
	select x.supplier, array_agg(distinct x.asks) filter (where x.asks is not null), min(x.n)
	from (select h.supplier, h.asks, h.n from hard h
		union all select e.supplier, null, null from exact e
		union all select a.supplier, null, null from alike a
		union all select n.supplier, null, null from near n) x
	group by x.supplier limit 60;
end $$;

-- How alike the address (words of it) is to those of the supplier and its sites.
create function intray.address_likeness(of_supplier bigint, words text, postcodes text[])
returns real
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
	return (select coalesce(max(least(1, trgm.similarity(words,
				intray.match_words(concat_ws(' ', p.street, p.postcode, p.city)))
			+ case when intray.match_code(p.postcode) = any (postcodes) then 0.3 else 0 end)), 0)
		from (select s.street, s.postcode, s.city from intray.supplier s where s.id = of_supplier
			union all select t.street, t.postcode, t.city from intray.supplier_site t
				where t.supplier = of_supplier and t.code is not null and t.active) p
		where p.street is not null or p.postcode is not null);
end $$;

-- What each piece of evidence is worth by itself; together they are worth more, never more
-- than 1: what each leaves in doubt is multiplied. A code that several suppliers share
-- says little, and a code under quite another name is for a person to look at.
create function intray.match_score(kinds text[], sharers bigint, name real, address real)
returns real
language sql immutable parallel safe as $$
	select least(1 - (1 - case when 'tax' = any (kinds) then 0.9 when 'more' = any (kinds)
				then 0.75 else 0 end / coalesce(sharers, 1))
			* (1 - case when 'iban' = any (kinds) then 0.85 else 0 end / coalesce(sharers, 1))
			* (1 - case when 'domain' = any (kinds) then 0.5 else 0 end / coalesce(sharers, 1))
			* (1 - 0.85 * name ^ 2.5) * (1 - 0.6 * address ^ 2),
		case when name < 0.3 and not kinds @> '{iban}' then 0.7 else 1 end)::real
$$;

create function intray.match_reason(kinds text[], name real, address real) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select coalesce(string_agg(t, ', ' order by n), 'nothing alike') from unnest(array[
		case when kinds && '{tax,more}' then 'same tax id' end,
		case when 'iban' = any (kinds) then 'same IBAN' end,
		case when 'domain' = any (kinds) then 'same mail domain' end,
		case when name >= 0.995 then 'same name' when name >= 0.5 then 'name alike' end,
		case when address >= 0.8 then 'same address' when address >= 0.45 then 'address alike' end
		]) with ordinality as x(t, n) where t is not null
$$;

-- The candidates, the best first.
create function intray.supplier_ranked(for_client integer, doc_type text, fields jsonb,
	keys jsonb)
returns table (supplier bigint, number text, name text, city text, score real, reason text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
	g record;
	called text;
	at_codes text[];
	at_words text;
	ours text[];
begin
	select * into g from intray.match_given(doc_type, fields, keys, '{seller,merchant}');
	called := coalesce(intray.match_name(g.name), '');
	at_codes := intray.postcodes(g.address);
	at_words := intray.match_words(g.address);
	select coalesce(array_agg(f), '{}') into ours from (
		select unnest(array[c.vat_id, c.tax_number]) as v from intray.company c
			where c.client = for_client
		union select v.value from jsonb_each_text(fields) v
			where v.key ~ '^buyer/(vat_id|tax_number)$') o, unnest(intray.tax_forms(o.v)) f;
	return query
	select r.id, r.number, r.name, r.city, r.score, intray.match_reason(r.kinds, r.alike, r.near)
	from (select s.id, s.number, s.name, s.city, w.score, h.kinds, l.alike, a.near
		from intray.supplier_hits(for_client, called, g.tax_ids,
			array(select m from unnest(g.more) m where m <> all (ours)), g.ibans, g.domains,
			at_codes) h
		join intray.supplier s on s.id = h.supplier and s.client = for_client
		cross join lateral (select coalesce(max(intray.name_likeness(called, t.term)), 0)::real
			as alike from intray.supplier_term t where t.supplier = s.id and t.kind = 'name') l
		cross join lateral (select case when at_words is null then 0::real
			else intray.address_likeness(s.id, at_words, at_codes) end as near) a
		cross join lateral (select intray.match_score(h.kinds, h.sharers, l.alike, a.near)
			as score) w
		order by w.score desc, trgm.similarity(lower(s.name), lower(g.name)) desc nulls last, s.id
		limit 5) r
	order by r.score desc, trgm.similarity(lower(r.name), lower(g.name)) desc nulls last, r.id;
end $$;

-- One of them, if it is sure: likely by itself, and far more so than the next. No row at all:
-- the client has no master of suppliers, or the type has no seller.
create function intray.match_supplier(for_client integer, doc_type text, fields jsonb,
	keys jsonb)
returns table (state text, supplier bigint, number text, name text, score real, reason text,
	candidates jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
	best jsonb;
begin
	if not exists (select from intray.supplier_term t where t.of_client = for_client)
		or not exists (select from intray.doctype t join intray.doctype_field f
			on f.type = t.name and f.version = t.version
			where t.name = doc_type and t.current and f.role in ('seller', 'merchant'))
	then
		return;
	end if;
	select coalesce(jsonb_agg(to_jsonb(r)), '[]') into best
		from intray.supplier_ranked(for_client, doc_type, fields, keys) r where r.score >= 0.35;
	return query select case when b.score is null then 'unknown'
			when b.score >= 0.75 and (1 - b.score) <= 0.6 * (1 - coalesce(n.score, 0)) then 'sure'
			else 'ambiguous' end,
		b.supplier, b.number, b.name, b.score, b.reason, best
	from (values (1)) one
	left join lateral (select * from jsonb_to_record(best -> 0)
		as x(supplier bigint, number text, name text, score real, reason text)) b on true
	left join lateral (select * from jsonb_to_record(best -> 1) as x(score real)) n on true;
end $$;

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
				unnest(intray.tax_forms(v)) f, unnest(g.tax_ids) o, unnest(intray.tax_forms(o)) p
				where f = p) as tax) t
		cross join lateral (select exists (select from intray.company_tray o
				where o.company = c.id and o.tray = of_tray and o.active) as tray) y
		where c.client = for_client and c.active
		order by 4 desc, c.code limit 5) r
	where r.score >= 0.4 or (g.name is null and g.tax_ids = '{}'
		and (r.reason like '%its tray' or (select count(*) from intray.company o
			where o.client = for_client and o.active) = 1));
	return query select case when b.company is null then
				case when g.name is null and g.tax_ids = '{}' then 'ambiguous' else 'unknown' end
			when jsonb_array_length(best) = 1 and g.name is null and g.tax_ids = '{}' then 'sure'
			when b.score >= 0.55 and (1 - b.score) <= 0.6 * (1 - coalesce(n.score, 0)) then 'sure'
			else 'ambiguous' end,
		b.company, b.code, b.name, b.score, b.reason, best
	from (values (1)) one
	left join lateral (select * from jsonb_to_record(best -> 0)
		as x(company bigint, code text, name text, score real, reason text)) b on true
	left join lateral (select * from jsonb_to_record(best -> 1) as x(score real)) n on true;
end $$;

-- --- for a document --------------------------------------------------------------------------

-- The candidates in words.
create function intray.candidates_text(candidates jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select coalesce(string_agg(format('%s %s (%s)', coalesce(c ->> 'number', c ->> 'code'),
		concat_ws(', ', c ->> 'name', c ->> 'city'), c ->> 'reason'), '; ' order by n), '')
	from jsonb_array_elements(candidates) with ordinality as x(c, n)
$$;

create function intray.document_supplier(doc uuid, doc_type text, fields jsonb, keys jsonb)
returns table (state text, supplier bigint, number text, name text, score real, reason text,
	candidates text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select m.state, m.supplier, m.number, m.name, m.score, m.reason,
		intray.candidates_text(m.candidates)
	from intray.document d cross join lateral intray.match_supplier(d.client, doc_type, fields,
		keys) m where d.id = doc;
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
-- What a person chose stays. Only a sure match makes the supplier that of the document.
create function intray.match_save(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	header constant jsonb := (select coalesce(jsonb_object_agg(f.path, f.value), '{}')
		from intray.field f where f.document = d.id and f.line = 0 and f.value is not null);
	s record;
	c record;
begin
	select * into s from intray.match_supplier(d.client, d.type, header, (select e.keys
		from intray.document_evidence e where e.document = d.id));
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
	on conflict (document) do update set
		supplier = case when m.chosen_by is null then excluded.supplier else m.supplier end,
		state = case when m.chosen_by is null then excluded.state else m.state end,
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
				and t.term = any (intray.tax_forms(x.vat_id))
			or t.kind = 'name' and x.vat_id is null and t.term = intray.match_name(x.name))
		where x.client = for_client and x.state = 'open'
		group by x.id having count(distinct t.supplier) = 1) t
	where p.id = t.id
$$;
