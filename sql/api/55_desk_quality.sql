-- The quality check: of everything that is finished, documents nobody touched included, a share
-- is looked over by somebody who did not key it, before or after it goes out. How large the
-- share is follows from what is found, by the switching rules of ISO 2859-1:1999 (9.3, figure
-- 1; 9.4 for what is stopped), applied to a running stream: a lot is the next eight checked
-- documents of one stratum (client, type, path, and who keyed it). A lot is refused for one
-- critical mistake, or for more other ones than the severity bears.
--
--   normal     the profile's share. Two of five lots in a row refused: tightened. The switching
--              score (two for each lot accepted, from nought after one refused) at thirty:
--              reduced.
--   tightened  two and a half times that share, no mistake borne. Five lots in a row accepted:
--              normal. Five refused: all.
--   reduced    two fifths of that share. One lot refused: normal.
--   all        every document (the standard stops inspection here until the supplier has done
--              something; documents cannot wait). Five lots in a row accepted: tightened.

-- --- the switching rules, as functions of nothing but what they are given ----------------

create function intray.lot_size() returns integer
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select 8
$$;

create function intray.lot_accepted(severity text, critical integer, other integer)
returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select critical = 0 and other <= case severity when 'normal' then 1 when 'reduced' then 1
		else 0 end
$$;

create function intray.sampling_share(severity text, usual numeric) returns numeric
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select case when usual <= 0 then 0 else least(1, case severity when 'tightened' then usual * 2.5
		when 'reduced' then usual * 0.4 when 'all' then 1 else usual end) end
$$;

create function intray.switched_to(s intray.sampling, severity text) returns intray.sampling
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
	s.severity := switched_to.severity;
	s.verdicts := '';
	s.score := 0;
	s.refused := 0;
	return s;
end $$;

-- The stratum after its next lot.
create function intray.switched(s intray.sampling, accepted boolean) returns intray.sampling
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
	good constant boolean := accepted;
begin
	s.lots := s.lots + 1;
	s.verdicts := right(s.verdicts || case when good then 'a' else 'r' end, 5);
	s.score := case when good then s.score + 2 else 0 end;
	s.refused := s.refused + (not good)::integer;
	case s.severity
	when 'normal' then
		if length(replace(s.verdicts, 'a', '')) >= 2 then
			return intray.switched_to(s, 'tightened');
		elsif s.score >= 30 then
			return intray.switched_to(s, 'reduced');
		end if;
	when 'tightened' then
		if s.verdicts = 'aaaaa' then
			return intray.switched_to(s, 'normal');
		elsif s.refused >= 5 then
			return intray.switched_to(s, 'all');
		end if;
	when 'reduced' then
		if not good then
			return intray.switched_to(s, 'normal');
		end if;
	else
		if s.verdicts = 'aaaaa' then
			return intray.switched_to(s, 'tightened');
		end if;
	end case;
	return s;
end $$;

-- One more checked document; the lot is judged when it is full.
create function intray.sampled_one(s intray.sampling, critical integer, other integer)
returns intray.sampling
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
	good boolean;
begin
	s.checked := s.checked + 1;
	s.critical := s.critical + sampled_one.critical;
	s.other := s.other + sampled_one.other;
	if s.checked < intray.lot_size() then
		return s;
	end if;
	good := intray.lot_accepted(s.severity, s.critical, s.other);
	s.checked := 0;
	s.critical := 0;
	s.other := 0;
	return intray.switched(s, good);
end $$;

create function intray.sampling_save(s intray.sampling) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.sampling o set severity = s.severity, verdicts = s.verdicts,
		refused = s.refused, score = s.score, checked = s.checked, critical = s.critical,
		other = s.other, lots = s.lots,
		since = case when o.severity = s.severity then o.since else now() end
	where o.id = s.id
$$;

