/**
 * @file answer.h  Requests that are answered here, each once
 */
#ifndef BATON_ANSWER_H
#define BATON_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

struct sip_msg;
struct answer;

struct answer_form {
	uint16_t code;
	const char *reason;
	const char *headers;      /**< whole lines, NULL = none             */
};

int  answers_open(void);
void answers_close(void);
bool answer_again(const struct sip_msg *msg, bool *takenp);
int  answer_add(struct answer **ansp, const struct sip_msg *msg);
void answer_pass(struct answer *ans);
void answer_send(struct answer *ans, const struct sip_msg *msg,
		 const struct answer_form *form);
void answer_once(const struct sip_msg *msg, const struct answer_form *form);
int  answer_sent(struct answer *ans, uint16_t code, const char *reason,
		 const char *headers);
void answer_repeat(const struct answer *ans, const struct sip_msg *msg);

#endif
