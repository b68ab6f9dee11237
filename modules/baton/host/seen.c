/**
 * @file seen.c  INVITEs that were decided about, so that each is decided once
 *
 * The gate stands before the host's transactions and sees retransmissions.
 */
#include <string.h>
#include <openssl/sha.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum {
	SEEN_SLOTS = 1024,        /**< of the hash, a power of two          */
	SEEN_TAKEN = 512,         /**< INVITEs remembered, but for those
				       that still live                      */
	SEEN_REFUSED = 512,       /**< rejected ones                        */
	SEEN_TIME = 32000,        /**< ms, 64 * T1 (RFC 3261, section 17)   */
	TRANSACTION_TIME = 2000,  /**< ms that the host still answers again */
	MARK = 16,                /**< bytes that stand for a text          */
};

/** An INVITE that was decided about. Of one size, whatever it says: a flood
    costs no more than the entries that are there */
struct seen {
	struct le le;             /**< in the order of `at`                 */
	struct le he;
	uint8_t key[MARK];        /**< of Call-ID, From tag and CSeq        */
	uint8_t branch[MARK];
	int64_t at;
	unsigned leg;             /**< only valid if it was let in          */
	uint16_t code;            /**< what it was rejected with, 0 = not   */
	char reason[DESK_REASON];
	uint32_t retry_after;     /**< seconds, 0 = not said                */
	uint64_t tag;             /**< of ours in the answer                */
};

static struct {
	struct desk *desk;
	struct list taken;        /**< and what is not decided yet          */
	struct list refused;
	size_t takenc;
	size_t refusedc;
	struct list slots[SEEN_SLOTS];
} seen_state;


/**
 * Begin to remember
 *
 * @param desk Who knows the legs
 */
void seen_open(struct desk *desk)
{
	memset(&seen_state, 0, sizeof(seen_state));
	seen_state.desk = desk;
}


/**
 * Forget all
 */
void seen_close(void)
{
	list_flush(&seen_state.taken);
	list_flush(&seen_state.refused);
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
 * @param seen        Its entry
 * @param code        Status code
 * @param reason      Reason phrase
 * @param retry_after Seconds, 0 = not said
 */
void seen_rejected(struct seen *seen, uint16_t code, const char *reason,
		   uint32_t retry_after)
{
	if (!seen->code) {
		--seen_state.takenc;
		++seen_state.refusedc;
		list_unlink(&seen->le);
		list_append(&seen_state.refused, &seen->le, seen);
	}

	seen->code = code;
	seen->retry_after = retry_after;
	str_ncpy(seen->reason, reason, sizeof(seen->reason));

	if (seen_state.refusedc > SEEN_REFUSED)
		mem_deref(seen_state.refused.head->data);
}


/* What nobody can make two texts of */
static void mark(uint8_t out[MARK], const char *text, size_t len)
{
	uint8_t md[SHA256_DIGEST_LENGTH];

	(void)SHA256((const uint8_t *)text, len, md);
	memcpy(out, md, MARK);
}


/* The same by whatever way it came: the branch is no part of it */
static int make_key(uint8_t out[MARK], const struct sip_msg *msg)
{
	char *text = NULL;
	int err;

	err = re_sdprintf(&text, "%r|%r|%u", &msg->callid, &msg->from.tag,
			  msg->cseq.num);
	if (err)
		return err;

	mark(out, text, str_len(text));
	mem_deref(text);

	return 0;
}


static struct list *slot_of(const uint8_t key[MARK])
{
	return &seen_state.slots[(key[0] | key[1] << 8) & (SEEN_SLOTS - 1)];
}


static void seen_destructor(void *arg)
{
	struct seen *seen = arg;

	if (seen->code)
		--seen_state.refusedc;
	else if (seen->le.list)
		--seen_state.takenc;

	list_unlink(&seen->le);
	list_unlink(&seen->he);
}


static bool is_live(const struct seen *seen)
{
	int64_t ended;

	return desk_leg_state(seen_state.desk, seen->leg, &ended)
		!= LEG_ENDED;
}


/* The oldest are first. One that still lives is looked at again when as much
   time has gone by once more, and no more than a few are at one time. */
static void sweep(struct list *list, const size_t *countp, size_t max,
		  int64_t now)
{
	unsigned looks = 8;

	while (list->head && looks) {
		struct seen *seen = list->head->data;

		if (now - seen->at <= SEEN_TIME && *countp < max)
			break;

		if (!seen->code && is_live(seen)) {
			--looks;
			seen->at = now;
			list_unlink(&seen->le);
			list_append(list, &seen->le, seen);
		}
		else {
			mem_deref(seen);
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
	uint8_t key[MARK];
	struct le *le;

	if (make_key(key, msg))
		return NULL;

	for (le = slot_of(key)->head; le; le = le->next) {
		struct seen *seen = le->data;

		if (0 == memcmp(seen->key, key, MARK))
			return seen;
	}

	return NULL;
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
	const int64_t now = clock_ms();
	struct seen *seen;
	int err;

	sweep(&seen_state.taken, &seen_state.takenc, SEEN_TAKEN, now);
	sweep(&seen_state.refused, &seen_state.refusedc, SEEN_REFUSED, now);

	seen = mem_zalloc(sizeof(*seen), seen_destructor);
	if (!seen)
		return ENOMEM;

	err = make_key(seen->key, msg);
	if (err) {
		mem_deref(seen);
		return err;
	}

	mark(seen->branch, msg->via.branch.p ? msg->via.branch.p : "",
	     msg->via.branch.p ? msg->via.branch.l : 0);

	seen->at = now;
	seen->tag = msg->tag;
	++seen_state.takenc;
	list_append(&seen_state.taken, &seen->le, seen);
	list_append(slot_of(seen->key), &seen->he, seen);
	*seenp = seen;

	return 0;
}


/* Without a transaction: what comes again is answered again, with the same
   tag (RFC 3261, section 8.2.7) */
static void answer(const struct seen *seen, const struct sip_msg *msg)
{
	char again[32] = "", why[DESK_REASON + 64] = "";
	char text[DESK_REASON];

	((struct sip_msg *)msg)->tag = seen->tag;

	/* As a decline says it (RFC 3326) */
	if (seen->code == 480) {
		parting_quotable(text, sizeof(text), seen->reason);
		(void)re_snprintf(why, sizeof(why),
				  "Reason: SIP;cause=480;text=\"%s\"\r\n"
				  "X-Baton-Decision: unavailable\r\n", text);
	}

	if (seen->retry_after)
		(void)re_snprintf(again, sizeof(again), "Retry-After: %u\r\n",
				  seen->retry_after);

	(void)sip_replyf(uag_sip(), msg, seen->code, seen->reason,
			 "%s%sContent-Length: 0\r\n\r\n", again, why);
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
	uint8_t branch[MARK];
	int64_t ended;

	if (seen->code) {
		answer(seen, msg);
		return true;
	}

	/* Merged (RFC 3261, section 8.2.2.2) */
	mark(branch, msg->via.branch.p ? msg->via.branch.p : "",
	     msg->via.branch.p ? msg->via.branch.l : 0);
	if (memcmp(branch, seen->branch, MARK)) {
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
