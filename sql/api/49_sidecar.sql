-- Index files: each row meets the file it names, whichever of the two comes first. Whoever
-- records a drop of such a tray or saves an index holds the tray's lock, so the two cannot miss
-- each other.

-- How a file may be named in an index: its path below the tray, with or without what follows
-- its last point; letters of either case.
create function intray.index_keys(name bytea) returns text[]
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select array[k, regexp_replace(k, '\.[^./]*$', '')]
	from (select lower(encode(name, 'escape')) as k) x
$$;

-- What an index says counts as long as nothing was made of the file: it is not understood yet,
-- or nobody has begun to look at what was read.
create function intray.index_in_time(d intray.document) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select d.state in ('received', 'read') or d.state = 'exception' and d.revision = 0
		and not exists (select from intray.keying k where k.document = d.id)
		and not exists (select from intray.task t where t.document = d.id and t.state = 'open'
			and (t.account is not null
				or exists (select from intray.draft f where f.task = t.id)))
$$;

-- A file and what an index says of it. What comes too late is told by index_too_late, and the
-- document stays as it was judged.
create function intray.index_meets(s intray.sidecar, d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.sidecar set document = d.id where drop = s.drop and row = s.row;
	if s.expected is not null then
		perform intray.batch_expect(d.drop, s.expected);
	elsif s.batch is not null then
		update intray.drop set batch = s.batch where id = d.drop and batch is null;
		perform intray.batch_settle(s.batch);
	end if;
	if not intray.index_in_time(d) then
		return;
	end if;
	update intray.document set received_on = s.received
		where id = d.id and s.received is not null;
	if d.state in ('received', 'read') then
		-- Whoever understands it just now has asked already what an index says: his result is
		-- not taken. Runs of pages go on, they do not ask.
		update intray.job set not_before = now(), lease_until = null, worker = null
			where document = d.id and (lease_until is null or kind in ('read', 'understand'));
		notify intray_job;
	else
		-- It is read once more, with what is known now.
		perform intray.document_stop_work(d.id);
		update intray.document set state = 'received', cause = 'index-came', reason = null,
			runs_left = null where id = d.id;
		perform intray.job_insert(d.id, 'read', 0, 0);
	end if;
end $$;

-- What an index says to a document that it comes too late for; null: nothing.
create function intray.index_too_late(s intray.sidecar, d intray.document) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select format('Row %s: %s (%s) was "%s" when the index came; compare it by hand.', s.row,
		s.file, d.control_number, st.title)
		|| case when s.received <> d.received_on then format(
			' It stays received on %s; the index says %s.', d.received_on, s.received)
			else '' end
	from intray.state st where st.name = d.state and d.state <> 'duplicate'
		and not intray.index_in_time(d)
		and (s.values <> '{}' or s.received <> d.received_on)
$$;

-- Fewer documents came of a file than an index counts, and the one at which that would be said
-- (intray.batch_short) was understood before the index came.
create function intray.index_counts_more(s intray.sidecar, d intray.document) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select format('Row %s: %s documents were counted in %s (%s); %s came of it.', s.row,
		s.expected, s.file, d.control_number, n.came)
	from intray.drop o, lateral (select count(*) as came, (array_agg(x.id order by x.arrived,
		x.control_number))[1] as first from intray.batch_documents(o.batch) x) n
	where o.id = d.drop and d.state <> 'duplicate' and n.came < s.expected
		and not exists (select from intray.job j where j.document in (n.first, d.id))
$$;

-- A file that is born: what did an index say of it before? The tray may have its documents wait
-- for one.
create function intray.index_awaits(doc uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	o intray.drop;
	t intray.tray;
	s intray.sidecar;
begin
	select * into strict d from intray.document where id = doc;
	select * into strict o from intray.drop where id = d.drop;
	select * into strict t from intray.tray where id = o.tray;
	if t.sidecar is null or o.parent is not null then
		return;
	end if;
	perform pg_advisory_xact_lock(hashtextextended('index ' || t.id, 0));
	select * into s from intray.sidecar i where i.tray = t.id and i.document is null
		and i.key = any (intray.index_keys(o.name)) and i.drop <> o.id
		and i.until > now() - interval '7 days'
		order by i.until, i.drop, i.row limit 1;
	if found then
		perform intray.index_meets(s, d);
		perform intray.index_settle(s.drop);
	elsif t.sidecar_required and not intray.is_sidecar(t, o.name) then
		update intray.job set not_before = now() + t.sidecar_wait where document = doc;
	end if;
end $$;

-- By its name. Globs as the configuration has them: * and ?, on what follows the last slash.
create function intray.is_sidecar(t intray.tray, name bytea) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select exists (select from unnest(string_to_array(t.sidecar, ' ')) as glob
		where glob <> '' and regexp_replace(encode(name, 'escape'), '^.*/', '') ~
			('^' || replace(replace(regexp_replace(glob, '([.+^$(){}|\\\[\]])', '\\\1', 'g'),
				'*', '.*'), '?', '.') || '$'))
$$;

-- All that an index names is here: it has become part of that.
create function intray.index_settle(of_drop uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.document set state = 'merged', cause = 'index-applied', until = null
	where drop = of_drop and state = 'postponed'
		and not exists (select from intray.sidecar where drop = of_drop and document is null)
$$;

-- What an index names and has not come in time.
create function intray.index_expire() returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.finding (document, client, position, code, kind, severity, text)
	select d.id, d.client, 0, 'batch-short', 'document', 'stop', format(
		'The index names %s files; %s have not come: %s%s.', n.rows, n.missing, n.names,
		case when n.missing > 10 then ' and others' else '' end)
	from intray.document d,
		lateral (select count(*) as rows, count(*) filter (where document is null) as missing,
			(select string_agg(x.file, ', ') from (select file from intray.sidecar m
				where m.drop = d.drop and m.document is null order by row limit 10) x) as names
			from intray.sidecar s where s.drop = d.drop) n
	where d.state = 'postponed' and d.until < now() and n.missing > 0
		and not exists (select from intray.finding f where f.document = d.id
			and f.code = 'batch-short')
$$;

-- What a row's file would be called below the tray. Without a name it is the one that is called
-- as the index is.
create function intray.index_key(index_name bytea, file text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select lower(case
		when file is null then (intray.index_keys(index_name))[2]
		when f like '%/%' then f
		else coalesce(substring(encode(index_name, 'escape') from '^.*/'), '') || f end)
	from (select encode(convert_to(regexp_replace(file, '^.*\\', ''), 'UTF8'), 'escape') as f) x
$$;

-- The file of a row, when it is here already: the last of that name nothing was said of yet.
create function intray.index_finds(s intray.sidecar) returns intray.document
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select d from intray.drop o
	join intray.document d on d.drop = o.id and not exists (select from intray.document c
		where c.id = d.parent and c.drop = o.id)
	where o.tray = s.tray and o.parent is null and o.id <> s.drop
		and o.arrived > now() - interval '7 days'
		and s.key = any (intray.index_keys(o.name))
		and not exists (select from intray.sidecar m where m.document = d.id)
	order by o.arrived desc, o.id limit 1
$$;

-- An index of several files is a batch of them, as many as it has rows.
create function intray.index_batch(o intray.drop) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	n integer := (select count(*) from intray.sidecar where drop = o.id and expected is null);
	b bigint;
begin
	if n < 2 then
		return;
	end if;
	insert into intray.batch (client, name, tray, release, expected)
	select o.client, encode(o.name, 'escape'), t.id, t.release, n
	from intray.tray t where t.id = o.tray returning id into b;
	update intray.sidecar set batch = b where drop = o.id and expected is null;
end $$;

-- rows: [{"row", "file", "received", "expected", "values"}]. What is wrong with an index makes
-- an exception of it, but its other rows count all the same.
create function intray.job_save_index(job_id bigint, held bigint, result jsonb, rows jsonb)
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document := intray.job_document(job_id, held);
	o intray.drop;
	s intray.sidecar;
	file intray.document;
	late text;
	wait interval;
begin
	if d.id is null then
		return false;
	end if;
	select * into strict o from intray.drop where id = d.drop;
	select t.sidecar_wait into strict wait from intray.tray t where t.id = o.tray;
	perform pg_advisory_xact_lock(hashtextextended('index ' || o.tray, 0));
	insert into intray.sidecar (drop, row, client, tray, key, file, received, expected, values,
		until)
	select o.id, r.row, o.client, o.tray, intray.index_key(o.name, r.file),
		coalesce(r.file, 'the file of its name'), r.received, r.expected,
		coalesce(r.values, '{}'), d.arrived + wait
	from jsonb_to_recordset(rows) as r(row integer, file text, received date, expected integer,
		values jsonb);
	perform intray.index_batch(o);
	perform intray.findings_save(d, result -> 'findings', false);
	for s in select * from intray.sidecar where drop = o.id order by row loop
		-- Locked, so that nobody hands it on meanwhile.
		select * into file from intray.document
			where id = (intray.index_finds(s)).id for update;
		continue when not found;
		late := intray.index_too_late(s, file);
		perform intray.index_meets(s, file);
		insert into intray.finding (document, client, position, code, kind, severity, text)
		select d.id, d.client, s.row, x.code, 'document', 'stop', x.sentence
		from (values ('index-late', late), ('batch-short', intray.index_counts_more(s, file)))
			as x (code, sentence)
		where x.sentence is not null;
	end loop;
	perform intray.job_done(job_id);
	perform intray.index_ends(d, d.arrived + wait);
	return true;
end $$;

create function intray.index_ends(d intray.document, wait_until timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if exists (select from intray.finding f where f.document = d.id and f.severity = 'stop') then
		update intray.document set state = 'read', cause = 'index-read' where id = d.id;
		update intray.document set state = 'understood', cause = 'index-read', type = t.name,
			type_version = t.version, pages = 0
			from intray.doctype t where id = d.id and t.name = 'other' and t.current;
		perform intray.document_excepted(d.id, 'findings');
	elsif exists (select from intray.sidecar where drop = d.drop and document is null) then
		update intray.document set state = 'postponed', cause = 'awaits-files',
			until = wait_until, pages = 0 where id = d.id;
	else
		update intray.document set state = 'merged', cause = 'index-applied', pages = 0
			where id = d.id;
	end if;
end $$;

-- What the index says of a document, for its understanding; a row without a path: it should
-- have one and has none.
create function intray.prekeyed(doc uuid) returns table (path text, value text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query
	select v.key, v.value from intray.sidecar s, jsonb_each_text(s.values) v
	where s.document = doc
	union all
	select null, null from intray.document d
	join intray.drop o on o.id = d.drop
	join intray.tray t on t.id = o.tray and t.sidecar_required and t.sidecar is not null
	where d.id = doc and o.parent is null
		and not exists (select from intray.sidecar s join intray.document x on x.id = s.document
			where x.drop = o.id);
end $$;
