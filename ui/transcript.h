/**
 * @file transcript.h  What the caller and the AI said to each other
 */
#ifndef BATON_TRANSCRIPT_H
#define BATON_TRANSCRIPT_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_TRANSCRIPT baton_transcript_get_type()
G_DECLARE_FINAL_TYPE(BatonTranscript, baton_transcript, BATON, TRANSCRIPT,
		     GtkBox)

void baton_transcript_set(BatonTranscript *self,
			  const struct baton_view *view);
void baton_transcript_focus(BatonTranscript *self);

#endif
