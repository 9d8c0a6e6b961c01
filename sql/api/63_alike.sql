-- Is the same paper there already? Before anybody keys it.
--
-- The same number of the same seller is a duplicate. A paper that was scanned twice may read
-- otherwise the second time: a letter for a digit, a dash lost, one character misread, another
-- order of day and month. Such a near miss is told from honest neighbours (the next month's rent,
-- the next of ten equal invoices) by what else is the same: what follows weighs number, amount, day
-- and seller together, and a paper must agree in all but the one thing that was misread.
--
-- Candidates are found by keys (intray.document_key, intray.booked_key), so it costs the same
-- however much there is. "3": the third way of writing keys; 95_defaults.sql writes older ones
-- anew.

-- What is asked for every candidate is written in plpgsql, which keeps its plans, and has no
-- setting of its own, which would cost more than it does: whoever asks has a fixed search path.

-- --- numbers ---------------------------------------------------------------------------------

create function intray.plain(value text, but text default '[^[:alnum:]]') returns text
language plpgsql immutable parallel safe as $$
begin
	return nullif(regexp_replace(lower(normalize(value, NFKC)), but, '', 'g'), '');
end $$;

create function intray.number_of(value text) returns numeric
language plpgsql immutable parallel safe as $$
begin
	return case when value ~ '^-?\d{1,18}(\.\d{1,12})?$' then trim_scale(value::numeric) end;
end $$;

-- All the ways in which a number may have been meant: what readers take for each other is one
-- (O/0, I/l/1, S/5, B/8, Z/2, G/6), and dashes, leading zeros and letters in front say nothing.
create function intray.number_folds(n text) returns text[]
language plpgsql immutable parallel safe as $$
declare
	runs constant text := btrim(regexp_replace(upper(normalize(left(n, 200), NFKC)),
		'[^[:alnum:]]+', '-', 'g'), '-');
	bare constant text := substring(runs from '[0-9].*');
	folds text[] := '{}';
	fold text;
	form text;
begin
	foreach form in array array[runs, case when bare <> runs
		and length(regexp_replace(bare, '\D', '', 'g')) >= 3 then bare end]
	loop
		form := translate(form, 'OQDILSBZG', '000115826');
		foreach fold in array array[
			regexp_replace(replace(form, '-', ''), '(^|[^0-9])0+(?=[0-9])', '\1', 'g'),
			replace(regexp_replace(form, '(^|[^0-9])0+(?=[0-9])', '\1', 'g'), '-', '')]
		loop
			if fold <> '' and fold <> all (folds) then
				folds := folds || fold;
			end if;
		end loop;
	end loop;
	return folds;
end $$;

-- What all of these end in: numbers that end otherwise need not be folded at all.
create function intray.last_fold(n text) returns text
language plpgsql immutable parallel safe as $$
begin
	return translate(upper(right(n, 1)), 'OQDILSBZG', '000115826');
end $$;

-- Digits and letters that look alike to whoever reads them.
create function intray.look_alike(a text, b text) returns boolean
language plpgsql immutable parallel safe as $$
begin
	return least(a, b) || greatest(a, b) = any (
		'{06,08,09,14,17,27,35,38,39,49,56,58,68,89,CG,EF,UV,MN,PR,KX,HN,VY,4A,7T}');
end $$;

-- Where two numbers of letters and digits differ in one character: what stands here and there
-- (null: it lacks there), and what follows. No row: they differ in more, or in nothing.
create function intray.one_off(a text, b text, out here text, out there text, out rest text)
returns setof record
language plpgsql immutable strict parallel safe as $$
declare
	shorter constant integer := least(length(a), length(b));
	front integer := 0;
	back integer := 0;
begin
	if a = b or abs(length(a) - length(b)) > 1 then
		return;
	end if;
	while front < shorter and substr(a, front + 1, 1) = substr(b, front + 1, 1) loop
		front := front + 1;
	end loop;
	while back < shorter - front
		and substr(a, length(a) - back, 1) = substr(b, length(b) - back, 1)
	loop
		back := back + 1;
	end loop;
	if front + back = greatest(length(a), length(b)) - 1 then
		here := nullif(substr(a, front + 1, length(a) - front - back), '');
		there := nullif(substr(b, front + 1, length(b) - front - back), '');
		rest := right(a, back);
		return next;
	end if;
