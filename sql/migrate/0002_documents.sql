-- The paper: drops, pages, documents, what was read and what a person must look at, and the
-- events that tell a document's life.

create table intray.batch (
	id      bigint generated always as identity primary key,
	client  integer not null references intray.client,
	name    text not null,
	state   text not null default 'open'
		check (state in ('open', 'complete', 'short', 'released')),
	created timestamptz not null default now()
);

-- One row per appearance of a file.
create table intray.drop (
	id       uuid primary key, -- made by intake before it claims the file
	client   integer not null references intray.client,
	tray     bigint not null references intray.tray,
	batch    bigint references intray.batch,
	parent   uuid references intray.drop,
	name     bytea not null, -- path below the tray; any bytes
	sha256   text check (sha256 ~ '^[0-9a-f]{64}$'), -- null: there were no bytes to read
	size     bigint not null,
	mtime    timestamptz,
	problem  text,
	arrived  timestamptz not null default now()
);
create index on intray.drop (client, sha256);
create index on intray.drop (parent) where parent is not null;

create table intray.page (
	drop             uuid not null references intray.drop,
	number           integer not null check (number > 0),
	client           integer not null references intray.client,
	width            integer not null, -- 1/300 inch
	height           integer not null,
	dpi              integer not null,
	rotation         integer not null,
	skew_deg         real not null,
	blank            boolean not null,
	source           text not null,
	form             text,
	display          text, -- blobs in the client's store
	display_mime     text,
	display_width    integer,
	display_height   integer,
	thumbnail        text,
	thumbnail_mime   text,
	thumbnail_width  integer,
	thumbnail_height integer,
	words            bytea not null, -- doc_pack_page
	primary key (drop, number)
);
-- The keeper asks whether a blob is still wanted.
create index on intray.page (client, display);
create index on intray.page (client, thumbnail);

create table intray.state (
	name  text primary key,
	title text not null,
	-- busy: a process has it; people: waits for somebody; done: nothing more will happen
	-- by itself.
	phase text not null check (phase in ('busy', 'people', 'erp', 'done')),
	-- whether its values count when another paper is compared with it (duplicates)
	live  boolean not null
);

create table intray.transition (
	from_state text not null references intray.state, -- '' is the document's birth
	to_state   text not null references intray.state,
	who        text not null check (who in
		('intake', 'worker', 'keeper', 'deliver', 'person', 'erp', 'admin')),
	why        text not null,
	primary key (from_state, to_state, who)
);

create table intray.document (
	id              uuid primary key default gen_random_uuid(),
	client          integer not null references intray.client,
	drop            uuid not null references intray.drop,
	parent          uuid references intray.document,
	duplicate_of    uuid references intray.document,
	control_number  text not null unique,
	type            text,
	type_version    text,
	profile_version integer,
	type_confidence real,
	supplier        bigint references intray.supplier,
	format          text,
	pages           integer, -- of the file, once known
	structured      boolean not null default false,
	runs_left       integer,
	state           text not null references intray.state default 'received',
	since           timestamptz not null default now(), -- in this state
	cause           text not null check (cause ~ '^[a-z0-9-]+$'),
	reason          text, -- the same for people; may name values, so no event repeats it
	until           timestamptz, -- queried and postponed: comes back then
	received_on     date not null,
	arrived         timestamptz not null default now(),
	due             timestamptz not null,
	breached        timestamptz, -- when the keeper saw that it was late
	revision        integer not null default 0, -- counts up each time it becomes ready
	instance        text
);
create index on intray.document (drop);
create index on intray.document (parent) where parent is not null;
create index on intray.document (client, arrived desc);
create index on intray.document (arrived desc);
create index on intray.document (since) where state in
	('posted', 'split', 'merged', 'duplicate', 'rejected', 'erased');
-- Only what is on its way is looked at again and again.
create index document_open on intray.document (state, due)
	where state not in ('posted', 'split', 'merged', 'duplicate', 'rejected', 'erased');

create table intray.document_page (
	document uuid not null references intray.document,
	position integer not null,
	client   integer not null references intray.client,
	drop     uuid not null,
	number   integer not null,
	rotation integer not null default 0,
	dropped  boolean not null default false,
	primary key (document, position),
	foreign key (drop, number) references intray.page (drop, number)
);
create index on intray.document_page (drop, number);

create table intray.field (
	document     uuid not null references intray.document,
	line         integer not null default 0,
	path         text not null,
	client       integer not null references intray.client,
	position     integer not null,
	raw          text,
	value        text,
	page         integer not null default 0,
	x            integer not null default 0,
	y            integer not null default 0,
	w            integer not null default 0,
	h            integer not null default 0,
	source       text not null,
	confidence   real not null default 0,
	accepted     boolean not null default false,
	why          text,
	alternatives jsonb,
	primary key (document, line, path)
);

create table intray.finding (
	id       bigint generated always as identity primary key,
	document uuid not null references intray.document,
	client   integer not null references intray.client,
	position integer not null,
	code     text not null,
	kind     text not null check (kind in ('reading', 'document')),
	severity text not null check (severity in ('warn', 'stop')),
	fields   text[] not null default '{}',
	text     text not null,
	confirmed boolean not null default false -- a clerk says: so it is printed
);
create index on intray.finding (document);

-- "As printed": holds as long as the values it was said of are the same.
create table intray.confirmation (
	document uuid not null references intray.document,
	client   integer not null references intray.client,
	code     text not null,
	fields   text[] not null,
	values   jsonb not null,
	account  integer not null references intray.account,
	at       timestamptz not null default now(),
	primary key (document, code, fields)
);

-- What makes a document the same business paper as another (number and seller...).
create table intray.document_key (
	client   integer not null references intray.client,
	type     text not null,
	key      text not null,
	document uuid not null references intray.document,
	primary key (client, type, key, document)
);
create index on intray.document_key (document);

create table intray.control_counter (
	client integer not null references intray.client,
	day    date not null,
	last   integer not null,
	primary key (client, day)
);

-- Append-only. Ids and codes, never values or names, so erasure can leave them.
create table intray.event (
	id         bigint generated always as identity,
	at         timestamptz not null default clock_timestamp(),
	client     integer not null,
	document   uuid not null,
	kind       text not null default 'state',
	from_state text,
	to_state   text,
	actor      text not null, -- a process, or account:ID
	cause      text not null,
	task       bigint,
	primary key (at, id)
) partition by range (at);
create index on intray.event (document, at);
create table intray.event_default partition of intray.event default;
