/*
 * Reads the command line. Whatever is wrong with it is said in one line, and
 * the program ends with status 2.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "arg.h"
#include "check.h"
#include "options.h"
#include "passing.h"

enum opt {
	OPT_CONTEXT = 256,
	OPT_CARRIER, OPT_SHAPE, OPT_TRANSPORT, OPT_SAY, OPT_HEAR, OPT_CALLS,
	OPT_RATE, OPT_PARALLEL, OPT_FAULT, OPT_TALK, OPT_CONSULT, OPT_FROM,
	OPT_FROM_NAME, OPT_CALLER, OPT_CALLER_NAME, OPT_REFERRED_BY,
	OPT_LOCAL, OPT_CALLER_LOCAL, OPT_TIMEOUT, OPT_WHO, OPT_CANCEL,
	OPT_NO_REFERRED_BY, OPT_HEADER, OPT_UUI, OPT_CA, OPT_CERT,
	OPT_EXPECT, OPT_MUST_HEAR, OPT_VERBOSE, OPT_HELP, OPT_VERSION,
	OPT_IN_DIALOG, OPT_MESSAGE_GAP, OPT_SRTP,
	OPT_SIGN, OPT_CORRELATE, OPT_GAP, OPT_LATE, OPT_ADVICE,
	OPT_ADVICE_CODE, OPT_HANDOFF_ID,
};

static const struct option longopts[] = {
	{ "context",        required_argument, NULL, OPT_CONTEXT },
	{ "carrier",        required_argument, NULL, OPT_CARRIER },
	{ "shape",          required_argument, NULL, OPT_SHAPE },
	{ "transport",      required_argument, NULL, OPT_TRANSPORT },
	{ "say",            required_argument, NULL, OPT_SAY },
	{ "hear",           required_argument, NULL, OPT_HEAR },
	{ "calls",          required_argument, NULL, OPT_CALLS },
	{ "rate",           required_argument, NULL, OPT_RATE },
	{ "parallel",       required_argument, NULL, OPT_PARALLEL },
	{ "fault",          required_argument, NULL, OPT_FAULT },
	{ "talk",           required_argument, NULL, OPT_TALK },
	{ "consult",        required_argument, NULL, OPT_CONSULT },
	{ "from",           required_argument, NULL, OPT_FROM },
	{ "from-name",      required_argument, NULL, OPT_FROM_NAME },
	{ "caller",         required_argument, NULL, OPT_CALLER },
	{ "caller-name",    required_argument, NULL, OPT_CALLER_NAME },
	{ "referred-by",    required_argument, NULL, OPT_REFERRED_BY },
	{ "no-referred-by", no_argument,       NULL, OPT_NO_REFERRED_BY },
	{ "local",          required_argument, NULL, OPT_LOCAL },
	{ "caller-local",   required_argument, NULL, OPT_CALLER_LOCAL },
	{ "timeout",        required_argument, NULL, OPT_TIMEOUT },
	{ "who-hangs-up",   required_argument, NULL, OPT_WHO },
	{ "cancel-after",   required_argument, NULL, OPT_CANCEL },
	{ "header",         required_argument, NULL, OPT_HEADER },
	{ "uui",            required_argument, NULL, OPT_UUI },
	{ "in-dialog",      no_argument,       NULL, OPT_IN_DIALOG },
	{ "message-gap",    required_argument, NULL, OPT_MESSAGE_GAP },
	{ "sign",           required_argument, NULL, OPT_SIGN },
	{ "correlate",      required_argument, NULL, OPT_CORRELATE },
	{ "gap",            required_argument, NULL, OPT_GAP },
	{ "late",           required_argument, NULL, OPT_LATE },
	{ "handoff-id",     required_argument, NULL, OPT_HANDOFF_ID },
	{ "advice",         no_argument,       NULL, OPT_ADVICE },
	{ "advice-code",    required_argument, NULL, OPT_ADVICE_CODE },
	{ "srtp",           required_argument, NULL, OPT_SRTP },
	{ "ca",             required_argument, NULL, OPT_CA },
	{ "cert",           required_argument, NULL, OPT_CERT },
	{ "expect",         required_argument, NULL, OPT_EXPECT },
	{ "must-hear",      no_argument,       NULL, OPT_MUST_HEAR },
	{ "verbose",        no_argument,       NULL, OPT_VERBOSE },
	PASSING_OPTIONS
	{ "help",           no_argument,       NULL, OPT_HELP },
	{ "version",        no_argument,       NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static int words_apply(struct options *o, int c, const char *opt,
		       const char *arg)
{
	static const char *const shapes[] = {
		"replaces", "direct", "bridge", "fresh", "refer",
	};
	static const char *const signs[] = {
		"reinvite", "update", "context", "none",
	};
	static const char *const correlates[] = {
		"uui", "header", "referred-by", "session-id", "caller",
	};
	static const char *const carriers[] = {
		"body", "uui", "header", "call-info", "message",
	};
	static const char *const faults[] = {
		NULL, "vanish", "wrong-tags", "broken-context",
		"late-replaces", "early-bye", "stolen-tags", "lost-ack",
		"no-media", "no-codec", "reinvite-identity", "flood",
	};
	static const char *const transports[] = { "udp", "tcp", "tls" };
	static const char *const keyings[] = { "none", "sdes", "dtls" };
	static const char *const sides[] = { "caller", "agent" };
	static const char *const outcomes[] = {
		"connected", "declined", "cancelled", "no-answer", "refused",
		"failed", "timeout", "vanished", "unconfirmed", "answered",
		"replaced", "referred",
	};
	int v = 0, err;

	switch (c) {

	case OPT_SHAPE:
		err = word_parse(&v, opt, arg, shapes, 5);
		o->shape = (enum shape)v;
		return err;

	case OPT_CARRIER:
		err = word_parse(&v, opt, arg, carriers, 5);
		o->carriers |= 1u << v;
		return err;

	case OPT_FAULT:
		err = word_parse(&v, opt, arg, faults, 12);
		o->fault = (enum fault)v;
		return err;

	case OPT_TRANSPORT:
		err = word_parse(&v, opt, arg, transports, 3);
		o->transport = (enum transport)v;
		return err;

	case OPT_SRTP:
		err = word_parse(&v, opt, arg, keyings, 3);
		o->keying = (enum keying)v;
		return err;

	case OPT_SIGN:
		err = word_parse(&v, opt, arg, signs, 4);
		o->sign = (enum sign)v;
		o->sign_given = true;
		return err;

	case OPT_CORRELATE:
		err = word_parse(&v, opt, arg, correlates, 5);
		o->correlate = (enum correlate)v;
		o->correlate_given = true;
		return err;

	case OPT_WHO:
		err = word_parse(&v, opt, arg, sides, 2);
		o->agent_hangs_up = v == 1;
		return err;

	default:
		o->expect = arg;
		return word_parse(&v, opt, arg, outcomes, 12);
	}
}


static int numbers_apply(struct options *o, int c, const char *opt,
			 const char *arg)
{
	double v = 0;
	int err;

	switch (c) {

	case OPT_CALLS:
		err = number_parse(&v, opt, arg, 1, 1e6);
		o->calls = (uint32_t)v;
		return err;

	case OPT_PARALLEL:
		err = number_parse(&v, opt, arg, 1, 1000);
		o->parallel = (uint32_t)v;
		return err;

	case OPT_RATE:
		return number_parse(&o->rate, opt, arg, 0.001, 10000);

	case OPT_GAP:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX * 1000.0);
		o->gap = (uint32_t)v;
		o->gap_given = true;
		return err;

	case OPT_LATE:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX * 1000.0);
		o->late = (uint32_t)v;
		o->late_given = true;
		return err;

	case OPT_ADVICE_CODE:
		err = number_parse(&v, opt, arg, 200, 699);
		o->advice_code = (uint16_t)v;
		return err;

	case OPT_TALK:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX);
		o->talk = (uint32_t)(v * 1000);
		o->talk_given = true;
		return err;

	case OPT_TIMEOUT:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX);
		o->timeout = (uint32_t)(v * 1000);
		o->timeout_given = true;
		return err;

	case OPT_CONSULT:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX * 1000.0);
		o->consult = (uint32_t)v;
		return err;

	case OPT_MESSAGE_GAP:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX * 1000.0);
		o->message_gap = (uint32_t)v;
		return err;

	default:
		err = number_parse(&v, opt, arg, 0, SECONDS_MAX * 1000.0);
		o->cancel_after = (uint32_t)v;
		o->cancel = true;
		return err;
	}
}


static int texts_apply(struct options *o, int c, const char *opt,
		       const char *arg)
{
	switch (c) {

	case OPT_CONTEXT:
		if (address_check(arg))
			return EINVAL;
		return list_add(o->contextv, &o->contextc, opt, arg);

	case OPT_HEADER:
		if (header_check(arg))
			return EINVAL;
		return list_add(o->headerv, &o->headerc, opt, arg);

	case OPT_UUI:
		o->uui = arg;
		return line_check(opt, arg, "");

	case OPT_FROM:
		o->from = arg;
		return uri_check(opt, arg);

	case OPT_CALLER:
		o->caller = arg;
		return uri_check(opt, arg);

	case OPT_REFERRED_BY:
		o->referred_by = arg;
		return uri_check(opt, arg);

	case OPT_FROM_NAME:
		o->from_name = arg;
		return line_check(opt, arg, "\"\\");

	case OPT_CALLER_NAME:
		o->caller_name = arg;
		return line_check(opt, arg, "\"\\");

	case OPT_HANDOFF_ID:
		o->handoff_id = arg;
		return id_check(arg);

	case OPT_SAY:          o->say = arg;            return 0;
	case OPT_HEAR:         o->hear = arg;           return 0;
	case OPT_LOCAL:        o->local = arg;          return 0;
	case OPT_CALLER_LOCAL: o->caller_local = arg;   return 0;
	case OPT_CA:           o->ca = arg;             return 0;
	case OPT_CERT:         o->cert = arg;           return 0;
	case OPT_NO_REFERRED_BY: o->no_referred_by = true; return 0;
	case OPT_MUST_HEAR:    o->must_hear = true;     return 0;
	case OPT_ADVICE:       o->advice = true;        return 0;
	case OPT_IN_DIALOG:    o->in_dialog = true;     return 0;
	case OPT_VERBOSE:      o->verbose = true;       return 0;
	default:               return EINVAL;
	}
}


static int one_apply(struct options *o, int c, const char *opt,
		     const char *arg)
{
	if (c >= OPT_TARGET)
		return passing_apply(o, c, opt, arg);

	switch (c) {

	case OPT_SHAPE: case OPT_CARRIER: case OPT_FAULT: case OPT_TRANSPORT:
	case OPT_WHO: case OPT_EXPECT: case OPT_SRTP: case OPT_SIGN:
	case OPT_CORRELATE:
		return words_apply(o, c, opt, arg);

	case OPT_CALLS: case OPT_PARALLEL: case OPT_RATE: case OPT_TALK:
	case OPT_TIMEOUT: case OPT_CONSULT: case OPT_CANCEL:
	case OPT_MESSAGE_GAP: case OPT_GAP: case OPT_LATE:
	case OPT_ADVICE_CODE:
		return numbers_apply(o, c, opt, arg);

	default:
		return texts_apply(o, c, opt, arg);
	}
}


/*
 * Fills @o. Returns -1 to go on, else the exit status: 0 after --help, 2 after
 * a mistake, which has been printed.
 */
