-- What two people must release: a bank account that the master does not have. Money sent to a
-- stranger's account is gone, so nobody lets it pass alone, neither in the queue ("as printed")
-- nor here; it holds for this document and these values, and no master learns of it.

create function intray.needs_two(code text) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select code = 'supplier-account'
$$;

-- The caller releases, which its story tells; true when two different people have, of the values as they are now.
create function intray.release_by_two(d intray.document, of_code text, paths text[])
returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into intray.release (document, client, code, values, account)
	values (d.id, d.client, of_code, intray.values_of(d.id, paths), intray.my_account())
	on conflict do nothing;
	if found then
		insert into intray.event (client, document, kind, actor, cause)
		values (d.client, d.id, 'release', intray.actor(), of_code);
	end if;
	return intray.released_by(d.id, of_code, paths) >= 2;
end $$;

-- Whether nothing but such a finding keeps a document back.
create function intray.waits_for_release(d intray.document) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(bool_and(intray.needs_two(f.code)), false) from intray.finding f
	where f.document = d.id and f.severity = 'stop' and not f.confirmed);
end $$;

-- It leaves the queue and waits for them; if nobody answers in two weeks it comes back.
create function intray.document_queried(d intray.document) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.document set state = 'queried', cause = 'bank-account',
		until = now() + interval '14 days', reason = (select f.text from intray.finding f
			where f.document = d.id and intray.needs_two(f.code) order by f.position limit 1)
	where id = d.id
$$;

create function intray.released_by(doc uuid, of_code text, paths text[]) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select count(distinct r.account) from intray.release r where r.document = doc
		and r.code = of_code and r.values = intray.values_of(doc, paths)
$$;

create function intray.released_by_me(doc uuid, of_code text, paths text[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select exists (select from intray.release r where r.document = doc and r.code = of_code
		and r.account = intray.my_account() and r.values = intray.values_of(doc, paths))
$$;

-- What waits, for whoever may release it.
create view desk.release with (security_invoker, security_barrier) as
select d.id as document, c.code as client, d.control_number, f.code, f.text, d.since, d.until,
	intray.released_by(d.id, f.code, f.fields) as released,
	intray.released_by_me(d.id, f.code, f.fields) as released_by_me
from intray.document d join intray.client c on c.id = d.client
join intray.finding f on f.document = d.id and not f.confirmed and f.code = 'supplier-account'
where d.state = 'queried' and intray.may('key', d.client, d.type);

-- 'released': a second person must do so as well; 'done': it goes on; 'again': the caller has
-- done so before, and cannot be the second.
create function desk.release(document uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	f intray.finding;
	before boolean;
begin
	select * into d from intray.document o where o.id = release.document for update;
	if not found or not intray.may('key', d.client, d.type) then
		raise exception 'there is no document %', document;
	end if;
	select * into f from intray.finding n where n.document = d.id and intray.needs_two(n.code)
		and not n.confirmed order by n.position limit 1;
	if d.state <> 'queried' or f.id is null then
		raise exception '% is "%" and does not wait to be released', d.control_number, d.state;
	end if;
	before := intray.released_by_me(d.id, f.code, f.fields);
	if not intray.release_by_two(d, f.code, f.fields) then
		return case when before then 'again' else 'released' end;
	end if;
	perform intray.confirmation_save(d, f.code, f.fields);
	update intray.document o set state = 'keyed', cause = 'released', until = null where o.id = d.id;
	perform intray.job_insert(d.id, 'check', 0, 0);
	return 'done';
end $$;
