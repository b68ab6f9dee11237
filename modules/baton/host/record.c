/**
 * @file record.c  Legs of the desk and calls of the host, side by side: how
 * one is found by the other
 */
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "record.h"

static struct list list;


/**
 * All records
 *
 * @return The list, for those who go through all
 */
struct list *records(void)
{
	return &list;
}


static void destructor(void *arg)
{
	struct record *rec = arg;

	list_unlink(&rec->le);
	mem_deref(rec->callid);
	mem_deref(rec->ltag);
	mem_deref(rec->rtag);
}


/**
 * Make a record
 *
 * @param recp   Where it goes, free with mem_deref()
 * @param leg    Its leg
 * @param callid Call-ID
 * @param ltag   Our tag, may be empty
 * @param rtag   The peer's tag, may be empty
 *
 * @return 0 if success, otherwise errno
 */
int record_add(struct record **recp, unsigned leg, const char *callid,
	       const char *ltag, const char *rtag)
{
	struct record *rec;
	int err;

	rec = mem_zalloc(sizeof(*rec), destructor);
	if (!rec)
		return ENOMEM;

	err  = str_dup(&rec->callid, callid);
	err |= str_dup(&rec->ltag, ltag);
	err |= str_dup(&rec->rtag, rtag);
	if (err) {
		mem_deref(rec);
		return ENOMEM;
	}

	rec->leg = leg;
	list_append(&list, &rec->le, rec);
	*recp = rec;

	return 0;
}


/**
 * Set a tag of a record that was not known, or is another now
 *
 * @param textp Its text
 * @param pl    What it shall be
 *
 * @return 0 if success, otherwise errno
 */
int record_set(char **textp, const struct pl *pl)
{
	char *text = NULL;
	int err;

	err = pl_strdup(&text, pl);
	if (err)
		return err;

	mem_deref(*textp);
	*textp = text;

	return 0;
}


/* The host frees the calls of an account that is deleted, and some hosts tell
   nobody: no pointer is followed that is in none of its lists. Another call
   may lie where that one lay. */
static bool is_live(const struct record *rec)
{
	struct le *ule, *le;

	for (ule = list_head(uag_list()); ule; ule = ule->next) {
		for (le = list_head(ua_calls(ule->data)); le; le = le->next) {
			const char *id;

			if (le->data != rec->call)
				continue;

			/* It has none yet in its first events */
			id = call_id(rec->call);
			return !id || 0 == str_cmp(id, rec->callid);
		}
	}

	return false;
}


/**
 * Find a record whose call the host has freed without a word; it has no call
 * any more then
 *
 * @return Record, NULL if there is none
 */
struct record *record_lost(void)
{
	struct le *le;

	for (le = list.head; le; le = le->next) {
		struct record *rec = le->data;

		if (rec->call && !is_live(rec)) {
			rec->call = NULL;
			rec->lost = true;
		}
		if (rec->lost)
			return rec;
	}

	return NULL;
}


/**
 * Find a record by its leg
 *
 * @param leg Leg
 *
 * @return Record, NULL if there is none
 */
struct record *record_find_leg(unsigned leg)
{
	struct le *le;

	for (le = list.head; le; le = le->next) {
		struct record *rec = le->data;

		if (rec->leg != leg)
			continue;

		if (rec->call && !is_live(rec)) {
			rec->call = NULL;
			rec->lost = true;
			calls_settle_in(0);
		}

		return rec;
	}

	return NULL;
}


static struct record *owner(const struct call *call)
{
	struct le *le;

	for (le = list.head; le; le = le->next) {
		struct record *rec = le->data;

		if (rec->call == call)
			return rec;
	}

	return NULL;
}


/**
 * Find the call of a record. A host that answers by itself tells only when
 * that is confirmed. The Call-ID alone may be another call's, so that one
 * must be nobody's yet.
 *
 * @param rec Record
 *
 * @return Its call, NULL if the host has none
 */
struct call *record_call(struct record *rec)
{
	struct le *ule, *le;

	if (rec->call)
		return rec->call;

	for (ule = list_head(uag_list()); ule; ule = ule->next) {
		for (le = list_head(ua_calls(ule->data)); le; le = le->next) {
			struct call *call = le->data;

			if (0 == str_cmp(call_id(call), rec->callid)
			    && !call_is_outgoing(call) && !owner(call)) {
				rec->call = call;
				return call;
			}
		}
	}

	return NULL;
}


/**
 * Find a record by the call; else the first without one that has its Call-ID
 *
 * @param call Call
 *
 * @return Record, NULL if there is none
 */
struct record *record_find_call(struct call *call)
{
	const char *id = call_id(call);
	struct record *rec = owner(call);
	struct le *le;

	if (rec || !id || call_is_outgoing(call))
		return rec;

	for (le = list.head; le; le = le->next) {
		rec = le->data;

		if (!rec->call && !rec->outgoing
		    && 0 == str_cmp(rec->callid, id)) {
			rec->call = call;
			return rec;
		}
	}

	return NULL;
}


/**
 * Find the record whose INVITE a response answers, by Call-ID and our tag
 *
 * @param msg The response
 *
 * @return Record, NULL if there is none
 */
struct record *record_of_response(const struct sip_msg *msg)
{
	struct le *le;

	for (le = list.head; le; le = le->next) {
		struct record *rec = le->data;

		if (pl_strcmp(&msg->callid, rec->callid))
			continue;

		if (0 == pl_strcmp(&msg->from.tag, rec->ltag)
		    || (rec->outgoing && !str_isset(rec->ltag)))
			return rec;
	}

	return NULL;
}
