/* What the desk keeps of what the business said. */
#include "daemon/desk/answers.h"
#include "testing.h"

#include <stdlib.h>
#include <string.h>

/* A business that counts how often it is asked, and objects with that number. */
struct business_of_test {
	int asked;
	enum rc rc;
};

static enum rc object(void *ctx, const struct doc *doc, const char *const *checks,
		      size_t n_checks, struct business *said, struct err *err)
{
	struct business_of_test *own = ctx;

	(void)checks;
	(void)n_checks;
	own->asked++;
	if (own->rc != RC_OK)
		return err_set(err, own->rc, "nobody there");
	*arena_push(doc->arena, said->objections, said->n_objections,
		    said->cap_objections) =
		(struct objection){"duplicate", "number",
				   arena_printf(doc->arena, "answer %d", own->asked)};
	*arena_push(doc->arena, said->proposals, said->n_proposals,
		    said->cap_proposals) =
		(struct proposal){"lines/account", "4711", 2, "from the order"};
	return RC_OK;
}

struct scene {
	struct answers *answers;
	struct business_of_test business;
	struct lookup inner;
};

static int open_scene(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	scene->answers = answers_new();
	scene->inner = (struct lookup){.ctx = &scene->business, .ask = object};
	*state = scene;
	return 0;
}

static int close_scene(void **state)
{
	struct scene *scene = *state;

	answers_free(&scene->answers);
	assert_null(scene->answers);
	free(scene);
	return 0;
}

struct question {
	const char *id, *type, *path, *value, *other; /* other: another reading */
	int line;
};
static const struct question usual = {"d1", "invoice", "number", "17", NULL, 0};

static struct doc *document(struct arena *arena, const struct question *q)
{
	struct doc *doc = doc_new(arena);
	struct field *field = doc_add_field(doc, q->path, q->line);

	doc->id = q->id;
	doc->type = q->type;
	field->value = q->value;
	if (q->other) {
		field->alternatives = arena_alloc(arena, sizeof(*field->alternatives));
		field->alternatives[0].text = q->other;
		field->n_alternatives = 1;
	}
	return doc;
}

static const char *answer(struct scene *scene, const struct question *q,
			  const char *check, struct arena *arena)
{
	struct lookup *lookup = answers_over(scene->answers, &scene->inner, arena);
	struct business said = {0};
	struct err err;

	if (lookup->ask(lookup->ctx, document(arena, q), &check, 1, &said, &err) !=
	    RC_OK)
		return arena_strdup(arena, err.text);
	assert_int_equal(said.n_objections, 1);
	assert_string_equal(said.objections[0].check, "duplicate");
	assert_string_equal(said.objections[0].fields, "number");
	assert_int_equal(said.n_proposals, 1);
	assert_string_equal(said.proposals[0].path, "lines/account");
	assert_string_equal(said.proposals[0].value, "4711");
	assert_int_equal(said.proposals[0].line, 2);
	assert_string_equal(said.proposals[0].why, "from the order");
	return said.objections[0].text;
}

static void the_same_question_is_asked_once(void **state)
{
	AUTO_ARENA arena = arena_new();

	assert_string_equal(answer(*state, &usual, "duplicate", arena), "answer 1");
	assert_string_equal(answer(*state, &usual, "duplicate", arena), "answer 1");
}

static void what_differs_in_anything_is_another_question(void **state)
{
	static const struct question others[] = {
		{"d2", "invoice", "number", "17", NULL, 0},
		{"d1", "receipt", "number", "17", NULL, 0},
		{"d1", "invoice", "order", "17", NULL, 0},
		{"d1", "invoice", "number", "18", NULL, 0},
		{"d1", "invoice", "number", "17", "71", 0},
		{"d1", "invoice", "number", "17", NULL, 1},
		{"d1", "invoice", "number", NULL, NULL, 0},
	};
	AUTO_ARENA arena = arena_new();
	struct scene *scene = *state;

	answer(scene, &usual, "duplicate", arena);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		answer(scene, &others[i], "duplicate", arena);
		assert_int_equal(scene->business.asked, (int)i + 2);
	}
	answer(scene, &usual, "tax-rate", arena);
	assert_int_equal(scene->business.asked, 9);
}

static void what_could_not_be_asked_is_asked_again(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct scene *scene = *state;

	scene->business.rc = RC_RETRY;
	assert_string_equal(answer(scene, &usual, "duplicate", arena), "nobody there");
	scene->business.rc = RC_OK;
	assert_string_equal(answer(scene, &usual, "duplicate", arena), "answer 2");
}

static void the_oldest_makes_room(void **state)
{
	AUTO_ARENA arena = arena_new();
	struct scene *scene = *state;

	for (int i = 0; i < 600; i++) {
		struct question q = usual;
		q.value = arena_printf(arena, "%d", i);
		answer(scene, &q, "duplicate", arena);
	}
	assert_int_equal(scene->business.asked, 600);
}

int main(void)
{
#define IN_A_SCENE(test) cmocka_unit_test_setup_teardown(test, open_scene, close_scene)
	const struct CMUnitTest tests[] = {
		IN_A_SCENE(the_same_question_is_asked_once),
		IN_A_SCENE(what_differs_in_anything_is_another_question),
		IN_A_SCENE(what_could_not_be_asked_is_asked_again),
		IN_A_SCENE(the_oldest_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
