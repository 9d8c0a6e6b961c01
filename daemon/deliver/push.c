/* push.c - one document at a time through a command or to an HTTPS address.
 *
 * An offer is marked as handed over before it is sent, because afterwards nobody knows
 * whether it arrived; what has had no answer is sent again, the same bytes under the
 * same key (document and revision), and the ERP tells a repeat by that. An answer that
 * cannot be true (posted twice under two numbers) is put on record as the door's
 * trouble and loses no document. */
#include "push.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "log.h"

const char *push_answer(struct arena *arena, const struct push_words *words)
{
	json_t *value = json_pack(
		"{s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}", "answer", words->answer,
		"number", words->number, "amount", words->amount, "class", words->class,
		"code", words->code, "text", words->text, "note", words->note);
	char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

	json_decref(value);
	if (!text)
		die("answer: out of memory");
	const char *copy = arena_strdup(arena, text);
	free(text);
	return copy;
}

static enum rc settle(struct door *door, const struct offer *offer,
		      const struct push_result *result, struct err *err)
{
	enum rc rc = RC_OK;

	switch (result->verdict) {
	case PUSH_LATER:
		door_trouble(door, "%s", result->words);
		return outbox_later(door->db, offer, result->words, err);
	case PUSH_TOLD:
		return outbox_told(door->db, offer, err);
	case PUSH_ANSWERED:
		rc = outbox_answer(door->db, offer, result->answer, err);
		break;
	}
	if (rc != RC_FAIL)
		return rc;
	log_warn("an answer cannot be true", "document=%s error=%s",
		 offer->control_number, err->text);
	door_trouble(door, "%s: %s", offer->control_number, err->text);
	return outbox_later(door->db, offer, err->text, err);
}

static void send(struct door *door, const struct push *push, struct arena *arena,
		 struct push_result *out)
{
	if (door->settings->command)
		command_push(door, push, arena, out);
	else
		https_push(door, push, arena, out);
}

/* The files of an offer that was not taken back; what its link leads to is there before
 * the link. */
static enum rc dress(struct door *door, const struct offer *offer, struct push *push,
		     bool *left_out, struct arena *arena, struct err *err)
{
	struct offer_file *files = NULL;
	struct paper *paper = NULL;
	size_t n = 0;
	enum rc rc = dress_offer(door, NULL, offer, arena, &files, &n, left_out, err);

	if (rc == RC_OK && !*left_out && !door->trouble[0])
		rc = paper_put(door, offer, -1, arena, &paper, err);
	push->file = files;
	push->paper = paper;
	return rc;
}

enum rc push_work(struct door *door, bool *did, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct push_result result;
	struct offer offer;
	struct push push = {.offer = &offer};
	bool left_out = false;
	enum rc rc = outbox_next(door->db, door->id, arena, &offer, did, err);

	if (rc != RC_OK || !*did)
		return rc;
	if (strcmp(offer.action, "withdraw") != 0)
		rc = dress(door, &offer, &push, &left_out, arena, err);
	if (rc != RC_OK || left_out || door->trouble[0])
		return rc;
	send(door, &push, arena, &result);
	return settle(door, &offer, &result, err);
}
