/* settings_rows.h - every setting of [intray] and [tray] as a row: how it is read,
 * checked and shown. Private to settings*.c. */
#ifndef INTRAY_SETTINGS_ROWS_H
#define INTRAY_SETTINGS_ROWS_H

#include <stddef.h>

#include "conf.h"
#include "settings.h"

enum setting_type {
	SETTING_TEXT,
	SETTING_PATH, /* absolute; stored without "//" and "/" at its end */
	SETTING_WORD, /* one of `words` */
	SETTING_NUMBER,
	SETTING_SIZE,
	SETTING_DURATION,
};
struct setting {
	const char *key;
	enum setting_type type;
	size_t at;	   /* in the struct */
	long min, max;	   /* numbers, and milliseconds of durations */
	const char *words; /* " a b c " */
};
extern const struct setting intray_settings[], tray_settings[],
	door_settings[]; /* end with a NULL key */

enum rc settings_read_rows(const struct conf *conf, struct conf_section *section,
			   const struct setting *rows, struct arena *arena, void *into,
			   struct err *err);
/* settings_doors.c */
enum rc settings_read_door(const struct conf *conf, struct conf_section *section,
			   struct arena *arena, struct door_settings *out,
			   struct err *err);
enum rc settings_check_door(const struct settings *s, const struct conf *conf,
			    size_t index, struct err *err);
/* Rules that concern several settings at once: settings_rules.c. */
enum rc settings_check_rules(const struct settings *s, const struct conf *conf,
			     struct err *err);

#endif
