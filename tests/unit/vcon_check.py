"""A strict reader of draft-ietf-vcon-vcon-core-04: check() says what is wrong
with a vCon, lost() what an amended one does not hold any more.

By hand, from the text of the draft: what it says must, must not, and in which
range. What it leaves open (unknown names, vendors' bodies) is let through.
"""

import re

DATE = re.compile(r"^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?"
                  r"(Z|[+-]\d\d:\d\d)$")
HASH = re.compile(r"^([a-z0-9]+)-([A-Za-z0-9_-]+)$")
MEDIATYPE = re.compile(r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+"
                       r"(\s*;.*)?$", re.S)
BASE64URL = re.compile(r"^[A-Za-z0-9_-]+$")

DISPOSITIONS = {"no-answer", "congestion", "failed", "busy", "hung-up",
                "voicemail-no-message"}
TYPES = {"recording", "recording-set", "text", "transfer", "incomplete"}
FILE = {"mediatype", "filename", "body", "encoding", "url", "content_hash"}
TRANSFER = {"transferee", "transferor", "transfer_target", "original",
            "consultation", "target_dialog"}

# Table 1 of section 4.3: what a type must not have
BANNED = {
    "recording": {"recordings"} | TRANSFER,
    "recording-set": FILE | {"recording_set", "message_id"} | TRANSFER,
    "text": {"recordings", "recording_set"} | TRANSFER,
    "transfer": FILE | {"parties", "originator", "recordings", "session_id",
                        "recording_set", "party_history", "message_id"},
    "incomplete": FILE | {"recordings", "recording_set", "message_id"}
    | TRANSFER,
}

# Names of versions before: gone, or called otherwise
OLD = {"mimetype", "transfer-target", "target-dialog", "appended",
       "must_support", "vendor_schema", "vendor_product"}


