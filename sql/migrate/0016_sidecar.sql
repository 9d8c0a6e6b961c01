-- Index files beside scans: values that somebody keyed before, the day of receipt, how many
-- documents there are.

alter table intray.tray
	add column sidecar text,          -- globs of their names; null: there are none
	add column sidecar_map text,      -- which column is which field
	add column sidecar_required boolean not null default false,
	add column sidecar_wait interval not null default '15 minutes';

-- One row of an index: what it says of one file, which may have come before or come yet.
create table intray.sidecar (
	drop     uuid not null references intray.drop, -- the index
	row      integer not null,
	client   integer not null references intray.client,
	tray     bigint not null references intray.tray,
	key      text not null, -- of the file it names (intray.index_keys)
	file     text not null, -- as it is named
	received date,
	expected integer check (expected >= 0), -- documents that were counted in that file
	values   jsonb not null,
	batch    bigint references intray.batch,
	until    timestamptz not null, -- then a file that has not come is missed
	document uuid references intray.document, -- of the file, once it is here
	primary key (drop, row)
);
create index on intray.sidecar (document) where document is not null;
create index on intray.sidecar (tray, key) where document is null;
create index on intray.sidecar (batch) where batch is not null;