end $$;

-- Whether one character of a number was misread, for papers that agree in all else. The next
-- number of the same series differs in its last digit too, so there only what looks alike
-- counts; and where a seller writes several alike on one day (`others`), only what lies
-- further apart than they would.
create function intray.number_misread(a text, b text, others bigint) returns boolean
language plpgsql immutable parallel safe as $$
declare
	o record;
	apart integer;
begin
	select * into o from intray.one_off(upper(a), upper(b));
	if not found then
		return false;
	elsif o.here is null or o.there is null then
		return others = 0;
	elsif o.here ~ '\d' and o.there ~ '\d' then
		apart := abs(o.here::integer - o.there::integer);
		if apart * power(10, length(substring(o.rest from '^\d*'))) <= 10 * others then
			return false;
		end if;
		return o.rest ~ '^\d' or apart > 1 and intray.look_alike(o.here, o.there);
	end if;
	-- The last letter tells the parts of a delivery apart.
	return o.rest <> '' or o.here ~ '\d' or o.there ~ '\d';
end $$;

-- --- what a paper is compared by -------------------------------------------------------------

-- The face of a paper: number, amount, day and seller, by whatever names its type has for them.
create function intray.paper_face(given jsonb) returns jsonb
language plpgsql immutable parallel safe as $$
declare
	h constant jsonb := coalesce(given -> 'header', '{}');
begin
	return jsonb_strip_nulls(jsonb_build_object(
		'number', intray.plain(h ->> 'number'),
		'folds', intray.number_folds(h ->> 'number'),
		'or', given -> 'more' -> 'number',
		'amount', round(coalesce(intray.number_of(h ->> 'total_with_vat'),
			intray.number_of(h ->> 'total'), intray.number_of(h ->> 'amount_due')), 2)::text,
		'date', coalesce(h ->> 'issue_date', h ->> 'date'),
		'time', h ->> 'time',
		'slip', case when h ? 'merchant/name' then true end,
		'name', coalesce(h ->> 'seller/name', h ->> 'merchant/name'),
		'tax', intray.plain(coalesce(h ->> 'seller/vat_id', h ->> 'merchant/tax_id',
			h ->> 'seller/tax_number')),
		'iban', intray.plain(h ->> 'seller/iban'),
		'credit', coalesce(h ->> 'type_code', '') in ('381', '261', '396', '81', '83', '308'),
		'order', intray.plain(h ->> 'order_reference'),
		'period', coalesce(h ->> 'period_start', h ->> 'delivery_date'),
		'due', h ->> 'due_date',
		'rest', intray.plain(concat_ws(' ', h ->> 'payment_reference', h ->> 'buyer_reference',
			h ->> 'payment_terms'))));
end $$;

-- What makes it the same paper as another: seller and number; merchant, date, total, number.
-- Names and numbers as letters and digits alone, so that a space, a dash or a full-width
-- letter makes no new paper.
create function intray.business_keys(f jsonb) returns text[]
language plpgsql immutable parallel safe as $$
declare
	number constant text := intray.plain(f ->> 'number');
begin
	return array_remove(array[
		'3 vat ' || intray.plain(f ->> 'seller/vat_id') || ' number ' || number,
		'3 seller ' || intray.plain(f ->> 'seller/name') || ' number ' || number,
		'3 merchant ' || intray.plain(f ->> 'merchant/name') || ' date '
			|| intray.plain(f ->> 'date', '[^[:alnum:].-]') || ' total '
			|| intray.plain(f ->> 'total', '[^[:alnum:].-]') || ' number '
			|| coalesce(number, '')], null);
end $$;