class Checker:
    def __init__(self, vcon):
        self.v = vcon
        self.wrong = []

    def say(self, where, what):
        self.wrong.append("%s: %s" % (where, what))

    # -- values -------------------------------------------------------------

    def text(self, where, obj, key, need=False):
        if key not in obj:
            if need:
                self.say(where, "%s is missing" % key)
            return
        if not isinstance(obj[key], str):
            self.say(where, "%s is no string: %r" % (key, obj[key]))

    def date(self, where, obj, key, need=False):
        self.text(where, obj, key, need)
        got = DATE.match(obj[key]) if isinstance(obj.get(key), str) else None
        if key in obj and (not got or not 1 <= int(got[2]) <= 12 or
                           not 1 <= int(got[3]) <= 31):
            self.say(where, "%s is no date with offset: %r"
                     % (key, obj[key]))

    def is_index(self, val, count):
        return isinstance(val, int) and not isinstance(val, bool) \
            and 0 <= val < count

    def index(self, where, obj, key, count, need=False):
        if key not in obj:
            if need:
                self.say(where, "%s is missing" % key)
        elif not self.is_index(obj[key], count):
            self.say(where, "%s is no index below %d: %r"
                     % (key, count, obj[key]))

    def indices(self, where, obj, key, count, need=False):
        if key not in obj:
            if need:
                self.say(where, "%s is missing" % key)
            return
        val = obj[key] if isinstance(obj[key], list) else [obj[key]]
        if not all(self.is_index(i, count) for i in val):
            self.say(where, "%s has what is no index below %d: %r"
                     % (key, count, obj[key]))

    def parties(self, where, obj, count):
        """int, or (int | int[] | null)[]"""
        val = obj.get("parties", [])
        for one in val if isinstance(val, list) else [val]:
            if one is None and isinstance(val, list):
                continue
            for i in one if isinstance(one, list) else [one]:
                if not self.is_index(i, count):
                    self.say(where, "parties: %r" % val)

    def hash(self, where, val):
        for one in val if isinstance(val, list) and val else [val]:
            got = HASH.match(one) if isinstance(one, str) else None
            if not got:
                self.say(where, "content_hash: %r" % (val,))
            elif got[1] == "sha512" and len(got[2]) != 86:
                self.say(where, "content_hash of a wrong length: %s" % one)

    def file(self, where, obj, mediatype):
        """Inline or external; mediatype: it must have one when inline."""
        self.text(where, obj, "mediatype")
        self.text(where, obj, "filename")
        if "mediatype" in obj and isinstance(obj["mediatype"], str) and \
                not MEDIATYPE.match(obj["mediatype"]):
            self.say(where, "mediatype: %r" % obj["mediatype"])
        if "url" in obj:
            self.text(where, obj, "url")
            if "content_hash" not in obj:
                self.say(where, "url without content_hash")
        if "content_hash" in obj:
            self.hash(where, obj["content_hash"])
            if "url" not in obj:
                self.say(where, "content_hash without url")
        if "body" not in obj:
            if "encoding" in obj:
                self.say(where, "encoding without body")
            return
        enc = obj.get("encoding")
        if "url" in obj:
            self.say(where, "both inline and external")
        if enc not in ("none", "json", "base64url"):
            self.say(where, "encoding: %r" % enc)
        if enc != "json" and not isinstance(obj["body"], str):
            self.say(where, "body of %s is no string" % enc)
        if enc == "base64url" and (not BASE64URL.match(obj["body"]) or
                                   len(obj["body"]) % 4 == 1):
            self.say(where, "body is no base64url")
        if mediatype and "mediatype" not in obj:
            self.say(where, "inline without mediatype")

    # -- objects ------------------------------------------------------------

    def party(self, where, obj):
        for key in ("tel", "sip", "stir", "mailto", "name", "did", "uuid",
                    "validation", "gmlpos", "type", "org", "dept", "role"):
            self.text(where, obj, key)
        if "role" in obj and "CC" not in self.v.get("extensions", []):
            self.say(where, "role without extension CC")

    def history(self, where, val, count):
        if not isinstance(val, list):
            self.say(where, "party_history is no list")
            return
        for one in val:
            self.index(where, one, "party", count, need=True)
            self.date(where, one, "time", need=True)
            if one.get("event") not in ("join", "drop", "hold", "unhold",
                                        "mute", "unmute", "keydown",
                                        "keyup"):
                self.say(where, "event: %r" % one.get("event"))
            if str(one.get("event")).startswith("key"):
                self.text(where, one, "button", need=True)

    def session(self, where, val):
        if isinstance(val, list):
            for one in val:
                self.session(where, one)
        elif not isinstance(val, dict):
            self.say(where, "session_id: %r" % val)
        elif val:
            self.text(where, val, "local", need=True)
            self.text(where, val, "remote", need=True)

    def dialog(self, where, obj, parties, dialogs):
        kind = obj.get("type")
        if kind not in TYPES:
            self.say(where, "type: %r" % (kind,))
            return
        for key in sorted(BANNED[kind] & set(obj)):
            self.say(where, "%s in a %s" % (key, kind))
        self.date(where, obj, "start")
        duration = obj.get("duration", 0)
        if isinstance(duration, bool) or \
                not isinstance(duration, (int, float)) or duration < 0:
            self.say(where, "duration: %r" % duration)
        self.parties(where, obj, parties)
        self.index(where, obj, "originator", parties)
        self.text(where, obj, "application")
        self.text(where, obj, "message_id")
        if "session_id" in obj:
            self.session(where, obj["session_id"])
        if "party_history" in obj:
            self.history(where, obj["party_history"], parties)
        if kind in ("recording", "text"):
            self.file(where, obj, mediatype=True)
        if kind == "recording":
            self.index(where, obj, "recording_set", dialogs)
        if kind == "recording-set":
            self.indices(where, obj, "recordings", dialogs, need=True)
        if kind == "incomplete" and \
                obj.get("disposition") not in DISPOSITIONS:
            self.say(where, "disposition: %r" % obj.get("disposition"))
        if kind == "transfer":
            self.transfer(where, obj, parties, dialogs)

    def transfer(self, where, obj, parties, dialogs):
        """Roles are single since -04; the original is one that took place"""
        for key in ("transferee", "transferor", "transfer_target"):
            self.index(where, obj, key, parties)
        for key in ("original", "consultation", "target_dialog"):
            self.index(where, obj, key, dialogs)
        if not self.is_index(obj.get("original", 0), dialogs):
            return
        for key, kinds in (
                ("original", {"recording", "recording-set", "text"}),
                ("consultation", TYPES - {"transfer"}),
                ("target_dialog", TYPES - {"transfer"})):
            if key in obj and self.is_index(obj[key], dialogs):
                kind = self.v["dialog"][obj[key]].get("type")
                if kind not in kinds:
                    self.say(where, "%s is a dialog of type %s"
                             % (key, kind))

    def analysis(self, where, obj, dialogs, attachments):
        self.text(where, obj, "type", need=True)
        self.text(where, obj, "vendor", need=True)
        self.text(where, obj, "product")
        self.text(where, obj, "schema")
        self.indices(where, obj, "dialog", dialogs)
        self.indices(where, obj, "attachment", attachments)
        self.file(where, obj, mediatype=False)

    def attachment(self, where, obj, parties, dialogs):
        self.date(where, obj, "start", need=True)
        self.index(where, obj, "party", parties, need=True)
        self.index(where, obj, "dialog", dialogs, need=True)
        self.text(where, obj, "purpose")
        self.file(where, obj, mediatype=True)

    def origin(self, where, val):
        if not isinstance(val, dict):
            self.say(where, "is no object")
            return
        self.text(where, val, "uuid")
        if "uuid" not in val and "url" not in val:
            self.say(where, "neither uuid nor url")
        if ("url" in val) != ("content_hash" in val):
            self.say(where, "url and content_hash belong together")
        if "content_hash" in val:
            self.hash(where, val["content_hash"])

    def old_names(self, where, val):
        for key in sorted(OLD & set(val)):
            self.say(where, "old name %s" % key)

    def top(self):
        v = self.v
        if not isinstance(v, dict):
            self.say("vcon", "is no object")
            return
        if v.get("vcon", "0.4.0") != "0.4.0":
            self.say("vcon", "version %r" % v["vcon"])
        self.text("vcon", v, "uuid", need=True)
        self.date("vcon", v, "created_at", need=True)
        self.date("vcon", v, "updated_at")
        self.text("vcon", v, "subject")
        self.old_names("vcon", v)
        for key in ("extensions", "critical"):
            val = v.get(key, [])
            if not isinstance(val, list) or \
                    not all(isinstance(e, str) for e in val):
                self.say("vcon", "%s: %r" % (key, val))
        if not set(v.get("critical", [])) <= set(v.get("extensions", [])):
            self.say("vcon", "critical has what is not in extensions")
        if "amended" in v and "redacted" in v:
            self.say("vcon", "both amended and redacted")
        if "group" in v:
            self.say("vcon", "group is reserved")
        for key in ("amended", "redacted"):
            if key in v:
                self.origin(key, v[key])

        lists = {}
        for key in ("parties", "dialog", "analysis", "attachments"):
            val = v.get(key, [])
            if not isinstance(val, list) or \
                    not all(isinstance(e, dict) for e in val):
                self.say("vcon", "%s is no list of objects" % key)
                val = []
            lists[key] = val
        if not any(lists.values()):
            self.say("vcon", "nothing in it")
        parties = len(lists["parties"])
        dialogs = len(lists["dialog"])
        for i, obj in enumerate(lists["parties"]):
            self.party("parties[%d]" % i, obj)
        for i, obj in enumerate(lists["dialog"]):
            self.old_names("dialog[%d]" % i, obj)
            self.dialog("dialog[%d]" % i, obj, parties, dialogs)
        for i, obj in enumerate(lists["analysis"]):
            self.old_names("analysis[%d]" % i, obj)
            self.analysis("analysis[%d]" % i, obj, dialogs,
                          len(lists["attachments"]))
        for i, obj in enumerate(lists["attachments"]):
            self.old_names("attachments[%d]" % i, obj)
            self.attachment("attachments[%d]" % i, obj, parties, dialogs)


