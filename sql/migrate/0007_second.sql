-- What more than one person does: the second key with its arbitration, the quality check of a
-- sample, and whose mistake was whose.

-- What the database itself must know of a profile: which fields are keyed twice, which are
-- critical, how much is sampled. Made by `intray profile set` from the text.
alter table intray.profile add column rules jsonb not null default '{}';

-- A quality check after release goes on beside whatever else happens to the document.
drop index intray.task_document_idx;
create unique index task_one_each on intray.task (document)
	where state = 'open' and queue <> 'quality';
create unique index task_one_check on intray.task (document)
	where state = 'open' and queue = 'quality';

-- One round of second key: begun when a keyed document has passed its check, decided when the
-- two agree or a third has chosen.
create table intray.second_key (
	id          bigint generated always as identity primary key,
	client      integer not null references intray.client,
	document    uuid not null references intray.document,
	fields      text[] not null, -- those the profile named then
	second      bigint references intray.keying,
	differences jsonb,           -- numbered; null: not keyed again yet
	decisions   jsonb,           -- of the third person, by number
	agreed      jsonb,           -- the fields' values that came out of it
	begun       timestamptz not null default now(),
	ended       timestamptz
);
create index on intray.second_key (document, id);

-- A share of what is finished is looked at by somebody who did not key it. One row per stratum:
-- what the machine finished alone, and each clerk's work by itself.
create table intray.sampling (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	type     text not null,
	path     text not null check (path in ('touchless', 'keyed', 'double')),
	account  integer references intray.account, -- who keyed it; null: nobody
	severity text not null default 'normal'
		check (severity in ('normal', 'tightened', 'reduced', 'all')),
	verdicts text not null default '', -- of the last five lots since the last switch
	refused  integer not null default 0, -- lots in a row of states that were tightened
	score    integer not null default 0, -- the switching score
	checked  integer not null default 0, -- in the lot that is not full yet
	critical integer not null default 0,
	other    integer not null default 0,
	lots     integer not null default 0,
	since    timestamptz not null default now(),
	unique nulls not distinct (client, type, path, account)
);

-- Whether a document is sampled follows from its id and this, which no clerk can see.
create table intray.sampling_key (
	client integer primary key references intray.client,
	key    text not null default encode(sha256(convert_to(
		gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), 'hex')
);

-- One sampled document.
create table intray.quality (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	document uuid not null unique references intray.document,
	stratum  bigint not null references intray.sampling,
	before   boolean not null, -- it is held back until it is checked
	rate     real not null,
	task     bigint references intray.task,
	checker  integer references intray.account,
	fields   integer,
	critical integer,
	other    integer,
	correction jsonb, -- what is to be keyed so that its mistakes are gone
	outcome  text check (outcome in ('right', 'corrected', 'correction-due', 'settled')),
	begun    timestamptz not null default now(),
	checked  timestamptz
);
create index on intray.quality (stratum, checked);
create index on intray.quality (client) where outcome = 'correction-due';

-- A value that somebody got wrong, as another person found; account null: the reader.
create table intray.mistake (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	document uuid not null references intray.document,
	account  integer references intray.account,
	found_in text not null check (found_in in ('second-key', 'quality')),
	quality  bigint references intray.quality,
	path     text not null, -- of a table itself: a row too many or too few
	line     integer not null default 0,
	was      text,
	should   text,
	critical boolean not null,
	finder   integer not null references intray.account,
	found    timestamptz not null default now(),
	state    text not null default 'stands'
		check (state in ('stands', 'disputed', 'confirmed', 'withdrawn')),
	dispute  text,
	judge    integer references intray.account,
	judged   timestamptz
);
create index on intray.mistake (account, found);
create index on intray.mistake (quality);
create index on intray.mistake (client) where state = 'disputed';

-- How many values of somebody's another person has looked at: what mistakes are a share of.
create table intray.looked_over (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	document uuid not null references intray.document,
	account  integer references intray.account,
	found_in text not null,
	fields   integer not null,
	at       timestamptz not null default now()
);
create index on intray.looked_over (account, at);

-- A correction names the revision it takes the place of.
alter table intray.delivery add column replaces integer;
