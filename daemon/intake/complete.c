/* complete.c - has the sender finished this file?
 *
 * Half a TIFF reads without any error and half a PDF is a repaired PDF: nobody would
 * ever miss the rest. So before a file is taken, its frame must be whole: the end that
 * its format prescribes is there, or the directory's strips lie inside the file. The
 * format is told by the first bytes, never by the name. What has no frame (or another
 * one) is told by time alone. All looks are bounded, none follows anything twice. */
#include "complete.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"

const uint8_t *frame_get(struct frame *frame, int window, int64_t at, size_t len)
{
	struct frame_window *w = &frame->windows[window];
	ssize_t n;

	if (at < 0 || at > frame->size - (int64_t)len)
		return NULL;
	if (at >= w->at && at + (int64_t)len <= w->at + (int64_t)w->len)
		return w->bytes + (at - w->at);
	if (frame->budget-- <= 0)
		return NULL;
	n = pread(frame->fd, w->bytes, sizeof(w->bytes), at);
	w->at = at;
	w->len = n > 0 ? (size_t)n : 0;
	return w->len >= len ? w->bytes : NULL;
}

static enum whole cut(struct frame *frame, const char *why)
{
	frame->why = why;
	return frame->budget > 0 ? WHOLE_NOT : WHOLE;
}

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* --- PNG: from chunk to chunk until IEND
 * ------------------------------------------------ */

static enum whole png_frame(struct frame *frame)
{
	int64_t at = 8;

	for (;;) {
		const uint8_t *head = frame_get(frame, 0, at, 12);

		if (!head)
			return cut(frame, "the PNG has no end");
		if (memcmp(head + 4, "IEND", 4) == 0)
			return WHOLE;
		at += 12 + (int64_t)be32(head);
	}
}

/* --- JPEG: from segment to segment until the scan, whose end is in the file's tail
 * ------- */

enum { JPEG_TAIL = 64 * 1024 };

/* Where the entropy-coded data begins, or where something else stands than a segment;
 * 0: the segments do not get that far. */
static int64_t jpeg_scan(struct frame *frame)
{
	int64_t at = 2;

	for (;;) {
		const uint8_t *p = frame_get(frame, 0, at, 4);

		if (!p)
			return 0;
		if (p[0] != 0xff)
			return at;
		if (p[1] == 0xff) /* fill byte */
			at += 1;
		else if (p[1] == 0xda)
			return at + 4;
		else
			at += 2 + (p[2] << 8 | p[3]);
	}
}

static enum whole jpeg_frame(struct frame *frame)
{
	int64_t scan = jpeg_scan(frame);
	int64_t first = frame->size - JPEG_TAIL > scan ? frame->size - JPEG_TAIL : scan;

	if (scan == 0)
		return cut(frame, "the JPEG ends before its picture");
	/* A thumbnail's end lies before the scan, so it is not mistaken for ours. */
	for (int64_t at = first; at + 2 <= frame->size; at++) {
		const uint8_t *p = frame_get(frame, 0, at, 2);

		if (!p)
			break;
		if (p[0] == 0xff && p[1] == 0xd9)
			return WHOLE;
	}
	return cut(frame, "the JPEG has no end");
}

/* --- PDF: startxref and %%EOF in the tail
 * ------------------------------------------------ */

enum { PDF_EDGE = 2048 };

/* The length that a linearized PDF states at its beginning; else 0. Its first part ends
 * in an %%EOF of its own. */
static int64_t pdf_stated_length(const char *head, size_t len)
{
	const char *mark = memmem(head, len, "/Linearized", 11);
	const char *l =
		mark ? memmem(mark, len - (size_t)(mark - head), "/L ", 3) : NULL;
	int64_t n = 0;

	for (size_t i = l ? (size_t)(l - head) + 3 : len; i < len; i++) {
		if (head[i] < '0' || head[i] > '9' || n > INT64_MAX / 100)
			break;
		n = n * 10 + (head[i] - '0');
	}
	return n;
}

static enum whole pdf_frame(struct frame *frame)
{
	char head[PDF_EDGE], tail[PDF_EDGE];
	ssize_t head_len = pread(frame->fd, head, sizeof(head), 0);
	off_t from = frame->size > PDF_EDGE ? frame->size - PDF_EDGE : 0;
	ssize_t tail_len = pread(frame->fd, tail, sizeof(tail), from);
	const char *start;

	if (head_len <= 0 || tail_len <= 0)
		return cut(frame, "the PDF cannot be read");
	if (pdf_stated_length(head, (size_t)head_len) > frame->size)
		return cut(frame, "the PDF is shorter than it says");
	start = memmem(tail, (size_t)tail_len, "startxref", 9);
	if (!start || !memmem(start, (size_t)(tail + tail_len - start), "%%EOF", 5))
		return cut(frame, "the PDF has no end");
	return WHOLE;
}

