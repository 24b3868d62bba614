// SPDX-License-Identifier: MIT
#include "sim/ptx/program/special_registers.h"

#include <array>

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/execute/places.h"
#include "sim/ptx/instructions/lanes.h"

namespace attnlab::ptx {
namespace {

using baseline::lanes;
using baseline::write;

// A register whose value is f(warp, lane).
template <class T, auto kValue>
const Op* per_lane(Warp& warp, const Op* op) {
  write<T>(warp, op->d, [&](T* d) {
    for (int i = 0; i < kWarpLanes; ++i) d[i] = kValue(warp, i);
  });
  return op + 1;
}

// %tid: the first lane's coordinates, then one thread after the other.
template <int kAxis>
const Op* read_tid(Warp& warp, const Op* op) {
  const auto& block = warp.block->grid->shape.block;
  std::array<std::uint32_t, 3> thread =
      thread_coordinates(block, static_cast<std::uint32_t>(warp.index * kWarpLanes));
  write<std::uint32_t>(warp, op->d, [&](std::uint32_t* d) {
    for (int i = 0; i < kWarpLanes; ++i) {
      d[i] = thread[kAxis];
      if (++thread[0] < block[0]) continue;
      thread[0] = 0;
      if (++thread[1] < block[1]) continue;
      thread[1] = 0;
      ++thread[2];
    }
  });
  return op + 1;
}

template <int kAxis>
std::uint32_t ntid(const Warp& warp, int) {
  return warp.block->grid->shape.block[kAxis];
}
template <int kAxis>
std::uint32_t ctaid(const Warp& warp, int) {
  return warp.block->index[kAxis];
}
template <int kAxis>
std::uint32_t nctaid(const Warp& warp, int) {
  return warp.block->grid->shape.grid[kAxis];
}
std::uint32_t laneid(const Warp&, int lane) {
  return static_cast<std::uint32_t>(lane);
}
std::uint32_t warpid(const Warp& warp, int) {
  return static_cast<std::uint32_t>(warp.index);
}
std::uint32_t nwarpid(const Warp& warp, int) {
  return static_cast<std::uint32_t>(warp.block->warps.size());
}
// Blocks take turns on the SMs of the emulated GPU.
std::uint32_t smid(const Warp& warp, int) {
  return static_cast<std::uint32_t>(warp.block->linear % GpuLimits().multiprocessors);
}
std::uint32_t nsmid(const Warp&, int) {
  return GpuLimits().multiprocessors;
}
std::uint32_t gridid(const Warp&, int) {
  return 1;
}
std::uint32_t lanemask_eq(const Warp&, int lane) {
  return 1u << lane;
}
std::uint32_t lanemask_lt(const Warp&, int lane) {
  return (1u << lane) - 1;
}
std::uint32_t lanemask_le(const Warp&, int lane) {
  return (2u << lane) - 1;
}
std::uint32_t lanemask_ge(const Warp&, int lane) {
  return ~((1u << lane) - 1);
}
std::uint32_t lanemask_gt(const Warp&, int lane) {
  return ~((2u << lane) - 1);
}
std::uint32_t clock_low(const Warp& warp, int) {
  return static_cast<std::uint32_t>(clock_of(warp));
}
std::uint32_t clock_high(const Warp& warp, int) {
  return static_cast<std::uint32_t>(clock_of(warp) >> 32);
}
std::uint64_t clock_wide(const Warp& warp, int) {
  return clock_of(warp);
}
std::uint64_t gridid_wide(const Warp&, int) {
  return 1;
}
std::uint32_t dynamic_shared(const Warp& warp, int) {
  return warp.block->grid->shape.dynamic_shared_bytes;
}
std::uint32_t total_shared(const Warp& warp, int) {
  return warp.block->grid->shared_bytes;
}
std::uint32_t zero(const Warp&, int) {
  return 0;
}
std::uint32_t one(const Warp&, int) {
  return 1;
}

struct Row32 {
  std::string_view name;
  Handler read;
};

constexpr Row32 kRegisters32[] = {
    {"%tid.x", read_tid<0>},
    {"%tid.y", read_tid<1>},
    {"%tid.z", read_tid<2>},
    {"%ntid.x", per_lane<std::uint32_t, ntid<0>>},
    {"%ntid.y", per_lane<std::uint32_t, ntid<1>>},
    {"%ntid.z", per_lane<std::uint32_t, ntid<2>>},
    {"%ctaid.x", per_lane<std::uint32_t, ctaid<0>>},
    {"%ctaid.y", per_lane<std::uint32_t, ctaid<1>>},
    {"%ctaid.z", per_lane<std::uint32_t, ctaid<2>>},
    {"%nctaid.x", per_lane<std::uint32_t, nctaid<0>>},
    {"%nctaid.y", per_lane<std::uint32_t, nctaid<1>>},
    {"%nctaid.z", per_lane<std::uint32_t, nctaid<2>>},
    {"%laneid", per_lane<std::uint32_t, laneid>},
    {"%warpid", per_lane<std::uint32_t, warpid>},
    {"%nwarpid", per_lane<std::uint32_t, nwarpid>},
    {"%smid", per_lane<std::uint32_t, smid>},
    {"%nsmid", per_lane<std::uint32_t, nsmid>},
    {"%gridid", per_lane<std::uint32_t, gridid>},
    {"%lanemask_eq", per_lane<std::uint32_t, lanemask_eq>},
    {"%lanemask_lt", per_lane<std::uint32_t, lanemask_lt>},
    {"%lanemask_le", per_lane<std::uint32_t, lanemask_le>},
    {"%lanemask_ge", per_lane<std::uint32_t, lanemask_ge>},
    {"%lanemask_gt", per_lane<std::uint32_t, lanemask_gt>},
    {"%clock", per_lane<std::uint32_t, clock_low>},
    {"%clock_hi", per_lane<std::uint32_t, clock_high>},
    {"%globaltimer_lo", per_lane<std::uint32_t, clock_low>},
    {"%globaltimer_hi", per_lane<std::uint32_t, clock_high>},
    {"%dynamic_smem_size", per_lane<std::uint32_t, dynamic_shared>},
    {"%total_smem_size", per_lane<std::uint32_t, total_shared>},
    // A launch without clusters: every block is a cluster of one.
    {"%cluster_ctarank", per_lane<std::uint32_t, zero>},
    {"%cluster_nctarank", per_lane<std::uint32_t, one>},
    {"%cluster_ctaid.x", per_lane<std::uint32_t, zero>},
    {"%cluster_ctaid.y", per_lane<std::uint32_t, zero>},
    {"%cluster_ctaid.z", per_lane<std::uint32_t, zero>},
    {"%cluster_nctaid.x", per_lane<std::uint32_t, one>},
    {"%cluster_nctaid.y", per_lane<std::uint32_t, one>},
    {"%cluster_nctaid.z", per_lane<std::uint32_t, one>},
    {"%clusterid.x", per_lane<std::uint32_t, ctaid<0>>},
    {"%clusterid.y", per_lane<std::uint32_t, ctaid<1>>},
    {"%clusterid.z", per_lane<std::uint32_t, ctaid<2>>},
    {"%nclusterid.x", per_lane<std::uint32_t, nctaid<0>>},
    {"%nclusterid.y", per_lane<std::uint32_t, nctaid<1>>},
    {"%nclusterid.z", per_lane<std::uint32_t, nctaid<2>>},
};

}  // namespace

SpecialRegister find_special_register(std::string_view name) {
  if (name == "%clock64" || name == "%globaltimer") {
    return {per_lane<std::uint64_t, clock_wide>, ScalarType::kU64};
  }
  if (name == "%gridid") return {per_lane<std::uint64_t, gridid_wide>, ScalarType::kU64};
  for (const Row32& row : kRegisters32) {
    if (row.name == name) return {row.read, ScalarType::kU32};
  }
  return {};
}

}  // namespace attnlab::ptx
