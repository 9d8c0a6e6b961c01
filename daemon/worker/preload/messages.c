/* messages.c - has a PDF tool say each thing once.
 *
 * Poppler complains anew about the same colour profile or font each time that a page
 * refers to it, at times hundreds of times a page, and each complaint wakes the
 * launcher, which keeps the last line. So a line that is the last one over again is
 * not written; whatever else it says comes out as it would. */
#include "messages.h"

#include <stdio.h>
#include <string.h>

/* error(): enum ErrorCategory and Goffset of Error.h. */
typedef void error_callback(int category, long long position, const char *text);
void _Z16setErrorCallbackPFv13ErrorCategoryxPKcE(error_callback *to)
	__attribute__((weak));

/* In the order of the enumeration. */
static const char *const categories[] = {
	"Syntax Warning",	 "Syntax Error",  "Config Error",
	"Command Line Error",	 "I/O Error",	  "Permission Error",
	"Unimplemented Feature", "Internal Error"};

static void say(int category, long long position, const char *text)
{
	static char last[512];
	char line[512];
	const char *what = category >= 0 && category < (int)(sizeof(categories) /
							     sizeof(*categories))
				   ? categories[category]
				   : "Error";
	if (position >= 0)
		snprintf(line, sizeof(line), "%s (%lld): %s\n", what, position, text);
	else
		snprintf(line, sizeof(line), "%s: %s\n", what, text);
	if (strcmp(line, last) == 0)
		return;
	memcpy(last, line, sizeof(last));
	fputs(line, stderr);
}

void messages_begin(void)
{
	if (_Z16setErrorCallbackPFv13ErrorCategoryxPKcE)
		_Z16setErrorCallbackPFv13ErrorCategoryxPKcE(say);
}
