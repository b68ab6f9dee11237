/*
 * SIGINT and SIGTERM as something the loop waits for, none of them lost.
 */
#ifndef SIM_SIGNALS_H
#define SIM_SIGNALS_H

struct signals;

/* Somebody wants this process to end; once for each signal */
typedef void (signals_h)(void *arg);

int signals_create(struct signals **sigp, signals_h *h, void *arg);

#endif
