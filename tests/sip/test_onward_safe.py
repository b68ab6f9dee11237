"""Whatever fails, the caller ends with a person: heard by both, not read off
a state. The table has every failure; test_onward_safe_tls.py tries them too.

The person's tone must come to the caller after the failure, and a tone that
the caller begins only then must come to the person.
"""

import os

import pytest

from harness import never
from legs import ABLE, ALLOW, SILENT, SUPPORTED
from onward import Scene
from tones import PERSON

NO_REFER = (ALLOW.replace(" REFER,", ""), SUPPORTED)
NO_REPLACES = (ALLOW, "Supported: timer")
ACCEPTED = (202, "Accepted")


# -- each failure, up to the moment after which the caller is to be heard ----
# Each returns the target's call if it is still there, else None

def hold_refused(s):
    s.caller.answers["INVITE"] = [(488, "Not Acceptable Here"), (200, "OK")]
    s.consult().refuse(486, "Busy Here")


def hold_glare(s):
    s.caller.answers["INVITE"] = [(491, "Request Pending")] * 2 + [
        (200, "OK")]
    s.consult().refuse(486, "Busy Here")


def target_busy(s):
    s.consult().refuse(486, "Busy Here")


def target_unknown(s):
    s.consult().refuse(404, "Not Found")


def target_declines_after_ringing(s):
    target = s.consult()
    target.ring()
    target.refuse(603, "Decline")


def target_rings_for_ever(s):
    target = s.consult()
    target.ring()
    target.wait_request("CANCEL")


def target_swallows_all(s):
    s.at["Billing"].deaf = True
    s.phone.order("baton_consult", "Billing")


def target_answers_no_cancel(s):
    target = s.consult()
    target.crossing = True
    target.answers["CANCEL"] = SILENT
    target.ring()
    target.wait_request("CANCEL")


def target_has_no_codec(s):
    """An answer that cannot be used."""
    target = s.consult()
    target.ring()
    no_audio = b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\n" \
        b"c=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n"
    target.reply(200, "OK", ABLE, no_audio)
    s.wait_state("connected", "onward-talking")
    if s.state() == "onward-talking":
        s.phone.order("baton_back")


def fallbacks_fail_too(s):
    s.consult().refuse(486, "Busy Here")
    s.rung("Second").refuse(480, "Unavailable")


def target_leaves(s):
    s.talk().bye()


def target_leaves_after_swap(s):
    target = s.talk()
    s.phone.order("baton_swap")
    target.wait_held()
    s.caller.wait_held(False)
    s.caller.voice.hears(PERSON)
    target.bye()


def target_leaves_merged(s):
    target = s.merge()
    s.caller.voice.hears(PERSON, 0.15)
    target.bye()


def person_comes_back(s):
    s.talk()
    s.phone.order("baton_back")


def person_comes_back_while_ringing(s):
    target = s.consult()
    target.ring()
    s.wait_step(180)
    s.phone.order("baton_back")


def refer_refused(s):
    return s.complete(refer=(400, "Bad Request"))[1]


def refer_ignored(s):
    return s.complete(refer=SILENT)[1]


def refer_accepted_and_silence(s):
    return s.complete()[1]


def refer_half_told(s):
    _, target = s.complete()
    s.caller.notify("180 Ringing")
    return target


def refer_failed(s):
    _, target = s.complete()
    s.caller.notify("100 Trying")
    s.caller.notify("500 Server Error")
    return target


def refer_ended_without_a_word(s):
    _, target = s.complete()
    s.caller.notify("100 Trying", state="terminated;reason=timeout")
    return target


def refer_told_in_rubbish(s):
    _, target = s.complete()
    s.caller.notify("", over=True, body=b"\0\xff nonsense")
    return target


def refer_both_ways_refused(s):
    target = s.talk()
    target.answers["REFER"] = (501, "Not Implemented")
    s.caller.answers["REFER"] = (405, "Method Not Allowed")
    s.phone.order("baton_complete")
    target.wait_request("REFER")
    return target


def refer_other_way_and_silence(s):
    target = s.talk(ability=NO_REPLACES)
    target.answers["REFER"] = ACCEPTED
    s.phone.order("baton_complete")
    target.wait_request("REFER")
    return target


def nobody_can(s):
    """Neither REFER nor Replaces: refused, and the person goes back."""
    s.talk(ability=NO_REFER)
    s.phone.refused("baton_complete")
    s.phone.order("baton_back")


