-- Who we work for, who works for us, and what is agreed: clients, trays, people, document
-- types with their versions, client profiles, service levels, reason lists.
-- Row-level security for every table with a column `client` is set up in sql/api.

create table intray.client (
	id        integer generated always as identity primary key,
	code      text not null unique check (code ~ '^[a-z0-9-]{1,32}$'),
	name      text not null,
	time_zone text not null default 'UTC',
	active    boolean not null default true
);

-- A watched folder. Where it is and how it is watched stands in the configuration file;
-- the database keeps what drops refer to.
create table intray.tray (
	id        bigint generated always as identity primary key,
	client    integer not null references intray.client,
	name      text not null,
	path      text not null,
	languages text,
	received  text not null default 'drop' check (received in ('drop', 'mtime')),
	active    boolean not null default true,
	unique (client, name)
);

-- What intake saw at its last scan; replaced each time.
create table intray.tray_report (
	tray    bigint primary key references intray.tray,
	client  integer not null references intray.client,
	waiting bigint not null,
	ignored bigint not null,
	growing bigint not null,
	problem text,
	at      timestamptz not null default now()
);

-- Every running process says every few seconds that it lives.
create table intray.process (
	role     text not null,
	name     text not null,
	backend  integer not null,
	started  timestamptz not null default now(),
	beat     timestamptz not null default now(),
	doing    text,
	primary key (role, name)
);

-- People and machines that log in as themselves: a clerk, an ERP, an auditor.
create table intray.account (
	id      integer generated always as identity primary key,
	role    text not null unique, -- the PostgreSQL role, compared with session_user
	kind    text not null check (kind in ('person', 'erp', 'report')),
	name    text not null,
	active  boolean not null default true,
	created timestamptz not null default now()
);

-- What an account may do for a client. (DESIGN calls it `grant`, a reserved word.)
create table intray.access (
	account    integer not null references intray.account,
	client     integer not null references intray.client,
	what       text not null check (what in ('key', 'quality', 'erp', 'report')),
	types      text[],   -- null: all document types
	languages  text[],   -- null: all languages
	restricted boolean not null default false, -- may see fields marked see="restricted"
	primary key (account, client, what)
);
create index on intray.access (client);

-- Document types: every version that was ever installed, byte for byte.
create table intray.doctype (
	name      text not null,
	version   text not null check (version ~ '^[0-9a-f]{64}$'), -- SHA-256 of the bytes
	title     text not null,
	xsd       bytea not null,
	installed timestamptz not null default now(),
	current   boolean not null default true,
	primary key (name, version)
);
create unique index on intray.doctype (name) where current;

create table intray.doctype_field (
	type       text not null,
	version    text not null,
	path       text not null,
	position   integer not null,
	title      text not null,
	in_table   text, -- "lines", and
	item       text, -- "line": a column of a table; null: a header field
	kind       text not null,
	required   boolean not null default false,
	keyed      boolean not null default true,
	restricted boolean not null default false,
	primary key (type, version, path),
	foreign key (type, version) references intray.doctype (name, version)
);

-- What a client changes of a type (schema.h doctype_with_profile).
create table intray.profile (
	client    integer not null references intray.client,
	type      text not null,
	version   integer not null,
	text      text not null,
	installed timestamptz not null default now(),
	current   boolean not null default true,
	primary key (client, type, version)
);
create unique index on intray.profile (client, type) where current;

-- Until when a document must be done. The most specific row wins: client and type, client,
-- type, neither.
create table intray.sla (
	client        integer references intray.client,
	type          text,
	hours         numeric not null check (hours > 0),
	calendar      text not null default 'weekdays' check (calendar in ('always', 'weekdays')),
	time_zone     text, -- null: the client's
	cut_off       time, -- what arrives later counts from the next day
	pause_queried boolean not null default true,
	priority      integer not null default 100, -- lower first
	answer_hours  numeric not null default 24, -- then an unanswered offer alarms
	unique nulls not distinct (client, type)
);

-- The lists people pick from; client null: every client's.
create table intray.reason (
	kind   text not null check (kind in ('reject', 'skip', 'query', 'postpone', 'rescan')),
	code   text not null check (code ~ '^[a-z0-9-]+$'),
	client integer references intray.client,
	text   text not null,
	unique nulls not distinct (kind, code, client)
);

create table intray.supplier (
	id      bigint generated always as identity primary key,
	client  integer not null references intray.client,
	number  text, -- the ERP's
	name    text not null,
	vat_id  text,
	active  boolean not null default true,
	unique (client, number)
);
create table intray.supplier_alias (
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier,
	alias    text not null, -- comparison key of a name it prints
	primary key (client, alias)
);
create table intray.supplier_account (
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier,
	iban     text not null,
	primary key (client, supplier, iban)
);
create table intray.supplier_layout (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier,
	type     text not null,
	layout   jsonb not null,
	seen     integer not null default 1
);
