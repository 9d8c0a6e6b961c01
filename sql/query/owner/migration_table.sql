create schema if not exists intray;
create table if not exists intray.migration (
	name     text primary key,
	checksum text not null,
	applied  timestamptz not null default now()
);
revoke all on schema public from public;
