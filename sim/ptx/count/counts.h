// SPDX-License-Identifier: MIT
// What is counted: of an instruction, of a source line, of a whole launch. docs/counters.md says what
// each count means and which of Nsight Compute's it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace attnlab::ptx {

// A request: one warp's memory instruction, of at least one lane. A sector: 32 bytes of memory.
enum class Metric : std::uint8_t {
  kInstructions,  // warp instructions
  kThreads,       // lanes that execute them
  kThreadsOn,     // of these, lanes whose guard holds

  kBranches,           // conditional ones
  kDivergentBranches,  // of these, those that some lanes take and some do not

  kGlobalLoadRequests,
  kGlobalLoadThreads,
  kGlobalLoadSectors,
  kGlobalLoadIdealSectors,  // if the lanes' bytes lay side by side
  kGlobalStoreRequests,
  kGlobalStoreThreads,
  kGlobalStoreSectors,
  kGlobalStoreIdealSectors,
  kLocalLoadRequests,
  kLocalLoadThreads,
  kLocalLoadSectors,
  kLocalLoadIdealSectors,
  kLocalStoreRequests,
  kLocalStoreThreads,
  kLocalStoreSectors,
  kLocalStoreIdealSectors,

  kSharedLoadRequests,
  kSharedLoadThreads,
  kSharedLoadWavefronts,
  kSharedLoadIdealWavefronts,  // without conflicts
  kSharedStoreRequests,
  kSharedStoreThreads,
  kSharedStoreWavefronts,
  kSharedStoreIdealWavefronts,

  kConstantRequests,
  kConstantThreads,
  kConstantAddresses,  // different ones of each request

  kGlobalAtomicRequests,
  kGlobalAtomicThreads,
  kGlobalAtomicAddresses,
  kGlobalAtomicSerial,  // the most lanes at one address, of each request
  kGlobalAtomicSectors,
  kSharedAtomicRequests,
  kSharedAtomicThreads,
  kSharedAtomicAddresses,
  kSharedAtomicSerial,

  kFloat32Fma,  // operations of lanes
  kFloat32Add,
  kFloat32Mul,
  kFloat64Fma,
  kFloat64Add,
  kFloat64Mul,
  kHalfFma,  // of fp16 and bf16; two of each lane's f16x2
  kHalfAdd,
  kHalfMul,

  // The cache model's.
  kL2LoadSectors,
  kL2StoreSectors,
  kL2AtomicSectors,
  kDeviceReadSectors,
  kDeviceWriteSectors,
};
inline constexpr std::size_t kMetrics = static_cast<std::size_t>(Metric::kDeviceWriteSectors) + 1;

// What a warp instruction is for.
enum class InstructionClass : std::uint8_t {
  kFloat32Fma,
  kFloat32Add,
  kFloat32Mul,
  kFloat32Other,
  kFloat64Fma,
  kFloat64Add,
  kFloat64Mul,
  kFloat64Other,
  kHalfFma,
  kHalfAdd,
  kHalfMul,
  kHalfOther,
  kInteger,
  kBits,
  kConversion,
  kSpecial,
  kMove,
  kLoadGlobal,
  kStoreGlobal,
  kLoadShared,
  kStoreShared,
  kLoadLocal,
  kStoreLocal,
  kLoadGeneric,
  kStoreGeneric,
  kLoadConstant,
  kParameter,
  kAtomic,
  kControl,
  kBarrier,
  kFence,
  kWarp,
  kOther,
};
inline constexpr std::size_t kInstructionClasses =
    static_cast<std::size_t>(InstructionClass::kOther) + 1;

struct Counts {
  std::array<std::uint64_t, kMetrics> metrics = {};
  std::array<std::uint64_t, kInstructionClasses> instructions = {};  // warp instructions
  std::array<std::uint64_t, kInstructionClasses> threads_on = {};

  std::uint64_t& operator[](Metric metric) { return metrics[static_cast<std::size_t>(metric)]; }
  std::uint64_t operator[](Metric metric) const {
    return metrics[static_cast<std::size_t>(metric)];
  }
  std::uint64_t instructions_of(InstructionClass kind) const {
    return instructions[static_cast<std::size_t>(kind)];
  }
  std::uint64_t threads_on_of(InstructionClass kind) const {
    return threads_on[static_cast<std::size_t>(kind)];
  }
  Counts& operator+=(const Counts& other);
};

// What a count is called here, and in Nsight Compute: a sum of several ("a + b"), or "" where it has
// none of this meaning.
struct CountName {
  const char* key;  // "global_load_sectors"
  const char* nsight;
};
const CountName& name_of(Metric metric);

// What follows from counts: ratios, conflicts, operations, bytes.
struct DerivedCount {
  CountName name;
  bool ratio;  // else a whole number
  double (*value)(const Counts& counts);
};
std::span<const DerivedCount> derived_counts();
// By its key, which must be one. 0 where nothing was counted that it could be a ratio of.
double derived(const Counts& counts, std::string_view key);

const char* name_of(InstructionClass kind);  // "fp32 fma"

}  // namespace attnlab::ptx
