/*
 * Reads those options, and completes what they leave open.
 */
#include <errno.h>
#include <stdio.h>
#include "arg.h"
#include "options.h"
#include "passing.h"

static const char *const answers[] = {
	"answers", "rings", "early", "busy", "declines", "unavailable",
	"not-found", "no-replaces", "no-refer", "vanishes", "slow", "hangs-up",
	"dead-replaces",
};


static int words_apply(struct options *o, int c, const char *opt,
		       const char *arg)
{
	static const char *const refers[] = {
		"follow", "refuse", "ignore", "silent", "half", "fail",
		"notify-first", "lf", "bye", "bye-silent",
		"ends-subscription", "no-refer",
	};
	static const char *const holds[] = {
		"accept", "refuse", "pending", "ignore",
	};
	int v = 0, err;

	switch (c) {

	case OPT_ANSWER:
		err = word_parse(&v, opt, arg, answers, 13);
		o->answer = (enum answer)v;
		o->answer_given = true;
		return err;

	case OPT_ON_REFER:
		err = word_parse(&v, opt, arg, refers, 12);
		o->on_refer = (enum on_refer)v;
		return err;

	default:
		err = word_parse(&v, opt, arg, holds, 4);
		o->on_hold = (enum on_hold)v;
		return err;
	}
}


static int listen_add(struct options *o, const char *opt, const char *arg)
{
	double v = 0;
	int err;

	if (o->listenc >= OPTIONS_LIST_MAX) {
		fprintf(stderr, "baton-sim: --listen: at most %d of them\n",
			OPTIONS_LIST_MAX);
		return EINVAL;
	}
	err = number_parse(&v, opt, arg, 40, 3900);
	o->listenv[o->listenc++] = (unsigned)v;

	return err;
}


static int numbers_apply(struct options *o, int c, const char *opt,
			 const char *arg)
{
	double v = 0;
	int err;

	switch (c) {

	case OPT_RING:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX * 1000.0);
		o->ring = (uint32_t)v;
		o->ring_given = true;
		return err;

	case OPT_SLOW:
		err = number_parse(&v, opt, arg, 1, SECONDS_MAX * 1000.0);
		o->slow = (uint32_t)v;
		o->slow_given = true;
		return err;

	case OPT_CODE:
		err = number_parse(&v, opt, arg, 300, 699);
		o->code = (uint16_t)v;
		o->code_given = true;
		return err;

	case OPT_REFER_CODE:
		err = number_parse(&v, opt, arg, 300, 699);
		o->refer_code = (uint16_t)v;
		o->refer_code_given = true;
		return err;

	case OPT_TONE:
		err = number_parse(&v, opt, arg, 40, 3900);
		o->tone = (uint32_t)v;
		return err;

	default:
		return listen_add(o, opt, arg);
	}
}


/* Takes one of these options. EINVAL, which has been explained */
int passing_apply(struct options *o, int c, const char *opt, const char *arg)
{
	switch (c) {

	case OPT_ANSWER: case OPT_ON_REFER: case OPT_ON_HOLD:
		return words_apply(o, c, opt, arg);

	case OPT_RING: case OPT_SLOW: case OPT_CODE: case OPT_REFER_CODE:
	case OPT_TONE: case OPT_LISTEN:
		return numbers_apply(o, c, opt, arg);

	case OPT_TARGET:      o->target = true;      return 0;
	case OPT_SAVE:        o->save = arg;         return 0;
	case OPT_NO_REPLACES: o->no_replaces = true; return 0;
	case OPT_UNTIL_END:   o->until_end = true;   return 0;
	case OPT_EVENTS:      o->events = true;      return 0;
	default:              return EINVAL;
	}
}


/* What one option says of others */
void passing_complete(struct options *o)
{
	if (o->until_end) {
		o->talk = 0;
		o->agent_hangs_up = true;
	}
	if (o->answer == ANSWER_NO_REPLACES)
		o->no_replaces = true;
	if (o->answer == ANSWER_NO_REFER)
		o->on_refer = ON_REFER_NO_REFER;
	if (o->answer != ANSWER_SLOW && !o->slow_given)
		o->slow = 0;
	if (!o->target)
		return;

	o->events = true;
	/* It waits for people, not for programs */
	if (!o->timeout_given)
		o->timeout = 0;
	if (!o->listenc) {
		o->listenv[o->listenc++] = 392;
		o->listenv[o->listenc++] = 523;
	}
}


static int complain(const char *what)
{
	fprintf(stderr, "baton-sim: %s\n", what);

	return EINVAL;
}


/* Whether they fit together. EINVAL, which has been explained */
int passing_check(const struct options *o)
{
	if (!o->target && (o->answer_given || o->ring_given || o->slow_given ||
			   o->code_given || o->save))
		return complain("--answer, --ring, --slow, --code and --save "
				"need --target");
	if (o->target && (o->contextc || o->headerc || o->uui || o->carriers ||
			  o->fault != FAULT_NONE || o->cancel || o->advice ||
			  o->rate > 0 || o->parallel || o->until_end ||
			  o->shape != SHAPE_REPLACES))
		return complain("--target makes no calls: there is no --shape,"
				" --context, --carrier, --header, --uui, "
				"--fault, --cancel-after, --advice, --rate, "
				"--parallel or --until-end for it");
	if (o->code_given && o->answer != ANSWER_DEAD_REPLACES)
		return complain("--code needs --answer dead-replaces");
	if (o->refer_code_given && o->on_refer != ON_REFER_REFUSE &&
	    o->on_refer != ON_REFER_FAIL)
		return complain("--refer-code needs --on-refer refuse or "
				"fail");
	if (o->until_end && o->talk_given)
		return complain("--until-end and --talk");

	return 0;
}


/* The name of what a target does */
const char *passing_answer(const struct options *o)
{
	return answers[o->answer];
}
