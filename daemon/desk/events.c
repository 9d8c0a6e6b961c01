/* events.c - what open pages are told without asking: that the queue has changed.
 *
 * One notification of the database becomes one line to every page, at most one a
 * second; the page then asks for what it shows. A comment every twenty seconds keeps
 * proxies from closing a quiet stream. */
#include "desk.h"
#include "proc.h"

enum { QUIET_MS = 20 * 1000 };

void events_listen(struct call *call)
{
	request_answer_stream(call->request);
}

void events_tick(struct desk *desk, bool queue_changed)
{
	int64_t now = now_ms_monotonic();

	if (!queue_changed && now - desk->told_ms < QUIET_MS)
		return;
	desk->told_ms = now;
	http_tell(desk->http, queue_changed ? "queue" : "quiet", "{}");
}
