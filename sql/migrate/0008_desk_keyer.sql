-- The keying page made complete: offers from what was keyed before, people who get cut-outs
-- only, one field of many documents in a row, rules overridden with a reason, documents cut
-- and joined by hand.

-- What was keyed last for a field, over all suppliers of a client.
create index supplier_item_last on intray.supplier_item (client, type, last_at desc)
	where what = 'value' and status <> 'demoted';

-- Rights and kinds of reasons are rows of functions and lists in sql/api; here only their
-- shape. 'snippet': sees cut-outs of single fields, never a page, never all words.
alter table intray.access drop constraint access_what_check;
alter table intray.access add constraint access_what_check check (what ~ '^[a-z]{1,20}$');
alter table intray.reason drop constraint reason_kind_check;
alter table intray.reason add constraint reason_kind_check check (kind ~ '^[a-z]{1,20}$');

-- Why a rule was overridden, by the finding's name as in `printed`.
alter table intray.keying add column overrides jsonb not null default '{}';

-- Whoever may see cut-outs only keys one field of a document: this one.
alter table intray.task add column field text;

-- A page belongs to one paper; of a document that was cut or joined, the new one.
alter table intray.document add column merged_into uuid references intray.document;
create index on intray.document (merged_into) where merged_into is not null;
