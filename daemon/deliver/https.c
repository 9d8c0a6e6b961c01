/* https.c - pushes a document to an HTTPS address; the only file that sees libcurl.
 *
 * POST with the file as body. Headers: Idempotency-Key (document:revision, the same for
 * every repeat), Intray-Control-Number, -Type, -Action, -Replaces, -Replaces-Number,
 * -Flags, -SHA256, -PDF (a link to its pages). Certificates and names are checked,
 * always; redirects are not followed, since they could lead a claim to anybody. An
 * answer is a status and, if the ERP wants to say more, a JSON object: answer, number,
 * amount, class, code, text.
 *
 * Without such words 2xx means "we have it" and 422 "its data are wrong"; everything
 * else (409 too: a repeat is still being worked on) means "again later". So an ERP that
 * is down, a proxy's error page or a wrong password never sends a document back to
 * people. Of an answer no more than its beginning is read; when that is not all, its
 * words are not known, and its status alone says what it means: asking again would get
 * as much again. That is put on record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <jansson.h>

#include "proc.h"
#include "push.h"
#include "text.h"

enum { ANSWER_MAX = 64 * 1024, WORDS_MAX = 200, CONNECT_TIMEOUT_MS = 10000 };

static void curl_auto(CURL **curl)
{
	curl_easy_cleanup(*curl);
}
#define AUTO_CURL __attribute__((cleanup(curl_auto))) CURL *

static void headers_auto(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}
#define AUTO_HEADERS __attribute__((cleanup(headers_auto))) struct curl_slist *

/* --- what it means ------------------------------------------------------------ */

static const char *word(const json_t *said, const char *name, struct arena *arena)
{
	const json_t *value = json_object_get(said, name);
	char *number =
		json_is_number(value) ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
	const char *text = number ? number : json_string_value(value);
	const char *copy = text ? text_clean(arena, text, strlen(text)) : NULL;

	free(number);
	return copy && *copy ? copy : NULL;
}

static struct push_words words_of(const json_t *said, struct arena *arena)
{
	return (struct push_words){
		.answer = word(said, "answer", arena),
		.number = word(said, "number", arena),
		.amount = word(said, "amount", arena),
		.class = word(said, "class", arena),
		.code = word(said, "code", arena),
		.text = word(said, "text", arena),
	};
}

/* What the status alone says is filled in where the ERP said nothing. False: again
 * later. */
static bool complete(struct push_words *words, long status, struct arena *arena)
{
	bool good = status >= 200 && status < 300;

	if (words->class && strcmp(words->class, "technical") == 0)
		return false;
	if (good && !words->answer)
		words->answer = words->class	? "refused"
				: words->number ? "posted"
						: "acknowledged";
	if (!good) {
		words->answer = "refused";
		if (!words->class && status == 422)
			words->class = "data";
		if (!words->code)
			words->code = arena_printf(arena, "%ld", status);
	}
	return good || words->class;
}

static const char *why_later(const struct push_words *words, long status,
			     struct arena *arena)
{
	return arena_printf(arena, "the ERP answered %ld%s%.*s", status,
			    words->text ? ": " : "", WORDS_MAX,
			    words->text ? words->text : "");
}

void https_judge(const struct http_reply *reply, bool taken_back, struct arena *arena,
		 struct push_result *out)
{
	long status = reply->status;
	json_t *said = status && !reply->cut
			       ? json_loadb(reply->body, reply->len, 0, NULL)
			       : NULL;
	struct push_words answer = words_of(said, arena);

	json_decref(said);
	*out = (struct push_result){.verdict = PUSH_LATER, .words = reply->words};
	if (!status)
		return;
	if (reply->cut)
		answer.note =
			arena_printf(arena,
				     "its answer (%ld) was longer than %d KB: only "
				     "the status was heeded",
				     status, ANSWER_MAX / 1024);
	out->words = why_later(&answer, status, arena);
	if (taken_back) {
		if (status >= 200 && status < 300)
			out->verdict = PUSH_TOLD;
	} else if (complete(&answer, status, arena)) {
		out->verdict = PUSH_ANSWERED;
		out->answer = push_answer(arena, &answer);
	}
}

