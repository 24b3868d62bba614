// SPDX-License-Identifier: MIT
// What happened, where, when and with which numbers: the one record that everything a user sees is
// made from. The file format is described in docs/event_log.md.
#pragma once

#include <cstdint>
#include <type_traits>

namespace attnlab::trace {

enum class EventKind : std::uint8_t {
  kLaunchBegin,  // a kernel launch starts
  kLaunchEnd,
  kBlockBegin,   // a thread block takes a slot of a streaming multiprocessor (SM)
  kBlockEnd,     // ... and frees it
  kLoad,         // a tile moves towards the registers: `level` says from where
  kStore,        // a tile moves away from the registers: `level` says where to
  kMatmul,       // a tile product
  kSoftmax,      // exponentials, row maxima and row sums of a tile
  kRescale,      // old sums and outputs are brought to a new row maximum
  kBarrier,      // all warps of the block wait for each other
  kNumber,       // one number that a step computed, with its operands (see NumberEvent)
};
inline constexpr int kEventKindCount = 11;

enum class MemoryLevel : std::uint8_t { kNone, kRegister, kShared, kGlobal, kDevice };

inline constexpr std::uint16_t kNoSource = 0xffff;
inline constexpr std::uint16_t kNoTensor = 0xffff;
inline constexpr std::uint16_t kWholeBlock = 0xffff;

// A step of a block, or the begin and end of blocks and launches. 56 bytes, little-endian.
struct Event {
  std::uint64_t start_cycle;      // simulated SM clock cycles since the run began
  std::uint32_t duration_cycles;  // 0 for begin and end marks
  std::uint32_t block;            // linear index in its launch
  std::uint32_t step;             // index of the step in its block
  std::uint32_t tile_row;         // tile coordinates in the S matrix: query tile,
  std::uint32_t tile_column;      //   key tile
  std::uint32_t bytes;            // moved by this step
  std::uint32_t flops;            // done by this step (a fused multiply-add counts 2)
  EventKind kind;
  MemoryLevel level;              // of a load or store: the far side
  std::uint16_t launch;           // index in the header's launches
  std::uint16_t sm;
  std::uint16_t slot;             // resident-block slot of the SM
  std::uint16_t warp;             // kWholeBlock: the whole block
  std::uint16_t source;           // index in the header's sources (file and line), or kNoSource
  std::uint16_t tensor;           // index in the header's tensors ("Q", "K", …), or kNoTensor
  std::uint16_t reserved0;        // 0
  std::uint32_t reserved1;        // 0
};

// The same 56 bytes where kind is kNumber: result = formula(operands). `symbol` indexes the header's
// symbols, each of which carries its formula in words ("m_new = max(m_old, m_tile)").
struct NumberEvent {
  std::uint64_t start_cycle;
  float result;
  std::uint32_t block;
  std::uint32_t step;             // the step of the block that computed it
  std::uint32_t row;              // element coordinates in the result's matrix
  std::uint32_t column;
  float operands[2];
  EventKind kind;                 // kNumber
  std::uint8_t operand_count;     // 0 to 3
  std::uint16_t launch;
  std::uint16_t sm;
  std::uint16_t slot;
  std::uint16_t warp;
  std::uint16_t source;
  std::uint16_t symbol;
  std::uint16_t reserved0;
  float third_operand;
};

static_assert(sizeof(Event) == 56 && std::is_trivially_copyable_v<Event>);
static_assert(sizeof(NumberEvent) == 56 && std::is_trivially_copyable_v<NumberEvent>);

// Receives events in order of start_cycle.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) = 0;
};

}  // namespace attnlab::trace
