/* mail.c - a mail taken apart; the only file that sees GMime.
 *
 * Attachments, pictures within the text and forwarded mails become parts (part.h), in
 * the order in which they stand, so that the same mail always has the same parts by
 * number. A forwarded mail is one part, a mail of its own, and is taken apart when its
 * turn comes. Where no part is taken the mail itself is the document: its text is set
 * as pages (letter.c). Sender and date are noted whatever else happens.
 *
 * Broken MIME gives what can be had of it; damaged transfer coding is noted with the
 * part. GMime is told nothing but bytes, and everything it gives is copied. It must be
 * begun before the jail closes (mail_warm), since what it converts needs libc's tables.
 */
#include "part.h"

#include <gmime/gmime.h>
#include <string.h>

#include "text.h"

enum { DEPTH_MAX = 40 }; /* of multiparts within each other */

void mail_warm(void)
{
	g_mime_init();
	charset_warm();
}

struct mail_walk {
	struct parts parts;
	struct arena *arena;
	char *plain, *html; /* the text of the mail, as the sender wrote it */
	enum rc rc;
	struct err *err;
};

/* --- content ------------------------------------------------------------------ */

static GByteArray *written(bool (*write)(gpointer what, GMimeStream *to), gpointer what)
{
	GMimeStream *stream = g_mime_stream_mem_new();
	GByteArray *bytes = g_byte_array_new();
	g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	(void)write(what, stream);
	g_object_unref(stream);
	return bytes;
}

static bool write_decoded(gpointer part, GMimeStream *to)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	return content && g_mime_data_wrapper_write_to_stream(content, to) >= 0;
}

static bool write_object(gpointer object, GMimeStream *to)
{
	return g_mime_object_write_to_stream(object, NULL, to) >= 0;
}

/* Base64 with something else in it: what it decodes to is not what was sent. */
static bool is_damaged(GMimePart *part)
{
	static const char lawful[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/=\r\n\t ";
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : NULL;
	bool seen[256] = {0};
	char block[8192];
	ssize_t n;

	if (!stream ||
	    g_mime_part_get_content_encoding(part) != GMIME_CONTENT_ENCODING_BASE64)
		return false;
	g_mime_stream_reset(stream);
	while ((n = g_mime_stream_read(stream, block, sizeof(block))) > 0)
		for (ssize_t i = 0; i < n; i++)
			seen[(unsigned char)block[i]] = true;
	g_mime_stream_reset(stream);
	for (int c = 0; c < 256; c++)
		if (seen[c] && !(c && strchr(lawful, c)))
			return true;
	return false;
}

/* --- parts -------------------------------------------------------------------- */

static const char *mime_of(const struct mail_walk *w, GMimeObject *object)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	char *text = type ? g_mime_content_type_get_mime_type(type) : NULL;
	const char *copy = arena_strdup(w->arena, text);
	g_free(text);
	return copy;
}

static const char *name_of(const struct mail_walk *w, GMimeObject *object)
{
	const char *name = GMIME_IS_PART(object)
				   ? g_mime_part_get_filename(GMIME_PART(object))
				   : NULL;
	return arena_strdup(w->arena, name);
}

static bool is_attached(GMimeObject *object)
{
	const char *disposition = g_mime_object_get_disposition(object);
	return disposition && strcasecmp(disposition, "attachment") == 0;
}

/* The first text of each kind is the mail's own. */
static bool take_text(struct mail_walk *w, GMimeObject *object, const GByteArray *bytes)
{
	GMimeContentType *type = g_mime_object_get_content_type(object);
	bool html = g_mime_content_type_is_type(type, "text", "html");
	char **into = html ? &w->html : &w->plain;

	if ((!html && !g_mime_content_type_is_type(type, "text", "plain")) || *into ||
	    is_attached(object))
		return false;
	*into = text_decode(
		w->arena, bytes->data, bytes->len,
		g_mime_object_get_content_type_parameter(object, "charset"));
	return true;
}

