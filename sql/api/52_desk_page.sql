-- What the keying page asks for: a task with all that is known of its document in one answer,
-- its pages, and what is done beside keying.

-- The findings of a document as the page wants them.
create function intray.findings_json(doc uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('finding', f.id, 'code', f.code,
		'kind', f.kind, 'severity', f.severity, 'fields', f.fields, 'text', f.text,
		'confirmed', f.confirmed) order by f.position, f.id), '[]')
	from intray.finding f where f.document = doc);
end $$;

-- Fields with their evidence; what the caller may not see comes without text.
create function intray.fields_json(d intray.document, blind boolean) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	seen constant text[] := intray.seen_paths(d.client, d.type, d.type_version);
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('path', f.path, 'line', f.line,
		'value', case when s.may and not blind then f.value end,
		'raw', case when s.may and not blind then f.raw end,
		'page', f.page, 'box', jsonb_build_array(f.x, f.y, f.w, f.h),
		'source', f.source, 'confidence', round(f.confidence::numeric, 3),
		'accepted', f.accepted and not blind, 'why', f.why, 'hidden', not s.may,
		'alternatives', case when s.may and not blind then f.alternatives end)
		order by f.line, f.position), '[]')
	from intray.field f,
	lateral (select coalesce(f.path = any (seen), true) as may) s
	where f.document = d.id);
end $$;

create function intray.pages_json(doc uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('position', dp.position, 'number', dp.position,
		'width', p.width, 'height', p.height, 'rotation', dp.rotation,
		'picture', p.display is not null, 'display_width', p.display_width,
		'display_height', p.display_height, 'blank', p.blank) order by dp.position), '[]')
	from intray.document_page dp
	join intray.page p on p.drop = dp.drop and p.number = dp.number
	where dp.document = doc and not dp.dropped);
end $$;

create function intray.notes_json(doc uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('text', n.text, 'at', n.at, 'by', a.name)
		order by n.id), '[]')
	from intray.note n join intray.account a on a.id = n.account where n.document = doc);
end $$;

-- Whoever opens a document with fields that not everybody may see leaves a trace of it.
create function intray.note_look(d intray.document, what text, at_task bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	insert into intray.event (client, document, kind, actor, cause, task)
	values (d.client, d.id, 'look', intray.actor(), what, at_task);
end $$;

create function intray.task_json(t intray.task) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	fields jsonb;
	-- A second key is blind: not even where something was read is said.
	blind constant boolean := t.queue = 'second-key';
begin
	select * into strict d from intray.document where id = t.document;
	fields := case when blind then '[]' else intray.fields_json(d, false) end;
	if not blind and intray.seen_paths(d.client, d.type, d.type_version) is null
		and exists (select from intray.field f
			join intray.doctype_field y on y.type = d.type and y.version = d.type_version
				and y.path = f.path and y.restricted where f.document = d.id)
	then
		perform intray.note_look(d, 'restricted', t.id);
	end if;
	return jsonb_build_object('task', t.id, 'fence', t.fence, 'queue', t.queue,
		'reason', t.reason, 'due', t.due, 'priority', t.priority, 'senior', t.senior,
		'client', (select c.code from intray.client c where c.id = d.client),
		'document', d.id, 'control_number', d.control_number, 'type', d.type,
		'type_confidence', d.type_confidence, 'received_on', d.received_on,
		'file', (select convert_from(o.name, 'UTF8') from intray.drop o where o.id = d.drop
			and intray.is_utf8(o.name)),
		'fields', fields,
		'findings', case when blind then '[]' else intray.findings_json(d.id) end,
		'only', case when blind then to_jsonb((intray.second_key_of(d.id)).fields) end,
		'differences', case t.queue when 'arbitration' then intray.differences_json(d) end,
		'pages', intray.pages_json(d.id),
		'notes', case when blind then '[]' else intray.notes_json(d.id) end,
		'known', case when not blind then intray.known_json(d) end,
		'refused', (select jsonb_build_object('class', v.class, 'text', v.text)
			from intray.delivery v where v.document = d.id and v.state = 'refused' and not blind
			order by v.revision desc limit 1),
		'draft', (select r.values from intray.draft r where r.task = t.id
			and r.account = intray.my_account() and not r.side),
		'late', case when not blind then intray.late_json(d) end,
		'overrides', intray.overrides_json(d));
end $$;

-- What somebody saved too late, for whoever has the document now: by, at and the values.
create function intray.late_json(d intray.document) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	seen constant text[] := intray.seen_paths(d.client, d.type, d.type_version);
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('by', a.name, 'at', r.at, 'values',
		(select coalesce(jsonb_object_agg(v.key, v.value), '{}') from jsonb_each(
			case when jsonb_typeof(r.values -> 'values') = 'object' then r.values -> 'values'
				else r.values end) v
			where seen is null or v.key = any (seen)))
		order by r.at desc), '[]')
	from intray.draft r join intray.task k on k.id = r.task
	join intray.account a on a.id = r.account
	where k.document = d.id and r.side and not exists (select from intray.keying y
		where y.document = d.id and y.at > r.at));
