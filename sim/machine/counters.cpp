// SPDX-License-Identifier: MIT
#include "sim/machine/counters.h"

namespace attnlab::machine {

CounterObserver::CounterObserver(int tensor_count)
    : read_sectors_(tensor_count), written_sectors_(tensor_count) {
  counters_.global_by_tensor.resize(tensor_count);
  counters_.device_by_tensor.resize(tensor_count);
}

void CounterObserver::on_launch_begin() {
  for (SectorSet& sectors : read_sectors_) sectors.clear();
  for (SectorSet& sectors : written_sectors_) sectors.clear();
}

void CounterObserver::on_step(const TileStep& step) {
  counters_.fma += step.operations.fma;
  counters_.add_mul += step.operations.add_mul;
  counters_.mufu += step.operations.mufu;
  counters_.shared.read_bytes += step.shared_read_bytes;
  counters_.shared.written_bytes += step.shared_written_bytes;
  if (step.tensor == trace::kNoTensor) return;

  const std::uint64_t bytes = step.region.elements() * step.element_bytes;
  const bool is_store = step.kind == trace::EventKind::kStore;
  auto count = [&](Traffic& total, Traffic& of_tensor, std::uint64_t moved) {
    (is_store ? total.written_bytes : total.read_bytes) += moved;
    (is_store ? of_tensor.written_bytes : of_tensor.read_bytes) += moved;
  };
  count(counters_.global, counters_.global_by_tensor[step.tensor], bytes);
  SectorSet& touched = (is_store ? written_sectors_ : read_sectors_)[step.tensor];
  count(counters_.device, counters_.device_by_tensor[step.tensor],
        count_new_sectors(touched, step) * kSectorBytes);
}

std::uint64_t CounterObserver::count_new_sectors(SectorSet& touched, const TileStep& step) {
  const Region& region = step.region;
  std::uint64_t new_sectors = 0;
  for (std::int64_t row = 0; row < region.rows; ++row) {
    if (region.row_elements == 0) break;
    const std::int64_t first_byte =
        (region.first_element + row * region.row_stride) * step.element_bytes;
    const std::int64_t last_byte = first_byte + region.row_elements * step.element_bytes - 1;
    const std::size_t first_sector = first_byte / kSectorBytes;
    const std::size_t last_sector = last_byte / kSectorBytes;
    if (touched.size() <= last_sector) touched.resize(last_sector + 1);
    for (std::size_t sector = first_sector; sector <= last_sector; ++sector) {
      if (!touched[sector]) ++new_sectors;
      touched[sector] = true;
    }
  }
  return new_sectors;
}

}  // namespace attnlab::machine
