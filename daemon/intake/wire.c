/* wire.c - what a tray's process and intake say to each other, as bytes.
 *
 * Both are ours and of the same build, but the tray's process looks into files of
 * strangers, so intake checks what it hears like anything else from outside: unpack.h
 * does the lengths, and a message that does not parse ends the connection. */
#include "wire.h"

#include "pack.h"
#include "proc.h"

static void pack_hello(struct pack *p, const struct wire_hello *hello)
{
	pack_str(p, hello->client);
	pack_str(p, hello->name);
	pack_u64(p, (uint64_t)hello->tray_id);
}

static void unpack_hello(struct unpack *u, struct arena *arena,
			 struct wire_hello *hello)
{
	hello->client = unpack_str(u, arena);
	hello->name = unpack_str(u, arena);
	hello->tray_id = (int64_t)unpack_u64(u);
}

static void pack_report(struct pack *p, const struct db_tray_status *report)
{
	pack_u64(p, (uint64_t)report->waiting);
	pack_u64(p, (uint64_t)report->ignored);
	pack_u64(p, (uint64_t)report->growing);
	pack_str(p, report->problem);
}

static void unpack_report(struct unpack *u, struct arena *arena,
			  struct db_tray_status *report)
{
	report->waiting = (long)unpack_u64(u);
	report->ignored = (long)unpack_u64(u);
	report->growing = (long)unpack_u64(u);
	report->problem = unpack_str(u, arena);
}

static void pack_drop(struct pack *p, const struct db_drop *drop)
{
	pack_str(p, drop->id);
	pack_bytes(p, drop->name, drop->name_len);
	pack_str(p, drop->sha256);
	pack_u64(p, (uint64_t)drop->size);
	pack_u64(p, (uint64_t)drop->mtime_ms);
	pack_str(p, drop->received_on);
	pack_str(p, drop->problem);
	pack_str(p, drop->problem_text);
}

static void unpack_drop(struct unpack *u, struct arena *arena, struct db_drop *drop)
{
	const void *name;

	drop->id = unpack_str(u, arena);
	name = unpack_bytes(u, &drop->name_len);
	drop->name = name ? arena_memdup(arena, name, drop->name_len) : NULL;
	drop->sha256 = unpack_str(u, arena);
	drop->size = (int64_t)unpack_u64(u);
	drop->mtime_ms = (int64_t)unpack_u64(u);
	drop->received_on = unpack_str(u, arena);
	drop->problem = unpack_str(u, arena);
	drop->problem_text = unpack_str(u, arena);
}

static void pack_drops(struct pack *p, const struct db_drop *drops, size_t n)
{
	bug_on(n == 0 || n > WIRE_DROPS);
	pack_u8(p, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		pack_drop(p, &drops[i]);
}

static bool unpack_drops(struct unpack *u, struct arena *arena, struct wire *out)
{
	out->n_drops = unpack_u8(u);
	if (out->n_drops == 0 || out->n_drops > WIRE_DROPS)
		return false;
	out->drops = arena_alloc_n(arena, out->n_drops, sizeof(*out->drops));
	for (size_t i = 0; i < out->n_drops; i++) {
		struct db_drop *drop = &out->drops[i];

		unpack_drop(u, arena, drop);
		if (!drop->id || !uuid_valid(drop->id) || !drop->name)
			return false;
	}
	return unpack_ok(u);
}

static void pack_answer(struct pack *p, const struct wire_answer *answer)
{
	pack_u8(p, (uint8_t)answer->rc);
	pack_str(p, answer->error);
	pack_u8(p, (uint8_t)answer->n);
	for (size_t i = 0; i < answer->n; i++) {
		pack_u8(p, (uint8_t)answer->each[i].outcome);
		pack_str(p, answer->each[i].sha256);
	}
}

static void unpack_answer(struct unpack *u, struct arena *arena,
			  struct wire_answer *answer)
{
	answer->rc = unpack_u8(u) == RC_OK ? RC_OK : RC_FAIL;
	answer->error = unpack_str(u, arena);
	answer->n = unpack_u8(u);
	answer->each = arena_alloc_n(arena, answer->n + 1, sizeof(*answer->each));
	for (size_t i = 0; i < answer->n; i++) {
		answer->each[i].outcome = (enum db_drop_outcome)unpack_u8(u);
		answer->each[i].sha256 = unpack_str(u, arena);
	}
}

enum rc wire_send(int sock, const struct wire *msg, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct pack p;

	pack_init(&p, arena);
	pack_u8(&p, (uint8_t)msg->kind);
	switch (msg->kind) {
	case WIRE_HELLO:
		pack_hello(&p, &msg->hello);
		break;
	case WIRE_REPORT:
		pack_report(&p, &msg->report);
		break;
	case WIRE_RECORD:
		pack_drops(&p, msg->drops, msg->n_drops);
		break;
	case WIRE_ANSWER:
		pack_answer(&p, &msg->answer);
		break;
	}
	return sock_send(sock, p.bytes, p.len, NULL, 0, err);
}

static bool parse(struct unpack *u, struct arena *arena, struct wire *out)
{
	*out = (struct wire){.kind = (enum wire_kind)unpack_u8(u)};
	switch (out->kind) {
	case WIRE_HELLO:
		unpack_hello(u, arena, &out->hello);
		return unpack_ok(u) && out->hello.client && out->hello.name;
	case WIRE_REPORT:
		unpack_report(u, arena, &out->report);
		return unpack_ok(u);
	case WIRE_RECORD:
		return unpack_drops(u, arena, out);
	case WIRE_ANSWER:
		unpack_answer(u, arena, &out->answer);
		return unpack_ok(u);
	}
	return false;
}

enum rc wire_receive(int sock, int timeout_ms, struct arena *arena, struct wire *out,
		     struct err *err)
{
	static char bytes[WIRE_MAX];
	size_t len = sizeof(bytes), n_fds = 0;
	struct unpack u;
	enum rc rc = sock_recv(sock, bytes, &len, NULL, &n_fds, timeout_ms, err);

	if (rc != RC_OK)
		return rc;
	if (len == 0)
		return err_set(err, RC_FAIL, "the other side is gone");
	unpack_init(&u, bytes, len);
	if (!parse(&u, arena, out))
		return err_set(err, RC_FAIL, "a message that is none");
	return RC_OK;
}
