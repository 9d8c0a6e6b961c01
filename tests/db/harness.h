/* harness.h - one throwaway cluster for all database tests, and short words to use it.
 *
 * Functions die (fail the run loudly) when what they need for a test does not work;
 * what a test is about it asserts itself. */
#ifndef INTRAY_TESTS_DB_HARNESS_H
#define INTRAY_TESTS_DB_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cluster.h"
#include "db.h"
#include "proc.h"

struct fixture {
	struct arena *arena; /* for the whole run */
	struct settings settings;
	pid_t postmaster;
	struct db *intake, *worker, *worker2, *keeper, *admin;
	PGconn *owner; /* sees all, for looking and for setting the scene */
	int64_t acme_tray, beta_tray;
	struct schema_set *schemas;
	const struct doctype *bill;
};
extern struct fixture fx;

void fixture_start(void);
void fixture_stop(void);
/* After the server was stopped and started again. */
void fixture_reconnect_owner(void);

#define OK(call) ok_at(__FILE__, __LINE__, #call, (call), &fx_err)
extern struct err fx_err;
void ok_at(const char *file, int line, const char *what, enum rc rc,
	   const struct err *err);

/* The first value of what a statement gives, "" for null or no row; valid until the
 * next 16 calls. As owner, or through any connection. */
const char *sql(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
const char *sql_on(PGconn *conn, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The SQLSTATE a statement fails with; "" when it works. */
const char *sql_fails(PGconn *conn, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A connection of a person or an ERP. */
PGconn *login(const char *role, const char *password);
/* As one of our processes, without its prepared statements. */
PGconn *login_process(enum db_role role);
struct db *open_role(enum db_role role);

/* A drop with these bytes' hash in the tray; its id. NULL seed: new bytes every time.
 */
struct new_drop {
	char id[37];
	enum db_drop_outcome outcome;
};
struct new_drop drop_file(int64_t tray, const char *name, const char *seed);
const char *document_of(const char *drop);
/* Claims until it gets this document's job; others are handed back. */
struct job claim_for(struct db *db, const char *drop);
bool claim_any(struct db *db, struct job *job);
/* A read document of type bill with one page; findings by the caller. */
struct doc *make_doc(const char *number, const char *seller, const char *total);
void add_value(struct doc *doc, const char *path, int line, const char *value);
void set_instance(struct doc *doc);
/* From drop to ready (or exception when stop is given). Gives the document's id. */
const char *finished_doc(int64_t tray, const char *number, const char *stop);
/* Does the check job of a keyed document, which finds `stop` (or nothing). */
void do_check(const char *doc, const char *stop);
const char *state_of(const char *doc);
int no_work(void **state); /* a test's setup: neither tasks nor jobs of earlier ones */
/* The next task of a clerk, of one queue or (NULL) of any; "" when there is none. */
struct taken {
	const char *task, *fence, *queue;
};
struct taken take_from(PGconn *clerk, const char *queue);
void no_jobs(void); /* removes what earlier tests left */

/* Each file's tests. */
int run_migrate_tests(void);
int run_intake_tests(void);
int run_job_tests(void);
int run_result_tests(void);
int run_check_tests(void);
int run_release_tests(void);
int run_match_tests(void);
int run_life_tests(void);
int run_desk_tests(void);
int run_cutting_tests(void);
int run_batch_tests(void);
int run_sidecar_tests(void);
int run_second_tests(void);
int run_quality_tests(void);
int run_learning_tests(void);
int run_erp_tests(void);
int run_handover_tests(void);
int run_rights_tests(void);
int run_keeper_tests(void);
int run_weather_tests(void);

#endif
