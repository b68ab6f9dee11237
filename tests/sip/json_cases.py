"""A JSON suite of our own: what may arrive as a context, good and bad.

Each case is (name, bytes). The name begins with y_ (must be read), n_ (must
be refused, with a line that says why) or i_ (either will do, and no more).
"""

import json


def _wrapped(values):
    """Values that go where a value may stand."""
    for name, text in values:
        if isinstance(text, str):
            text = text.encode("utf-8")
        yield name, b'{"intent":"ok","x":' + text + b"}"


def _structure():
    good = b'{"intent":"ok"}'
    yield "y_object", good
    yield "y_blanks", b" \t\r\n" + good + b"\r\n\t "
    yield "y_blanks_inside", b'{ \n"intent"\t:\r"ok" , "x" : [ 1 , 2 ] }'
    yield "y_name_empty", b'{"intent":"ok","":1}'
    yield "y_name_twice", b'{"intent":"no","intent":"ok"}'
    yield "y_name_escaped", b'{"\\u0069ntent":"ok"}'
    yield "y_name_long", b'{"intent":"ok","' + b"n" * 50000 + b'":1}'
    yield "y_many_names", json.dumps(dict(
        {"intent": "ok"}, **{"k%d" % n: n for n in range(3000)})).encode()
    yield "y_many_values", b'{"intent":"ok","x":[' + b"0," * 20000 + b"0]}"
    yield "y_empties", b'{"intent":"ok","a":{},"b":[],"c":"","d":null}'
    yield "n_empty_object_is_no_context", b"{}"
    for name, text in (
            ("array", "[1]"), ("string", '"x"'), ("number", "1"),
            ("null", "null"), ("true", "true"), ("word", "ok"),
            ("open", "{"), ("close", "}"), ("open_list", "["),
            ("blank", " "), ("newline", "\r\n"), ("comma", ","),
            ("colon", ":"), ("quote", '"'), ("backslash", "\\"),
            ("xml", "<vcon/>"), ("yaml", "intent: ok"),
            ("form", "intent=ok&x=1"), ("name_only", '{"intent"}'),
            ("no_value", '{"intent":}'), ("no_colon", '{"intent" "ok"}'),
            ("two_colons", '{"intent"::"ok"}'),
            ("comma_first", '{,"intent":"ok"}'),
            ("comma_last", '{"intent":"ok",}'),
            ("two_commas", '{"intent":"ok",,"x":1}'),
            ("no_comma", '{"intent":"ok" "x":1}'),
            ("semicolon", '{"intent":"ok";"x":1}'),
            ("list_comma_last", '{"intent":"ok","x":[1,]}'),
            ("list_no_comma", '{"intent":"ok","x":[1 2]}'),
            ("list_colon", '{"intent":"ok","x":[1:2]}'),
            ("list_in_object", '{"intent":"ok","x":[1}'),
            ("object_in_list", '{"intent":"ok","x":[{]}'),
            ("single_quotes", "{'intent':'ok'}"),
            ("bare_name", '{intent:"ok"}'),
            ("number_name", '{1:"ok"}'),
            ("comment", '{"intent":"ok"/* x */}'),
            ("line_comment", '{"intent":"ok"}// x'),
            ("hash_comment", '# x\n{"intent":"ok"}'),
            ("garbage_after", '{"intent":"ok"}x'),
            ("bracket_after", '{"intent":"ok"}}'),
            ("two_objects", '{"intent":"ok"}{"intent":"ok"}'),
            ("lines", '{"intent":"ok"}\n{"intent":"ok"}\n'),
            ("json_p", 'f({"intent":"ok"})'),
            ("guard", ')]}\',\n{"intent":"ok"}')):
        yield "n_structure_" + name, text.encode()


def _truncated():
    whole = json.dumps({
        "intent": "ok", "caller": {"name": "R\u00f6mer", "verified": True},
        "transcript": [{"who": "ai", "text": "a\\\"b\u20ac"}],
        "confidence": -1.5e-3, "x": None}, ensure_ascii=False).encode()
    for cut in range(1, len(whole), 4):
        yield "n_cut_%03d" % cut, whole[:cut]
        yield "n_tail_%03d" % cut, whole[cut:]


def _numbers():
    for n, text in enumerate((
            "0", "-0", "1", "-1", "0.1", "1.5e3", "1E+2", "1e-2", "1e999",
            "-1e999", "1e-999", "9223372036854775808", "-9223372036854775809",
            "123456789" * 100, "0." + "0" * 5000 + "1", "1" * 20000)):
        yield "y_number_%02d" % n, text
    for n, text in enumerate((
            "01", "-01", "+1", ".5", "1.", "-", "--1", "1e", "1e+", "1.e1",
            "1.2.3", "0x10", "1a", "1 000", "1_000", "1,5", "\uff11", "1/2",
            "- 1", "0e", "1e1.5", "nan", "inf", "TRUE", "True", "nul",
            "nulll", "undefined", "none", "$1")):
        yield "n_number_%02d" % n, text
    for text in ("NaN", "Infinity", "-Infinity"):
        yield "i_number_" + text, text


