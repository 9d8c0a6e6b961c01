-- What keying teaches: per client, the suppliers, the places they write from (sites), what
-- identifies their paper, and what stands on it. These replace the first draft of 0001, which
-- nothing used.
drop table intray.supplier_alias, intray.supplier_account, intray.supplier_layout;

alter table intray.supplier
	add seen integer not null default 0, -- papers keyed for it
	add first_at timestamptz not null default now(),
	add last_at timestamptz not null default now();
create index on intray.document (supplier) where supplier is not null;

-- Chains have one name and many addresses: what differs between them hangs on the site.
create table intray.supplier_site (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier on delete cascade,
	seen     integer not null default 0,
	first_at timestamptz not null default now(),
	last_at  timestamptz not null default now()
);
create index on intray.supplier_site (supplier);

-- Evidence by which a paper finds its candidates. A name is the supplier's, not a site's.
create table intray.supplier_key (
	client   integer not null references intray.client,
	kind     text not null check (kind in ('iban', 'tax-id', 'number', 'domain', 'word')),
	key      text not null check (length(key) <= 64),
	site     bigint not null references intray.supplier_site on delete cascade,
	supplier bigint not null references intray.supplier on delete cascade,
	seen     integer not null default 1,
	last_at  timestamptz not null default now(),
	primary key (client, kind, key, site)
);
create index on intray.supplier_key (site, kind);
create index on intray.supplier_key (supplier);
create table intray.supplier_name (
	client   integer not null references intray.client,
	key      text not null, -- letters and digits of a name somebody keyed
	supplier bigint not null references intray.supplier on delete cascade,
	primary key (client, key, supplier)
);
create index on intray.supplier_name (supplier);

-- The last readings of a site's head and foot: what the reader makes of them varies.
create table intray.supplier_print (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	site     bigint not null references intray.supplier_site on delete cascade,
	document uuid not null,
	print    text not null,
	at       timestamptz not null default now(),
	unique (site, document)
);

-- One thing learnt. Several values of one path compete; the best standing one is used.
create table intray.supplier_item (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier on delete cascade,
	site     bigint references intray.supplier_site on delete cascade, -- null: all sites
	type     text not null,
	path     text not null default '',
	what     text not null check (what in ('value', 'label', 'order', 'mark')),
	value    text not null,
	status   text not null default 'proposed'
		check (status in ('proposed', 'confirmed', 'demoted')),
	agreed       integer not null default 0, -- papers that said so
	contradicted integer not null default 0, -- papers where somebody keyed another
	first_at timestamptz not null default now(),
	last_at  timestamptz not null default now(),
	unique nulls not distinct (supplier, site, type, path, what, value)
);
create index on intray.supplier_item (site);

-- What one paper said of an item: a paper counts once, however often it is keyed.
create table intray.supplier_lesson (
	item     bigint not null references intray.supplier_item on delete cascade,
	document uuid not null,
	client   integer not null references intray.client,
	agrees   boolean not null,
	actor    text not null,
	at       timestamptz not null default clock_timestamp(),
	primary key (item, document)
);
create index on intray.supplier_lesson (item, at desc);

-- Who changed what is known, when, and because of which paper. It outlives what it tells of.
create table intray.supplier_change (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	supplier bigint not null,
	item     bigint,
	document uuid,
	actor    text not null,
	change   text not null check (change in ('supplier', 'site', 'proposed', 'confirmed',
		'demoted', 'forgotten')),
	text     text not null,
	at       timestamptz not null default clock_timestamp()
);
create index on intray.supplier_change (supplier, id);

-- What a paper shows of its supplier, as the worker saw it, and what it was read with:
-- keying it teaches from here. Gone when the document is done.
create table intray.document_evidence (
	document uuid primary key references intray.document,
	client   integer not null references intray.client,
	print    text not null,
	keys     jsonb not null,
	places   jsonb not null,
	site     bigint, -- recognised, or null
	items    bigint[] not null default '{}' -- learnt items that were used
);

-- Fields whose value is the same on every paper of a supplier.
alter table intray.doctype_field add constant boolean not null default false;
alter table intray.doctype_field add identity boolean not null default false; -- its name
