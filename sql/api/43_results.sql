-- What a worker hands in: pages, fields, findings, and with them the document's next state.
-- Each function is one transaction behind the job's fence; false: the fence has moved on
-- and nothing was done. All of it is asked for every document, so it is written in plpgsql,
-- which keeps its plans; a function in plain SQL is planned anew at each call.

create function intray.pages_save(d intray.document, pages jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	with rows as (
		select * from jsonb_to_recordset(pages) as p(number integer, width integer,
			height integer, dpi integer, rotation integer, skew_deg real, blank boolean,
			source text, form text, words text,
			display text, display_mime text, display_width integer,
			display_height integer, thumbnail text, thumbnail_mime text,
			thumbnail_width integer, thumbnail_height integer)
	), saved as (
		insert into intray.page (drop, number, client, width, height, dpi, rotation,
			skew_deg, blank, source, form, display, display_mime, display_width,
			display_height, thumbnail, thumbnail_mime, thumbnail_width,
			thumbnail_height, words)
		select distinct on (number) d.drop, number, d.client, width, height, dpi, rotation, skew_deg, blank,
			source, form, display, display_mime, display_width, display_height,
			thumbnail, thumbnail_mime, thumbnail_width, thumbnail_height,
			decode(words, 'hex')
		from rows
		on conflict (drop, number) do update set width = excluded.width,
			height = excluded.height, dpi = excluded.dpi,
			rotation = excluded.rotation, skew_deg = excluded.skew_deg,
			blank = excluded.blank, source = excluded.source, form = excluded.form,
			display = excluded.display, display_mime = excluded.display_mime,
			display_width = excluded.display_width,
			display_height = excluded.display_height,
			thumbnail = excluded.thumbnail,
			thumbnail_mime = excluded.thumbnail_mime,
			thumbnail_width = excluded.thumbnail_width,
			thumbnail_height = excluded.thumbnail_height, words = excluded.words
		returning number
	)
	insert into intray.document_page (document, position, client, drop, number)
	select d.id, number, d.client, d.drop, number from saved
	on conflict (document, position) do nothing;
end $$;

create function intray.fields_save(d intray.document, fields jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	delete from intray.field where document = d.id;
	insert into intray.field (document, line, path, client, position, raw, value, page,
		x, y, w, h, source, confidence, accepted, why, alternatives)
	select d.id, f.line, f.path, d.client, row_number() over (), f.raw, f.value, f.page,
		f.x, f.y, f.w, f.h, f.source, f.confidence, f.accepted, f.why, f.alternatives
	from jsonb_to_recordset(fields) as f(line integer, path text, raw text, value text,
		page integer, x integer, y integer, w integer, h integer, source text,
		confidence real, accepted boolean, why text, alternatives jsonb)
	on conflict do nothing; -- as in doc.h: the first wins
end $$;

-- Whether a finding is about a field: it names header fields and whole columns by path
-- ("lines/charge"), one line's by number ("lines[2]/charge").
create function intray.names_field(paths text[], path text, line integer) returns boolean
language sql immutable parallel safe as $$
	select path = any (paths)
		or line > 0 and regexp_replace(path, '/', '[' || line || ']/') = any (paths)
$$;

-- The values a confirmation was said of.
create function intray.values_of(doc uuid, paths text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select coalesce(jsonb_object_agg(path || case line when 0 then '' else '#' || line end,
		value), '{}')
	from intray.field where document = doc and intray.names_field(paths, path, line));
end $$;

-- `add`: findings of a later run join those of earlier ones.
create function intray.findings_save(d intray.document, findings jsonb, add boolean)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	delete from intray.finding where document = d.id and not add;
	insert into intray.finding (document, client, position, code, kind, severity, fields,
		text, confirmed)
	select d.id, d.client, row_number() over (), f.code, f.kind, f.severity, f.fields, f.text,
		exists (select from intray.confirmation c where c.document = d.id
			and c.code = f.code and c.fields = f.fields
			and c.values = intray.values_of(d.id, f.fields))
	from jsonb_to_recordset(findings) as f(code text, kind text, severity text,
		fields text[], text text);
end $$;

create function intray.job_done(job_id bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	delete from intray.job where id = job_id;
end $$;

-- The first run of a long document: its pages, and jobs for the other runs.
create function intray.job_save_first_run(job_id bigint, held bigint, result jsonb,
	run_pages integer) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document := intray.job_document(job_id, held);
	total integer := (result ->> 'pages_in_file')::integer;
	-- A run none of whose pages could be read was a run all the same.
	done integer := coalesce((select max((p ->> 'number')::integer)
		from jsonb_array_elements(result -> 'pages') as p), run_pages);
	runs integer := 0;
begin
	if d.id is null then
		return false;
	end if;
	perform intray.pages_save(d, result -> 'pages');
	perform intray.fields_save(d, result -> 'fields');
	perform intray.findings_save(d, result -> 'findings', false);
	perform intray.mail_save(d, result);
	for page in done + 1 .. total by run_pages loop
		perform intray.job_insert(d.id, 'run', page, least(page + run_pages - 1, total));
		runs := runs + 1;
	end loop;
	update intray.document set pages = total, runs_left = runs,
		format = result ->> 'format', structured = (result ->> 'structured')::boolean
		where id = d.id;
	perform intray.job_done(job_id);
	if runs = 0 then
		perform intray.document_is_read(d.id);
	end if;
	return true;
end $$;

create function intray.document_is_read(doc uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.document set state = 'read', cause = 'pages-read' where id = doc;
	perform intray.read_goes_on(doc);
end $$;

-- Whoever brings runs_left to 0 inserts the next job. Counting unfinished runs instead would
-- lose the document when two finish together, each seeing the other's still there.
create function intray.job_save_run(job_id bigint, held bigint, result jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document := intray.job_document(job_id, held);
	remaining integer;
begin
	if d.id is null then
		return false;
	end if;
	perform intray.pages_save(d, result -> 'pages');
	perform intray.findings_save(d, result -> 'findings', true);
	update intray.document set runs_left = runs_left - 1 where id = d.id
		returning runs_left into remaining;
	perform intray.job_done(job_id);
	if remaining = 0 then
		perform intray.document_is_read(d.id);
	end if;
	return true;
end $$;

-- The finished document. Ready when nothing stops it and it has an instance, else an
-- exception; either way with what follows from it, in this transaction.
create function intray.job_save_document(job_id bigint, held bigint, result jsonb,
	with_pages boolean) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document := intray.job_document(job_id, held);
	stops boolean;
begin
	if d.id is null then
		return false;
	end if;
	if with_pages then
		perform intray.pages_save(d, result -> 'pages');
		perform intray.mail_save(d, result);
	end if;
	if d.state = 'received' then
		update intray.document set state = 'read', cause = 'pages-read' where id = d.id;
		d.state := 'read';
	end if;
	update intray.document set
		state = case d.state when 'read' then 'understood' else 'checked' end,
		cause = case d.state when 'read' then 'understood' else 'checked' end,
		type = result ->> 'type', type_version = result ->> 'type_version',
		type_confidence = (result ->> 'type_confidence')::real,
		profile_version = (select p.version from intray.profile p where p.client = d.client
			and p.type = result ->> 'type' and p.current),
		format = result ->> 'format', pages = (result ->> 'pages_in_file')::integer,
		structured = (result ->> 'structured')::boolean,
		instance = result ->> 'instance', runs_left = null,
		due = intray.due_at(d.client, result ->> 'type', d.arrived)
		where id = d.id returning * into d;
	perform intray.fields_save(d, result -> 'fields');
	perform intray.findings_save(d, result -> 'findings', false);
	perform intray.findings_add_standing(d);
	perform intray.keys_save(d);
	perform intray.order_use_save(d);
	if (result ->> 'once')::boolean then
		perform intray.finding_twice(d);
	end if;
	perform intray.evidence_save(d, result);
	perform intray.match_save(d);
	perform intray.outbox_prepare(d, result);
	select count(*) > 0 into stops from intray.finding f
		where f.document = d.id and f.severity = 'stop' and not f.confirmed;
	if not stops and d.instance is not null then
		stops := intray.finding_misfit(d);
	end if;
	if stops and d.instance is not null and intray.waits_for_release(d) then
		perform intray.document_queried(d);
	elsif stops or d.instance is null then
		perform intray.document_excepted(d.id, 'findings');
	else
		perform intray.document_passed(d);
	end if;
	perform intray.job_done(job_id);
	return true;
end $$;

-- Two workers that understand the same paper at once do not see each other's. Whoever saves
-- second waits here for the first, and then looks once more.
create function intray.finding_twice(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	other record;
begin
	perform pg_advisory_xact_lock(hashtextextended(k.client || ' ' || k.key, 0))
	from (select client, key from intray.document_key where document = d.id order by key) k;
	if exists (select from intray.finding
		where document = d.id and code in ('duplicate', 'duplicate-suspected'))
	then
		return;
	end if;
	select * into other from intray.twin_of(d.id, d.type, intray.document_given(d.id));
	if other.called is null then
		return;
	end if;
	insert into intray.finding (document, client, position, code, kind, severity, text)
	values (d.id, d.client, 0, case when other.near then 'duplicate-suspected' else 'duplicate' end,
		'document', 'stop', concat_ws(' ', 'The same document came in at the same time: '
			|| other.called || '.', other.how));
end $$;

-- Nothing is left to doubt. What goes out may still need a second person.
create function intray.document_passed(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if intray.second_key_wanted(d) then
		perform intray.second_key_open(d);
	elsif not intray.quality_holds(d) then
		perform intray.document_ready(d.id, 'no-findings');
		perform intray.quality_follows(d);
	end if;
end $$;

-- One value that is no date or number would break the ERP's view of all its offers, so what
-- does not fit its columns is never offered (an XSD may allow more than its kinds say).
create function intray.finding_misfit(d intray.document) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	misfit text := intray.erp_misfit(d.type, d.instance);
begin
	if misfit is not null then
		insert into intray.finding (document, client, position, code, kind, severity, text)
		values (d.id, d.client, 0, 'not-deliverable', 'reading', 'stop',
			'A value cannot be handed to the ERP: ' || misfit);
	end if;
	return misfit is not null;
end $$;

-- Into the exception queue, with the finding that matters most as its reason.
create function intray.document_excepted(doc uuid, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	main intray.finding;
begin
	update intray.document set state = 'exception', cause = why, until = null
		where id = doc returning * into strict d;
	-- Nobody should key a paper before he knows that it is there already.
	select * into main from intray.finding where document = doc and not confirmed
		order by severity = 'stop' desc, code in ('duplicate', 'duplicate-suspected') desc,
			position, id limit 1;
	if main.id is null then
		insert into intray.finding (document, client, position, code, kind, severity, text)
		values (doc, d.client, 1, 'incomplete', 'reading', 'stop',
			'Not enough could be read to make a valid record; please key it.')
		returning * into main;
	end if;
	update intray.document set reason = main.text where id = doc;
	perform intray.task_open(d, 'exception', main.code);
end $$;

create function intray.task_open(d intray.document, in_queue text, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into intray.task (client, document, queue, reason, priority, due)
	values (d.client, d.id, in_queue, why,
		coalesce((intray.sla_of(d.client, d.type)).priority, 100), d.due);
	notify intray_task;
end $$;

-- The offer is made in the transaction that makes the document ready, with the bytes that
-- will be sent, however often.
create function intray.document_ready(doc uuid, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
begin
	update intray.document set state = 'ready', cause = why, reason = null,
		revision = revision + 1 where id = doc returning * into strict d;
	insert into intray.delivery (document, revision, client, type, bytes, sha256, flags,
		replaces)
	values (d.id, d.revision, d.client, d.type, convert_to(d.instance, 'UTF8'),
		encode(sha256(convert_to(d.instance, 'UTF8')), 'hex'),
		array(select f.code from intray.finding f where f.document = d.id and f.confirmed
			order by f.position),
		-- What the ERP has of it already; null: nothing.
		(select max(v.revision) from intray.delivery v where v.document = d.id
			and v.state in ('acknowledged', 'posted')));
	perform intray.outbox_fill(d);
	notify intray_delivery;
end $$;
