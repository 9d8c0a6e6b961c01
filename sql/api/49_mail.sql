-- Containers: what was inside of a mail or an archive becomes drops and documents of their own,
-- in the one transaction that ends the container's document as `split`. A child's id follows
-- from its parent's and its number, so that whatever is repeated makes nothing twice.

create function intray.child_id(parent uuid, number integer) returns uuid
language sql immutable set search_path = pg_catalog, pg_temp as $$
	-- Version 8 of RFC 9562: an id made by a rule of one's own.
	select overlay(overlay(left(encode(sha256(convert_to('intray part ' || parent || ' ' || number,
		'UTF8')), 'hex'), 32) placing '8' from 13) placing 'a' from 17)::uuid
$$;

-- Who sent it: of the nearest mail around a drop, or the drop itself. A forwarded mail's sender
-- counts more than whoever forwarded it. Evidence, never proof: anybody can write a sender.
create function intray.mail_around(of_drop uuid) returns setof intray.mail
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query with recursive up as (
		select d.id, d.parent from intray.drop d where d.id = of_drop
		union all
		select d.id, d.parent from up join intray.drop d on d.id = up.parent
	) cycle id set again using way
	select m.* from up join intray.drop d on d.id = up.id join intray.mail m on m.drop = up.id
	where m.sender is not null
	order by d.depth desc limit 1;
end $$;
create function intray.sender_of(of_drop uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select sender from intray.mail_around(of_drop)
$$;

-- Head and list of a container or of a mail that is itself the document. The day a mail was
-- received is the day of all that came with it; what lies in another container has that one's.
create function intray.mail_save(d intray.document, result jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	m jsonb := result -> 'mail';
begin
	insert into intray.part (drop, number, client, kind, name, mime, size, code, reason)
	select d.drop, p.number, d.client, p.kind, p.name, p.mime, p.size, p.code, p.reason
	from jsonb_to_recordset(result -> 'parts') as p(number integer, kind text, name text,
		mime text, size bigint, code text, reason text)
	where p.kind = 'listed'
	on conflict (drop, number) do nothing;
	if jsonb_typeof(m) is distinct from 'object' then
		return;
	end if;
	insert into intray.mail (drop, client, sender, sender_name, subject, message_id, received_on)
	values (d.drop, d.client, m ->> 'sender', m ->> 'sender_name', m ->> 'subject',
		m ->> 'message_id', (m ->> 'received_on')::date)
	on conflict (drop) do nothing;
	update intray.document set received_on = (m ->> 'received_on')::date
		where id = d.id and m ->> 'received_on' is not null
			and not exists (select from intray.drop o where o.id = d.drop and o.parent is not null);
end $$;

-- What one delivery may become when it is unpacked to the last: more of it is an attack, or
-- somebody's whole archive.
create function intray.unpacked_too_far(d intray.document, parts jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when o.depth >= 6 then 'It lies too deep: a container in a container, seven times. '
			'It was not opened.'
		when inside.n + jsonb_array_length(parts) > 10000 or inside.bytes > 4000000000
			then 'The delivery it came in is larger than one can be. It was not opened.'
		end
	from intray.drop o, (select count(*) as n, coalesce(sum(size), 0) as bytes
		from intray.drop where root = (select coalesce(root, id) from intray.drop
			where id = d.drop)) as inside
	where o.id = d.drop
$$;

-- A container: its children are born, it ends. One transaction, behind the job's fence.
create function intray.job_save_split(job_id bigint, held bigint, result jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document := intray.job_document(job_id, held);
	o intray.drop;
	p record;
	sentence text;
	child uuid;
begin
	if d.id is null then
		return false;
	end if;
	select * into strict o from intray.drop where id = d.drop;
	sentence := intray.unpacked_too_far(d, result -> 'parts');
	if sentence is not null then
		update intray.document set format = result ->> 'format' where id = d.id;
		perform intray.document_quarantine(d.id, 'too-much-inside', sentence);
		return true;
	end if;
	perform intray.mail_save(d, result);
	select * into strict d from intray.document where id = d.id;
	for p in select * from jsonb_to_recordset(result -> 'parts') as x(number integer, kind text,
			name text, mime text, size bigint, code text, reason text, sha256 text)
		where kind <> 'listed' order by number
	loop
		child := intray.child_id(o.id, p.number);
		perform intray.drop_born(child, o.tray, o.id, convert_to(p.name, 'UTF8'), p.sha256,
			p.size, null, d.received_on, case p.kind when 'problem' then p.code end,
			case p.kind when 'problem' then p.reason end);
		insert into intray.part (drop, number, client, kind, name, mime, size, code, reason, child)
		values (o.id, p.number, o.client, p.kind, p.name, p.mime, p.size, p.code, p.reason, child)
		on conflict (drop, number) do nothing;
	end loop;
	update intray.document set state = 'split', cause = 'unpacked', pages = 0, runs_left = null,
		format = result ->> 'format' where id = d.id;
	perform intray.job_done(job_id);
	return true;
end $$;

-- Every file that came on a day, and every part that was in one, once, with what became of it.
-- Parts count for the day on which the outermost came. A tray's files are its documents,
-- duplicates, quarantined ones, containers and indexes; a container's parts are the same, and what was
-- only listed. `lost` is what must not be.
create function intray.taken_in(day date, of_client text, of_tray text)
returns table (client text, tray text, part_of text, name bytea, fate text, papers bigint,
	control_number text, state text, type text, reason text, id uuid, arrived timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with outermost as (
		select o.*, c.code, t.name as tray_name
		from intray.tray t
		join intray.client c on c.id = t.client
		join intray.drop o on o.tray = t.id and o.parent is null
			and o.arrived >= day::timestamp at time zone c.time_zone
			and o.arrived < (day + 1)::timestamp at time zone c.time_zone
		where (of_client is null or c.code = of_client) and (of_tray is null or t.name = of_tray)
	), every as (
		select o.id, o.parent, o.name, o.problem, o.code, o.tray_name, o.arrived from outermost o
		union all
		select i.id, i.parent, i.name, i.problem, o.code, o.tray_name, o.arrived
		from outermost o join intray.drop i on i.root = o.id
	), first as (
		-- The document that the file itself was, before anybody cut or joined it.
		select e.*, d.id as document, d.parent as of_document, d.duplicate_of, d.control_number,
			d.state, d.type, coalesce(d.reason, replace(d.cause, '-', ' ')) as reason
		from every e
		left join intray.document d on d.drop = e.id and not exists (select
			from intray.document c where c.id = d.parent and c.drop = e.id)
	)
	select f.code, f.tray_name,
		(select p.control_number from intray.document p where p.id = f.of_document),
		f.name,
		case when f.document is null then 'lost'
			when f.duplicate_of is not null then 'duplicate'
			when f.state = 'quarantined' or f.problem is not null then 'quarantined'
			when exists (select from intray.part p where p.drop = f.id and p.child is not null)
				then 'container'
			when exists (select from intray.sidecar s where s.drop = f.id) then 'index'
			else 'document' end,
		greatest(1, (select count(*) from intray.document x where x.drop = f.id
			and x.id <> f.document and x.state not in ('split', 'merged'))),
		f.control_number, f.state, f.type, f.reason, f.id, f.arrived
	from first f
	union all
	select f.code, f.tray_name, f.control_number, convert_to(p.name, 'UTF8'), 'listed', 0, null, null, p.mime,
		p.reason, null, f.arrived
	from first f join intray.part p on p.drop = f.id and p.child is null
$$;
