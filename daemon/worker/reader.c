/* reader.c - the process that looks at a document, behind its jail.
 *
 * Forked from the launcher with the model loaded. It maps the file, closes everything
 * but its socket, enters the jail and only then touches the first byte. Pages go out as
 * soon as they are finished; tools are asked for through the socket. What it says is
 * believed by nobody: the engine checks every frame.
 *
 * If it fails in a way it can tell (not a document at all) it still ends well, with a
 * finding. Everything else ends the process, and that is the report. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "launch.h"
#include "log.h"
#include "pack.h"
#include "proc.h"
#include "sidecar.h"

struct session {
	const struct reader *reader;
	int talk;
	struct arena *message; /* of the frame being made */
	struct arena *answer;  /* of the last tool's answer */
	struct mapping output; /* of the last tool */
	int output_fd;
};

static void put_u32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

static void send_all(int sock, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		struct iovec part = {(void *)(uintptr_t)bytes, len};
		struct msghdr msg = {.msg_iov = &part, .msg_iovlen = 1};
		ssize_t n = sendmsg(sock, &msg, MSG_NOSIGNAL);
		if (n <= 0)
			_exit(1); /* nobody listens any more */
		bytes += n;
		len -= (size_t)n;
	}
}

/* The pack begins with room for the head. */
static void frame_begin(struct session *s, struct pack *p)
{
	arena_reset(s->message);
	pack_init(p, s->message);
	pack_u32(p, 0);
	pack_u32(p, 0);
}

static void frame_send(struct session *s, struct pack *p, enum frame_kind kind)
{
	put_u32(p->bytes, kind);
	put_u32(p->bytes + 4, (uint32_t)(p->len - FRAME_HEAD));
	send_all(s->talk, p->bytes, p->len);
}

/* --- tools --- */

static void receive_answer(int sock, struct tool_answer *answer, int *fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = {answer, sizeof(*answer)};
	struct msghdr msg = {.msg_iov = &part,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC | MSG_WAITALL);
	if (n != sizeof(*answer))
		_exit(1); /* the engine is gone */
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
}

static void forget_output(struct session *s)
{
	mapping_close(&s->output);
	fd_close(&s->output_fd);
	arena_reset(s->answer);
}

/* Raw fax data means nothing without its parameters: one line in front of it. */
static void join_params(struct session *s, const char *params, const void **bytes,
			size_t *len)
{
	size_t n = strcspn(params, "\n");
	char *joined = arena_alloc(s->answer, n + 1 + s->output.len);
	memcpy(joined, params, n);
	joined[n] = '\n';
	memcpy(joined + n + 1, s->output.bytes, s->output.len);
	*bytes = joined;
	*len = n + 1 + s->output.len;
}

static enum rc ask_tool(void *ctx, const struct tool_request *request,
			const void **bytes, size_t *len, struct err *err)
{
	struct session *s = ctx;
	struct pack p;
	struct tool_answer answer;
	forget_output(s);
	frame_begin(s, &p);
	pack_i32(&p, (int32_t)request->tool);
	pack_i32(&p, request->first);
	pack_i32(&p, request->last);
	pack_i32(&p, request->dpi);
	pack_i32(&p, request->grey);
	pack_i32(&p, request->index);
	pack_i32(&p, request->part.x);
	pack_i32(&p, request->part.y);
	pack_i32(&p, request->part.w);
	pack_i32(&p, request->part.h);
	frame_send(s, &p, FRAME_TOOL);

	receive_answer(s->talk, &answer, &s->output_fd);
	if (answer.rc != RC_OK)
		return err_set(err, RC_FAIL, "%s", answer.text);
	enum rc rc = mapping_open(s->output_fd, &s->output, err);
	if (rc != RC_OK)
		return rc;
	*bytes = s->output.bytes;
	*len = s->output.len;
	if (answer.params[0])
		join_params(s, answer.params, bytes, len);
	return RC_OK;
}

/* --- pages --- */

