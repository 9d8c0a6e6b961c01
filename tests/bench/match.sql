-- For match.sh: every document asked is matched, as it was read and as it might have been read.
-- Rows: public.asked (j: what was read, what is true), public.owner (document, supplier's number).

-- Each word damaged as a bad scan damages it: letters taken for others (mostly for what they look
-- like), lost, made up; a word lost as a whole. The same word of a document is always damaged alike,
-- since a name in a field and in the head of the page is one reading.
create function public.chance(what text) returns double precision
language sql immutable parallel safe as $$
	select (hashtextextended(what, 7) & 1048575) / 1048576.0
$$;
create function public.damaged(t text, seed text, rate double precision) returns text
language plpgsql immutable parallel safe as $$
declare
	clear constant text := 'oilsbgzaecnumhrtfvyO0I1S5B8Z2G6ECDQUVMNHKRP3479';
	alike constant text := '0l15692oceunnbtftyv0OlI5S8B2Z6GFGOOVUNMNXPR8A1g';
	among constant text := 'aeiounrtslcdmhgpbfvkw0123456789';
	made text := '';
	word text;
	folded text;
	u double precision;
	at integer;
begin
	foreach word in array coalesce(regexp_split_to_array(t, '(?<=[[:alnum:]])(?=[^[:alnum:]])|(?<=[^[:alnum:]])(?=[[:alnum:]])'), '{}') loop
		if word !~ '[[:alnum:]]' then
			made := made || word;
			continue;
		end if;
		folded := lower(word);
		continue when public.chance(seed || folded) < rate;
		for i in 1 .. length(word) loop
			u := public.chance(seed || folded || ' ' || i);
			at := strpos(clear, substr(word, i, 1));
			made := made || case when u >= rate then substr(word, i, 1)
				when u < 0.15 * rate then ''
				when u < 0.25 * rate then substr(word, i, 1)
					|| substr(among, 1 + (u * 1e6)::integer % 31, 1)
				when u < 0.8 * rate and at > 0 then substr(alike, at, 1)
				else substr(among, 1 + (u * 1e6)::integer % 31, 1) end;
		end loop;
	end loop;
	return made;
end $$;

-- A document's reading, damaged: the seller's values, the codes, the print.
create function public.damaged(j jsonb, seed text, rate double precision) returns jsonb
language sql immutable as $$
	select j || jsonb_build_object('print', public.damaged(j ->> 'print', seed, rate),
		'read', (select coalesce(jsonb_object_agg(f.key, case when f.key ~ '^(seller|merchant)/'
			then public.damaged(f.value, seed, rate) else f.value end), '{}')
			from jsonb_each_text(j -> 'read') f where f.value is not null),
		'keys', (select coalesce(jsonb_agg(k || jsonb_build_object('key',
			public.damaged(k ->> 'key', seed, rate))), '[]') from jsonb_array_elements(j -> 'keys') k))
$$;

-- Neither the name nor the place nor a code of the seller is in anything that was read.
create function public.unread(j jsonb) returns boolean language sql as $$
	select coalesce(trgm.word_similarity(intray.match_name(j ->> 'name'), intray.match_letters(said)), 0) < 0.5
		and coalesce(trgm.word_similarity(intray.match_words(j ->> 'address'), said), 0) < 0.5
		and not exists (select from unnest(array_remove(array[j ->> 'vat', j ->> 'tax', j ->> 'iban'], '')) c
			where strpos(replace(said, ' ', ''), lower(intray.match_code(c))) > 0)
	from (select concat_ws(' ', j ->> 'print', (select string_agg(intray.match_words(value), ' ')
			from jsonb_each_text(j -> 'read')), (select string_agg(lower(k ->> 'key'), ' ')
			from jsonb_array_elements(j -> 'keys') k)) as said) s
$$;

-- place: 0 not found, 1 first, more: that far behind. ms: of each turn.
create table public.matched (rate double precision, seed integer, document text, place bigint, state text,
	score real, ms double precision[] default '{}', called text, name text, got text, reason text,
	unread boolean, primary key (rate, seed, document));

create function public.match_all(rates double precision[], seeds integer, turns integer) returns void
language plpgsql as $$
declare
	a record;
	m record;
	began timestamptz;
	took double precision;
	who constant integer := (select id from intray.client);
begin
	create temp table asking as select r.rate, n.seed, s.id as rightful, case when r.rate = 0 then o.j else
			public.damaged(o.j, n.seed || (o.j ->> 'document'), r.rate) end as j
		from public.asked o left join public.owner w on w.document = o.j ->> 'document'
		left join intray.supplier s on s.number = w.number
		cross join unnest(rates) r(rate) cross join generate_series(1, seeds) n(seed)
		where r.rate > 0 or n.seed = 1;
	for turn in 1 .. turns loop
		for a in select * from asking loop
			began := clock_timestamp();
			select * into m from intray.match_supplier(who, a.j ->> 'type', a.j -> 'read', a.j -> 'keys',
				a.j ->> 'print');
			took := extract(epoch from clock_timestamp() - began) * 1000;
			insert into public.matched values (a.rate, a.seed, a.j ->> 'document', coalesce((select c.n
				from jsonb_array_elements(m.candidates) with ordinality as c(j, n)
				where (c.j ->> 'supplier')::bigint = a.rightful), 0), m.state, m.score, array[took],
				coalesce(a.j -> 'read' ->> 'seller/name', a.j -> 'read' ->> 'merchant/name'),
				a.j ->> 'name', m.name, m.reason, public.unread(a.j))
				on conflict (rate, seed, document) do update set ms = matched.ms || excluded.ms;
		end loop;
	end loop;
	drop table asking;
end $$;
