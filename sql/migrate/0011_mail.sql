-- What comes inside of something else: a mail's attachments, an archive's members. Each is a
-- drop of its own with the container as its parent; `part` lists all a container holds, also
-- what is no document and stayed inside.

alter table intray.drop
	add column root uuid references intray.drop, -- the outermost container; null: it came by itself
	add column depth integer not null default 0; -- containers around it
create index on intray.drop (root) where root is not null;
create index on intray.drop (tray, arrived);

create table intray.part (
	drop   uuid not null references intray.drop, -- the container
	number integer not null check (number > 0),
	client integer not null references intray.client,
	kind   text not null check (kind in ('document', 'listed', 'problem')),
	name   text not null,
	mime   text,
	size   bigint not null,
	code   text check (code ~ '^[a-z0-9-]+$'),
	reason text,
	child  uuid references intray.drop, -- null: only listed
	primary key (drop, number),
	check ((kind = 'listed') = (child is null))
);
create unique index on intray.part (child) where child is not null;

-- What a mail says of itself.
create table intray.mail (
	drop        uuid primary key references intray.drop,
	client      integer not null references intray.client,
	sender      text, -- lower case
	sender_name text,
	subject     text,
	message_id  text,
	received_on date
);
create index on intray.mail (client, sender);
