-- What holds where nobody agreed on anything else. Changed rows are left as they are.
insert into intray.sla (client, type, hours, calendar) values (null, null, 48, 'weekdays')
on conflict do nothing;

insert into intray.reason (kind, code, text) values
	('reject', 'not-for-us', 'not addressed to us'),
	('reject', 'not-a-voucher', 'advertisement, letter or other paper'),
	('reject', 'illegible', 'cannot be read'),
	('reject', 'duplicate', 'is there already'),
	('reject', 'wrong-document', 'wrong or incomplete; the sender must send another'),
	('reject', 'test', 'only a test'),
	('skip', 'not-sure', 'I am not sure'),
	('skip', 'language', 'I do not read this language'),
	('skip', 'special', 'needs somebody who knows this supplier'),
	('skip', 'break', 'no time now'),
	('query', 'amounts', 'the amounts are not clear'),
	('query', 'order', 'order or receipt of goods is missing'),
	('query', 'supplier', 'the supplier is not clear'),
	('query', 'bank-account', 'two people must release a bank account that the master lacks'),
	('postpone', 'later', 'to be done later'),
	('escalate', 'decide', 'somebody who may decide must look'),
	('escalate', 'supplier', 'needs somebody who knows this supplier'),
	('escalate', 'suspicious', 'something is wrong with this paper'),
	('override', 'rounding', 'only rounded differently'),
	('override', 'agreed', 'agreed with the client'),
	('override', 'supplier', 'this supplier always writes it so'),
	('rescan', 'picture', 'the picture is not good enough')
on conflict do nothing;

-- Keys as they were written before "3".
do $$
declare
	d intray.document;
begin
	for d in select * from intray.document where id in
		(select document from intray.document_key where key not like '3 %')
	loop
		perform intray.keys_save(d);
	end loop;
end $$;
