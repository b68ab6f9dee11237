/*
 * One leg's media. Sends its speech every 20 ms, counts what arrives, and
 * tells by the loudness of the decoded samples whether anything was heard.
 */
#include <re.h>
#include "clock.h"
#include "ear.h"
#include "g711.h"
#include "rtp.h"
#include "srtp.h"
#include "wav.h"

enum {
	PTIME_MS     = 20,
	FRAME        = SPEECH_RATE / 1000 * PTIME_MS,
	PORT_MIN     = 30000,
	PORT_MAX     = 60000,
	PT_PCMU      = 0,
	PT_PCMA      = 8,
	PT_EVENT     = 101,

	/* A frame is heard from this root mean square on (of 32768; silence
	 * and comfort noise stay far below), a leg from a fifth of a second
	 * of such frames on */
	LOUD_RMS     = 300,
	LOUD_FRAMES  = 10,
	FRAME_MAX    = 8 * FRAME,       /* samples of one packet */

	/* Keys are there that soon after the SDP, in microseconds, unless
	 * something is wrong */
	KEYS_TIMEOUT = 2000000,
};

struct media {
	struct sdp_session *sdp;
	struct sdp_media *audio;
	struct rtp_sock *rtp;
	struct shield *shield;  /* NULL: plain RTP */
	struct tmr tmr;
	const struct speech *say;
	struct recorder *rec;
	struct ear *ear;        /* NULL: nobody listens */
	struct media_stats st;
	struct sa peer;
	size_t pos;             /* next sample of the speech */
	uint32_t ts;
	uint32_t event_ts;      /* of the newest DTMF digit */
	uint64_t begun;         /* first packet sent */
	uint64_t ticks;         /* packets that were due since */
	uint64_t watched;       /* newest packet, or begin of the watch */
	uint64_t agreed_at;     /* first SDP of the peer */
	uint64_t stopped_at;
	uint64_t heard_from;    /* begin of the recording */
	int pt;                 /* -1: nothing agreed */
	bool sending;
	bool stopped;
	bool event_any;
};


static void destructor(void *arg)
{
	struct media *m = arg;

	tmr_cancel(&m->tmr);
	mem_deref(m->shield);
	mem_deref(m->rtp);
	mem_deref(m->sdp);
	(void)recorder_destroy(m->rec);
}


static void event_receive(struct media *m, const struct rtp_header *hdr,
			  struct mbuf *mb)
{
	static const char digits[] = "0123456789*#ABCD";
	size_t n = str_len(m->st.digits);
	uint8_t event;

	if (mbuf_get_left(mb) < 4)
		return;

	/* Every packet of one key carries the same timestamp */
	event = mbuf_read_u8(mb);
	if (event >= sizeof(digits) - 1 || n >= DIGITS_MAX ||
	    (m->event_any && m->event_ts == hdr->ts))
		return;

	m->event_any = true;
	m->event_ts = hdr->ts;
	m->st.digits[n] = digits[event];
}


static void gap_close(struct media *m, uint64_t now)
{
	if (!m->watched || m->stopped)
		return;

	if (now > m->watched && now - m->watched > m->st.longest_gap)
		m->st.longest_gap = now - m->watched;
	m->watched = now;
}


static void receive_handler(const struct sa *src, const struct rtp_header *hdr,
			    struct mbuf *mb, void *arg)
{
	struct media *m = arg;
	int16_t pcm[FRAME_MAX];
	uint64_t now = clock_us(), energy = 0;
	bool loud;
	size_t n, i;
	(void)src;

	if (m->stopped)
		return;
	if (hdr->pt == PT_EVENT) {
		event_receive(m, hdr, mb);
		return;
	}
	if (hdr->pt != PT_PCMU && hdr->pt != PT_PCMA)
		return;

	++m->st.recv;
	gap_close(m, now);
	if (m->watched && !m->st.first_at)
		m->st.first_at = now;

	n = mbuf_get_left(mb);
	if (n > FRAME_MAX)
		n = FRAME_MAX;
	for (i = 0; i < n; i++) {
		uint8_t c = mbuf_buf(mb)[i];

		pcm[i] = hdr->pt == PT_PCMU ? g711_ulaw_decode(c)
			: g711_alaw_decode(c);
		energy += (uint64_t)((int32_t)pcm[i] * (int32_t)pcm[i]);
	}
	loud = n && energy / n >= (uint64_t)LOUD_RMS * LOUD_RMS;
	m->st.loud += loud;
	if (m->ear)
		ear_packet(m->ear, now, pcm, n, loud);

