/**
 * @file fake_onward.c  What the fake host does for a call to somebody else
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fake_host.h"


static struct fake_call *call_of(struct fake_host *fh, unsigned leg)
{
	assert_true(leg > 0 && leg < FAKE_MAX);

	return &fh->callv[leg];
}


/**
 * What the other side of a leg can: for the test to set
 *
 * @param fh  Host
 * @param leg Leg
 *
 * @return Its abilities, the host's
 */
struct desk_ability *fake_ability(struct fake_host *fh, unsigned leg)
{
	assert_true(leg > 0 && leg < FAKE_MAX);

	if (!fh->abilityv) {
		fh->abilityv = calloc(FAKE_MAX, sizeof(*fh->abilityv));
		assert_non_null(fh->abilityv);
	}

	return &fh->abilityv[leg];
}


static int op_id_make(char id[DESK_ID], void *arg)
{
	struct fake_host *fh = arg;

	(void)snprintf(id, DESK_ID, "7f3c9a52-0be4-4d1f-9c68-2a51e0b7%04u",
		       ++fh->ids);

	return 0;
}


static int op_refer(const struct desk_refer_out *ref, void *arg)
{
	struct fake_host *fh = arg;

	assert_int_equal(call_of(fh, ref->leg)->state, FAKE_UP);
	assert_non_null(ref->uri);
	assert_non_null(ref->referred_by);

	if (fh->refer_err)
		return fh->refer_err;

	++fh->refers;
	fh->refer_leg = ref->leg;
	fh->refer_number = ref->number;
	fh->refer_require = ref->require;
	(void)snprintf(fh->refer_uri, sizeof(fh->refer_uri), "%s", ref->uri);
	(void)snprintf(fh->refer_replaces, sizeof(fh->refer_replaces), "%s",
		       ref->replaces ? ref->replaces : "");
	(void)snprintf(fh->refer_id, sizeof(fh->refer_id), "%s",
		       ref->handoff_id ? ref->handoff_id : "");

	return 0;
}


static void op_refer_end(unsigned leg, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(leg > 0);
	++fh->refer_ends;
}


static const char *op_own(size_t i, const char **contactp, void *arg)
{
	struct fake_host *fh = arg;

	*contactp = fh->own_contact;

	return i ? NULL : fh->own;
}


static void op_pass_end(unsigned handoff, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(handoff > 0);
	++fh->pass_ends;
}


static int op_pass(const struct desk_pass *pass, void *arg)
{
	struct fake_host *fh = arg;

	assert_true(pass->handoff > 0);
	assert_non_null(pass->uri);

	if (fh->pass_err)
		return fh->pass_err;

	++fh->passes;
	fh->pass_leg = pass->leg;
	fh->pass_number = pass->number;
	(void)snprintf(fh->pass_uri, sizeof(fh->pass_uri), "%s", pass->uri);

	return 0;
}


static int op_mix(unsigned a, unsigned b, void *arg)
{
	struct fake_host *fh = arg;

	assert_false(fh->mixing);
	assert_int_equal(call_of(fh, a)->state, FAKE_UP);
	assert_int_equal(call_of(fh, b)->state, FAKE_UP);

	if (fh->mix_err)
		return fh->mix_err;

	fh->mixing = true;
	++fh->mixes;
	fh->mix_a = a;
	fh->mix_b = b;

	return 0;
}


static void op_unmix(void *arg)
{
	struct fake_host *fh = arg;

	assert_true(fh->mixing);
	fh->mixing = false;
}


static void op_ability(unsigned leg, struct desk_ability *ability, void *arg)
{
	struct fake_host *fh = arg;

	*ability = *fake_ability(fh, leg);
}


/**
 * Set what the desk orders for it
 *
 * @param ops Orders
 */
void fake_onward_ops(struct desk_ops *ops)
{
	ops->id_make   = op_id_make;
	ops->refer     = op_refer;
	ops->refer_end = op_refer_end;
	ops->pass      = op_pass;
	ops->pass_end  = op_pass_end;
	ops->own       = op_own;
	ops->mix       = op_mix;
	ops->unmix     = op_unmix;
	ops->ability   = op_ability;
}
