-- What is to be done: jobs for workers, tasks for people, offers for the ERP.

create sequence intray.fence;

-- Finished jobs are deleted, so this table stays small for ever.
create table intray.job (
	id          bigint generated always as identity primary key,
	client      integer not null references intray.client,
	document    uuid not null references intray.document,
	kind        text not null check (kind in ('read', 'run', 'understand', 'check')),
	first_page  integer not null default 0,
	last_page   integer not null default 0,
	priority    integer not null, -- lower first: what a person waits for, what was begun
	worker      text,
	fence       bigint not null default 0,
	lease_until timestamptz, -- null: nobody has it
	not_before  timestamptz not null default now(),
	faults      integer not null default 0, -- the reader died by itself: three
	losses      integer not null default 0, -- the lease expired: twenty
	error       text,
	created     timestamptz not null default now()
);
create index job_waiting on intray.job (priority, id) where lease_until is null;
create index job_leased on intray.job (lease_until) where lease_until is not null;
create index on intray.job (document);

create table intray.task (
	id          bigint generated always as identity primary key,
	client      integer not null references intray.client,
	document    uuid not null references intray.document,
	queue       text not null
		check (queue in ('exception', 'second-key', 'arbitration', 'quality')),
	reason      text not null, -- code of the finding that matters most
	priority    integer not null,
	due         timestamptz not null,
	state       text not null default 'open' check (state in ('open', 'done', 'cancelled')),
	account     integer references intray.account, -- who has it
	lease_until timestamptz,
	fence       bigint not null default 0,
	created     timestamptz not null default now(),
	finished    timestamptz
);
create index task_open on intray.task (due, priority, id) where state = 'open';
create unique index on intray.task (document) where state = 'open';
create index on intray.task (document);

-- What a person has typed so far. A late save is kept beside (side).
create table intray.draft (
	task    bigint not null references intray.task,
	account integer not null references intray.account,
	client  integer not null references intray.client,
	side    boolean not null,
	values  jsonb not null,
	at      timestamptz not null default now(),
	primary key (task, account, side)
);

create table intray.skipped (
	task    bigint not null references intray.task,
	account integer not null references intray.account,
	client  integer not null references intray.client,
	reason  text not null,
	at      timestamptz not null default now(),
	primary key (task, account)
);

-- Every keying, with what stood there before: the second key is compared with it, and
-- reading learns from it.
create table intray.keying (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	document uuid not null references intray.document,
	task     bigint not null references intray.task,
	account  integer not null references intray.account,
	pass     integer not null default 1,
	values   jsonb not null,
	before   jsonb not null,
	printed  text[] not null default '{}',
	at       timestamptz not null default now()
);
create index on intray.keying (document);

-- Counts and active time, never content.
create table intray.effort (
	task       bigint not null references intray.task,
	account    integer not null references intray.account,
	client     integer not null references intray.client,
	keystrokes integer not null default 0,
	fields     integer not null default 0,
	active_ms  bigint not null default 0,
	primary key (task, account)
);

-- The outbox. Its bytes never change; a repeat sends the same bytes.
create table intray.delivery (
	document   uuid not null references intray.document,
	revision   integer not null,
	client     integer not null references intray.client,
	batch      bigint references intray.batch,
	type       text not null,
	bytes      bytea not null,
	sha256     text not null,
	flags      text[] not null default '{}', -- codes of findings confirmed "as printed"
	state      text not null default 'open' check (state in
		('open', 'acknowledged', 'posted', 'refused', 'withdrawn')),
	created    timestamptz not null default now(),
	not_before timestamptz not null default now(),
	attempts   integer not null default 0,
	answered   timestamptz,
	number     text, -- the ERP's, once posted
	class      text check (class in ('technical', 'master-data', 'duplicate', 'data')),
	code       text,
	text       text,
	alarmed    timestamptz,
	primary key (document, revision)
);
create index delivery_open on intray.delivery (client, type, created) where state = 'open';
