-- Learning from keying. A paper's evidence finds the suppliers it may be of
-- (supplier_candidates, for the worker); what a clerk enters teaches (learn, in the
-- transaction of desk.submit); administrators look at it and take it back.
--
-- Every item has a standing: the first paper that says so proposes it, the second confirms it,
-- each one that contradicts takes a step back, down to demoted, where it is no longer used.

-- Letters and digits alone: "Gardenia (KL) Sdn. Bhd." and "GARDENIA KL SDN BHD" are one name.
-- Asked for every item of a supplier, so it has no setting of its own, and becomes part of what
-- asks; whoever does has a fixed search path.
create function intray.name_key(name text) returns text
language sql immutable parallel safe as $$
	select left(regexp_replace(lower(name), '[^[:alnum:]]', '', 'g'), 200)
$$;

-- How alike two values are, 0 to 1, by their runs of three characters.
create function intray.likeness(a text, b text) returns real
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
	return (with x as (select distinct substr(k, i, 3) as run
			from (select intray.name_key(a) as k) k,
			generate_series(1, greatest(length(k) - 2, 1)) i),
	y as (select distinct substr(k, i, 3) as run
			from (select intray.name_key(b) as k) k,
			generate_series(1, greatest(length(k) - 2, 1)) i)
	select (2.0 * (select count(*) from x join y using (run))
		/ ((select count(*) from x) + (select count(*) from y)))::real);
end $$;

