-- Scans of many documents: fronts and backs are put together, the scan is cut where its tray
-- says, what comes of it is a batch that is let go document by document or as a whole.
--
-- Everything here happens in one transaction behind the fence of a job, so a scan is cut
-- once, however often somebody dies over it; and no page is lost, since what is cut keeps
-- its pages and ends as `split`.

-- All pages of a document are there: what is next?
create function intray.read_goes_on(doc uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	t intray.tray;
begin
	select * into strict d from intray.document where id = doc;
	select y.* into strict t from intray.drop o join intray.tray y on y.id = o.tray
		where o.id = d.drop;
	if t.collate_wait is not null and not d.collated and d.pages > 0 and not d.structured then
		perform intray.collate(d, t);
	elsif intray.tray_cuts(t) and not d.structured then
		perform intray.job_insert(doc, 'cut', 1, (select coalesce(max(p.position), 0)
			from intray.document_page p where p.document = doc));
	else
		perform intray.job_insert(doc, 'understand', 0, 0);
	end if;
end $$;

create function intray.tray_cuts(t intray.tray) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select t.separator_sheet is not null or t.archive_number is not null or t.tag is not null
		or t.separator_blank or t.by_content
$$;

-- --- fronts and backs ---

-- Two drops of one tray make a pair, in the order in which they arrived: fronts first, then
-- the backs as they come when the stack is turned over. Whoever is read last of the two
-- finds the other waiting.
create function intray.collate(d intray.document, t intray.tray) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	other intray.document;
begin
	perform pg_advisory_xact_lock(hashtextextended('collate ' || t.id, 0));
	with due as (
		select x.id, row_number() over (order by x.arrived, x.control_number) as n
		from intray.document x join intray.drop o on o.id = x.drop
		where o.tray = t.id and not x.collated and x.state in ('received', 'read'))
	select x.* into other from due mine
	join due theirs on theirs.n = mine.n + case when mine.n % 2 = 1 then 1 else -1 end
	join intray.document x on x.id = theirs.id and x.awaits_other is not null
	where mine.id = d.id;
	if other.id is null then
		update intray.document set awaits_other = now() + t.collate_wait where id = d.id;
	elsif (other.arrived, other.control_number) < (d.arrived, d.control_number) then
		perform intray.collate_pair(other, d);
	else
		perform intray.collate_pair(d, other);
	end if;
end $$;

-- Sheet by sheet; the back of the last sheet may have been left out.
create function intray.collate_pair(fronts intray.document, backs intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	made uuid;
begin
	update intray.document set awaits_other = null, collated = true
		where id in (fronts.id, backs.id);
	if fronts.pages - backs.pages not in (0, 1) then
		perform intray.collate_alone(x.id, format(
			'Fronts and backs do not fit: %s has %s pages, %s has %s.',
			fronts.control_number, fronts.pages, backs.control_number, backs.pages))
		from (values (fronts.id), (backs.id)) as x(id);
		return;
	end if;
	made := intray.document_from_pages(fronts, (
		select jsonb_agg(jsonb_build_object('document', p.document, 'position', p.position)
			order by case p.document when fronts.id then p.position
				else backs.pages - p.position + 1 end, p.document <> fronts.id)
		from intray.document_page p where p.document in (fronts.id, backs.id)), 'collated', null);
	update intray.document set collated = true where id = made;
	update intray.document set state = 'merged', cause = 'collated', merged_into = made
		where id in (fronts.id, backs.id);
	perform intray.stands_on(made, p) from unnest(array[fronts.id, backs.id]) p;
	perform intray.read_goes_on(made);
end $$;

create function intray.collate_alone(doc uuid, sentence text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.document set awaits_other = null, collated = true where id = doc;
	perform intray.finding_stands(doc, 'collation', 'document', 'stop', sentence);
	perform intray.read_goes_on(doc);
end $$;

-- The other half did not come in time.
create function intray.collate_expire() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
begin
	for d in select * from intray.document where awaits_other < now() and state = 'read'
		for update skip locked
	loop
		perform intray.collate_alone(d.id,
			'The other sides of these sheets did not come in time; the pages are as they were scanned.');
	end loop;
end $$;

-- --- findings that stay ---

create function intray.finding_stands(doc uuid, what text, of_kind text, how text, sentence text)
returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.standing_finding (document, client, code, kind, severity, text)
	select d.id, d.client, what, of_kind, how, sentence
	from intray.document d where d.id = doc
	on conflict do nothing
$$;

-- What was found of a document holds for the one that its pages went into.
create function intray.stands_on(doc uuid, was uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.finding_stands(doc, f.code, f.kind, f.severity, f.text) from (
		select code, kind, severity, text from intray.finding where document = was
		union select code, kind, severity, text from intray.standing_finding
			where document = was) f
$$;

-- Documents of a batch, without the scans they were cut out of.
create function intray.batch_documents(b bigint) returns setof intray.document
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select d.* from intray.drop o join intray.document d on d.drop = o.id
	where o.batch = b and d.state not in ('split', 'merged', 'duplicate');
end $$;

-- What is said at the first document of a batch that holds fewer than were counted, once all
-- of its scans are cut.
create function intray.batch_short(d intray.document) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select format('%s documents were counted for the batch "%s"; %s came of it.',
		b.expected, b.name, n.came)
	from intray.drop o join intray.batch b on b.id = o.batch,
		lateral (select count(*) as came, (array_agg(x.id order by x.arrived,
			x.control_number))[1] as first from intray.batch_documents(b.id) x) n
	where o.id = d.drop and n.came < b.expected and n.first = d.id
		-- files that an index names may yet come
		and not exists (select from intray.sidecar s where s.batch = b.id
			and s.document is null and s.until > now())
		and not exists (select from intray.batch_documents(b.id) x
			join intray.job j on j.document = x.id and j.kind in ('read', 'run', 'cut')
			where x.id <> d.id));
end $$;

-- Saved with each new understanding, in front of what that found.
create function intray.findings_add_standing(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into intray.finding (document, client, position, code, kind, severity, text, confirmed)
	select s.document, s.client, 0, s.code, s.kind, s.severity, s.text,
		exists (select from intray.confirmation c where c.document = d.id
			and c.code = s.code and c.fields = '{}')
	from intray.standing_finding s where s.document = d.id
		and not exists (select from intray.finding f where f.document = d.id
			and f.code = s.code and f.text = s.text);
	insert into intray.finding (document, client, position, code, kind, severity, text, confirmed)
	select d.id, d.client, 0, 'batch-short', 'document', 'stop', intray.batch_short(d),
		exists (select from intray.confirmation c where c.document = d.id
			and c.code = 'batch-short')
	where intray.batch_short(d) is not null;
end $$;

-- --- cutting ---

-- plan: {"pieces": [{"pages": [1, 2], "codes": [{"role", "value", "page"}]}],
-- "dropped": [{"page", "why"}]}; every page of the document in one place.
create function intray.job_save_cut(job_id bigint, held bigint, plan jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document := intray.job_document(job_id, held);
begin
	if d.id is null then
		return false;
	end if;
	perform intray.plan_check(d, plan);
	if jsonb_array_length(plan -> 'pieces') <> 1 or jsonb_array_length(plan -> 'dropped') > 0 then
		perform intray.batch_of_cut(d, plan);
	end if;
	if jsonb_array_length(plan -> 'pieces') = 1 then
		perform intray.document_trim(d, plan -> 'pieces' -> 0);
	else
		perform intray.document_split(d, plan);
	end if;
	perform intray.job_done(job_id);
	return true;
end $$;

create function intray.plan_check(d intray.document, plan jsonb) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	planned integer[] := array(select g::integer from jsonb_array_elements(plan -> 'pieces') p,
			jsonb_array_elements_text(p -> 'pages') g
		union all select (x ->> 'page')::integer from jsonb_array_elements(plan -> 'dropped') x
		order by 1);
begin
	if planned is distinct from array(select p.position from intray.document_page p
		where p.document = d.id and not p.dropped order by p.position)
	then
		raise exception 'the plan for % does not name each of its pages once', d.control_number;
	end if;
end $$;

-- One document it is, without its separators.
create function intray.document_trim(d intray.document, piece jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.codes_save(d.id, piece, d);
	if jsonb_array_length(piece -> 'pages') < (select count(*) from intray.document_page
		where document = d.id and not dropped)
	then
		perform intray.pages_arrange(d, (select jsonb_agg(jsonb_build_object('position', g.page)
			order by g.n) from jsonb_array_elements(piece -> 'pages')
			with ordinality as g (page, n)));
		update intray.document set pages = jsonb_array_length(piece -> 'pages') where id = d.id;
	end if;
	perform intray.job_insert(d.id, 'understand', 0, 0);
end $$;

create function intray.document_split(d intray.document, plan jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	piece jsonb;
	last_piece jsonb := plan -> 'pieces' -> -1;
	doc uuid;
	ends integer;
	begins integer := 0;
begin
	update intray.document_page p set dropped = true
		from jsonb_array_elements(plan -> 'dropped') x
		where p.document = d.id and p.position = (x ->> 'page')::integer;
	for piece in select p.value from jsonb_array_elements(plan -> 'pieces')
		with ordinality as p (value, n) order by p.n
	loop
		doc := intray.document_from_pages(d, (select jsonb_agg(jsonb_build_object(
			'document', d.id, 'position', g.page, 'rotation', coalesce((
				select r.rotation from intray.document_page r where r.document = d.id
					and r.position = g.page::integer), 0)) order by g.n)
			from jsonb_array_elements(piece -> 'pages') with ordinality as g (page, n)),
			'separated', 'understand');
		perform intray.codes_save(doc, piece, d);
		ends := (piece -> 'pages' ->> -1)::integer;
		perform intray.findings_go_to(d, doc, begins, ends, piece = last_piece);
		begins := ends;
	end loop;
	-- Last, so that their batch never looks empty.
	update intray.document set state = 'split', cause = case
		when last_piece is null then 'only-separators' else 'separated' end where id = d.id;
end $$;

-- What was found of the scan while it was read goes with the document that has, or would
-- have, the page it speaks of; what speaks of none goes with the last.
create function intray.findings_go_to(scan intray.document, doc uuid, after integer,
	upto integer, is_last boolean) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.finding_stands(doc, f.code, f.kind, f.severity, f.text)
	from (select code, kind, severity, text,
			coalesce(substring(text from '^Page ([0-9]{1,6})[^0-9]')::integer, 1000000) as page
		from intray.finding where document = scan.id
		union all select code, kind, severity, text, 1000000
		from intray.standing_finding where document = scan.id) f
	where f.page > after and (f.page <= upto or is_last)
$$;

create function intray.codes_save(doc uuid, piece jsonb, scan intray.document) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.document_code (document, client, role, value, page)
	select doc, scan.client, c.role, c.value, coalesce(p.number, c.page)
	from jsonb_to_recordset(piece -> 'codes') as c(role text, value text, page integer)
	left join intray.document_page p on p.document = scan.id and p.position = c.page
	on conflict do nothing
$$;

-- --- the batch ---

-- The scan's batch: made when it is cut, unless somebody who counts made it before.
create function intray.batch_of_drop(for_drop uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	o intray.drop;
	b bigint;
begin
	select * into strict o from intray.drop where id = for_drop for update;
	if o.batch is not null then
		return o.batch;
	end if;
	insert into intray.batch (client, name, tray, release)
	select o.client, case when intray.is_utf8(o.name) then convert_from(o.name, 'UTF8')
		else encode(o.name, 'escape') end, t.id, t.release
	from intray.tray t where t.id = o.tray returning id into b;
	update intray.drop set batch = b where id = for_drop;
	return b;
end $$;

-- Somebody counted the documents of a drop before they were scanned: a sidecar, a sheet.
create function intray.batch_expect(for_drop uuid, documents integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	b bigint := intray.batch_of_drop(for_drop);
begin
	update intray.batch set expected = documents where id = b;
	perform intray.batch_settle(b);
	return b;
end $$;

create function intray.batch_of_cut(d intray.document, plan jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	b bigint := intray.batch_of_drop(d.drop);
begin
	update intray.batch set
		pages = coalesce(pages, 0) + (select count(*) from intray.document_page p
			where p.document = d.id),
		separators = coalesce(separators, 0) + jsonb_array_length(plan -> 'dropped'),
		cut = coalesce(cut, 0) + jsonb_array_length(plan -> 'pieces') where id = b;
	perform intray.batch_settle(b);
end $$;

-- A batch is complete when nothing of it is under way and as many came as were counted.
-- What waits for that is let go.
create function intray.batch_settle(b bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	it intray.batch;
	n integer;
	under_way boolean;
begin
	select * into strict it from intray.batch where id = b for update;
	if it.state = 'released' then
		return;
	end if;
	select count(*), coalesce(bool_or(s.phase in ('busy', 'people')), false) into n, under_way
		from intray.batch_documents(b) d join intray.state s on s.name = d.state;
	it.state := case when under_way then 'open' when n < it.expected then 'short'
		else 'complete' end;
	update intray.batch set state = it.state,
		completed = case when it.state <> 'open' then coalesce(completed, now()) end
		where id = b and (state, completed is null) is distinct from
			(it.state, it.state = 'open');
	if it.state = 'complete' and it.release = 'batch' then
		perform intray.batch_let_go(b, 'complete');
	end if;
end $$;

create function intray.batch_let_go(b bigint, by_whom text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.batch set state = 'released', released = now(), released_by = by_whom
		where id = b;
	update intray.delivery v set not_before = now()
		from intray.batch_documents(b) d
		where v.document = d.id and v.state = 'open' and v.not_before = 'infinity';
	notify intray_delivery;
end $$;

create function intray.document_batch() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	b bigint := (select o.batch from intray.drop o where o.id = new.drop);
begin
	if b is not null then
		perform intray.batch_settle(b);
	end if;
	return null;
end $$;
create trigger document_batch after update of state on intray.document
	for each row when (old.state is distinct from new.state)
	execute function intray.document_batch();

-- What belongs to a batch that is let go as a whole is not on offer before.
create function intray.delivery_waits() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if exists (select from intray.document d join intray.drop o on o.id = d.drop
		join intray.batch b on b.id = o.batch
		where d.id = new.document and b.release = 'batch' and b.state <> 'released')
	then
		new.not_before := 'infinity';
	end if;
	return new;
end $$;
create trigger delivery_waits before insert on intray.delivery
	for each row execute function intray.delivery_waits();

-- By hand, although it is short or something of it is still under way.
create function intray.batch_release(b bigint, by_whom text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	it intray.batch;
begin
	select * into it from intray.batch where id = b for update;
	if not found then
		raise exception 'there is no batch %', b;
	end if;
	if it.state = 'released' then
		return format('batch %s was released before, by %s', b, it.released_by);
	end if;
	perform intray.batch_let_go(b, by_whom);
	return format('batch %s is released; it was %s', b, it.state);
end $$;
