// SPDX-License-Identifier: MIT
// What happened, where, when and with which numbers: the one record that everything a user sees is
// made from. The file format is described in docs/event_log.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace attnlab::trace {

enum class EventKind : std::uint8_t {
  kLaunchBegin,  // a kernel launch starts
  kLaunchEnd,
  kBlockBegin,  // a thread block takes a slot of a streaming multiprocessor (SM)
  kBlockEnd,    // ... and frees it
  kLoad,        // a tile moves towards the registers: `level` says from where
  kStore,       // a tile moves away from the registers: `level` says where to
  kMatmul,      // a tile product
  kSoftmax,     // exponentials, row maxima and row sums of a tile
  kRescale,     // old sums and outputs are brought to a new row maximum
  kBarrier,     // all warps of the block wait for each other
  kNumber,      // one number that a step computed, with its operands (see NumberEvent)
};
inline constexpr int kEventKindCount = 11;

// Where the far side of a load or store is. Registers are the near side of all but kRegister moves.
enum class MemoryLevel : std::uint8_t {
  kNone,      // no memory: a matmul, a barrier, a mark
  kRegister,  // another thread's registers (a shuffle)
  kShared,    // the shared memory of the block
  kGlobal,    // global memory as instructions ask for it, whichever cache answers
  kDevice,    // what travels to or from the device memory's chips
};
inline constexpr int kMemoryLevelCount = 5;

inline constexpr std::uint16_t kNoSource = 0xffff;
inline constexpr std::uint16_t kNoTensor = 0xffff;
inline constexpr std::uint16_t kWholeBlock = 0xffff;

// The largest start_cycle of an event: 39 hours of a 2 GHz clock.
inline constexpr std::uint64_t kMaxCycle = std::uint64_t{1} << 48;

// A step of a block, or the begin and end of blocks and launches. 56 bytes, little-endian.
// The begin and end of a launch use start_cycle, kind and launch only.
struct Event {
  std::uint64_t start_cycle = 0;      // simulated SM clock cycles since the run began
  std::uint32_t duration_cycles = 0;  // 0 for begin and end marks
  std::uint32_t block = 0;            // linear index in its launch
  std::uint32_t step = 0;             // index of the step in its block
  std::uint32_t tile_row = 0;         // tile coordinates in the S matrix: query tile,
  std::uint32_t tile_column = 0;      //   key tile
  std::uint32_t bytes = 0;            // moved by this step
  std::uint32_t flops = 0;            // done by this step (a fused multiply-add counts 2)
  EventKind kind = EventKind::kLaunchBegin;
  MemoryLevel level = MemoryLevel::kNone;  // of a load or store: the far side
  std::uint16_t launch = 0;                // index in the header's launches
  std::uint16_t sm = 0;
  std::uint16_t slot = 0;            // resident-block slot of the SM
  std::uint16_t warp = kWholeBlock;  // or the one warp that does the step
  std::uint16_t source = kNoSource;  // index in the header's sources (file and line), or kNoSource
  std::uint16_t tensor = kNoTensor;  // index in the header's tensors ("Q", "K", …), or kNoTensor
  std::uint16_t reserved0 = 0;       // 0
  std::uint32_t reserved1 = 0;       // 0
};

// The same 56 bytes where kind is kNumber: result = formula(operands). `symbol` indexes the
// header's symbols, each of which carries its formula in words ("m_new = max(m_old, m_tile)").
struct NumberEvent {
  std::uint64_t start_cycle = 0;
  float result = 0;
  std::uint32_t block = 0;
  std::uint32_t step = 0;  // the step of the block that computed it
  std::uint32_t row = 0;   // element coordinates in the result's matrix
  std::uint32_t column = 0;
  float operands[2] = {0, 0};
  EventKind kind = EventKind::kNumber;
  std::uint8_t operand_count = 0;  // 0 to 3
  std::uint16_t launch = 0;
  std::uint16_t sm = 0;
  std::uint16_t slot = 0;
  std::uint16_t warp = kWholeBlock;
  std::uint16_t source = kNoSource;
  std::uint16_t symbol = 0;
  std::uint16_t reserved0 = 0;
  float third_operand = 0;
};

static_assert(sizeof(Event) == 56 && std::is_trivially_copyable_v<Event>);
static_assert(sizeof(NumberEvent) == 56 && std::is_trivially_copyable_v<NumberEvent>);
static_assert(offsetof(Event, block) == offsetof(NumberEvent, block));
static_assert(offsetof(Event, step) == offsetof(NumberEvent, step));
static_assert(offsetof(Event, kind) == 36 && offsetof(NumberEvent, kind) == 36);
static_assert(offsetof(Event, source) == 46 && offsetof(NumberEvent, source) == 46);
static_assert(offsetof(Event, tensor) == 48 && offsetof(NumberEvent, symbol) == 48);

// The two readings of the same 56 bytes.
inline Event to_event(const NumberEvent& number) {
  Event event;
  std::memcpy(static_cast<void*>(&event), &number, sizeof(event));
  return event;
}
inline NumberEvent to_number(const Event& event) {
  NumberEvent number;
  std::memcpy(static_cast<void*>(&number), &event, sizeof(number));
  return number;
}

// A step occupies its block for duration_cycles; marks and numbers take no time.
constexpr bool is_step(EventKind kind) {
  return kind >= EventKind::kLoad && kind <= EventKind::kBarrier;
}
constexpr bool is_launch_mark(EventKind kind) {
  return kind == EventKind::kLaunchBegin || kind == EventKind::kLaunchEnd;
}

// "load", "block_begin", …; "unknown" for a value outside the enumeration.
constexpr const char* name_of(EventKind kind) {
  constexpr const char* kNames[kEventKindCount] = {
      "launch_begin", "launch_end", "block_begin", "block_end", "load",  "store",
      "matmul",       "softmax",    "rescale",     "barrier",   "number"};
  const int index = static_cast<int>(kind);
  return index < kEventKindCount ? kNames[index] : "unknown";
}
constexpr const char* name_of(MemoryLevel level) {
  constexpr const char* kNames[kMemoryLevelCount] = {"none", "register", "shared", "global",
                                                     "device"};
  const int index = static_cast<int>(level);
  return index < kMemoryLevelCount ? kNames[index] : "unknown";
}

// Receives events in order of start_cycle.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(const Event& event) = 0;
  void on_number(const NumberEvent& number) { on_event(to_event(number)); }
};

}  // namespace attnlab::trace