static void walk_leaf(struct mail_walk *w, GMimeObject *object)
{
	static const char note[] =
		"Its transfer coding is damaged; it was taken as far as it goes.";
	GMimePart *part = GMIME_PART(object);
	GByteArray *bytes = written(write_decoded, part);
	struct found_part found = {
		.name = name_of(w, object),
		.mime = mime_of(w, object),
		.shown = g_mime_part_get_content_id(part) && !is_attached(object),
		.bytes = bytes->data,
		.len = bytes->len,
		.note_code = is_damaged(part) ? "damaged" : NULL,
		.note = note,
	};
	if (take_text(w, object, bytes))
		w->rc = parts_list(&w->parts, &found, "body", "The text of the mail.",
				   w->err);
	else
		w->rc = parts_add(&w->parts, &found, w->err);
	g_byte_array_free(bytes, TRUE);
}

static void walk_forwarded(struct mail_walk *w, GMimeObject *object)
{
	GMimeMessage *message =
		g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
	struct found_part found = {.mime = "message/rfc822"};
	if (!message) {
		w->rc = parts_problem(&w->parts, &found, "empty",
				      "The mail that is attached here is empty.",
				      w->err);
		return;
	}
	const char *subject = g_mime_message_get_subject(message);
	GByteArray *bytes = written(write_object, message);
	found.name = arena_printf(w->arena, "%s.eml",
				  subject && *subject ? subject : "forwarded");
	found.bytes = bytes->data;
	found.len = bytes->len;
	w->rc = parts_add(&w->parts, &found, w->err);
	g_byte_array_free(bytes, TRUE);
}

static void walk(struct mail_walk *w, GMimeObject *object, int depth)
{
	struct found_part whole = {.mime = mime_of(w, object)};

	if (w->rc != RC_OK || w->parts.over)
		return;
	if (GMIME_IS_MULTIPART_ENCRYPTED(object))
		w->rc = parts_problem(
			&w->parts, &whole, "encrypted",
			"This mail is encrypted: ask its sender for an open one.",
			w->err);
	else if (GMIME_IS_MULTIPART(object) && depth >= DEPTH_MAX)
		w->rc = parts_problem(
			&w->parts, &whole, "nested-too-deep",
			"This mail's parts lie too deep within each other.", w->err);
	else if (GMIME_IS_MULTIPART(object))
		for (int i = 0; i < g_mime_multipart_get_count(GMIME_MULTIPART(object));
		     i++)
			walk(w, g_mime_multipart_get_part(GMIME_MULTIPART(object), i),
			     depth + 1);
	else if (GMIME_IS_MESSAGE_PARTIAL(object))
		w->rc = parts_problem(
			&w->parts, &whole, "part-of-a-mail",
			"This is one piece of a mail that was sent in several.",
			w->err);
	else if (GMIME_IS_MESSAGE_PART(object))
		walk_forwarded(w, object);
	else if (GMIME_IS_PART(object))
		walk_leaf(w, object);
}

/* --- what the mail says of itself ---------------------------------------------- */

static char *clean(struct arena *arena, const char *s)
{
	char *out = s ? text_clean(arena, s, strlen(s)) : NULL;
	size_t len = MAIL_LINE_MAX;
	if (!out || !*out)
		return NULL;
	if (strlen(out) > len) {
		while (((unsigned char)out[len] & 0xc0) == 0x80)
			len--;
		out[len] = '\0';
	}
	return out;
}

/* The day as it is written there; NULL for none, and for one that cannot be. */
static const char *day_of(struct arena *arena, GDateTime *date)
{
	const char *day = NULL;
	if (!date)
		return NULL;
	gint64 ahead = g_date_time_to_unix(date) - g_get_real_time() / G_USEC_PER_SEC;
	if (g_date_time_get_year(date) >= 1990 && ahead < 24 * 3600)
		day = arena_printf(arena, "%04d-%02d-%02d", g_date_time_get_year(date),
				   g_date_time_get_month(date),
				   g_date_time_get_day_of_month(date));
	return day;
}

