-- Who may do what. Nobody but the owner writes to a table: every change is a function.
revoke all on all tables in schema intray from public;
revoke all on all functions in schema intray from public;
revoke all on all functions in schema desk, erp, report from public;

grant usage on schema intray to intray_intake, intray_worker, intray_keeper, intray_deliver,
	intray_admin;
-- Policies call these as whoever asks.
grant execute on function intray.may(text, integer, text) to intray_clerk, intray_erp,
	intray_deliver;
grant execute on function intray.is_process(), intray.my_clients() to intray_intake,
	intray_worker, intray_keeper, intray_deliver, intray_admin, intray_clerk, intray_erp,
	intray_report;

grant select on intray.client, intray.tray, intray.drop to intray_intake;
grant execute on function
	intray.drop_record(uuid, bigint, uuid, bytea, text, bigint, bigint, date, text, text),
	intray.drops_record(bigint, jsonb),
	intray.tray_report(bigint, bigint, bigint, bigint, text) to intray_intake;

grant select on intray.client, intray.tray, intray.drop, intray.document, intray.page,
	intray.document_page, intray.field, intray.finding, intray.doctype, intray.profile
	to intray_worker;
grant execute on function
	intray.jobs_left_behind(text), intray.job_claim(text),
	intray.job_heartbeat(bigint, bigint),
	intray.job_put_back(bigint, bigint, integer, text),
	intray.job_fault(bigint, bigint, text),
	intray.job_loss(bigint, bigint, text),
	intray.job_save_first_run(bigint, bigint, jsonb, integer),
	intray.job_save_run(bigint, bigint, jsonb),
	intray.job_save_split(bigint, bigint, jsonb), intray.sender_of(uuid),
	intray.job_save_index(bigint, bigint, jsonb, jsonb), intray.prekeyed(uuid),
	intray.is_sidecar(intray.tray, bytea),
	intray.job_save_document(bigint, bigint, jsonb, boolean),
	intray.job_save_cut(bigint, bigint, jsonb),
	intray.business_ask(uuid, text, jsonb, jsonb),
	intray.supplier_candidates(uuid, text, jsonb) to intray_worker;

grant usage on schema erp to intray_erp, intray_deliver;
-- Views run as their reader; without usage on the schema `intray` these tables can only be
-- reached through them.
grant select on intray.client, intray.document, intray.delivery to intray_erp;
grant execute on function intray.my_batch(bigint), intray.offer_action(intray.delivery)
	to intray_erp;
grant select on erp.offer to intray_erp;
grant execute on all functions in schema erp to intray_erp;

grant select on intray.client, intray.document, intray.delivery, intray.door,
	intray.delivery_batch, intray.delivery_batch_item, intray.delivery_file, intray.doctype
	to intray_deliver;
grant execute on function intray.process_beat(text, text), intray.door_hold(text, text),
	intray.door_says(bigint, text, integer), intray.batch_pack(bigint, integer, bigint),
	intray.file_freeze(bigint, uuid, integer, text, text, text, bytea),
	intray.item_leave_out(bigint, uuid, integer, text), intray.batch_rendered(bigint),
	intray.batch_written(bigint), intray.push_next(bigint),
	intray.push_later(uuid, integer, text), intray.push_told(uuid, integer),
	intray.answer_take(uuid, integer, jsonb),
	intray.answers_file(bigint, text, text, jsonb) to intray_deliver;
grant execute on function intray.deliver_retry(text), intray.deliver_withdraw(text, text),
	intray.deliver_correct(text, text), intray.client_named(text),
	intray.delivery_statement(integer, timestamptz, timestamptz),
	intray.answer_hours(intray.delivery) to intray_admin;

grant select on intray.client, intray.drop, intray.page to intray_keeper;
grant execute on function intray.keeper_round() to intray_keeper;

grant usage on schema desk to intray_clerk;
grant select on intray.client, intray.task, intray.document, intray.field, intray.finding,
	intray.reason, intray.doctype_field to intray_clerk;
grant execute on function intray.may_see(integer, text, text, text),
	intray.blind(intray.document), intray.released_by(uuid, text, text[]),
	intray.released_by_me(uuid, text, text[]) to intray_clerk;
grant select on all tables in schema desk to intray_clerk;
grant execute on all functions in schema desk to intray_clerk;

grant usage on schema intray to intray_desk;
grant select on intray.doctype to intray_desk;
grant execute on function intray.sign_in_look(text, text), intray.sign_in_failed(integer),
	intray.sign_in(integer, text, text, integer, integer, text),
	intray.totp_take(integer, bigint), intray.session_show(text),
	intray.sign_out(), intray.page_picture(uuid, integer, boolean),
	intray.page_words(uuid, integer), intray.task_source(bigint, text),
	intray.task_differences(bigint),
	intray.snippet_source(bigint, text), intray.field_source(bigint, text),
	intray.desk_profile(text, text), intray.business_ask(uuid, text, jsonb, jsonb),
	intray.process_beat(text, text) to intray_desk;

grant usage on schema report to intray_report;
grant select on intray.client, intray.document, intray.event to intray_report;
grant select on all tables in schema report to intray_report;

grant usage on schema desk, erp, report to intray_admin;
grant select on all tables in schema intray, desk, erp, report to intray_admin;
revoke select on intray.person, intray.session from intray_admin;
grant execute on function intray.find_document(text), intray.document_retry(text),
	intray.document_reject(text, text), intray.sender_of(uuid),
	intray.taken_in(date, text, text), intray.may(text, integer, text),
	intray.may_see(integer, text, text, text), intray.sla_of(integer, text),
	intray.due_at(integer, text, timestamptz),
	intray.grant_clerk(text, text, text, text[], text[], boolean, text),
	intray.grant_erp(text, text, text[], text), intray.grant_report(text, text, text),
	intray.revoke_access(text, text),
	intray.person_add(text, text, text, text, text, text[], text[], boolean),
	intray.profile_set(text, text, text, jsonb),
	intray.tax_rate_add(text, numeric, text, date, date, text),
	intray.person_password(text, text), intray.person_totp(text, text), intray.person_disable(text), intray.person_list(),
	intray.document_teach(text, text, jsonb),
	intray.supplier_named(text), intray.supplier_forget(text, text),
	intray.proposal_accept(text, text), intray.proposal_refuse(text, text),
	intray.batch_release(bigint, text), intray.batch_documents(bigint),
	intray.needs_two(text), intray.values_of(uuid, text[]) to intray_admin;
grant execute on function intray.import_cells(text), intray.import_parts(),
	intray.master_rows(text, text, text, bigint), intray.match_code(text),
	intray.import_begin(text, text), intray.import_named(text),
	intray.import_merge(text, text, text, text, text[], jsonb, bigint, bigint, boolean, boolean),
	intray.table_as_file(text) to intray_admin;

-- What formats ask of the business (65_render.sql), and of the document.
grant select on intray.document, intray.document_page, intray.page, intray.field
	to intray_deliver;
grant execute on function intray.render_facts(uuid), intray.render_origin(uuid),
	intray.render_payers(text), intray.render_providers(text), intray.render_exchange(text)
	to intray_deliver, intray_admin;
