-- Fills a throwaway database with :n finished documents of client acme, as a year's work
-- leaves them: drops, pages with words, fields, findings, keys, events, deliveries, and one
-- in twenty still an open exception. No job is left, as after a quiet night.
alter table intray.document disable trigger user; -- these documents never moved
create temp table made as
	select i, gen_random_uuid() as drop, gen_random_uuid() as doc,
		now() - make_interval(mins => i * 5) as at, i % 20 = 0 as open,
		(select id from intray.client where code = 'acme') as client,
		(select id from intray.tray limit 1) as tray
	from generate_series(1, :n) as i;
insert into intray.drop (id, client, tray, name, sha256, size, mtime, arrived)
	select drop, client, tray, convert_to('scan-' || i || '.pdf', 'UTF8'),
		encode(sha256(convert_to('bytes ' || i, 'UTF8')), 'hex'), 100000, at, at from made;
insert into intray.page (drop, number, client, width, height, dpi, rotation, skew_deg, blank,
		source, display, thumbnail, words)
	select drop, 1, client, 2480, 3508, 300, 0, 0, false, 'ocr',
		encode(sha256(convert_to('page ' || i, 'UTF8')), 'hex'),
		encode(sha256(convert_to('small ' || i, 'UTF8')), 'hex'),
		decode(repeat(md5(i::text), 60), 'hex') from made;
insert into intray.document (id, client, drop, control_number, type, format, pages, state,
		since, cause, received_on, arrived, due, revision)
	select doc, client, drop, 'ACME-OLD-' || i, 'invoice', 'pdf', 1,
		case when open then 'exception' else 'posted' end, at, 'arrived', at::date, at,
		at + interval '1 day', 1 from made;
insert into intray.document_page (document, position, client, drop, number)
	select doc, 1, client, drop, 1 from made;
insert into intray.field (document, path, client, position, raw, value, page, source,
		confidence, accepted)
	select doc, p.path, client, p.n, 'raw ' || i, case p.path when 'number' then 'R' || i
		when 'seller/name' then 'Supplier ' || i % 3000 else 'value ' || i end,
		1, 'ocr', 0.9, true
	from made, unnest(array['number', 'issue_date', 'currency', 'seller/name',
		'seller/address', 'seller/vat_id', 'buyer/name', 'total_without_vat', 'total_vat',
		'total_with_vat']) with ordinality as p(path, n);
insert into intray.finding (document, client, position, code, kind, severity, text)
	select doc, client, 1, 'missing', 'reading', 'stop', 'Something is missing.' from made
	where i % 5 = 0;
insert into intray.document_key (client, type, key, document)
	select client, 'invoice', k, doc from made, unnest(array[
		'3 seller supplier' || i % 3000 || ' number r' || i,
		'3 near n r' || i || ' a ' || i % 500, '3 near a ' || i % 500 || ' d 2026-01-' ||
			lpad((i % 28 + 1)::text, 2, '0')]) k;
insert into intray.event (at, client, document, from_state, to_state, actor, cause)
	select at + make_interval(secs => s.n), client, doc, s.was, s.now, 'worker', 'arrived'
	from made, (values (1, '', 'received'), (2, 'received', 'read'), (3, 'read', 'understood'),
		(4, 'understood', 'ready'), (5, 'ready', 'posted')) as s(n, was, now);
insert into intray.delivery (document, revision, client, type, bytes, sha256, state, answered)
	select doc, 1, client, 'invoice', convert_to('<invoice/>', 'UTF8'), repeat('a', 64),
		'posted', at from made where not open;
insert into intray.task (client, document, queue, reason, priority, due)
	select client, doc, 'exception', 'missing', 100, at + interval '1 day' from made where open;
alter table intray.document enable trigger user;
drop table made;
analyze intray.drop, intray.page, intray.document, intray.field, intray.finding,
	intray.document_key, intray.event, intray.delivery, intray.task;
