-- What two spellings of one name, address or code have in common, however they are written or
-- misread. Nothing here reads a table.
--
-- These are asked for every name of a master, so they have no setting of their own: that alone
-- would cost more than they do. Whoever calls them has a fixed search path.

-- Letters as they are confused made one: umlauts and their transcriptions, double letters, and
-- what readers mistake for each other. A chain of plain replacements is ten times as fast as
-- the regular expressions it could be.
create function intray.match_letters(t text) returns text
language sql immutable parallel safe as $$
	select replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
		replace(replace(replace(replace(replace(translate(t, '015i8', 'olslb'),
		'ae', 'a'), 'oe', 'o'), 'ue', 'u'), 'rn', 'm'), 'vv', 'w'),
		'll', 'l'), 'ss', 's'), 'tt', 't'), 'nn', 'n'), 'mm', 'm'), 'rr', 'r'), 'ff', 'f'),
		'pp', 'p'), 'ee', 'e'), 'oo', 'o')
$$;

-- Small letters without accents.
create function intray.match_fold(t text) returns text
language plpgsql immutable parallel safe as $$
declare
	low constant text := lower(left(t, 400));
begin
	return case when octet_length(low) = length(low) then low else
		replace(translate(regexp_replace(normalize(low, NFKD), '[\u0300-\u036f’´]', '', 'g'),
			'øłđı', 'oldi'), 'ß', 'ss') end;
end $$;

-- Words of small letters and digits; single letters in a row are one word ("S. p. A.").
create function intray.match_words(t text) returns text
language sql immutable parallel safe as $$
	select btrim(regexp_replace(regexp_replace(translate(intray.match_fold(t), '.''`', ''),
		'[^[:alnum:]]+', ' ', 'g'), '\m(\w) (?=\w\M)', '\1', 'g'))
$$;

-- What a company is called, without the words that say what kind of company it is; of a
-- paper that names nobody, null.
create function intray.match_name(name text) returns text
language plpgsql immutable parallel safe as $$
declare
	kinds constant text := ' gmbh mbh ggmbh gesmbh gesellschaft ag kg kgaa ohg gbr ug '
		'haftungsbeschrankt ev eg ek inh inhaber inc incorporated corp corporation co company cie '
		'ltd limited llc llp lp plc pty pte sa sas sasu sarl eurl snc sl slu srl spa sapa nv bv '
		'bvba vof ab as asa aps oy oyj kft zrt sro spol spzoo sdn bhd dba se und and et y e u ';
	words constant text := intray.match_words(name);
	core text := '';
	word text;
begin
	foreach word in array coalesce(string_to_array(words, ' '), '{}') loop
		if strpos(kinds, ' ' || word || ' ') = 0 and (core <> '' or word <> 'the') then
			core := core || word || ' ';
		end if;
	end loop;
	return left(intray.match_letters(case when length(core) > 2 then rtrim(core) else words end),
		200);
end $$;

-- The words of a name that match_name made; one of short words only is a word itself.
create function intray.name_words(name text) returns text[]
language plpgsql immutable parallel safe as $$
declare
	words text[] := '{}';
	word text;
begin
	foreach word in array coalesce(string_to_array(name, ' '), '{}') loop
		if length(word) >= 3 and word <> all (words) then
			words := words || word;
		end if;
	end loop;
	return case when words = '{}' and name <> '' then array[replace(name, ' ', '')] else words[:8] end;
end $$;

-- All runs of five letters of a name, or of anything, without its spaces.
create function intray.runs_in(t text) returns setof text
language sql immutable parallel safe rows 20 as $$
	select substr(l.letters, i, 5) from (select replace(t, ' ', '') as letters offset 0) l,
		generate_series(1, length(l.letters) - 4) i
$$;

-- Of these, three in eight are kept and looked for: whatever is left of a name has some.
create function intray.run_counts(run text) returns boolean
language sql immutable parallel safe as $$ select (hashtext(run) & 7) < 3 $$;

-- How much of a name stands in a text, though letters of it were misread and other words stand
-- between, 0 to 1: by the runs that both have. Both without spaces.
create function intray.runs_shown(letters text, in_text text) returns real
language sql immutable parallel safe as $$
	select case when length(letters) < 5 or in_text is null then 0 else greatest(0, 1.6 * (
		select avg((strpos(in_text, substr(letters, i, 5)) > 0)::int)
		from generate_series(1, length(letters) - 4) i)::real ^ 0.2 - 0.6) end::real
$$;

