/* wire.h - what a tray's process and intake say to each other.
 *
 * One datagram each way: the tray's process asks, intake answers when the database has;
 * while the database is away there is no answer, and so nothing more is claimed. */
#ifndef INTRAY_WIRE_H
#define INTRAY_WIRE_H

#include "db.h"
#include "err.h"

enum {
	WIRE_DROPS = 32, /* in one question, which is one transaction */
	WIRE_MAX = 192 * 1024,
};

enum wire_kind {
	WIRE_HELLO,  /* intake to tray, once: which tray it is */
	WIRE_REPORT, /* tray to intake: what it sees; also asks leave to claim */
	WIRE_RECORD, /* tray to intake: drops */
	WIRE_ANSWER, /* to both */
};

struct wire_hello {
	const char *client, *name;
	int64_t tray_id;
};

struct wire_answer {
	enum rc rc;		  /* RC_OK or RC_FAIL; then nothing was recorded */
	struct db_recorded *each; /* of a question with drops, in their order */
	size_t n;
	const char *error;
};

struct wire {
	enum wire_kind kind;
	struct wire_hello hello;
	struct db_tray_status report;
	struct db_drop *drops;
	size_t n_drops;
	struct wire_answer answer;
};

enum rc wire_send(int sock, const struct wire *msg, struct err *err);
/* Strings are in the arena. RC_RETRY: nothing came within timeout_ms; RC_FAIL: the
 * other side is gone. */
enum rc wire_receive(int sock, int timeout_ms, struct arena *arena, struct wire *out,
		     struct err *err);

#endif
