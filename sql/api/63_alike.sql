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

-- --- numbers ---------------------------------------------------------------------------------

-- Letters and digits in runs, with a dash between.
create function intray.number_runs(n text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select btrim(regexp_replace(upper(normalize(left(n, 200), NFKC)), '[^[:alnum:]]+', '-', 'g'),
		'-')
$$;

-- All the ways in which a number may have been meant: what readers take for each other is one
-- (O/0, I/l/1, S/5, B/8, Z/2, G/6), and dashes, leading zeros and letters in front say nothing.
create function intray.number_folds(n text) returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	with runs as (select intray.number_runs(n) as r),
	whole as (select r from runs
		union select substring(r from '[0-9].*') from runs
			where length(regexp_replace(substring(r from '[0-9].*'), '\D', '', 'g')) >= 3),
	read as (select translate(r, 'OQDILSBZG', '000115826') as r from whole)
	select coalesce(array_agg(distinct f order by f), '{}') from (
		select regexp_replace(replace(r, '-', ''), '(^|[^0-9])0+(?=[0-9])', '\1', 'g') as f from read
		union select replace(regexp_replace(r, '(^|[^0-9])0+(?=[0-9])', '\1', 'g'), '-', '')
			from read) x where f <> ''
$$;

-- Digits and letters that look alike to whoever reads them.
create function intray.look_alike(a text, b text) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select least(a, b) || greatest(a, b) = any (
		'{06,08,09,14,17,27,35,38,39,49,56,58,68,89,CG,EF,UV,MN,PR,KX,HN,VY,4A,7T}')
$$;

-- Where two numbers of letters and digits differ in one character. at: its place from the end,
-- 0 the last; one of them may lack it (then here or there is null). No row: in more, or in none.
create function intray.one_off(a text, b text, out here text, out there text, out at integer)
returns setof record
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
	longer constant integer := greatest(length(a), length(b));
	front integer := 0;
	back integer := 0;
begin
	if a = b or abs(length(a) - length(b)) > 1 then
		return;
	end if;
	while front < least(length(a), length(b)) and substr(a, front + 1, 1) = substr(b, front + 1, 1)
	loop
		front := front + 1;
	end loop;
	while back < least(length(a), length(b)) - front
		and substr(a, length(a) - back, 1) = substr(b, length(b) - back, 1)
	loop
		back := back + 1;
	end loop;
	if front + back = longer - 1 then
		here := nullif(substr(a, front + 1, length(a) - front - back), '');
		there := nullif(substr(b, front + 1, length(b) - front - back), '');
		at := back;
		return next;
	end if;
end $$;

-- Whether one character of a number was misread, for papers that agree in all else. The next
-- number of the same series differs in its last digit too, so there only what looks alike
-- counts; and where a seller writes several alike on one day (`others`), only what lies
-- further apart than they would.
create function intray.number_misread(a text, b text, others bigint) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select coalesce(bool_or(case
		when o.here is null or o.there is null then others = 0
		when o.here ~ '\d' and o.there ~ '\d' then case
			when power(10, o.digits) * abs(o.here::integer - o.there::integer) <= 10 * others then false
			when o.digits = 0 then abs(o.here::integer - o.there::integer) > 1
				and intray.look_alike(o.here, o.there)
			else true end
		when o.at = 0 and o.here !~ '\d' and o.there !~ '\d' then false
		else true end), false)
	from (select x.*, length(substring(right(a, x.at) from '^\d*')) as digits
		from intray.one_off(a, b) x) o
$$;

-- --- what a paper is compared by -------------------------------------------------------------

create function intray.plain(value text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select nullif(regexp_replace(lower(normalize(value, NFKC)), '[^[:alnum:]]', '', 'g'), '')
$$;

create function intray.number_of(value text) returns numeric
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select case when value ~ '^-?\d{1,18}(\.\d{1,12})?$' then trim_scale(value::numeric) end
$$;

-- The face of a paper: number, amount, day and seller, by whatever names its type has for them.
create function intray.paper_face(given jsonb) returns jsonb
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object(
		'number', intray.plain(h ->> 'number'),
		'folds', intray.number_folds(h ->> 'number'),
		'or', (select jsonb_agg(intray.plain(a)) from jsonb_array_elements_text(
			given -> 'more' -> 'number') a),
		'amount', coalesce(intray.number_of(h ->> 'total_with_vat'),
			intray.number_of(h ->> 'total'), intray.number_of(h ->> 'amount_due')),
		'date', coalesce(h ->> 'issue_date', h ->> 'date'),
		'time', h ->> 'time',
		'slip', case when h ? 'merchant/name' then true end,
		'name', coalesce(h ->> 'seller/name', h ->> 'merchant/name'),
		'tax', intray.plain(coalesce(h ->> 'seller/vat_id', h ->> 'merchant/tax_id',
			h ->> 'seller/tax_number')),
		'iban', intray.plain(h ->> 'seller/iban'),
		'credit', (h ->> 'type_code') in ('381', '261', '396', '81', '83', '308', '532'),
		'order', intray.plain(h ->> 'order_reference'),
		'period', coalesce(h ->> 'period_start', h ->> 'delivery_date'),
		'due', h ->> 'due_date',
		'rest', (select string_agg(intray.plain(v.value), ' ') from jsonb_each_text(h) v
			where v.key <> 'number')))
	from (select coalesce(given -> 'header', '{}') as h) x
$$;

-- What makes it the same paper as another: seller and number; merchant, date, total, number.
-- Names and numbers as letters and digits alone, so that a space, a dash or a full-width
-- letter makes no new paper.
create function intray.business_keys(f jsonb) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
	with plain as (
		select key, regexp_replace(lower(normalize(value, NFKC)), case when key in ('date', 'total')
			then '[^[:alnum:].-]' else '[^[:alnum:]]' end, '', 'g') as value
		from jsonb_each_text(f)
	), v as (select jsonb_object_agg(key, value) as j from plain where value <> '')
	select array_remove(array[
		'3 vat ' || (j ->> 'seller/vat_id') || ' number ' || (j ->> 'number'),
		'3 seller ' || (j ->> 'seller/name') || ' number ' || (j ->> 'number'),
		'3 merchant ' || (j ->> 'merchant/name') || ' date ' || (j ->> 'date') ||
			' total ' || (j ->> 'total') || ' number ' || coalesce(j ->> 'number', '')], null)
	from v
$$;

-- A claim's services: member, billing provider, day, procedure, modifiers, charge. What says that
-- it replaces or voids an earlier claim (7, 8) is no second bill.
create function intray.service_keys(given jsonb) returns table (line integer, key text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select (s ->> '#')::integer, concat_ws(' ', '3 service', intray.plain(h ->> 'insured/id'),
		h ->> 'billing/npi', s ->> 'from_date', s ->> 'procedure',
		(select string_agg(m, ' ' order by m) from unnest(array[s ->> 'modifier1',
			s ->> 'modifier2', s ->> 'modifier3', s ->> 'modifier4']) m),
		intray.number_of(s ->> 'charge')::text)
	from (select given -> 'header' as h) x, jsonb_array_elements(coalesce(given -> 'lines', '[]')) s
	where h ->> 'insured/id' is not null and h ->> 'billing/npi' is not null
		and s ->> 'from_date' is not null and s ->> 'procedure' is not null
		and intray.number_of(s ->> 'charge') is not null
		and coalesce(btrim(h ->> 'resubmission_code'), '') not in ('7', '8')
$$;

-- By what a near miss is found: two of number, amount and day must be the same. A claim by all
-- but its member.
create function intray.near_keys(given jsonb) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
	with f as (select intray.paper_face(given) as j)
	select array(
		select '3 near n ' || n || ' a ' || (j ->> 'amount')
			from f, jsonb_array_elements_text(j -> 'folds') n
		union all select '3 near n ' || n || ' d ' || (j ->> 'date')
			from f, jsonb_array_elements_text(j -> 'folds') n
		union all select '3 near a ' || (j ->> 'amount') || ' d ' || (j ->> 'date') from f
		union all select regexp_replace(key, '^3 service \S+', '3 near service')
			from intray.service_keys(given))
$$;

create function intray.paper_keys(given jsonb) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
	-- A key must fit into an index, however long a number a paper shows.
	select coalesce(array_agg(distinct case when length(key) > 600
		then '3 ' || encode(sha256(convert_to(key, 'UTF8')), 'hex') else key end), '{}')
	from unnest(intray.business_keys(given -> 'header') || intray.near_keys(given)
		|| array(select key from intray.service_keys(given))) as key where key is not null
$$;

-- What is stored of a document, in the shape in which the business is asked: the header, each
-- table's lines with their numbers as "#", and what else was read for the number.
create function intray.document_given(doc uuid) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with f as (select * from intray.field where document = doc and value is not null)
	select jsonb_build_object(
			'header', coalesce((select jsonb_object_agg(path, value) from f where line = 0), '{}'),
			'more', jsonb_build_object('number', coalesce((select alternatives from f
				where line = 0 and path = 'number'
					and jsonb_typeof(alternatives) = 'array'), '[]')))
		|| coalesce((select jsonb_object_agg(in_table, j) from (
			select in_table, jsonb_agg(j order by line) as j from (
				select split_part(path, '/', 1) as in_table, line, jsonb_build_object('#', line)
					|| jsonb_object_agg(substr(path, strpos(path, '/') + 1), value) as j
				from f where line > 0 group by 1, 2) l group by in_table) t), '{}')
$$;

create function intray.keys_save(d intray.document) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	delete from intray.document_key where document = d.id;
	insert into intray.document_key (client, type, key, document)
	select d.client, d.type, k, d.id from unnest(intray.paper_keys(intray.document_given(d.id))) as k
	where d.type is not null
$$;

-- --- comparing two papers ---------------------------------------------------------------------

-- 1 the same seller, 0 another, between: a guess by the names; null: one of them shows none.
create function intray.seller_likeness(a jsonb, b jsonb) returns real
language sql stable set search_path = pg_catalog, pg_temp as $$
	select case
		when a ->> 'supplier' = b ->> 'supplier' or a ->> 'tax' = b ->> 'tax'
			or a ->> 'iban' = b ->> 'iban' then 1
		when exists (select from intray.one_off(a ->> 'tax', b ->> 'tax')) then 0.9
		when a ? 'name' and b ? 'name' then intray.name_likeness(intray.match_name(a ->> 'name'),
			intray.match_name(b ->> 'name'))
		end::real
$$;

create function intray.near_day(a text, b text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select a = b or exists (select from intray.one_off(a, b))
		or a = substr(b, 1, 5) || substr(b, 9, 2) || substr(b, 5, 1) || substr(b, 6, 2)
$$;

-- Why a paper looks like another, in words; null: it does not. `others`: how many further papers
-- of this seller show the same amount and day.
create function intray.near_reason(a jsonb, b jsonb, others bigint) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
	seller constant real := intray.seller_likeness(a, b);
	same_amount constant boolean := coalesce(a ->> 'amount' = b ->> 'amount', false);
	same_day constant boolean := coalesce(a ->> 'date' = b ->> 'date', false);
	n text := a ->> 'number';
	m text := b ->> 'number';
begin
	if coalesce(a -> 'credit' <> b -> 'credit', false) or coalesce(seller, 0.5) < 0.5
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
	if a -> 'or' ? m or b -> 'or' ? n or length(m) >= 4 and strpos(a ->> 'rest', m) > 0
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

-- --- looking for them --------------------------------------------------------------------------

-- Live papers of the same client that came before, or are delivered already, with one of these
-- keys.
create function intray.papers_with(d intray.document, doc_type text, keys text[])
returns table (document uuid, control_number text, key text, arrived timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select o.id, o.control_number, k.key, o.arrived
	from intray.document_key k
	join intray.document o on o.id = k.document
	join intray.state s on s.name = o.state and s.live
	where k.client = d.client and k.type = doc_type and k.key = any (keys)
		and k.document <> d.id
		-- Of two that nobody delivered yet, the later one is the duplicate.
		and ((o.arrived, o.id) < (d.arrived, d.id) or s.phase in ('erp', 'done'))
	order by o.arrived, o.id limit 300
$$;

-- What the ERP had booked, by the same keys. What went to it from here comes back with its
-- history and is no second paper.
create function intray.booked_with(d intray.document, keys text[])
returns table (booked bigint, face jsonb, key text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select b.id, jsonb_strip_nulls(jsonb_build_object('number', intray.plain(b.number),
			'folds', intray.number_folds(b.number), 'amount', abs(b.total),
			'date', b.issued_on, 'name', s.name, 'tax', intray.plain(s.vat_id),
			'supplier', s.id::text, 'credit', b.total < 0, 'order', intray.plain(b.order_number),
			'called', format('%s%s', b.number, coalesce(', booked as ' || b.erp_number, '')))),
		k.key
	from intray.booked_key k
	join intray.booked_invoice b on b.id = k.booked and b.active
	join intray.supplier s on s.id = b.supplier
	where k.client = d.client and k.key = any (keys)
		and not exists (select from intray.delivery v where v.document = d.id
			and v.state in ('acknowledged', 'posted'))
	order by b.id limit 300
$$;

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

-- The paper that a document repeats: exactly, or as far as one can tell. `supplier`: whose it is
-- by the master, if that is sure.
create function intray.twin_of(doc uuid, doc_type text, given jsonb, supplier bigint default null)
returns table (document uuid, called text, near boolean, how text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	d intray.document;
	mine constant text[] := intray.paper_keys(given);
	exact text[] := array(select k from unnest(mine) k where k ~ '^3 (vat|seller|merchant) ');
	face jsonb := intray.paper_face(given) || jsonb_strip_nulls(jsonb_build_object('supplier',
		twin_of.supplier::text));
begin
	select * into d from intray.document where id = doc;
	exact := exact || ('3 supplier ' || twin_of.supplier || ' number ' || (face ->> 'number'));
	return query
	select p.document, p.control_number, false, null::text
		from intray.papers_with(d, doc_type, exact) p limit 1;
	if found then
		return;
	end if;
	return query select null::uuid, b.face ->> 'called', false, null::text
		from intray.booked_with(d, exact) b
		where coalesce(b.face -> 'credit', 'false') = coalesce(face -> 'credit', 'false') limit 1;
	if found then
		return;
	end if;
	return query
	with met as (
		select distinct on (p.document) p.document, p.control_number as called,
			intray.paper_face(intray.document_given(p.document)) as face, p.arrived
		from intray.papers_with(d, doc_type, array(select k from unnest(mine) k
			where k like '3 near %')) p
		union all
		select distinct on (b.booked) null, b.face ->> 'called', b.face, '-infinity'
		from intray.booked_with(d, array(select k from unnest(mine) k where k like '3 near %')) b),
	alike as (
		select m.*, (select count(*) from met o where o.face ->> 'amount' = face ->> 'amount'
			and o.face ->> 'date' = face ->> 'date' and o.called <> m.called
			and intray.seller_likeness(face, o.face) >= 0.5) as others
		from met m)
	select a.document, a.called, true, r.why
	from alike a cross join lateral (select intray.near_reason(face, a.face, a.others) as why) r
	where r.why is not null order by a.arrived limit 1;
end $$;

-- --- claims ------------------------------------------------------------------------------------

-- Two patients of one insured person are told apart by their birthday, twins by their name.
create function intray.same_patient(a jsonb, b jsonb) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
	select coalesce(intray.near_day(a ->> 'patient/birth_date', b ->> 'patient/birth_date'), true)
		and coalesce(intray.name_likeness(intray.match_words(a ->> 'patient/name'),
			intray.match_words(b ->> 'patient/name')) > 0.6, true)
$$;

-- Lines that were billed before: {line, where}; near: all of a claim but its member's number,
-- which differs in one character.
create function intray.services_billed(doc uuid, doc_type text, given jsonb)
returns table (line integer, called text, near boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	d intray.document;
	h constant jsonb := given -> 'header';
	keys constant text[] := array(select k.key from intray.service_keys(given) k);
begin
	select * into d from intray.document where id = doc;
	return query
	select distinct on (k.line) k.line, p.control_number, p.key <> k.key
	from intray.service_keys(given) k
	cross join lateral (select regexp_replace(k.key, '^3 service \S+', '3 near service') as near) n
	join intray.papers_with(d, doc_type, keys || array(select regexp_replace(x,
		'^3 service \S+', '3 near service') from unnest(keys) x)) p on p.key in (k.key, n.near)
	cross join lateral (select intray.document_given(p.document) -> 'header' as h) o
	where intray.same_patient(h, o.h) and (p.key = k.key or exists (
		select from intray.one_off(intray.plain(h ->> 'insured/id'), intray.plain(o.h ->> 'insured/id')))
		or intray.number_folds(h ->> 'insured/id') && intray.number_folds(o.h ->> 'insured/id'))
	order by k.line, p.key <> k.key, p.arrived;
	if not found then
		return query
		select k.line, coalesce('claim ' || b.claim, 'an earlier claim'), false
		from intray.service_keys(given) k
		join intray.booked_claim b on b.client = d.client and b.active
			and upper(intray.plain(h ->> 'insured/id')) = b.member
			and b.billing_npi = h ->> 'billing/npi'
			and k.key = concat_ws(' ', '3 service', lower(b.member), b.billing_npi, b.service_on,
				b.procedure, (select string_agg(m, ' ' order by m)
					from unnest(string_to_array(nullif(b.modifiers, ''), ' ')) m),
				trim_scale(b.charge)::text);
	end if;
end $$;
