/*
 * Writes the carriers of a context: multipart/mixed (RFC 2046, RFC 5621) and
 * User-to-User in hexadecimal (RFC 7433).
 */
#define _GNU_SOURCE     /* memmem() */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "body.h"

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{ ".vcon.gz", "application/vcon+gzip" },
	{ ".vcon",    "application/vcon" },
	{ ".jws",     "application/vcon" },
	{ ".json",    "application/json" },
	{ ".txt",     "text/plain" },
};


/* A signed vCon looks like JSON, but its type is that of what it signs */
static bool is_signed(const struct mbuf *mb)
{
	static const char payload[] = "\"payload\"", sigs[] = "\"signatures\"";

	return memmem(mb->buf, mb->end, payload, sizeof(payload) - 1) &&
		memmem(mb->buf, mb->end, sigs, sizeof(sigs) - 1) &&
		!memmem(mb->buf, mb->end, "\"parties\"", 9);
}


/* The media type that a file's name stands for; NULL when none is known */
const char *context_type(const char *path)
{
	size_t n = strlen(path), i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t e = strlen(types[i].ending);

		if (n > e && !strcmp(path + n - e, types[i].ending))
			return types[i].type;
	}

	return NULL;
}


/*
 * Reads a file. The caller frees cf->mb with mem_deref(). Errors: what fopen
 * says, EIO, EFBIG, and ENOTSUP for a name that stands for no media type.
 */
int context_load(struct context_file *cf, const char *path)
{
	uint8_t buf[65536];
	struct mbuf *mb = NULL;
	FILE *f = NULL;
	size_t n;
	int err = 0;

	cf->path = path;
	cf->type = context_type(path);
	if (!cf->type)
		return ENOTSUP;

	f = fopen(path, "rb");
	if (!f)
		return errno;
	mb = mbuf_alloc(sizeof(buf));
	if (!mb) {
		err = ENOMEM;
		goto out;
	}
	while (!err && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		err = mb->end + n > CONTEXT_MAX ? EFBIG
			: mbuf_write_mem(mb, buf, n);
	if (!err && ferror(f))
		err = EIO;
	if (err)
		goto out;

	mb->pos = 0;
	cf->mb = mem_ref(mb);
	if (!strcmp(cf->type, "application/json") && is_signed(mb))
		cf->type = "application/vcon";
out:
	mem_deref(mb);
	fclose(f);
	return err;
}


static bool part_has(const struct mbuf *mb, const char *boundary)
{
	return memmem(mb->buf, mb->end, boundary, strlen(boundary)) != NULL;
}


/* A boundary that none of the parts contains */
static void boundary_make(char *buf, size_t size, const struct mbuf *sdp,
			  const struct context_file *cfv, size_t cfc)
{
	bool taken = true;
	size_t i;

	while (taken) {
		(void)re_snprintf(buf, size, "baton-%08x%08x", rand_u32(),
				  rand_u32());
		taken = part_has(sdp, buf);
		for (i = 0; i < cfc && !taken; i++)
			taken = part_has(cfv[i].mb, buf);
	}
}


/*
 * The SDP and behind it each context as a part of its own, that a phone may
 * leave aside. Both results are freed with mem_deref(). ENOMEM.
 */
int body_multipart(struct mbuf **mbp, char **ctypep, struct mbuf *sdp,
		   const struct context_file *cfv, size_t cfc)
{
	char boundary[32];
	struct mbuf *mb = mbuf_alloc(4096);
	char *ctype = NULL;
	size_t i;
	int err;

	if (!mb)
		return ENOMEM;

	boundary_make(boundary, sizeof(boundary), sdp, cfv, cfc);
	err = re_sdprintf(&ctype, "multipart/mixed;boundary=%s", boundary);

	err |= mbuf_printf(mb, "--%s\r\n"
			   "Content-Type: application/sdp\r\n"
			   "\r\n", boundary);
	err |= mbuf_write_mem(mb, sdp->buf, sdp->end);
	for (i = 0; i < cfc; i++) {
		err |= mbuf_printf(mb, "\r\n--%s\r\n"
				   "Content-Type: %s\r\n"
				   "Content-Disposition: "
				   "render;handling=optional\r\n"
				   "\r\n", boundary, cfv[i].type);
		err |= mbuf_write_mem(mb, cfv[i].mb->buf, cfv[i].mb->end);
	}
	err |= mbuf_printf(mb, "\r\n--%s--\r\n", boundary);
	if (err) {
		err = ENOMEM;
		goto out;
	}

	mb->pos = 0;
	*mbp = mem_ref(mb);
	*ctypep = mem_ref(ctype);
out:
	mem_deref(ctype);
	mem_deref(mb);
	return err;
}


/* One User-to-User header for each context, appended to @headers. ENOMEM */
int body_uui(struct mbuf *headers, const struct context_file *cfv, size_t cfc)
{
	size_t i, k;
	int err = 0;

	for (i = 0; i < cfc && !err; i++) {
		err = mbuf_write_str(headers, "User-to-User: ");
		for (k = 0; k < cfv[i].mb->end && !err; k++)
			err = mbuf_printf(headers, "%02x", cfv[i].mb->buf[k]);
		if (!err)
			err = mbuf_write_str(headers, ";encoding=hex\r\n");
	}

	return err;
}
