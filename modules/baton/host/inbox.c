/**
 * @file inbox.c  Orders of front ends, from any thread to the loop
 */
#include <string.h>
#include <pthread.h>
#include <re.h>
#include <baresip.h>
#include "../front.h"
#include "host.h"

struct order {
	unsigned id;
	enum baton_verb verb;
	enum baton_why why;
	char *text;
};

static struct {
	pthread_mutex_t mutex;    /**< of mq: orders come from any thread   */
	struct mqueue *mq;
	struct desk *desk;
} inbox = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
};


static void destructor(void *arg)
{
	struct order *order = arg;

	mem_deref(order->text);
}


static void order_handler(int id, void *data, void *arg)
{
	struct order *order = data;
	struct desk_error error = {0};
	int err = ENOSYS;
	(void)id;
	(void)arg;

	switch (order->verb) {

	case BATON_ACCEPT:
		err = desk_accept(inbox.desk, order->id, &error);
		break;

	case BATON_DECLINE:
		err = desk_decline(inbox.desk, order->id, order->why,
				   order->text, &error);
		break;

	case BATON_HANGUP:
		err = desk_hangup(inbox.desk, order->id, &error);
		break;

	case BATON_NOTE:
		err = desk_note(inbox.desk, order->id, order->text, &error);
		break;

	case BATON_HERE:
		err = desk_connected(inbox.desk, order->id, &error);
		break;

	case BATON_HOLD:
	case BATON_RESUME:
		err = desk_hold(inbox.desk, order->id,
				order->verb == BATON_HOLD, &error);
		break;

	case BATON_ADVISE:
		err = desk_advise(inbox.desk, order->id, order->text, &error);
		break;

	case BATON_DONE:
		err = desk_wrapup(inbox.desk, order->id, order->text, NULL,
				  &error);
		break;

	case BATON_AVAILABLE:
	case BATON_AWAY:
		err = desk_available(inbox.desk,
				     order->verb == BATON_AVAILABLE,
				     order->text, &error);
		break;

	case BATON_CONSULT:
		err = desk_consult(inbox.desk, order->id, order->text,
				   &error);
		break;

	case BATON_SWAP:
		err = desk_swap(inbox.desk, order->id, &error);
		break;

	case BATON_MERGE:
		err = desk_merge(inbox.desk, order->id, &error);
		break;

	case BATON_COMPLETE:
		err = desk_complete(inbox.desk, order->id, &error);
		break;

	case BATON_BACK:
		err = desk_back(inbox.desk, order->id, &error);
		break;

	case BATON_TRANSFER:
		err = desk_transfer(inbox.desk, order->id, order->text,
				    &error);
		break;

	case BATON_HANDBACK:
		err = desk_handback(inbox.desk, order->id, order->text,
				    &error);
		break;

	case BATON_ESCALATE:
		err = desk_escalate(inbox.desk, order->id, order->text,
				    &error);
		break;

	case BATON_LOOK:
		front_look();
		err = 0;
		break;
	}

	/* Whoever pressed a button is told when it did nothing */
	if (err)
		desk_tell(inbox.desk, order->id,
			  error.word ? error.word : "order-failed",
			  error.message[0] ? error.message
			  : "The phone could not do that.");

	mem_deref(order);
}


/**
 * Give an order, from any thread. It is carried out on the loop; what goes
 * wrong comes back as an alert.
 *
 * @param id   Hand-off
 * @param verb What to do
 * @param why  Reason, of BATON_DECLINE only
 * @param text Text of BATON_DECLINE and BATON_NOTE, copied, may be NULL
 *
 * @return 0 if the order was taken, otherwise errno
 */
int baton_order(unsigned id, enum baton_verb verb, enum baton_why why,
		const char *text)
{
	struct order *order;
	int err = 0;

	if (text && strlen(text) > BATON_TEXT_MAX)
		return EMSGSIZE;

	order = mem_zalloc(sizeof(*order), destructor);
	if (!order)
		return ENOMEM;

	order->id = id;
	order->verb = verb;
	order->why = why;

	if (text)
		err = str_dup(&order->text, text);
	if (!err) {
		pthread_mutex_lock(&inbox.mutex);
		err = inbox.mq ? mqueue_push(inbox.mq, (int)verb, order)
			: ENOTCONN;
		pthread_mutex_unlock(&inbox.mutex);
	}
	if (err)
		mem_deref(order);

	return err;
}


/**
 * Open the inbox
 *
 * @param desk Who carries out orders
 *
 * @return 0 if success, otherwise errno
 */
int inbox_open(struct desk *desk)
{
	inbox.desk = desk;

	return mqueue_alloc(&inbox.mq, order_handler, NULL);
}


/**
 * Close the inbox
 */
void inbox_close(void)
{
	pthread_mutex_lock(&inbox.mutex);
	inbox.mq = mem_deref(inbox.mq);
	pthread_mutex_unlock(&inbox.mutex);
	inbox.desk = NULL;
}
