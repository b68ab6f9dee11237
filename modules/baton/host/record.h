/**
 * @file record.h  Legs of the desk and calls of the host, side by side
 *
 * Between calls.c, hold.c, dial.c and response.c only: what holds pointers to
 * calls. advise.c and parting.c ask here for the id of a dialog.
 */
#ifndef BATON_RECORD_H
#define BATON_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum { PHRASE_MAX = 256 };

/** From the INVITE to the host's CLOSED event */
struct record {
	struct le le;
	unsigned leg;
	char *callid;
	char *ltag;             /**< empty: of our INVITE, not known yet    */
	char *rtag;             /**< empty: not known yet                   */
	struct call *call;      /**< NULL until the host tells of it        */
	struct ua *quieted;     /**< its answer mode is to be restored      */
	bool outgoing;          /**< the phone made it                      */
	bool ordered;           /**< ... by the desk's order                */
	bool final;             /**< ... and it was answered, with 2xx      */
	bool heard;             /**< ... or something has come for it       */
	bool withdrawn;         /**< ... to be ended as soon as it has      */
	uint32_t cseq;          /**< ... of our INVITE                      */
	uint32_t refused;       /**< CSeq of a re-INVITE that was refused   */
	bool onhold;            /**< as it was seen last                    */
	bool unconfirmed;       /**< ... and its other side has not said
				     what it thinks of it                   */
	uint32_t hold_cseq;     /**< ... to a re-INVITE of this CSeq, or a
				     later one                              */
	uint32_t next_cseq;     /**< of what is sent next, when it was last
				     seen not to be on hold                 */
	bool hold_unsaid;       /**< the host has not sent it: it will be   */
	bool holding;           /**< a hold was asked for                   */
	bool held;              /**< ... and was confirmed                  */
	bool fresh;             /**< not settled yet                        */
	bool answers;           /**< the host answers it by itself          */
	bool room;              /**< one call more was allowed for it       */
	bool no_media;          /**< up, but nothing can be heard           */
	bool doomed;            /**< to be ended when its event is over     */
	uint16_t code;          /**< with this, 0 = hang up                 */
	char reason[PHRASE_MAX];
	char decision[32];
	uint16_t scode;         /**< our INVITE was refused with this       */
	char sreason[PHRASE_MAX];
	bool replaces;
	bool take;              /**< taken from the host's other modules    */
	bool peer_ended;        /**< its BYE or CANCEL was seen             */
	bool elsewhere;
	bool lost;              /**< the host freed its call silently       */
	bool resume;            /**< to be taken back from hold             */
	bool resume_unsaid;     /**< ... is heard, but was not told yet     */
	struct desk_ability able;   /**< what its other side said it can    */
	size_t route_len;       /**< bytes of Route in what we send in it   */
};

/* record.c */
struct list *records(void);
int  record_add(struct record **recp, unsigned leg, const char *callid,
		const char *ltag, const char *rtag);
int  record_set(char **textp, const struct pl *pl);
struct record *record_lost(void);
struct record *record_find_leg(unsigned leg);
struct record *record_find_call(struct call *call);
struct record *record_of_response(const struct sip_msg *msg);
struct call *record_call(struct record *rec);

/* hold.c */
void hold_look(struct desk *desk);
void hold_settle(void);
void hold_tell(struct desk *desk);
void hold_taken(struct record *rec, uint32_t cseq);
bool hold_refused(struct record *rec, uint32_t cseq);

/* calls.c */
void calls_settle_in(uint32_t ms);
struct desk *calls_desk(void);

/* ability.c */
void ability_forget(struct record *rec);

/* dial.c */
struct ua *dial_account(unsigned leg);
int  dial_address(char **addrp, struct ua *ua, const char *uri);
struct record *dial_of_response(struct desk *desk, const struct sip_msg *msg);

#endif
