-- Master data: what a client's business knows without any paper. It comes from the ERP, by
-- import (sql/api/61_master.sql); a document never changes it.
--
-- There is one notion of supplier. Its row has the ERP's number when it is in the master, and
-- none when only keying has met it; what keying taught (sites, keys, names, items of 0004) hangs
-- on the same row, and stays when the master takes it up, or drops it.
-- "active" is false for what a full import did not name any more; nothing is deleted, since
-- documents and history point to it.

-- Names as they are misread must be found by their runs of three letters. The extension has a
-- schema of its own: sql/api is made anew by dropping all functions of `intray`.
create schema if not exists trgm;
create extension if not exists pg_trgm schema trgm;
create extension if not exists btree_gin schema trgm;
create extension if not exists fuzzystrmatch schema trgm;

-- --- imports ---------------------------------------------------------------------------------

create table intray.import (
	id          bigint generated always as identity primary key,
	client      integer not null references intray.client,
	kind        text not null,           -- supplier, order, company...
	source      text not null,           -- the file's name, or the table's
	sha256      text,                    -- of the file's bytes
	complete    boolean not null default false, -- it said all there is: what it lacks is inactive
	actor       text not null,
	began       timestamptz not null default now(),
	ended       timestamptz,
	rows        bigint not null default 0,
	added       bigint not null default 0,
	changed     bigint not null default 0,
	unchanged   bigint not null default 0,
	deactivated bigint not null default 0,
	refused     bigint not null default 0
);
create index on intray.import (client, kind, id);

-- What was not taken, and why. At most a thousand rows of an import are kept.
create table intray.import_refusal (
	import bigint not null references intray.import on delete cascade,
	client integer not null references intray.client,
	row    bigint not null,  -- as an editor counts lines of the file; of a table: rows
	field  text not null default '',
	reason text not null,
	primary key (import, row, field)
);
-- What an import changed of what was there: the audit of the master. What it added is known by
-- the row itself.
create table intray.import_change (
	id     bigint generated always as identity primary key,
	import bigint not null references intray.import on delete cascade,
	client integer not null references intray.client,
	key    text not null,
	field  text not null,
	was    text,
	now    text
);
create index on intray.import_change (import);

-- --- the client's own companies --------------------------------------------------------------

create table intray.company (
	id         bigint generated always as identity primary key,
	client     integer not null references intray.client,
	code       text not null, -- the ERP's
	name       text not null,
	vat_id     text,          -- capitals and digits alone
	tax_number text,
	street     text,
	postcode   text,
	city       text,
	region     text,
	country    text,          -- ISO 3166, two letters
	currency   text,
	active     boolean not null default true,
	import     bigint references intray.import on delete set null,
	unique (client, code)
);
create table intray.company_alias (
	client  integer not null references intray.client,
	company bigint not null references intray.company on delete cascade,
	alias   text not null,
	active  boolean not null default true,
	import  bigint references intray.import on delete set null,
	primary key (client, company, alias)
);
-- Whose papers come in by this tray. A tray without a row may have anybody's.
create table intray.company_tray (
	client  integer not null references intray.client,
	company bigint not null references intray.company on delete cascade,
	tray    bigint not null references intray.tray,
	active  boolean not null default true,
	import  bigint references intray.import on delete set null,
	primary key (client, company, tray)
);
-- By what others call it in messages: gln, duns, peppol; for claims (X12) submitter,
-- submitter-contact, submitter-phone, receiver, receiver-name, sender-qualifier...
create table intray.company_id (
	client  integer not null references intray.client,
	company bigint not null references intray.company on delete cascade,
	scheme  text not null check (scheme ~ '^[a-z0-9-]+$'),
	value   text not null,
	active  boolean not null default true,
	import  bigint references intray.import on delete set null,
	primary key (client, company, scheme)
);

-- --- suppliers -------------------------------------------------------------------------------

