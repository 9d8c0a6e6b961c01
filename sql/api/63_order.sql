-- An invoice against the orders it bills, two-way (what was ordered) or three-way (what came in),
-- and the account and cost centre that it is proposed for.
--
-- An invoice line finds its order line by the number it gives, else by what it says and costs.
-- Prices and quantities may be above the order's by the client's tolerance, as its profile says:
--   tolerance price 2%        tolerance quantity 1      tolerance total 5.00
--   tolerance unordered 50.00 freight and the like that no order has
-- Below is never objected to.

create function intray.tolerance(for_client integer, doc_type text, what text, of numeric)
returns numeric
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select greatest(coalesce((t ->> 'percent')::numeric, 0) / 100 * abs(of),
		coalesce((t ->> 'amount')::numeric, 0))
	from (select intray.profile_rules(for_client, doc_type) -> 'tolerance' -> what as t) x);
end $$;

-- The orders that a paper names: a reference may hold more than the number ("PO 4711 of 3 May").
create function intray.orders_named(for_client integer, reference text)
returns setof intray.purchase_order
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query with words as (select w, n from regexp_split_to_table(upper(coalesce(reference, '')),
			'[^[:alnum:]]+') with ordinality as s(w, n)),
	keys as (select intray.match_code(reference) as k
		union select w from words where length(w) >= 3 and w ~ '\d'
		union select a.w || b.w from words a join words b on b.n = a.n + 1 where b.w ~ '\d')
	select o.* from intray.purchase_order o
	where o.client = for_client and o.active and o.number_key in (select k from keys where k <> '')
	order by length(o.number_key) desc, o.id limit 20;
end $$;

-- What is left of each line of these orders: ordered, come in, and billed before, by the ERP's
-- books and by papers on their way to it.
create function intray.order_left(orders bigint[], doc uuid)
returns table (id bigint, line text, account text, cost_centre text, matching text, item text,
	description text, unit text, price numeric, ordered numeric, received numeric, billed numeric,
	amount numeric, billed_amount numeric)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select l.id, l.line, l.account, l.cost_centre, l.matching, l.supplier_item, l.description, l.unit,
		l.unit_price / l.price_quantity, l.quantity,
		(select coalesce(sum(g.quantity), 0) from intray.goods_receipt g
			where g.order_line = l.id and g.active),
		l.invoiced_quantity + u.quantity, coalesce(l.net_amount,
			l.quantity * l.unit_price / l.price_quantity), l.invoiced_amount + u.amount
	from intray.purchase_order_line l
	cross join lateral (select coalesce(sum(x.quantity), 0) as quantity,
			coalesce(sum(x.amount), 0) as amount
		from intray.order_use x join intray.document d on d.id = x.document
		join intray.state s on s.name = d.state and s.live
		where x.order_line = l.id and x.document <> doc and d.state <> 'posted') u
	where l.purchase_order = any (orders) and l.active;
end $$;