-- A claim's services: member, billing provider, day, procedure, modifiers, charge. What says that
-- it replaces or voids an earlier claim (7, 8) is no second bill.
create function intray.service_keys(given jsonb) returns table (line integer, key text)
language plpgsql immutable as $$
begin
	return query select (s ->> '#')::integer, concat_ws(' ', '3 service', intray.plain(h ->> 'insured/id'),
		h ->> 'billing/npi', s ->> 'from_date', s ->> 'procedure',
		(select string_agg(m, ' ' order by m) from unnest(array[s ->> 'modifier1',
			s ->> 'modifier2', s ->> 'modifier3', s ->> 'modifier4']) m),
		intray.number_of(s ->> 'charge')::text)
	from (select given -> 'header' as h) x, jsonb_array_elements(coalesce(given -> 'lines', '[]')) s
	where h ->> 'insured/id' is not null and h ->> 'billing/npi' is not null
		and s ->> 'from_date' is not null and s ->> 'procedure' is not null
		and intray.number_of(s ->> 'charge') is not null
		and coalesce(btrim(h ->> 'resubmission_code'), '') not in ('7', '8');
end $$;

-- By what a near miss is found: two of number, amount and day must be the same.
create function intray.near_keys(face jsonb) returns text[]
language plpgsql immutable parallel safe as $$
declare
	keys text[] := array['3 near a ' || (face ->> 'amount') || ' d ' || (face ->> 'date')];
	fold text;
begin
	for fold in select jsonb_array_elements_text(face -> 'folds') loop
		keys := keys || ('3 near n ' || fold || ' a ' || (face ->> 'amount'))
			|| ('3 near n ' || fold || ' d ' || (face ->> 'date'));
	end loop;
	return keys;
end $$;

-- A claim's by all but its member.
create function intray.near_service(key text) returns text
language plpgsql immutable parallel safe as $$
begin
	return regexp_replace(key, '^3 service \S+', '3 near service');
end $$;

create function intray.paper_keys(given jsonb) returns text[]
language plpgsql immutable as $$
begin
	-- A key must fit into an index, however long a number a paper shows.
	return (select coalesce(array_agg(distinct case when length(key) > 600
		then '3 ' || encode(sha256(convert_to(key, 'UTF8')), 'hex') else key end), '{}')
	from unnest(intray.business_keys(given -> 'header')
		|| intray.near_keys(intray.paper_face(given))
		|| array(select s.key from intray.service_keys(given) k
			cross join lateral (values (k.key), (intray.near_service(k.key))) s(key))) as key
	where key is not null);
end $$;

-- What is stored of a document's header, and what else was read for the number.
create function intray.document_head(doc uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select jsonb_build_object('header', coalesce(jsonb_object_agg(f.path, f.value)
			filter (where f.value is not null), '{}'),
		'more', jsonb_build_object('number', coalesce((array_agg(f.alternatives)
			filter (where f.path = 'number' and f.value is not null
				and jsonb_typeof(f.alternatives) = 'array'))[1], '[]')))
	from intray.field f where f.document = doc and f.line = 0);
end $$;

