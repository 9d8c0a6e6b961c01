-- Document types: installing a version, and the views of open offers an ERP reads: one per
-- type, one per table of a type (erp.invoice, erp.invoice_line), with columns typed by the
-- fields' kinds.

-- These three are asked for every field of a type, so they have no setting of their own: that
-- would cost more than they do. Whoever calls them has a fixed search path.

-- "seller/vat_id" -> seller_vat_id; "lines/net_amount" of table "lines" -> net_amount.
create function intray.below_table(f intray.doctype_field) returns text
language sql immutable as $$
	select case when f.in_table is null then f.path
		else substr(f.path, length(f.in_table) + 2) end
$$;

create function intray.column_of(f intray.doctype_field) returns text
language sql immutable as $$
	select translate(intray.below_table(f), '/-', '__')
$$;

create function intray.sql_type_of(kind text) returns text
language sql immutable as $$
	select case when kind in ('amount', 'quantity', 'percent') then 'numeric'
		when kind = 'date' then 'date' when kind = 'time' then 'time' else 'text' end
$$;

create function intray.erp_view_drop(doc_type text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v text;
begin
	for v in select relname from pg_class
		where relnamespace = 'erp'::regnamespace and relkind = 'v'
			and obj_description(oid, 'pg_class') = 'of type ' || doc_type
	loop
		execute format('drop view erp.%I', v);
	end loop;
end $$;

-- A type's header and tables: where each stands in an instance, and its columns as XMLTABLE
-- and a select list want them.
create function intray.erp_parts(doc_type text)
returns table (item text, path text, columns text, names text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query
	select f.item, '/' || doc_type || coalesce('/' || f.in_table || '/' || f.item, ''),
		string_agg(format('%I %s path %L', intray.column_of(f),
			intray.sql_type_of(f.kind), intray.below_table(f)), ', '
			order by f.position),
		string_agg(format('x.%I', intray.column_of(f)), ', ' order by f.position)
	from intray.doctype_field f join intray.doctype t on t.name = f.type
		and t.version = f.version and t.current
	where f.type = doc_type
	group by f.in_table, f.item;
end $$;

-- What the ERP gets to see stands in the frozen bytes of the offer, not in working tables.
create function intray.erp_view(doc_type text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v record;
	name text;
begin
	perform intray.erp_view_drop(doc_type);
	for v in select * from intray.erp_parts(doc_type) loop
		name := doc_type || coalesce('_' || v.item, '');
		execute format('create view erp.%I with (security_invoker) as '
			'select o.document, o.revision, o.control_number, o.client, %s, %s '
			'from erp.offer o, xmltable(%L passing o.xml columns %s%s) x '
			'where o.type = %L', name,
			case when v.item is null
				then 'o.received_on, o.created as offered_at, o.flags, o.replaces'
				else 'x.row_number as ' || quote_ident(v.item) end,
			v.names, v.path,
			case when v.item is null then '' else 'row_number for ordinality, ' end,
			v.columns, doc_type);
		execute format('comment on view erp.%I is %L', name, 'of type ' || doc_type);
		execute format('grant select on erp.%I to intray_erp', name);
	end loop;
end $$;

-- What keeps an instance out of its type's views, in PostgreSQL's words; null: nothing.
create function intray.erp_misfit(doc_type text, instance text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	v record;
begin
	for v in select * from intray.erp_parts(doc_type) loop
		execute format('select count(x) from xmltable(%L passing ($1::xml) columns %s) x',
			v.path, v.columns) using instance;
	end loop;
	return null;
exception when data_exception or invalid_xml_content or cardinality_violation then
	return sqlerrm;
end $$;

-- True when this version was not the current one before.
create function intray.schema_install(type_name text, type_version text, type_title text,
	bytes bytea, fields jsonb) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if encode(sha256(bytes), 'hex') <> type_version then
		raise exception 'the version of % is not the SHA-256 of its bytes', type_name;
	end if;
	if type_name !~ '^[a-z][a-z0-9_]{0,40}$' or type_name in ('offer', 'document') then
		raise exception '% is no possible name of a document type', type_name;
	end if;
	-- What we make of the bytes may change while they don't.
	update intray.doctype_field d set
		constant = coalesce((f.value ->> 'constant')::boolean, false),
		identity = coalesce((f.value ->> 'identity')::boolean, false),
		role = f.value ->> 'role'
		from jsonb_array_elements(fields) f
		where d.type = type_name and d.version = type_version
			and d.path = f.value ->> 'path';
	if exists (select from intray.doctype where name = type_name
		and version = type_version and current)
	then
		return false;
	end if;
	update intray.doctype set current = false where name = type_name and current;
	insert into intray.doctype (name, version, title, xsd)
	values (type_name, type_version, type_title, bytes)
	on conflict (name, version) do update set current = true, title = excluded.title;
	insert into intray.doctype_field (type, version, path, position, title, in_table, item,
		kind, required, keyed, restricted, constant, identity, role)
	select type_name, type_version, f.value ->> 'path', f.ordinality, f.value ->> 'title',
		f.value ->> 'in_table', f.value ->> 'item', f.value ->> 'kind',
		(f.value ->> 'required')::boolean, (f.value ->> 'keyed')::boolean,
		(f.value ->> 'restricted')::boolean,
		coalesce((f.value ->> 'constant')::boolean, false),
		coalesce((f.value ->> 'identity')::boolean, false), f.value ->> 'role'
	from jsonb_array_elements(fields) with ordinality f
	on conflict do nothing;
	perform intray.erp_view(type_name);
	return true;
end $$;

-- What a client changes of a type from now on; what was read before keeps its version. `rules`
-- is what the command made of the text for the database.
create function intray.profile_set(of_client text, of_type text, profile text, rules jsonb)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	c constant integer := intray.client_named(of_client);
	next_version integer;
begin
	perform from intray.client where id = c for update;
	select coalesce(max(p.version), 0) + 1 into next_version from intray.profile p
		where p.client = c and p.type = of_type;
	update intray.profile p set current = false
		where p.client = c and p.type = of_type and p.current;
	insert into intray.profile (client, type, version, text, rules)
	values (c, of_type, next_version, profile, profile_set.rules);
	return 'profile ' || next_version || ' of ' || of_type || ' for ' || of_client;
end $$;