int options_parse(struct options *o, int argc, char *argv[])
{
	int c, i = 0;

	*o = (struct options){
		.from_name = "AI agent", .caller_name = "Simulated caller",
		.calls = 1, .talk = 3000, .consult = 500, .timeout = 30000,
		.gap = 200, .late = 5000, .advice_code = 200,
		.ring = 200, .slow = 1000, .code = 488, .refer_code = 603,
	};

	while ((c = getopt_long(argc, argv, "hv", longopts, &i)) != -1) {
		switch (c) {

		case '?':
			/* getopt has said what is wrong */
			fputs("baton-sim: --help tells the options\n",
			      stderr);
			return EXIT_USAGE;

		case 'h':
		case OPT_HELP:
			fputs(options_usage, stdout);
			return EXIT_SUCCESS;

		case OPT_VERSION:
			puts("baton-sim " BATON_VERSION);
			return EXIT_SUCCESS;

		case 'v':
			o->verbose = true;
			break;

		default:
			if (one_apply(o, c, longopts[i].name, optarg))
				return EXIT_USAGE;
		}
	}

	if (optind + 1 != argc) {
		fprintf(stderr, "baton-sim: %s; --help tells the options\n",
			optind < argc ? "more than one target"
			: "no target, wanted is sip:user@host:port");
		return EXIT_USAGE;
	}
	o->uri = argv[optind];
	passing_complete(o);
	if (passing_check(o))
		return EXIT_USAGE;
	if (!o->carriers)
		o->carriers = CARRIER_BODY;
	if (o->fault == FAULT_STOLEN_TAGS) {
		/* A thief knows the dialog, but sits elsewhere */
		o->no_referred_by = true;
		if (!o->caller_local)
			o->caller_local = "127.0.0.2";
	}
	if (uri_check("target", o->uri) || combination_check(o))
		return EXIT_USAGE;

	return -1;
}
