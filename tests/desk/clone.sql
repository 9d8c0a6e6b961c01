-- Copies every open exception :n times, with pages, fields and findings: the same paper as
-- other documents (ACME-261122-0001-C7), for tests and benchmarks that need a full queue. Due
-- times are spread over the next hours.
alter table intray.document disable trigger user; -- these documents never moved
create temp table made as
	select d.id as old, t.queue, t.reason, t.priority, gen_random_uuid() as doc, i, d.client
	from intray.task t join intray.document d on d.id = t.document,
		generate_series(1, :n) as i
	where t.state = 'open' and d.control_number not like '%-C%';
insert into intray.document (id, client, drop, control_number, type, type_version, profile_version,
		type_confidence, supplier, format, pages, structured, state, cause, reason, received_on,
		due, revision, instance)
	select m.doc, d.client, d.drop, d.control_number || '-C' || m.i, d.type, d.type_version,
		d.profile_version, d.type_confidence, d.supplier, d.format, d.pages, d.structured,
		d.state, d.cause, d.reason, d.received_on, now() + make_interval(mins => m.i), 0, d.instance
	from made m join intray.document d on d.id = m.old;
alter table intray.document enable trigger user;
insert into intray.document_page (document, position, client, drop, number, rotation, dropped)
	select m.doc, p.position, p.client, p.drop, p.number, p.rotation, p.dropped
	from made m join intray.document_page p on p.document = m.old;
insert into intray.field (document, line, path, client, position, raw, value, page, x, y, w, h,
		source, confidence, accepted, why, alternatives)
	select m.doc, f.line, f.path, f.client, f.position, f.raw, f.value, f.page, f.x, f.y, f.w, f.h,
		f.source, f.confidence, f.accepted, f.why, f.alternatives
	from made m join intray.field f on f.document = m.old;
insert into intray.finding (document, client, position, code, kind, severity, fields, text)
	select m.doc, f.client, f.position, f.code, f.kind, f.severity, f.fields, f.text
	from made m join intray.finding f on f.document = m.old;
insert into intray.task (client, document, queue, reason, priority, due)
	select m.client, m.doc, m.queue, m.reason, m.priority, now() + make_interval(mins => m.i)
	from made m;
analyze intray.document, intray.document_page, intray.field, intray.finding, intray.task;
select count(*) from made;
drop table made;
