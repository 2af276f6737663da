/* What the device is and may be asked by any function; its use by one. */
#include "command.h"
#include "hw.h"
#include "port.h"
#include "regs/hca_csr.h"

enum { VERSION_MAJOR = 0, VERSION_MINOR = 1, VERSION_SUB_MINOR = 0, COMMAND_REVISION = 1 };

uint32_t command_nop(struct hca *hca, struct command *c) {
  (void)hca;
  (void)c;
  return HCA_STATUS_OK;
}

uint32_t command_query_fw(struct hca *hca, struct command *c) {
  (void)c;
  hca->out.fw_info = (struct hca_fw_info){
    .major = VERSION_MAJOR, .minor = VERSION_MINOR, .sub_minor = VERSION_SUB_MINOR,
    .command_revision = COMMAND_REVISION,
    .catas_offset = HCA_CSR_CATAS, .catas_words = HCA_CSR_CATAS_COUNT,
    .self_test = hw_self_test(), .commands = hca->commands, .refused = hca->refused, .stack_left = hw_stack_left(),
  };
  return HCA_STATUS_OK;
}

uint32_t command_query_dev_cap(struct hca *hca, struct command *c) {
  (void)c;
  hca->out.dev_cap = (struct hca_dev_cap){
    .qps = MAX_QPS, .cqs = MAX_CQS, .srqs = MAX_SRQS, .mpts = MAX_MPTS, .mtts = MTT_ENTRIES, .eqs = MAX_EQS,
    .pds = MAX_PDS, .ahs = MAX_AHS, .functions = hca->functions, .first_qp = HCA_LIMIT_FIRST_QP,
    .most_entries = MAX_ENTRIES, .write_mtt_entries = HCA_LIMIT_WRITE_MTT_ENTRIES,
  };
  return HCA_STATUS_OK;
}

uint32_t command_init_hca(struct hca *hca, struct command *c) {
  if (hca->function[c->function].initialised) return HCA_STATUS_BAD_SYS_STATE;
  hca->function[c->function].initialised = true;
  return HCA_STATUS_OK;
}

uint32_t command_close_hca(struct hca *hca, struct command *c) {
  struct function *f = &hca->function[c->function];
  for (uint32_t k = 0; k < KINDS; ++k)
    if (f->used[k] != 0) return HCA_STATUS_RESOURCE_BUSY;
  if (f->port) port_close(hca, c->function);
  f->initialised = false;
  return HCA_STATUS_OK;
}

uint32_t command_init_port(struct hca *hca, struct command *c) {
  if (c->modifier != 1) return HCA_STATUS_BAD_INDEX;
  if (hca->function[c->function].port) return HCA_STATUS_BAD_SYS_STATE;
  port_open(hca, c->function);
  return HCA_STATUS_OK;
}

uint32_t command_close_port(struct hca *hca, struct command *c) {
  if (c->modifier != 1) return HCA_STATUS_BAD_INDEX;
  if (!hca->function[c->function].port) return HCA_STATUS_BAD_SYS_STATE;
  port_close(hca, c->function);
  return HCA_STATUS_OK;
}

uint32_t command_query_port(struct hca *hca, struct command *c) {
  if (c->modifier != 1) return HCA_STATUS_BAD_INDEX;
  const uint32_t status = hw_port_status();
  hca->out.port_info = (struct hca_port_info){
    .state = (uint8_t)hca->port.state, .link_up = (uint8_t)(status & HCA_MGMT_PORT_STATUS_LINK_UP_MASK),
    .lid = (uint16_t)(status >> HCA_MGMT_PORT_STATUS_LID_SHIFT),
    .changes = hca->port.changes, .enabled = hca->port.users,
  };
  return HCA_STATUS_OK;
}
