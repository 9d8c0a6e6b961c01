-- Master data comes in by imports: rows of text in a table of the session (pg_temp.staged), one
-- function that makes master rows of them, all in one transaction. What may be imported, into
-- which table and from which columns, are rows of the three functions below; `intray` reads them
-- too, since it checks each cell before it sends it.
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

-- --- one import --------------------------------------------------------------------------------

create function intray.import_target(of_kind text, of_part integer) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select p.target from intray.import_parts() p where p.kind = of_kind and p.part = of_part
$$;

create function intray.import_named(what text) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if what !~ '^[0-9]{1,18}$' or not exists (select from intray.import where id = what::bigint) then
		raise exception 'there is no import %; `intray master imports` shows them', what;
	end if;
	return what::bigint;
end $$;

-- The table that rows are sent to, in this order: row, whether it is refused already (then it
-- only says that its key is there), and all columns of the kind as text.
create function intray.import_begin(of_kind text, client_code text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	for_client constant integer := intray.client_named(client_code);
begin
	perform set_config('statement_timeout', '1h', true), set_config('work_mem', '64MB', true),
		set_config('gin_pending_list_limit', '256MB', true);
	perform pg_advisory_xact_lock(hashtextextended('import ' || for_client, 0));
	execute format('create temp table staged (row bigint, refused boolean, %s) on commit drop',
		(select string_agg(format('%I text', c.name), ', ' order by c.n)
			from intray.import_cells(of_kind) c));
	create temp table refusal (row bigint, field text, reason text) on commit drop;
	create temp table outcome (row bigint, what integer) on commit drop;
	execute format('grant insert on pg_temp.staged to %I', session_user);
end $$;

-- The columns a file may have, in the order in which they are sent.
create function intray.import_cells(of_kind text)
returns table (n bigint, name text, type text, needed boolean, is_key boolean, headings text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not exists (select from intray.import_parts() p where p.kind = of_kind) then
		raise exception 'there is no kind of master data "%"; there is: %', of_kind,
			(select string_agg(distinct p.kind, ', ') from intray.import_parts() p);
	end if;
	return query select c.n, c.name, c.type, c.needed, coalesce(c.target = any (p.key), false)
			or c.target = '', c.headings
		from intray.import_columns() with ordinality as c(kind, part, name, type, needed, target,
			value, headings, n)
		join intray.import_parts() p on p.kind = c.kind and p.part = c.part
		where c.kind = of_kind and c.headings is not null order by c.n;
end $$;

-- A part's columns: where they go and the SQL of their values.
create function intray.import_plan(of_kind text, of_part integer, given text[])
returns table (name text, target text, value text, type text, needed boolean, is_key boolean)
language sql stable set search_path = pg_catalog, pg_temp as $$
	select c.name, c.target, case when r.type is not null then format('s.%I', c.name || '_id')
			when c.value is not null then c.value
			when c.type = 'date' then format('s.%I::date', c.name)
			when c.type = 'number' then format('s.%I::numeric', c.name)
			when c.type = 'boolean' then format('s.%I::boolean', c.name)
			else format('s.%I', c.name) end,
		c.type, c.needed, c.target = any (p.key)
	from intray.import_columns() c
	join intray.import_parts() p on p.kind = c.kind and p.part = of_part
	left join intray.import_references() r on r.type = c.type
	where c.kind = of_kind and (c.part = of_part or c.name = 'active') and c.target <> ''
		and c.target not like '%.%'
		and (c.name = any (given) or c.headings is null or c.name = 'active'
			or c.target = any (p.key))
$$;

-- How a part's target t is found by a staged row s. What may be null in a key is compared so
-- that the rest of it can still be hashed.
create function intray.import_on(of_kind text, of_part integer) returns text
language sql stable set search_path = pg_catalog, pg_temp as $$
	select string_agg(case when p.needed or p.name = 'line' then format('t.%I = %s', p.target, p.value)
		else format('(t.%1$I = %2$s or t.%1$I is null and %2$s is null)', p.target, p.value) end,
		' and ')
	from intray.import_plan(of_kind, of_part, '{}') p where p.is_key
$$;

-- Refuses those staged rows s of which a condition holds.
create function intray.import_refuse(condition text, field text, reason text, for_client integer)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	execute format('with bad as (update pg_temp.staged s set refused = true '
		'where not s.refused and (%s) returning s.row, %s as reason) '
		'insert into pg_temp.refusal select row, %L, reason from bad', condition, reason, field)
		using for_client;
end $$;

-- Cells that name other rows: their ids, or the row is refused.
create function intray.import_resolve(of_kind text, of_part integer, for_client integer,
	given text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	c record;
begin
	for c in select i.name, r.found, r.title, i.headings is null as made, i.value, i.target
		from intray.import_columns() i left join intray.import_references() r on r.type = i.type
		where i.kind = of_kind and i.part = of_part
			and (r.type is not null or i.target like '%.%' and i.value is not null)
	loop
		if c.found is null then
			perform intray.import_refuse(format('exists (select from unnest(string_to_array(s.%I, '
				'E''\x1f'')) v where %s is null)', c.name, c.value), c.name,
				quote_literal('names what is not there'), for_client);
			continue;
		end if;
		execute format('alter table pg_temp.staged add column %I bigint', c.name || '_id');
		if c.made or c.name = any (given) then
			execute format('update pg_temp.staged s set %I = t.id from ', c.name || '_id')
				|| format(c.found, c.name) using for_client;
		end if;
		if c.name = any (given) then
			perform intray.import_refuse(format('s.%I is not null and s.%I is null', c.name,
				c.name || '_id'), c.name, format('%L || s.%I || %L', 'there is no ' || c.title
				|| ' "', c.name, '"'), for_client);
		end if;
	end loop;
end $$;

-- pg_temp.judged: the rows that count, one for each key. Where a row is a head and a line, heads
-- may be said again, alike.
create function intray.import_unique(of_kind text, of_part integer, given text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	last_part constant boolean := of_part = (select max(p.part) from intray.import_parts() p
		where p.kind = of_kind);
	p record;
begin
	select string_agg(i.value, ', ') filter (where i.is_key) as keys,
		string_agg(format('%s is not null', i.value), ' and ') filter (where i.is_key) as there,
		coalesce(string_agg(format('coalesce((%s)::text, '''')', i.value), ', ')
			filter (where not i.is_key and i.name <> 'active'), '''''') as head,
		string_agg(i.name, ' ') filter (where i.is_key and i.name = any (given)) as names
		into p from intray.import_plan(of_kind, of_part, given) i;
	if of_part > 1 then
		drop table pg_temp.judged;
	end if;
	execute format('create temp table judged on commit drop as select s.row, null::bigint as id, '
		'false as is_new, false as differs, first_value(s.row) over w as first, '
		'concat_ws(''|'', %s) is distinct from first_value(concat_ws(''|'', %1$s)) over w as other '
		'from pg_temp.staged s where not s.refused and %s '
		'window w as (partition by %s order by s.row)', case when last_part then '''''' else p.head end,
		case when of_part > 1 then p.there else 'true' end, p.keys);
	with bad as (update pg_temp.staged s set refused = true from pg_temp.judged j
		where j.row = s.row and j.first <> j.row and (last_part or j.other) returning s.row, j.first)
	insert into pg_temp.refusal select b.row, p.names, case when last_part
			then 'the same stands already in row ' else 'its head differs from that in row ' end
			|| b.first from bad b;
	delete from pg_temp.judged j where j.first <> j.row;
	analyze pg_temp.judged;
end $$;

-- The id that each of them has in the target, or none, and whether it says anything new.
create function intray.import_judge(of_kind text, of_part integer, for_client integer,
	given text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	p record;
begin
	select string_agg(format('t.%I', i.target), ', ' order by i.target) as mine,
		string_agg(i.value, ', ' order by i.target) as theirs
		into p from intray.import_plan(of_kind, of_part, given) i where not i.is_key;
	execute format('update pg_temp.judged j set id = t.id, '
		'differs = row(%s) is distinct from row(%s) from pg_temp.staged s, intray.%I t '
		'where s.row = j.row and t.client = $1 and %s', p.mine, p.theirs,
		intray.import_target(of_kind, of_part), intray.import_on(of_kind, of_part))
		using for_client;
	update pg_temp.judged set is_new = true, differs = true where id is null;
	analyze pg_temp.judged;
end $$;

-- 12.50 and 12.5 are the same.
create function intray.import_text(type text, expression text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select format(case type when 'number' then 'trim_scale(%s)::text' else '(%s)::text' end,
		expression)
$$;

-- What differs, cell by cell, for the report.
create function intray.import_log(of_kind text, of_part integer, given text[], run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	keys constant text := (select string_agg(format('s.%I', c.name), ', ')
		from intray.import_columns() c join intray.import_parts() k on k.kind = c.kind
			and k.part = c.part and c.target = any (k.key)
		where c.kind = of_kind and c.part <= of_part and c.headings is not null);
	pairs constant text := (select string_agg(format('(%L, %s, %s)', p.name,
			intray.import_text(p.type, format('t.%I', p.target)),
			intray.import_text(p.type, p.value)), ', ')
		from intray.import_plan(of_kind, of_part, given) p where not p.is_key);
begin
	execute format('insert into intray.import_change (import, client, key, field, was, now) '
		'select $1, $2, concat_ws('' '', %s), d.field, d.was, d.now from pg_temp.judged j '
		'join pg_temp.staged s on s.row = j.row join intray.%I t on t.id = j.id '
		'cross join lateral (values %s) d(field, was, now) '
		'where j.differs and d.was is distinct from d.now order by s.row', keys,
		intray.import_target(of_kind, of_part), pairs) using run, for_client;
end $$;

create function intray.import_write(of_kind text, of_part integer, given text[], run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	target constant text := intray.import_target(of_kind, of_part);
	p record;
begin
	select string_agg(format('%I', i.target), ', ' order by i.target) as columns,
		string_agg(i.value, ', ' order by i.target) as values,
		string_agg(format('%I = %s', i.target, i.value), ', ') filter (where not i.is_key) as sets
		into p from intray.import_plan(of_kind, of_part, given) i;
	execute format('update intray.%I t set %s, import = $1 from pg_temp.judged j, pg_temp.staged s '
		'where s.row = j.row and t.id = j.id and j.differs', target, p.sets) using run;
	execute format('insert into intray.%I (client, import, %s) select $2, $1, %s '
		'from pg_temp.judged j join pg_temp.staged s on s.row = j.row where j.is_new '
		'order by j.row', target, p.columns, p.values) using run, for_client;
	execute format('update pg_temp.judged j set id = t.id from pg_temp.staged s, intray.%I t '
		'where s.row = j.row and j.is_new and t.client = $1 and %s', target,
		intray.import_on(of_kind, of_part)) using for_client;
end $$;

-- A list in a cell says all there is: what it lacks, and an import had brought, is inactive.
create function intray.import_list(of_kind text, list_column text, run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	parent constant text := intray.import_target(of_kind, 1);
	c record;
begin
	select split_part(i.target, '.', 1) as child, split_part(i.target, '.', 2) as item,
		coalesce(i.value, 'v') as value into strict c from intray.import_columns() i
		where i.kind = of_kind and i.name = list_column;
	execute format('create temp table wanted on commit drop as select distinct j.id as parent, '
		'%s as item from pg_temp.judged j join pg_temp.staged s on s.row = j.row '
		'cross join lateral unnest(string_to_array(s.%I, E''\x1f'')) v', replace(c.value, '$1',
		for_client::text), list_column);
	analyze pg_temp.wanted;
	execute format('create temp table listed on commit drop as '
		'select t.%2$I as parent, t.%3$I as item, false as come from intray.%1$I t '
			'join pg_temp.judged j on j.id = t.%2$I and not j.is_new '
			'where t.active and t.import is not null and not exists (select from pg_temp.wanted w '
				'where w.parent = t.%2$I and w.item = t.%3$I) '
		'union all select w.parent, w.item, true from pg_temp.wanted w '
			'where not exists (select from intray.%1$I t where t.client = $1 '
				'and t.%2$I = w.parent and t.%3$I = w.item and t.active)', c.child, parent, c.item)
		using for_client;
	execute format('update intray.%1$I t set active = false, import = $1 from pg_temp.listed l '
		'where t.%2$I = l.parent and t.%3$I = l.item and not l.come', c.child, parent, c.item)
		using run;
	execute format('update intray.%1$I t set active = true, import = $1 from pg_temp.listed l '
		'where t.client = $2 and t.%2$I = l.parent and t.%3$I = l.item and l.come', c.child,
		parent, c.item) using run, for_client;
	execute format('insert into intray.%1$I (client, import, %2$I, %3$I) '
		'select $2, $1, l.parent, l.item from pg_temp.listed l where l.come and not exists ('
		'select from intray.%1$I t where t.client = $2 and t.%2$I = l.parent and t.%3$I = l.item)',
		c.child, parent, c.item) using run, for_client;
	execute format('insert into intray.import_change (import, client, key, field, was, now) '
		'select $1, $2, t.%I, $3, case when not l.come then l.item::text end, '
		'case when l.come then l.item::text end from pg_temp.listed l '
		'join pg_temp.judged j on j.id = l.parent and not j.is_new join intray.%I t on t.id = j.id',
		(select p.key[1] from intray.import_parts() p where p.kind = of_kind and p.part = 1),
		parent) using run, for_client, list_column;
	update pg_temp.judged j set differs = true from pg_temp.listed l
		where l.parent = j.id and not j.differs;
	drop table pg_temp.listed, pg_temp.wanted;
end $$;

-- What a full import did not name is inactive. A file that lost its end must not empty the
-- master: more than a tenth has to be meant.
create function intray.import_missing(of_kind text, of_part integer, run bigint,
	for_client integer, mass boolean) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	target constant text := intray.import_target(of_kind, of_part);
	scope constant text := case of_kind when 'supplier' then 't.number is not null'
		when 'site' then 't.code is not null'
		when 'code' then 't.list in (select list from pg_temp.staged)' else 'true' end;
	standing bigint;
	absent bigint;
begin
	execute format('create temp table absent on commit drop as select t.id from intray.%I t '
		'where t.client = $1 and t.active and %s and not exists (select from pg_temp.staged s '
		'where %s)', target, scope, intray.import_on(of_kind, of_part)) using for_client;
	get diagnostics absent = row_count;
	execute format('select count(*) from intray.%I t where t.client = $1 and t.active and %s',
		target, scope) into standing using for_client;
	if (absent > greatest(10, standing / 10) or absent = standing and absent > 0) and not mass then
		raise exception '% of % would become inactive, more than a tenth: nothing is changed; '
			'if it is all there is, say --allow-mass', absent, standing;
	end if;
	execute format('insert into intray.import_change (import, client, key, field, was, now) '
		'select $1, $2, concat_ws('' '', %s), ''active'', ''true'', ''false'' '
		'from intray.%I t join pg_temp.absent m using (id)',
		(select string_agg(format('t.%I', k), ', ') from intray.import_parts() p,
			unnest(p.key) k where p.kind = of_kind and p.part = of_part), target)
		using run, for_client;
	execute format('update intray.%I t set active = false, import = $1 from pg_temp.absent m '
		'where t.id = m.id', target) using run;
	if of_kind = 'supplier' then
		perform intray.terms_make(array(select id from pg_temp.absent));
	end if;
	drop table pg_temp.absent;
	return absent;
end $$;

-- A supplier that only keying knows becomes that of the master if it can be no other: the same
-- name, and nobody else of it on either side.
create function intray.import_adopt(for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	with named as (select intray.name_key(s.name) as key, min(s.number) as number
		from pg_temp.staged s where not s.refused group by 1 having count(*) = 1),
	learnt as (select intray.name_key(l.name) as key, min(l.id) as id from intray.supplier l
		where l.client = for_client and l.number is null group by 1 having count(*) = 1)
	update intray.supplier u set number = n.number
	from named n join learnt l on l.key = n.key and l.key <> ''
	where u.id = l.id and not exists (select from intray.supplier o
		where o.client = for_client and o.number = n.number)
		and not exists (select from intray.supplier o where o.client = for_client
			and o.number is not null and intray.name_key(o.name) = n.key);
end $$;

-- What else follows from what was brought.
create function intray.import_follow(of_kind text, run bigint, for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if of_kind = 'supplier' then
		perform intray.terms_make(array(select id from pg_temp.judged where differs));
	elsif of_kind in ('site', 'account') then
		perform intray.terms_make(array(select distinct s.supplier_id from pg_temp.judged j
			join pg_temp.staged s on s.row = j.row where j.differs));
	end if;
	-- What waits to go into the index would be searched row by row.
	if of_kind in ('supplier', 'site') then
		perform gin_clean_pending_list('intray.supplier_term_alike');
		perform intray.proposals_settle(for_client);
	end if;
end $$;

create function intray.import_part(of_kind text, of_part integer, given text[], run bigint,
	for_client integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.import_resolve(of_kind, of_part, for_client, given);
	perform intray.import_unique(of_kind, of_part, given);
	if of_kind = 'supplier' and exists (select from intray.supplier
		where client = for_client and number is null)
	then
		perform intray.import_adopt(for_client);
	end if;
	perform intray.import_judge(of_kind, of_part, for_client, given);
	perform intray.import_log(of_kind, of_part, given, run, for_client);
	perform intray.import_write(of_kind, of_part, given, run, for_client);
	perform intray.import_list(of_kind, c.name, run, for_client)
		from intray.import_columns() c where c.kind = of_kind and c.part = of_part
			and c.target like '%.%' and c.name = any (given);
	insert into pg_temp.outcome select row, case when is_new then 2 when differs then 1 else 0 end
		from pg_temp.judged;
end $$;

create function intray.import_report(run bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select to_jsonb(i) - 'client' || jsonb_build_object('client', c.code,
		'refusals', (select coalesce(jsonb_agg(jsonb_build_object('row', r.row, 'field', r.field,
				'reason', r.reason) order by r.row, r.field), '[]')
			from intray.import_refusal r where r.import = run),
		'changes', (select coalesce(jsonb_agg(jsonb_build_object('key', h.key, 'field', h.field,
				'was', h.was, 'now', h.now) order by h.id), '[]')
			from (select * from intray.import_change where import = run order by id limit 1000) h))
	from intray.import i join intray.client c on c.id = i.client where i.id = run
$$;

-- Makes master rows of what was staged. given: the columns the file has; refusals: what the
-- command refused itself, as {row, field, reason}; n_refused how many rows these are.
create function intray.import_merge(of_kind text, client_code text, source text, sha256 text,
	given text[], refusals jsonb, n_refused bigint, n_rows bigint, complete boolean, mass boolean)
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	for_client constant integer := intray.client_named(client_code);
	run bigint;
	gone bigint := 0;
	p integer;
begin
	insert into intray.import as i (client, kind, source, sha256, complete, actor)
	values (for_client, of_kind, source, sha256, complete, intray.actor()) returning id into run;
	create index on pg_temp.staged (row);
	analyze pg_temp.staged;
	for p in select i.part from intray.import_parts() i where i.kind = of_kind order by 1 loop
		perform intray.import_part(of_kind, p, given, run, for_client);
		if complete then
			gone := gone + intray.import_missing(of_kind, p, run, for_client, mass);
		end if;
	end loop;
	perform intray.import_follow(of_kind, run, for_client);
	insert into intray.import_refusal (import, client, row, field, reason)
	select run, for_client, r.row, coalesce(r.field, ''), min(r.reason) from (
		select * from jsonb_to_recordset(refusals) as x(row bigint, field text, reason text)
		union all select * from pg_temp.refusal) r
	group by 3, 4 order by 3 limit 1000;
	update intray.import i set ended = clock_timestamp(), rows = n_rows, deactivated = gone,
		added = o.added, changed = o.changed, unchanged = o.same,
		refused = n_refused + (select count(*) from pg_temp.refusal)
		from (select count(*) filter (where what = 2) as added,
			count(*) filter (where what = 1) as changed, count(*) filter (where what = 0) as same
			from (select max(what) as what from pg_temp.outcome group by row) x) o
		where i.id = run;
	return intray.import_report(run);
end $$;

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