def check(vcon):
    """What is wrong with a vCon in its unsigned form: a list of sentences."""
    checker = Checker(vcon)
    checker.top()
    return checker.wrong


def transfer_of(vcon):
    """The last transfer, whole: parties and dialogs in place of indices."""
    got = [d for d in vcon["dialog"] if d["type"] == "transfer"][-1]
    out = {}
    for key in TRANSFER & set(got):
        source = vcon["parties" if key.startswith("transfer") else "dialog"]
        out[key] = source[got[key]]
    return out


# What belongs to one vCon and not to the next
OWN = {"vcon", "uuid", "created_at", "updated_at", "amended", "redacted"}


def lost(old, new):
    """What of a vCon of today is not in the one that amends it."""
    wrong = []
    for key, val in old.items():
        if key in OWN:
            continue
        if isinstance(val, list):
            if new.get(key, [])[:len(val)] != val:
                wrong.append("%s: not all of it, in the same order" % key)
        elif new.get(key) != val:
            wrong.append("%s: %r became %r" % (key, val, new.get(key)))
    if new.get("uuid") == old.get("uuid"):
        wrong.append("uuid: the same")
    if "uuid" in old and new.get("amended") != {"uuid": old["uuid"]}:
        wrong.append("amended: %r" % (new.get("amended"),))
    return wrong
