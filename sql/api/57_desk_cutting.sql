-- Paper that was scanned together and does not belong together, and the other way round: pages
-- put in order, turned, dropped; a document cut into several, several joined to one. A page
-- never gets lost: what is cut or joined keeps its own pages and ends as `split` or `merged`,
-- findable by its number; what comes of it are new documents with numbers of their own that
-- name where they come from. They are understood anew; nothing is read twice.
--
-- A page is named by its position in the document, which is also what the evidence of a field
-- names.

-- A new document with pages of one or more others, in state `read`. next_job null: none yet.
create function intray.document_from_pages(d intray.document, pages jsonb, why text,
	next_job text default 'understand') returns uuid
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	doc uuid;
begin
	insert into intray.document (client, drop, parent, control_number, cause, received_on,
		arrived, due, format, pages)
	values (d.client, d.drop, d.id, intray.control_number(d.client, (now() at time zone
			(select c.time_zone from intray.client c where c.id = d.client))::date),
		why, d.received_on, d.arrived, d.due, d.format, jsonb_array_length(pages))
	returning id into doc;
	insert into intray.document_page (document, position, client, drop, number, rotation)
	select doc, g.n, d.client, p.drop, p.number, coalesce((g.page ->> 'rotation')::integer, 0)
	from jsonb_array_elements(pages) with ordinality as g (page, n)
	join intray.document_page p on p.document = (g.page ->> 'document')::uuid
		and p.position = (g.page ->> 'position')::integer;
	update intray.document set state = 'read', cause = why where id = doc;
	if next_job is not null then
		perform intray.job_insert(doc, next_job, 0, 0);
	end if;
	return doc;
end $$;

-- Every page that is named must be one of these documents, and none twice.
create function intray.pages_check(pages jsonb, of_documents uuid[]) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if exists (select from jsonb_array_elements(pages) g where not exists (
		select from intray.document_page p
		where p.document = (g.value ->> 'document')::uuid and p.document = any (of_documents)
			and p.position = (g.value ->> 'position')::integer))
	then
		raise exception 'there is no such page';
	end if;
	if (select count(distinct (g.value ->> 'document', g.value ->> 'position')) <> count(*)
		or bool_or(coalesce((g.value ->> 'rotation')::integer, 0) not in (0, 90, 180, 270))
		from jsonb_array_elements(pages) g)
	then
		raise exception 'a page can be used once, turned by 0, 90, 180 or 270 degrees';
	end if;
end $$;

