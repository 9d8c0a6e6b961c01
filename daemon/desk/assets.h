/* assets.h - the page's files, embedded by daemon/desk/embed.awk. */
#ifndef INTRAY_DESK_ASSETS_H
#define INTRAY_DESK_ASSETS_H

struct asset {
	const char *name; /* "keying.js" */
	const char *text;
};
extern const struct asset assets[]; /* ends with a NULL name */

#endif
