/*
 * The options of calls that are passed on: the target, and what a side does
 * that is held or referred.
 */
#ifndef SIM_PASSING_H
#define SIM_PASSING_H

struct options;

enum {
	OPT_TARGET = 512, OPT_ANSWER, OPT_RING, OPT_SLOW, OPT_CODE, OPT_SAVE,
	OPT_TONE, OPT_LISTEN, OPT_ON_REFER, OPT_REFER_CODE, OPT_ON_HOLD,
	OPT_NO_REPLACES, OPT_UNTIL_END, OPT_EVENTS,
};

/* Lines of getopt_long()'s table */
#define PASSING_OPTIONS \
	{ "target",         no_argument,       NULL, OPT_TARGET }, \
	{ "answer",         required_argument, NULL, OPT_ANSWER }, \
	{ "ring",           required_argument, NULL, OPT_RING }, \
	{ "slow",           required_argument, NULL, OPT_SLOW }, \
	{ "code",           required_argument, NULL, OPT_CODE }, \
	{ "save",           required_argument, NULL, OPT_SAVE }, \
	{ "tone",           required_argument, NULL, OPT_TONE }, \
	{ "listen",         required_argument, NULL, OPT_LISTEN }, \
	{ "on-refer",       required_argument, NULL, OPT_ON_REFER }, \
	{ "refer-code",     required_argument, NULL, OPT_REFER_CODE }, \
	{ "on-hold",        required_argument, NULL, OPT_ON_HOLD }, \
	{ "no-replaces",    no_argument,       NULL, OPT_NO_REPLACES }, \
	{ "until-end",      no_argument,       NULL, OPT_UNTIL_END }, \
	{ "events",         no_argument,       NULL, OPT_EVENTS },

int  passing_apply(struct options *o, int c, const char *opt,
		   const char *arg);
void passing_complete(struct options *o);
int  passing_check(const struct options *o);
const char *passing_answer(const struct options *o);

#endif
