/* page_cache.c - keeps what the reader gave of a file, so that work on the stages after
 * it need not wait for OCR.
 *
 * DIR/<sha256 of the file>-<DOC_PACK_VERSION>.pages holds doc_pack_fields, a count
 * (u32) and so many doc_pack_page. Written under another name and renamed, so a file
 * there is whole; one that can't be unpacked is an error, not a miss, because it would
 * hide that the cache is of another program. */
#include "evaluate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pack.h"
#include "proc.h"

enum { FILE_BYTES_MAX = 512 * 1024 * 1024, PAGE_MIN_BYTES = 40 };

static const char *cache_path(struct arena *arena, const char *dir, const char *sha256)
{
	return arena_printf(arena, "%s/%s-%d.pages", dir, sha256, DOC_PACK_VERSION);
}

static enum rc unpack(struct unpack *u, struct doc *doc, struct err *err)
{
	enum rc rc = doc_unpack_fields(u, doc, err);
	size_t n = unpack_count(u, PAGE_MIN_BYTES);

	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = doc_unpack_page(u, doc->arena, doc_add_page(doc), err);
	if (rc == RC_OK && !unpack_ok(u))
		rc = err_set(err, RC_FAIL, "it does not end where it should");
	return rc;
}

enum rc page_cache_get(const char *dir, const char *sha256, struct doc *doc, bool *hit,
		       struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	const char *path = cache_path(scratch, dir, sha256);
	struct unpack u;
	char *bytes;
	size_t len;

	*hit = false;
	if (access(path, F_OK) < 0)
		return RC_OK;
	if (file_read(AT_FDCWD, path, FILE_BYTES_MAX, scratch, &bytes, &len, err) !=
	    RC_OK)
		return RC_FAIL;
	unpack_init(&u, bytes, len);
	if (unpack(&u, doc, err) != RC_OK)
		return err_wrap(err, RC_FAIL, "%s (remove it)", path);
	*hit = true;
	return RC_OK;
}

enum rc page_cache_put(const char *dir, const char *sha256, const struct doc *doc,
		       struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	const char *path = cache_path(scratch, dir, sha256);
	const char *temp = arena_printf(scratch, "%s.%d.tmp", path, (int)getpid());
	struct pack p;
	bool written;

	pack_init(&p, scratch);
	doc_pack_fields(&p, doc);
	pack_u32(&p, (uint32_t)doc->n_pages);
	for (size_t i = 0; i < doc->n_pages; i++)
		doc_pack_page(&p, doc->pages[i]);
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return err_errno(err, RC_FAIL, "make %s", dir);
	{
		AUTO_FD fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

		written = fd >= 0 && fd_write_all(fd, p.bytes, p.len);
	}
	if (!written || rename(temp, path) < 0) {
		enum rc rc = err_errno(err, RC_FAIL, "write %s", path);

		unlink(temp);
		return rc;
	}
	return RC_OK;
}