end $$;

-- Rules of the client's profile that "as printed" does not settle, or not without a reason:
-- {"sum-of-lines": "never", "due-after-issue": "reason"}.
create function intray.overrides_json(d intray.document) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_object_agg(m[1], case m[2] when 'final' then 'never'
		else 'reason' end), '{}')
	from intray.profile p,
	lateral regexp_matches(p.text, '^\s*rule\s+(\S+)\s+(final|reasoned)\s*(?:#.*)?$', 'ng') m
	where p.client = d.client and p.type = d.type and p.current);
end $$;

-- A file's name may be any bytes.
create function intray.is_utf8(name bytea) returns boolean
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
	perform convert_from(name, 'UTF8');
	return true;
exception when others then
	return false;
end $$;

-- The next task beside those named, with everything the page needs to show it. Null: none.
create function desk.take_task(but bigint[], queues text[] default null) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	chosen constant bigint := intray.task_lease(but, queues);
begin
	select * into t from intray.task k where k.id = chosen;
	return case when t.id is not null then intray.task_json(t) end;
end $$;

-- One the caller has, again: after a reload, or when its check came back.
create function desk.see_task(task bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	return intray.task_json(intray.task_mine(task));
end $$;

-- A certain task of the queue that nobody has. Null: somebody was faster.
create function desk.pick_task(task bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	me constant integer := intray.my_account();
begin
	select k.* into t from intray.task k join intray.document d on d.id = k.document
		where k.id = pick_task.task and k.state = 'open'
			and intray.may(intray.task_right(k), k.client, d.type)
			and (k.queue = 'exception' or intray.fit_for(k, me))
		for update of k skip locked;
	if not found then
		return null;
	end if;
	if t.account = me and t.lease_until > now() then
		return intray.task_json(t);
	elsif t.lease_until > now() then
		return null;
	end if;
	update intray.task k set account = me, fence = nextval('intray.fence'), field = null,
		lease_until = now() + interval '15 minutes' where k.id = t.id returning * into t;
	perform intray.note_look(d, 'task', t.id) from intray.document d where d.id = t.document;
	return intray.task_json(t);
end $$;

-- Those that are open in a page stay with it while it lives; gives those it still has.
create function desk.keep_tasks(tasks bigint[]) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	still jsonb;
begin
	with kept as (
		update intray.task t set lease_until = now() + interval '15 minutes'
		where t.id = any (tasks) and t.state = 'open' and t.account = me
			and t.lease_until > now()
		returning t.id)
	select coalesce(jsonb_agg(id), '[]') into still from kept;
	return still;
end $$;

-- Taken beforehand and not wanted: back to the others at once.
create function desk.release_tasks(tasks bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.task t set account = null, lease_until = null
		where t.id = any (tasks) and t.state = 'open' and t.account = intray.my_account();
	notify intray_task;
end $$;

create function desk.add_note(task bigint, note text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task := intray.task_mine(task);
begin
	if length(btrim(coalesce(note, ''))) not between 1 and 2000 then
		raise exception 'a note has from 1 to 2000 characters';
	end if;
	insert into intray.note (client, document, account, text)
	values (t.client, t.document, intray.my_account(), btrim(note));
	return case when t.queue = 'second-key' then '[]' else intray.notes_json(t.document) end;
end $$;

-- Counts and active time of a task, never content; added to what is there.
create function desk.add_effort(task bigint, effort jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.effort_said(t, intray.my_account(), effort) from intray.task t
		join intray.document d on d.id = t.document
		where t.id = add_effort.task and intray.may(intray.task_right(t), t.client, d.type);
end $$;

-- What is to do and what was done, for the page's corner.
-- Every open page asks this every few seconds, so tasks are counted by kind, and rights are looked
-- at once a kind; what a document is matters only to people who may not see all types.
create function desk.counts() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	by_type constant boolean := exists (select from intray.access a where a.account = me
		and a.types is not null);
begin
	return (with kinds as (
		select t.client, t.queue, t.senior, y.type,
			count(*) as n, count(*) filter (where t.due < now()) as late
		from intray.task t,
			lateral (select case when by_type then (select d.type from intray.document d
				where d.id = t.document) end as type) y
		where t.state = 'open' group by t.client, t.queue, t.senior, y.type),
	mine as (select sum(k.n) as n, sum(k.late) as late from kinds k
		join intray.access a on a.account = me and a.client = k.client
			and a.what = intray.right_for(k.queue, k.senior)
			and (a.types is null or k.type = any (a.types)))
	select jsonb_build_object('open', coalesce(m.n, 0), 'late', coalesce(m.late, 0),
		'today', (select count(*) from intray.keying k
			where k.account = me and k.at > date_trunc('day', now())))
	from mine m);
end $$;

-- The document that the caller's may be a duplicate of, for looking at both. Null: none.
create function desk.twin(task bigint) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	d intray.document;
	o intray.document;
begin
	select * into t from intray.task_mine(task);
	select * into strict d from intray.document where id = t.document;
	select x.* into o from intray.document x where x.id = (
		select u.document from intray.twin_of(d.id, d.type, intray.document_given(d.id)) u);
	-- A second key would read there what he is to key.
	if o.id is null or not intray.may_look(o) or t.queue = 'second-key' or intray.blind(o) then
		return null;
	end if;
	perform intray.note_look(o, 'twin', t.id);
	return jsonb_build_object('document', o.id, 'control_number', o.control_number,
		'state', (select s.title from intray.state s where s.name = o.state),
		'received_on', o.received_on, 'pages', intray.pages_json(o.id),
		'values', intray.document_values(o.id, true));
end $$;

create function desk.reasons() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'code', r.code, 'text', r.text,
		'client', c.code) order by r.kind, r.code), '[]')
	from intray.reason r left join intray.client c on c.id = r.client
	where r.client is null or r.client = any (intray.my_clients())
$$;

-- --- for the page's process: pages, and a document as the check will see it -----------------

-- Who may look at a document's pages: whoever may key or check it, and auditors.
create function intray.may_look(d intray.document) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select exists (select from intray.access a where a.account = intray.my_account()
		and a.client = d.client and a.what in ('key', 'quality', 'senior', 'audit')
		and (a.types is null or d.type = any (a.types))));
end $$;

-- The blob of a page's picture; every look at a whole page is recorded.
create function intray.page_picture(doc uuid, at_position integer, thumb boolean)
returns table (client text, blob text, mime text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	d intray.document;
begin
	select * into d from intray.document where id = doc;
	if not found or not intray.may_look(d) then
		return;
	end if;
	if not thumb then
		perform intray.note_look(d, 'page', null);
	end if;
	return query select c.code,
		case when thumb then coalesce(p.thumbnail, p.display) else p.display end,
		case when thumb then coalesce(p.thumbnail_mime, p.display_mime)
			else p.display_mime end
	from intray.document_page dp
	join intray.page p on p.drop = dp.drop and p.number = dp.number
	join intray.client c on c.id = d.client
	where dp.document = doc and dp.position = at_position and not dp.dropped
		and p.display is not null;
end $$;

-- A page's words are as much as its picture: who asks for them alone leaves the same trace. The
-- page asks for both at once, which is one look.
create function intray.page_words(doc uuid, at_position integer) returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
begin
	select * into d from intray.document where id = doc;
	if not found or not intray.may_look(d) or intray.blind(d) then
		return null;
	end if;
	if not exists (select from intray.event e where e.document = doc and e.kind = 'look'
		and e.actor = intray.actor() and e.at > now() - interval '10 seconds')
	then
		perform intray.note_look(d, 'words', null);
	end if;
	return (select p.words from intray.document_page dp
		join intray.page p on p.drop = dp.drop and p.number = dp.number
		where dp.document = doc and dp.position = at_position and not dp.dropped);
end $$;

-- The document of a task that the caller has, with everything the check will look at, also
-- what the caller may not see: nothing of this leaves the process but findings. What was read is
-- left out when it is what `known` is the stamp of: whatever changes it writes the document's row,
-- or another finding.
create function intray.task_source(task_id bigint, known text default null)
returns table (document uuid, client text, type text, received_on date, structured boolean,
	type_confidence real, fields jsonb, findings jsonb, confirmed jsonb, queue text, profile text,
	stamp text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select d.id, c.code, d.type, d.received_on, d.structured, d.type_confidence,
		case when s.stamp is distinct from known then
			(select coalesce(jsonb_agg(to_jsonb(f) order by f.position), '[]')
			from intray.field f where f.document = d.id and t.queue <> 'second-key') end,
		case when s.stamp is distinct from known then
			(select coalesce(jsonb_agg(to_jsonb(f) order by f.position, f.id), '[]')
			from intray.finding f where f.document = d.id and t.queue <> 'second-key') end,
		(select coalesce(jsonb_agg(jsonb_build_object('code', n.code, 'fields', n.fields)),
			'[]') from intray.confirmation n where n.document = d.id
			and n.values = intray.values_of(d.id, n.fields)), t.queue,
		(select p.text from intray.profile p where p.client = d.client and p.type = d.type
			and p.current), s.stamp
	from intray.task t join intray.document d on d.id = t.document
	join intray.client c on c.id = t.client
	cross join lateral (select concat_ws(' ', t.fence, d.xmin, (select max(n.id)
		from intray.finding n where n.document = d.id)) as stamp) s
	where t.id = task_id and t.state = 'open' and t.account = intray.my_account()
		and intray.may(intray.task_right(t), t.client, d.type);
end $$;

create function intray.desk_profile(of_client text, of_type text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id constant integer := (select c.id from intray.client c where c.code = of_client
		and c.id = any (intray.my_clients()));
begin
	if found_id is null then
		raise exception 'there is no client "%"', of_client;
	end if;
	return (select p.text from intray.profile p where p.client = found_id and p.type = of_type
		and p.current);
end $$;

-- What is known to stand in a field, for completing what is typed and for offering it:
-- {"merchant/name": [["Bolt & Sons", "12"], ...]}, value and supplier: whoever of the master may be
-- meant, then what stood on other papers, the last keyed first, then the rest of the master, as
-- far as it is small.
create function intray.known_json(d intray.document) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	seen constant text[] := intray.seen_paths(d.client, d.type, d.type_version);
begin
	return (select coalesce(jsonb_object_agg(k.path, k.list), '{}') from (
		select i.path, jsonb_agg(jsonb_build_array(i.value, i.supplier::text)
			order by i.rank, i.last_at desc, i.id) as list
		from (select m.path, m.value, m.supplier, m.rank, null::timestamptz as last_at, m.id
				from intray.known_master(d) m
			union all (select o.path, o.value, o.supplier, 10, o.last_at, o.id
				from intray.supplier_item o where o.client = d.client
				and o.type = d.type and o.what = 'value' and o.status <> 'demoted'
				order by o.last_at desc limit 600)) i
		where seen is null or i.path = any (seen)
		group by i.path) k);
end $$;

-- What suppliers of the master have for the fields of a document's type.
create function intray.known_master(d intray.document)
returns table (path text, value text, supplier bigint, rank bigint, id bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query with s as (
		select s.*, c.n as rank from intray.document_match m
		cross join lateral jsonb_array_elements(m.candidates) with ordinality as c(j, n)
		join intray.supplier s on s.id = (c.j ->> 'supplier')::bigint where m.document = d.id
		union all (select s.*, 20 from intray.supplier s where s.client = d.client
			and s.number is not null and s.active order by s.number limit 200))
	select f.path, v.value, s.id, s.rank, s.id
	from s join intray.doctype_field f on f.type = d.type and f.version = d.type_version
		and f.role in ('seller', 'merchant') and f.in_table is null
	cross join lateral (select case f.kind when 'party' then s.name when 'vat-id' then s.vat_id
		when 'tax-number' then coalesce(s.tax_number, case when f.role = 'merchant' then s.vat_id end)
		when 'address' then nullif(concat_ws(' ', s.street, s.postcode, s.city), '') end as value) v
	where v.value is not null;
end $$;
