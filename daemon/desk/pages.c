/* pages.c - pictures and words of a document's pages.
 *
 * A picture comes from the store, verified against its hash on the way; the reader made
 * it, so no foreign format's bytes ever reach the page. Words come with their boxes in
 * page units, one short array a word, for clicking a word into a field. */
#include <sys/stat.h>
#include <unistd.h>

#include "desk.h"
#include "log.h"

static void send_blob(struct call *call, const char *client, const char *hash,
		      const char *mime)
{
	struct stat stat;
	struct err err;
	int fd;
	enum rc rc = store_get(call->desk->store, client, hash, &fd, &err);

	if (rc != RC_OK) {
		log_error("a page's picture is not in the store", "blob=%s error=%s",
			  hash, err.text);
		call_refuse(call, 404, "this picture is lost");
		return;
	}
	if (fstat(fd, &stat) < 0)
		die("fstat of a memfd");
	request_answer_fd(call->request, mime, fd, (size_t)stat.st_size);
	/* The page keeps it in memory; nothing of it stays on the disk of whoever
	 * looked.
	 */
	request_add_header(call->request, "Cache-Control", "no-store");
}

static void send_picture(struct call *call, bool thumbnail)
{
	const char *client, *blob, *mime;
	struct err err;
	enum rc rc =
		db_page_picture(call->db, call->values[0], call->values[1], thumbnail,
				call->arena, &client, &blob, &mime, &err);

	if (rc == RC_FAIL || (rc == RC_OK && !blob))
		call_refuse(call, 404, "there is no such page");
	else if (rc != RC_OK)
		call_failed(call, rc, &err);
	else
		send_blob(call, client, blob, mime);
}

void pages_picture(struct call *call)
{
	send_picture(call, false);
}

void pages_thumbnail(struct call *call)
{
	send_picture(call, true);
}

/* ["text", x, y, w, h, line] */
static json_t *word_json(const struct word *w)
{
	return json_pack("[s, i, i, i, i, i]", w->text, w->box.x, w->box.y, w->box.w,
			 w->box.h, (int)w->line);
}

void pages_words(struct call *call)
{
	struct page *page;
	struct err err;
	enum rc rc = db_page_words(call->db, call->values[0], call->values[1],
				   call->arena, &page, &err);

	if (rc == RC_FAIL || (rc == RC_OK && !page)) {
		call_refuse(call, 404, "there is no such page");
		return;
	}
	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return;
	}
	json_t *words = json_array();
	for (size_t i = 0; i < page->n_words; i++)
		json_array_append_new(words, word_json(&page->words[i]));
	call_answer_json(call, 200, json_pack("{s:o}", "words", words));
}