create function intray.supplier_log(of_supplier bigint, of_item bigint, doc uuid, what text,
	said text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.supplier_change (client, supplier, item, document, actor, change, text)
	select s.client, s.id, of_item, doc, intray.actor(), what, said
	from intray.supplier s where s.id = of_supplier
$$;

-- --- finding ---------------------------------------------------------------------------------

-- The sites that share most evidence with a paper, with what is known of each. However many
-- suppliers there are: at most 60 rows are looked at for each key.
create function intray.supplier_candidates(doc uuid, doc_type text, keys jsonb)
returns table (supplier bigint, site bigint, name text, seen integer, shared double precision,
	strong boolean, prints jsonb, items jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
#variable_conflict use_column
begin
	return query
	with d as (select client from intray.document where id = doc),
	given as (select distinct k.kind, k.key
		from jsonb_to_recordset(keys) as k(kind text, key text)),
	hit as (select g.kind, g.key, k.site, k.supplier, k.seen from d cross join given g
		cross join lateral (select s.site, s.supplier, s.seen
			from intray.supplier_key s
			where s.client = d.client and s.kind = g.kind and s.key = g.key
			limit 60) k),
	spread as (select h.kind, h.key, count(distinct h.supplier) as suppliers
		from hit h group by h.kind, h.key),
	best as (select h.site, h.supplier,
			sum(case h.kind when 'word' then 1.0 when 'number' then 3.0
				when 'domain' then 3.0 else 5.0 end / p.suppliers) as shared,
			bool_or(h.kind <> 'word' and p.suppliers = 1 and h.seen > 1) as strong
		from hit h join spread p using (kind, key)
		group by h.site, h.supplier order by 3 desc, 1 limit 10)
	select b.supplier, b.site, s.name, t.seen, b.shared::double precision, b.strong,
		(select coalesce(jsonb_agg(p.print order by p.id desc), '[]')
			from intray.supplier_print p where p.site = b.site),
		(select coalesce(jsonb_agg(jsonb_build_object('id', i.id, 'what', i.what,
				'path', i.path, 'value', i.value, 'confirmed',
				i.status = 'confirmed', 'site', i.site is not null)
				order by i.rank, i.agreed - i.contradicted desc, i.id), '[]')
			from (select *, row_number() over (partition by what, path,
					case what when 'label' then value end
					order by status = 'confirmed' desc,
						agreed - contradicted desc, last_at desc) as rank
				from intray.supplier_item
				where supplier_item.supplier = b.supplier
				and (supplier_item.site is null or supplier_item.site = b.site)
				and type = doc_type and status <> 'demoted') i
			where i.rank <= case i.what when 'value' then 4 else 1 end)
	from best b join intray.supplier s on s.id = b.supplier and s.active
	join intray.supplier_site t on t.id = b.site
	order by b.shared desc, b.site;
end $$;

create function intray.evidence_save(d intray.document, result jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	insert into intray.document_evidence (document, client, print, keys, places, site, items)
	select d.id, d.client, e ->> 'print', e -> 'keys', e -> 'places',
		(e ->> 'site')::bigint,
		array(select jsonb_array_elements_text(e -> 'items')::bigint)
	from (select result -> 'evidence' as e) x where jsonb_typeof(e) = 'object'
	on conflict (document) do update set print = excluded.print, keys = excluded.keys,
		places = excluded.places, site = excluded.site, items = excluded.items;
	update intray.document set supplier = (select s.supplier from intray.supplier_site s
			where s.id = (result -> 'evidence' ->> 'site')::bigint
			and s.client = d.client)
		where id = d.id and jsonb_typeof(result -> 'evidence') = 'object';
end $$;

-- --- teaching --------------------------------------------------------------------------------

-- The last lessons decide: two that agree confirm whatever was before them.
create function intray.item_standing(of_item bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	standing integer := 0;
	agrees boolean;
begin
	for agrees in select l.agrees from (select * from intray.supplier_lesson
			where item = of_item order by at desc, document limit 8) l
		order by l.at, l.document desc
	loop
		standing := greatest(0, least(2, standing + case when agrees then 1 else -1 end));
	end loop;
	return (array['demoted', 'proposed', 'confirmed'])[standing + 1];
end $$;

create function intray.lesson(of_item bigint, doc uuid, says boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	i intray.supplier_item;
	now_status text;
begin
	select * into strict i from intray.supplier_item where id = of_item for update;
	insert into intray.supplier_lesson as l (item, document, client, agrees, actor)
	values (i.id, doc, i.client, says, intray.actor())
	on conflict (item, document) do update set agrees = excluded.agrees,
		actor = excluded.actor, at = excluded.at where l.agrees <> excluded.agrees;
	if not found then
		return;
	end if;
	now_status := intray.item_standing(i.id);
	update intray.supplier_item set status = now_status, last_at = now(),
		agreed = (select count(*) from intray.supplier_lesson l
			where l.item = i.id and l.agrees),
		contradicted = (select count(*) from intray.supplier_lesson l
			where l.item = i.id and not l.agrees)
		where id = i.id;
	if now_status <> i.status or i.agreed + i.contradicted = 0 then
		perform intray.supplier_log(i.supplier, i.id, doc, now_status,
			concat_ws(' ', i.what, nullif(i.path, ''), '=', i.value));
	end if;
end $$;

-- The paper says `value` of one thing: a lesson for that value, and a contradiction of those
-- others that were used for this paper.
create function intray.item_teach(of_supplier bigint, of_site bigint, d intray.document,
	in_path text, in_what text, said text, used bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	i intray.supplier_item;
begin
	for i in select * from intray.supplier_item o where o.id = any (used)
		and o.client = d.client and o.type = d.type and o.path = in_path
		and o.what = in_what and intray.name_key(o.value) <> intray.name_key(said)
	loop
		perform intray.lesson(i.id, d.id, false);
	end loop;
	select * into i from intray.supplier_item o where o.supplier = of_supplier
		and o.site is not distinct from of_site and o.type = d.type and o.path = in_path
		and o.what = in_what and intray.name_key(o.value) = intray.name_key(said)
		order by o.id limit 1;
	if not found then
		insert into intray.supplier_item (client, supplier, site, type, path, what, value)
		values (d.client, of_supplier, of_site, d.type, in_path, in_what, said)
		returning * into i;
	end if;
	perform intray.lesson(i.id, d.id, true);
end $$;

-- Whose paper it is, by what a person says stands there: its name, learnt or of the master, or one
-- much like the name of
-- whom it was recognised as; else its tax id or IBAN; else nobody yet (null).
create function intray.supplier_of(d intray.document, e intray.document_evidence,
	called text, codes text[]) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_supplier bigint;
begin
	if called is null then
		return (select s.supplier from intray.supplier_site s where s.id = e.site);
	end if;
	select n.supplier into of_supplier from intray.supplier_name n
		where n.client = d.client and n.key = intray.name_key(called)
		order by n.supplier limit 1;
	if found then
		return of_supplier;
	end if;
	select min(t.supplier) into of_supplier from intray.supplier_term t
		where t.of_client = d.client and t.kind = 'name' and t.term = intray.match_name(called)
		having count(distinct t.supplier) = 1;
	if found then
		return of_supplier;
	end if;
	select t.supplier into of_supplier from intray.supplier_site t
		join intray.supplier s on s.id = t.supplier
		where t.id = e.site and t.client = d.client
			and intray.likeness(s.name, called) >= 0.85;
	if found then
		return of_supplier;
	end if;
	select k.supplier into of_supplier from intray.supplier_item k
		join intray.doctype_field f on f.type = d.type and f.version = d.type_version
			and f.path = k.path and f.kind in ('vat-id', 'iban')
		join intray.supplier s on s.id = k.supplier
		where k.client = d.client and k.what = 'value' and k.status = 'confirmed'
			and k.supplier in (select y.supplier from intray.supplier_key y
				where y.client = d.client and y.kind in ('iban', 'tax-id')
				and y.key = any (codes) limit 20)
			and upper(intray.name_key(k.value)) = any (codes)
		order by k.supplier limit 1;
	return of_supplier;
end $$;

-- Its site: that of the address; else, of an address spelt much alike or none, the one it was
-- recognised as; else a new one.
create function intray.site_of(of_supplier bigint, d intray.document,
	e intray.document_evidence, lives text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_site bigint;
	recognised constant bigint := (select t.id from intray.supplier_site t
		where t.id = e.site and t.supplier = of_supplier);
begin
	select i.site into of_site from intray.supplier_item i
		join intray.doctype_field f on f.type = i.type and f.version = d.type_version
			and f.path = i.path and f.kind = 'address'
		where i.supplier = of_supplier and i.type = d.type and i.what = 'value'
			and (lives is null or intray.name_key(i.value) = intray.name_key(lives)
				or intray.likeness(i.value, lives) >= 0.8)
		order by lives is not null and intray.name_key(i.value) = intray.name_key(lives) desc,
			i.site = recognised desc nulls last, i.agreed desc, i.site limit 1;
	of_site := coalesce(of_site, (select t.id from intray.supplier_site t
		where t.supplier = of_supplier and (lives is null or not exists (
				select from intray.supplier_item i where i.site = t.id and i.type = d.type)
			-- One of the master has an address of its own.
			and (t.code is null or intray.likeness(lives,
				concat_ws(' ', t.street, t.postcode, t.city)) >= 0.6))
		order by t.id = recognised desc nulls last, t.seen desc, t.id limit 1));
	if of_site is null then
		insert into intray.supplier_site (client, supplier) values (d.client, of_supplier)
		returning id into of_site;
		perform intray.supplier_log(of_supplier, null, d.id, 'site',
			coalesce(lives, 'without an address'));
	end if;
	return of_site;
end $$;

-- Twelve readings are enough to know the next; words that only older ones showed go with them.
create function intray.print_teach(of_supplier bigint, of_site bigint,
	e intray.document_evidence) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	oldest timestamptz;
begin
	insert into intray.supplier_print (client, site, document, print)
	values (e.client, of_site, e.document, e.print) on conflict do nothing;
	if not found then
		return;
	end if;
	insert into intray.supplier_key as k (client, kind, key, site, supplier)
	select distinct e.client, g.kind, g.key, of_site, of_supplier
	from jsonb_to_recordset(e.keys) as g(kind text, key text)
	where length(g.key) <= 64
	on conflict (client, kind, key, site) do update set seen = k.seen + 1, last_at = now();
	delete from intray.supplier_print where id in (select id from intray.supplier_print
		where site = of_site order by id desc offset 12);
	if found then
		select min(at) into oldest from intray.supplier_print where site = of_site;
		delete from intray.supplier_key where site = of_site and last_at < oldest;
	end if;
	update intray.supplier_site set seen = seen + 1, last_at = now() where id = of_site;
	update intray.supplier set seen = seen + 1, last_at = now() where id = of_supplier;
end $$;

-- The words that stand before or over a keyed value, if all places that show it agree on them;
-- and how its date or number is written.
create function intray.places_teach(of_supplier bigint, d intray.document,
	e intray.document_evidence, keyed jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	k record;
begin
	for k in
		select f.path, count(distinct p.label) = 1 as one_label, min(p.label) as label,
			count(distinct p.above) = 1 as one_above, min(p.above) as above,
			count(distinct p."order") = 1 as one_order, min(p."order") as "order",
			count(distinct p.mark) = 1 as one_mark, min(p.mark) as mark
		from jsonb_each_text(keyed) v
		join intray.doctype_field f on f.type = d.type and f.version = d.type_version
			and f.path = v.key and f.in_table is null and not f.constant
		join jsonb_to_recordset(e.places) as p(value text, label text, above text,
			"order" text, mark text) on intray.name_key(p.value) = intray.name_key(v.value)
		group by f.path order by f.path
	loop
		if k.one_label and length(k.label) >= 3 then
			perform intray.item_teach(of_supplier, null, d, k.path, 'label', k.label, '{}');
		elsif k.one_above and k.one_label and length(k.above) >= 3 then
			perform intray.item_teach(of_supplier, null, d, k.path, 'label', k.above, '{}');
		end if;
		if k.one_order then
			perform intray.item_teach(of_supplier, null, d, '', 'order', k."order",
				e.items);
		end if;
		if k.one_mark then
			perform intray.item_teach(of_supplier, null, d, '', 'mark', k.mark, e.items);
		end if;
	end loop;
	-- A label that led to a value somebody replaced.
	perform intray.lesson(i.id, d.id, false) from intray.supplier_item i
		where i.id = any (e.items) and i.client = d.client and i.what = 'label'
			and keyed ? i.path and not exists (
				select from jsonb_to_recordset(e.places) as p(value text,
					label text, above text)
				where i.value in (p.label, p.above) and intray.name_key(p.value) =
					intray.name_key(keyed ->> i.path));
end $$;

-- What a person says stands on the paper: {"seller/name": "Bolt & Sons", ...}; an empty
-- value: it does not stand there. May be said again; a paper counts once.
create function intray.learn(d intray.document, keyed jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	e intray.document_evidence;
	called text;
	lives text;
	of_supplier bigint;
	of_site bigint;
	k record;
begin
	select * into e from intray.document_evidence where document = d.id for update;
	if not found then
		return;
	end if;
	select max(v.value) filter (where f.identity),
		max(v.value) filter (where f.kind = 'address') into called, lives
		from jsonb_each_text(keyed) v join intray.doctype_field f on f.type = d.type
			and f.version = d.type_version and f.path = v.key and f.constant
		where coalesce(v.value, '') <> '';
	of_supplier := intray.supplier_of(d, e, called, array(select upper(y.key)
		from jsonb_to_recordset(e.keys) as y(kind text, key text, clear boolean)
		where y.kind in ('iban', 'tax-id') and y.clear));
	if of_supplier is null and called is null then
		return;
	end if;
	if of_supplier is null then
		insert into intray.supplier (client, name) values (d.client, called)
		returning id into of_supplier;
		perform intray.supplier_log(of_supplier, null, d.id, 'supplier', called);
	end if;
	if called is not null then
		insert into intray.supplier_name (client, key, supplier)
		values (d.client, intray.name_key(called), of_supplier) on conflict do nothing;
	end if;
	of_site := intray.site_of(of_supplier, d, e, lives);
	update intray.document set supplier = of_supplier where id = d.id;
	perform intray.print_teach(of_supplier, of_site, e);
	for k in select v.key as path, v.value, f.kind
		from jsonb_each_text(keyed) v join intray.doctype_field f on f.type = d.type
			and f.version = d.type_version and f.path = v.key and f.constant
		where coalesce(v.value, '') <> ''
		order by v.key
	loop
		perform intray.item_teach(of_supplier,
			case when k.kind = 'address' then of_site end, d, k.path, 'value', k.value,
			e.items);
	end loop;
	perform intray.places_teach(of_supplier, d, e, keyed);
	-- What was put on the paper and a person took away again.
	perform intray.lesson(i.id, d.id, false) from intray.supplier_item i
		where i.id = any (e.items) and i.client = d.client and i.what = 'value'
			and keyed ? i.path and coalesce(keyed ->> i.path, '') = '';
	update intray.supplier s set name = i.value from (select o.value
			from intray.supplier_item o join intray.doctype_field f on f.type = d.type
				and f.version = d.type_version and f.path = o.path and f.identity
			where o.supplier = of_supplier and o.type = d.type and o.what = 'value'
				and o.status <> 'demoted'
			order by o.status = 'confirmed' desc, o.agreed - o.contradicted desc,
				o.last_at desc limit 1) i
		where s.id = of_supplier and s.number is null and s.name <> i.value;
end $$;

-- The truth about a document, from somewhere else than the desk: an import of what was booked
-- by hand, or a measurement.
create function intray.document_teach(what text, as_type text, keyed jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
begin
	select * into strict d from intray.document where id = intray.find_document(what)
		for update;
	if not exists (select from intray.doctype where name = as_type and current) then
		raise exception 'there is no document type "%"', as_type;
	end if;
	d.type := as_type;
	d.type_version := (select version from intray.doctype where name = as_type and current);
	perform intray.learn(d, keyed);
end $$;

-- --- taking it back --------------------------------------------------------------------------

-- By our id, or as number:70012 by the ERP's.
create function intray.supplier_named(what text) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	found bigint[];
begin
	if what ~ '^[0-9]{1,18}$' then
		found := array(select id from intray.supplier where id = what::bigint);
	elsif what like 'number:%' then
		found := array(select id from intray.supplier where number = substr(what, 8));
	end if;
	if cardinality(found) > 1 then
		raise exception 'several clients have a supplier %; their ids are %',
			substr(what, 8), array_to_string(found, ', ');
	elsif found[1] is null then
		raise exception 'there is no supplier %; `intray supplier list` shows them', what;
	end if;
	return found[1];
end $$;

-- Of a supplier of the master only what keying taught goes.
create function intray.supplier_unlearn(of_supplier bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from intray.supplier_item where supplier = of_supplier;
	delete from intray.supplier_name where supplier = of_supplier;
	delete from intray.supplier_key where supplier = of_supplier;
	delete from intray.supplier_print p using intray.supplier_site t
		where t.id = p.site and t.supplier = of_supplier;
	delete from intray.supplier_site where supplier = of_supplier and code is null;
	update intray.supplier set seen = 0 where id = of_supplier;
	perform intray.supplier_log(of_supplier, null, null, 'forgotten', 'all that was learnt');
	perform intray.terms_make(array[of_supplier]);
end $$;

-- All that is known of a supplier, one of its sites ("site:12") or one item ("34").
create function intray.supplier_forget(what text, which text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_supplier constant bigint := intray.supplier_named(what);
	called constant text := (select name from intray.supplier where id = of_supplier);
	said text;
begin
	if which is null and (select number from intray.supplier where id = of_supplier) is not null
	then
		perform intray.supplier_unlearn(of_supplier);
		return called || ': what was learnt is forgotten; the master has it still';
	elsif which is null then
		perform intray.supplier_log(of_supplier, null, null, 'forgotten', called);
		update intray.document set supplier = null where supplier = of_supplier;
		delete from intray.supplier where id = of_supplier;
		return called || ' is forgotten';
	elsif which ~ '^site:[0-9]{1,18}$' then
		delete from intray.supplier_site where id = substr(which, 6)::bigint
			and supplier = of_supplier returning 'site ' || id into said;
	elsif which ~ '^[0-9]{1,18}$' then
		delete from intray.supplier_name n using intray.supplier_item i
			where i.id = which::bigint and i.supplier = of_supplier
				and i.what = 'value' and n.client = i.client
				and n.supplier = of_supplier and n.key = intray.name_key(i.value);
		delete from intray.supplier_item where id = which::bigint
			and supplier_item.supplier = of_supplier
			returning concat_ws(' ', supplier_item.what, nullif(path, ''), '=', value)
			into said;
	end if;
	if said is null then
		raise exception 'supplier % has no "%"; `intray supplier show %` numbers what is '
			'known of it', what, which, what;
	end if;
	perform intray.supplier_log(of_supplier, case when which !~ '^site' then which::bigint end,
		null, 'forgotten', said);
	return called || ': ' || said || ' is forgotten';
end $$;
