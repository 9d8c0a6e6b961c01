-- Document types: installing a version, and the views of open offers an ERP reads: one per
-- type, one per type's lines, with columns typed by the fields' kinds.

-- "seller/vat_id" -> seller_vat_id, "lines/net_amount" -> net_amount.
create function intray.column_of(path text, line boolean) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select translate(case when line then regexp_replace(path, '^lines/', '') else path end,
		'/-', '__')
$$;

create function intray.sql_type_of(kind text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select case when kind in ('amount', 'quantity', 'percent') then 'numeric'
		when kind = 'date' then 'date' when kind = 'time' then 'time' else 'text' end
$$;

-- What the ERP gets to see stands in the frozen bytes of the offer, not in working tables.
create function intray.erp_view(doc_type text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	head text;
	row_ text;
	names text;
	line_names text;
	opening constant text := 'select o.document, o.revision, o.control_number, o.client, '
		'o.received_on, o.created as offered_at';
begin
	select string_agg(format('%I %s path %L', intray.column_of(f.path, false),
			intray.sql_type_of(f.kind), f.path), ', ' order by f.position)
			filter (where not f.line),
		string_agg(format('x.%I', intray.column_of(f.path, false)), ', '
			order by f.position) filter (where not f.line),
		string_agg(format('%I %s path %L', intray.column_of(f.path, true),
			intray.sql_type_of(f.kind), regexp_replace(f.path, '^lines/', '')), ', '
			order by f.position) filter (where f.line),
		string_agg(format('x.%I', intray.column_of(f.path, true)), ', '
			order by f.position) filter (where f.line)
	into head, names, row_, line_names
	from intray.doctype_field f join intray.doctype t on t.name = f.type
		and t.version = f.version and t.current
	where f.type = doc_type;

	execute format('drop view if exists erp.%I', doc_type || '_line');
	execute format('drop view if exists erp.%I', doc_type);
	if head is not null then
		execute format('create view erp.%I with (security_invoker) as %s, o.flags, %s '
			'from erp.offer o, xmltable(%L passing o.xml columns %s) x '
			'where o.type = %L', doc_type, opening, names, '/' || doc_type, head,
			doc_type);
		execute format('grant select on erp.%I to intray_erp', doc_type);
	end if;
	if row_ is not null then
		execute format('create view erp.%I with (security_invoker) as '
			'select o.document, o.revision, o.control_number, o.client, x.line, %s '
			'from erp.offer o, xmltable(%L passing o.xml columns line for ordinality, '
			'%s) x where o.type = %L', doc_type || '_line', line_names,
			'/' || doc_type || '/lines/line', row_, doc_type);
		execute format('grant select on erp.%I to intray_erp', doc_type || '_line');
	end if;
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
	if exists (select from intray.doctype where name = type_name
		and version = type_version and current)
	then
		return false;
	end if;
	update intray.doctype set current = false where name = type_name and current;
	insert into intray.doctype (name, version, title, xsd)
	values (type_name, type_version, type_title, bytes)
	on conflict (name, version) do update set current = true, title = excluded.title;
	insert into intray.doctype_field (type, version, path, position, line, kind, restricted)
	select type_name, type_version, f.value ->> 'path', f.ordinality,
		(f.value ->> 'line')::boolean, f.value ->> 'kind',
		(f.value ->> 'restricted')::boolean
	from jsonb_array_elements(fields) with ordinality f
	on conflict do nothing;
	perform intray.erp_view(type_name);
	return true;
end $$;
