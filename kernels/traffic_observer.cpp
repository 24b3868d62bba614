// SPDX-License-Identifier: MIT
#include "kernels/traffic_observer.h"

#include <algorithm>
#include <bit>

namespace attnlab::kernels {
namespace {

constexpr ptx::Address kWindowSectors = 64;

void add(machine::Traffic& traffic, ptx::AccessKind kind, std::uint64_t bytes) {
  if (kind != ptx::AccessKind::kStore) traffic.read_bytes += bytes;
  if (kind != ptx::AccessKind::kLoad) traffic.written_bytes += bytes;
}

}  // namespace

TrafficObserver::TrafficObserver(const ptx::DeviceMemory& memory,
                                 std::vector<ptx::Address> addresses)
    : memory_(memory), addresses_(std::move(addresses)), touched_(addresses_.size()) {
  traffic_.global_by_tensor.resize(addresses_.size());
  traffic_.device_by_tensor.resize(addresses_.size());
}

void TrafficObserver::begin_launch() {
  for (Touched& touched : touched_) {
    touched.read.clear();
    touched.written.clear();
  }
}

void TrafficObserver::on_block_begin(std::uint64_t block) {
  (void)block;
  ++traffic_.blocks;
}

std::size_t TrafficObserver::tensor_of(ptx::Address address) {
  if (last_ == nullptr || address - last_->address >= last_->size_bytes) {
    last_ = memory_.find(address);
    const auto found =
        std::find(addresses_.begin(), addresses_.end(), last_ == nullptr ? 0 : last_->address);
    last_tensor_ = static_cast<std::size_t>(found - addresses_.begin());
  }
  return last_tensor_;
}

void TrafficObserver::on_access(const ptx::WarpPlace& place, const ptx::Access& access) {
  const std::uint64_t lanes = std::popcount(place.active);
  if (access.space == ptx::StateSpace::kShared)
    add(traffic_.shared, access.kind, lanes * access.bytes);
  if (access.space != ptx::StateSpace::kGlobal) return;
  add(traffic_.global, access.kind, lanes * access.bytes);
  for (std::uint32_t left = place.active; left != 0; left &= left - 1) {
    const ptx::Address first = access.address(std::countr_zero(left));
    const std::size_t tensor = tensor_of(first);
    if (tensor == addresses_.size()) continue;  // a variable of the module's, no tensor
    add(traffic_.global_by_tensor[tensor], access.kind, access.bytes);
    for (ptx::Address sector = first / machine::kSectorBytes;
         sector <= (first + access.bytes - 1) / machine::kSectorBytes; ++sector) {
      const std::uint64_t mask = std::uint64_t{1} << sector % kWindowSectors;
      const auto touch = [&](ptx::SectorSet& set, ptx::AccessKind kind) {
        if (set.add(sector / kWindowSectors, mask) == 0) return;
        add(traffic_.device, kind, machine::kSectorBytes);
        add(traffic_.device_by_tensor[tensor], kind, machine::kSectorBytes);
      };
      if (access.kind != ptx::AccessKind::kStore)
        touch(touched_[tensor].read, ptx::AccessKind::kLoad);
      if (access.kind != ptx::AccessKind::kLoad)
        touch(touched_[tensor].written, ptx::AccessKind::kStore);
    }
  }
}

}  // namespace attnlab::kernels
