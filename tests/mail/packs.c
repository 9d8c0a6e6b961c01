/* packs.c - containers for tests: ZIP and winmail.dat, the same bytes each time. */
#include "packs.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

struct packing {
	struct strbuf out;
};
static la_ssize_t pack_bytes_out(struct archive *a, void *ctx, const void *bytes,
				 size_t len)
{
	struct packing *p = ctx;
	(void)a;
	strbuf_add_n(&p->out, bytes, len);
	return (la_ssize_t)len;
}

struct blob pack_zip(struct arena *arena, const struct member *members, size_t n)
{
	struct packing p;
	struct archive *a = archive_write_new();
	strbuf_init(&p.out, arena);
	archive_write_set_format_zip(a);
	archive_write_open(a, &p, NULL, pack_bytes_out, NULL);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *entry = archive_entry_new();
		archive_entry_set_pathname(entry, members[i].name);
		archive_entry_set_size(entry, (la_int64_t)members[i].blob.len);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_mtime(entry, 1700000000, 0);
		archive_entry_set_perm(entry, 0644);
		archive_write_header(a, entry);
		archive_write_data(a, members[i].blob.bytes, members[i].blob.len);
		archive_entry_free(entry);
	}
	archive_write_close(a);
	archive_write_free(a);
	return (struct blob){p.out.text, p.out.len};
}

/* Says of its members, in both of their heads, that a password is wanted. */
struct blob pack_lock(struct arena *arena, struct blob plain)
{
	char *bytes = arena_memdup(arena, plain.bytes, plain.len);
	char *directory = memmem(bytes, plain.len, "PK\1\2", 4);
	bytes[6] |= 1;
	directory[8] |= 1;
	return (struct blob){bytes, plain.len};
}

static void put_number(struct strbuf *out, unsigned long v, int size)
{
	for (int i = 0; i < size; i++, v >>= 8)
		strbuf_add_n(out, (char[]){(char)(v & 0xff)}, 1);
}

static void tnef_attribute(struct strbuf *out, int level, unsigned long id,
			   struct blob b)
{
	unsigned long sum = 0;
	put_number(out, (unsigned long)level, 1);
	put_number(out, id, 4);
	put_number(out, b.len, 4);
	strbuf_add_n(out, b.bytes, b.len);
	for (size_t i = 0; i < b.len; i++)
		sum += (unsigned char)b.bytes[i];
	put_number(out, sum & 0xffff, 2);
}

struct blob pack_winmail(struct arena *arena, const struct member *members, size_t n)
{
	struct strbuf out;
	strbuf_init(&out, arena);
	put_number(&out, 0x223e9f78, 4);
	put_number(&out, 1, 2);
	tnef_attribute(&out, 1, 0x00089006, (struct blob){"\0\0\1\0", 4});
	for (size_t i = 0; i < n; i++) {
		tnef_attribute(&out, 2, 0x00069002,
			       (struct blob){"\1\0\0\0\0\0\0\0\0\0\0\0\0\0", 14});
		tnef_attribute(
			&out, 2, 0x00018010,
			(struct blob){members[i].name, strlen(members[i].name) + 1});
		tnef_attribute(&out, 2, 0x0006800f, members[i].blob);
	}
	return (struct blob){out.text, out.len};
}
