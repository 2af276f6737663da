/* The port: DOWN, INIT, ARMED, ACTIVE (IBA vol. 1, 7.2.7). It goes up one state at a time, as far as the subnet
   manager wants, and falls with the link or when its last user leaves. */
#ifndef HCA_PORT_H
#define HCA_PORT_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

void port_open(struct hca *hca, uint32_t function);
void port_close(struct hca *hca, uint32_t function);
/* Something changed at the port: moves it as far as it goes. */
void port_turn(struct hca *hca);

#ifdef __cplusplus
}
#endif
#endif
