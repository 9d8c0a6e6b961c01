-- What the business's checks need beside the masters of 0012.

-- By what an invoice that the ERP had booked is found when its paper comes (again).
create table intray.booked_key (
	client integer not null references intray.client,
	key    text not null,
	booked bigint not null references intray.booked_invoice on delete cascade,
	primary key (client, key, booked)
);
create index on intray.booked_key (booked);

-- Rates of VAT by country and day. What is shipped stands in sql/api/96_tax_rates.sql; rows of
-- one's own are left alone.
create table intray.tax_rate (
	country    text not null check (country ~ '^[A-Z]{2}$'),
	rate       numeric not null check (rate > 0 and rate < 100),
	kind       text not null check (kind in ('standard', 'reduced', 'regional', 'flat-rate')),
	valid_from date not null,
	valid_to   date, -- the last day; null: still
	source     text not null,
	shipped    boolean not null default false,
	primary key (country, rate, kind, valid_from)
);

-- Which order lines the lines of a document bill, so that two invoices on their way do not both
-- take the same goods.
create table intray.order_use (
	document   uuid not null references intray.document,
	line       integer not null, -- 0: the invoice as a whole
	client     integer not null references intray.client,
	order_line bigint not null references intray.purchase_order_line on delete cascade,
	quantity   numeric,
	amount     numeric,
	primary key (document, line, order_line)
);
create index on intray.order_use (order_line);

-- Who released what needs two people: a bank account that the master does not have. It holds of
-- the values it was said of, and changes no master.
create table intray.release (
	document uuid not null references intray.document,
	client   integer not null references intray.client,
	code     text not null,
	values   jsonb not null,
	account  integer not null references intray.account,
	at       timestamptz not null default now(),
	primary key (document, code, values, account)
);
