/* events.c - what open pages are told without asking: that the queue has changed.
 *
 * One notification of the database becomes one line to every page, at most one a
 * second; the page then asks for what it shows. A comment every twenty seconds keeps
 * proxies from closing a quiet stream. */
#include "desk.h"
#include "proc.h"

enum { QUIET_MS = 20 * 1000, AT_MOST_EVERY_MS = 1000 };

/* The list of streams is the desk's own. */
static void begin_stream(struct desk *desk, struct errand *errand)
{
	(void)desk;
	request_answer_stream(errand->request);
	request_unpark(errand->request);
}

void events_listen(struct call *call)
{
	call->errand->then = begin_stream;
}

void events_tick(struct desk *desk, bool queue_changed)
{
	int64_t quiet_ms = now_ms_monotonic() - desk->told_ms;

	desk->queue_changed = desk->queue_changed || queue_changed;
	if (quiet_ms < (desk->queue_changed ? AT_MOST_EVERY_MS : QUIET_MS))
		return;
	http_tell(desk->http, desk->queue_changed ? "queue" : "quiet", "{}");
	desk->told_ms += quiet_ms;
	desk->queue_changed = false;
}
