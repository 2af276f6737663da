// The engines of one HCA, as they know each other. Filled in by Hca before anything runs.
#pragma once
#include "hca/contexts.h"
#include "hca/dma_port.h"
#include "hca/hca_counters.h"
#include "hca/hca_timing.h"
#include "hca/tables.h"
#include "hca/translator.h"
#include "protocols/send_engine.h"

namespace viosim::hca {

class Completion;
class Faults;
class Gather;
class Receiver;
class ReceiveQueue;
class Requester;
class Responder;
class Transmitter;
class WqeEngine;
class WqeFetcher;

struct Engines {
  const HcaParams& params;
  HcaTiming timing;
  HcaCounters& counters;
  Tables& tables;
  DmaPort& dma;
  Contexts& contexts;
  Translator& translator;
  Lid lid;
  Transmitter* tx = nullptr;
  Gather* gather = nullptr;
  Completion* completion = nullptr;
  Faults* faults = nullptr;
  SendEngineIf* send_engine = nullptr;  ///< instead of fetcher and wqe_engine; null: these
  WqeEngine* wqe_engine = nullptr;
  WqeFetcher* fetcher = nullptr;
  Requester* requester = nullptr;
  Responder* responder = nullptr;
  Receiver* receiver = nullptr;
  ReceiveQueue* receive_queue = nullptr;
};

}  // namespace viosim::hca
