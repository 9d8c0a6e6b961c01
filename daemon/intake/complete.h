/* complete.h - has the sender finished this file? Looks at its frame, never at its
 * content. */
#ifndef INTRAY_COMPLETE_H
#define INTRAY_COMPLETE_H

#include <stdint.h>

enum whole {
	WHOLE,	       /* its format's end is there */
	WHOLE_UNKNOWN, /* a format without a frame that we check: time must tell */
	WHOLE_NOT,     /* cut off; *why says how */
};

/* size as fstat gave it. Always ends, whatever the bytes say: at most some hundred
 * thousand small reads. Where the frame is broken in another way than by being cut, the
 * file is WHOLE: finding fault with it is the reader's business. *why: static text. */
enum whole complete_frame(int fd, int64_t size, const char **why);

enum writer { WRITER_NONE, WRITER_UNKNOWN, WRITER_YES };
/* Does any process of this machine have it open for writing? The caller must ignore
 * SIGIO. */
enum writer complete_writer(int fd);

#endif