alter table intray.supplier
	add street        text,
	add postcode      text,
	add city          text,
	add region        text,
	add country       text,
	add tax_number    text,
	add phone         text,
	add currency      text, -- defaults for what it sends
	add payment_terms text,
	add account       text,
	add cost_centre   text,
	add tax_code      text,
	add order_needed  boolean, -- it is paid against orders only
	add blocked       text,    -- why nothing of it may be paid; null: it may
	add import        bigint references intray.import on delete set null,
	add master_since  timestamptz;
-- (client, number) is unique since 0001; a supplier is in the master when it has a number.

-- A site of the master has the ERP's code and an address; one that only keying knows has none.
alter table intray.supplier_site
	add code     text,
	add name     text,
	add street   text,
	add postcode text,
	add city     text,
	add region   text,
	add country  text,
	add active   boolean not null default true,
	add import   bigint references intray.import on delete set null;
create unique index on intray.supplier_site (client, supplier, code);

create table intray.supplier_alias (
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier on delete cascade,
	alias    text not null,
	active   boolean not null default true,
	import   bigint references intray.import on delete set null,
	primary key (client, supplier, alias)
);
-- Beside the VAT id of the supplier itself: of other countries, and national numbers.
create table intray.supplier_tax_id (
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier on delete cascade,
	tax_id   text not null, -- capitals and digits alone
	active   boolean not null default true,
	import   bigint references intray.import on delete set null,
	primary key (client, supplier, tax_id)
);
create table intray.supplier_account (
	client       integer not null references intray.client,
	supplier     bigint not null references intray.supplier on delete cascade,
	iban         text not null, -- capitals and digits alone; where there are no IBANs the
	                            -- account's number
	bic          text,
	since        date not null default current_date,
	confirmed_by text,          -- actors; null: nobody yet, so it is none to pay to
	confirmed_at timestamptz,
	active       boolean not null default true,
	import       bigint references intray.import on delete set null,
	primary key (client, supplier, iban)
);
-- Where its mail comes from.
create table intray.supplier_domain (
	client   integer not null references intray.client,
	supplier bigint not null references intray.supplier on delete cascade,
	domain   text not null check (domain = lower(domain)),
	active   boolean not null default true,
	import   bigint references intray.import on delete set null,
	primary key (client, supplier, domain)
);

-- All by which a supplier of the master is found, made by intray.terms_make from the tables
-- above. No policy guards it (a trigram index cannot be used behind one), so its client is not
-- called `client`: no role has a right on it, and the functions that read it name the client.
create table intray.supplier_term (
	of_client integer not null references intray.client,
	supplier  bigint not null references intray.supplier on delete cascade,
	kind      text not null check (kind in ('name', 'tax-id', 'iban', 'domain', 'postcode')),
	term      text not null,
	primary key (of_client, kind, term, supplier)
);
create index on intray.supplier_term (supplier);
create index supplier_term_alike on intray.supplier_term
	using gin (of_client trgm.int4_ops, term trgm.gin_trgm_ops) where kind = 'name';

-- A supplier that papers show and the master lacks, for a person who has it set up in the ERP.
create table intray.supplier_proposal (
	id         bigint generated always as identity primary key,
	client     integer not null references intray.client,
	key        text not null, -- of its tax id or name: one proposal, however many papers
	name       text not null,
	address    text,
	vat_id     text,
	tax_number text,
	iban       text,
	state      text not null default 'open' check (state in ('open', 'linked', 'refused')),
	supplier   bigint references intray.supplier on delete set null, -- linked
	actor      text,
	made_at    timestamptz not null default now(),
	ended_at   timestamptz,
	unique (client, key)
);
create table intray.supplier_proposal_document (
	proposal bigint not null references intray.supplier_proposal on delete cascade,
	document uuid not null references intray.document,
	client   integer not null references intray.client,
	primary key (proposal, document)
);

