/**
 * @file dialog.h  Legs, their dialog ids, and the rules of RFC 3891
 *
 * A leg is one call of the phone as the hand-off sees it: an id of its own
 * and what identifies its dialog. Nothing here is a pointer of the host.
 */
#ifndef BATON_DIALOG_H
#define BATON_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

enum {
	DIALOG_TOMBSTONE = 32000,  /**< ms that an ended dialog is known    */
	DIALOG_ENDED_MAX = 256,    /**< ended dialogs kept at the most      */
};

enum leg_state {
	LEG_NEW = 0,       /**< seen in an INVITE, the host has no call yet */
	LEG_RINGING,
	LEG_ANSWERED,      /**< 200 sent, no ACK yet                        */
	LEG_UP,            /**< confirmed                                   */
	LEG_ENDED,         /**< a tombstone: tells 603 from 481             */
};

struct handoff;

struct leg {
	TAILQ_ENTRY(leg) le;
	unsigned id;
	enum leg_state state;
	bool outgoing;
	bool held;               /**< the phone put it on hold              */
	bool resuming;           /**< ... and is about to take it back      */
	bool holding;            /**< ... which its side has not confirmed  */
	bool aside;              /**< ... for somebody else to be heard     */
	bool silent;             /**< nothing is heard on it                */
	bool there;              /**< ... but its side answers, and that
				      was told                              */
	bool pauses;             /**< it was silent, there, and heard again:
				      it sends nothing while nobody speaks  */
	bool unrenewed;          /**< it was told that nobody renews it     */
	char *callid;
	char *ltag;              /**< our tag                               */
	char *rtag;              /**< the peer's tag                        */
	char *peer;              /**< address of the signalling peer        */
	char *remote_name;
	char *remote_uri;        /**< scheme:user@host                      */
	char *account;           /**< our address that was called           */
	int64_t ended_at;        /**< ms, only valid if LEG_ENDED           */
	unsigned replaces;       /**< id of the leg it takes over, 0 = none */
	struct handoff *handoff; /**< NULL = an ordinary call               */
};

TAILQ_HEAD(leg_list, leg);

/** A Replaces value, views into the header */
struct replaces {
	const char *callid;
	size_t callid_len;
	const char *to_tag;      /**< compared with OUR tag                 */
	size_t to_tag_len;
	const char *from_tag;    /**< compared with the PEER's tag          */
	size_t from_tag_len;
	bool early_only;
};

/** What an INVITE with Replaces is answered, RFC 3891 section 3 */
struct replaces_verdict {
	uint16_t code;           /**< 0 = take it                           */
	const char *reason;      /**< reason phrase                         */
	const char *why;         /**< one sentence for the person           */
	struct leg *leg;         /**< the matched leg, also when refused    */
};

struct leg *leg_create(const char *callid, const char *ltag,
		       const char *rtag);
void leg_destroy(struct leg *leg);
struct leg *leg_find(const struct leg_list *legs, unsigned id);

int  replaces_parse(struct replaces *rep, const char *value, size_t len);
void replaces_decide(struct replaces_verdict *verdict,
		     const struct leg_list *legs,
		     const char *const *valuev, size_t valuec,
		     bool contradicted);

#endif