/* --- XML: the last tag closes the first
 * ------------------------------------------------- */

static bool xml_is_name(char c)
{
	return c && !strchr(" \t\r\n/>", c);
}

/* The name of the first element, behind declarations and comments; NULL: not in sight.
 */
static const char *xml_root_name(const char *head, size_t *len)
{
	const char *at = head;

	while ((at = strchr(at, '<')) && (at[1] == '?' || at[1] == '!')) {
		const char *end = strncmp(at, "<!--", 4) == 0 ? "-->" : ">";

		at = strstr(at, end);
		if (!at)
			return NULL;
	}
	if (!at)
		return NULL;
	for (*len = 0; xml_is_name(at[1 + *len]);)
		++*len;
	return at + 1;
}

/* "<a/>": the root is also the last tag. */
static bool xml_is_one_tag(const char *head, const char *name)
{
	const char *last = strrchr(head, '<'), *end = strrchr(head, '>');

	return last && last + 1 == name && end && end > name && end[-1] == '/';
}

/* Bytes as a string, zero bytes left out: UTF-16 becomes readable enough. */
static void squeeze(struct frame *frame, int64_t from, char out[PDF_EDGE + 1])
{
	char bytes[PDF_EDGE];
	ssize_t n = pread(frame->fd, bytes, sizeof(bytes), from);
	size_t len = 0;

	for (ssize_t i = 0; i < n; i++)
		if (bytes[i])
			out[len++] = bytes[i];
	out[len] = '\0';
}

static bool xml_closes(const char *tail, const char *name, size_t len)
{
	const char *last = strrchr(tail, '<');

	return last && last[1] == '/' && strncmp(last + 2, name, len) == 0 &&
	       !xml_is_name(last[2 + len]);
}

static enum whole xml_frame(struct frame *frame)
{
	char head[PDF_EDGE + 1], tail[PDF_EDGE + 1];
	const char *name;
	size_t len = 0, end;

	squeeze(frame, 0, head);
	squeeze(frame, frame->size > PDF_EDGE ? frame->size - PDF_EDGE : 0, tail);
	for (end = strlen(tail); end > 0 && strchr(" \t\r\n", tail[end - 1]);)
		end--;
	if (end < 2 || tail[end - 1] != '>')
		return cut(frame, "the XML has no end");
	tail[end] = '\0';
	name = xml_root_name(head, &len);
	/* A root far behind its comments, or a comment behind the root: time must tell.
	 */
	if (!name || strcmp(tail + end - 2, "->") == 0 ||
	    strcmp(tail + end - 2, "?>") == 0)
		return WHOLE_UNKNOWN;
	if (xml_closes(tail, name, len) || xml_is_one_tag(head, name))
		return WHOLE;
	return cut(frame, "the XML has no end");
}

/* --- WebP: the length at the beginning
 * ---------------------------------------------------- */

static enum whole riff_frame(struct frame *frame)
{
	const uint8_t *head = frame_get(frame, 0, 0, 12);

	if (head && (int64_t)le32(head + 4) + 8 > frame->size)
		return cut(frame, "the picture is shorter than it says");
	return head ? WHOLE : cut(frame, "the picture is shorter than it says");
}

static const struct {
	const char *magic;
	size_t len;
	enum whole (*frame)(struct frame *frame);
} formats[] = {
	{"II*\0", 4, tiff_frame},
	{"MM\0*", 4, tiff_frame},
	{"II+\0", 4, tiff_frame},
	{"MM\0+", 4, tiff_frame},
	{"\x89PNG\r\n\x1a\n", 8, png_frame},
	{"\xff\xd8\xff", 3, jpeg_frame},
	{"%PDF-", 5, pdf_frame},
	{"RIFF", 4, riff_frame},
	{"<", 1, xml_frame},
	{"\xef\xbb\xbf<", 4, xml_frame},
	{"\xff\xfe<\0", 4, xml_frame},
	{"\xfe\xff\0<", 4, xml_frame},
};

enum whole complete_frame(int fd, int64_t size, const char **why)
{
	static struct frame frame;
	enum whole whole = WHOLE_UNKNOWN;
	uint8_t magic[8];
	ssize_t n = pread(fd, magic, sizeof(magic), 0);

	frame = (struct frame){.fd = fd, .size = size, .budget = FRAME_BUDGET};
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if ((size_t)(n > 0 ? n : 0) < formats[i].len ||
		    memcmp(magic, formats[i].magic, formats[i].len) != 0)
			continue;
		whole = formats[i].frame(&frame);
		break;
	}
	*why = frame.why;
	return whole;
}

enum writer complete_writer(int fd)
{
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return WRITER_NONE;
	}
	return errno == EAGAIN ? WRITER_YES : WRITER_UNKNOWN;
}
