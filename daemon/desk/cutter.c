/* cutter.c - cut-outs of single fields, for people who may not see whole pages.
 *
 * The desk itself decodes no picture, not even one the reader made: a reader that was
 * broken into could have made it. A small process is forked before the desk opens its
 * database; for every cut-out it forks a child, which enters the reader's jail,
 * decodes, cuts, sends the bytes and is gone. So a picture that breaks the decoder
 * breaks one cut-out. The desk never waits: it asks, goes on, and hands out what comes
 * back. */
#include "cutter.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image.h"
#include "jail.h"
#include "proc.h"

enum { LONGEST_PX = 1100, QUALITY = 80, MARGIN = 10, MORE = 12 };

struct order { /* from the desk, with the picture as descriptor */
	unsigned slot;
	int page_width;
	struct box box;
};

struct answer { /* len bytes follow; none: it could not be cut */
	unsigned slot;
	unsigned len;
};

struct cutter {
	pid_t pid;
	int sock;
	cutter_done *done;
	void *ctx;
	void *waiting[CUTTER_MAX_WAITING]; /* by slot; NULL: free */
	struct {
		struct answer head;
		char bytes[CUTTER_MAX_BYTES];
	} message;
};

/* --- in the jail
 * ------------------------------------------------------------------------ */

/* With a little paper around it, so that a letter at the edge can be read, but not the
 * line above. */
static struct box pixels_of(const struct order *o, const struct image *picture)
{
	double scale = (double)image_width(picture) / o->page_width;
	int pad = MARGIN + (o->box.h / 4 < MORE ? o->box.h / 4 : MORE);

	return (struct box){(int)((o->box.x - pad) * scale),
			    (int)((o->box.y - pad) * scale),
			    (int)((o->box.w + 2 * pad) * scale),
			    (int)((o->box.h + 2 * pad) * scale)};
}

static enum rc cut(const struct order *o, int picture_fd, struct arena *arena,
		   struct image_blob *out, struct err *err)
{
	const struct image_limits limits = {.max_pixels = 40000000, .max_pages = 1};
	AUTO_MAPPING map = {0};
	AUTO_IMAGE picture = NULL;
	enum rc rc = mapping_open(picture_fd, &map, err);

	if (rc == RC_OK)
		rc = image_decode(map.bytes, map.len, FORMAT_JPEG, 1, &limits, &picture,
				  err);
	if (rc != RC_OK)
		return rc;
	AUTO_IMAGE part = image_crop(picture, pixels_of(o, picture));
	return part ? image_to_jpeg(part, LONGEST_PX, QUALITY, arena, out, err)
		    : err_set(err, RC_FAIL, "nothing to cut");
}

/* Exit status 0: the answer is on its way. */
static int cut_jailed(const struct jails *jails, int sock, const struct order *o,
		      int picture_fd)
{
	static struct {
		struct answer head;
		char bytes[CUTTER_MAX_BYTES];
	} message;
	const struct jail_limits limits = {.cpu_s = 5, .memory = 1LL << 30};
	struct arena *arena = arena_new();
	struct image_blob blob = {0};
	struct err err;

	jail_enter(jails, JAIL_READER, &limits);
	if (cut(o, picture_fd, arena, &blob, &err) != RC_OK ||
	    blob.len > sizeof(message.bytes))
		return EXIT_FAILURE;
	message.head = (struct answer){o->slot, (unsigned)blob.len};
	memcpy(message.bytes, blob.bytes, blob.len);
	return sock_send(sock, &message, sizeof(message.head) + blob.len, NULL, 0,
			 &err) == RC_OK
		       ? EXIT_SUCCESS
		       : EXIT_FAILURE;
}

/* --- the process that forks
 * ------------------------------------------------------------- */

static void cut_in_child(const struct jails *jails, int sock, const struct order *o,
			 int picture_fd)
{
	struct answer nothing = {o->slot, 0};
	int status = 1;
	struct err err;
	pid_t pid = fork();

	if (pid == 0)
		_exit(cut_jailed(jails, sock, o, picture_fd));
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (status != 0 &&
	    sock_send(sock, &nothing, sizeof(nothing), NULL, 0, &err) != RC_OK)
		_exit(EXIT_FAILURE);
}

/* Ends when the desk does. */
static _Noreturn void serve(int sock)
{
	struct jails jails;
	struct order o;
	struct err err;

	prctl(PR_SET_NAME, "intray-cutter", 0, 0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	/* The terminal's Ctrl-C is the supervisor's affair. */
	signal(SIGINT, SIG_IGN);
	if (jails_open(&jails, &err) != RC_OK)
		_exit(JAIL_BROKEN);
	for (;;) {
		size_t len = sizeof(o), n_fds = 1;
		int picture = -1;

		if (sock_recv(sock, &o, &len, &picture, &n_fds, -1, &err) != RC_OK ||
		    len != sizeof(o) || n_fds != 1)
			_exit(EXIT_SUCCESS);
		cut_in_child(&jails, sock, &o, picture);
		fd_close(&picture);
	}
}

/* --- in the desk
 * ------------------------------------------------------------------------- */

enum rc cutter_start(cutter_done *done, void *ctx, struct cutter **out, struct err *err)
{
	struct cutter *c = calloc(1, sizeof(*c));
	int socks[2];

	if (!c)
		die("out of memory");
	*out = NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks) != 0) {
		free(c);
		return err_errno(err, RC_RETRY, "socketpair");
	}
	*c = (struct cutter){.sock = socks[0], .done = done, .ctx = ctx, .pid = fork()};
	if (c->pid == 0) {
		fd_close(&socks[0]);
		serve(socks[1]);
	}
	fd_close(&socks[1]);
	*out = c;
	return c->pid > 0 ? RC_OK : err_errno(err, RC_RETRY, "fork the cutter");
}

void cutter_stop(struct cutter **cutter)
{
	struct cutter *c = *cutter;

	if (!c)
		return;
	fd_close(&c->sock);
	if (c->pid > 0)
		waitpid(c->pid, NULL, 0);
	free(c);
	*cutter = NULL;
}

bool cutter_ask(struct cutter *c, int picture_fd, int page_width, struct box box,
		void *what)
{
	struct order o = {.page_width = page_width, .box = box};
	struct err err;

	while (o.slot < CUTTER_MAX_WAITING && c->waiting[o.slot])
		o.slot++;
	if (o.slot == CUTTER_MAX_WAITING)
		return false;
	if (sock_send(c->sock, &o, sizeof(o), &picture_fd, 1, &err) != RC_OK)
		die("the cutter is gone: %s", err.text);
	c->waiting[o.slot] = what;
	return true;
}

int cutter_fd(const struct cutter *c)
{
	return c->sock;
}

static bool is_answer(const struct cutter *c, size_t len)
{
	const struct answer *head = &c->message.head;

	return len >= sizeof(*head) && head->slot < CUTTER_MAX_WAITING &&
	       c->waiting[head->slot] && head->len == len - sizeof(*head);
}

void cutter_collect(struct cutter *c)
{
	size_t len = sizeof(c->message);
	struct err err;

	if (sock_recv(c->sock, &c->message, &len, NULL, NULL, 0, &err) != RC_OK)
		return;
	if (len == 0)
		die("the cutter is gone");
	/* A child that was broken into may say anything, but to us alone. */
	if (!is_answer(c, len))
		return;
	void *what = c->waiting[c->message.head.slot];
	c->waiting[c->message.head.slot] = NULL;
	c->done(c->ctx, what, c->message.head.len ? c->message.bytes : NULL,
		c->message.head.len);
}
