/* exchange.c - listening to a reader without believing it.
 *
 * A reader may have been taken over by the document it reads. All it can do is send
 * bytes; here they become frames, the frames a page, a tool request or the end, and
 * each is checked to the last byte before any of it is used: lengths, order, page
 * numbers, counts, that a tool is one of ours and none is running already. The first
 * thing that is off ends the read as a fault, and nothing of it is kept. Memory grows
 * with what has arrived, never with what was announced. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "date.h"
#include "exchange.h"
#include "pack.h"
#include "proc.h"
#include "text.h"

#define CHUNK (256u << 10)
#define IMAGE_SIDE_MAX 20000

enum rc exchange_order(struct exchange *x, const struct order *order, const int *fds,
		       size_t n_fds)
{
	if (sock_send(x->control, order, sizeof(*order), fds, n_fds, x->err) == RC_OK)
		return RC_OK;
	x->launcher_gone = true;
	return err_wrap(x->err, RC_BUG, "the launcher is gone");
}

static enum rc nonsense(struct exchange *x, const char *what)
{
	return err_set(x->err, RC_FAIL, "the reader sent nonsense: %s", what);
}

/* --- tools --- */

static enum rc send_answer(struct exchange *x, const struct tool_answer *answer, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec part = {(void *)(uintptr_t)answer, sizeof(*answer)};
	struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};
	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	}
	/* A reader that has ended gets no answer; its own report says why. Its end of
	 * the socket may be known to be closed before its tool reports. */
	if (x->talk < 0)
		return RC_OK;
	ssize_t n = sendmsg(x->talk, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n == (ssize_t)sizeof(*answer))
		return RC_OK;
	if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
		return RC_OK;
	return err_errno(x->err, RC_FAIL, "an answer does not reach the reader");
}

static enum rc take_tool(struct exchange *x, struct unpack *u)
{
	x->tool = (struct tool_request){0};
	int32_t tool = unpack_i32(u);
	x->tool.tool = tool >= 0 && tool < TOOL_N ? (enum tool)tool : TOOL_N;
	x->tool.first = unpack_i32(u);
	x->tool.last = unpack_i32(u);
	x->tool.dpi = unpack_i32(u);
	x->tool.grey = unpack_i32(u) != 0;
	x->tool.index = unpack_i32(u);
	x->tool.part.x = unpack_i32(u);
	x->tool.part.y = unpack_i32(u);
	x->tool.part.w = unpack_i32(u);
	x->tool.part.h = unpack_i32(u);
	if (!unpack_ok(u))
		return nonsense(x, "a tool request of the wrong length");
	if (x->output >= 0)
		return nonsense(x, "a tool request while a tool is running");
	const char *refusal = tool_refusal(&x->tool);
	if (refusal)
		return nonsense(x, refusal);

	struct order order = {
		.kind = ORDER_TOOL, .limits = x->request->limits, .tool = x->tool};
	x->output = memfd_new("output");
	return exchange_order(x, &order, (int[]){x->file, x->output}, 2);
}

/* A tool's exit code means nothing to us: many a broken PDF gives good pages and
 * status 1. */
static const char *tool_failure(const struct exchange *x, const struct report *report,
				bool empty)
{
	if (report->kind == REPORT_NOT_STARTED)
		return "could not be started";
	if (report->late)
		return "took too long";
	if (WIFSIGNALED(report->status) && WTERMSIG(report->status) == SIGXFSZ)
		return "made more output than allowed";
	if (WIFSIGNALED(report->status))
		return "crashed";
	if (x->tool.tool == TOOL_IMAGE && report->several)
		return "there is more than one picture on the page";
	if (x->tool.tool == TOOL_IMAGE && empty)
		return "there is no picture on the page";
	return empty && report->status != 0 ? "failed" : NULL;
}

enum rc exchange_answer(struct exchange *x, const struct report *report)
{
	struct tool_answer answer = {.rc = RC_OK};
	AUTO_FD output = x->output;
	x->output = -1;
	const char *failure = tool_failure(x, report, lseek(output, 0, SEEK_END) <= 0);
	if (failure) {
		answer.rc = RC_FAIL;
		snprintf(answer.text, sizeof(answer.text), "%s%s%.250s", failure,
			 report->text[0] ? ": " : "", report->text);
	}
	memcpy(answer.params, report->params, sizeof(answer.params));
	return send_answer(x, &answer, failure ? -1 : output);
}

/* --- pages --- */

static bool known_mime(const char *mime)
{
	return mime &&
	       (strcmp(mime, "image/jpeg") == 0 || strcmp(mime, "image/png") == 0);
}