-- All that was checked in a stratum once more, in the order in which it was: what was judged
-- differently afterwards must not go on counting.
create function intray.sampling_replay(stratum_id bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	s intray.sampling;
	q record;
begin
	select * into strict s from intray.sampling where id = stratum_id for update;
	s := intray.switched_to(s, 'normal');
	s.lots := 0;
	s.checked := 0;
	s.critical := 0;
	s.other := 0;
	for q in select o.critical, o.other from intray.quality o
		where o.stratum = stratum_id and o.checked is not null order by o.checked, o.id
	loop
		s := intray.sampled_one(s, q.critical, q.other);
	end loop;
	perform intray.sampling_save(s);
end $$;

-- --- who is chosen -----------------------------------------------------------------------

create function intray.finished_path(doc uuid) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when not exists (select from intray.keying k where k.document = doc)
			then 'touchless'
		when exists (select from intray.second_key s where s.document = doc
			and s.ended is not null) then 'double' else 'keyed' end
$$;

-- The stratum of a document, locked, so that two of its checks are counted one after the other.
create function intray.stratum_of(d intray.document) returns intray.sampling
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	s intray.sampling;
	way constant text := intray.finished_path(d.id);
	who constant integer := (select k.account from intray.keying k where k.document = d.id
		and k.pass = 1 order by k.id desc limit 1);
begin
	insert into intray.sampling (client, type, path, account)
	values (d.client, d.type, way, who)
	on conflict (client, type, path, account) do nothing;
	select * into strict s from intray.sampling o where o.client = d.client
		and o.type = d.type and o.path = way and o.account is not distinct from who
		for update;
	return s;
end $$;

-- From 0 to 1, always the same for a document, and foreseen by nobody who cannot read the key.
create function intray.lot_drawn(d intray.document) returns numeric
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	secret text;
begin
	insert into intray.sampling_key (client) values (d.client) on conflict do nothing;
	select key into strict secret from intray.sampling_key where client = d.client;
	return ('x' || substr(encode(sha256(convert_to(secret || d.id::text, 'UTF8')), 'hex'),
		1, 8))::bit(32)::bigint::numeric / 4294967296;
end $$;

-- Chosen: a row with what the share was and whether the document waits for the check. No row:
-- not chosen, or checked once already.
create function intray.quality_choose(d intray.document) returns setof intray.quality
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	rules constant jsonb := intray.profile_rules(d.client, d.type);
	usual constant numeric := coalesce((rules -> 'rates'
		->> intray.finished_path(d.id))::numeric, 0);
	s intray.sampling;
	share numeric;
begin
	if usual <= 0 or exists (select from intray.quality q where q.document = d.id) then
		return;
	end if;
	s := intray.stratum_of(d);
	share := intray.sampling_share(s.severity, usual);
	if intray.lot_drawn(d) < share then
		return query insert into intray.quality (client, document, stratum, before, rate)
			values (d.client, d.id, s.id, coalesce((rules ->> 'before')::boolean, false),
				share) returning *;
	end if;
end $$;

create function intray.quality_open(d intray.document, chosen intray.quality) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.task_open(d, 'quality', 'sampled');
	update intray.quality q set task = (select t.id from intray.task t where t.document = d.id
		and t.queue = 'quality' and t.state = 'open') where q.id = chosen.id;
end $$;

-- True: it was chosen and waits until somebody has looked it over.
create function intray.quality_holds(d intray.document) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	chosen intray.quality;
begin
	select * into chosen from intray.quality_choose(d);
	if chosen.id is null or not chosen.before then
		return false;
	end if;
	update intray.document set state = 'sampled', cause = 'sampled', reason = null
		where id = d.id;
	perform intray.quality_open(d, chosen);
	return true;
end $$;

-- It goes out at once, and is looked over in its own time.
create function intray.quality_follows(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	chosen intray.quality;
begin
	select * into chosen from intray.quality q where q.document = d.id and q.task is null;
	if found then
		d.due := intray.due_at(d.client, d.type, now());
		perform intray.quality_open(d, chosen);
	end if;
end $$;

-- --- the check ---------------------------------------------------------------------------

create function intray.quality_note(d intray.document, what text, at_task bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.event (client, document, kind, actor, cause, task)
	values (d.client, d.id, 'quality', intray.actor(), what, at_task)
$$;

-- Values that are right, into a document that was finished with others. 'corrected': a worker
-- checks it next, and the ERP gets the new revision; 'correction-due': the ERP has it already,
-- or somebody is at it, so a supervisor says what is to happen.
create function intray.document_correct(d intray.document, values_right jsonb, even_delivered
	boolean) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	delivered constant boolean := d.state in ('offered', 'acknowledged', 'posted');
begin
	if d.state not in ('sampled', 'ready') and not (delivered and even_delivered) then
		return 'correction-due';
	end if;
	update intray.delivery v set state = 'withdrawn'
		where v.document = d.id and v.revision = d.revision and v.state = 'open';
	perform intray.keyed_apply(d, values_right);
	perform intray.learn(d, intray.said_of(d.id, values_right));
	-- What the check has decided needs no second key.
	update intray.second_key s set agreed = intray.values_among(d, s.fields)
		where s.id = (select max(o.id) from intray.second_key o where o.document = d.id);
	update intray.document set state = 'keyed', cause = 'corrected' where id = d.id;
	perform intray.job_insert(d.id, 'check', 0, 0);
	return 'corrected';
end $$;

-- The fields of which something was handed in: of a table, all its columns that he sees.
create function intray.fields_given(d intray.document, keyed jsonb) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(array_agg(f.path), '{}') from intray.doctype_field f
	where f.type = d.type and f.version = d.type_version
		and (fields_given.keyed ? f.path and f.in_table is null
			or fields_given.keyed ? f.in_table)
		and intray.may_see(d.client, d.type, d.type_version, f.path)
$$;

-- What the checker says stands on the paper, called by desk.submit: of fields that he does not
-- give he says nothing, a table he gives as a whole.
create function intray.quality_submit(t intray.task, keyed jsonb, marks jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	q intray.quality;
	x jsonb;
	found_wrong jsonb;
	decided jsonb;
	right_values jsonb;
	was jsonb;
begin
	select * into strict d from intray.document where id = t.document;
	select * into strict q from intray.quality o where o.task = t.id for update;
	perform intray.keyed_check(d, keyed);
	found_wrong := intray.key_differences(d, intray.fields_given(d, keyed), keyed);
	select coalesce(jsonb_object_agg(v ->> 'id', '{"take": "second"}'::jsonb), '{}')
		into decided from jsonb_array_elements(found_wrong) v;
	right_values := intray.decided_values(d, found_wrong, decided);
	was := intray.document_values(d.id, false);
	perform intray.looked_over_save(d, array(select f.path from intray.doctype_field f
		where f.type = d.type and f.version = d.type_version and f.keyed
			and intray.may_see(d.client, d.type, d.type_version, f.path)), 'quality');
	for x in select v from jsonb_array_elements(found_wrong) v loop
		perform intray.mistake_save(d, intray.keyed_by(d.id, x ->> 'path',
			(x ->> 'line')::integer), 'quality', q.id, x, x ->> 'first', x ->> 'second');
	end loop;
	update intray.quality o set checker = intray.my_account(), checked = clock_timestamp(),
		fields = (select count(*) from intray.field f where f.document = d.id
			and f.value is not null),
		critical = (select count(*) from intray.mistake m where m.quality = o.id and m.critical),
		other = (select count(*) from intray.mistake m where m.quality = o.id
			and not m.critical),
		correction = nullif(right_values, '{}')
		where o.id = q.id returning * into q;
	perform intray.sampling_save(intray.sampled_one(intray.stratum_of_check(q), q.critical,
		q.other));
	perform intray.task_finish(t.id);
	insert into intray.keying (client, document, task, account, pass, values, before, marks)
	values (t.client, t.document, t.id, intray.my_account(), 4, right_values, was, marks);
	perform intray.quality_note(d, case when found_wrong = '[]' then 'right'
		else 'mistakes' end, t.id);
	if found_wrong = '[]' then
		update intray.quality o set outcome = 'right' where o.id = q.id;
		if d.state = 'sampled' then
			perform intray.document_ready(d.id, 'quality-checked');
		end if;
	else
		update intray.quality o set outcome = intray.document_correct(d, right_values, false)
			where o.id = q.id;
	end if;
end $$;

create function intray.stratum_of_check(q intray.quality) returns intray.sampling
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	s intray.sampling;
begin
	select * into strict s from intray.sampling o where o.id = q.stratum for update;
	return s;
end $$;

-- --- disputes ----------------------------------------------------------------------------

-- "I was right": whoever is charged with a mistake may say so once.
create function desk.dispute(mistake bigint, why text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	m intray.mistake;
begin
	select * into m from intray.mistake o where o.id = dispute.mistake
		and o.account = intray.my_account() and intray.may('key', o.client,
			(select d.type from intray.document d where d.id = o.document)) for update;
	if not found then
		raise exception 'there is no mistake % of yours', mistake;
	end if;
	if m.state <> 'stands' then
		raise exception 'this is % already', m.state;
	end if;
	if length(btrim(coalesce(why, ''))) not between 1 and 1000 then
		raise exception 'say in 1 to 1000 characters why you were right';
	end if;
	update intray.mistake o set state = 'disputed', dispute = btrim(why) where o.id = m.id;
	perform intray.quality_note(d, 'disputed', null) from intray.document d
		where d.id = m.document;
	notify intray_task;
end $$;

-- A supervisor who neither made nor found it decides. Withdrawn, it counts for nobody, the
-- sampling is as if it had never been found, and the value goes back where that is possible.
create function desk.judge(mistake bigint, withdraw boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	m intray.mistake;
	d intray.document;
	me constant integer := intray.my_account();
begin
	select o.* into d from intray.document o join intray.mistake k on k.document = o.id
		where k.id = judge.mistake and o.client = any (intray.my_floor()) for update of o;
	select * into m from intray.mistake o where o.id = judge.mistake and o.document = d.id
		for update;
	if d.id is null or m.id is null then
		raise exception 'there is no mistake %', mistake;
	end if;
	if m.state <> 'disputed' then
		raise exception 'nobody disputes this';
	end if;
	if me in (m.account, m.finder) then
		raise exception 'somebody else must decide this';
	end if;
	update intray.mistake o set state = case when coalesce(withdraw, false) then 'withdrawn'
		else 'confirmed' end, judge = me, judged = now() where o.id = m.id;
	perform intray.quality_note(d, case when withdraw then 'withdrawn' else 'confirmed' end,
		null);
	if withdraw then
		perform intray.mistake_undo(d, m);
	end if;
	notify intray_task;
end $$;

create function intray.mistake_undo(d intray.document, m intray.mistake) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	back jsonb;
	x jsonb;
begin
	if m.quality is null then
		return;
	end if;
	update intray.quality q set critical = q.critical - m.critical::integer,
		other = q.other - (not m.critical)::integer where q.id = m.quality;
	perform intray.sampling_replay(q.stratum) from intray.quality q where q.id = m.quality;
	if not exists (select from intray.field f where f.document = d.id and f.path = m.path
		and f.line = m.line and f.value = m.should)
	then
		return;
	end if;
	x := jsonb_build_array(jsonb_build_object('id', 1, 'path', m.path, 'line', m.line,
		'first', m.should, 'second', m.was));
	back := intray.decided_values(d, x, '{"1": {"take": "second"}}');
	update intray.quality q set correction = back,
		outcome = intray.document_correct(d, back, false) where q.id = m.quality;
end $$;

-- --- corrections of what the ERP has already ---------------------------------------------

-- 'offer': the ERP gets a new revision that names the one it replaces. 'settle': it was told
-- by other means.
create function desk.correction(quality bigint, how text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	q intray.quality;
	d intray.document;
begin
	select o.* into d from intray.document o join intray.quality k on k.document = o.id
		where k.id = correction.quality and o.client = any (intray.my_floor())
		for update of o;
	select * into q from intray.quality o where o.id = correction.quality
		and o.document = d.id and o.outcome = 'correction-due' for update;
	if d.id is null or q.id is null then
		raise exception 'there is no correction %', quality;
	end if;
	if how = 'offer' then
		if intray.document_correct(d, q.correction, true) <> 'corrected' then
			raise exception '% is "%": it cannot be corrected now', d.control_number, d.state;
		end if;
		update intray.quality o set outcome = 'corrected' where o.id = q.id;
	elsif how = 'settle' then
		update intray.quality o set outcome = 'settled' where o.id = q.id;
	else
		raise exception 'a correction is offered or settled, not "%"', how;
	end if;
	perform intray.quality_note(d, 'correction-' || how, null);
end $$;

-- --- what is known of whose work ---------------------------------------------------------

-- Of the values that somebody else has looked at within 90 days, how many were right, and how
-- many surely are at least (Wilson's lower bound, 95 %). Account null: of the reader.
create function intray.field_accuracy(of_account integer, clients integer[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with seen as (
		select coalesce(sum(l.fields), 0)::numeric as n from intray.looked_over l
		where l.account is not distinct from of_account and l.client = any (clients)
			and l.at > now() - interval '90 days'
	), wrong as (
		select count(*)::numeric as n, count(*) filter (where m.critical) as critical
		from intray.mistake m where m.account is not distinct from of_account
			and m.client = any (clients) and m.found > now() - interval '90 days'
			and m.state <> 'withdrawn'
	), x as (
		select s.n, w.n as wrong, w.critical,
			greatest(0, 1 - w.n / nullif(s.n, 0)) as p, 1.96 ^ 2 as zz
		from seen s, wrong w
	)
	select jsonb_build_object('fields', n, 'mistakes', wrong, 'critical', critical,
		'share', round(p, 4), 'least', round(greatest(0, (p + zz / (2 * n) - 1.96
			* sqrt(p * (1 - p) / n + zz / (4 * n * n))) / (1 + zz / n)), 4))
	from (select x.*, nullif(x.n, 0) as m from x) x where m is not null
	union all
	select jsonb_build_object('fields', 0, 'mistakes', wrong, 'critical', critical)
	from x where n = 0
$$;

create function intray.mistakes_json(which bigint[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('mistake', m.id, 'document', d.id,
		'control_number', d.control_number, 'client', c.code, 'type', d.type, 'path', m.path,
		'title', coalesce(t.title, m.path), 'line', m.line, 'was', m.was, 'should', m.should,
		'critical', m.critical, 'found_in', m.found_in, 'found', m.found, 'state', m.state,
		'dispute', m.dispute, 'who', a.name, 'finder', n.name,
		'mine', m.account is not distinct from intray.my_account(),
		'may_judge', intray.my_account() is distinct from m.account
			and intray.my_account() <> m.finder,
		'position', coalesce(nullif(f.page, 0), 1), 'width', g.width, 'height', g.height,
		'box', jsonb_build_array(coalesce(f.x, 0), coalesce(f.y, 0), coalesce(f.w, 0),
			coalesce(f.h, 0)))
		order by m.id desc), '[]')
	from intray.mistake m join intray.document d on d.id = m.document
	join intray.client c on c.id = d.client
	left join intray.account a on a.id = m.account
	left join intray.account n on n.id = m.finder
	left join intray.doctype_field t on t.type = d.type and t.version = d.type_version
		and t.path = m.path
	left join intray.field f on f.document = d.id and f.path = m.path and f.line = m.line
	left join intray.document_page dp on dp.document = d.id and dp.position = f.page
	left join intray.page g on g.drop = dp.drop and g.number = dp.number
	where m.id = any (which) and intray.may_see(d.client, d.type, d.type_version, m.path)
$$;

create function intray.strata_json(clients integer[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('client', c.code, 'type', s.type,
		'path', s.path, 'who', a.name, 'severity', s.severity, 'since', s.since,
		'share', intray.sampling_share(s.severity, coalesce((intray.profile_rules(s.client,
			s.type) -> 'rates' ->> s.path)::numeric, 0)),
		'lots', s.lots, 'lot', s.checked, 'of', intray.lot_size(),
		'checked', (select count(*) from intray.quality q where q.stratum = s.id
			and q.checked is not null),
		'waiting', (select count(*) from intray.quality q join intray.task t on t.id = q.task
			where q.stratum = s.id and t.state = 'open'),
		'critical', (select coalesce(sum(q.critical), 0) from intray.quality q
			where q.stratum = s.id),
		'other', (select coalesce(sum(q.other), 0) from intray.quality q
			where q.stratum = s.id))
		order by c.code, s.type, s.path, a.name), '[]')
	from intray.sampling s join intray.client c on c.id = s.client
	left join intray.account a on a.id = s.account
	where s.client = any (clients)
$$;

create function intray.people_json(clients integer[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(intray.field_accuracy(p.account, clients)
		|| jsonb_build_object('who', a.name) order by a.name nulls first), '[]')
	from (select distinct l.account from intray.looked_over l where l.client = any (clients)) p
	left join intray.account a on a.id = p.account
$$;

create function intray.corrections_json(clients integer[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('quality', q.id, 'document', d.id,
		'control_number', d.control_number, 'state', d.state, 'checked', q.checked,
		'critical', q.critical, 'other', q.other, 'fields', (select jsonb_agg(distinct m.path)
			from intray.mistake m where m.quality = q.id and m.state <> 'withdrawn'))
		order by q.checked), '[]')
	from intray.quality q join intray.document d on d.id = q.document
	where q.outcome = 'correction-due' and q.client = any (clients)
$$;

-- The caller's own work, and for supervisors everybody's, what is disputed, and how much is
-- sampled.
create function desk.quality() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	floor constant integer[] := intray.my_floor();
begin
	if me is null or not exists (select from intray.access a where a.account = me
		and a.what in ('key', 'quality', 'supervise'))
	then
		return null;
	end if;
	return jsonb_build_object(
		'me', intray.field_accuracy(me, intray.my_clients()),
		'mistakes', intray.mistakes_json(array(select m.id from intray.mistake m
			where m.account = me and m.client = any (intray.my_clients())
			order by m.id desc limit 100)),
		'supervises', floor <> '{}',
		'disputes', intray.mistakes_json(array(select m.id from intray.mistake m
			where m.state = 'disputed' and m.client = any (floor) limit 200)),
		'corrections', intray.corrections_json(floor),
		'people', intray.people_json(floor), 'strata', intray.strata_json(floor));
end $$;
