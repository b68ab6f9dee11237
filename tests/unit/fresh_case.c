/**
 * @file fresh_case.c  A hand-off whose caller follows, and what he may have
 * in common with it
 */
#include <string.h>
#include "fresh_case.h"


struct context *case_about(const char *id, const char *tel,
			   const char *sip)
{
	struct context *ctx = upd_context(id, NULL, "He wants his money.");

	if (tel)
		assert_int_equal(context_set(ctx, &ctx->caller.tel, tel,
					     strlen(tel)), 0);
	if (sip)
		assert_int_equal(context_set(ctx, &ctx->caller.sip, sip,
					     strlen(sip)), 0);

	return ctx;
}


unsigned case_consulting(struct fake_host *fh, unsigned n,
			 const char *id, unsigned *hop)
{
	unsigned leg = fake_consulting(fh, n, hop);

	upd_given(fh, *hop, case_about(id, TEL, SIP));

	return leg;
}


/* The AI accepted and gone */
unsigned case_left(struct fake_host *fh, unsigned n, unsigned *hop)
{
	unsigned leg = case_consulting(fh, n, ID, hop);

	fake_end(fh, leg, LEG_END_PEER, "");
	fake_assert(fh, *hop, BATON_CLOSED, BATON_AI_LEFT);

	return leg;
}


/** What an INVITE of dialog 50 has of a hand-off */
void case_caller(struct fake_invite *fi)
{
	fake_invite_init(fi, 50);
	fi->inv.from_name = "Carl";
	fi->inv.from_uri = "sip:4471@gateway.example.org";
	fi->inv.has_context = false;
}


void case_with_id(struct fake_invite *fi)
{
	static const char *const ids[] = {ID};

	fi->inv.idv = ids;
	fi->inv.idc = 1;
}


void case_with_referred(struct fake_invite *fi)
{
	fi->inv.referred_by = "sip:ai@example.com";
}


void case_with_tel(struct fake_invite *fi)
{
	fi->inv.from_uri = "sip:0301234567@gateway.example.org";
}


void case_with_asserted(struct fake_invite *fi)
{
	fi->inv.asserted_uri = "tel:0049301234567";
}


void case_with_sip(struct fake_invite *fi)
{
	fi->inv.from_uri = "sip:carl@example.net:5080";
}
