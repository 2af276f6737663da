#include "port.h"

#include "event.h"
#include "hw.h"

enum { DOWN = HCA_MGMT_DEVICE_STATE_PORT_DOWN, INIT = HCA_MGMT_DEVICE_STATE_PORT_INIT,
       ACTIVE = HCA_MGMT_DEVICE_STATE_PORT_ACTIVE };

static uint32_t target(const struct hca *hca) {
  const uint32_t status = hw_port_status();
  const uint32_t wanted = (status & HCA_MGMT_PORT_STATUS_WANTED_MASK) >> HCA_MGMT_PORT_STATUS_WANTED_SHIFT;
  if (hca->port.users == 0 || (status & HCA_MGMT_PORT_STATUS_LINK_UP_MASK) == 0) return DOWN;
  if (wanted == HCA_MGMT_PORT_STATUS_WANTED_NONE) return INIT;
  return wanted > ACTIVE ? INIT : wanted;
}

static void move(struct hca *hca, uint32_t to) {
  const uint32_t from = hca->port.state;
  hca->port.state = to;
  hca->port.changes++;
  hw_show_state(HCA_MGMT_DEVICE_STATE_STATE_READY, to);
  if (to == ACTIVE) event_port(hca, HCA_PORT_CHANGE_ACTIVE);
  if (from == ACTIVE) event_port(hca, HCA_PORT_CHANGE_DOWN);
}

void port_turn(struct hca *hca) {
  const uint32_t to = target(hca);
  if (to == DOWN && hca->port.state != DOWN) move(hca, DOWN);
  while (hca->port.state < to) move(hca, hca->port.state + 1); /* nobody may order it back but to DOWN */
}

void port_open(struct hca *hca, uint32_t function) {
  hca->function[function].port = true;
  if (hca->port.users++ == 0) hw_port_enable(true);
  port_turn(hca);
}

/* The one that leaves hears no more of it. */
void port_close(struct hca *hca, uint32_t function) {
  hca->function[function].port = false;
  if (--hca->port.users == 0) hw_port_enable(false);
  port_turn(hca);
}
