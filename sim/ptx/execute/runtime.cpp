// SPDX-License-Identifier: MIT
#include "sim/ptx/execute/runtime.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstdio>
#include <cstring>
#include <string>

#include "sim/ptx/execute/block_state.h"
#include "sim/ptx/execute/fault.h"
#include "sim/ptx/execute/places.h"
#include "sim/ptx/memory/resolve.h"

namespace attnlab::ptx {
namespace {

constexpr std::size_t kMaxStringBytes = 64 * 1024;
constexpr std::uint32_t kMaxPrintedArguments = 32;  // as CUDA's; what is too much stays as it is
constexpr std::size_t kMaxPrintedBytes = 1u << 20;  // of one block; CUDA's default buffer's size

std::uint64_t wide_word(const Warp& warp, const Row* rows, int lane) {
  const auto* low = reinterpret_cast<const std::uint32_t*>(warp.frame + rows[0]);
  const auto* high = reinterpret_cast<const std::uint32_t*>(warp.frame + rows[1]);
  return low[lane] | std::uint64_t{high[lane]} << 32;
}

// A string that ends with 0, in generic memory.
std::string string_at(Warp& warp, Address address, int lane) {
  std::string text;
  while (text.size() < kMaxStringBytes) {
    const std::byte* at = bytes_of_lane(warp, StateSpace::kGeneric, address + text.size(), 1,
                                        AccessKind::kLoad, lane);
    if (*at == std::byte{0}) break;
    text += static_cast<char>(*at);
  }
  warp.fuel -= static_cast<std::int64_t>(text.size());
  return text;
}

// The arguments of a printf lie one behind the other, each aligned to its size.
class PrintfArguments {
 public:
  PrintfArguments(Warp& warp, Address address, int lane)
      : warp_(warp), next_(address), lane_(lane) {}

  template <class T>
  T take() {
    next_ = (next_ + sizeof(T) - 1) / sizeof(T) * sizeof(T);
    const std::byte* at =
        bytes_of_lane(warp_, StateSpace::kGeneric, next_, sizeof(T), AccessKind::kLoad, lane_);
    next_ += sizeof(T);
    ++count_;
    T value;
    std::memcpy(&value, at, sizeof(value));
    return value;
  }
  std::uint32_t count() const { return count_; }

