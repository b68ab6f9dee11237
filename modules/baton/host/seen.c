/**
 * @file seen.c  INVITEs that were decided about, so that each is decided once
 *
 * The gate stands before the host's transactions and sees retransmissions.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum {
	SEEN_MAX  = 512,          /**< INVITEs remembered                   */
	SEEN_TIME = 32000,        /**< ms, 64 * T1 (RFC 3261, section 17)   */
	TRANSACTION_TIME = 2000,  /**< ms that the host still answers again */
};

/** An INVITE that was decided about */
struct seen {
	struct le le;
	char *key;                /**< Call-ID, From tag and CSeq           */
	char *branch;
	int64_t at;
	unsigned leg;             /**< only valid if it was let in          */
	uint16_t code;            /**< what it was rejected with, 0 = not   */
	char reason[DESK_REASON];
};

static struct {
	struct desk *desk;
	struct list list;
} seen_state;


/**
 * Begin to remember
 *
 * @param desk Who knows the legs
 */
void seen_open(struct desk *desk)
{
	seen_state.desk = desk;
	list_init(&seen_state.list);
}


/**
 * Forget all
 */
void seen_close(void)
{
	list_flush(&seen_state.list);
	seen_state.desk = NULL;
}


/**
 * It was let in
 *
 * @param seen Its entry
 * @param leg  Its leg
 */
void seen_taken(struct seen *seen, unsigned leg)
{
	seen->leg = leg;
}


/**
 * It was rejected, and will be again
 *
 * @param seen   Its entry
 * @param code   Status code
 * @param reason Reason phrase
 */
void seen_rejected(struct seen *seen, uint16_t code, const char *reason)
{
	seen->code = code;
	str_ncpy(seen->reason, reason, sizeof(seen->reason));
}


/* The same by whatever way it came: the branch is no part of it */
static int make_key(char **keyp, const struct sip_msg *msg)
{
	return re_sdprintf(keyp, "%r|%r|%u", &msg->callid, &msg->from.tag,
			   msg->cseq.num);
}


static void seen_destructor(void *arg)
{
	struct seen *seen = arg;

	list_unlink(&seen->le);
	mem_deref(seen->key);
	mem_deref(seen->branch);
}


static bool is_live(const struct seen *seen)
{
	int64_t ended;

	return !seen->code
		&& desk_leg_state(seen_state.desk, seen->leg, &ended)
		!= LEG_ENDED;
}


static void seen_sweep(void)
{
	const int64_t now = clock_ms();
	struct le *le = seen_state.list.head;

	while (le) {
		struct seen *seen = le->data;

		le = le->next;
		if (now - seen->at > SEEN_TIME && !is_live(seen))
			mem_deref(seen);
	}

	if (list_count(&seen_state.list) < SEEN_MAX)
		return;

	/* What still lives is not forgotten for what never did */
	for (le = seen_state.list.head; le; le = le->next) {
		if (!is_live(le->data)) {
			mem_deref(le->data);
			return;
		}
	}
}


/**
 * Find what was decided about an INVITE that comes again, by whatever way
 *
 * @param msg The INVITE
 *
 * @return What was decided, NULL if it is new
 */
struct seen *seen_find(const struct sip_msg *msg)
{
	struct seen *seen = NULL;
	char *key = NULL;
	struct le *le;

	if (make_key(&key, msg))
		return NULL;

	for (le = seen_state.list.head; le; le = le->next) {
		seen = le->data;
		if (0 == str_cmp(seen->key, key))
			break;
	}

	mem_deref(key);

	return le ? seen : NULL;
}


/**
 * Remember an INVITE
 *
 * @param seenp Where its entry goes; it is not the caller's to free
 * @param msg   The INVITE
 *
 * @return 0 if success, otherwise errno
 */
int seen_add(struct seen **seenp, const struct sip_msg *msg)
{
	struct seen *seen;
	int err;

	seen_sweep();

	seen = mem_zalloc(sizeof(*seen), seen_destructor);
	if (!seen)
		return ENOMEM;

	err  = make_key(&seen->key, msg);
	err |= pl_strdup(&seen->branch, &msg->via.branch);
	if (err) {
		mem_deref(seen);
		return ENOMEM;
	}

	seen->at = clock_ms();
	list_append(&seen_state.list, &seen->le, seen);
	*seenp = seen;

	return 0;
}


/**
 * An INVITE comes again: as a retransmission, by another way, or because
 * somebody plays it again
 *
 * @param seen What was decided about it
 * @param msg  The INVITE
 *
 * @return True if the host shall not see it
 */
bool seen_again(const struct seen *seen, const struct sip_msg *msg)
{
	int64_t ended;

	if (seen->code) {
		(void)sip_reply(uag_sip(), msg, seen->code, seen->reason);
		return true;
	}

	/* Merged (RFC 3261, section 8.2.2.2) */
	if (pl_strcmp(&msg->via.branch, seen->branch)) {
		(void)sip_reply(uag_sip(), msg, 482, "Loop Detected");
		return true;
	}

	switch (desk_leg_state(seen_state.desk, seen->leg, &ended)) {

	case LEG_UP:
		/* Its ACK has come: what is still under way is late */
		return true;

	case LEG_ENDED:
		if (ended < TRANSACTION_TIME)
			return false;
		(void)sip_reply(uag_sip(), msg, 482, "Loop Detected");
		return true;

	default:
		return false;
	}
}
