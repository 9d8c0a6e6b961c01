/* frame.h - bounded looks into a file, for complete.c and complete_tiff.c. */
#ifndef INTRAY_FRAME_H
#define INTRAY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "complete.h"

enum { FRAME_WINDOW = 4096, FRAME_BUDGET = 400000 };

/* Keeps the last block it read, since neighbours are asked for next. */
struct frame {
	int fd;
	int64_t size;
	long budget; /* reads left */
	const char *why;
	struct frame_window {
		int64_t at;
		size_t len;
		uint8_t bytes[FRAME_WINDOW];
	} windows[2];
};

/* len bytes (at most 64) at `at`, NULL when they are not all in the file, cannot be
 * read or the budget is gone. window: 0 or 1, so that two places can be read in turns.
 */
const uint8_t *frame_get(struct frame *frame, int window, int64_t at, size_t len);

enum whole tiff_frame(struct frame *frame);

#endif
