-- Scans of many documents: what separates them is agreed with the tray, what was cut out of
-- one drop (or counted together by a sidecar) is a batch.

alter table intray.tray
	-- patterns (POSIX regular expressions with blanks between) of codes on paper
	add column separator_sheet text,  -- stands between documents and is dropped
	add column archive_number text,   -- a document begins here and keeps it
	add column tag text,              -- the same
	add column separator_blank boolean not null default false, -- so does a blank page
	add column by_content boolean not null default false, -- what pages say tells as well
	-- fronts and backs come as two drops; null: no. How long fronts wait for their backs.
	add column collate_wait interval,
	add column release text not null default 'document'
		check (release in ('document', 'batch'));

alter table intray.batch
	add column tray bigint references intray.tray,
	add column release text not null default 'document'
		check (release in ('document', 'batch')),
	add column pages integer,      -- of the scan
	add column separators integer, -- dropped pages among them
	add column cut integer,        -- documents that came of it
	add column expected integer check (expected >= 0), -- documents somebody counted
	add column completed timestamptz,
	add column released timestamptz,
	add column released_by text;
create index on intray.drop (batch) where batch is not null;
create index on intray.batch (client, created desc);
create index batch_open on intray.batch (created) where state in ('open', 'short');

-- What a code on paper says of the document that begins there.
create table intray.document_code (
	document uuid not null references intray.document,
	client   integer not null references intray.client,
	role     text not null check (role in ('number', 'tag')),
	value    text not null,
	page     integer not null, -- of the file, where it stands
	primary key (document, role, value)
);
create index on intray.document_code (client, value);

-- Findings of intake and cutting, which reading a document again would not find.
create table intray.standing_finding (
	document uuid not null references intray.document,
	client   integer not null references intray.client,
	code     text not null,
	kind     text not null check (kind in ('reading', 'document')),
	severity text not null check (severity in ('warn', 'stop')),
	text     text not null,
	primary key (document, code, text)
);

alter table intray.document
	add column awaits_other timestamptz, -- the other sides of its sheets, until then
	add column collated boolean not null default false; -- or will not be any more
create index document_awaits_other on intray.document (awaits_other)
	where awaits_other is not null;

alter table intray.job drop constraint job_kind_check,
	add constraint job_kind_check check (kind in ('read', 'run', 'cut', 'understand', 'check'));