-- Which order line an invoice line bills. The one it names, or the one that is most like it:
-- by article, words and price. Each row is one invoice line; no order line: nothing is like it.
create function intray.order_lines(doc uuid, orders bigint[], given jsonb)
returns table (line integer, order_line bigint, quantity numeric, amount numeric, price numeric,
	unit text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query with i as (
		select (l ->> '#')::integer as line, l ->> 'order_line' as named, l ->> 'description' as words,
			intray.number_of(l ->> 'quantity') as quantity, intray.number_of(l ->> 'net_amount') as amount,
			l ->> 'unit' as unit, coalesce(
				intray.number_of(l ->> 'net_amount') / nullif(intray.number_of(l ->> 'quantity'), 0),
				intray.number_of(l ->> 'unit_price')
					/ coalesce(nullif(intray.number_of(l ->> 'price_quantity'), 0), 1)) as price
		from jsonb_array_elements(coalesce(given -> 'lines', '[]')) l),
	o as (select * from intray.order_left(orders, doc)),
	alike as (
		select i.line, o.id, case when ltrim(i.named, '0') = ltrim(o.line, '0') then 5 else 0 end
			+ case when o.item is not null and length(o.item) >= 3
				and strpos(upper(i.words), upper(o.item)) > 0 then 3 else 0 end
			+ 3 * coalesce(intray.name_likeness(intray.match_words(i.words),
				intray.match_words(o.description)), 0)
			+ case when abs(i.price - o.price) <= 0.02 * abs(o.price) then 1.2 else 0 end
			+ case when i.quantity <= o.ordered - o.billed then 0.3 else 0 end
			+ case when (select count(*) from o) = 1 and (select count(*) from i) = 1 then 1.5
				else 0 end as score
		from i cross join o),
	best as (select distinct on (line) line, id from alike where score >= 1.5
		order by line, score desc, id)
	select i.line, b.id, i.quantity, i.amount, i.price, i.unit from i left join best b using (line);
end $$;

-- --- the checks ------------------------------------------------------------------------------------

-- Line by line.
create function intray.check_order_lines(for_client integer, doc uuid, doc_type text,
	orders bigint[], given jsonb)
returns table (fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query with m as (
		select i.*, o.line as of_line, o.price as agreed, o.matching, o.ordered, o.received, o.billed,
			o.unit as order_unit,
			sum(i.quantity) over (partition by i.order_line order by i.line) as with_this
		from intray.order_lines(doc, orders, given) i
		left join intray.order_left(orders, doc) o on o.id = i.order_line),
	t as (
		select m.*, intray.tolerance(for_client, doc_type, 'price', m.agreed) as price_more,
			case when m.matching = 'three-way' then m.received else m.ordered end as due,
			intray.tolerance(for_client, doc_type, 'quantity', m.ordered) as quantity_more
		from m)
	select 'lines[' || line || ']/unit_price', format('Line %s: billed at %s each, ordered at %s. '
			'Please ask the buyer, or have the supplier correct it.', line,
		trim_scale(round(price, 4)), trim_scale(round(agreed, 4)))
	from t where matching <> 'none' and price > agreed + greatest(price_more, 0.005)
	union all
	select 'lines[' || line || ']/quantity', format(case when matching = 'three-way'
			then 'Line %s: %s billed, with what was billed before %s, but only %s came in. Please ask '
				'whether the rest was received.'
			else 'Line %s: %s billed, with what was billed before %s, but only %s were ordered. Please '
				'ask the buyer.' end,
		line, trim_scale(quantity), trim_scale(billed + with_this), trim_scale(due))
	from t where matching <> 'none' and billed + with_this > due + quantity_more
	union all
	select 'lines[' || line || ']/description', format('Line %s: nothing like it was ordered. Please '
		'ask the buyer.', line)
	from t where order_line is null and coalesce(amount, 0) > intray.tolerance(for_client, doc_type,
		'unordered', coalesce(amount, 0));
end $$;

create function intray.check_order_total(for_client integer, doc uuid, doc_type text,
	orders bigint[], header jsonb)
returns table (fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select 'total_without_vat', format('It bills %s without VAT, of the order %s are left. Please ask '
		'the buyer.', billed, trim_scale(left_over))
	from (select intray.number_of(header ->> 'total_without_vat') as billed,
			sum(o.amount - o.billed_amount) as left_over
		from intray.order_left(orders, doc) o where o.matching <> 'none') x
	where billed > left_over + intray.tolerance(for_client, doc_type, 'total', left_over);
end $$;

-- of_supplier: whose it is, if that is sure.
create function intray.check_order(doc uuid, doc_type text, given jsonb, of_supplier bigint)
returns table (name text, fields text, said text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	c constant integer := (select d.client from intray.document d where d.id = doc);
	h constant jsonb := given -> 'header';
	reference constant text := h ->> 'order_reference';
	o intray.purchase_order;
	orders bigint[] := '{}';
begin
	if not exists (select from intray.purchase_order p where p.client = c)
		or h ->> 'type_code' in ('381', '261', '396')
	then
		return;
	end if;
	if reference is null then
		return query select 'order-known', 'order_reference', format('%s is paid against orders only, '
			'and the invoice names none. Please ask the supplier for the order number.', p.name)
			from intray.supplier p where p.id = of_supplier and p.order_needed;
		return;
	end if;
	select array_agg(p.id) into orders from intray.orders_named(c, reference) p;
	select * into o from intray.orders_named(c, reference) limit 1;
	if o.id is null then
		return query select 'order-known', 'order_reference', 'There is no order ' || reference
			|| '. Please correct the number, or ask the buyer.';
	elsif o.state <> 'open' then
		return query select 'order-known', 'order_reference', format('Order %s is %s. Please ask the '
			'buyer.', o.number, o.state);
	elsif o.supplier <> of_supplier then
		return query select 'order-known', 'order_reference', format('Order %s went to %s, not to this '
			'supplier. Please check order number and supplier.', o.number,
			(select p.name from intray.supplier p where p.id = o.supplier));
	elsif o.currency is not null and o.currency <> h ->> 'currency' then
		return query select 'order-match', 'currency', format('Order %s is in %s. Please ask the buyer.',
			o.number, o.currency);
	elsif jsonb_array_length(coalesce(given -> 'lines', '[]')) > 0 then
		return query select 'order-match', x.fields, x.said
			from intray.check_order_lines(c, doc, doc_type, orders, given) x;
	else
		return query select 'order-match', x.fields, x.said
			from intray.check_order_total(c, doc, doc_type, orders, h) x;
	end if;
end $$;

-- --- account and cost centre -------------------------------------------------------------------------

-- What a supplier's last invoices were booked to, when most of them agree.
create function intray.usual_coding(of_supplier bigint)
returns table (account text, cost_centre text, why text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query with last as (select b.account, b.cost_centre from intray.booked_invoice b
		where b.supplier = of_supplier and b.active and b.account is not null
		order by b.posted_on desc nulls last, b.id desc limit 12)
	select account, cost_centre, format('%s of its last %s invoices', count(*),
		(select count(*) from last))
	from last group by account, cost_centre
	having count(*) >= 2 and count(*) * 3 >= 2 * (select count(*) from last)
	order by count(*) desc limit 1;
end $$;

-- For each line: from the order line it bills, else the supplier's own, else as it was booked
-- before. An invoice without lines as a whole.
create function intray.propose_coding(doc uuid, given jsonb, of_supplier bigint)
returns table (path text, line integer, value text, why text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	reference constant text := given -> 'header' ->> 'order_reference';
	orders bigint[] := '{}';
begin
	if reference is not null then
		orders := array(select o.id from intray.document d,
			intray.orders_named(d.client, reference) o where d.id = doc);
	end if;
	if orders = '{}' and of_supplier is null then
		return;
	end if;
	return query with billed as (
		select (l ->> '#')::integer as line from jsonb_array_elements(coalesce(given -> 'lines', '[]')) l
		union select 0 where jsonb_array_length(coalesce(given -> 'lines', '[]')) = 0),
	sources as (
		select b.line, 1 as rank, o.account, o.cost_centre, 'from the order' as why
		from billed b
		join intray.order_lines(doc, orders, given) m on m.line = b.line
		join intray.order_left(orders, doc) o on o.id = m.order_line
		where orders <> '{}' and (o.account is not null or o.cost_centre is not null)
		union all
		select b.line, 2, p.account, p.cost_centre, 'the supplier''s own'
		from billed b join intray.supplier p on p.id = of_supplier
		where p.account is not null or p.cost_centre is not null
		union all
		select b.line, 3, u.account, u.cost_centre, u.why
		from billed b cross join lateral intray.usual_coding(of_supplier) u),
	chosen as (select distinct on (line) * from sources order by line, rank)
	select case when line > 0 then 'lines/' else '' end || v.field, line, v.value, why
	from chosen cross join lateral (values ('account', account), ('cost_centre', cost_centre))
		v(field, value)
	where v.value is not null;
end $$;

-- --- what a document takes of its orders -----------------------------------------------------------

create function intray.order_use_save(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	given jsonb;
	orders bigint[];
begin
	delete from intray.order_use where document = d.id;
	if not exists (select from intray.purchase_order p where p.client = d.client) then
		return;
	end if;
	given := intray.document_given(d.id);
	orders := array(select o.id from intray.orders_named(d.client,
		given -> 'header' ->> 'order_reference') o);
	if orders = '{}' or given -> 'header' ->> 'type_code' in ('381', '261', '396') then
		return;
	end if;
	insert into intray.order_use (document, line, client, order_line, quantity, amount)
	select d.id, m.line, d.client, m.order_line, m.quantity, m.amount
	from intray.order_lines(d.id, orders, given) m where m.order_line is not null;
end $$;
