-- Whose document it is, by the master: a match has a score (0 to 1) and a reason that a clerk
-- understands.
--
-- Three ways lead to candidates, each dearer than the one before it and asked only where that
-- found nobody beyond doubt: codes and the very name; the place, and what begins like a row in the
-- head of the page; words of the name, also with a letter misread, and words and runs of letters of
-- the whole head. Each candidate is weighed with everything the paper shows, not only with what
-- brought it. Nothing here changes anything.

-- --- what is searched ------------------------------------------------------------------------

create function intray.terms_fill(suppliers bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- In the order of terms, so that a key is filled in passing; they are sorted fastest alone.
	insert into intray.supplier_term (of_client, kind, term, supplier)
	with s as materialized (select s.* from unnest(suppliers) u(id)
		join intray.supplier s on s.id = u.id where s.number is not null and s.active),
	called as materialized (
		select s.client, s.id as supplier, intray.match_name(s.name) as name from s
		union all select s.client, s.id, intray.match_name(a.alias)
			from s join intray.supplier_alias a on a.client = s.client and a.supplier = s.id
				and a.active
		union all select s.client, s.id, intray.match_letters(n.key)
			from s join intray.supplier_name n on n.supplier = s.id
				and n.key <> intray.name_key(s.name)
		union all select s.client, s.id, intray.match_name(p.name)
			from s join intray.supplier_site p on p.supplier = s.id and p.active
				and p.code is not null and p.name is not null),
	home as materialized (
		select o.client, o.supplier, o.postcode, intray.match_words(o.street) as street from (
			select s.client, s.id as supplier, s.postcode, s.street from s
			union all select s.client, s.id, p.postcode, p.street
				from s join intray.supplier_site p on p.supplier = s.id and p.active
					and p.code is not null) o),
	t as materialized (
		select client, supplier, 'name' as kind, name as term from called
		union all select client, supplier, 'word', w
			from called cross join unnest(intray.name_words(name)) w
		union all select client, supplier, 'run', r
			from called cross join intray.runs_in(name) r where intray.run_counts(r)
		union all select client, supplier, 'run', r from home
			cross join intray.runs_in(intray.match_letters(street)) r
			where intray.run_counts(r)
		union all select s.client, s.id, 'tax-id', intray.match_tax_id(s.vat_id) from s
			where s.vat_id is not null
		union all select s.client, s.id, 'tax-id', intray.match_tax_id(s.tax_number) from s
			where s.tax_number is not null
		union all select s.client, s.id, 'tax-id', intray.match_tax_id(x.tax_id)
			from s join intray.supplier_tax_id x on x.client = s.client and x.supplier = s.id
				and x.active
		union all select s.client, s.id, 'iban', b.iban
			from s join intray.supplier_account b on b.client = s.client and b.supplier = s.id
				and b.active
		union all select s.client, s.id, 'domain', left(lower(intray.match_code(d.domain)), 32)
			from s join intray.supplier_domain d on d.client = s.client and d.supplier = s.id
				and d.active
		union all select s.client, s.id, 'phone', intray.match_phone(s.phone) from s
			where s.phone is not null
		union all select client, supplier, 'place', p
			from home cross join unnest(intray.place_terms(postcode, street)) p)
	select distinct t.client, t.kind, t.term, t.supplier from t
	where length(t.term) between 2 and 200 order by 3, 2, 4, 1;
end $$;

-- Makes anew by what these suppliers are found, so many at a time that it takes the same memory
-- for half a million. Called by whatever changes them. A first import fills the table before it
-- makes the indexes, which takes a third of the time, and says so by a lock: nobody waits for it,
-- since there is nothing to be found yet.
create function intray.terms_make(suppliers bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	at_once constant integer := 20000;
	first boolean := false;
begin
	if cardinality(suppliers) > 1000 and not exists (select from intray.supplier_term) then
		perform pg_advisory_xact_lock(hashtextextended('first suppliers', 0));
		first := not exists (select from intray.supplier_term);
	end if;
	if first then
		drop index intray.supplier_term_supplier_idx;
		alter table intray.supplier_term drop constraint supplier_term_pkey;
	else
		delete from intray.supplier_term t using unnest(suppliers) u(id) where t.supplier = u.id;
	end if;
	for i in 1 .. cardinality(suppliers) by at_once loop
		perform intray.terms_fill(suppliers[i : i + at_once - 1]);
	end loop;
	if first then
		alter table intray.supplier_term add primary key (of_client, kind, term, supplier);
		create index supplier_term_supplier_idx on intray.supplier_term (supplier);
		analyze intray.supplier_term;
	end if;
end $$;

-- A migration that changed what is searched emptied the table.
do $$ begin
	if not exists (select from intray.supplier_term) then
		perform intray.terms_make(array(select id from intray.supplier where number is not null));
	end if;
end $$;

create function intray.terms_drop() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from intray.supplier_term where supplier = old.id;
	return null;
end $$;
create trigger terms after delete on intray.supplier for each row execute function intray.terms_drop();

-- --- what a paper says -------------------------------------------------------------------------

-- What it says of one party, by the roles its type gives its fields; `keys`: codes that stand
-- anywhere on it (document_evidence.keys).
create function intray.match_given(doc_type text, fields jsonb, keys jsonb, roles text[],
	out name text, out address text, out country text, out tax_ids text[], out ibans text[],
	out more text[], out domains text[], out phones text[])
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
			filter (where k.kind = 'domain'), '{}'),
		coalesce(array_agg(intray.match_phone(k.key)) filter (where k.kind = 'number'), '{}')
		into more, ibans, domains, phones
		from jsonb_to_recordset(coalesce(keys, '[]')) as k(kind text, key text);
end $$;

-- The client's own names and codes stand on nearly every paper, as the buyer's.
create function intray.own_names(for_client integer, fields jsonb) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
	return array(select intray.match_name(n) from (select v.value as n from jsonb_each_text(fields) v
			where v.key = 'buyer/name'
		union (select c.name from intray.company c where c.client = for_client and c.active
			order by c.id limit 20)) x);
end $$;

create function intray.own_codes(for_client integer, fields jsonb) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
	return array(select intray.match_tax_id(o.v) from (
		select unnest(array[c.vat_id, c.tax_number]) as v from intray.company c
			where c.client = for_client
		union select v.value from jsonb_each_text(fields) v
			where v.key ~ '^buyer/(vat_id|tax_number)$') o
		where intray.match_tax_id(o.v) is not null);
end $$;

-- What may be a name in the head of a page (document_evidence.print): each of its rows.
create function intray.names_in(print text) returns text[]
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
	return array(select intray.match_name(row) from string_to_table(print, E'\n') as row
		where length(row) between 2 and 80 and row ~ '[a-z]');
end $$;

-- --- candidates ----------------------------------------------------------------------------------

-- Who has a code of the paper, or its very name. Codes of the seller's own fields (tax) weigh more
-- than those that stand anywhere (more), which may be anybody's.
create function intray.hits_by_code(for_client integer, called text, tax_ids text[], more text[],
	ibans text[], domains text[], phones text[])
returns table (supplier bigint, kinds text[], sharers bigint)
language plpgsql stable rows 10 security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
	return query
	with asked as (
		select 'tax' as asks, 'tax-id' as kind, intray.match_tax_id(v) as term from unnest(tax_ids) v
		union select 'more', 'tax-id', intray.match_tax_id(v) from unnest(more) v
			where v <> all (tax_ids)
		union select 'iban', 'iban', b from unnest(ibans) b
		union select 'domain', 'domain', m from unnest(domains) m
		union select 'phone', 'phone', p from unnest(phones) p
		union select null, 'name', called),
	hit as (
		select h.supplier, a.asks, count(*) over (partition by a.asks, a.term) as n
		from asked a cross join lateral (select t.supplier from intray.supplier_term t
			where t.of_client = for_client and t.kind = a.kind and t.term = a.term
			limit 40) h)
	select h.supplier, array_agg(distinct h.asks) filter (where h.asks is not null),
		min(h.n) filter (where h.asks is not null)
	from hit h group by h.supplier limit 60;
end $$;

-- Who is at home where the paper is from, or is called like a row of it begins.
create function intray.hits_by_place(for_client integer, places text[], rows text[])
returns table (supplier bigint)
language plpgsql stable rows 10 security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
begin
	return query select h.supplier from (
		select p.supplier from unnest(places) a(term) cross join lateral (
			select t.supplier from intray.supplier_term t where t.of_client = for_client
				and t.kind = 'place' and t.term = a.term limit 20) p
		union all select n.supplier from unnest(rows) a(term) cross join lateral (
			select t.supplier from intray.supplier_term t where t.of_client = for_client
				and t.kind = 'name' and t.term >= left(a.term, 12)
				and t.term < left(a.term, 12) || E'\U0010FFFF' and length(a.term) >= 8 limit 10) n
		union all select n.supplier from unnest(rows) a(term) cross join lateral (
			select t.supplier from intray.supplier_term t where t.of_client = for_client
				and t.kind = 'name' and t.term = a.term limit 20) n) h
	group by h.supplier order by count(*) desc, 1 limit 12;
end $$;

-- Who shares words of the name: rare ones, else two common ones, else one with a letter misread.
create function intray.hits_by_word(for_client integer, called text)
returns table (supplier bigint)
language plpgsql stable rows 10 security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
	rare constant integer := 100; -- so many share it at most
	words constant text[] := intray.name_words(called);
	common text[];
	strange text;
begin
	return query select h.supplier from (
		select x.supplier, count(*) over (partition by w) as n from unnest(words) w
			cross join lateral (select t.supplier from intray.supplier_term t
				where t.of_client = for_client and t.kind = 'word' and t.term = w
				limit rare + 1) x) h
		where n <= rare group by h.supplier order by sum(1.0 / n) desc, 1 limit 8;
	if found then
		return;
	end if;
	common := array(select w from unnest(words) w where exists (select from intray.supplier_term t
		where t.of_client = for_client and t.kind = 'word' and t.term = w));
	if cardinality(common) > 1 then
		return query select h.supplier from unnest(common) w cross join lateral (
				select t.supplier from intray.supplier_term t where t.of_client = for_client
					and t.kind = 'word' and t.term = w limit 5000) h -- what everybody is called
			group by h.supplier having count(*) > 1 order by count(*) desc, 1 limit 8;
		return;
	end if;
	select w into strange from unnest(words) w where w <> all (common)
		order by length(w) desc, w limit 1;
	return query select distinct h.supplier from unnest(intray.misreadings(strange)) v
		cross join lateral (select t.supplier from intray.supplier_term t
			where t.of_client = for_client and t.kind = 'word' and t.term = v limit 5) h
		limit 12;
end $$;

-- Who is called like what stands in the head of the page: rare words of it, and runs of letters
-- where two of a name are there.
create function intray.hits_by_print(for_client integer, rows text[], letters text)
returns table (supplier bigint)
language plpgsql stable rows 10 security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
	rare constant integer := 40; -- so many share it at most
begin
	return query with asked as (
		select distinct 'word' as kind, w as term, length(w) as letters
			from unnest(rows) r, string_to_table(r, ' ') w where length(w) >= 4 and w !~ '^\d'
		union select 'run', r, 5 from intray.runs_in(letters) r where intray.run_counts(r)),
	hit as materialized (
		select x.supplier, a.kind, a.letters, count(*) over (partition by a.kind, a.term) as n
		from asked a cross join lateral (select t.supplier from intray.supplier_term t
			where t.of_client = for_client and t.kind = a.kind and t.term = a.term limit rare + 1) x)
	select h.supplier from hit h where h.n <= rare group by h.supplier
	having count(*) > 1 or min(h.kind) = 'word' order by sum(h.letters / sqrt(h.n)) desc, 1 limit 10;
end $$;

-- --- what they weigh -------------------------------------------------------------------------------

-- What each piece of evidence is worth by itself; together they are worth more, never more
-- than 1: what each leaves in doubt is multiplied. A code that several suppliers share
-- says little, and a code under quite another name is for a person to look at.
create function intray.match_score(kinds text[], sharers bigint, name real, address real)
returns real
language sql immutable parallel safe as $$
	select least(1 - (1 - case when 'tax' = any (kinds) then 0.9 when 'more' = any (kinds)
				then 0.75 else 0 end / coalesce(sharers, 1))
			* (1 - case when 'iban' = any (kinds) then 0.85 else 0 end / coalesce(sharers, 1))
			* (1 - case when kinds && '{domain,phone}' then 0.5 else 0 end / coalesce(sharers, 1))
			* (1 - 0.85 * name ^ 2.5) * (1 - 0.6 * address ^ 2),
		case when name < 0.3 and not kinds @> '{iban}' then 0.7 else 1 end)::real
$$;

create function intray.match_reason(kinds text[], name real, address real) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select coalesce(string_agg(t, ', ' order by n), 'nothing alike') from unnest(array[
		case when kinds && '{tax,more}' then 'same tax id' end,
		case when 'iban' = any (kinds) then 'same IBAN' end,
		case when 'domain' = any (kinds) then 'same mail domain' end,
		case when 'phone' = any (kinds) then 'same telephone' end,
		case when name >= 0.995 then 'same name' when name >= 0.5 then 'name alike' end,
		case when address >= 0.8 then 'same address' when address >= 0.45 then 'address alike' end
		]) with ordinality as x(t, n) where t is not null
$$;

-- The candidates as JSON, the best first. print: rows of the head of the page.
create function intray.supplier_ranked(for_client integer, doc_type text, fields jsonb,
	keys jsonb, print text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
	-- With so much no dearer way can bring anybody who comes near.
	enough constant real[] := '{0.9, 0.8, 1}';
	g record;
	called text;
	letters constant text := ' ' || intray.match_letters(replace(print, E'\n', ' ')) || ' ';
	own constant text[] := intray.own_names(for_client, fields);
	own_codes constant text[] := intray.own_codes(for_client, fields);
	at_words text;
	at_codes text[];
	places text[] := '{}';
	rows text[] := '{}';
	all_letters text;
	weighed bigint[] := '{}';
	found jsonb := '[]';
	more jsonb;
	is_called boolean;
begin
	select * into g from intray.match_given(doc_type, fields, keys, '{seller,merchant}');
	called := coalesce(intray.match_name(g.name), '');
	all_letters := replace(concat_ws('|', called, letters,
		array_to_string(g.domains, '|')), ' ', '');
	at_words := coalesce(intray.match_words(g.address), '');
	at_codes := array(select split_part(p, ' ', 1) from unnest(intray.places_in(at_words)) p);
	for way in 1 .. 3 loop
		if way = 2 then
			places := intray.places_in(concat_ws(E'\n\n\n\n', at_words, print));
			rows := intray.names_in(print);
		end if;
		select coalesce(jsonb_agg(jsonb_build_object('supplier', s.id, 'number', s.number, 'name', s.name,
				'city', s.city, 'score', w.score, 'reason', w.reason)), '[]'),
			weighed || coalesce(array_agg(s.id), '{}')
			into more, weighed
		from (select h.* from intray.hits_by_code(for_client, called, g.tax_ids,
					array(select m from unnest(g.more) m
					where intray.match_tax_id(m) <> all (own_codes)), g.ibans,
					g.domains, g.phones) h where way = 1
			union all select h.supplier, null, null
				from intray.hits_by_place(for_client, places, rows) h where way = 2
			union all select h.supplier, null, null
				from intray.hits_by_word(for_client, called) h where way = 3
			union select h.supplier, null, null
				from intray.hits_by_print(for_client, rows, all_letters) h where way = 3) h
		join intray.supplier s on s.id = h.supplier and s.client = for_client
		-- Alike to the name that was read, or to anything in the head of the page. The client's
		-- own names are on every paper, so they show nothing.
		cross join lateral (select coalesce(max(intray.name_likeness(called, t.term)), 0) as said,
				coalesce(max(case when t.term = any (rows) then 0.97
					when length(t.term) >= 5 and strpos(letters, ' ' || t.term || ' ') > 0
						then least(0.9, 0.3 + length(t.term) / 15.0)
					when length(t.term) >= 9
						then 0.9 * intray.runs_shown(replace(t.term, ' ', ''), all_letters)
					end) filter (where not exists (select from unnest(own) o
						where intray.name_likeness(o, t.term) > 0.7)), 0) as shown
			from intray.supplier_term t where t.supplier = s.id and t.kind = 'name') n
		cross join lateral (select coalesce(max(least(1, trgm.similarity(at_words, p.words)
					+ case when p.code = any (at_codes) then 0.3 else 0 end)), 0) as said,
				coalesce(max(intray.runs_shown(replace(intray.match_letters(p.words), ' ', ''),
					all_letters)), 0) as shown, count(*) > 0 as known
			from (select intray.match_words(concat_ws(' ', o.street, o.postcode, o.city)) as words,
					intray.match_postcode(o.postcode) as code
				from (select s.street, s.postcode, s.city
					union all select t.street, t.postcode, t.city from intray.supplier_site t
						where t.supplier = s.id and t.code is not null and t.active) o
				where o.street is not null or o.postcode is not null offset 0) p) a
		cross join lateral (select greatest(n.said, n.shown)::real as name,
			greatest(a.said, 0.95 * a.shown)::real as address) b
		cross join lateral (select intray.match_reason(h.kinds, b.name, b.address) as reason,
			-- What stands in a head may be anybody's: by itself it makes nothing sure.
			least(intray.match_score(h.kinds, h.sharers, b.name, b.address),
				case when h.kinds is null and n.said < 0.5 and a.said < 0.6 then 0.74 end,
				-- The same name elsewhere may be somebody else's.
				case when h.kinds is null and a.said < 0.2 and a.shown < 0.3 and a.known
					and length(at_words) > 12 then 0.74 end) as score) w
		where h.supplier <> all (weighed);
		found := found || more;
		exit when exists (select from jsonb_array_elements(found) f
			where (f ->> 'score')::real >= enough[way]);
	end loop;
	-- Who is called just as was read comes before those who are only named in the head, but not
	-- surely: a paper may name whom the seller belongs to, or what he was called.
	is_called := exists (select from jsonb_array_elements(found) f
		where f ->> 'reason' ~ 'same name' and (f ->> 'score')::real >= 0.8);
	return (select coalesce(jsonb_agg(f order by n), '[]') from (
		select f, row_number() over (order by is_called and f ->> 'reason' !~ 'same (name|tax|IBAN|mail|tele)',
			(f ->> 'score')::real desc,
			trgm.similarity(lower(f ->> 'name'), lower(g.name)) desc nulls last,
			(f ->> 'supplier')::bigint) as n
		from jsonb_array_elements(found) f) x where n <= 5);
end $$;

-- One of them, if it is sure: likely by itself, and far more so than the next.
create function intray.match_state(best jsonb, likely real) returns text
language sql immutable parallel safe as $$
	select case when best = '[]' then 'unknown'
		when (best #>> '{0,score}')::real >= likely and 1 - (best #>> '{0,score}')::real
			<= 0.6 * (1 - coalesce((best #>> '{1,score}')::real, 0)) then 'sure'
		else 'ambiguous' end
$$;

-- No row at all: the client has no master of suppliers (while the first one is being imported it
-- has none yet), or the type has no seller.
create function intray.match_supplier(for_client integer, doc_type text, fields jsonb,
	keys jsonb, print text)
returns table (state text, supplier bigint, number text, name text, score real, reason text,
	candidates jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
	best jsonb;
begin
	if not pg_try_advisory_xact_lock_shared(hashtextextended('first suppliers', 0))
		or not exists (select from intray.supplier_term t where t.of_client = for_client)
		or not exists (select from intray.doctype t join intray.doctype_field f
			on f.type = t.name and f.version = t.version
			where t.name = doc_type and t.current and f.role in ('seller', 'merchant'))
	then
		return;
	end if;
	select coalesce(jsonb_agg(f order by n), '[]') into best
		from jsonb_array_elements(intray.supplier_ranked(for_client, doc_type, fields, keys, print))
			with ordinality r(f, n) where (f ->> 'score')::real >= 0.35;
	return query select intray.match_state(best, 0.75), b.supplier, b.number, b.name, b.score,
		b.reason, best
	from (values (1)) one left join lateral (select * from jsonb_to_record(best -> 0)
		as x(supplier bigint, number text, name text, score real, reason text)) b on true;
end $$;
