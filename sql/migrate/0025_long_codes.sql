-- A QR code may say four thousand bytes, more than a line of an index holds: codes are told
-- apart by what they hash to. Nothing looks documents up by their codes.

alter table intray.document_code drop constraint document_code_pkey;
create unique index document_code_once
	on intray.document_code (document, role, hashtextextended(value, 0));
drop index intray.document_code_client_value_idx;