static enum rc keep(struct exchange *x, int page, struct image_blob *blob,
		    struct unpack *u)
{
	enum rc rc = RC_OK;
	blob->bytes = unpack_bytes(u, &blob->len);
	blob->hash[0] = '\0'; /* the store says that, not the reader */
	if (u->failed || blob->len == 0) {
		*blob = (struct image_blob){0};
		return RC_OK;
	}
	if (!known_mime(blob->mime) || blob->width <= 0 || blob->height <= 0 ||
	    blob->width > IMAGE_SIDE_MAX || blob->height > IMAGE_SIDE_MAX)
		return nonsense(x, "a picture that is none");
	if (x->request->keep_image)
		rc = x->request->keep_image(x->request->ctx, page, blob, x->err);
	blob->bytes = NULL; /* they stand in our buffer, which moves on */
	blob->len = 0;
	return rc;
}

static bool page_was_asked_for(const struct exchange *x, int number)
{
	const struct engine_read *r = x->request;
	int first = r->first > 0 ? r->first : 1;
	int limit = r->last > 0 ? r->last : INT32_MAX;
	if (r->last <= 0 && r->max_first_run > 0)
		limit = first + r->max_first_run - 1;
	return number > x->last_page && number >= first && number <= limit;
}

static enum rc take_page(struct exchange *x, struct unpack *u)
{
	struct unpack packed;
	size_t len;
	const void *bytes = unpack_bytes(u, &len);
	struct page *page = doc_add_page(x->doc);
	unpack_init(&packed, bytes, u->failed ? 0 : len);
	if (doc_unpack_page(&packed, x->doc->arena, page, x->err) != RC_OK)
		return err_wrap(x->err, RC_FAIL, "the reader sent nonsense");
	if (!page_was_asked_for(x, page->number))
		return nonsense(x, "a page that was not asked for");
	enum rc rc = keep(x, page->number, &page->display, u);
	if (rc == RC_OK)
		rc = keep(x, page->number, &page->thumbnail, u);
	if (rc != RC_OK)
		return rc;
	if (!unpack_ok(&packed) || !unpack_ok(u))
		return nonsense(x, "a page of the wrong length");
	x->last_page = page->number;
	return exchange_order(x, &(struct order){.kind = ORDER_PAGE_DONE}, NULL, 0);
}

/* --- what is inside of a container --- */

/* As the database has codes: lower case with dashes. */
static bool code_is_lawful(const char *code)
{
	static const char lawful[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	return *code && strlen(code) <= 40 && !code[strspn(code, lawful)];
}

static enum rc part_is_whole(struct exchange *x)
{
	struct part *part = &x->doc->parts[x->doc->n_parts - 1];
	AUTO_FD fd = x->part;
	x->part = -1;
	if (x->request->keep_part) {
		lseek(fd, 0, SEEK_SET);
		enum rc rc = x->request->keep_part(x->request->ctx, part, fd, x->err);
		if (rc != RC_OK)
			return rc;
	}
	return exchange_order(x, &(struct order){.kind = ORDER_PAGE_DONE}, NULL, 0);
}

static enum rc take_part(struct exchange *x, struct unpack *u)
{
	struct doc *doc = x->doc;
	struct part part = {.number = (int)unpack_u32(u)};
	unsigned kind = unpack_u8(u);
	part.kind = kind < PART_KIND_N ? (enum part_kind)kind : PART_KIND_N;
	part.name = unpack_str(u, doc->arena);
	part.mime = unpack_str(u, doc->arena);
	part.code = unpack_str(u, doc->arena);
	part.text = unpack_str(u, doc->arena);
	part.size = (int64_t)unpack_u64(u);
	if (!unpack_ok(u))
		return nonsense(x, "a part of the wrong length");
	if (x->part >= 0 || part.number != (int)doc->n_parts + 1 ||
	    part.number > PARTS_MAX)
		return nonsense(x, "a part out of turn");
	if (part.kind == PART_KIND_N || !part.name || !*part.name ||
	    !text_is_clean(part.name) || (part.mime && !text_is_clean(part.mime)) ||
	    (part.code && !code_is_lawful(part.code)) ||
	    (part.text && !text_is_clean(part.text)))
		return nonsense(x, "a part that is none");
	bool whole = part.kind == PART_DOCUMENT;
	if (part.size < 0 ||
	    (whole &&
	     (part.size == 0 || (x->parts_bytes += part.size) > PARTS_BYTES_MAX)))
		return nonsense(x, "parts larger than agreed");
	*arena_push(doc->arena, doc->parts, doc->n_parts, doc->cap_parts) = part;
	x->missing = whole ? part.size : 0;
	if (whole)
		x->part = memfd_new("part");
	return RC_OK;
}

static enum rc take_bytes(struct exchange *x, struct unpack *u)
{
	size_t len;
	const void *bytes = unpack_bytes(u, &len);
	if (!unpack_ok(u) || x->part < 0 || len == 0 || (int64_t)len > x->missing)
		return nonsense(x, "bytes of no part");
	if (!fd_write_all(x->part, bytes, len))
		return err_errno(x->err, RC_RETRY, "no memory for a part");
	x->missing -= (int64_t)len;
	return x->missing == 0 ? part_is_whole(x) : RC_OK;
}

/* A line of a mail's head: NULL, or clean and not longer than one is. */
static bool take_line(struct exchange *x, struct unpack *u, const char **out)
{
	*out = unpack_str(u, x->doc->arena);
	return !*out || (**out && strlen(*out) <= MAIL_LINE_MAX && text_is_clean(*out));
}

static enum rc take_mail(struct exchange *x, struct unpack *u)
{
	struct mail *mail = arena_alloc(x->doc->arena, sizeof(*mail));
	struct date day;
	bool lawful =
		take_line(x, u, &mail->sender) && take_line(x, u, &mail->sender_name) &&
		take_line(x, u, &mail->subject) && take_line(x, u, &mail->message_id) &&
		take_line(x, u, &mail->received_on);
	if (!lawful || !unpack_ok(u) ||
	    (mail->received_on && !date_parse(mail->received_on, &day)))
		return nonsense(x, "a mail's head that is none");
	x->doc->mail = mail;
	return RC_OK;
}

/* --- the end --- */

static bool known_format(const char *format)
{
	static const char *const formats[] = {"pdf", "tiff", "png",    "jpeg",	 "webp",
					      "jp2", "bmp",  "gif",    "xml",	 "eml",
					      "zip", "tnef", "office", "archive"};
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(format, formats[i]) == 0)
			return true;
	return false;
}