	if (!m->rec)
		return;
	if (!m->heard_from)
		m->heard_from = now;
	recorder_write(m->rec, (now - m->heard_from) * SPEECH_RATE / 1000000,
		       pcm, n);
}


static int frame_send(struct media *m)
{
	struct mbuf *mb = mbuf_alloc(RTP_HEADER_SIZE + FRAME);
	bool marker = !m->st.sent;
	int err, i;

	if (!mb)
		return ENOMEM;
	if (!shield_ready(m->shield)) {
		err = ENOTCONN;
		goto out;
	}

	err = rtp_encode(m->rtp, false, marker, (uint8_t)m->pt, m->ts, mb);
	for (i = 0; !err && i < FRAME; i++) {
		int16_t s = m->say->v[m->pos];

		m->pos = (m->pos + 1) % m->say->n;
		err = mbuf_write_u8(mb, m->pt == PT_PCMU
				    ? g711_ulaw_encode(s)
				    : g711_alaw_encode(s));
	}
	if (err)
		goto out;

	mb->pos = 0;
	err = shield_encrypt(m->shield, mb);
	if (!err)
		err = udp_send(rtp_sock(m->rtp), &m->peer, mb);
	if (!err)
		++m->st.sent;
out:
	m->ts += FRAME;
	mem_deref(mb);
	return err;
}


/* Keeps to the beginning's beat, however late a single timer was */
static void send_handler(void *arg)
{
	struct media *m = arg;
	uint64_t due, now;

	/* The peer's socket may not be there yet, or no longer: RTP goes on */
	(void)frame_send(m);
	++m->ticks;

	now = clock_us();
	due = m->begun + m->ticks * PTIME_MS * 1000;
	tmr_start(&m->tmr, due > now ? (due - now + 500) / 1000 : 0,
		  send_handler, m);
}


/* By the number: it is theirs for good, and an a=rtpmap that names them may be
 * left out (RFC 3551, section 6) */
static bool g711_handler(struct sdp_format *fmt, void *arg)
{
	(void)arg;

	return fmt->sup && (fmt->pt == PT_PCMU || fmt->pt == PT_PCMA);
}


/* What the SDP says now: where to send, how, and whether at all */
static int sdp_apply(struct media *m, bool offer)
{
	const struct sdp_format *fmt;
	bool send;
	int err;

	fmt = sdp_media_format_apply(m->audio, false, NULL, -1, NULL, -1, -1,
				     g711_handler, NULL);
	if (!fmt)
		return ENOTSUP;

	err = shield_peer(m->shield, offer);
	if (err)
		return err;

	m->pt = fmt->pt;
	m->peer = *sdp_media_raddr(m->audio);
	if (!m->agreed_at)
		m->agreed_at = clock_us();

	/* "On hold" comes as sendonly, inactive, or the address 0.0.0.0 */
	send = !m->stopped && sdp_media_rport(m->audio) &&
		!sa_is_any(&m->peer) &&
		sdp_media_dir(m->audio) & SDP_SENDONLY;

	if (send && !m->sending) {
		m->begun = clock_us();
		m->ticks = 0;
		m->sending = true;
		send_handler(m);
	}
	else if (!send && m->sending) {
		m->sending = false;
		tmr_cancel(&m->tmr);
	}

	return 0;
}


/*
 * A media object with a socket on a free port of @local, that will say @say,
 * which must outlive it. Freed with mem_deref().
 */
