/* The hardware behind hw.h: management registers. */
#include "hw.h"

#include "board.h"

/* Sleeps while `busy` stands in a status register. The interrupt of what is waited for ends the sleep; it is not
   taken: interrupts are off while a command is served. */
static uint32_t finished(uint32_t reg, uint32_t busy, uint32_t interrupt) {
  uint32_t status;
  while (((status = mgmt_read(reg)) & busy) != 0) wait_for_interrupt();
  mgmt_write(HCA_MGMT_INT_PENDING, interrupt);
  return status;
}

static bool dma(uint32_t function, uint64_t host, const void *local, uint32_t bytes, uint32_t direction) {
  mgmt_write(HCA_MGMT_DMA_HOST_LOW, (uint32_t)host);
  mgmt_write(HCA_MGMT_DMA_HOST_HIGH, (uint32_t)(host >> 32));
  mgmt_write(HCA_MGMT_DMA_LOCAL, (uint32_t)(uintptr_t)local);
  mgmt_write(HCA_MGMT_DMA_LENGTH, bytes);
  __asm__ volatile("fence" : : : "memory"); /* what it reads is written, what it writes is not read before */
  mgmt_write(HCA_MGMT_DMA_CONTROL,
             function | direction << HCA_MGMT_DMA_CONTROL_DIRECTION_SHIFT | HCA_MGMT_DMA_CONTROL_GO_MASK);
  const uint32_t status =
      finished(HCA_MGMT_DMA_STATUS, HCA_MGMT_DMA_STATUS_BUSY_MASK, HCA_MGMT_INT_PENDING_DMA_MASK);
  __asm__ volatile("fence" : : : "memory");
  return (status & HCA_MGMT_DMA_STATUS_ERROR_MASK) == 0;
}

bool hw_dma_read(uint32_t function, uint64_t host, void *to, uint32_t bytes) {
  return dma(function, host, to, bytes, HCA_MGMT_DMA_CONTROL_DIRECTION_TO_LOCAL);
}

bool hw_dma_write(uint32_t function, uint64_t host, const void *from, uint32_t bytes) {
  return dma(function, host, from, bytes, HCA_MGMT_DMA_CONTROL_DIRECTION_TO_HOST);
}

bool hw_context(uint32_t operation, uint32_t type, uint32_t function, uint32_t number, void *context,
                uint32_t count) {
  mgmt_write(HCA_MGMT_CTX_OBJECT, type);
  mgmt_write(HCA_MGMT_CTX_NUMBER, number);
  mgmt_write(HCA_MGMT_CTX_LOCAL, (uint32_t)(uintptr_t)context);
  if (type == HCA_MGMT_CTX_OBJECT_TYPE_MTT) mgmt_write(HCA_MGMT_CTX_COUNT, count);
  __asm__ volatile("fence" : : : "memory");
  mgmt_write(HCA_MGMT_CTX_CONTROL,
             function | operation << HCA_MGMT_CTX_CONTROL_OPERATION_SHIFT | HCA_MGMT_CTX_CONTROL_GO_MASK);
  const uint32_t status =
      finished(HCA_MGMT_CTX_STATUS, HCA_MGMT_CTX_STATUS_BUSY_MASK, HCA_MGMT_INT_PENDING_CONTEXT_MASK);
  __asm__ volatile("fence" : : : "memory");
  return (status & HCA_MGMT_CTX_STATUS_ERROR_MASK) == 0;
}

void hw_msi(uint32_t function, uint64_t address, uint32_t data) {
  mgmt_write(HCA_MGMT_MSI_ADDRESS_LOW, (uint32_t)address);
  mgmt_write(HCA_MGMT_MSI_ADDRESS_HIGH, (uint32_t)(address >> 32));
  mgmt_write(HCA_MGMT_MSI_DATA, data);
  mgmt_write(HCA_MGMT_MSI_CONTROL, function | HCA_MGMT_MSI_CONTROL_GO_MASK);
}

uint32_t hw_functions(void) { return mgmt_read(HCA_MGMT_FUNCTIONS) & HCA_MGMT_FUNCTIONS_COUNT_MASK; }
uint32_t hw_port_status(void) { return mgmt_read(HCA_MGMT_PORT_STATUS); }
void hw_port_enable(bool on) { mgmt_write(HCA_MGMT_PORT_CONTROL, on ? HCA_MGMT_PORT_CONTROL_ENABLE_MASK : 0); }
void hw_show_state(uint32_t device, uint32_t port) {
  mgmt_write(HCA_MGMT_DEVICE_STATE, device | port << HCA_MGMT_DEVICE_STATE_PORT_SHIFT);
}
uint32_t hw_self_test(void) { return mgmt_read(HCA_MGMT_SELF_TEST); }
void hw_kick(void) { mgmt_write(HCA_MGMT_WATCHDOG_KICK, HCA_MGMT_WATCHDOG_KICK_VALUE_MAGIC); }

uint32_t hw_stack_left(void) {
  const uint32_t *at = __stack_bottom;
  while (at < __ram_end && *at == STACK_PAINT) ++at;
  return (uint32_t)((uintptr_t)at - (uintptr_t)__stack_bottom);
}
