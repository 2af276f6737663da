/* All that the firmware knows: functions, their objects, the port. */
#ifndef HCA_DEVICE_H
#define HCA_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "objects.h"
#include "regs/hca_mailbox.h"
#include "regs/hca_mgmt.h"

enum kind { KIND_QP, KIND_CQ, KIND_SRQ, KIND_MPT, KIND_MTT, KIND_EQ, KIND_PD, KIND_AH, KINDS };

enum {
  MAX_FUNCTIONS = 64,
  MAX_QPS = 1024, MAX_CQS = 1024, MAX_SRQS = 256, MAX_MPTS = 1024, MAX_MTTS = 1024, MAX_EQS = 128, MAX_PDS = 256,
  MAX_AHS = 512,
  MTT_ENTRIES = 1 << 22, /* 16 GB of pages */
  MTT_LINE = 8,          /* entries that the hardware fetches at once: no two ranges share them */
  MAX_ENTRIES = 1 << 16, /* of a queue */
  NONE = 0xffff          /* no index */
};

struct pd { struct object o; };
struct mtt {
  struct object o;
  uint16_t before, after; /* neighbours by address */
  uint32_t first, count;
  uint32_t written;       /* entries that hold an address, from the first on */
};
struct mpt { struct object o; uint16_t pd, mtt; uint8_t generation; };
struct eq {
  struct object o;
  bool asynchronous;
  uint32_t entries, producer, lost, msi_data;
  uint64_t ring, msi_address;
};
struct cq { struct object o; uint16_t eq; };
struct srq { struct object o; uint16_t pd; };
struct qp { struct object o; uint16_t pd, send_cq, receive_cq, srq; uint8_t state; };
struct ah { struct object o; uint16_t pd; };

struct function {
  bool enabled, initialised, port;
  uint16_t command_eq, port_eq;
  uint32_t quota[KINDS], used[KINDS]; /* of MTT: entries */
};

struct port { uint32_t state, changes, users; };

/* Each mailbox as what it may be. */
union mailbox {
  struct hca_qp_context qp;
  struct hca_cq_context cq;
  struct hca_eq_context eq;
  struct hca_mpt_context mpt;
  struct hca_srq_context srq;
  struct hca_ah_context ah;
  struct hca_pd_context pd;
  struct hca_quota quota;
  struct hca_dev_cap dev_cap;
  struct hca_fw_info fw_info;
  struct hca_port_info port_info;
};
struct page_list { struct hca_write_mtt head; uint64_t pages[HCA_LIMIT_WRITE_MTT_ENTRIES]; };

struct hca {
  uint32_t functions;
  uint32_t commands, refused;
  struct port port;
  uint16_t mtt_cursor; /* the range behind which room is looked for first */
  struct pool pools[KINDS];
  struct function function[MAX_FUNCTIONS];
  /* What the DMA engine and the context port reach. */
  union { union mailbox mailbox; struct page_list pages; } in;
  union mailbox out;
  uint32_t eqe[8];

  struct qp qps[MAX_QPS];
  struct cq cqs[MAX_CQS];
  struct srq srqs[MAX_SRQS];
  struct mpt mpts[MAX_MPTS];
  struct mtt mtts[MAX_MTTS + 1]; /* the last is no range: the ends of the list meet in it */
  struct eq eqs[MAX_EQS];
  struct pd pds[MAX_PDS];
  struct ah ahs[MAX_AHS];
};

#ifdef __cplusplus
extern "C" {
#endif

/* `hca` is zero. */
void device_init(struct hca *hca);
uint32_t device_capacity(enum kind kind);

/* Answers a status; on OK `found` is an object of this function. */
uint32_t find(struct hca *hca, enum kind kind, uint32_t function, uint32_t number, struct object **found);
uint32_t number_of(const struct hca *hca, enum kind kind, const struct object *object);
/* One more, within the function's quota; null: none. `cost`: what it takes of the quota. */
struct object *take(struct hca *hca, enum kind kind, uint32_t function, uint32_t cost);
void give_back(struct hca *hca, enum kind kind, struct object *object, uint32_t cost);

#ifdef __cplusplus
}
#endif

static inline bool power_of_two(uint32_t n) { return n != 0 && (n & (n - 1)) == 0; }
static inline bool ring_size(uint32_t entries) { return power_of_two(entries) && entries <= MAX_ENTRIES; }

#endif
