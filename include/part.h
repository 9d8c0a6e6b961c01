/* part.h - what is found inside of a mail, an archive, a winmail.dat: each thing is a part.
 *
 * A part that may be a document becomes a drop of its own, with the container as its
 * parent; what is none is listed with the reason, and stays where it is, inside the
 * container's bytes. Nothing a container holds is left unsaid. */
#ifndef INTRAY_PART_H
#define INTRAY_PART_H

#include <stdint.h>

enum {
	PARTS_MAX = 2000,	      /* of one container, listed ones too */
	PARTS_BYTES_MAX = 1000000000, /* of its documents together, unpacked */
};

enum part_kind {
	PART_DOCUMENT, /* becomes a drop of its own */
	PART_LISTED,   /* no document: code and text say what it is */
	PART_PROBLEM,  /* cannot be had: becomes a drop that says why */
	PART_KIND_N
};
const char *part_kind_name(enum part_kind kind); /* "document", "listed", "problem" */

struct part {
	int number; /* within its container, from 1, the same at every reading */
	enum part_kind kind;
	const char *name;	/* a label, never a path; clean, never empty */
	const char *mime;	/* as the container says, or NULL */
	const char *code;	/* "signature-image", "encrypted"...; NULL: nothing to say */
	const char *text;	/* the same as a sentence */
	int64_t size;		/* bytes, unpacked; 0 when not known */
	char hash[65];		/* once stored, else "" */
};

enum { MAIL_LINE_MAX = 2000 }; /* bytes of a line of its head; the rest is cut off */

/* What a mail says of itself; each NULL when it does not. */
struct mail {
	const char *sender; /* "billing@acme.example", lower case */
	const char *sender_name;
	const char *subject;
	const char *message_id;
	const char *received_on; /* YYYY-MM-DD: the day its last server wrote, else its Date */
};

#endif
