/* proof.c - something tried in a child while its parent goes on.
 *
 * The verdict is the child's return code and sentence, written whole into a pipe; no
 * verdict, however that came about, is a failure. So the only way to RC_OK is that the
 * function was called, came back and said so. */
#include "proof.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

struct verdict {
	enum rc rc;
	char text[sizeof(((struct err *)0)->text)];
};

static _Noreturn void child(pid_t parent, int out,
			    enum rc (*prove)(void *ctx, struct err *err), void *ctx)
{
	struct verdict verdict = {.rc = RC_FAIL};
	struct err err = {0};
	prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != parent) /* it was dead before we asked */
		_exit(1);
	verdict.rc = prove(ctx, &err);
	memcpy(verdict.text, err.text, sizeof(verdict.text));
	_exit(fd_write_all(out, &verdict, sizeof(verdict)) ? 0 : 1);
}

enum rc proof_begin(struct proof *out, enum rc (*prove)(void *ctx, struct err *err),
		    void *ctx, struct err *err)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, RC_RETRY, "pipe for the self-test");
	AUTO_FD theirs = ends[1];
	pid_t parent = getpid();
	*out = (struct proof){.pid = fork(), .verdict_fd = ends[0]};
	if (out->pid == 0)
		child(parent, theirs, prove, ctx);
	if (out->pid > 0)
		return RC_OK;
	fd_close(&out->verdict_fd);
	return err_errno(err, RC_RETRY, "fork the self-test");
}

enum rc proof_end(struct proof *proof, struct err *err)
{
	struct verdict verdict;
	size_t len = 0;
	ssize_t n;
	while (len < sizeof(verdict) &&
	       ((n = read(proof->verdict_fd, (char *)&verdict + len,
			  sizeof(verdict) - len)) > 0 ||
		(n < 0 && errno == EINTR)))
		len += n > 0 ? (size_t)n : 0;
	fd_close(&proof->verdict_fd);
	int status = 0;
	while (waitpid(proof->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (len < sizeof(verdict) && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return err_set(err, RC_RETRY, "the self-test was killed from outside");
	if (len < sizeof(verdict))
		return err_set(err, RC_FAIL, "the self-test ended in the middle");
	if (verdict.rc == RC_OK)
		return RC_OK;
	return err_set(err, verdict.rc, "%.*s", (int)sizeof(verdict.text) - 1,
		       verdict.text);
}
