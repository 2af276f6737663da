#include "rtl_bridge/rv32_core_pins.h"

#include "Vrv32_core.h"
#include "rtl_bridge/verilated_model.h"

namespace viosim::rtl_bridge {

struct Rv32CorePins::Model {
  explicit Model(std::string path) : top(std::move(path)) {}
  mutable VerilatedModel<Vrv32_core> top;
};

Rv32CorePins::Rv32CorePins(std::string path) : model_(std::make_unique<Model>(std::move(path))) {}
Rv32CorePins::~Rv32CorePins() = default;

void Rv32CorePins::reset(std::uint32_t entry, std::uint32_t hart_id) {
  auto& top = model_->top;
  top->boot_addr_i = entry;
  top->hart_id_i = hart_id;
  drive({});
  top.reset();
}

void Rv32CorePins::drive(const Inputs& in) {
  auto& top = model_->top;
  top->instr_ready_i = in.instruction_ready;
  top->instr_rvalid_i = in.instruction.valid;
  top->instr_err_i = in.instruction.error;
  top->instr_rdata_i = in.instruction.value;
  top->data_ready_i = in.data_ready;
  top->data_rvalid_i = in.data.valid;
  top->data_err_i = in.data.error;
  top->data_rdata_i = in.data.value;
  top->irq_software_i = in.software;
  top->irq_timer_i = in.timer;
  top->irq_external_i = in.external;
  top.settle();
}

Rv32CorePins::Request Rv32CorePins::instruction() const {
  auto& top = model_->top;
  return {top->instr_valid_o != 0, false, 4, top->instr_addr_o, 0};
}

Rv32CorePins::Request Rv32CorePins::data() const {
  auto& top = model_->top;
  return {top->data_valid_o != 0, top->data_write_o != 0, 1U << top->data_size_o, top->data_addr_o, top->data_wdata_o};
}

void Rv32CorePins::edge(std::uint64_t ps) { model_->top.edge(ps); }

Rv32CorePins::Trace Rv32CorePins::trace() const {
  auto& top = model_->top;
  return {top->trace_valid_o != 0, top->trace_trap_o != 0, top->trace_pc_o, top->trace_insn_o, top->trace_rd_o,
          top->trace_value_o, top->trace_cause_o};
}

std::uint8_t Rv32CorePins::cause() const { return model_->top->cause_o; }
bool Rv32CorePins::quiescent() const { return model_->top->quiescent_o != 0; }

}  // namespace viosim::rtl_bridge
