/**
 * @file answer.c  Requests that were answered here, so that each is answered
 * once and its retransmissions the same
 *
 * The gate stands before the host's transactions and sees them again.
 */
#include <re.h>
#include <baresip.h>
#include "answer.h"
#include "host.h"

enum {
	ANSWERS_MAX    = 2048,    /**< requests remembered                  */
	ANSWERS_TIME   = 32000,   /**< ms, 64 * T1 (RFC 3261, section 17)   */
	ANSWERS_SLOTS  = 256,
};

struct answer {
	struct le le;             /**< oldest first                         */
	struct le he;
	char *key;
	uint64_t tag;             /**< of ours in the answer                */
	int64_t at;               /**< ms                                   */
	bool passed;              /**< it is the host's                     */
	bool pending;
	const struct answer_form *form;
	struct answer_form own;   /**< what was made for this one alone     */
	char *headers;            /**< of it                                */
};

static struct {
	struct list list;
	struct hash *hash;
} answers;

/* What each host takes, and what Baton does where the host beneath cannot, or
   does not say so */
static const char ability[] =
	"Allow: INVITE,ACK,BYE,CANCEL,OPTIONS,NOTIFY,INFO,MESSAGE,REFER\r\n"
	"Supported: replaces\r\n";


/* One request by one way: RFC 3261, section 17.2.3 */
static int make_key(char **keyp, const struct sip_msg *msg)
{
	return re_sdprintf(keyp, "%r|%r|%u %r|%r", &msg->callid,
			   &msg->from.tag, msg->cseq.num, &msg->cseq.met,
			   &msg->via.branch);
}


static void destructor(void *arg)
{
	struct answer *ans = arg;

	list_unlink(&ans->le);
	hash_unlink(&ans->he);
	mem_deref(ans->key);
	mem_deref(ans->headers);
}


static bool is_key(struct le *le, void *arg)
{
	const struct answer *ans = le->data;

	return 0 == str_cmp(ans->key, arg);
}


static void sweep(void)
{
	const int64_t now = clock_ms();
	uint32_t count = list_count(&answers.list);
	struct le *le = answers.list.head;

	while (le) {
		struct answer *ans = le->data;

		le = le->next;
		if (count < ANSWERS_MAX && now - ans->at <= ANSWERS_TIME)
			break;
		if (ans->pending)
			continue;
		mem_deref(ans);
		--count;
	}
}


static void send_form(const struct answer *ans, const struct sip_msg *msg)
{
	/* What was sent before had this tag */
	((struct sip_msg *)msg)->tag = ans->tag;

	(void)sip_replyf(uag_sip(), msg, ans->form->code, ans->form->reason,
			 "%s%sContent-Length: 0\r\n\r\n", ability,
			 ans->form->headers ? ans->form->headers : "");
}


/**
 * Begin to remember
 *
 * @return 0 if success, otherwise errno
 */
int answers_open(void)
{
	list_init(&answers.list);

	return hash_alloc(&answers.hash, ANSWERS_SLOTS);
}


/**
 * Forget all
 */
void answers_close(void)
{
	list_flush(&answers.list);
	answers.hash = mem_deref(answers.hash);
}


/**
 * Look whether a request comes again, and answer it as before
 *
 * @param msg    Request
 * @param takenp Set if the host shall not see it
 *
 * @return True if it comes again
 */
bool answer_again(const struct sip_msg *msg, bool *takenp)
{
	const struct answer *ans;
	char *key;

	if (make_key(&key, msg))
		return false;

	ans = list_ledata(hash_lookup(answers.hash, hash_joaat_str(key),
				      is_key, key));
	mem_deref(key);

	if (!ans)
		return false;

	if (!ans->passed && !ans->pending)
		send_form(ans, msg);

	*takenp = !ans->passed;

	return true;
}


/**
 * Remember a request that is not answered yet
 *
 * @param ansp Where its entry goes; it is not the caller's to free
 * @param msg  Request
 *
 * @return 0 if success, otherwise errno
 */
int answer_add(struct answer **ansp, const struct sip_msg *msg)
{
	struct answer *ans;

	sweep();

	ans = mem_zalloc(sizeof(*ans), destructor);
	if (!ans)
		return ENOMEM;

	if (make_key(&ans->key, msg)) {
		mem_deref(ans);
		return ENOMEM;
	}

	ans->tag = msg->tag;
	ans->at = clock_ms();
	ans->pending = true;
	list_append(&answers.list, &ans->le, ans);
	hash_append(answers.hash, hash_joaat_str(ans->key), &ans->he, ans);
	*ansp = ans;

	return 0;
}


/**
 * It is the host's to answer
 *
 * @param ans Its entry
 */
void answer_pass(struct answer *ans)
{
	ans->pending = false;
	ans->passed = true;
}


/**
 * Answer it
 *
 * @param ans  Its entry
 * @param msg  Request
 * @param form What to say, never freed
 */
void answer_send(struct answer *ans, const struct sip_msg *msg,
		 const struct answer_form *form)
{
	ans->pending = false;
	ans->form = form;
	send_form(ans, msg);
}


/**
 * Answer a request of which nothing is remembered
 *
 * @param msg  Request
 * @param form What to say
 */
void answer_once(const struct sip_msg *msg, const struct answer_form *form)
{
	const struct answer ans = {.tag = msg->tag, .form = form};

	send_form(&ans, msg);
}


/**
 * Note what it was answered by others, or is about to be
 *
 * @param ans     Its entry
 * @param code    Status code
 * @param reason  Reason phrase, never freed
 * @param headers Whole lines, copied
 *
 * @return 0 if success, otherwise errno
 */
int answer_sent(struct answer *ans, uint16_t code, const char *reason,
		const char *headers)
{
	int err = str_dup(&ans->headers, headers);

	if (err)
		return err;

	ans->own = (struct answer_form) {
		.code    = code,
		.reason  = reason,
		.headers = ans->headers,
	};
	ans->form = &ans->own;
	ans->pending = false;

	return 0;
}


/**
 * Say what is noted
 *
 * @param ans Its entry, of answer_sent()
 * @param msg Request
 */
void answer_repeat(const struct answer *ans, const struct sip_msg *msg)
{
	send_form(ans, msg);
}