-- Whose a document is and to whom it is addressed, by the master.
create table intray.document_match (
	document   uuid primary key references intray.document,
	client     integer not null references intray.client,
	supplier   bigint references intray.supplier on delete set null,
	state      text not null check (state in ('sure', 'ambiguous', 'unknown')),
	score      real,
	reason     text,
	candidates jsonb not null default '[]', -- the best, when they are several
	chosen_by  text,                        -- a person did; then nothing else matches it anew
	company    bigint references intray.company on delete set null,
	company_state  text check (company_state in ('sure', 'ambiguous', 'unknown')),
	company_reason text,
	at         timestamptz not null default now()
);
create index on intray.document_match (supplier);
alter table intray.document add company bigint references intray.company;

-- --- codes -----------------------------------------------------------------------------------

-- Lists of codes: account, cost-centre, project, tax-code, currency, unit, country, icd-10,
-- place-of-service, procedure, modifier, taxonomy... client null: everybody's.
create table intray.code (
	id         bigint generated always as identity primary key,
	client     integer references intray.client,
	list       text not null check (list ~ '^[a-z0-9-]+$'),
	code       text not null,
	company    bigint references intray.company on delete cascade, -- null: of all of them
	name       text,
	valid_from date,
	valid_to   date,
	active     boolean not null default true,
	import     bigint references intray.import on delete set null,
	unique nulls not distinct (client, list, code, company)
);
create index on intray.code (list, code);

-- What a unit is called on paper -> UN/ECE Rec 20, and what the ERP calls it.
create table intray.unit_map (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	supplier bigint references intray.supplier on delete cascade, -- null: of all of them
	printed  text not null, -- small letters
	unit     text,
	erp_unit text,
	factor   numeric not null default 1 check (factor > 0), -- ERP units in one of these
	active   boolean not null default true,
	import   bigint references intray.import on delete set null,
	unique nulls not distinct (client, supplier, printed)
);
-- VAT of a paper -> the ERP's tax code. The row that says most wins.
create table intray.tax_map (
	id         bigint generated always as identity primary key,
	client     integer not null references intray.client,
	company    bigint references intray.company on delete cascade,
	supplier   bigint references intray.supplier on delete cascade,
	country    text, -- the seller's
	category   text, -- UNTDID 5305: S, Z, E, AE...
	rate       numeric,
	tax_code   text not null,
	valid_from date,
	valid_to   date,
	active     boolean not null default true,
	import     bigint references intray.import on delete set null,
	unique nulls not distinct (client, company, supplier, country, category, rate, valid_from)
);

-- --- orders, receipts of goods, history ------------------------------------------------------

create table intray.purchase_order (
	id         bigint generated always as identity primary key,
	client     integer not null references intray.client,
	company    bigint references intray.company,
	number     text not null,
	number_key text not null, -- capitals and digits alone
	supplier   bigint references intray.supplier,
	ordered_on date,
	currency   text,
	buyer      text,
	state      text not null default 'open' check (state in ('open', 'closed', 'cancelled')),
	active     boolean not null default true,
	import     bigint references intray.import on delete set null,
	unique nulls not distinct (client, company, number)
);
create index on intray.purchase_order (client, number_key);
create index on intray.purchase_order (supplier);

create table intray.purchase_order_line (
	id              bigint generated always as identity primary key,
	client          integer not null references intray.client,
	purchase_order  bigint not null references intray.purchase_order on delete cascade,
	line            text not null,
	item            text, -- the client's article number
	supplier_item   text, -- the supplier's
	description     text,
	quantity        numeric,
	unit            text,
	unit_price      numeric,
	price_quantity  numeric not null default 1 check (price_quantity > 0), -- price is for so many
	net_amount      numeric,
	vat_rate        numeric,
	tax_code        text,
	account         text,
	cost_centre     text,
	matching        text not null default 'two-way' check (matching in ('none', 'two-way', 'three-way')),
	invoiced_quantity numeric not null default 0, -- as the ERP says
	invoiced_amount   numeric not null default 0,
	closed          boolean not null default false, -- nothing more is expected
	active          boolean not null default true,
	import          bigint references intray.import on delete set null,
	unique (purchase_order, line)
);

