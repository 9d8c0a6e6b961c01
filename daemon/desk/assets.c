/* assets.c - serves the page itself: a handful of text files inside the program, so
 * that page and program are never of different versions. A browser asks each time
 * whether its copy is still right (ETag), which costs nothing once the page is loaded.
 */
#include "assets.h"

#include <string.h>

#include "desk.h"
#include "text.h"

static const struct {
	const char *ending, *mime;
} mimes[] = {
	{".html", "text/html; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".json", "application/json; charset=utf-8"},
	{".svg", "image/svg+xml"},
};

static const char *mime_of(const char *name)
{
	for (size_t i = 0; i < sizeof(mimes) / sizeof(*mimes); i++)
		if (text_ends(name, mimes[i].ending))
			return mimes[i].mime;
	return "application/octet-stream";
}

static const struct asset *find(const char *path)
{
	const char *name = strcmp(path, "/") == 0 ? "index.html" : path + 1;

	for (const struct asset *a = assets; a->name; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}

static const char *tag_of(const struct asset *asset, struct arena *arena)
{
	uint64_t sum = 14695981039346656037u;

	for (const char *p = asset->text; *p; p++)
		sum = (sum ^ (unsigned char)*p) * 1099511628211u;
	return arena_printf(arena, "\"%016llx\"", (unsigned long long)sum);
}

bool assets_serve(struct request *request)
{
	const struct asset *asset = find(request->path);
	const char *known = request_header(request, "If-None-Match");

	if (!asset || strcmp(request->method, "GET") != 0)
		return false;
	const char *tag = tag_of(asset, request->arena);
	if (known && strcmp(known, tag) == 0)
		request_answer(request, 304, mime_of(asset->name), "", 0);
	else
		request_answer(request, 200, mime_of(asset->name), asset->text,
			       strlen(asset->text));
	request_add_header(request, "ETag", tag);
	request_add_header(request, "Cache-Control", "no-cache");
	return true;
}
