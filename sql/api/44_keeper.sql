-- One round of housekeeping. Nothing here is needed for correctness within the hour, so a
-- row that somebody holds is left to the next round.

create function intray.keeper_round() returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	aside record;
begin
	perform intray.process_beat('keeper', 'keeping house');
	perform intray.event_partitions(2);
	-- Late is late once, when it is seen.
	update intray.document set breached = now() where id = any (array(
		select id from intray.document
		where due < now() and breached is null and state not in
			('posted', 'split', 'merged', 'duplicate', 'rejected', 'erased')
		for update skip locked));
	-- A paper that is done teaches nothing any more.
	delete from intray.document_evidence where document = any (array(
		select e.document from intray.document_evidence e
		join intray.document d on d.id = e.document
		where d.state in ('posted', 'split', 'merged', 'duplicate', 'rejected', 'erased')
		for update of e skip locked));
	-- The ERP says nothing.
	update intray.delivery set alarmed = now() where (document, revision) in (
		select v.document, v.revision from intray.delivery v
		where v.state = 'open' and v.alarmed is null and v.created < now()
			- make_interval(secs => intray.answer_hours(v)::double precision * 3600)
		for update of v skip locked);
	-- A clerk who left: the next one may have the task.
	update intray.task set account = null, lease_until = null where id = any (array(
		select id from intray.task where state = 'open' and lease_until < now()
		for update skip locked));
	perform intray.index_expire();
	-- What was put aside comes back.
	for aside in select id, state from intray.document
		where state in ('queried', 'postponed') and until < now() for update skip locked
	loop
		perform intray.document_excepted(aside.id, case aside.state
			when 'queried' then 'no-answer' else 'date-has-come' end);
	end loop;
	perform intray.collate_expire();
	delete from intray.process where beat < now() - interval '1 day';
end $$;
