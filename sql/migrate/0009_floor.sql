-- The floor: figures that are counted as they arise, what a site lets be seen of its people, and
-- the second factor of signing in.

-- Whether supervisors see clerks' figures by name, under another name, or not at all.
alter table intray.client add column clerk_figures text not null default 'names'
	check (clerk_figures in ('names', 'pseudonyms', 'off'));

-- Makes other names that nobody can work out.
create table intray.site_key (
	one boolean primary key default true check (one),
	key  uuid not null default gen_random_uuid()
);
insert into intray.site_key default values;

-- What was done in an hour, so that no figure has to look at every document again. Counts alone,
-- and each row is one person's, so people never wait for each other.
create table intray.tally (
	client     integer not null references intray.client,
	hour       timestamptz not null,
	account    integer not null, -- 0: nobody, the machine
	type       text not null,
	keyed      integer not null default 0,
	counted    integer not null default 0, -- of these, with effort
	keystrokes bigint not null default 0,
	fields     bigint not null default 0,
	active_ms  bigint not null default 0,
	checked    integer not null default 0, -- of these, looked at by the check afterwards
	right_once integer not null default 0, -- and found right
	untouched  integer not null default 0, -- ready the first time, and nobody had keyed it
	touched    integer not null default 0,
	primary key (client, hour, account, type)
);

-- How fast tasks come and go.
create index on intray.task (created);
create index on intray.task (finished) where finished is not null;

-- The second factor: the secret of RFC 6238, and the last step that a code was taken of, so
-- that none is taken twice.
alter table intray.person add column totp bytea;
alter table intray.person add column totp_step bigint not null default 0;
