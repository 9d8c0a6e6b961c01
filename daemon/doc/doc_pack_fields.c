/* doc_pack_fields.c - all of a document but its pages as flat bytes.
 *
 * As with pages, unpacking gives what keeps the promises of doc.h or fails. What was
 * unpacked before a fault stays in the document; the caller gives up on it as a whole.
 */
#include "doc_parts.h"

enum { /* what one takes at least: no count may promise more than the bytes can hold */
       FIELD_MIN_BYTES = 4 + 1 + 4 + 4 + 4 + 4 + 16 + 1 + 4 + 1 + 4 + 4,
       FINDING_MIN_BYTES = 4 + 1 + 1 + 1 + 4 + 4,
       LINES_MAX = 1000000,
};

static void pack_field(struct pack *p, const struct field *field)
{
	pack_str(p, field->path);
	pack_i32(p, field->line);
	pack_clean(p, field->raw);
	pack_clean(p, field->value);
	pack_i32(p, field->page);
	pack_box(p, field->box, COORDINATE_MAX, COORDINATE_MAX);
	pack_u8(p, (uint8_t)field->source);
	pack_confidence(p, field->confidence);
	pack_u8(p, field->accepted);
	pack_clean(p, field->why);
	pack_alternatives(p, field->alternatives, field->n_alternatives);
}

static void unpack_field(struct unpack *u, struct arena *arena, struct field *out)
{
	out->path = unpack_path(u, arena);
	out->line = unpack_int(u, 0, LINES_MAX);
	out->raw = unpack_clean(u, arena);
	out->value = unpack_clean(u, arena);
	out->page = unpack_int(u, 0, PAGES_MAX);
	out->box = unpack_box(u, COORDINATE_MAX, COORDINATE_MAX);
	out->source = (enum source)unpack_byte(u, SOURCE_DERIVED);
	out->confidence = unpack_confidence(u);
	out->accepted = unpack_byte(u, 1) == 1;
	out->why = unpack_clean(u, arena);
	out->alternatives = unpack_alternatives(u, arena, &out->n_alternatives);
}

static void pack_finding(struct pack *p, const struct finding *finding)
{
	pack_str(p, finding->code);
	pack_u8(p, (uint8_t)finding->kind);
	pack_u8(p, (uint8_t)finding->severity);
	pack_clean(p, finding->text);
	pack_u32(p, (uint32_t)finding->n_fields);
	for (size_t i = 0; i < finding->n_fields; i++)
		pack_str(p, finding->fields[i]);
}

static void unpack_finding(struct unpack *u, struct arena *arena, struct finding *out)
{
	out->code = unpack_token(u, arena, "");
	out->kind = (enum finding_kind)unpack_byte(u, FINDING_DOCUMENT);
	out->severity = (enum severity)unpack_byte(u, SEVERITY_STOP);
	out->text = unpack_text(u, arena);
	out->n_fields = unpack_count(u, 4 + 1);
	out->fields = arena_alloc_n(arena, out->n_fields, sizeof(*out->fields));
	for (size_t i = 0; i < out->n_fields; i++)
		out->fields[i] = unpack_path(u, arena);
}

void doc_pack_fields(struct pack *p, const struct doc *doc)
{
	pack_version(p);
	pack_str(p, doc->format);
	pack_i32(p, doc->pages_in_file);
	pack_u8(p, doc->structured);
	pack_str(p, doc->type);
	pack_confidence(p, doc->type_confidence);
	pack_u32(p, (uint32_t)doc->n_fields);
	for (size_t i = 0; i < doc->n_fields; i++)
		pack_field(p, &doc->fields[i]);
	pack_u32(p, (uint32_t)doc->n_findings);
	for (size_t i = 0; i < doc->n_findings; i++)
		pack_finding(p, &doc->findings[i]);
}

/* A lawful field or finding may stand twice in hostile bytes; the first one counts. */
static void take_field(struct doc *doc, const struct field *field)
{
	if (!doc_field(doc, field->path, field->line))
		*arena_push(doc->arena, doc->fields, doc->n_fields, doc->cap_fields) =
			*field;
}

enum rc doc_unpack_fields(struct unpack *u, struct doc *doc, struct err *err)
{
	struct field field;
	struct finding finding;
	size_t n;

	if (unpack_version(u, err) != RC_OK)
		return RC_FAIL;
	doc->format = unpack_name(u, doc->arena);
	doc->pages_in_file = unpack_int(u, 0, PAGES_MAX);
	doc->structured = unpack_byte(u, 1) == 1;
	doc->type = unpack_name(u, doc->arena);
	doc->type_confidence = unpack_confidence(u);
	n = unpack_count(u, FIELD_MIN_BYTES);
	for (size_t i = 0; i < n && !u->failed; i++) {
		field = (struct field){0};
		unpack_field(u, doc->arena, &field);
		if (!u->failed)
			take_field(doc, &field);
	}
	n = unpack_count(u, FINDING_MIN_BYTES);
	for (size_t i = 0; i < n && !u->failed; i++) {
		finding = (struct finding){0};
		unpack_finding(u, doc->arena, &finding);
		if (!u->failed)
			*arena_push(doc->arena, doc->findings, doc->n_findings,
				    doc->cap_findings) = finding;
	}
	if (u->failed)
		return err_set(err, RC_FAIL, "packed fields are wrong");
	return RC_OK;
}
