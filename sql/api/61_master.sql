-- Master data comes in by imports: rows of text in a table of the session (pg_temp.staged), one
-- function that makes master rows of them (61_merge.sql). What may be imported, into which table
-- and from which columns, are rows of the three functions below; `intray` reads them too, since
-- it checks each cell before it sends it.
--
-- An import changes what differs and nothing else, so the same file again changes nothing.
-- Rows that cannot be taken are refused one by one; only a full import that would make a great
-- part of the master inactive is refused as a whole.

create policy everybody on intray.code for select using (client is null);

-- --- what may be imported ----------------------------------------------------------------------

-- A kind has one part, or several where a row holds a head and a line: each is merged into its
-- table by its key.
create function intray.import_parts()
returns table (kind text, part integer, target text, key text[], title text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
	values
	('company',    1, 'company',             '{code}'::text[],  'the client''s own companies'),
	('company-id', 1, 'company_id',          '{company,scheme}', 'what companies are called in messages (EDI, X12)'),
	('supplier',   1, 'supplier',            '{number}',         'suppliers'),
	('site',       1, 'supplier_site',       '{supplier,code}',  'addresses of suppliers'),
	('account',    1, 'supplier_account',    '{supplier,iban}',  'bank accounts of suppliers'),
	('order',      1, 'purchase_order',      '{company,number}', 'purchase orders, a line a row'),
	('order',      2, 'purchase_order_line', '{purchase_order,line}', ''),
	('receipt',    1, 'goods_receipt',       '{number,order_line}', 'goods received for orders'),
	('history',    1, 'booked_invoice',      '{company,supplier,number,issued_on}', 'invoices booked before'),
	('code',       1, 'code',                '{list,code,company}', 'lists of codes: account, cost-centre, icd-10...'),
	('unit',       1, 'unit_map',            '{supplier,printed}', 'units as they are printed'),
	('tax',        1, 'tax_map',             '{company,supplier,country,category,rate,valid_from}', 'tax codes by rate'),
	('provider',   1, 'provider',            '{npi}',            'providers of claims'),
	('payer',      1, 'payer',               '{code}',           'payers of claims'),
	('member',     1, 'member',              '{payer,number,name,birth_date}', 'insured people'),
	('claim',      1, 'booked_claim',        '{member,billing_npi,service_on,procedure,modifiers,charge,claim}', 'lines of claims paid before')
$$;

-- Columns of a kind: what its cells are (checked by the command), whether a row needs it, and
-- how files head it (small letters and digits). A target "table.column" is a list: its rows hang
-- on the row's own. `value`: SQL over the staged row s, where the cell alone is not it.
create function intray.import_columns()
returns table (kind text, part integer, name text, type text, needed boolean, target text,
	value text, headings text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
	values
	('company', 1, 'code', 'text', true, 'code', null, 'company companycode bukrs number id buchungskreis'),
	('company', 1, 'name', 'text', true, 'name', null, 'companyname butxt firma legalname'),
	('company', 1, 'vat_id', 'vat-id', false, 'vat_id', null, 'vatid vatnumber ustid ustidnr vatregno tva'),
	('company', 1, 'tax_number', 'code', false, 'tax_number', null, 'taxnumber taxid steuernummer ein'),
	('company', 1, 'street', 'text', false, 'street', null, 'address address1 strasse addressline1'),
	('company', 1, 'postcode', 'text', false, 'postcode', null, 'zip postalcode plz zipcode'),
	('company', 1, 'city', 'text', false, 'city', null, 'town ort'),
	('company', 1, 'region', 'text', false, 'region', null, 'state county'),
	('company', 1, 'country', 'country', false, 'country', null, 'land countrycode'),
	('company', 1, 'currency', 'currency', false, 'currency', null, 'waehrung currencycode'),
	('company', 1, 'alias', 'text[]', false, 'company_alias.alias', null, 'aliases othernames tradingname'),
	('company', 1, 'tray', 'text[]', false, 'company_tray.tray', '(select t.id from intray.tray t where t.client = $1 and t.name = v)', 'trays'),
	('company-id', 1, 'company', 'company', true, 'company', null, 'companycode code'),
	('company-id', 1, 'scheme', 'word', true, 'scheme', null, 'kind type'),
	('company-id', 1, 'value', 'text', true, 'value', null, 'id identifier'),

	('supplier', 1, 'number', 'text', true, 'number', null, 'suppliernumber supplierno supplierid supplier vendor vendornumber vendorno vendorid vendorcode lifnr kreditor kreditorennummer kreditornr lieferant lieferantennummer lieferantennr id no nr nummer creditor creditornumber fournisseur'),
	('supplier', 1, 'name', 'text', true, 'name', null, 'suppliername vendorname name1 firma company companyname legalname lieferantenname nom raisonsociale'),
	('supplier', 1, 'vat_id', 'vat-id', false, 'vat_id', null, 'vatid vatnumber vatno vat ustid ustidnr umsatzsteuerid stceg vatregistrationnumber vatregno tva'),
	('supplier', 1, 'tax_number', 'code', false, 'tax_number', null, 'taxnumber taxid steuernummer stcd1 ein gst gstnumber siret'),
	('supplier', 1, 'street', 'text', false, 'street', null, 'address address1 addressline1 strasse stras rue'),
	('supplier', 1, 'postcode', 'text', false, 'postcode', null, 'zip zipcode postalcode plz pstlz codepostal'),
	('supplier', 1, 'city', 'text', false, 'city', null, 'town ort ort01 ville'),
	('supplier', 1, 'region', 'text', false, 'region', null, 'state county province bundesland'),
	('supplier', 1, 'country', 'country', false, 'country', null, 'land land1 countrycode pays'),
	('supplier', 1, 'phone', 'text', false, 'phone', null, 'telephone telefon telf1 tel'),
	('supplier', 1, 'currency', 'currency', false, 'currency', null, 'currencycode waehrung waers'),
	('supplier', 1, 'payment_terms', 'text', false, 'payment_terms', null, 'paymentterms terms zterm zahlungsbedingungen'),
	('supplier', 1, 'account', 'text', false, 'account', null, 'glaccount expenseaccount sachkonto defaultaccount'),
	('supplier', 1, 'cost_centre', 'text', false, 'cost_centre', null, 'costcentre costcenter kostenstelle kostl'),
	('supplier', 1, 'tax_code', 'text', false, 'tax_code', null, 'taxcode steuerkennzeichen mwskz'),
	('supplier', 1, 'order_needed', 'boolean', false, 'order_needed', null, 'orderneeded porequired orderrequired'),
	('supplier', 1, 'blocked', 'text', false, 'blocked', null, 'paymentblock zahlungssperre hold'),
	('supplier', 1, 'alias', 'text[]', false, 'supplier_alias.alias', null, 'aliases othernames searchterm sortl suchbegriff tradingname name2'),
	('supplier', 1, 'tax_ids', 'code[]', false, 'supplier_tax_id.tax_id', null, 'taxids othertaxids vatids stcd2'),
	('supplier', 1, 'iban', 'iban[]', false, 'supplier_account.iban', null, 'ibans bankaccount bankaccounts accountnumber kontonummer'),
	('supplier', 1, 'domain', 'domain[]', false, 'supplier_domain.domain', null, 'domains email mail emailaddress website web url'),

	('site', 1, 'supplier', 'supplier', true, 'supplier', null, 'suppliernumber supplierno vendor vendornumber vendorno lifnr lieferant'),
	('site', 1, 'code', 'text', true, 'code', null, 'site sitecode siteid addresscode number id'),
	('site', 1, 'name', 'text', false, 'name', null, 'sitename'),
	('site', 1, 'street', 'text', false, 'street', null, 'address address1 addressline1 strasse'),
	('site', 1, 'postcode', 'text', false, 'postcode', null, 'zip zipcode postalcode plz'),
	('site', 1, 'city', 'text', false, 'city', null, 'town ort'),
	('site', 1, 'region', 'text', false, 'region', null, 'state county'),
	('site', 1, 'country', 'country', false, 'country', null, 'land countrycode'),
	('account', 1, 'supplier', 'supplier', true, 'supplier', null, 'suppliernumber supplierno vendor vendornumber vendorno lifnr lieferant number'),
	('account', 1, 'iban', 'iban', true, 'iban', null, 'bankaccount accountnumber kontonummer account'),
	('account', 1, 'bic', 'code', false, 'bic', null, 'swift swiftcode'),
	('account', 1, 'since', 'date', false, 'since', 'coalesce(s.since::date, current_date)', 'validfrom from gueltigab'),

	('order', 1, 'number', 'text', true, 'number', null, 'order ordernumber orderno po ponumber pono purchaseorder ebeln bestellnummer bestellung'),
	('order', 1, 'number_key', '', true, 'number_key', 'intray.match_code(s.number)', null),
	('order', 1, 'company', 'company', false, 'company', null, 'companycode bukrs'),
	('order', 1, 'supplier', 'supplier', false, 'supplier', null, 'suppliernumber supplierno vendor vendornumber vendorno lifnr lieferant'),
	('order', 1, 'ordered_on', 'date', false, 'ordered_on', null, 'date orderdate bedat bestelldatum'),
	('order', 1, 'currency', 'currency', false, 'currency', null, 'currencycode waers waehrung'),
	('order', 1, 'buyer', 'text', false, 'buyer', null, 'requester purchaser besteller'),
	('order', 1, 'state', 'choice open closed cancelled', false, 'state', 'coalesce(s.state, ''open'')', 'status'),
	('order', 2, 'purchase_order', 'order', true, 'purchase_order', null, null),
	('order', 2, 'line', 'text', false, 'line', null, 'lineno linenumber position pos item ebelp'),
	('order', 2, 'item', 'text', false, 'item', null, 'article articlenumber material matnr sku itemnumber'),
	('order', 2, 'supplier_item', 'text', false, 'supplier_item', null, 'supplieritem supplierarticle vendoritem idnlf'),
	('order', 2, 'description', 'text', false, 'description', null, 'text shorttext txz01 bezeichnung'),
	('order', 2, 'quantity', 'number', false, 'quantity', null, 'qty menge orderedquantity'),
	('order', 2, 'unit', 'text', false, 'unit', null, 'uom unitofmeasure meins einheit'),
	('order', 2, 'unit_price', 'number', false, 'unit_price', null, 'unitprice price netprice netpr preis'),
	('order', 2, 'price_quantity', 'number', false, 'price_quantity', 'coalesce(nullif(s.price_quantity::numeric, 0), 1)', 'pricequantity per priceunit peinh'),
	('order', 2, 'net_amount', 'number', false, 'net_amount', null, 'netamount amount linetotal netwr betrag'),
	('order', 2, 'vat_rate', 'number', false, 'vat_rate', null, 'vatrate taxrate'),
	('order', 2, 'tax_code', 'text', false, 'tax_code', null, 'taxcode mwskz'),
	('order', 2, 'account', 'text', false, 'account', null, 'glaccount sachkonto sakto'),
	('order', 2, 'cost_centre', 'text', false, 'cost_centre', null, 'costcentre costcenter kostenstelle kostl'),
	('order', 2, 'matching', 'choice none two-way three-way', false, 'matching', 'coalesce(s.matching, ''two-way'')', 'match'),
	('order', 2, 'invoiced_quantity', 'number', false, 'invoiced_quantity', 'coalesce(s.invoiced_quantity::numeric, 0)', 'invoicedquantity quantityinvoiced billedquantity'),
	('order', 2, 'invoiced_amount', 'number', false, 'invoiced_amount', 'coalesce(s.invoiced_amount::numeric, 0)', 'invoicedamount amountinvoiced billedamount'),
	('order', 2, 'closed', 'boolean', false, 'closed', 'coalesce(s.closed::boolean, false)', 'complete finalinvoice erekz'),

	('receipt', 1, 'number', 'text', true, 'number', null, 'receipt receiptnumber mblnr grnumber wareneingang id'),
	('receipt', 1, 'order_number', 'text', true, '', null, 'order orderno po ponumber purchaseorder ebeln bestellnummer'),
	('receipt', 1, 'line', 'order-line', true, 'order_line', null, 'orderline lineno linenumber position pos ebelp'),
	('receipt', 1, 'delivery_note', 'text', false, 'delivery_note', null, 'deliverynote deliverynumber lieferschein xblnr'),
	('receipt', 1, 'received_on', 'date', false, 'received_on', null, 'date receiptdate budat datum'),
	('receipt', 1, 'quantity', 'number', true, 'quantity', null, 'qty menge receivedquantity'),

	('history', 1, 'company', 'company', false, 'company', null, 'companycode bukrs'),
	('history', 1, 'supplier', 'supplier', true, 'supplier', null, 'suppliernumber supplierno vendor vendornumber vendorno lifnr lieferant'),
	('history', 1, 'number', 'text', true, 'number', null, 'invoice invoicenumber invoiceno xblnr rechnungsnummer reference'),
	('history', 1, 'number_key', '', true, 'number_key', 'intray.match_code(s.number)', null),
	('history', 1, 'issued_on', 'date', false, 'issued_on', null, 'date invoicedate bldat rechnungsdatum issuedate'),
	('history', 1, 'posted_on', 'date', false, 'posted_on', null, 'postingdate budat buchungsdatum'),
	('history', 1, 'currency', 'currency', false, 'currency', null, 'currencycode waers waehrung'),
	('history', 1, 'total', 'number', false, 'total', null, 'amount grossamount totalamount wrbtr betrag brutto'),
	('history', 1, 'order_number', 'text', false, 'order_number', null, 'order po ponumber purchaseorder bestellnummer'),
	('history', 1, 'erp_number', 'text', false, 'erp_number', null, 'documentnumber belnr belegnummer voucher'),
	('history', 1, 'account', 'text', false, 'account', null, 'glaccount sachkonto'),
	('history', 1, 'cost_centre', 'text', false, 'cost_centre', null, 'costcentre costcenter kostenstelle'),
	('history', 1, 'tax_code', 'text', false, 'tax_code', null, 'taxcode mwskz'),

	('code', 1, 'list', 'word', true, 'list', null, 'kind type'),
	('code', 1, 'code', 'text', true, 'code', null, 'id number key value'),
	('code', 1, 'company', 'company', false, 'company', null, 'companycode bukrs'),
	('code', 1, 'name', 'text', false, 'name', null, 'description text title bezeichnung'),
	('code', 1, 'valid_from', 'date', false, 'valid_from', null, 'validfrom from datab effective'),
	('code', 1, 'valid_to', 'date', false, 'valid_to', null, 'validto to until datbi expires'),
	('unit', 1, 'supplier', 'supplier', false, 'supplier', null, 'suppliernumber vendor'),
	('unit', 1, 'printed', 'text', true, 'printed', 'lower(s.printed)', 'text name unitname'),
	('unit', 1, 'unit', 'text', false, 'unit', null, 'unece rec20 code'),
	('unit', 1, 'erp_unit', 'text', false, 'erp_unit', null, 'erpunit uom meins'),
	('unit', 1, 'factor', 'number', false, 'factor', 'coalesce(nullif(abs(s.factor::numeric), 0), 1)', 'conversion'),
	('tax', 1, 'company', 'company', false, 'company', null, 'companycode'),
	('tax', 1, 'supplier', 'supplier', false, 'supplier', null, 'suppliernumber vendor'),
	('tax', 1, 'country', 'country', false, 'country', null, 'countrycode land'),
	('tax', 1, 'category', 'code', false, 'category', null, 'vatcategory'),
	('tax', 1, 'rate', 'number', false, 'rate', null, 'vatrate taxrate percent'),
	('tax', 1, 'tax_code', 'text', true, 'tax_code', null, 'taxcode code mwskz'),
	('tax', 1, 'valid_from', 'date', false, 'valid_from', null, 'validfrom from'),
	('tax', 1, 'valid_to', 'date', false, 'valid_to', null, 'validto to'),

	('provider', 1, 'npi', 'npi', true, 'npi', null, 'providernpi number id'),
	('provider', 1, 'name', 'text', true, 'name', null, 'providername'),
	('provider', 1, 'person', 'boolean', false, 'person', 'coalesce(s.person::boolean, false)', 'individual'),
	('provider', 1, 'taxonomy', 'code', false, 'taxonomy', null, 'taxonomycode'),
	('provider', 1, 'ein', 'digits', false, 'ein', null, 'taxid fein'),
	('provider', 1, 'ssn', 'digits', false, 'ssn', null, ''),
	('provider', 1, 'street', 'text', false, 'street', null, 'address address1'),
	('provider', 1, 'city', 'text', false, 'city', null, 'town'),
	('provider', 1, 'state', 'code', false, 'state', null, 'region'),
	('provider', 1, 'zip', 'text', false, 'zip', null, 'postcode zipcode postalcode'),
	('provider', 1, 'phone', 'text', false, 'phone', null, 'telephone'),
	('payer', 1, 'code', 'text', true, 'code', null, 'payerid id number payer'),
	('payer', 1, 'name', 'text', true, 'name', null, 'payername'),
	('payer', 1, 'street', 'text', false, 'street', null, 'address address1'),
	('payer', 1, 'city', 'text', false, 'city', null, 'town'),
	('payer', 1, 'state', 'code', false, 'state', null, 'region'),
	('payer', 1, 'zip', 'text', false, 'zip', null, 'postcode zipcode'),
	('payer', 1, 'filing', 'code', false, 'filing', null, 'filingindicator claimfiling'),
	('payer', 1, 'receiver', 'text', false, 'receiver', null, 'receiverid'),
	('payer', 1, 'receiver_name', 'text', false, 'receiver_name', null, 'receivername'),
	('payer', 1, 'alias', 'text[]', false, 'payer_alias.alias', null, 'aliases othernames'),
	('member', 1, 'payer', 'payer', false, 'payer', null, 'payerid payercode'),
	('member', 1, 'number', 'text', true, 'number', null, 'memberid insuredid subscriberid id member'),
	('member', 1, 'number_key', '', true, 'number_key', 'intray.match_code(s.number)', null),
	('member', 1, 'name', 'text', true, 'name', null, 'membername patientname'),
	('member', 1, 'birth_date', 'date', false, 'birth_date', null, 'birthdate dob dateofbirth'),
	('member', 1, 'sex', 'choice M F U', false, 'sex', null, 'gender'),
	('member', 1, 'relationship', 'choice Self Spouse Child Other', false, 'relationship', null, 'relation'),
	('member', 1, 'group_number', 'text', false, 'group_number', null, 'group groupnumber groupid'),
	('member', 1, 'street', 'text', false, 'street', null, 'address address1'),
	('member', 1, 'city', 'text', false, 'city', null, 'town'),
	('member', 1, 'state', 'code', false, 'state', null, 'region'),
	('member', 1, 'zip', 'text', false, 'zip', null, 'postcode zipcode'),
	('member', 1, 'valid_from', 'date', false, 'valid_from', null, 'validfrom effective'),
	('member', 1, 'valid_to', 'date', false, 'valid_to', null, 'validto expires'),
	('claim', 1, 'member', 'code', true, 'member', null, 'memberid insuredid'),
	('claim', 1, 'billing_npi', 'npi', true, 'billing_npi', null, 'npi billingnpi provider'),
	('claim', 1, 'service_on', 'date', true, 'service_on', null, 'servicedate dateofservice date'),
	('claim', 1, 'procedure', 'code', true, 'procedure', null, 'cpt hcpcs procedurecode'),
	('claim', 1, 'modifiers', 'text', false, 'modifiers', 'upper(coalesce(s.modifiers, ''''))', 'modifier'),
	('claim', 1, 'charge', 'number', true, 'charge', null, 'amount charges'),
	('claim', 1, 'claim', 'text', false, 'claim', null, 'claimnumber controlnumber')
	union all
	select distinct p.kind, p.part, 'active', 'boolean', false, 'active',
		'coalesce(s.active::boolean, true)', 'enabled aktiv'
	from intray.import_parts() p where p.part = (select max(o.part) from intray.import_parts() o
		where o.kind = p.kind)
$$;

-- How a cell that names another row of the master finds it: t is that row, s the staged one.
create function intray.import_references() returns table (type text, found text, title text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
	values
	('supplier', 'intray.supplier t where t.client = $1 and t.number = s.%1$I', 'supplier'),
	('company', 'intray.company t where t.client = $1 and t.code = s.%1$I', 'company'),
	('payer', 'intray.payer t where t.client = $1 and t.code = s.%1$I', 'payer'),
	('order', 'intray.purchase_order t where t.client = $1 and t.number = s.number '
		'and t.company is not distinct from s.company_id', 'order'),
	('order-line', 'intray.purchase_order_line t join intray.purchase_order o '
		'on o.id = t.purchase_order where o.client = $1 and o.number = s.order_number '
		'and t.line = s.%1$I', 'line of that order')
$$;

-- --- from a table ------------------------------------------------------------------------------

-- The statement that reads a table or view the ERP fills, as a file with a heading.
create function intray.table_as_file(what text) returns text
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	named constant regclass := to_regclass(what);
begin
	if named is null then
		raise exception 'there is no table or view %; name it with its schema', what;
	elsif not has_table_privilege(named, 'select') then
		raise exception '% may not be read: grant select on it to %', what, current_user;
	end if;
	perform set_config('statement_timeout', '0', false); -- as long as its reader takes
	return format('copy (select * from %s) to stdout (format csv, header)', named);
end $$;

-- --- looking at it -----------------------------------------------------------------------------

-- The rows of any kind: its key, and all it says in words.
create function intray.master_rows(of_kind text, client_code text, like_this text, most bigint)
returns table (client text, key text, text text, active boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	part record;
begin
	select * into part from intray.import_parts() p where p.kind = of_kind
		order by p.part limit 1;
	if part.target is null then
		raise exception 'there is no kind of master data "%"; there is: %', of_kind,
			(select string_agg(distinct p.kind, ', ') from intray.import_parts() p);
	end if;
	return query execute format('select c.code, concat_ws('' '', %s), '
		'(select string_agg(j.key || '' '' || j.value, '', '' order by j.ordinality) '
			'from jsonb_each_text(jsonb_strip_nulls(to_jsonb(t) - ''{id,client,active,import}''::text[] '
				'- $4::text[])) with ordinality j), t.active '
		'from intray.%I t join intray.client c on c.id = t.client '
		'where ($1 is null or c.code = $1) and %s '
		'and ($2 is null or t::text ilike ''%%'' || $2 || ''%%'') order by 1, 2 limit $3',
		(select string_agg(case when r.type is null then format('t.%I', k) else format('coalesce('
				'(select x.%I from intray.%I x where x.id = t.%I), ''-'')', r.shown, r.target, k) end,
				', ' order by n) from unnest(part.key) with ordinality u(k, n)
			left join (values ('supplier', 'supplier', 'number'), ('company', 'company', 'code'),
				('payer', 'payer', 'code'), ('order_line', 'purchase_order_line', 'line'))
				r(type, target, shown) on r.type = k),
		part.target, case of_kind when 'supplier' then 't.number is not null'
			when 'site' then 't.code is not null' else 'true' end)
		using client_code, like_this, most, part.key;
end $$;