 private:
  Warp& warp_;
  Address next_;
  int lane_;
  std::uint32_t count_ = 0;
};

// One conversion of a format: "%-8.3lld" in pieces.
struct Conversion {
  std::string flags_and_width;  // "-8.3", what the host's printf can take
  bool is_long = false;         // 64-bit integer
  char kind = 0;                // 'd', 'f', …; 0 at the end of the text
};

// [flags][width][.precision] as it is, with numbers of at most three digits; anything else is left
// out, for a kernel's format must not ask the host's printf for gigabytes.
std::string tamed(const std::string& text) {
  std::size_t at = text.find_first_not_of("-+ #0");
  const auto skip_number = [&] {
    const std::size_t begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin <= 3;
  };
  if (at == std::string::npos) return text.size() <= 5 ? text : std::string();
  if (at > 5 || !skip_number()) return {};
  if (at < text.size() && text[at++] != '.') return {};
  return skip_number() && at == text.size() ? text : std::string();
}

Conversion next_conversion(const std::string& format, std::size_t& at, PrintfArguments& arguments) {
  Conversion conversion;
  for (; at < format.size(); ++at) {
    const char c = format[at];
    if (c == '*') {
      conversion.flags_and_width += fmt::format("{}", arguments.take<std::int32_t>());
    } else if (std::strchr("-+ #0123456789.", c) != nullptr) {
      conversion.flags_and_width += c;
    } else if (c == 'l' || c == 'j' || c == 'z' || c == 't' || c == 'L') {
      conversion.is_long = true;
    } else if (c != 'h') {
      conversion.kind = c;
      ++at;
      break;
    }
  }
  conversion.flags_and_width = tamed(conversion.flags_and_width);
  return conversion;
}

template <class T>
std::string formatted(const std::string& format, T value) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
  const int length = std::snprintf(nullptr, 0, format.c_str(), value);
  if (length < 0) return {};
  std::string text(static_cast<std::size_t>(length) + 1, 0);
  std::snprintf(text.data(), text.size(), format.c_str(), value);
#pragma GCC diagnostic pop
  text.pop_back();  // the 0 at its end
  return text;
}

std::string converted(Warp& warp, const Conversion& conversion, PrintfArguments& arguments,
                      int lane) {
  const std::string start = "%" + conversion.flags_and_width;
  switch (conversion.kind) {
    case '%':
      return "%";
    case 'd':
    case 'i':
      return conversion.is_long ? formatted(start + "lld", arguments.take<long long>())
                                : formatted(start + "d", arguments.take<int>());
    case 'u':
    case 'x':
    case 'X':
    case 'o':
      return conversion.is_long
                 ? formatted(start + "ll" + conversion.kind, arguments.take<unsigned long long>())
                 : formatted(start + conversion.kind, arguments.take<unsigned>());
    case 'c':
      return formatted(start + "c", arguments.take<int>());
    case 'p':
      return fmt::format("{:#x}", arguments.take<std::uint64_t>());
    case 's': {
      const Address text = arguments.take<std::uint64_t>();
      return formatted(start + "s", text == 0 ? "(null)" : string_at(warp, text, lane).c_str());
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
      return formatted(start + conversion.kind, arguments.take<double>());
    default:
      return {};
  }
}

}  // namespace

namespace {

// What one lane prints, cut where a block may print no more.
std::string text_of_lane(Warp& warp, const std::string& format, PrintfArguments& arguments,
                         int lane) {
  std::string text;
  for (std::size_t at = 0; at < format.size() && text.size() <= kMaxPrintedBytes;) {
    if (format[at] != '%' || arguments.count() >= kMaxPrintedArguments) {
      text += format[at++];
      continue;
    }
    ++at;
    const Conversion conversion = next_conversion(format, at, arguments);
    text += converted(warp, conversion, arguments, lane);
  }
  return text;
}

}  // namespace

void print(Warp& warp, const Row* rows) {
  BlockState& block = *warp.block;
  auto* result = reinterpret_cast<std::uint32_t*>(warp.frame + rows[4]);
  for (std::uint32_t rest = warp.active; rest != 0; rest &= rest - 1) {
    const int lane = std::countr_zero(rest);
    result[lane] = ~0u;  // of a printf that failed
    if (block.printed_too_much) continue;
    const std::string format = string_at(warp, wide_word(warp, rows, lane), lane);
    PrintfArguments arguments(warp, wide_word(warp, rows + 2, lane), lane);
    const std::string text = text_of_lane(warp, format, arguments, lane);
    warp.fuel -= static_cast<std::int64_t>(format.size() + text.size());
    if (block.printed.size() + text.size() <= kMaxPrintedBytes) {
      result[lane] = arguments.count();
      block.printed += text;
    } else {
      block.printed_too_much = true;
      block.printed += "\n[this block printed more than 1 MiB; the rest is not shown]\n";
    }
  }
}

void fail_assertion(Warp& warp, const Row* rows) {
  const int lane = std::countr_zero(warp.active);
  const auto* line = reinterpret_cast<const std::uint32_t*>(warp.frame + rows[4]);
  throw Fault(FaultKind::kAssertion, lane,
              fmt::format("assertion failed: {} ({}:{})",
                          string_at(warp, wide_word(warp, rows, lane), lane),
                          string_at(warp, wide_word(warp, rows + 2, lane), lane), line[lane]));
}

void fail_trap(const Warp& warp) {
  throw Fault(FaultKind::kTrap, std::countr_zero(warp.active), "the kernel executed a trap");
}

void expect_threads(Barrier& barrier, int number, std::uint32_t threads) {
  if (barrier.arrived_threads != 0 && barrier.expected_threads != threads) {
    throw Fault(FaultKind::kBarrierDivergence, -1,
                fmt::format("warps arrive at barrier {} with different thread counts, {} and {}",
                            number, barrier.expected_threads, threads));
  }
  barrier.expected_threads = threads;
}

bool arrive_at_barrier(const Warp& warp, int number, std::uint32_t threads) {
  Barrier& barrier = warp.block->barriers[static_cast<std::size_t>(number)];
  expect_threads(barrier, number, threads);
  // Lanes that have exited count with the first one that lives.
  const std::uint32_t live = warp.control->live;
  const bool with_exited = (warp.active & live & (0u - live)) != 0;
  barrier.arrived_threads += static_cast<std::uint32_t>(
      std::popcount(warp.active) + (with_exited ? kWarpLanes - std::popcount(live) : 0));
  return barrier.arrived_threads >= threads;
}

void tell_arrival(const Warp& warp, const Op* op, int number) {
  if (!warp.block->grid->program->observe.barriers) return;
  warp.block->grid->observer->on_barrier_arrival(warp_place(warp, op), number, false);
}

void tell_meeting(const Warp& warp, const Op* op, const std::uint32_t* masks) {
  const auto tell = [&](SyncDoubt doubt, int lane, int other) {
    warp.block->grid->observer->on_sync_doubt(warp_place(warp, op), doubt, lane, other);
  };
  for (int lane = 0; lane < kWarpLanes; ++lane) {
    if ((warp.active >> lane & 1u) == 0) continue;
    const std::uint32_t mask = masks[lane];
    if ((mask >> lane & 1u) == 0) return tell(SyncDoubt::kNotInOwnMask, lane, lane);
    const std::uint32_t absent = mask & warp.control->started & ~warp.active;
    if (absent != 0) return tell(SyncDoubt::kMaskNamesAbsent, lane, std::countr_zero(absent));
    for (int other = 0; other < lane; ++other) {
      const bool together = (mask & warp.active) >> other & 1u;
      if (together && masks[other] != mask) return tell(SyncDoubt::kMasksDiffer, lane, other);
    }
  }
}

void tell_missing(const Warp& warp, const Op* op, std::uint32_t arrived) {
  const std::uint32_t missing = warp.control->started & ~arrived;
  if (missing == 0 || !is_aligned_barrier(*op)) return;
  if (!warp.block->grid->program->observe.warp_synchronisation) return;
  warp.block->grid->observer->on_sync_doubt(warp_place(warp, op), SyncDoubt::kBarrierMissed,
                                            std::countr_zero(arrived), std::countr_zero(missing));
}

void tell_sources(const Warp& warp, const Op* op, const int* sources) {
  for (int lane = 0; lane < kWarpLanes; ++lane) {
    const bool reads = (warp.active >> lane & 1u) != 0;
    if (!reads || (warp.active >> sources[lane] & 1u) != 0) continue;
    warp.block->grid->observer->on_sync_doubt(warp_place(warp, op), SyncDoubt::kInactiveSource,
                                              lane, sources[lane]);
    return;
  }
}

void throw_no_barrier(std::uint32_t number, int lane) {
  throw Fault(
      FaultKind::kIllegalOperand, lane,
      fmt::format("waits at barrier {}; a block has barriers 0 to {}", number, kBarriers - 1));
}

void throw_bad_jump(std::uint32_t index, std::uint32_t targets, int lane) {
  throw Fault(FaultKind::kIllegalOperand, lane,
              fmt::format("jumps to entry {} of a table of {}", index, targets));
}

const DecodedFunction& function_at(const Warp& warp, const Op* call, std::uint64_t address,
                                   int lane) {
  const ProgramParts& program = *warp.block->grid->program;
  const std::uint64_t index = (address - kCodeWindow) / 16;
  if (address < kCodeWindow || index >= program.functions.size() ||
      program.functions[index] == nullptr || (address - kCodeWindow) % 16 != 0) {
    throw Fault(FaultKind::kBadCall, lane,
                fmt::format("calls address {:#x}, which is no function", address));
  }
  const DecodedFunction& callee = *program.functions[index];
  if (callee.parameters.size() != call->small ||
      callee.results.size() != call->row_count - call->small) {
    throw Fault(FaultKind::kBadCall, lane,
                fmt::format("calls {} with parameters of another shape", callee.source->name));
  }
  return callee;
}

}  // namespace attnlab::ptx
