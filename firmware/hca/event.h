/* Events that the firmware writes: entries of asynchronous event queues, each followed by its interrupt. */
#ifndef HCA_EVENT_H
#define HCA_EVENT_H

#include "command.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The end of a command whose driver asked for an event. */
void event_command(struct hca *hca, const struct command *command, uint32_t status);
/* A change of the port, to every function that uses it; subtype: HCA_PORT_CHANGE_*. */
void event_port(struct hca *hca, uint32_t subtype);

#ifdef __cplusplus
}
#endif
#endif