-- A word with one letter read as another, made up, or lost.
create function intray.misreadings(word text) returns text[]
language plpgsql immutable parallel safe as $$
begin
	return (select array_agg(left(word, i - 1) || c || substr(word, i + taken))
		from generate_series(1, length(word)) i, generate_series(0, 1) taken,
			unnest(string_to_array('a,b,c,d,e,f,g,h,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z,', ',')) c
		where length(word) between 4 and 16);
end $$;

-- Codes as they are compared: capitals and digits alone.
create function intray.match_code(code text) returns text
language sql immutable parallel safe as $$
	select upper(regexp_replace(code, '[^[:alnum:]]+', '', 'g'))
$$;

-- A tax id is written with its country or without: compared is what follows it. Null: too short or
-- too long to be one.
create function intray.match_tax_id(code text) returns text
language plpgsql immutable parallel safe as $$
declare
	c constant text := intray.match_code(code);
begin
	return case when length(c) between 5 and 30 then
		case when c ~ '^[A-Z]{2}[0-9A-Z]{7}' then substr(c, 3) else c end end;
end $$;

-- Of a telephone number what is the same with and without the country: its last eight digits.
create function intray.match_phone(phone text) returns text
language sql immutable parallel safe as $$
	select substring(regexp_replace(phone, '\D+', '', 'g') from '\d{7,8}$')
$$;

-- A postcode as it is compared: "D-53113" is 53113, "3012 CN" 3012CN.
create function intray.match_postcode(code text) returns text
language sql immutable parallel safe as $$
	select upper(translate(regexp_replace(code, '^[A-Za-z]{1,3} *- *(?=\d)', ''), ' -.,', ''))
$$;

-- By what a place is found where thousands share a postcode: the code with two numbers of
-- the street, or with its longest word; without a code, that word with the number. street: its words.
create function intray.place_terms(postcode text, street text) returns text[]
language plpgsql immutable parallel safe as $$
declare
	code constant text := intray.match_postcode(postcode);
	coded constant boolean := coalesce(length(code) between 4 and 8, false);
	numbers text[] := '{}';
	longest text := '';
	word text;
begin
	foreach word in array coalesce(string_to_array(street, ' '), '{}') loop
		if word ~ '^\d' then
			numbers := numbers || substring(word from '^\d+');
		elsif length(word) > length(longest) then
			longest := word;
		end if;
	end loop;
	return case when coded and numbers <> '{}'
			then array_remove(array[code || ' ' || numbers[1], code || ' ' || numbers[2]], null)
		when length(longest) < 5 then '{}'
		when coded then array[code || ' ' || longest]
		when numbers <> '{}' then array[longest || ' ' || numbers[1]] else '{}' end;
end $$;

-- What may be such a place in rows of words: a postcode, maybe of two words, with the numbers
-- and longer words of its row and of those above; a longer word with the numbers of its row.
create function intray.places_in(rows text) returns text[]
language plpgsql immutable parallel safe as $$
begin
	return (with w as materialized (select r, w as word, substring(w from '^\d+') as number,
			lead(w) over (partition by r order by n) as next
		from string_to_table(rows, E'\n') with ordinality as l(line, r),
			string_to_table(line, ' ') with ordinality as x(w, n)),
	c as (select distinct r, upper(code) as code from (
			select r, word as code from w where number is not null and length(word) >= 4
			union all select r, word || next from w where word ~ '\d' and next ~ '\d|^[a-z]{2}$') x
		where length(code) between 4 and 8)
	select coalesce(array_agg(term), '{}') from (
		select c.code || ' ' || coalesce(w.number, w.word) as term
			from c join w on w.r between c.r - 3 and c.r and (w.number is not null or length(w.word) >= 5)
				and c.code <> upper(w.word)
		union select w.word || ' ' || n.number from w join w n on n.r = w.r and n.number is not null
			where w.number is null and length(w.word) >= 5
		limit 400) p);
end $$;

-- How alike two names are that match_name made, 0 to 1: by runs of letters, by letters to be
-- changed, or one within the other.
create function intray.name_likeness(a text, b text) returns real
language sql immutable parallel safe as $$
	select case when a = b then 1 else greatest(trgm.similarity(a, b),
		1 - trgm.levenshtein(replace(a, ' ', ''), replace(b, ' ', '')) * 1.5
			/ greatest(length(a), length(b), 1),
		case when least(length(a), length(b)) >= 5 then
			0.9 * greatest(trgm.strict_word_similarity(a, b), trgm.strict_word_similarity(b, a))
			else 0 end) end::real
$$;
