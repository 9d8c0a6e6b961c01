-- The way out: doors, batches, the files that go through them, what came back, and the
-- journal that the daily statement is made of.

-- [door CLIENT/NAME] of the configuration; one that left it keeps its history.
create table intray.door (
	id           bigint generated always as identity primary key,
	client       integer not null references intray.client,
	name         text not null,
	kind         text not null check (kind in ('sql', 'files', 'command', 'https')),
	format       text not null, -- as in render.h
	mapping      text, -- of columns
	types        text[], -- null: all that no other door names
	answer_hours numeric, -- null: as agreed (intray.sla)
	active       boolean not null default true,
	-- The breaker. An ERP that is down is the door's trouble, not its documents'.
	failures     integer not null default 0, -- one after the other
	closed_until timestamptz, -- nothing is tried before
	problem      text, -- in its own words; null: it works
	since        timestamptz,
	unique (client, name)
);

-- What was handed over together: a folder of files, or what one call of erp.next_batch gave.
create table intray.delivery_batch (
	id          bigint generated always as identity primary key,
	client      integer not null references intray.client,
	door        bigint references intray.door,
	account     integer references intray.account, -- who asked for it by SQL
	name        text not null unique, -- "acme-261122-000007"
	created     timestamptz not null default now(),
	taken_until timestamptz, -- by SQL: then its taker gets it once more
	rendered    timestamptz, -- its files are frozen
	written     timestamptz  -- its folder stands there
);
create index on intray.delivery_batch (door) where written is null;

-- Rendered bytes, frozen: of one document (they are made with the values, before it becomes
-- ready under that revision), or of a whole batch (one CSV with all of it). A repeat sends the
-- same bytes.
create table intray.delivery_file (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	document uuid references intray.document,
	revision integer,
	batch    bigint references intray.delivery_batch,
	format   text not null,
	name     text not null,
	mime     text not null,
	bytes    bytea not null,
	sha256   text not null,
	check ((document is null) <> (batch is null) and (document is null) = (revision is null))
);
create unique index on intray.delivery_file (document, revision, format, name)
	where document is not null;
create unique index on intray.delivery_file (batch, name) where batch is not null;

-- What a batch holds, for ever; the offer itself may have moved on to another.
create table intray.delivery_batch_item (
	batch           bigint not null references intray.delivery_batch,
	document        uuid not null references intray.document,
	revision        integer not null,
	client          integer not null references intray.client,
	action          text not null check (action in ('book', 'correct', 'reverse', 'withdraw')),
	replaces        integer,
	replaces_number text,
	primary key (batch, document, revision)
);

-- Batches of scans are another thing.
alter table intray.delivery drop constraint delivery_batch_fkey;
update intray.delivery set batch = null;
alter table intray.delivery
	add foreign key (batch) references intray.delivery_batch,
	add column door bigint references intray.door,
	add column sum numeric, -- what it is about, for the statement
	add column currency text,
	add column booked numeric, -- what the ERP says it booked
	add column reverse boolean not null default false, -- the ERP wants a reversal first
	add column late boolean not null default false, -- booked after it was taken back
	add column handed timestamptz, -- when it last left the house
	add column told timestamptz, -- when the ERP heard that it was taken back
	drop constraint delivery_class_check,
	add constraint delivery_class_check check (class in
		('technical', 'master-data', 'duplicate', 'data', 'must-reverse'));
create index on intray.delivery (batch);
create index on intray.delivery (door) where state = 'withdrawn' and told is null
	and handed is not null;

alter table intray.document add column sum numeric, add column currency text;

-- What became of every offer, and when. Append-only.
create table intray.handover (
	id       bigint generated always as identity primary key,
	at       timestamptz not null default clock_timestamp(),
	client   integer not null references intray.client,
	document uuid not null,
	revision integer not null,
	what     text not null,
	actor    text not null
);
create index on intray.handover (document, revision, id);
create index on intray.handover (client, at);

insert into intray.handover (at, client, document, revision, what, actor)
select created, client, document, revision, 'open', 'migration' from intray.delivery
union all
select coalesce(answered, created), client, document, revision, state, 'migration'
from intray.delivery where state <> 'open'
order by 1;

-- Files with answers, and each line that could not be taken as it was.
create table intray.answer_file (
	id     bigint generated always as identity primary key,
	client integer not null references intray.client,
	door   bigint not null references intray.door,
	name   text not null,
	sha256 text not null,
	first  timestamptz not null default now(),
	last   timestamptz not null default now(),
	times  integer not null default 1,
	lines  integer not null, -- the last time
	taken  integer not null,
	again  integer not null,
	wrong  integer not null,
	unique (door, name, sha256)
);
create table intray.answer_problem (
	id      bigint generated always as identity primary key,
	client  integer not null references intray.client,
	file    bigint references intray.answer_file on delete cascade, -- null: by SQL or a push
	line    integer,
	what    text not null, -- the document as the answer names it
	problem text not null,
	at      timestamptz not null default now()
);
create index on intray.answer_problem (client, at);
