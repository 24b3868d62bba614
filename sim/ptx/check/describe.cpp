// SPDX-License-Identifier: MIT
// The checker's findings in words.
#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "sim/ptx/check/checker.h"
#include "sim/ptx/execute/places.h"
#include "sim/ptx/program/program.h"

namespace attnlab::ptx {
namespace {

// What a variable is called in the source: `tile` of _ZZ4kernPKfE4tile.
std::string readable(std::string_view symbol) {
  if (!symbol.starts_with("_Z")) return std::string(symbol);
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(std::string(symbol).c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0) return std::string(symbol);
  const std::string_view text = name.get();
  const std::size_t scope = text.rfind("::");
  return std::string(scope == std::string_view::npos ? text : text.substr(scope + 2));
}

const char* verb(AccessKind kind) {
  return kind == AccessKind::kLoad ? "read" : kind == AccessKind::kStore ? "write" : "atomic";
}

std::string coordinates(const std::array<std::uint32_t, 3>& index) {
  return fmt::format("({}, {}, {})", index[0], index[1], index[2]);
}

std::string who(const FoundAccess& access) {
  return fmt::format("block {}, thread {}", coordinates(access.block), coordinates(access.thread));
}

// What keeps two accesses of one kernel apart, in the order of what is least.
std::string remedy_of_race(const FoundAccess& earlier, const FoundAccess& later, bool shared) {
  if (earlier.block != later.block) {
    return "blocks run in any order, at the same time: use an atomic, give each block its own "
           "place, or let a later launch do the second part (within one launch: __threadfence(), "
           "then an atomic flag that the other block reads first)";
  }
  if (earlier.what == "atomic" || later.what == "atomic") {
    return fmt::format("make both atomic, or add __syncthreads() between line {} and line {}",
                       earlier.line, later.line);
  }
  if (earlier.line == later.line && earlier.what == "write" && later.what == "write") {
    return fmt::format("let one thread write, or use an atomic, in line {}", later.line);
  }
  const char* barrier =
      earlier.warp == later.warp && shared ? "__syncwarp() or __syncthreads()" : "__syncthreads()";
  if (earlier.line > later.line) {
    return fmt::format("add {} between line {} and line {}; in a loop, after line {}, too", barrier,
                       later.line, earlier.line, earlier.line);
  }
  return fmt::format("add {} after line {}", barrier, earlier.line);
}

// Two lines that race are one finding. Told is the pair that differs in value, where there is one,
// and that stands in the source's order.
bool is_worth_more(FindingKind kind, int earlier_line, const Finding& known) {
  const bool was_equal = known.kind == FindingKind::kRaceEqual;
  if ((kind == FindingKind::kRaceEqual) != was_equal) return was_equal;
  return known.earlier->line > known.access.line && earlier_line < known.earlier->line;
}

const char* cause_of_race(const FoundAccess& earlier, const FoundAccess& later) {
  if (earlier.what == "read") return "the reader may get the new value";
  if (later.what == "read") return "the reader may get the old value";
  return "either value may stay";
}

}  // namespace

const char* name_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::kRaceShared:
      return "race-shared";
    case FindingKind::kRaceGlobal:
      return "race-global";
    case FindingKind::kRaceEqual:
      return "race-equal";
    case FindingKind::kUninitialisedShared:
      return "uninitialised-shared";
    case FindingKind::kUninitialisedGlobal:
      return "uninitialised-global";
    case FindingKind::kSyncMask:
      return "sync-mask";
    case FindingKind::kSyncSource:
      return "sync-source";
    case FindingKind::kSyncBarrier:
      return "sync-barrier";
  }
  return "unknown";
}

FoundAccess Checker::describe(std::uint32_t site, std::uint64_t block, std::uint32_t thread) const {
  const Site& at = sites_[site];
  const SourcePlace place = source_place(program_, at.instruction->location);
  FoundAccess access;
  access.what = verb(at.kind);
  access.instruction = at.instruction->text;
  access.file = place.file;
  access.line = place.line;
  const auto& grid = shape_.grid;
  access.block = {static_cast<std::uint32_t>(block % grid[0]),
                  static_cast<std::uint32_t>(block / grid[0] % grid[1]),
                  static_cast<std::uint32_t>(block / grid[0] / grid[1])};
  access.thread = thread_coordinates(shape_.block, thread);
  access.warp = thread / kWarpLanes;
  access.lane = thread % kWarpLanes;
  return access;
}

// A shared array's elements are taken to be as large as what is accessed, vectors to be of floats.
std::uint32_t Checker::element_bytes_of(const Touch& touch) {
  return touch.bytes <= 8 ? touch.bytes : 4;
}

int Checker::line_of(std::uint32_t site) const {
  return source_place(program_, sites_[site].instruction->location).line;
}

std::string Checker::name_of_place(StateSpace space, Address address,
                                   std::uint32_t element_bytes) const {
  if (space == StateSpace::kGlobal) {
    const Allocation* allocation = memory_.find(address);
    return fmt::format(
        "{}[{}]", readable(allocation->name),
        (address - allocation->address) / static_cast<std::uint64_t>(allocation->element_bytes));
  }
  const Address offset = address - kSharedWindow;
  const SharedArray* array = nullptr;
  for (const SharedArray& one : program_.shared_arrays) {
    if (one.begin <= offset) array = &one;
  }
  if (array == nullptr || offset >= program_.dynamic_shared_offset) {
    return fmt::format("byte {} of dynamic shared memory", offset - program_.dynamic_shared_offset);
  }
  return fmt::format("{}[{}]", readable(array->name), (offset - array->begin) / element_bytes);
}

