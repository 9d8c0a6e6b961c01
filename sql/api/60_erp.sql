-- The ERP's door. It reads open offers (erp.offer, and a typed view per document type made
-- by intray.schema_install), acknowledges, posts or refuses them one by one. Every answer
-- may be repeated; an answer to a revision that is not the last is refused.

create view erp.offer with (security_invoker, security_barrier) as
select v.document, v.revision, d.control_number, c.code as client, v.type, d.received_on,
	v.created, v.attempts, v.flags, v.sha256, v.bytes,
	convert_from(v.bytes, 'UTF8')::xml as xml, v.replaces
from intray.delivery v
join intray.document d on d.id = v.document and d.revision = v.revision
join intray.client c on c.id = v.client
where v.state = 'open' and v.not_before <= now()
	and (intray.is_process() or intray.may('erp', v.client, v.type));

-- The offer, locked, if the caller may answer it.
create function intray.erp_hold(doc uuid, rev integer) returns intray.delivery
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	v intray.delivery;
begin
	select * into d from intray.document where id = doc for update;
	if not found or not (intray.may('erp', d.client, d.type) or intray.actor_kind() = 'deliver')
	then
		raise exception 'there is no document %', doc;
	end if;
	select * into v from intray.delivery where document = doc and revision = rev for update;
	if not found then
		raise exception 'document % was never offered as revision %', d.control_number, rev;
	end if;
	if rev <> d.revision or v.state = 'withdrawn' then
		raise exception 'revision % of document % is not on offer any more', rev,
			d.control_number;
	end if;
	return v;
end $$;

create function intray.erp_received(doc uuid, rev integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.document set state = 'offered', cause = 'fetched'
		where id = doc and state = 'ready';
	update intray.document set state = 'acknowledged', cause = 'acknowledged'
		where id = doc and state = 'offered';
	update intray.delivery set state = 'acknowledged', answered = now()
		where document = doc and revision = rev and state = 'open';
end $$;

-- "We have it."
create function erp.acknowledge(document uuid, revision integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v intray.delivery := intray.erp_hold(document, revision);
begin
	if v.state = 'refused' then
		raise exception 'revision % was refused already', revision;
	end if;
	perform intray.erp_received(document, revision);
end $$;

-- "We booked it, under this number."
create function erp.post(document uuid, revision integer, number text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v intray.delivery := intray.erp_hold(document, revision);
begin
	if coalesce(post.number, '') = '' then
		raise exception 'give the number under which it is booked';
	end if;
	if v.state = 'posted' and v.number is distinct from post.number then
		raise exception 'revision % is posted already, as %', revision, v.number;
	end if;
	if v.state = 'refused' then
		raise exception 'revision % was refused already', revision;
	end if;
	if v.state = 'posted' then
		return;
	end if;
	perform intray.erp_received(document, revision);
	update intray.document d set state = 'posted', cause = 'posted' where d.id = post.document;
	update intray.delivery o set state = 'posted', number = post.number, answered = now()
		where o.document = post.document and o.revision = post.revision;
end $$;

-- "We do not take it." technical: offered again after a while; master-data: asks the
-- client; duplicate: the ERP has it; data: back to a person, with the ERP's words.
create function erp.refuse(document uuid, revision integer, class text, code text, text text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v intray.delivery := intray.erp_hold(document, revision);
begin
	if coalesce(class, '') not in ('technical', 'master-data', 'duplicate', 'data') then
		raise exception 'class must be technical, master-data, duplicate or data, not %',
			class;
	end if;
	if v.state = 'posted' then
		raise exception 'revision % is posted already, as %', revision, v.number;
	end if;
	if v.state = 'refused' then
		return;
	end if;
	update intray.delivery o set class = refuse.class, code = refuse.code,
		text = refuse.text, answered = now(), attempts = attempts + 1,
		state = case refuse.class when 'technical' then 'open' else 'refused' end,
		not_before = case refuse.class when 'technical' then now() + least(
			make_interval(mins => (2 ^ least(attempts, 8))::integer),
			interval '1 hour') else not_before end
		where o.document = refuse.document and o.revision = refuse.revision;
	perform intray.document_refused(document, class, text);
end $$;

create function intray.document_refused(doc uuid, why text, words text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.document set state = 'offered', cause = 'fetched'
		where id = doc and state = 'ready';
	update intray.document set state = 'refused', cause = why, reason = words where id = doc;
	case why
	when 'technical' then
		update intray.document set state = 'ready', cause = 'try-again' where id = doc;
	when 'master-data' then
		update intray.document set state = 'queried', cause = 'master-data',
			until = now() + interval '14 days' where id = doc;
	when 'duplicate' then
		update intray.document set state = 'duplicate', cause = 'erp-has-it' where id = doc;
	else
		insert into intray.finding (document, client, position, code, kind, severity, text)
		select d.id, d.client, 0, 'erp-refused', 'document', 'stop',
			'The ERP refused it: ' || coalesce(words, 'no reason given')
		from intray.document d where d.id = doc;
		perform intray.document_excepted(doc, 'erp-refused');
	end case;
end $$;

-- A document's whole story, delivered or not.
create function erp.document(id uuid)
returns table (control_number text, client text, type text, state text, reason text,
	received_on date, revision integer, offered timestamptz, answer text,
	answered timestamptz, number text, class text, code text, text text, xml xml)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select d.control_number, c.code, d.type, d.state, d.reason, d.received_on, v.revision,
		v.created, v.state, v.answered, v.number, v.class, v.code, v.text,
		convert_from(v.bytes, 'UTF8')::xml
	from intray.document d
	join intray.client c on c.id = d.client
	left join intray.delivery v on v.document = d.id
	where d.id = document.id and intray.may('erp', d.client, d.type)
	order by v.revision
$$;

select intray.erp_view(name) from intray.doctype where current;