/* --- sending ------------------------------------------------------------------ */

struct reply {
	struct strbuf body;
	bool cut;
};

/* Enough is enough: a number that is not taken ends the transfer. */
static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct reply *reply = ctx;
	size_t room = ANSWER_MAX - reply->body.len, len = size * n;

	reply->cut = len > room;
	strbuf_add_n(&reply->body, bytes, reply->cut ? room : len);
	return reply->cut ? 0 : len;
}

static void add_header(struct curl_slist **list, struct arena *arena, const char *name,
		       const char *value)
{
	struct curl_slist *more;

	if (!value || !*value)
		return;
	more = curl_slist_append(*list, arena_printf(arena, "%s: %s", name, value));
	if (!more)
		die("out of memory");
	*list = more;
}

/* Read for every document, so that it can be changed without a restart. */
static bool add_token(struct curl_slist **list, const struct door *door,
		      struct arena *arena, struct push_result *out)
{
	struct err err;
	char *token;
	size_t len;

	if (!door->settings->token)
		return true;
	if (file_read(-1, door->settings->token, 8192, arena, &token, &len, &err) !=
	    RC_OK) {
		out->words = arena_printf(arena, "token: %s", err.text);
		return false;
	}
	add_header(list, arena, "Authorization",
		   arena_printf(arena, "Bearer %s", text_clean(arena, token, len)));
	return true;
}

static void add_headers(struct curl_slist **list, const struct push *push,
			struct arena *arena)
{
	const struct offer *o = push->offer;
	const struct offer_file *file = push->file;

	add_header(list, arena, "Content-Type",
		   file ? file->mime : "application/octet-stream");
	add_header(list, arena, "Idempotency-Key",
		   arena_printf(arena, "%s:%d%s", o->document, o->revision,
				file ? "" : ":withdraw"));
	add_header(list, arena, "Intray-Control-Number", o->control_number);
	add_header(list, arena, "Intray-Type", o->type);
	add_header(list, arena, "Intray-Action", o->action);
	add_header(list, arena, "Intray-Replaces", o->replaces);
	add_header(list, arena, "Intray-Replaces-Number", o->replaces_number);
	add_header(list, arena, "Intray-Flags", o->flags);
	add_header(list, arena, "Intray-SHA256", file ? file->sha256 : NULL);
	add_header(list, arena, "Intray-PDF", push->paper ? push->paper->link : NULL);
}

static void set_up(CURL *curl, const struct door *door, const struct offer_file *file,
		   struct curl_slist *headers, struct reply *reply, char *complaint)
{
	const struct door_settings *s = door->settings;

	curl_easy_setopt(curl, CURLOPT_URL, s->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (s->authority)
		curl_easy_setopt(curl, CURLOPT_CAINFO, s->authority);
	if (s->certificate) {
		curl_easy_setopt(curl, CURLOPT_SSLCERT, s->certificate);
		curl_easy_setopt(curl, CURLOPT_SSLKEY, s->key);
	}
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, s->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_POST, 1L);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, file ? file->bytes : "");
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)(file ? file->len : 0));
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, complaint);
}

void https_push(struct door *door, const struct push *push, struct arena *arena,
		struct push_result *out)
{
	AUTO_CURL curl = curl_easy_init();
	AUTO_HEADERS headers = NULL;
	struct reply reply = {.cut = false};
	char complaint[CURL_ERROR_SIZE] = "";
	struct http_reply heard = {0};

	if (!curl)
		die("no libcurl");
	*out = (struct push_result){.verdict = PUSH_LATER};
	if (!add_token(&headers, door, arena, out))
		return;
	strbuf_init(&reply.body, arena);
	add_headers(&headers, push, arena);
	set_up(curl, door, push->file, headers, &reply, complaint);
	CURLcode code = curl_easy_perform(curl);
	if (code == CURLE_OK || reply.cut)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &heard.status);
	heard.body = reply.body.text;
	heard.len = reply.body.len;
	heard.cut = reply.cut;
	heard.words = arena_strdup(arena,
				   complaint[0] ? complaint : curl_easy_strerror(code));
	https_judge(&heard, !push->file, arena, out);
}
