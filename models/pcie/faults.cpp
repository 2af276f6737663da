#include "pcie/faults.h"

#include <stdexcept>

namespace viosim::pcie {

Faults::Faults(const FaultParams& params, std::uint64_t seed, const std::string& path)
    : tlps_(*params.corrupt + *params.lose, seed, path), dllps_(*params.lose_dllp, seed, path + ".dllps"),
      data_(*params.poison, seed, path + ".data"), corrupt_(*params.corrupt) {
  const auto chance = [](double p) { return p >= 0 && p <= 1; };
  if (!chance(*params.corrupt) || !chance(*params.lose) || !chance(*params.lose_dllp) || !chance(*params.poison) ||
      !chance(*params.corrupt + *params.lose))
    throw std::invalid_argument(path + ": probabilities of faults are from 0 to 1, fault_corrupt + fault_lose too");
}

void Faults::plan(Fault fault, std::initializer_list<std::uint64_t> ordinals) {
  for (const std::uint64_t o : ordinals) tlps_.planned[o] = fault;
}
void Faults::plan_lost_dllps(std::initializer_list<std::uint64_t> ordinals) {
  for (const std::uint64_t o : ordinals) dllps_.planned[o] = Fault::lose;
}
void Faults::plan_poison(std::initializer_list<std::uint64_t> ordinals) {
  for (const std::uint64_t o : ordinals) data_.planned[o] = Fault::corrupt;
}

Fault Faults::next() {
  const auto planned = tlps_.planned.find(++tlps_.ordinal);
  if (planned != tlps_.planned.end()) return planned->second;
  if (tlps_.probability <= 0) return Fault::none;
  const double x = tlps_.stream.uniform();
  return x < corrupt_ ? Fault::corrupt : x < tlps_.probability ? Fault::lose : Fault::none;
}

}  // namespace viosim::pcie
