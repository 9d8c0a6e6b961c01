-- The second key: what the client's profile names is keyed again by somebody who has seen
-- neither the first values nor what was read. Both are compared as values, rows of tables are
-- first brought side by side; where they differ, a third person decides. Every step is one
-- transaction that starts with the document's lock, so a crash between two of them leaves a
-- task that is open or a job that waits, never a document without either.

-- --- comparing ---------------------------------------------------------------------------

-- What of a canonical value counts when two of them are compared.
create function intray.comparable(kind text, value text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
	if coalesce(btrim(value), '') = '' then
		return '';
	elsif kind in ('amount', 'quantity', 'percent') and value ~ '^-?[0-9]+(\.[0-9]+)?$' then
		return trim_scale(value::numeric)::text;
	elsif kind in ('text', 'party', 'address') then
		return coalesce(nullif(regexp_replace(lower(value), '[^[:alnum:]]', '', 'g'), ''),
			value);
	end if;
	return upper(regexp_replace(value, '\s', '', 'g'));
end $$;

-- How far row i of one table (k cells a row, counted from 0) is from row j of another.
create function intray.row_distance(a text[], i integer, b text[], j integer, k integer,
	weight integer) returns integer
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
	differing integer := 0;
begin
	for c in 1 .. k loop
		if a[i * k + c] <> b[j * k + c] then
			differing := differing + weight;
		end if;
	end loop;
	return differing + (differing > 0)::integer;
end $$;

-- The rows of two tables side by side, so that as little as possible differs: a row that one
-- has not counts one, like a cell that is not the same; of ways that come to the same, the one
-- with fewer rows that are alike in part. Rows are arrays of comparable texts.
-- What is the same at both ends is set aside first, so long tables cost little.
create function intray.rows_align(a jsonb, b jsonb)
returns table (first integer, second integer)
language plpgsql immutable rows 20 set search_path = pg_catalog, pg_temp as $$
declare
	n constant integer := jsonb_array_length(a);
	m constant integer := jsonb_array_length(b);
	k constant integer := coalesce(jsonb_array_length(coalesce(a -> 0, b -> 0)), 0);
	ta constant text[] := array(select c.v from jsonb_array_elements(a) with ordinality r (row, i),
		jsonb_array_elements_text(r.row) with ordinality c (v, j) order by r.i, c.j);
	tb constant text[] := array(select c.v from jsonb_array_elements(b) with ordinality r (row, i),
		jsonb_array_elements_text(r.row) with ordinality c (v, j) order by r.i, c.j);
	head integer := 0;
	tail integer := 0;
	nn integer;
	mm integer;
	i integer;
	j integer;
	-- what a missing row counts; a cell counts as much, a row with such cells one more
	missing constant integer := 1000;
	-- rest[i * (mm + 1) + j + 1]: the least that differs from row i of a and row j of b on
	rest integer[];
begin
	while head < least(n, m) and ta[head * k + 1 : head * k + k] = tb[head * k + 1 : head * k + k]
	loop
		head := head + 1;
	end loop;
	while tail < least(n, m) - head and ta[(n - tail - 1) * k + 1 : (n - tail) * k]
		= tb[(m - tail - 1) * k + 1 : (m - tail) * k]
	loop
		tail := tail + 1;
	end loop;
	nn := n - head - tail;
	mm := m - head - tail;
	rest := array_fill(0, array[(nn + 1) * (mm + 1)]);
	for i in reverse nn .. 0 loop
		for j in reverse mm .. 0 loop
			if i = nn or j = mm then
				rest[i * (mm + 1) + j + 1] := missing * (nn - i + mm - j);
				continue;
			end if;
			rest[i * (mm + 1) + j + 1] := least(
				intray.row_distance(ta, head + i, tb, head + j, k, missing)
					+ rest[(i + 1) * (mm + 1) + j + 2],
				missing + rest[(i + 1) * (mm + 1) + j + 1],
				missing + rest[i * (mm + 1) + j + 2]);
		end loop;
	end loop;
	for at in 1 .. head loop
		first := at;
		second := at;
		return next;
	end loop;
	i := 0;
	j := 0;
	while i < nn or j < mm loop
		if i < nn and j < mm and rest[i * (mm + 1) + j + 1]
			= intray.row_distance(ta, head + i, tb, head + j, k, missing)
				+ rest[(i + 1) * (mm + 1) + j + 2]
		then
			first := head + i + 1;
			second := head + j + 1;
			i := i + 1;
			j := j + 1;
		elsif i < nn and rest[i * (mm + 1) + j + 1]
			= missing + rest[(i + 1) * (mm + 1) + j + 1]
		then
			first := head + i + 1;
			second := null;
			i := i + 1;
		else
			first := null;
			second := head + j + 1;
			j := j + 1;
		end if;
		return next;
	end loop;
	for at in 1 .. tail loop
		first := n - tail + at;
		second := m - tail + at;
		return next;
	end loop;
end $$;

-- The columns of a table among these fields, as an instance names them.
create function intray.columns_among(d intray.document, of_table text, fields text[])
returns table (path text, key text, kind text, n bigint)
language sql stable rows 5 security definer set search_path = pg_catalog, pg_temp as $$
	select f.path, intray.below_table(f), f.kind, row_number() over (order by f.position)
	from intray.doctype_field f where f.type = d.type and f.version = d.type_version
		and f.in_table = of_table and f.path = any (fields)
$$;

-- The rows that have anything in these columns: where they stand, their values, and what of
-- these counts. Of the document, or of what somebody keyed.
create function intray.rows_among(d intray.document, of_table text, fields text[], keyed jsonb)
returns table (line integer, shown jsonb, counts jsonb)
language sql stable rows 20 security definer set search_path = pg_catalog, pg_temp as $$
	with cells as (
		select f.line, c.key, c.kind, c.n, f.value
		from intray.columns_among(d, of_table, fields) c
		join intray.field f on f.document = d.id and f.path = c.path and f.line > 0
		where keyed is null
		union all
		select r.i::integer, c.key, c.kind, c.n, r.row ->> c.key
		from jsonb_array_elements(case jsonb_typeof(keyed -> of_table) when 'array'
			then keyed -> of_table else '[]' end) with ordinality r (row, i)
		cross join intray.columns_among(d, of_table, fields) c
	), rows as (
		select c.line from cells c where coalesce(c.value, '') <> '' group by c.line
	)
	select r.line,
		(select jsonb_object_agg(c.key, c.value) from cells c where c.line = r.line
			and coalesce(c.value, '') <> ''),
		(select jsonb_agg(intray.comparable(t.kind, c.value) order by t.n)
			from intray.columns_among(d, of_table, fields) t
			left join cells c on c.line = r.line and c.key = t.key)
	from rows r order by r.line
$$;

create function intray.header_differences(d intray.document, fields text[], keyed jsonb)
returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('path', t.path, 'line', 0, 'first', f.value,
		'second', nullif(header_differences.keyed ->> t.path, ''))
	from intray.doctype_field t
	left join intray.field f on f.document = d.id and f.line = 0 and f.path = t.path
	where t.type = d.type and t.version = d.type_version and t.in_table is null
		and t.path = any (fields)
		and intray.comparable(t.kind, f.value) <> intray.comparable(t.kind,
			header_differences.keyed ->> t.path)
	order by t.position
$$;

-- Cells that differ, and rows that only one of the two has; of the latter, `after` is the line
-- of the document behind which the second has it.
create function intray.table_differences(d intray.document, of_table text, fields text[],
	keyed jsonb) returns setof jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with a as (select row_number() over (order by line) as i, r.*
			from intray.rows_among(d, of_table, fields, null) r),
	b as (select row_number() over (order by line) as i, r.*
			from intray.rows_among(d, of_table, fields, keyed) r),
	pairs as (
		select row_number() over () as n, p.first, p.second from intray.rows_align(
			coalesce((select jsonb_agg(a.counts order by a.i) from a), '[]'),
			coalesce((select jsonb_agg(b.counts order by b.i) from b), '[]')) p
	), found as (
		select p.n, c.n as column_n, jsonb_build_object('path', c.path, 'line', a.line,
			'second_line', b.line, 'first', a.shown ->> c.key, 'second', b.shown ->> c.key)
			as what
		from pairs p join a on a.i = p.first join b on b.i = p.second
		cross join intray.columns_among(d, of_table, fields) c
		where a.counts -> (c.n - 1)::integer <> b.counts -> (c.n - 1)::integer
		union all
		select p.n, 0, jsonb_build_object('path', of_table, 'row', true, 'line',
			coalesce(a.line, 0), 'second_line', coalesce(b.line, 0), 'first', a.shown,
			'second', b.shown, 'after', coalesce((select max(o.line) from pairs q
				join a o on o.i = q.first where q.n < p.n), 0))
		from pairs p left join a on a.i = p.first left join b on b.i = p.second
		where a.i is null or b.i is null
	)
	select what from found order by n, column_n
$$;

-- What is not the same in the document and in what somebody keyed of these fields, numbered.
create function intray.key_differences(d intray.document, fields text[], keyed jsonb)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with tables as (
		select t.in_table, min(t.position) as position from intray.doctype_field t
		where t.type = d.type and t.version = d.type_version and t.in_table is not null
			and t.path = any (fields) group by t.in_table
	), found as (
		select 0 as position, h.n, h.what from intray.header_differences(d, fields, keyed)
			with ordinality h (what, n)
		union all
		select 1 + t.position, x.n, x.what from tables t,
			intray.table_differences(d, t.in_table, fields, keyed)
			with ordinality x (what, n)
	), numbered as (
		select row_number() over (order by position, n) as id, what from found
	)
	select coalesce(jsonb_agg(what || jsonb_build_object('id', id) order by id), '[]')
	from numbered
$$;

-- --- whose work a value is ---------------------------------------------------------------

-- Who last said what this value is; null: nobody, it was read.
create function intray.keyed_by(doc uuid, of_path text, of_line integer) returns integer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select k.account from intray.keying k
	where k.document = doc and k.pass <> 2
		and coalesce((select f.source = 'person' from intray.field f where f.document = doc
			and f.line = of_line and f.path = of_path), true)
	order by (k.values ? of_path or k.values ? split_part(of_path, '/', 1)) desc, k.id desc
	limit 1
$$;

-- How many values each has answered for among these fields.
create function intray.looked_over_save(d intray.document, fields text[], how text)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.looked_over (client, document, account, found_in, fields)
	select d.client, d.id, x.who, how, count(*)
	from (select intray.keyed_by(d.id, f.path, f.line) as who from intray.field f
		where f.document = d.id and f.path = any (fields) and f.value is not null) x
	group by x.who
$$;

create function intray.mistake_save(d intray.document, whose integer, how text, check_id bigint,
	what jsonb, was text, should text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.mistake (client, document, account, found_in, quality, path, line, was,
		should, critical, finder)
	select d.client, d.id, whose, how, check_id, what ->> 'path',
		coalesce((what ->> 'line')::integer, 0), was, should,
		exists (select from jsonb_array_elements_text(coalesce(intray.profile_rules(d.client,
				d.type) -> 'critical', '[]')) c
			where c = what ->> 'path' or (what ->> 'row')::boolean
				and c like (what ->> 'path') || '/%'),
		intray.my_account()
$$;

-- --- a round -----------------------------------------------------------------------------

create function intray.second_fields(d intray.document) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select f.path from intray.doctype_field f where f.type = d.type
		and f.version = d.type_version and coalesce(intray.profile_rules(d.client, d.type)
			-> 'second', '[]') ? f.path order by f.position);
end $$;

-- {"total": "1.00", "lines": [{"amount": "1.00"}]}: only these fields of a document.
create function intray.values_among(d intray.document, fields text[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((select jsonb_object_agg(f.path, f.value) from intray.field f
			where f.document = d.id and f.line = 0 and f.path = any (fields)), '{}')
		|| coalesce((select jsonb_object_agg(t.in_table, coalesce((select
				jsonb_agg(r.shown order by r.line)
				from intray.rows_among(d, t.in_table, fields, null) r), '[]'))
			from (select distinct x.in_table from intray.doctype_field x
				where x.type = d.type and x.version = d.type_version
					and x.in_table is not null and x.path = any (fields)) t), '{}')
$$;

-- Whether a document that passed its check must be keyed again: somebody keyed it, the profile
-- names fields, and these are not what two people have agreed on already.
create function intray.second_key_wanted(d intray.document) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	fields constant text[] := intray.second_fields(d);
	last intray.second_key;
begin
	if fields = '{}' or not exists (select from intray.keying k where k.document = d.id
		and k.pass = 1)
	then
		return false;
	end if;
	select * into last from intray.second_key s where s.document = d.id
		order by s.id desc limit 1;
	return last.agreed is null or not (fields <@ last.fields)
		or intray.key_differences(d, fields, last.agreed) <> '[]';
end $$;

create function intray.second_key_open(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into intray.second_key (client, document, fields)
	values (d.client, d.id, intray.second_fields(d));
	update intray.document set state = 'second-key', cause = 'critical-fields', reason = null
		where id = d.id;
	perform intray.task_open(d, 'second-key', 'second-key');
end $$;

-- The round that is going on.
create function intray.second_key_of(doc uuid) returns intray.second_key
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select s from intray.second_key s where s.document = doc and s.ended is null
	order by s.id desc limit 1
$$;

-- What anybody must not be who takes a task that is not the first key: he has had his fingers
-- in this document. A second key also not to who has set it aside before, for he has seen it,
-- nor to who may not see what is to be keyed.
create function intray.fit_for(t intray.task, who integer) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return t.queue = 'exception'
		or not exists (select from intray.keying k where k.document = t.document
			and k.account = who)
		and (t.queue <> 'second-key'
			or not exists (select from intray.task o where o.document = t.document
				and o.queue = 'exception' and (exists (select from intray.skipped s
					where s.task = o.id and s.account = who)
				or exists (select from intray.draft r where r.task = o.id
					and r.account = who))))
		and (t.queue = 'quality'
			or not exists (select from intray.document d
				join intray.doctype_field f on f.type = d.type and f.version = d.type_version
				where d.id = t.document and f.restricted
					and f.path = any ((intray.second_key_of(d.id)).fields))
			or exists (select from intray.access a where a.account = who
				and a.client = t.client and a.restricted));
end $$;

-- The fields that are not the second key's business.
create function intray.second_check(d intray.document, fields text[], keyed jsonb)
returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	strange text;
begin
	perform intray.keyed_check(d, keyed);
	select p into strange from (
		select k.key as p from jsonb_each(keyed) k where jsonb_typeof(k.value) <> 'array'
		union all
		select k.key || '/' || c.key from jsonb_each(keyed) k
			cross join lateral jsonb_array_elements(case jsonb_typeof(k.value)
				when 'array' then k.value else '[]' end) r
			cross join lateral jsonb_each(r.value) c) given
		where not p = any (fields) limit 1;
	if strange is not null then
		raise exception '"%" is not keyed twice', strange;
	end if;
end $$;

-- What the second has keyed, called by desk.submit. What is not given was not on the paper.
create function intray.second_submit(t intray.task, keyed jsonb, marks jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	round intray.second_key := intray.second_key_of(t.document);
	typed bigint;
	found jsonb;
begin
	select * into strict d from intray.document where id = t.document;
	perform intray.second_check(d, round.fields, keyed);
	found := intray.key_differences(d, round.fields, keyed);
	insert into intray.keying (client, document, task, account, pass, values, before, marks)
	values (t.client, t.document, t.id, intray.my_account(), 2, keyed, '{}', marks)
	returning id into typed;
	update intray.second_key s set second = typed, differences = found where s.id = round.id;
	perform intray.task_finish(t.id);
	if found = '[]' then
		perform intray.looked_over_save(d, round.fields, 'second-key');
		perform intray.second_key_end(d, round.id, '{}');
		update intray.document set state = 'match', cause = 'keys-agree' where id = d.id;
		perform intray.job_insert(d.id, 'check', 0, 0);
	else
		update intray.document set state = 'arbitrate', cause = 'keys-differ',
			reason = null where id = d.id;
		perform intray.task_open(d, 'arbitration', 'keys-differ');
	end if;
end $$;

-- What two, or a third, have settled; and how much each has answered for.
create function intray.second_key_end(d intray.document, round_id bigint, decided jsonb)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	round intray.second_key;
begin
	update intray.second_key s set ended = now(), decisions = decided,
		agreed = intray.values_among(d, s.fields)
		where s.id = round_id returning * into round;
	insert into intray.looked_over (client, document, account, found_in, fields)
	select d.client, d.id, k.account, 'second-key', (
		select count(*) from jsonb_each(k.values) v where jsonb_typeof(v.value) <> 'array'
			and coalesce(v.value #>> '{}', '') <> '')
		+ (select count(*) from jsonb_each(k.values) v
			cross join lateral jsonb_array_elements(case jsonb_typeof(v.value)
				when 'array' then v.value else '[]' end) r
			cross join lateral jsonb_each_text(r.value) c where coalesce(c.value, '') <> '')
	from intray.keying k where k.id = round.second;
end $$;

-- --- arbitration -------------------------------------------------------------------------

-- {"1": {"take": "first"}, "2": {"take": "second"}, "3": {"take": "other", "value": "9.90"}}:
-- the difference with what is to stand there. A row is taken from the first or the second.
create function intray.decisions_check(differences jsonb, decisions jsonb) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
	x jsonb;
begin
	for x in select v from jsonb_array_elements(differences) v loop
		if coalesce(decisions -> (x ->> 'id') ->> 'take', '') not in ('first', 'second', 'other')
			or decisions -> (x ->> 'id') ->> 'take' = 'other'
				and (x ? 'row' or not decisions -> (x ->> 'id') ? 'value')
		then
			raise exception 'difference % is not decided', x ->> 'id';
		end if;
	end loop;
end $$;

create function intray.decided_value(x jsonb, decision jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select case decision ->> 'take' when 'other' then decision ->> 'value'
		else x ->> (decision ->> 'take') end
$$;

-- A table with cells changed, rows left out or put in, as a whole; null: it stays as it is.
create function intray.table_decided(d intray.document, of_table text, differences jsonb,
	decisions jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with x as (
		select v as what, decisions -> (v ->> 'id') as said, (v ->> 'id')::integer as id
		from jsonb_array_elements(differences) v
		where split_part(v ->> 'path', '/', 1) = of_table and (v ? 'row' or (v ->> 'line')::integer > 0)
			and decisions -> (v ->> 'id') ->> 'take' <> 'first'
	), rows as (
		select f.line::numeric as at, jsonb_object_agg(
			substr(f.path, length(of_table) + 2), f.value) as j
		from intray.field f where f.document = d.id and f.line > 0
			and split_part(f.path, '/', 1) = of_table and f.value is not null
		group by f.line
	), kept as (
		select r.at, r.j || coalesce((select jsonb_object_agg(
				substr(x.what ->> 'path', length(of_table) + 2),
				coalesce(intray.decided_value(x.what, x.said), ''))
			from x where not x.what ? 'row' and (x.what ->> 'line')::integer = r.at), '{}') as j
		from rows r
		where not exists (select from x where x.what ? 'row'
			and jsonb_typeof(x.what -> 'second') = 'null'
			and (x.what ->> 'line')::integer = r.at)
		union all
		select (x.what ->> 'after')::numeric + x.id / 100000.0, x.what -> 'second' from x
		where x.what ? 'row' and jsonb_typeof(x.what -> 'second') = 'object'
	)
	select case when exists (select from x) then
		coalesce((select jsonb_agg(k.j order by k.at) from kept k), '[]') end
$$;

-- All that is to be keyed so that the document becomes what was decided.
create function intray.decided_values(d intray.document, differences jsonb, decisions jsonb)
returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((select jsonb_object_agg(v ->> 'path', coalesce(intray.decided_value(v,
				decisions -> (v ->> 'id')), ''))
			from jsonb_array_elements(differences) v
			where not v ? 'row' and (v ->> 'line')::integer = 0
				and decisions -> (v ->> 'id') ->> 'take' <> 'first'), '{}')
		|| coalesce((select jsonb_object_agg(t.name, t.rows) from (
			select n.name, intray.table_decided(d, n.name, differences, decisions) as rows
			from (select distinct split_part(v ->> 'path', '/', 1) as name
				from jsonb_array_elements(differences) v
				where v ? 'row' or (v ->> 'line')::integer > 0) n) t
			where t.rows is not null), '{}')
$$;

-- Whoever has not what was decided was wrong; with a third value both were.
create function intray.second_key_mistakes(d intray.document, differences jsonb,
	decisions jsonb, second_keyer integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	x jsonb;
	took text;
	should text;
begin
	for x in select v from jsonb_array_elements(differences) v loop
		took := decisions -> (x ->> 'id') ->> 'take';
		should := intray.decided_value(x, decisions -> (x ->> 'id'));
		if took <> 'first' then
			perform intray.mistake_save(d, intray.keyed_by(d.id, x ->> 'path',
				(x ->> 'line')::integer), 'second-key', null, x, x ->> 'first', should);
		end if;
		if took <> 'second' then
			perform intray.mistake_save(d, second_keyer, 'second-key', null, x,
				x ->> 'second', should);
		end if;
	end loop;
end $$;

-- The third person's word. 'decided': a worker checks it next. 'late': the task was not his any
-- more.
create function desk.arbitrate(task bigint, fence bigint, decisions jsonb) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	d intray.document;
	round intray.second_key;
	was jsonb;
	keyed jsonb;
begin
	select * into t from intray.task_hold(task, coalesce(fence, 0));
	if not found then
		select * into strict t from intray.task k where k.id = arbitrate.task;
		perform intray.draft_save(t.id, intray.my_account(), t.client, decisions, true);
		return 'late';
	end if;
	if t.queue <> 'arbitration' then
		raise exception 'task % is not an arbitration', t.id;
	end if;
	select * into strict d from intray.document where id = t.document;
	round := intray.second_key_of(d.id);
	perform intray.decisions_check(round.differences, decisions);
	keyed := intray.decided_values(d, round.differences, decisions);
	perform intray.keyed_check(d, keyed);
	perform intray.looked_over_save(d, round.fields, 'second-key');
	perform intray.second_key_mistakes(d, round.differences, decisions,
		(select k.account from intray.keying k where k.id = round.second));
	was := intray.document_values(d.id, false);
	perform intray.keyed_apply(d, keyed);
	perform intray.second_key_end(d, round.id, decisions);
	perform intray.learn(d, intray.said_of(d.id, keyed));
	insert into intray.keying (client, document, task, account, pass, values, before)
	values (t.client, t.document, t.id, intray.my_account(), 3, keyed, was);
	update intray.document set state = 'keyed', cause = 'arbitrated' where id = d.id;
	perform intray.task_finish(t.id);
	perform intray.job_insert(d.id, 'check', 0, 0);
	return 'decided';
end $$;

-- What the page shows the third person: both values, and where the first stands on the paper.
create function intray.differences_json(d intray.document) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(v.j || jsonb_build_object(
		'title', coalesce(t.title, v.j ->> 'path'), 'kind', t.kind,
		'page', coalesce(f.page, 0),
		'box', jsonb_build_array(coalesce(f.x, 0), coalesce(f.y, 0), coalesce(f.w, 0),
			coalesce(f.h, 0)))
		order by (v.j ->> 'id')::integer), '[]')
	from jsonb_array_elements((intray.second_key_of(d.id)).differences) v (j)
	left join intray.doctype_field t on t.type = d.type and t.version = d.type_version
		and t.path = v.j ->> 'path'
	left join lateral (select min(g.page) as page, min(g.x) as x, min(g.y) as y,
			max(g.x + g.w) - min(g.x) as w, max(g.y + g.h) - min(g.y) as h
		from intray.field g where g.document = d.id and g.w > 0
			-- A row that only the second has stands between two of the first's.
			and (g.line = (v.j ->> 'line')::integer or v.j ->> 'line' = '0' and v.j ? 'row'
				and g.line between (v.j ->> 'after')::integer and (v.j ->> 'after')::integer + 1)
			and (g.path = v.j ->> 'path' or v.j ? 'row'
				and g.path like (v.j ->> 'path') || '/%')) f on true
$$;

-- For the page's process, which must know what kind of value each of them is.
create function intray.task_differences(task_id bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select (intray.second_key_of(t.document)).differences from intray.task t
	where t.id = task_id and t.state = 'open' and t.queue = 'arbitration'
		and t.account = intray.my_account()
$$;