-- The same document with its pages in another order, turned, some dropped: what they show of
-- its fields moves with them. What was dropped stays behind the others.
create function intray.pages_arrange(d intray.document, pages jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	kept constant integer := jsonb_array_length(pages);
	moves constant jsonb := (select jsonb_agg(m) from (select p.position as was,
			coalesce(g.n, kept + row_number() over (partition by g.n is null
				order by p.position)) as becomes, g.n is null as dropped,
			coalesce((g.page ->> 'rotation')::integer, p.rotation) as rotation
		from intray.document_page p
		left join jsonb_array_elements(pages) with ordinality as g (page, n)
			on (g.page ->> 'position')::integer = p.position
		where p.document = d.id) m);
begin
	-- Two steps, since two pages may not have one position even for a moment.
	update intray.document_page p set position = -m.becomes, rotation = m.rotation,
		dropped = m.dropped
		from jsonb_to_recordset(moves) as m(was integer, becomes integer, dropped boolean,
			rotation integer)
		where p.document = d.id and p.position = m.was;
	update intray.document_page p set position = -p.position
		where p.document = d.id and p.position < 0;
	update intray.field f set page = m.becomes
		from jsonb_to_recordset(moves) as m(was integer, becomes integer)
		where f.document = d.id and f.page = m.was;
	-- What the desk has kept of it is not so any more (task_source).
	update intray.document o set pages = o.pages where o.id = d.id;
end $$;

-- Parts: one list of pages for each document that is to be: [[{"position": 2, "rotation": 90},
-- ...], ...]. What no part names is dropped. One part is the document itself in order; more of
-- them end it as `split`. Gives [{"document", "control_number"}] of what there is now, and
-- whether the task is still the caller's.
create function desk.arrange(task bigint, fence bigint, parts jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	d intray.document;
	full_parts jsonb;
	made uuid[] := '{}';
	part jsonb;
	was_dropped integer;
begin
	select * into t from intray.task_hold(task, coalesce(fence, 0));
	if not found then
		return jsonb_build_object('outcome', 'late');
	end if;
	select * into strict d from intray.document where id = t.document;
	if jsonb_typeof(parts) is distinct from 'array' or jsonb_array_length(parts) = 0
		or exists (select from jsonb_array_elements(parts) p where jsonb_array_length(p.value) = 0)
	then
		raise exception 'every part needs a page';
	end if;
	select jsonb_agg((select jsonb_agg(g.value || jsonb_build_object('document', d.id) order by g.n)
		from jsonb_array_elements(p.value) with ordinality as g (value, n)) order by p.n)
		into full_parts from jsonb_array_elements(parts) with ordinality as p (value, n);
	perform intray.pages_check((select jsonb_agg(g.value) from jsonb_array_elements(full_parts) p,
		jsonb_array_elements(p.value) g), array[d.id]);
	if jsonb_array_length(parts) = 1 then
		select count(*) into was_dropped from intray.document_page where document = d.id and dropped;
		perform intray.pages_arrange(d, full_parts -> 0);
		insert into intray.event (client, document, kind, actor, cause, task)
		values (d.client, d.id, 'pages', intray.actor(), 'arranged', t.id);
		if was_dropped <> (select count(*) from intray.document_page
			where document = d.id and dropped)
		then
			perform intray.task_finish(t.id);
			update intray.document set state = 'read', cause = 'pages-changed',
				pages = jsonb_array_length(full_parts -> 0) where id = d.id;
			perform intray.job_insert(d.id, 'understand', 0, 0);
			return jsonb_build_object('outcome', 'again');
		end if;
		return jsonb_build_object('outcome', 'arranged', 'pages', intray.pages_json(d.id));
	end if;
	perform intray.task_finish(t.id);
	update intray.document set state = 'split', cause = 'cut' where id = d.id;
	for part in select p.value from jsonb_array_elements(full_parts) with ordinality as p (value, n)
		order by p.n
	loop
		made := made || intray.document_from_pages(d, part, 'cut');
	end loop;
	return jsonb_build_object('outcome', 'split', 'documents', intray.numbers_json(made));
end $$;

create function intray.numbers_json(docs uuid[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_agg(jsonb_build_object('document', d.id, 'control_number', d.control_number)
		order by array_position(docs, d.id)) from intray.document d where d.id = any (docs)
$$;

-- Exceptions that arrived before and after this one, of the same client, that nobody else
-- works on: what it may belong together with.
create function desk.neighbours(task bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	me constant integer := intray.my_account();
begin
	select o.* into d from intray.task k join intray.document o on o.id = k.document
		where k.id = task and k.account = me and k.state = 'open'
			and intray.may(intray.task_right(k), k.client, o.type);
	if not found then
		raise exception 'task % is not yours (any more); take the next one', task;
	end if;
	return (select coalesce(jsonb_agg(jsonb_build_object('document', n.id, 'control_number',
		n.control_number, 'type', n.type, 'pages', n.pages, 'arrived', n.arrived,
		'file', case when intray.is_utf8(n.name) then convert_from(n.name, 'UTF8') end)
		order by n.arrived, n.control_number), '[]')
	from (select o.*, p.name from intray.document o
		join intray.task k on k.document = o.id and k.state = 'open' and k.queue = 'exception'
			and (k.account is null or k.account = me or k.lease_until < now())
		join intray.drop p on p.id = o.drop
		where o.client = d.client and o.id <> d.id and o.state = 'exception'
			and intray.may(intray.task_right(k), k.client, o.type)
		order by abs(extract(epoch from o.arrived - d.arrived)), o.control_number limit 30) n);
end $$;

-- This document and others, in the order in which they are named, become one. Nobody else may
-- be working on them.
create function desk.join_documents(task bigint, fence bigint, others uuid[]) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	d intray.document;
	o intray.task;
	other uuid;
	made uuid;
	docs uuid[];
	me constant integer := intray.my_account();
begin
	select * into t from intray.task_hold(task, coalesce(fence, 0));
	if not found then
		return jsonb_build_object('outcome', 'late');
	end if;
	select * into strict d from intray.document where id = t.document;
	docs := d.id || coalesce(others, '{}');
	if cardinality(docs) < 2 or cardinality(docs) > 20
		or cardinality(docs) <> (select count(distinct u) from unnest(docs) u)
	then
		raise exception 'name the other documents, each once';
	end if;
	-- In one order, so that two who join the same documents do not wait for each other.
	for other in select u from unnest(others) u order by u loop
		perform from intray.document x where x.id = other for update;
		select k.* into o from intray.task k join intray.document x on x.id = k.document
			where k.document = other and k.state = 'open' and k.queue = 'exception'
				and x.client = d.client and x.state = 'exception'
				and intray.may(intray.task_right(k), k.client, x.type)
				and (k.account is null or k.account = me or k.lease_until < now())
			for update of k;
		if not found then
			raise exception 'another of them is not free; somebody works on it, or it is done';
		end if;
		perform intray.task_finish(o.id);
	end loop;
	perform intray.task_finish(t.id);
	update intray.document set state = 'merged', cause = 'joined' where id = any (docs);
	made := intray.document_from_pages(d, (select jsonb_agg(jsonb_build_object('document',
		p.document, 'position', p.position, 'rotation', p.rotation)
		order by array_position(docs, p.document), p.position)
		from intray.document_page p where p.document = any (docs) and not p.dropped), 'joined');
	update intray.document set merged_into = made where id = any (docs);
	return jsonb_build_object('outcome', 'merged', 'documents', intray.numbers_json(array[made]));
end $$;
