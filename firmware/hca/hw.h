/* The hardware as the logic sees it. On the processor hw.c reaches registers; a native test has its own. */
#ifndef HCA_HW_H
#define HCA_HW_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Between host memory and ours, with the function's requester id; false: the host or the engine refused. */
bool hw_dma_read(uint32_t function, uint64_t host, void *to, uint32_t bytes);
bool hw_dma_write(uint32_t function, uint64_t host, const void *from, uint32_t bytes);

/* One operation on the hardware's tables; type and operation: HCA_MGMT_CTX_*. false: refused. */
bool hw_context(uint32_t operation, uint32_t type, uint32_t function, uint32_t number, void *context, uint32_t count);

void hw_msi(uint32_t function, uint64_t address, uint32_t data);

uint32_t hw_functions(void);
uint32_t hw_port_status(void);
void hw_port_enable(bool on);
/* What hosts see of the device and of its port. */
void hw_show_state(uint32_t device, uint32_t port);
uint32_t hw_self_test(void);
uint32_t hw_stack_left(void);
/* Long work is still going on. */
void hw_kick(void);

#ifdef __cplusplus
}
#endif
#endif