int media_alloc(struct media **mp, const struct sa *local,
		const struct speech *say, enum keying keying)
{
	struct media *m = mem_zalloc(sizeof(*m), destructor);
	int err;

	if (!m)
		return ENOMEM;

	tmr_init(&m->tmr);
	m->say = say;
	m->pt = -1;
	m->ts = rand_u32();     /* RFC 3550, section 5.1 */

	err = rtp_listen(&m->rtp, IPPROTO_UDP, local, PORT_MIN, PORT_MAX,
			 keying == KEYING_DTLS, receive_handler, NULL, m);
	if (err)
		goto out;

	err = sdp_session_alloc(&m->sdp, local);
	if (err)
		goto out;
	err = sdp_media_add(&m->audio, m->sdp, sdp_media_audio,
			    sa_port(rtp_local(m->rtp)),
			    shield_protocol(keying));
	if (!err && keying != KEYING_NONE)
		err = shield_alloc(&m->shield, keying, m->rtp, m->sdp,
				   m->audio);
	if (err)
		goto out;
	err  = sdp_format_add(NULL, m->audio, false, "0", "PCMU", SPEECH_RATE,
			      1, NULL, NULL, NULL, false, NULL);
	err |= sdp_format_add(NULL, m->audio, false, "8", "PCMA", SPEECH_RATE,
			      1, NULL, NULL, NULL, false, NULL);
	err |= sdp_format_add(NULL, m->audio, false, "101", "telephone-event",
			      SPEECH_RATE, 1, NULL, NULL, NULL, false,
			      "0-15");
	err |= sdp_media_set_lattr(m->audio, true, "ptime", "%d", PTIME_MS);
out:
	if (err)
		mem_deref(m);
	else
		*mp = m;
	return err;
}


/* Writes all that arrives to @rec, which the media object then owns */
void media_record(struct media *m, struct recorder *rec)
{
	m->rec = rec;
}


/* The recording goes on here with what arrives now */
void media_record_on(struct media *m, struct media *from)
{
	if (m->rec || !from || !from->rec)
		return;

	m->rec = from->rec;
	m->heard_from = from->heard_from;
	from->rec = NULL;
}


/* @ear, or nobody, hears what arrives from now on; it must outlive @m */
void media_listen(struct media *m, struct ear *ear)
{
	if (m)
		m->ear = ear;
}


/* The peer does not want to hear us: "on hold" */
bool media_held(const struct media *m)
{
	return m->pt >= 0 && (!(sdp_media_dir(m->audio) & SDP_SENDONLY) ||
			      sa_is_any(&m->peer));
}


/* Makes the offer of an INVITE. The caller frees @sdp */
int media_offer(struct media *m, struct mbuf **sdp)
{
	int err = shield_offer(m->shield);

	return err ? err : sdp_encode(sdp, m->sdp, true);
}


/* Takes the answer and begins to send. ENOTSUP: no codec in common */
int media_answer(struct media *m, struct mbuf *sdp)
{
	int err = sdp_decode(m->sdp, sdp, false);

	return err ? err : sdp_apply(m, false);
}


/*
 * The peer offers anew, for instance to hold. @offer may be empty, then this
 * side offers. The caller frees @answer.
 */
int media_reoffer(struct media *m, struct mbuf *offer, struct mbuf **answer)
{
	bool got = mbuf_get_left(offer) > 0;
	int err = 0;

	if (got) {
		err = sdp_decode(m->sdp, offer, true);
		if (!err)
			err = sdp_apply(m, true);
	}
	else {
		err = shield_offer(m->shield);
	}

	return err ? err : sdp_encode(answer, m->sdp, !got);
}


/* Measures first packet and gaps from now on, as if the newest packet had
 * come at @since. */
void media_watch(struct media *m, uint64_t since)
{
	m->watched = since;
	m->st.first_at = 0;
	m->st.longest_gap = 0;
}


/* The call is over: the last gap ends here, nothing is sent or counted */
void media_stop(struct media *m)
{
	if (!m || m->stopped)
		return;

	gap_close(m, clock_us());
	m->stopped = true;
	m->stopped_at = clock_us();
	m->sending = false;
	tmr_cancel(&m->tmr);
}


const struct media_stats *media_stats(const struct media *m)
{
	static const struct media_stats none;

	return m ? &m->st : &none;
}


/* Packets of SRTP that could not be decrypted */
uint32_t media_srtp_errors(const struct media *m)
{
	return m ? shield_errors(m->shield) : 0;
}


/* What went wrong with SRTP, in words that live for ever; NULL: nothing */
const char *media_error(const struct media *m)
{
	const char *error = m ? shield_error(m->shield) : NULL;

	if (!m || error || !m->agreed_at || shield_ready(m->shield))
		return error;

	/* A very short call may be over before the handshake is */
	if ((m->stopped_at ? m->stopped_at : clock_us()) - m->agreed_at <
	    KEYS_TIMEOUT)
		return NULL;

	return "the DTLS handshake did not come to an end";
}


/* Sound, not just packets */
bool media_heard(const struct media *m)
{
	return m && m->st.loud >= LOUD_FRAMES;
}
