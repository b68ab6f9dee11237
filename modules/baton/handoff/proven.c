/**
 * @file proven.c  Signed contexts that came before, and with which call
 *
 * There is nothing in a vCon that ties it to a call, so whoever has a signed
 * one can send it again. That cannot be prevented, but it is told.
 */
#include <stdlib.h>
#include <string.h>
#include "handoff.h"


/* FNV-1a: who signs is trusted, so nobody makes two of the same on purpose */
static uint64_t hash_of(const struct context *ctx)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i;

	if (!ctx->vcon.text)
		return 0;

	for (i=0; i<ctx->vcon.len; i++) {
		hash ^= (unsigned char)ctx->vcon.text[i];
		hash *= UINT64_C(0x100000001b3);
	}

	return hash ? hash : 1;
}


static bool is_uuid(const struct proven *p, const char *uuid)
{
	return p->uuid && uuid && !strcmp(p->uuid, uuid);
}


/* The very same, or where it cannot be told, one of the same uuid */
static bool is_it(const struct proven *p, const char *uuid, uint64_t hash)
{
	return hash && p->hash ? p->hash == hash : is_uuid(p, uuid);
}


static void told(struct desk *desk, struct handoff *ho, unsigned before)
{
	handoff_alert(desk, ho, "context-replayed",
		      "The signed context came with another call before"
		      " (#%u): compare what it says with who is on the line",
		      before);
}


/**
 * Remember a signed context, and tell if it came before: with another call,
 * or with this one, but a newer one of the same uuid came since
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param ctx  The context
 */
void proven_check(struct desk *desk, struct handoff *ho,
		  const struct context *ctx)
{
	const size_t known = desk->provenc < DESK_PROVEN ? desk->provenc
		: DESK_PROVEN;
	const char *uuid = ctx->vcon.uuid;
	struct proven *p, *it = NULL, *other = NULL, *newest = NULL;
	uint64_t hash;
	size_t i;

	if (!ctx->signer)
		return;

	hash = hash_of(ctx);
	if (!hash && !uuid)
		return;

	for (i=0; i<known; i++) {
		p = &desk->provenv[i];

		if (is_it(p, uuid, hash))
			it = p;
		if ((is_it(p, uuid, hash) || is_uuid(p, uuid))
		    && p->handoff != ho->id)
			other = p;
		if (is_uuid(p, uuid)
		    && (!newest || p->number > newest->number))
			newest = p;
	}

	if (other)
		told(desk, ho, other->handoff);
	else if (it && newest && newest != it)
		handoff_alert(desk, ho, "context-replayed",
			      "An older one of the signed contexts of this"
			      " call came again: what it says may have"
			      " changed since");

	if (!it) {
		it = &desk->provenv[desk->provenc++ % DESK_PROVEN];
		free(it->uuid);
		it->uuid = uuid ? strdup(uuid) : NULL;
		it->hash = hash;
	}

	it->handoff = ho->id;
	it->number = ++desk->proven_last;

	/* All of the same uuid are with this call now: told once */
	for (i=0; i<known && other; i++) {
		if (is_uuid(&desk->provenv[i], uuid))
			desk->provenv[i].handoff = ho->id;
	}
}


/**
 * Forget which signed contexts came
 *
 * @param desk Desk
 */
void proven_forget(struct desk *desk)
{
	size_t i;

	for (i=0; i<DESK_PROVEN; i++)
		free(desk->provenv[i].uuid);
}
