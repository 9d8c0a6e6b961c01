-- One import: what `intray` staged (pg_temp.staged) becomes rows of the master, part by part, by
-- statements made of import_columns(). All of it is one transaction.

create function intray.import_target(of_kind text, of_part integer) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select p.target from intray.import_parts() p where p.kind = of_kind and p.part = of_part
$$;

create function intray.import_named(what text) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if what !~ '^[0-9]{1,18}$' or not exists (select from intray.import where id = what::bigint) then
		raise exception 'there is no import %; `intray master imports` shows them', what;
	end if;
	return what::bigint;
end $$;

-- The table that rows are sent to, in this order: row, whether it is refused already (then it
-- only says that its key is there), and all columns of the kind as text.
create function intray.import_begin(of_kind text, client_code text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	for_client constant integer := intray.client_named(client_code);
begin
	perform set_config('statement_timeout', '1h', true), set_config('work_mem', '64MB', true),
		set_config('maintenance_work_mem', '128MB', true);
	perform pg_advisory_xact_lock(hashtextextended('import ' || for_client, 0));
	execute format('create temp table staged (row bigint, refused boolean, %s) on commit drop',
		(select string_agg(format('%I text', c.name), ', ' order by c.n)
			from intray.import_cells(of_kind) c));
	create temp table refusal (row bigint, field text, reason text) on commit drop;
	create temp table outcome (row bigint, what integer) on commit drop;
	execute format('grant insert on pg_temp.staged to %I', session_user);
end $$;

-- The columns a file may have, in the order in which they are sent.
create function intray.import_cells(of_kind text)
returns table (n bigint, name text, type text, needed boolean, is_key boolean, headings text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not exists (select from intray.import_parts() p where p.kind = of_kind) then
		raise exception 'there is no kind of master data "%"; there is: %', of_kind,
			(select string_agg(distinct p.kind, ', ') from intray.import_parts() p);
	end if;
	return query select c.n, c.name, c.type, c.needed, coalesce(c.target = any (p.key), false)
			or c.target = '', c.headings
		from intray.import_columns() with ordinality as c(kind, part, name, type, needed, target,
			value, headings, n)
		join intray.import_parts() p on p.kind = c.kind and p.part = c.part
		where c.kind = of_kind and c.headings is not null order by c.n;
end $$;

-- A part's columns: where they go and the SQL of their values.
create function intray.import_plan(of_kind text, of_part integer, given text[])
returns table (name text, target text, value text, type text, needed boolean, is_key boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select c.name, c.target, case when r.type is not null then format('s.%I', c.name || '_id')
			when c.value is not null then c.value
			when c.type = 'date' then format('s.%I::date', c.name)
			when c.type = 'number' then format('s.%I::numeric', c.name)
			when c.type = 'boolean' then format('s.%I::boolean', c.name)
			else format('s.%I', c.name) end,
		c.type, c.needed, c.target = any (p.key)
	from intray.import_columns() c
	join intray.import_parts() p on p.kind = c.kind and p.part = of_part
	left join intray.import_references() r on r.type = c.type
	where c.kind = of_kind and (c.part = of_part or c.name = 'active') and c.target <> ''
		and c.target not like '%.%'
		and (c.name = any (given) or c.headings is null or c.name = 'active'
			or c.target = any (p.key))
$$;

-- How a part's target t is found by a staged row s. What may be null in a key is compared so
-- that the rest of it can still be hashed.
create function intray.import_on(of_kind text, of_part integer) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
	select string_agg(case when p.needed or p.name = 'line' then format('t.%I = %s', p.target, p.value)
		else format('(t.%1$I = %2$s or t.%1$I is null and %2$s is null)', p.target, p.value) end,
		' and ')
	from intray.import_plan(of_kind, of_part, '{}') p where p.is_key
$$;

-- Refuses those staged rows s of which a condition holds.
create function intray.import_refuse(condition text, field text, reason text, for_client integer)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	execute format('with bad as (update pg_temp.staged s set refused = true '
		'where not s.refused and (%s) returning s.row, %s as reason) '
		'insert into pg_temp.refusal select row, %L, reason from bad', condition, reason, field)
		using for_client;
end $$;

-- Cells that name other rows: their ids, or the row is refused.
create function intray.import_resolve(of_kind text, of_part integer, for_client integer,
	given text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	c record;
begin
	for c in select i.name, r.found, r.title, i.headings is null as made, i.value, i.target
		from intray.import_columns() i left join intray.import_references() r on r.type = i.type
		where i.kind = of_kind and i.part = of_part
			and (r.type is not null or i.target like '%.%' and i.value is not null)
	loop
		if c.found is null then
			perform intray.import_refuse(format('exists (select from unnest(string_to_array(s.%I, '
				'E''\x1f'')) v where %s is null)', c.name, c.value), c.name,
				quote_literal('names what is not there'), for_client);
			continue;
		end if;
		execute format('alter table pg_temp.staged add column %I bigint', c.name || '_id');
		if c.made or c.name = any (given) then
			execute format('update pg_temp.staged s set %I = t.id from ', c.name || '_id')
				|| format(c.found, c.name) using for_client;
		end if;
		if c.name = any (given) then
			perform intray.import_refuse(format('s.%I is not null and s.%I is null', c.name,
				c.name || '_id'), c.name, format('%L || s.%I || %L', 'there is no ' || c.title
				|| ' "', c.name, '"'), for_client);
		end if;
	end loop;
end $$;

-- pg_temp.judged: the rows that count, one for each key. Where a row is a head and a line, heads
-- may be said again, alike.
create function intray.import_unique(of_kind text, of_part integer, given text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	last_part constant boolean := of_part = (select max(p.part) from intray.import_parts() p
		where p.kind = of_kind);
	p record;
begin
	select string_agg(i.value, ', ') filter (where i.is_key) as keys,
		string_agg(format('%s is not null', i.value), ' and ') filter (where i.is_key) as there,
		coalesce(string_agg(format('coalesce((%s)::text, '''')', i.value), ', ')
			filter (where not i.is_key and i.name <> 'active'), '''''') as head,
		string_agg(i.name, ' ') filter (where i.is_key and i.name = any (given)) as names
		into p from intray.import_plan(of_kind, of_part, given) i;
	if of_part > 1 then
		drop table pg_temp.judged;
	end if;
	execute format('create temp table judged on commit drop as select s.row, null::bigint as id, '
		'false as is_new, false as differs, first_value(s.row) over w as first, '
		'concat_ws(''|'', %s) is distinct from first_value(concat_ws(''|'', %1$s)) over w as other '
		'from pg_temp.staged s where not s.refused and %s '
		'window w as (partition by %s order by s.row)', case when last_part then '''''' else p.head end,
		case when of_part > 1 then p.there else 'true' end, p.keys);
	with bad as (update pg_temp.staged s set refused = true from pg_temp.judged j
		where j.row = s.row and j.first <> j.row and (last_part or j.other) returning s.row, j.first)
	insert into pg_temp.refusal select b.row, p.names, case when last_part
			then 'the same stands already in row ' else 'its head differs from that in row ' end
			|| b.first from bad b;
	delete from pg_temp.judged j where j.first <> j.row;
	analyze pg_temp.judged;
end $$;

-- The id that each of them has in the target, or none, and whether it says anything new.
create function intray.import_judge(of_kind text, of_part integer, for_client integer,
	given text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	p record;
begin
	select string_agg(format('t.%I', i.target), ', ' order by i.target) as mine,
		string_agg(i.value, ', ' order by i.target) as theirs
		into p from intray.import_plan(of_kind, of_part, given) i where not i.is_key;
	execute format('update pg_temp.judged j set id = t.id, '
		'differs = row(%s) is distinct from row(%s) from pg_temp.staged s, intray.%I t '
		'where s.row = j.row and t.client = $1 and %s', p.mine, p.theirs,
		intray.import_target(of_kind, of_part), intray.import_on(of_kind, of_part))
		using for_client;
	update pg_temp.judged set is_new = true, differs = true where id is null;
	analyze pg_temp.judged;
end $$;

-- 12.50 and 12.5 are the same.
create function intray.import_text(type text, expression text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select format(case type when 'number' then 'trim_scale(%s)::text' else '(%s)::text' end,
		expression)
$$;

-- What differs, cell by cell, for the report.
create function intray.import_log(of_kind text, of_part integer, given text[], run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	keys constant text := (select string_agg(format('s.%I', c.name), ', ')
		from intray.import_columns() c join intray.import_parts() k on k.kind = c.kind
			and k.part = c.part and c.target = any (k.key)
		where c.kind = of_kind and c.part <= of_part and c.headings is not null);
	pairs constant text := (select string_agg(format('(%L, %s, %s)', p.name,
			intray.import_text(p.type, format('t.%I', p.target)),
			intray.import_text(p.type, p.value)), ', ')
		from intray.import_plan(of_kind, of_part, given) p where not p.is_key);
begin
	execute format('insert into intray.import_change (import, client, key, field, was, now) '
		'select $1, $2, concat_ws('' '', %s), d.field, d.was, d.now from pg_temp.judged j '
		'join pg_temp.staged s on s.row = j.row join intray.%I t on t.id = j.id '
		'cross join lateral (values %s) d(field, was, now) '
		'where j.differs and d.was is distinct from d.now order by s.row', keys,
		intray.import_target(of_kind, of_part), pairs) using run, for_client;
end $$;

create function intray.import_write(of_kind text, of_part integer, given text[], run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	target constant text := intray.import_target(of_kind, of_part);
	p record;
begin
	select string_agg(format('%I', i.target), ', ' order by i.target) as columns,
		string_agg(i.value, ', ' order by i.target) as values,
		string_agg(format('%I = %s', i.target, i.value), ', ') filter (where not i.is_key) as sets
		into p from intray.import_plan(of_kind, of_part, given) i;
	execute format('update intray.%I t set %s, import = $1 from pg_temp.judged j, pg_temp.staged s '
		'where s.row = j.row and t.id = j.id and j.differs', target, p.sets) using run;
	execute format('insert into intray.%I (client, import, %s) select $2, $1, %s '
		'from pg_temp.judged j join pg_temp.staged s on s.row = j.row where j.is_new '
		'order by j.row', target, p.columns, p.values) using run, for_client;
	execute format('update pg_temp.judged j set id = t.id from pg_temp.staged s, intray.%I t '
		'where s.row = j.row and j.is_new and t.client = $1 and %s', target,
		intray.import_on(of_kind, of_part)) using for_client;
end $$;

-- A list in a cell says all there is: what it lacks, and an import had brought, is inactive.
create function intray.import_list(of_kind text, list_column text, run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	parent constant text := intray.import_target(of_kind, 1);
	c record;
begin
	select split_part(i.target, '.', 1) as child, split_part(i.target, '.', 2) as item,
		coalesce(i.value, 'v') as value into strict c from intray.import_columns() i
		where i.kind = of_kind and i.name = list_column;
	execute format('create temp table wanted on commit drop as select distinct j.id as parent, '
		'%s as item from pg_temp.judged j join pg_temp.staged s on s.row = j.row '
		'cross join lateral unnest(string_to_array(s.%I, E''\x1f'')) v', replace(c.value, '$1',
		for_client::text), list_column);
	analyze pg_temp.wanted;
	execute format('create temp table listed on commit drop as '
		'select t.%2$I as parent, t.%3$I as item, false as come from intray.%1$I t '
			'join pg_temp.judged j on j.id = t.%2$I and not j.is_new '
			'where t.active and t.import is not null and not exists (select from pg_temp.wanted w '
				'where w.parent = t.%2$I and w.item = t.%3$I) '
		'union all select w.parent, w.item, true from pg_temp.wanted w '
			'where not exists (select from intray.%1$I t where t.client = $1 '
				'and t.%2$I = w.parent and t.%3$I = w.item and t.active)', c.child, parent, c.item)
		using for_client;
	execute format('update intray.%1$I t set active = false, import = $1 from pg_temp.listed l '
		'where t.%2$I = l.parent and t.%3$I = l.item and not l.come', c.child, parent, c.item)
		using run;
	execute format('update intray.%1$I t set active = true, import = $1 from pg_temp.listed l '
		'where t.client = $2 and t.%2$I = l.parent and t.%3$I = l.item and l.come', c.child,
		parent, c.item) using run, for_client;
	execute format('insert into intray.%1$I (client, import, %2$I, %3$I) '
		'select $2, $1, l.parent, l.item from pg_temp.listed l where l.come and not exists ('
		'select from intray.%1$I t where t.client = $2 and t.%2$I = l.parent and t.%3$I = l.item)',
		c.child, parent, c.item) using run, for_client;
	execute format('insert into intray.import_change (import, client, key, field, was, now) '
		'select $1, $2, t.%I, $3, case when not l.come then l.item::text end, '
		'case when l.come then l.item::text end from pg_temp.listed l '
		'join pg_temp.judged j on j.id = l.parent and not j.is_new join intray.%I t on t.id = j.id',
		(select p.key[1] from intray.import_parts() p where p.kind = of_kind and p.part = 1),
		parent) using run, for_client, list_column;
	update pg_temp.judged j set differs = true from pg_temp.listed l
		where l.parent = j.id and not j.differs;
	drop table pg_temp.listed, pg_temp.wanted;
end $$;

-- What a full import did not name is inactive. A file that lost its end must not empty the
-- master: more than a tenth has to be meant.
create function intray.import_missing(of_kind text, of_part integer, run bigint,
	for_client integer, mass boolean) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	target constant text := intray.import_target(of_kind, of_part);
	scope constant text := case of_kind when 'supplier' then 't.number is not null'
		when 'site' then 't.code is not null'
		when 'code' then 't.list in (select list from pg_temp.staged)' else 'true' end;
	standing bigint;
	absent bigint;
begin
	execute format('create temp table absent on commit drop as select t.id from intray.%I t '
		'where t.client = $1 and t.active and %s and not exists (select from pg_temp.staged s '
		'where %s)', target, scope, intray.import_on(of_kind, of_part)) using for_client;
	get diagnostics absent = row_count;
	execute format('select count(*) from intray.%I t where t.client = $1 and t.active and %s',
		target, scope) into standing using for_client;
	if (absent > greatest(10, standing / 10) or absent = standing and absent > 0) and not mass then
		raise exception '% of % would become inactive, more than a tenth: nothing is changed; '
			'if it is all there is, say --allow-mass', absent, standing;
	end if;
	execute format('insert into intray.import_change (import, client, key, field, was, now) '
		'select $1, $2, concat_ws('' '', %s), ''active'', ''true'', ''false'' '
		'from intray.%I t join pg_temp.absent m using (id)',
		(select string_agg(format('t.%I', k), ', ') from intray.import_parts() p,
			unnest(p.key) k where p.kind = of_kind and p.part = of_part), target)
		using run, for_client;
	execute format('update intray.%I t set active = false, import = $1 from pg_temp.absent m '
		'where t.id = m.id', target) using run;
	if of_kind = 'supplier' then
		perform intray.terms_make(array(select id from pg_temp.absent));
	end if;
	drop table pg_temp.absent;
	return absent;
end $$;

-- A supplier that only keying knows becomes that of the master if it can be no other: the same
-- name, and nobody else of it on either side.
create function intray.import_adopt(for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	with named as (select intray.name_key(s.name) as key, min(s.number) as number
		from pg_temp.staged s where not s.refused group by 1 having count(*) = 1),
	learnt as (select intray.name_key(l.name) as key, min(l.id) as id from intray.supplier l
		where l.client = for_client and l.number is null group by 1 having count(*) = 1)
	update intray.supplier u set number = n.number
	from named n join learnt l on l.key = n.key and l.key <> ''
	where u.id = l.id and not exists (select from intray.supplier o
		where o.client = for_client and o.number = n.number)
		and not exists (select from intray.supplier o where o.client = for_client
			and o.number is not null and intray.name_key(o.name) = n.key);
end $$;

-- What else follows from what was brought.
create function intray.import_follow(of_kind text, run bigint, for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if of_kind = 'supplier' then
		perform intray.terms_make(array(select id from pg_temp.judged where differs));
	elsif of_kind in ('site', 'account') then
		perform intray.terms_make(array(select distinct s.supplier_id from pg_temp.judged j
			join pg_temp.staged s on s.row = j.row where j.differs));
	end if;
	if of_kind in ('supplier', 'site') then
		perform intray.proposals_settle(for_client);
	end if;
end $$;

create function intray.import_part(of_kind text, of_part integer, given text[], run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.import_resolve(of_kind, of_part, for_client, given);
	perform intray.import_unique(of_kind, of_part, given);
	if of_kind = 'supplier' and exists (select from intray.supplier
		where client = for_client and number is null)
	then
		perform intray.import_adopt(for_client);
	end if;
	perform intray.import_judge(of_kind, of_part, for_client, given);
	perform intray.import_log(of_kind, of_part, given, run, for_client);
	perform intray.import_write(of_kind, of_part, given, run, for_client);
	perform intray.import_list(of_kind, c.name, run, for_client)
		from intray.import_columns() c where c.kind = of_kind and c.part = of_part
			and c.target like '%.%' and c.name = any (given);
	insert into pg_temp.outcome select row, case when is_new then 2 when differs then 1 else 0 end
		from pg_temp.judged;
end $$;

create function intray.import_report(run bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select to_jsonb(i) - 'client' || jsonb_build_object('client', c.code,
		'refusals', (select coalesce(jsonb_agg(jsonb_build_object('row', r.row, 'field', r.field,
				'reason', r.reason) order by r.row, r.field), '[]')
			from intray.import_refusal r where r.import = run),
		'changes', (select coalesce(jsonb_agg(jsonb_build_object('key', h.key, 'field', h.field,
				'was', h.was, 'now', h.now) order by h.id), '[]')
			from (select * from intray.import_change where import = run order by id limit 1000) h))
	from intray.import i join intray.client c on c.id = i.client where i.id = run
$$;

-- Makes master rows of what was staged. given: the columns the file has; refusals: what the
-- command refused itself, as {row, field, reason}; n_refused how many rows these are.
create function intray.import_merge(of_kind text, client_code text, source text, sha256 text,
	given text[], refusals jsonb, n_refused bigint, n_rows bigint, complete boolean, mass boolean)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	for_client constant integer := intray.client_named(client_code);
	run bigint;
	gone bigint := 0;
	p integer;
begin
	insert into intray.import as i (client, kind, source, sha256, complete, actor)
	values (for_client, of_kind, source, sha256, complete, intray.actor()) returning id into run;
	create index on pg_temp.staged (row);
	analyze pg_temp.staged;
	for p in select i.part from intray.import_parts() i where i.kind = of_kind order by 1 loop
		perform intray.import_part(of_kind, p, given, run, for_client);
		if complete then
			gone := gone + intray.import_missing(of_kind, p, run, for_client, mass);
		end if;
	end loop;
	perform intray.import_follow(of_kind, run, for_client);
	insert into intray.import_refusal (import, client, row, field, reason)
	select run, for_client, r.row, coalesce(r.field, ''), min(r.reason) from (
		select * from jsonb_to_recordset(refusals) as x(row bigint, field text, reason text)
		union all select * from pg_temp.refusal) r
	group by 3, 4 order by 3 limit 1000;
	update intray.import i set ended = clock_timestamp(), rows = n_rows, deactivated = gone,
		added = o.added, changed = o.changed, unchanged = o.same,
		refused = n_refused + (select count(*) from pg_temp.refusal)
		from (select count(*) filter (where what = 2) as added,
			count(*) filter (where what = 1) as changed, count(*) filter (where what = 0) as same
			from (select max(what) as what from pg_temp.outcome group by row) x) o
		where i.id = run;
	return intray.import_report(run);
end $$;