static enum rc send_page(void *ctx, const struct page *page, struct err *err)
{
	struct session *s = ctx;
	struct pack p, packed;
	(void)err;
	frame_begin(s, &p);
	pack_init(&packed, s->message);
	doc_pack_page(&packed, page);
	pack_bytes(&p, packed.bytes, packed.len);
	pack_bytes(&p, page->display.bytes, page->display.len);
	pack_bytes(&p, page->thumbnail.bytes, page->thumbnail.len);
	frame_send(s, &p, FRAME_PAGE);
	return RC_OK;
}

/* --- what is inside of a container --- */

static enum rc send_part(void *ctx, const struct part *part, const void *bytes,
			 size_t len, struct err *err)
{
	enum { CHUNK = 1 << 20 };
	struct session *s = ctx;
	struct pack p;
	(void)err;
	frame_begin(s, &p);
	pack_u32(&p, (uint32_t)part->number);
	pack_u8(&p, (uint8_t)part->kind);
	pack_str(&p, part->name);
	pack_str(&p, part->mime);
	pack_str(&p, part->code);
	pack_str(&p, part->text);
	pack_u64(&p, (uint64_t)part->size);
	frame_send(s, &p, FRAME_PART);
	for (size_t at = 0; at < len; at += CHUNK) {
		frame_begin(s, &p);
		pack_bytes(&p, (const char *)bytes + at,
			   len - at < CHUNK ? len - at : CHUNK);
		frame_send(s, &p, FRAME_BYTES);
	}
	return RC_OK;
}

static void send_mail(struct session *s, const struct mail *mail)
{
	struct pack p;
	frame_begin(s, &p);
	pack_str(&p, mail->sender);
	pack_str(&p, mail->sender_name);
	pack_str(&p, mail->subject);
	pack_str(&p, mail->message_id);
	pack_str(&p, mail->received_on);
	frame_send(s, &p, FRAME_MAIL);
}

static void send_end(struct session *s, const struct doc *doc)
{
	struct pack p;
	frame_begin(s, &p);
	doc_pack_fields(&p, doc);
	frame_send(s, &p, FRAME_END);
}

/* --- the process --- */

static void read_document(struct session *s, const struct mapping *file)
{
	const struct reader *r = s->reader;
	struct err err = {0};
	AUTO_ARENA arena = arena_new();
	struct doc *doc = doc_new(arena);
	struct read_env env = {
		.limits = {.max_pixels = r->settings->max_pixels,
			   .max_pages = (int)r->settings->max_pages},
		.careful = r->order->careful,
		.codes_only = r->order->codes_only,
		.ctx = s,
		.tool = ask_tool,
		.page_done = send_page,
		.part_done = send_part,
	};
	if (r->order->is_index) {
		sidecar_read(file->bytes, file->len, r->order->index_map, doc);
		send_end(s, doc);
		return;
	}
	enum rc rc = r->reading->read(r->model, &env, file->bytes, file->len,
				      r->order->first, r->order->last,
				      r->order->max_first_run, doc, &err);
	if (rc == RC_BUG || rc == RC_RETRY)
		die("%s", err.text);
	if (rc == RC_FAIL && !doc_has_stop(doc))
		doc_find(doc, "unreadable", FINDING_READING, SEVERITY_STOP, "",
			 "This file could not be read: %s.", err.text);
	if (doc->mail)
		send_mail(s, doc->mail);
	send_end(s, doc);
}

_Noreturn void reader_main(const struct reader *reader)
{
	struct err err = {0};
	struct mapping file = {0};
	struct jail_limits limits = {.cpu_s = reader->order->limits.page_cpu_s,
				     .memory = reader->order->limits.memory,
				     .close_from = READER_TALK_FD + 1};
	if (mapping_open(reader->file, &file, &err) != RC_OK)
		die("%s", err.text);
	if (reader->talk != READER_TALK_FD)
		dup2(reader->talk, READER_TALK_FD);
	struct session session = {.reader = reader,
				  .talk = READER_TALK_FD,
				  .message = arena_new(),
				  .answer = arena_new(),
				  .output_fd = -1};
	log_init("reader", LOG_LEVEL_ERROR);
	jail_enter(reader->jails, JAIL_READER, &limits);
	read_document(&session, &file);
	_exit(0);
}
