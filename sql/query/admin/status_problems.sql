-- What is wrong, and what to do about it; the worst first.
select * from (
	select 1 as n, 'Nothing reads: no worker has given a sign for ' ||
		coalesce(date_trunc('second', now() - max(p.beat))::text, 'ever') || ', and ' ||
		(select count(*) from intray.job) || ' jobs wait.' as what,
		'Start intrayd, or look into its log why its workers do not stay.' as remedy
	from intray.process p where p.role = 'intray_worker'
	having coalesce(max(p.beat) < now() - interval '2 minutes', true)
		and exists (select from intray.job)
	union all
	select 2, 'Nobody takes files in: intake has given no sign for ' ||
		coalesce(date_trunc('second', now() - max(p.beat))::text, 'ever') || '.',
		'Start intrayd, or look into its log.'
	from intray.process p where p.role = 'intray_intake'
	having coalesce(max(p.beat) < now() - interval '2 minutes', true)
		and exists (select from intray.tray where active)
	union all
	select 3, 'Tray ' || c.code || '/' || t.name || ': ' || r.problem, 'Folder: ' || t.path
	from intray.tray_report r join intray.tray t on t.id = r.tray and t.active
	join intray.client c on c.id = t.client where r.problem is not null
	union all
	select 3, 'Tray ' || c.code || '/' || t.name || ' was last looked at ' ||
		date_trunc('second', now() - r.at) || ' ago.',
		'Look whether the folder ' || t.path || ' answers (a network share?).'
	from intray.tray_report r join intray.tray t on t.id = r.tray and t.active
	join intray.client c on c.id = t.client
	where r.at < now() - interval '2 minutes' and exists (select from intray.process p
		where p.role = 'intray_intake' and p.beat > now() - interval '2 minutes')
	union all
	select 4, count(*) || ' jobs wait after an error; the last: ' || max(error),
		'They are tried again by themselves. `intray retry ID` takes one out of turn.'
	from intray.job where error is not null and (lease_until is null or lease_until < now())
	having count(*) > 0
	union all
	select 5, count(*) || ' documents are on their way, but nothing works on them.',
		'Run `intray verify`; `intray retry ID` reads one again.'
	from intray.document d
	where d.state in ('received', 'read', 'understood', 'keyed', 'match', 'checked')
		and not exists (select from intray.job j where j.document = d.id)
	having count(*) > 0
	union all
	select 6, count(*) || ' documents could not be read safely.',
		'`intray list --state quarantined`, then `intray retry ID` or `intray reject ID`.'
	from intray.document where state = 'quarantined' having count(*) > 0
	union all
	select 7, count(*) || ' exceptions are past their due time.',
		'Somebody must key them: `select * from desk.next_task()`.'
	from intray.task where state = 'open' and due < now() having count(*) > 0
	union all
	select 8, count(*) || ' offers have had no answer from the ERP for too long.',
		'Ask the people of the ERP of ' || string_agg(distinct c.code, ', ') ||
			'. `intray deliver status` shows which; `intray deliver retry` sends again.'
	from intray.delivery v join intray.client c on c.id = v.client
	where v.state = 'open' and v.alarmed is not null having count(*) > 0
	union all
	select 8, 'Door ' || c.code || '/' || d.name || ' does not work since ' ||
		to_char(d.since, 'YYYY-MM-DD HH24:MI') || ': ' || d.problem,
		'Its documents wait; it is tried again by itself, or at once by `intray deliver retry ' ||
		c.code || '/' || d.name || '`.'
	from intray.door d join intray.client c on c.id = d.client
	where d.problem is not null and d.active
	union all
	select 8, 'Documents are to be handed over, but nothing works at the doors of ' ||
		string_agg(distinct c.code, ', ') || '.',
		'Start intrayd, or look into the log of proc=deliver.'
	from intray.door d join intray.client c on c.id = d.client and d.active
	where exists (select from intray.delivery v where v.door = d.id and v.state = 'open')
		and not exists (select from intray.process p where p.role = 'intray_deliver'
			and p.name = c.code || '/' || d.name and p.beat > now() - interval '10 minutes')
	having count(*) > 0
	union all
	select 8, count(*) || ' documents are booked that were refused or taken back before.',
		'`intray deliver status` names them; the ERP must reverse what is booked twice.'
	from intray.delivery v where v.late and v.answered > now() - interval '7 days'
	having count(*) > 0
) problems
order by n