static enum rc take_end(struct exchange *x, struct unpack *u)
{
	struct doc *doc = x->doc;
	if (doc_unpack_fields(u, doc, x->err) != RC_OK)
		return err_wrap(x->err, RC_FAIL, "the reader sent nonsense");
	if (doc->format && !known_format(doc->format))
		return nonsense(x, "a format that is none of ours");
	if (!unpack_ok(u) || x->part >= 0)
		return nonsense(x, "a summary of the wrong length");
	x->complete = true;
	return RC_OK;
}

/* --- frames --- */

static enum rc take_frame(struct exchange *x, uint32_t kind, const uint8_t *bytes,
			  size_t len)
{
	struct unpack u;
	unpack_init(&u, bytes, len);
	if (x->complete)
		return nonsense(x, "something after the end");
	switch (kind) {
	case FRAME_TOOL:
		return take_tool(x, &u);
	case FRAME_PAGE:
		return take_page(x, &u);
	case FRAME_PART:
		return take_part(x, &u);
	case FRAME_BYTES:
		return take_bytes(x, &u);
	case FRAME_MAIL:
		return take_mail(x, &u);
	case FRAME_END:
		return take_end(x, &u);
	default:
		return nonsense(x, "an unknown kind of message");
	}
}

static enum rc take_frames(struct exchange *x)
{
	size_t at = 0;
	enum rc rc = RC_OK;
	while (rc == RC_OK && x->len - at >= FRAME_HEAD) {
		struct unpack u;
		unpack_init(&u, x->bytes + at, FRAME_HEAD);
		uint32_t kind = unpack_u32(&u), len = unpack_u32(&u);
		if (len > FRAME_MAX)
			return nonsense(x, "a message larger than agreed");
		if (x->len - at - FRAME_HEAD < len)
			break;
		rc = take_frame(x, kind, x->bytes + at + FRAME_HEAD, len);
		at += FRAME_HEAD + len;
	}
	memmove(x->bytes, x->bytes + at, x->len - at);
	x->len -= at;
	return rc;
}

static void make_room(struct exchange *x)
{
	if (x->cap - x->len >= CHUNK)
		return;
	x->cap = x->cap * 2 + CHUNK;
	x->bytes = realloc(x->bytes, x->cap);
	if (!x->bytes)
		die("out of memory");
}

enum rc exchange_receive(struct exchange *x)
{
	for (;;) {
		make_room(x);
		ssize_t n =
			recv(x->talk, x->bytes + x->len, x->cap - x->len, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0 || errno != EAGAIN)
				fd_close(&x->talk);
			return RC_OK;
		}
		x->len += (size_t)n;
		enum rc rc = take_frames(x);
		if (rc != RC_OK)
			return rc;
	}
}
