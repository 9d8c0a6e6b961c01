-- What intake asks: one call per drop, which may be repeated.

-- A drop with its document and what follows for it. its_parent: the container it lay in, whose
-- arrival it shares.
create function intray.drop_born(new_id uuid, in_tray bigint, its_parent uuid, its_name bytea,
	its_sha256 text, its_size bigint, mtime_ms bigint, received date, its_problem text,
	problem_text text)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.tray;
	p intray.drop;
	container intray.document;
	today date;
	number text;
	doc uuid;
	before uuid;
begin
	if exists (select from intray.drop d where d.id = new_id) then
		return 'known';
	end if;
	select * into strict t from intray.tray where id = in_tray;
	select (now() at time zone c.time_zone)::date into strict today
		from intray.client c where c.id = t.client;
	number := intray.control_number(t.client, today); -- and takes the client's lock

	select * into p from intray.drop where id = its_parent;
	insert into intray.drop (id, client, tray, parent, root, depth, name, sha256, size, mtime,
		problem)
	values (new_id, t.client, t.id, p.id, coalesce(p.root, p.id), coalesce(p.depth + 1, 0),
		its_name, its_sha256, its_size, to_timestamp(mtime_ms / 1000.0), its_problem)
	on conflict (id) do nothing;
	if not found then
		return 'known';
	end if;

	-- A rejected paper that comes again is meant to be looked at again.
	select d.id into before from intray.drop o join intray.document d on d.drop = o.id
		where o.client = t.client and o.sha256 = its_sha256 and o.id <> new_id
			and d.duplicate_of is null
			-- not one that was cut out of a file, which is not all of its bytes
			and not exists (select from intray.document c where c.id = d.parent
				and c.drop = d.drop)
			and d.state not in ('rejected', 'rescan', 'erased')
		order by d.arrived limit 1;

	select * into container from intray.document d where d.drop = its_parent
		order by d.arrived limit 1;
	insert into intray.document (client, drop, parent, control_number, cause, received_on,
		arrived, due)
	values (t.client, new_id, container.id, number,
		case when its_parent is null then 'arrived' else 'unpacked' end,
		coalesce(received, today), coalesce(container.arrived, now()),
		intray.due_at(t.client, null, coalesce(container.arrived, now())))
	returning id into doc;

	if its_problem is not null then
		update intray.document set state = 'quarantined', cause = its_problem,
			reason = problem_text where id = doc;
		insert into intray.finding (document, client, position, code, kind, severity, text)
		values (doc, t.client, 1, its_problem, 'document', 'stop',
			coalesce(problem_text, its_problem));
		return 'problem';
	end if;
	if before is not null then
		update intray.document set state = 'duplicate', cause = 'same-bytes',
			duplicate_of = before where id = doc;
		return 'duplicate';
	end if;
	perform intray.job_insert(doc, 'read', 0, 0);
	perform intray.index_awaits(doc);
	return 'new';
end $$;

create function intray.drop_record(new_id uuid, in_tray bigint, its_parent uuid, its_name bytea,
	its_sha256 text, its_size bigint, mtime_ms bigint, received date, its_problem text,
	problem_text text)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.process_beat('intake', 'taking files in');
	return intray.drop_born(new_id, in_tray, its_parent, its_name, its_sha256, its_size,
		mtime_ms, received, its_problem, problem_text);
end $$;

-- Several drops of one tray in one transaction, as drop_record does each; of one that is
-- known, with the hash that was recorded ('' when there were no bytes).
create function intray.drops_record(in_tray bigint, drops jsonb)
returns table (outcome text, recorded text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	o record;
begin
	for o in select i.n, d.* from jsonb_array_elements(drops) with ordinality as i(one, n),
			jsonb_to_record(i.one) as d(id uuid, parent uuid, name text, sha256 text,
			size bigint, mtime_ms bigint, received date, problem text, problem_text text)
		order by i.n
	loop
		outcome := intray.drop_record(o.id, in_tray, o.parent, decode(o.name, 'hex'),
			o.sha256, o.size, o.mtime_ms, o.received, o.problem, o.problem_text);
		recorded := null;
		if outcome = 'known' then
			select coalesce(d.sha256, '') into recorded from intray.drop d where d.id = o.id;
		end if;
		return next;
	end loop;
end $$;

create function intray.tray_report(in_tray bigint, n_waiting bigint, n_ignored bigint,
	n_growing bigint, what text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	insert into intray.tray_report (tray, client, waiting, ignored, growing, problem)
	select t.id, t.client, n_waiting, n_ignored, n_growing, what
	from intray.tray t where t.id = in_tray
	on conflict (tray) do update set waiting = excluded.waiting,
		ignored = excluded.ignored, growing = excluded.growing,
		problem = excluded.problem, at = now();
	perform intray.process_beat('intake', 'watching trays');
end $$;
