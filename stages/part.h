/* part.h - unpacking a container: what each thing inside of it is. Private to stages/.
 *
 * mail.c, archive.c and tnef.c take containers apart, each with its library, mailbox.c
 * by hand; what they find comes here, one thing after the other. */
#ifndef INTRAY_STAGES_PART_H
#define INTRAY_STAGES_PART_H

#include "../include/part.h"
#include "read.h"

struct parts {
	const struct read_env *env;
	struct doc *doc;
	int n;		 /* so far, of all kinds */
	int taken;	 /* of them not merely listed */
	long long bytes; /* of what was taken */
	bool over;	 /* a limit was passed, which is a finding: take nothing more */
};

struct found_part {
	const char *name; /* as the container has it: any bytes, may be NULL */
	const char *mime; /* or NULL */
	bool shown;	  /* within a text, as logos are */
	const void *bytes;
	size_t len;
	const char *note_code, *note; /* of what becomes a document all the same; or NULL */
};

void parts_begin(struct parts *parts, const struct read_env *env, struct doc *doc);
/* Decides by content, name and size what it is. */
enum rc parts_add(struct parts *parts, const struct found_part *found, struct err *err);
/* What is decided already: a text, a signature; or something that cannot be had. bytes
 * are not looked at. */
enum rc parts_list(struct parts *parts, const struct found_part *found, const char *code,
		   const char *text, struct err *err);
enum rc parts_problem(struct parts *parts, const struct found_part *found,
		      const char *code, const char *text, struct err *err);
/* A stop for the container as a whole: nothing is taken from it. */
void parts_refuse(struct parts *parts, const char *code, const char *sentence);

/* The containers. What cannot be opened at all is a finding and RC_OK. */
enum rc mail_read(const struct read_env *env, const void *bytes, size_t len, int first,
		  int last, int max_first_run, struct doc *doc, struct err *err);
/* Whether mails follow each other in a file that begins like a mailbox. */
bool mailbox_is_one(const void *bytes, size_t len);
enum rc mailbox_read(const struct read_env *env, const void *bytes, size_t len,
		     struct doc *doc, struct err *err);
enum rc archive_read(const struct read_env *env, const void *bytes, size_t len,
		     struct doc *doc, struct err *err);
enum rc tnef_read(const struct read_env *env, const void *bytes, size_t len,
		  struct doc *doc, struct err *err);

/* charset.c: text in any of the ways people store it, as UTF-8 in the arena. charset: as
 * stated, or NULL. A byte order mark counts more than what is stated, lawful UTF-8 more than
 * anything else that is; what fits nothing is taken for Windows-1252. */
char *text_decode(struct arena *arena, const void *bytes, size_t len, const char *charset);
/* Loads what that needs, before the jail closes. */
void charset_warm(void);

/* html_text.c: what a person would read of a page of HTML: rows as lines, cells apart by
 * blanks. html: UTF-8. */
char *html_text(struct arena *arena, const char *html);

/* letter.c: text as the pages of a letter: words in their places, and a picture of them.
 * Pages first..last go through page_done. */
enum rc letter_read(const struct read_env *env, const char *text, int first, int last,
		    int max_first_run, struct doc *doc, struct err *err);

#endif