def _strings():
    for name, text in (
            ("escapes", r'"\"\\\/\b\f\n\r\t"'), ("unicode", '"\u00e4\u20ac"'),
            ("astral", '"\U0001f600"'), ("pair", r'"\ud83d\ude00"'),
            ("nul", r'"a\u0000b"'), ("noncharacter", '"\uffff\ufdd0"'),
            ("bidi", '"\u202e\u2066abc\u2069"'), ("delete", '"a\x7fb"'),
            ("separators", '"\u2028\u2029"'), ("bom", '"\ufeff"'),
            ("lone_high", r'"\ud800"'), ("lone_low", r'"\udc00x"'),
            ("two_high", r'"\ud800\ud800"'), ("swapped", r'"\udc00\ud800"'),
            ("half_pair", r'"\ud83d\u0041"'), ("markup", '"<b>&amp;%s%n"'),
            ("long", '"' + "x" * 50000 + '"'),
            ("combining", '"' + "e\u0301" * 2000 + '"'),
            ("backslashes", '"' + "\\\\" * 5000 + '"'),
            ("zero_width", '"\u200b\u200c\u200d\u2060"')):
        yield "y_string_" + name, text
    for name, text in (
            ("no_end", '"abc'), ("escape_x", r'"\x41"'),
            ("escape_octal", r'"\012"'), ("escape_quote", r'"\'"'),
            ("escape_a", r'"\a"'), ("escape_end", '"\\'),
            ("escape_u_short", r'"\u12"'), ("escape_u_bad", r'"\u12g4"'),
            ("escape_u_sign", r'"\u+123"'), ("escape_U", r'"\U0041"'),
            ("escape_brace", r'"\u{41}"'), ("tab", '"a\tb"'),
            ("newline", '"a\nb"'), ("control", '"a\x01b"'),
            ("escape_newline", '"a\\\nb"'), ("typographic", "\u201cx\u201d")):
        yield "n_string_" + name, text


def _bytes():
    text = '{"intent":"ok","x":"\u00e4\u20ac\U0001f600"}'
    yield "y_utf8", text.encode("utf-8")
    yield "y_utf8_bom", b"\xef\xbb\xbf" + text.encode("utf-8")
    for name, data in (
            ("utf16le", text.encode("utf-16-le")),
            ("utf16be", text.encode("utf-16-be")),
            ("utf16bom", text.encode("utf-16")),
            ("utf32le", text.encode("utf-32-le")),
            ("utf32be", text.encode("utf-32-be")),
            ("utf7", b'{"intent":"ok","x":"+AOQ-"}\xff'),
            ("latin1", '{"intent":"\u00e4"}'.encode("latin-1")),
            ("two_boms", b"\xef\xbb\xbf" * 2 + b'{"intent":"ok"}'),
            ("bom_alone", b"\xef\xbb\xbf"),
            ("half_bom", b"\xef\xbb" + b'{"intent":"ok"}'),
            ("nul_after", b'{"intent":"ok"}\0'),
            ("nul_before", b'\0{"intent":"ok"}'),
            ("nul_inside", b'{"intent":\0"ok"}'),
            ("nul_in_string", b'{"intent":"o\0k"}'),
            ("form_feed", b'{"intent":\x0c"ok"}'),
            ("no_break_space", b'{"intent":\xc2\xa0"ok"}'),
            ("random", bytes(range(256)) * 4)):
        yield "n_bytes_" + name, data
    for name, raw in (
            ("overlong2", b"\xc0\xaf"), ("overlong3", b"\xe0\x80\xaf"),
            ("overlong4", b"\xf0\x80\x80\xaf"), ("surrogate",
                                                 b"\xed\xa0\x80"),
            ("too_large", b"\xf4\x90\x80\x80"), ("five",
                                                 b"\xf8\x88\x80\x80\x80"),
            ("continuation", b"\x80"), ("cut2", b"\xc3"),
            ("cut3", b"\xe2\x82"), ("cut4", b"\xf0\x9f\x98"),
            ("ff", b"\xff")):
        yield "n_utf8_" + name, b'{"intent":"' + raw + b'"}'
        yield "n_utf8_name_" + name, b'{"intent":"ok","' + raw + b'":1}'


def _depth():
    for levels in (2, 20, 62):
        yield "y_depth_%d" % levels, b'{"intent":"ok","x":' + \
            b"[" * levels + b"]" * levels + b"}"
        yield "y_depth_objects_%d" % levels, b'{"intent":"ok","x":' + \
            b'{"a":' * levels + b"1" + b"}" * levels + b"}"
    for levels in (64, 65, 500, 20000):
        yield "n_depth_%d" % levels, b'{"intent":"ok","x":' + \
            b"[" * levels + b"]" * levels + b"}"
        yield "n_depth_open_%d" % levels, b'{"x":' + b"[" * levels
        yield "n_depth_mixed_%d" % levels, b'{"x":' + b'[{"":' * levels


def cases():
    """All of them, in an order that is always the same."""
    out = list(_structure()) + list(_truncated())
    out += list(_wrapped(_numbers())) + list(_wrapped(_strings()))
    out += list(_bytes()) + list(_depth())
    names = [name for name, _ in out]
    assert len(set(names)) == len(names)
    return out
