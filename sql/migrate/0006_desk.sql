-- The desk: people who sign in to the page, their sessions, and what they leave beside the
-- values they key.

-- Somebody who signs in with a password of the desk's own. His account's role is
-- 'desk:LOGIN', which no PostgreSQL role can be called by account_make, so the two doors
-- never open for each other.
create table intray.person (
	account  integer primary key references intray.account,
	login    text not null unique check (login ~ '^[a-z][a-z0-9._-]{0,62}$'),
	password text not null, -- argon2id, as libsodium prints it
	failures integer not null default 0, -- since the last success
	not_before timestamptz, -- too many of them: no try counts until then
	settings jsonb not null default '{}' -- keys, language: what the page keeps for him
);

-- The token itself is never stored. `seen` moves at most once a minute.
create table intray.session (
	token   bytea primary key, -- SHA-256
	account integer not null references intray.account,
	csrf    text not null,
	opened  timestamptz not null default now(),
	seen    timestamptz not null default now(),
	idle    interval not null,
	ends    timestamptz not null
);
create index on intray.session (account);
create index on intray.session (ends);

-- What a role of the desk may do stands in intray.desk_role (sql/api); a person's rights
-- are rows of intray.access like everybody's.
alter table intray.access drop constraint access_what_check;
alter table intray.access add constraint access_what_check check (what in
	('key', 'quality', 'erp', 'report', 'senior', 'supervise', 'audit', 'administer'));

-- Notes travel with the document.
create table intray.note (
	id       bigint generated always as identity primary key,
	client   integer not null references intray.client,
	document uuid not null references intray.document,
	account  integer not null references intray.account,
	text     text not null check (length(text) between 1 and 2000),
	at       timestamptz not null default now()
);
create index on intray.note (document);

-- Why a value is not there although somebody looked: illegible, not on the paper.
alter table intray.keying add column marks jsonb not null default '{}';

-- Escalated tasks are for seniors.
alter table intray.task add column senior boolean not null default false;
alter table intray.reason drop constraint reason_kind_check;
alter table intray.reason add constraint reason_kind_check check (kind in
	('reject', 'skip', 'query', 'postpone', 'rescan', 'escalate'));
-- Who works on what.
create index task_held on intray.task (account) where state = 'open' and account is not null;
create index on intray.keying (account, at);
