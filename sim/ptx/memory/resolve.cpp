// SPDX-License-Identifier: MIT
#include "sim/ptx/memory/resolve.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/execute/fault.h"
#include "sim/ptx/execute/places.h"

namespace attnlab::ptx {
namespace {

const char* verb_of(AccessKind kind) {
  switch (kind) {
    case AccessKind::kLoad:
      return "reads";
    case AccessKind::kStore:
      return "writes";
    case AccessKind::kAtomic:
      return "updates";
  }
  return "touches";
}

// "o[1027] (4 bytes at 0x7f…): o has 1024 elements of 4 bytes".
std::string in_allocation(const Allocation& allocation, Address address) {
  const auto offset = static_cast<std::int64_t>(address - allocation.address);
  const std::int64_t element = allocation.element_bytes;
  const std::int64_t index = offset >= 0 ? offset / element : -((element - 1 - offset) / element);
  return fmt::format("{}[{}], but {} has {} elements of {} bytes", allocation.name, index,
                     allocation.name,
                     allocation.size_bytes / static_cast<std::uint64_t>(allocation.element_bytes),
                     allocation.element_bytes);
}

// "address 0x7f0000000006, 2 bytes behind out[1]".
std::string aligned_place(const Warp& warp, StateSpace space, Address address) {
  const std::string place = fmt::format("address {:#x}", address);
  const Allocation* found =
      space == StateSpace::kGlobal ? warp.block->grid->memory->find(address) : nullptr;
  if (found == nullptr) return place;
  const std::uint64_t offset = address - found->address;
  const auto element = static_cast<std::uint64_t>(found->element_bytes);
  const std::uint64_t rest = offset % element;
  return fmt::format("{}, {}{}[{}]", place,
                     rest == 0 ? "" : fmt::format("{} byte{} behind ", rest, rest == 1 ? "" : "s"),
                     found->name, offset / element);
}

// The static array of shared memory that an offset is in or behind, for messages.
std::string in_shared(const Warp& warp, Address address) {
  const ProgramParts& program = *warp.block->grid->program;
  const std::uint32_t all = warp.block->shared_bytes;
  const SharedArray* array = nullptr;
  for (const SharedArray& one : program.shared_arrays) {
    if (one.begin <= address) array = &one;
  }
  constexpr Address kFar = 1u << 24;  // what wrapped around is not behind any array
  if (array == nullptr || address >= kFar) {
    return fmt::format("byte {} of shared memory, but the block has {} bytes", address, all);
  }
  return fmt::format("{}[{}], byte {} of the block's {} bytes of shared memory", array->name,
                     (address - array->begin) / static_cast<std::uint64_t>(array->element_bytes),
                     address, all);
}

[[noreturn]] void out_of_bounds(const Warp& warp, StateSpace space, Address address,
                                std::uint32_t bytes, AccessKind kind, int lane) {
  const std::string what = fmt::format("{} {} bytes at ", verb_of(kind), bytes);
  if (space == StateSpace::kShared) {
    throw Fault(FaultKind::kOutOfBounds, lane, what + in_shared(warp, address));
  }
  if (space == StateSpace::kLocal) {
    throw Fault(FaultKind::kOutOfBounds, lane,
                fmt::format("{}byte {} of local memory, but the thread has {} bytes", what, address,
                            warp.block->grid->program->local_stack_bytes));
  }
  if (space == StateSpace::kConst || space == StateSpace::kParam) {
    throw Fault(
        FaultKind::kOutOfBounds, lane,
        fmt::format("{}byte {} of {} memory, which ends before", what, address, name_of(space)));
  }
  if (address < 4096) {
    throw Fault(FaultKind::kNullPointer, lane,
                fmt::format("{}address {:#x}: a null pointer", what, address));
  }
  const Allocation* nearest = warp.block->grid->memory->nearest(address);
  const bool near = nearest != nullptr && space_of(address) == StateSpace::kGlobal;
  throw Fault(FaultKind::kOutOfBounds, lane,
              near ? what + in_allocation(*nearest, address)
                   : fmt::format("{}address {:#x}, which is in no allocation", what, address));
}

[[noreturn]] void read_only(const std::string& what, AccessKind kind, int lane) {
  throw Fault(FaultKind::kWriteToReadOnly, lane,
              fmt::format("{} {}, which is read-only", verb_of(kind), what));
}

Region shared_region(const Warp& warp) {
  return {warp.block->shared, 0, warp.block->shared_bytes};
}

Region const_region(const Warp& warp) {
  const auto& constants = warp.block->grid->program->constants;
  return {const_cast<std::byte*>(constants.data()), 0, constants.size()};
}

Region param_region(const Warp& warp) {
  const auto& parameters = warp.block->grid->parameters;
  return {const_cast<std::byte*>(parameters.data()), 0, parameters.size()};
}

Region global_region(const Warp& warp, Address address, AccessKind kind, int lane) {
  const Allocation* found = warp.block->grid->memory->find(address);
  if (found == nullptr) return {};
  if (kind != AccessKind::kLoad && !found->writable) read_only(found->name, kind, lane);
  return {found->host, found->address, found->size_bytes};
}

// The region that holds a lane's address in this space.
Region region_of_lane(const Warp& warp, StateSpace space, Address address, AccessKind kind,
                      int lane) {
  switch (space) {
    case StateSpace::kShared:
      return shared_region(warp);
    case StateSpace::kLocal: {
      const std::uint32_t size = warp.block->grid->program->local_stack_bytes;
      return {warp.control->local + std::size_t{size} * static_cast<std::size_t>(lane), 0, size};
    }
    case StateSpace::kConst:
      if (kind != AccessKind::kLoad) read_only("constant memory", kind, lane);
      return const_region(warp);
    case StateSpace::kParam:
      if (kind != AccessKind::kLoad) read_only("parameter memory", kind, lane);
      return param_region(warp);
    default:
      return global_region(warp, address, kind, lane);
  }
}

}  // namespace

Region region_of(Warp& warp, const Op* op, StateSpace space, Address address, AccessKind kind) {
  switch (space) {
    case StateSpace::kShared:
      return shared_region(warp);
    case StateSpace::kConst:
      return kind == AccessKind::kLoad ? const_region(warp) : Region{};
    case StateSpace::kParam:
      return kind == AccessKind::kLoad ? param_region(warp) : Region{};
    case StateSpace::kLocal:
      return {};
    case StateSpace::kGeneric: {
      const StateSpace actual = space_of(address);
      if (actual == StateSpace::kGeneric || actual == StateSpace::kLocal) return {};
      Region region = region_of(warp, op, actual, address - window_of(actual), kind);
      region.base += window_of(actual);
      return region;
    }
    default:
      break;
  }
  // An instruction mostly works in the allocation it worked in last.
  const Allocation*& remembered = warp.block->remembered[remembered_place(op)];
  if (address - remembered->address >= remembered->size_bytes) {
    const Allocation* found = warp.block->grid->memory->find(address);
    if (found == nullptr) return {};
    remembered = found;
  }
  if (kind != AccessKind::kLoad && !remembered->writable) return {};
  return {remembered->host, remembered->address, remembered->size_bytes};
}

std::byte* bytes_of_lane(Warp& warp, StateSpace space, Address address, std::uint32_t bytes,
                         AccessKind kind, int lane) {
  if (space == StateSpace::kGeneric) {
    space = space_of(address);
    address -= window_of(space);
  }
  const Region region = region_of_lane(warp, space, address, kind, lane);
  if (region.host == nullptr || region.size_bytes < bytes ||
      address - region.base > region.size_bytes - bytes) {
    out_of_bounds(warp, space, address, bytes, kind, lane);
  }
  if ((address & (bytes - 1)) != 0) {
    throw Fault(FaultKind::kMisaligned, lane,
                fmt::format("{} {} bytes at {}, which is no multiple of {}", verb_of(kind), bytes,
                            aligned_place(warp, space, address), bytes));
  }
  return region.host + (address - region.base);
}

}  // namespace attnlab::ptx
