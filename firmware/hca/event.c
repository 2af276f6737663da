#include "event.h"

#include "hw.h"

/* Byte `at` of the entry as it lies in memory. */
static void put_byte(struct hca *hca, uint32_t at, uint32_t value) {
  hca->eqe[at / 4] |= (value & 0xff) << at % 4 * 8;
}

static void put_word(struct hca *hca, uint32_t at, uint32_t big_endian) {
  hca->eqe[at / 4] = big_endian >> 24 | (big_endian >> 8 & 0xff00) | (big_endian & 0xff00) << 8 | big_endian << 24;
}

static void clear(struct hca *hca, uint32_t type, uint32_t subtype) {
  for (uint32_t i = 0; i < 8; ++i) hca->eqe[i] = 0;
  put_byte(hca, 1, type);
  put_byte(hca, 3, subtype);
}

/* An event that finds the queue full, or cannot be written, is lost and counted: who waits for it can still read the
   state it told of. */
static void send(struct hca *hca, uint32_t index) {
  struct eq *eq = &hca->eqs[index];
  if (!hw_context(HCA_MGMT_CTX_CONTROL_OPERATION_QUERY, HCA_MGMT_CTX_OBJECT_TYPE_EQ, eq->o.owner, index, &hca->out,
                  0) ||
      ((eq->producer - hca->out.eq.consumer) & 0xffffff) >= eq->entries) {
    eq->lost++;
    return;
  }
  if ((eq->producer & eq->entries) != 0) put_byte(hca, 31, 0x80); /* whose it is: parity of the lap */
  const uint32_t slot = eq->producer & (eq->entries - 1);
  if (!hw_dma_write(eq->o.owner, eq->ring + slot * HCA_LIMIT_EQE_BYTES, hca->eqe, HCA_LIMIT_EQE_BYTES)) {
    eq->lost++;
    return;
  }
  eq->producer++;
  hw_msi(eq->o.owner, eq->msi_address, eq->msi_data);
}

void event_command(struct hca *hca, const struct command *c, uint32_t status) {
  const uint32_t index = hca->function[c->function].command_eq;
  if (index == NONE) return;
  clear(hca, HCA_EVENT_COMMAND, 0);
  put_word(hca, 4, c->token);
  put_byte(hca, 15, status);
  put_word(hca, 16, (uint32_t)(c->out >> 32));
  put_word(hca, 20, (uint32_t)c->out);
  send(hca, index);
}

void event_port(struct hca *hca, uint32_t subtype) {
  for (uint32_t f = 0; f < hca->functions; ++f) {
    if (!hca->function[f].port || hca->function[f].port_eq == NONE) continue;
    clear(hca, HCA_EVENT_PORT_CHANGE, subtype);
    put_word(hca, 12, 1u << 28); /* port 1, in the upper four bits */
    send(hca, hca->function[f].port_eq);
  }
}
