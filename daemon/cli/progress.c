/* progress.c - one line on standard error that says how far we are.
 *
 * Drawn at most ten times a second and only on a terminal; in a script or a log there
 * is nothing. */
#include <unistd.h>

#include "cli.h"
#include "proc.h"

enum { REDRAW_MS = 100, BAR_CELLS = 24 };

void progress_begin(struct progress *progress, const char *what, long total)
{
	*progress = (struct progress){
		.what = what,
		.total = total,
		.shown = isatty(STDERR_FILENO),
		.began_at = now_ms_monotonic(),
	};
}

static void wipe(void)
{
	fputs("\r\033[K", stderr);
}

void progress_step(struct progress *progress, long done, const char *note)
{
	int64_t now = now_ms_monotonic();
	long total = progress->total > 0 ? progress->total : 1;
	int full = (int)(BAR_CELLS * done / total);
	long rest_s;

	progress->done = done;
	if (!progress->shown || now - progress->drawn_at < REDRAW_MS)
		return;
	progress->drawn_at = now;
	wipe();
	fprintf(stderr, "%s [", progress->what);
	for (int i = 0; i < BAR_CELLS; i++)
		fputs(i < full ? "#" : ".", stderr);
	fprintf(stderr, "] %ld/%ld", done, progress->total);
	if (done > 0 && done < total) {
		rest_s = (long)((now - progress->began_at) * (total - done) / done /
				1000);
		fprintf(stderr, ", %ld:%02ld left", rest_s / 60, rest_s % 60);
	}
	if (note)
		fprintf(stderr, "  %.40s", note);
	fflush(stderr);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		wipe();
	progress->shown = false;
}
