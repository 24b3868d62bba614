// SPDX-License-Identifier: MIT
#include <bit>
#include <cstring>

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/observe/observed_op.h"

namespace attnlab::ptx {

Access Access::of(const Warp& warp, const Op& op) {
  const ObservedOp observed = ObservedOp::unpacked(op.small);
  Access access;
  access.kind = observed.kind;
  access.space = observed.space;
  access.bytes = observed.bytes;
  access.strong = observed.strong;
  access.base_ = warp.frame + op.a;
  access.wide_ = observed.wide_address;
  access.window_ = window_of(observed.space);
  access.offset_ = op.wide;
  access.frame_ = warp.frame;
  access.elements_ = op.rows;
  access.element_count_ = op.row_count;
  access.wide_elements_ = observed.wide_elements;
  access.shared_ = warp.block->shared;
  if (observed.space == StateSpace::kGeneric) {
    access.space = space_of(access.address(std::countr_zero(warp.active)));
  }
  return access;
}

void Access::copy_addresses(std::array<Address, kWarpLanes>& to) const {
  if (wide_) {
    const auto* base = static_cast<const std::uint64_t*>(base_);
    const Address added = window_ + offset_;
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = base[i] + added;
  } else {
    const auto* base = static_cast<const std::uint32_t*>(base_);
    const auto added = static_cast<std::uint32_t>(offset_);
    for (std::size_t i = 0; i < to.size(); ++i) {
      to[i] = window_ + static_cast<std::uint32_t>(base[i] + added);
    }
  }
}

void Access::copy_stored(int lane, std::byte* to) const {
  const std::uint32_t element_bytes = bytes / element_count_;
  const auto index = static_cast<std::size_t>(lane);
  for (std::uint32_t e = 0; e < element_count_; ++e) {
    const std::byte* row = frame_ + elements_[e];
    std::memcpy(to + e * element_bytes, row + index * (wide_elements_ ? 8 : 4), element_bytes);
  }
}

}  // namespace attnlab::ptx