-- What is stored of a document, in the shape in which the business is asked: also each table's
-- lines with their numbers as "#".
create function intray.document_given(doc uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (with f as (select * from intray.field
		where document = doc and line > 0 and value is not null)
	select intray.document_head(doc) || coalesce((select jsonb_object_agg(in_table, j) from (
			select in_table, jsonb_agg(j order by line) as j from (
				select split_part(path, '/', 1) as in_table, line, jsonb_build_object('#', line)
					|| jsonb_object_agg(substr(path, strpos(path, '/') + 1), value) as j
				from f group by 1, 2) l group by in_table) t), '{}'));
end $$;

create function intray.keys_save(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from intray.document_key where document = d.id;
	insert into intray.document_key (client, type, key, document)
	select d.client, d.type, k, d.id from unnest(intray.paper_keys(intray.document_given(d.id))) as k
	where d.type is not null;
end $$;

-- --- comparing two papers ---------------------------------------------------------------------

-- 1 the same seller, 0 another, between: a guess by the names; null: one of them shows none.
create function intray.seller_likeness(a jsonb, b jsonb) returns real
language plpgsql stable as $$
begin
	return case
		when a ->> 'supplier' = b ->> 'supplier' or a ->> 'tax' = b ->> 'tax'
			or a ->> 'iban' = b ->> 'iban' or a ->> 'name' = b ->> 'name' then 1
		when exists (select from intray.one_off(a ->> 'tax', b ->> 'tax')) then 0.9
		when a ? 'name' and b ? 'name' then intray.name_likeness(intray.match_name(a ->> 'name'),
			intray.match_name(b ->> 'name'))
		end;
end $$;

create function intray.near_day(a text, b text) returns boolean
language plpgsql immutable as $$
begin
	return a = b or a = substr(b, 1, 5) || substr(b, 9, 2) || substr(b, 5, 1) || substr(b, 6, 2)
		or exists (select from intray.one_off(a, b));
end $$;

-- Why a paper looks like another, in words; null: it does not. `others`: how many further papers
-- of this seller show the same amount and day.
create function intray.near_reason(a jsonb, b jsonb, seller real, others bigint) returns text
language plpgsql stable as $$
declare
	same_amount constant boolean := coalesce(a ->> 'amount' = b ->> 'amount', false);
	same_day constant boolean := coalesce(a ->> 'date' = b ->> 'date', false);
	n text := a ->> 'number';
	m text := b ->> 'number';
begin
	if coalesce(a -> 'credit' <> b -> 'credit', false) or coalesce(seller, 1) < 0.75
		or coalesce(a ->> 'time' <> b ->> 'time', false)
		or coalesce(a ->> 'order' <> b ->> 'order' and not exists (
			select from intray.one_off(a ->> 'order', b ->> 'order')), false)
	then
		return null;
	end if;
	-- The number as it may have been meant: with the amount or the day, it is the same paper.
	if exists (select from jsonb_array_elements_text(a -> 'folds') f where b -> 'folds' ? f)
		and (same_amount and (intray.plain(n) = m
				or coalesce(intray.near_day(a ->> 'date', b ->> 'date'), true))
			or same_day and (not (a ? 'amount' and b ? 'amount')
				or exists (select from intray.one_off(a ->> 'amount', b ->> 'amount'))))
		and (seller is not null or same_amount and same_day)
	then
		return case when n = m then 'The number is the same.'
			else 'The number is the same but for characters that are easily taken for each other, '
				'for zeros or for what stands in front.' end;
	end if;
	if not (same_amount and same_day and seller is not null) then
		return null;
	end if;
	if n is null or m is null then
		-- Two coffees on one day are two coffees.
		return case when others = 0 and (a ? 'time' and b ? 'time' or not a ? 'slip') then
			'Seller, day and amount are the same; the number was not read.' end;
	end if;
	-- The other's number stands on this paper too, or is what the reader was not sure of.
	if exists (select from jsonb_array_elements_text(a -> 'or') o where intray.plain(o) = m)
		or exists (select from jsonb_array_elements_text(b -> 'or') o where intray.plain(o) = n) or length(m) >= 4 and strpos(a ->> 'rest', m) > 0
		or length(n) >= 4 and strpos(b ->> 'rest', n) > 0
	then
		return 'Seller, day and amount are the same, and the other number stands on the paper as well.';
	end if;
	if coalesce(a ->> 'period' <> b ->> 'period', false) or coalesce(a ->> 'due' <> b ->> 'due', false)
	then
		return null;
	end if;
	if length(least(n, m)) >= 3 and (n like '%' || m or m like '%' || n) and others = 0 then
		return 'Seller, day and amount are the same; one number is the end of the other.';
	end if;
	if intray.number_misread(n, m, others) then
		return 'Seller, day and amount are the same, and the numbers differ in one character only.';
	end if;
	return null;
end $$;

-- Small tradesmen begin each year with number 1: another year and another amount is another paper.
create function intray.begun_anew(a jsonb, b jsonb) returns boolean
language plpgsql immutable as $$
begin
	return coalesce(left(a ->> 'date', 4) <> left(b ->> 'date', 4)
		and a ->> 'amount' <> b ->> 'amount', false);
end $$;

-- --- looking for them --------------------------------------------------------------------------

-- Papers of the same client with one of these keys, each once; exact: with one of those that say
-- that it is the same. Hundreds may share a key, so what more is asked of them comes afterwards.
create function intray.papers_keyed(d intray.document, doc_type text, keys text[], exact text[])
returns table (document uuid, same boolean)
language plpgsql stable rows 40 security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select k.document, coalesce(bool_or(k.key = any (exact)), false)
		from intray.document_key k
		where k.client = d.client and k.type = doc_type and k.key = any (keys || exact)
			and k.document <> d.id
		group by k.document;
end $$;

-- The live ones of them that came before, or are delivered already: of two that nobody delivered
-- yet, the later one is the duplicate.
create function intray.papers_with(d intray.document, doc_type text, keys text[], exact text[])
returns table (document uuid, control_number text, arrived timestamptz, same boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select o.id, o.control_number, o.arrived, k.same
		from intray.papers_keyed(d, doc_type, keys, exact) k
		join intray.document o on o.id = k.document
		join intray.state s on s.name = o.state and s.live
			and ((o.arrived, o.id) < (d.arrived, d.id) or s.phase in ('erp', 'done'))
		order by 4 desc, o.arrived, o.id limit 120;
end $$;

-- What the ERP had booked, by the same keys. What went to it from here comes back with its
-- history and is no second paper.
create function intray.booked_with(d intray.document, keys text[], exact text[])
returns table (face jsonb, same boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select jsonb_strip_nulls(jsonb_build_object('number', intray.plain(b.number),
			'folds', intray.number_folds(b.number), 'amount', round(abs(b.total), 2)::text,
			'date', b.issued_on, 'name', s.name, 'tax', intray.plain(s.vat_id),
			'supplier', s.id::text, 'credit', b.total < 0, 'order', intray.plain(b.order_number),
			'called', b.number || coalesce(', booked as ' || b.erp_number, ''))), k.same
		from (select x.booked, coalesce(bool_or(x.key = any (exact)), false) as same from intray.booked_key x
			where x.client = d.client and x.key = any (keys || exact)
			group by x.booked order by 2 desc, 1 limit 120) k
		join intray.booked_invoice b on b.id = k.booked and b.active
		join intray.supplier s on s.id = b.supplier
		where not exists (select from intray.delivery v where v.document = d.id
			and v.state in ('acknowledged', 'posted'));
end $$;

create function intray.booked_keys(b intray.booked_invoice) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select intray.paper_keys(jsonb_build_object('header', jsonb_strip_nulls(jsonb_build_object(
		'number', b.number, 'issue_date', b.issued_on, 'total_with_vat', abs(b.total)::text,
		'seller/name', s.name, 'seller/vat_id', s.vat_id))))
		|| ('3 supplier ' || s.id || ' number ' || intray.plain(b.number))
	from intray.supplier s where s.id = b.supplier
$$;

create function intray.booked_keys_save() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from intray.booked_key k using fresh f where k.booked = f.id;
	insert into intray.booked_key (client, key, booked)
	select f.client, key, f.id
	from fresh f, unnest(intray.booked_keys(f::intray.booked_invoice)) as key
	where key is not null on conflict do nothing;
	return null;
end $$;
create trigger booked_keys_new after insert on intray.booked_invoice
	referencing new table as fresh for each statement execute function intray.booked_keys_save();
create trigger booked_keys_changed after update on intray.booked_invoice
	referencing new table as fresh for each statement execute function intray.booked_keys_save();

-- Why one of these is this very paper, or looks like it: 'same', or the words; null: it is not.
create function intray.twin_reason(mine jsonb, other jsonb, same boolean, seller real,
	others bigint) returns text
language plpgsql stable as $$
begin
	return case when not same then intray.near_reason(mine, other, seller, others)
		when not intray.begun_anew(mine, other) then 'same' end;
end $$;

-- The paper that a document repeats: exactly, or as far as one can tell. `supplier`: whose it is
-- by the master, if that is sure.
create function intray.twin_of(doc uuid, doc_type text, given jsonb, supplier bigint default null)
returns table (document uuid, called text, near boolean, how text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	mine constant jsonb := intray.paper_face(given)
		|| jsonb_strip_nulls(jsonb_build_object('supplier', twin_of.supplier::text));
	keys constant text[] := intray.near_keys(mine);
	exact constant text[] := intray.business_keys(given -> 'header')
		|| ('3 supplier ' || twin_of.supplier || ' number ' || (mine ->> 'number'));
begin
	select * into d from intray.document o where o.id = doc;
	return query
	with met as (
		select p.document as id, p.control_number as named, p.arrived, p.same,
			intray.paper_face(intray.document_head(p.document)) as face
		from intray.papers_with(d, doc_type, keys, exact) p
		union all
		select null, b.face ->> 'called', '-infinity', b.same, b.face
		from intray.booked_with(d, keys, exact) b),
	likely as (select m.*, intray.seller_likeness(mine, m.face) as seller from met m),
	-- Others that the seller wrote on the same day over the same amount.
	alike as (
		select l.*, count(*) filter (where l.seller >= 0.75
			and l.face ->> 'amount' = mine ->> 'amount'
			and l.face ->> 'date' = mine ->> 'date') over () as n
		from likely l)
	select a.id, a.named, r.why <> 'same', nullif(r.why, 'same')
	from alike a cross join lateral (select intray.twin_reason(mine, a.face, a.same, a.seller,
		greatest(a.n - 1, 0)) as why) r
	where r.why is not null order by a.same desc, a.arrived limit 1;
end $$;

-- --- claims ------------------------------------------------------------------------------------

-- Two patients of one insured person are told apart by their birthday, twins by their name.
create function intray.same_patient(a jsonb, b jsonb) returns boolean
language plpgsql stable as $$
begin
	return coalesce(intray.near_day(a ->> 'patient/birth_date', b ->> 'patient/birth_date'), true)
		and coalesce(intray.name_likeness(intray.match_words(a ->> 'patient/name'),
			intray.match_words(b ->> 'patient/name')) > 0.6, true);
end $$;

-- Lines that were billed before: {line, where}; near: all of a claim but its member's number,
-- which differs in one character.
create function intray.services_billed(doc uuid, doc_type text, given jsonb)
returns table (line integer, called text, near boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	mine constant jsonb := given -> 'header';
	member constant text := left(intray.plain(mine ->> 'insured/id'), 200);
	folds constant text[] := intray.number_folds(mine ->> 'insured/id');
begin
	if not (mine ? 'insured/id' and mine ? 'billing/npi') then
		return;
	end if;
	select * into d from intray.document o where o.id = doc;
	-- Each paper is looked at once, however many of its lines are met.
	return query
	with k as materialized (select s.line, s.key, intray.near_service(s.key) as near
		from intray.service_keys(given) s),
	-- A practice bills the same to hundreds on one day: most are told apart by the member alone.
	m as materialized (select f.document, f.same from intray.papers_keyed(d, doc_type,
			array(select k.near from k), array(select k.key from k)) f
		left join intray.field m on m.document = f.document and m.line = 0
			and m.path = 'insured/id'
		cross join lateral (select left(intray.plain(m.value), 200) as of_it) o
		where f.same or trgm.levenshtein_less_equal(o.of_it, member, 1) = 1
			or intray.last_fold(o.of_it) = intray.last_fold(member)
				and folds && intray.number_folds(m.value)),
	p as materialized (select o.id as document, o.control_number, o.arrived
		from m join intray.document o on o.id = m.document
		join intray.state s on s.name = o.state and s.live
			and ((o.arrived, o.id) < (d.arrived, d.id) or s.phase in ('erp', 'done')))
	select distinct on (k.line) k.line, p.control_number, i.key <> k.key
	from p join intray.document_key i on i.document = p.document
	join k on i.key in (k.key, k.near)
	where intray.same_patient(mine, intray.document_head(p.document) -> 'header')
	order by k.line, i.key = k.key desc, p.arrived;
	if not found then
		return query
		select k.line, coalesce('claim ' || b.claim, 'an earlier claim'), false
		from intray.service_keys(given) k
		join intray.booked_claim b on b.client = d.client and b.active
			and upper(intray.plain(mine ->> 'insured/id')) = b.member
			and b.billing_npi = mine ->> 'billing/npi'
			and k.key = concat_ws(' ', '3 service', lower(b.member), b.billing_npi, b.service_on,
				b.procedure, (select string_agg(m, ' ' order by m)
					from unnest(string_to_array(nullif(b.modifiers, ''), ' ')) m),
				trim_scale(b.charge)::text);
	end if;
end $$;
