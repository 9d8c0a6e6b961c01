/* The API is what openapi.json says: every route is described, nothing else is, and
 * what needs no session says so. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>

#include "daemon/desk/assets.h"
#include "daemon/desk/desk.h"
#include "testing.h"

static json_t *description(void)
{
	for (const struct asset *a = assets; a->name; a++)
		if (strcmp(a->name, "openapi.json") == 0)
			return json_loads(a->text, 0, NULL);
	return NULL;
}

static const json_t *operation_of(const json_t *paths, const struct route *route)
{
	char method[16] = "";

	for (size_t i = 0; route->method[i] && i < sizeof(method) - 1; i++)
		method[i] = (char)(route->method[i] | 0x20);
	return json_object_get(json_object_get(paths, route->path), method);
}

static void every_route_is_described(void **state)
{
	(void)state;
	json_t *api = description();
	const json_t *paths = json_object_get(api, "paths");

	assert_non_null(paths);
	for (const struct route *r = routes; r->method; r++) {
		const json_t *operation = operation_of(paths, r);
		if (!operation)
			fail_msg("openapi.json lacks %s %s", r->method, r->path);
		const json_t *security = json_object_get(operation, "security");
		if ((r->who == ANYBODY) != (security && json_array_size(security) == 0))
			fail_msg("%s %s: who may call it is described otherwise",
				 r->method, r->path);
	}
	json_decref(api);
}

static void nothing_else_is_described(void **state)
{
	(void)state;
	json_t *api = description(), *path, *operation;
	const char *path_name, *method;
	size_t described = 0, there = 0;

	json_object_foreach(json_object_get(api, "paths"), path_name, path)
		json_object_foreach(path, method, operation) described++;
	for (const struct route *r = routes; r->method; r++)
		there++;
	assert_int_equal(described, there);
	json_decref(api);
}

static void only_signing_in_needs_no_session(void **state)
{
	(void)state;
	for (const struct route *r = routes; r->method; r++)
		if (r->who == ANYBODY)
			assert_string_equal(r->path, "/api/session");
}

static void the_page_has_texts_for_the_same_keys_in_both_languages(void **state)
{
	(void)state;
	json_t *texts[2] = {NULL, NULL}, *value;
	const char *key;

	for (const struct asset *a = assets; a->name; a++) {
		if (strcmp(a->name, "en.json") == 0)
			texts[0] = json_loads(a->text, 0, NULL);
		if (strcmp(a->name, "de.json") == 0)
			texts[1] = json_loads(a->text, 0, NULL);
	}
	assert_non_null(texts[0]);
	assert_non_null(texts[1]);
	json_object_foreach(texts[0], key, value) if (!json_object_get(texts[1], key))
		fail_msg("de.json lacks %s", key);
	assert_int_equal(json_object_size(texts[0]), json_object_size(texts[1]));
	json_decref(texts[0]);
	json_decref(texts[1]);
}

/* t('key') in one of the page's files: what is no constant is not looked at. */
static void check_texts_of(const struct asset *file, const json_t *texts)
{
	for (const char *at = file->text; (at = strstr(at, "t('")); at += 3) {
		char key[64];
		size_t len = strcspn(at + 3, "'");
		if (at > file->text &&
		    (isalnum((unsigned char)at[-1]) || at[-1] == '.'))
			continue;
		if (len >= sizeof(key) || !strchr("),", at[3 + len + 1]))
			continue;
		snprintf(key, sizeof(key), "%.*s", (int)len, at + 3);
		if (!json_object_get(texts, key))
			fail_msg("%s: there is no text \"%s\"", file->name, key);
	}
}

static void every_text_that_the_page_asks_for_is_there(void **state)
{
	json_t *texts = NULL;

	(void)state;
	for (const struct asset *a = assets; a->name; a++)
		if (strcmp(a->name, "en.json") == 0)
			texts = json_loads(a->text, 0, NULL);
	assert_non_null(texts);
	for (const struct asset *a = assets; a->name; a++)
		if (strstr(a->name, ".js") && !strstr(a->name, ".json"))
			check_texts_of(a, texts);
	json_decref(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_is_described),
		cmocka_unit_test(nothing_else_is_described),
		cmocka_unit_test(only_signing_in_needs_no_session),
		cmocka_unit_test(
			the_page_has_texts_for_the_same_keys_in_both_languages),
		cmocka_unit_test(every_text_that_the_page_asks_for_is_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
