/* cutter.h - cut-outs of page pictures, made in a jail beside the desk. Private to
 * daemon/desk. */
#ifndef INTRAY_DESK_CUTTER_H
#define INTRAY_DESK_CUTTER_H

#include <stdbool.h>
#include <stddef.h>

#include "doc.h"
#include "err.h"

struct cutter;

enum { CUTTER_MAX_WAITING = 64, CUTTER_MAX_BYTES = 160 << 10 };

/* bytes NULL: it could not be cut. */
typedef void cutter_done(void *ctx, void *what, const void *bytes, size_t len);

/* Before anything secret is opened: the process behind it is forked here. */
enum rc cutter_start(cutter_done *done, void *ctx, struct cutter **out,
		     struct err *err);
void cutter_stop(struct cutter **cutter);
/* Cuts `box` (page units, of a page so many units wide) out of a JPEG in a memfd, which
 * stays the caller's. False: too many wait. */
bool cutter_ask(struct cutter *cutter, int picture_fd, int page_width, struct box box,
		void *what);
int cutter_fd(const struct cutter *cutter);
/* Hands out what is done; dies when the process behind it is gone. */
void cutter_collect(struct cutter *cutter);

#endif