void Checker::report_race(FindingKind kind, const Stamp& earlier, const Touch& touch,
                          std::uint64_t offset) {
  Finding* known = counted(FindingClass::kRace, touch.site, earlier.site());
  if (known != nullptr && !is_worth_more(kind, line_of(earlier.site()), *known)) return;
  Finding finding;
  finding.kind = kind;
  finding.kernel = program_.entry_name;
  finding.access = describe(touch.site, running_index_, touch.thread);
  finding.earlier = describe(earlier.site(), order_.block_of(earlier), earlier.thread());
  finding.place =
      name_of_place(touch.piece.space, touch.piece.base + offset, element_bytes_of(touch));
  const bool shared = touch.piece.space == StateSpace::kShared;
  finding.sentence = fmt::format(
      "{} and {} touch {} of {} memory with nothing that orders them: {} in line {}, "
      "{} in line {}{}",
      who(*finding.earlier), who(finding.access), finding.place, shared ? "shared" : "global",
      finding.earlier->what, finding.earlier->line, finding.access.what, finding.access.line,
      kind == FindingKind::kRaceEqual ? "; both write the same value" : "");
  finding.cause = kind == FindingKind::kRaceEqual ? "nothing as long as the values stay equal"
                                                  : cause_of_race(*finding.earlier, finding.access);
  finding.remedy = remedy_of_race(*finding.earlier, finding.access, shared);
  if (known != nullptr) {
    finding.count = known->count;
    *known = std::move(finding);
  } else {
    findings_.push_back(std::move(finding));
  }
}

void Checker::report_unwritten(const Touch& touch, std::uint64_t offset) {
  const bool shared = touch.piece.space == StateSpace::kShared;
  const FindingKind kind =
      shared ? FindingKind::kUninitialisedShared : FindingKind::kUninitialisedGlobal;
  if (counted(FindingClass::kUninitialised, touch.site, touch.site) != nullptr) return;
  Finding finding;
  finding.kind = kind;
  finding.kernel = program_.entry_name;
  finding.access = describe(touch.site, running_index_, touch.thread);
  finding.place =
      name_of_place(touch.piece.space, touch.piece.base + offset, element_bytes_of(touch));
  finding.sentence = fmt::format("{} reads {} of {} memory, which nobody has written",
                                 who(finding.access), finding.place, shared ? "shared" : "global");
  finding.cause = "the value is whatever the memory held before";
  finding.remedy = shared ? "write every element that is read, the edges of a ragged tile, too"
                          : "write it first, or give the array a content before the launch";
  findings_.push_back(std::move(finding));
}

void Checker::on_sync_doubt(const WarpPlace& place, SyncDoubt doubt, int lane, int other) {
  if (!options_.synchronisation) return;
  run_block(place.block);
  const std::uint32_t site = site_of(place, nullptr);
  const FindingKind kind = doubt == SyncDoubt::kInactiveSource  ? FindingKind::kSyncSource
                           : doubt == SyncDoubt::kBarrierMissed ? FindingKind::kSyncBarrier
                                                                : FindingKind::kSyncMask;
  if (counted(FindingClass::kSynchronisation, site, site) != nullptr) return;
  Finding finding;
  finding.kind = kind;
  finding.kernel = program_.entry_name;
  finding.access =
      describe(site, place.block, static_cast<std::uint32_t>(place.warp * kWarpLanes + lane));
  finding.access.what = "sync";
  const std::string thread = who(finding.access);
  switch (doubt) {
    case SyncDoubt::kNotInOwnMask:
      finding.sentence =
          fmt::format("{} (lane {}) is not in the mask that it brings", thread, lane);
      finding.remedy =
          "the mask must name every lane that gets here: take it with __ballot_sync "
          "before the lanes part, or let all lanes get here";
      break;
    case SyncDoubt::kMaskNamesAbsent:
      finding.sentence = fmt::format(
          "{} (lane {}) brings a mask that names lane {}, which has returned instead of coming",
          thread, lane, other);
      finding.remedy = "name only lanes that get here, or let all lanes get here";
      break;
    case SyncDoubt::kBarrierMissed:
      finding.sentence = fmt::format(
          "{} (lane {}) waits at a barrier that lane {} of its warp does not reach: it has "
          "returned, or gone another way",
          thread, lane, other);
      finding.remedy =
          "let every thread of the block get to the barrier: put the condition around "
          "the work, not around the barrier";
      break;
    case SyncDoubt::kMasksDiffer:
      finding.sentence =
          fmt::format("{} (lane {}) brings another mask than lane {}, which it works with", thread,
                      lane, other);
      finding.remedy = "all lanes of a mask must bring the same one";
      break;
    case SyncDoubt::kInactiveSource:
      finding.sentence =
          fmt::format("{} (lane {}) reads lane {}, which does not take part", thread, lane, other);
      finding.remedy = "let every lane that is read take part, also those that have nothing to do";
      break;
  }
  finding.cause = doubt == SyncDoubt::kBarrierMissed
                      ? "the block may hang, or go on before everybody has come"
                      : "the result is undefined";
  findings_.push_back(std::move(finding));
}

}  // namespace attnlab::ptx
