// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "sim/ptx/emulator.h"

namespace attnlab::ptx {
namespace {

std::string coordinates(const std::array<std::uint32_t, 3>& index) {
  return fmt::format("({}, {}, {})", index[0], index[1], index[2]);
}

std::string report(const std::string& sentence, const KernelFault::Place& place) {
  std::string who = fmt::format("block {}", coordinates(place.block));
  if (place.lane >= 0) {
    who += fmt::format(", thread {} (warp {}, lane {})", coordinates(place.thread), place.warp,
                       place.lane);
  } else if (!place.whole_block) {
    who += fmt::format(", warp {}", place.warp);
  }
  return fmt::format("{}:{}: {}: {}: {}\n  in `{}`", place.file, place.line, place.kernel, who,
                     sentence, place.instruction);
}

}  // namespace

KernelFault::KernelFault(FaultKind fault_kind, const std::string& what_happened, Place where,
                         std::string printed_before)
    : std::runtime_error(report(what_happened, where)),
      kind(fault_kind),
      sentence(what_happened),
      place(std::move(where)),
      printed(std::move(printed_before)) {}

}  // namespace attnlab::ptx