/* Each server puts its line above those of the servers before it; ours is the first. */
static const char *received_day(struct arena *arena, GMimeMessage *message)
{
	GMimeHeaderList *headers = g_mime_object_get_header_list(GMIME_OBJECT(message));
	GMimeHeader *received = g_mime_header_list_get_header(headers, "Received");
	const char *value = received ? g_mime_header_get_value(received) : NULL;
	const char *semicolon = value ? strrchr(value, ';') : NULL;
	GDateTime *date =
		semicolon ? g_mime_utils_header_decode_date(semicolon + 1) : NULL;
	const char *day = day_of(arena, date);
	if (date)
		g_date_time_unref(date);
	return day ? day : day_of(arena, g_mime_message_get_date(message));
}

static void take_sender(struct arena *arena, GMimeMessage *message, struct mail *mail)
{
	InternetAddressList *from = g_mime_message_get_from(message);
	for (int i = 0; from && i < internet_address_list_length(from); i++) {
		InternetAddress *one = internet_address_list_get_address(from, i);
		if (!INTERNET_ADDRESS_IS_MAILBOX(one))
			continue;
		char *address = clean(arena, internet_address_mailbox_get_addr(
						     INTERNET_ADDRESS_MAILBOX(one)));
		for (char *c = address; c && *c; c++)
			*c = (char)g_ascii_tolower(*c);
		mail->sender = address;
		mail->sender_name = clean(arena, internet_address_get_name(one));
		return;
	}
}

static const struct mail *head_of(struct arena *arena, GMimeMessage *message)
{
	struct mail *mail = arena_alloc(arena, sizeof(*mail));
	take_sender(arena, message, mail);
	mail->subject = clean(arena, g_mime_message_get_subject(message));
	mail->message_id = clean(arena, g_mime_message_get_message_id(message));
	mail->received_on = received_day(arena, message);
	return mail;
}

/* --- the mail as a document ---------------------------------------------------- */

static const char *as_letter(struct mail_walk *w)
{
	const struct mail *mail = w->parts.doc->mail;
	const char *text = w->plain;
	struct strbuf letter;

	/* Many programs send a text part that says nothing but that there is HTML. */
	char *of_html = w->html ? html_text(w->arena, w->html) : NULL;
	if (of_html && (!text || strlen(text) * 2 < strlen(of_html)))
		text = of_html;
	strbuf_init(&letter, w->arena);
	if (mail->sender)
		strbuf_addf(&letter, "From: %s%s<%s>\n",
			    mail->sender_name ? mail->sender_name : "",
			    mail->sender_name ? " " : "", mail->sender);
	if (mail->subject)
		strbuf_addf(&letter, "Subject: %s\n", mail->subject);
	strbuf_add(&letter, "\n");
	for (const char *at = text; at && *at;) { /* lines end as ours do */
		size_t len = strcspn(at, "\r");
		strbuf_add_n(&letter, at, len);
		at += len + (at[len] == '\r');
	}
	return letter.text;
}

static GMimeMessage *parse(const void *bytes, size_t len)
{
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	g_object_unref(parser);
	g_object_unref(stream);
	return message;
}

enum rc mail_read(const struct read_env *env, const void *bytes, size_t len, int first,
		  int last, int max_first_run, struct doc *doc, struct err *err)
{
	/* Of a letter's later pages nobody wants to hear what else was in the mail. */
	struct read_env quiet = *env;
	struct mail_walk w = {.arena = doc->arena, .err = err};
	GMimeMessage *message = parse(bytes, len);

	if (!message)
		return err_set(err, RC_FAIL, "the mail has no head");
	doc->mail = head_of(doc->arena, message);
	if (first > 1)
		quiet.part_done = NULL;
	parts_begin(&w.parts, &quiet, doc);
	GMimeObject *top = g_mime_message_get_mime_part(message);
	if (top)
		walk(&w, top, 0);
	const char *letter = w.parts.taken || w.parts.over ? NULL : as_letter(&w);
	g_object_unref(message);
	if (w.rc != RC_OK || !letter)
		return w.rc;
	return letter_read(env, letter, first, last, max_first_run, doc, err);
}