create table intray.goods_receipt (
	id          bigint generated always as identity primary key,
	client      integer not null references intray.client,
	order_line  bigint not null references intray.purchase_order_line on delete cascade,
	number      text not null, -- the ERP's
	delivery_note text,        -- the supplier's
	received_on date,
	quantity    numeric not null, -- below zero: sent back
	active      boolean not null default true,
	import      bigint references intray.import on delete set null,
	unique (client, number, order_line)
);
create index on intray.goods_receipt (order_line);

-- What the ERP had booked before Intray was there, or beside it.
create table intray.booked_invoice (
	id         bigint generated always as identity primary key,
	client     integer not null references intray.client,
	company    bigint references intray.company,
	supplier   bigint not null references intray.supplier,
	number     text not null,
	number_key text not null, -- capitals and digits alone
	issued_on  date,
	posted_on  date,
	currency   text,
	total      numeric,       -- with VAT; below zero: a credit note
	order_number text,
	erp_number text,
	account    text,          -- of its greatest line
	cost_centre text,
	tax_code   text,
	active     boolean not null default true, -- false: cancelled
	import     bigint references intray.import on delete set null,
	unique nulls not distinct (client, company, supplier, number, issued_on)
);
create index on intray.booked_invoice (client, supplier, number_key);
create index on intray.booked_invoice (client, supplier, total);
create index on intray.booked_invoice (supplier, posted_on desc);

-- --- claims ----------------------------------------------------------------------------------

create table intray.provider (
	id        bigint generated always as identity primary key,
	client    integer not null references intray.client,
	npi       text not null,
	name      text not null, -- of a person: LAST, FIRST M
	person    boolean not null default false,
	taxonomy  text,
	ein       text,          -- digits alone
	ssn       text,
	street    text,
	city      text,
	state     text,
	zip       text,
	phone     text,
	active    boolean not null default true,
	import    bigint references intray.import on delete set null,
	unique (client, npi)
);
create table intray.payer (
	id           bigint generated always as identity primary key,
	client       integer not null references intray.client,
	code         text not null, -- the payer's id in claims (NM109)
	name         text not null,
	street       text,
	city         text,
	state        text,
	zip          text,
	filing       text,          -- claim filing indicator: MB, MC, CI, BL...
	receiver     text,          -- id and name of whom the file goes to, when it is another
	receiver_name text,
	active       boolean not null default true,
	import       bigint references intray.import on delete set null,
	unique (client, code)
);
create table intray.payer_alias (
	client integer not null references intray.client,
	payer  bigint not null references intray.payer on delete cascade,
	alias  text not null,
	active boolean not null default true,
	import bigint references intray.import on delete set null,
	primary key (client, payer, alias)
);
create table intray.member (
	id           bigint generated always as identity primary key,
	client       integer not null references intray.client,
	payer        bigint references intray.payer,
	number       text not null, -- insured's id
	number_key   text not null, -- capitals and digits alone
	name         text not null, -- LAST, FIRST M
	birth_date   date,
	sex          text check (sex in ('M', 'F', 'U')),
	relationship text,          -- to the insured: Self, Spouse, Child, Other
	group_number text,
	street       text,
	city         text,
	state        text,
	zip          text,
	valid_from   date,
	valid_to     date,
	active       boolean not null default true,
	import       bigint references intray.import on delete set null,
	unique nulls not distinct (client, payer, number, name, birth_date)
);
create index on intray.member (client, number_key);

-- Claims' lines that were paid before.
create table intray.booked_claim (
	id          bigint generated always as identity primary key,
	client      integer not null references intray.client,
	member      text not null, -- insured's id, capitals and digits alone
	billing_npi text not null,
	service_on  date not null,
	procedure   text not null,
	modifiers   text not null default '', -- in order, with blanks between
	charge      numeric not null,
	claim       text,
	active      boolean not null default true,
	import      bigint references intray.import on delete set null,
	unique nulls not distinct (client, member, billing_npi, service_on, procedure, modifiers,
		charge, claim)
);

-- Whose value a field is: seller, merchant, buyer... (schema.h).
alter table intray.doctype_field add role text;
