/* exchange.h - one read as the engine sees it. Private to daemon/worker. */
#ifndef INTRAY_EXCHANGE_H
#define INTRAY_EXCHANGE_H

#include "launch.h"

struct exchange {
	int control, talk, file;
	struct engine_read *request;
	struct doc *doc;
	struct err *err;
	uint8_t *bytes; /* frames not yet complete */
	size_t len, cap;
	int output; /* memfd of the running tool, else -1 */
	struct tool_request tool;
	int part;	 /* memfd of the part whose bytes are coming, else -1 */
	int64_t missing; /* of them */
	long long parts_bytes;
	bool complete; /* FRAME_END came */
	bool reader_ended, launcher_gone;
	struct report last; /* of the reader */
	int last_page;
	/* RC_OK while all is well; afterwards why the reader was killed, *err being
	 * set. */
	enum rc verdict;
};

/* Takes what the reader sent so far and acts on complete frames. RC_FAIL when it is
 * nonsense; whatever else a callback said. */
enum rc exchange_receive(struct exchange *x);
/* The tool has ended: its output goes to the reader. */
enum rc exchange_answer(struct exchange *x, const struct report *report);
enum rc exchange_order(struct exchange *x, const struct order *order, const int *fds,
		       size_t n_fds);

#endif