def target_leaves_and_refer_fails(s):
    _, target = s.complete()
    target.bye()
    s.caller.notify("481 Call Does Not Exist")


def target_leaves_and_silence(s):
    s.complete()[1].bye()


def complete_while_ringing_fails(s):
    target = s.consult()
    target.ring()
    s.wait_step(180)
    s.caller.answers["REFER"] = ACCEPTED
    s.phone.order("baton_complete")
    s.caller.wait_request("REFER")
    s.caller.notify("486 Busy Here")


def blind(s, answer=ACCEPTED):
    s.caller.answers["REFER"] = answer
    s.phone.order("baton_transfer", "Billing")
    s.caller.wait_request("REFER")


def blind_refused(s):
    blind(s, (603, "Decline"))


def blind_failed(s):
    blind(s)
    s.caller.notify("404 Not Found")


def blind_ignored(s):
    blind(s, SILENT)


def blind_silence(s):
    blind(s)


def blind_taken_back(s):
    blind(s)
    s.phone.order("baton_back")


def resume_glare(s):
    """The offer that ends the hold meets 491 twice."""
    target = s.talk()
    s.caller.answers["INVITE"] = [(491, "Request Pending")] * 2 + [
        (200, "OK")]
    target.bye()
    s.caller.wait_nth("INVITE", 4)


FAILURES = {f.__name__: f for f in (
    hold_refused, hold_glare, target_busy, target_unknown,
    target_declines_after_ringing, target_rings_for_ever,
    target_swallows_all, target_answers_no_cancel, target_has_no_codec,
    fallbacks_fail_too, target_leaves, target_leaves_after_swap,
    target_leaves_merged, person_comes_back,
    person_comes_back_while_ringing, refer_refused, refer_ignored,
    refer_accepted_and_silence, refer_half_told, refer_failed,
    refer_ended_without_a_word, refer_told_in_rubbish,
    refer_both_ways_refused, refer_other_way_and_silence, nobody_can,
    target_leaves_and_refer_fails, target_leaves_and_silence,
    complete_while_ringing_fails, blind_refused, blind_failed,
    blind_ignored, blind_silence, blind_taken_back, resume_glare)}

ABILITIES = {"nobody_can": NO_REFER}
# Nothing failed there, the person wanted it so; or a talk that is without
# sound from its beginning
WANTED = {"target_has_no_codec", "person_comes_back",
          "person_comes_back_while_ringing", "nobody_can",
          "blind_taken_back"}


def check(bench, name, lines=(), **options):
    """One of the table, from a connected caller to a caller who is heard."""
    two = name == "fallbacks_fail_too"
    s = Scene(bench, ("baton_target_timeout", "1"),
              ("baton_transfer_timeout", "1"), *lines,
              labels=("Billing", "Second") if two else ("Billing",),
              fallback={"Billing": "Second"} if two else None, sound=True,
              ability=ABILITIES.get(name, ABLE), **options)
    s.caller.voice.hears(PERSON)
    target = FAILURES[name](s)
    if name not in WANTED:
        # Nothing fails silently
        s.phone.wait_alert(s.ident)
    if target:
        s.target_still(target)
        # ... and from there the person gets rid of the target
        s.phone.order("baton_back")
        target.wait_request("BYE")
    s.caller_back()


@pytest.mark.parametrize("name", list(FAILURES))
def test_caller_is_with_a_person(bench, name):
    check(bench, name)


def test_caller_is_with_the_target(bench):
    """The other end of it: when all goes well, not for a moment without
    anybody. The new call is up before the old ones end."""
    s = Scene(bench, sound=True)
    refer, target = s.complete()
    new = s.take_over(refer)
    never("an old call ends", lambda: s.caller.has_request("BYE") or
          target.has_request("BYE"), 0.3)
    s.caller.notify("200 OK")
    s.transferred()
    target.wait_request("BYE")
    assert not new.has_request("BYE")


def test_file_of_the_table():
    """Each function of a failure above is in the table."""
    with open(os.path.abspath(__file__), encoding="utf-8") as f:
        text = f.read()
    part = text.split("# -- each failure")[1].split("FAILURES = {")[0]
    names = {line[4:].split("(")[0] for line in part.splitlines()
             if line.startswith("def ")} - {"blind"}
    assert names == set(FAILURES)
