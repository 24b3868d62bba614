// SPDX-License-Identifier: MIT
#include "tests/trace/log_maker.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <random>

namespace attnlab::trace::test {

TemporaryFolder::TemporaryFolder() {
  static std::atomic<int> serial{0};
  path_ = std::filesystem::temp_directory_path() /
          fmt::format("attnlab_trace_{}_{}", getpid(), serial++);
  std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::size_t TemporaryFolder::file_count() const {
  const std::filesystem::directory_iterator files(path_);
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

LogHeader small_header() {
  LogHeader header;
  header.generator = "attnlab tests";
  header.rung = "flash_fwd/01_tiled";
  header.problem = R"({"len_q": 64, "len_kv": 96})";
  header.gpu = {"small GPU", 1500, 3, 2};
  header.launches = {{"first_kernel", {10, 2, 2}, 128, 4096},
                     {"second_kernel", {40, 1, 1}, 64, 0},
                     {"long_kernel", {2000, 2000, 1}, 256, 65536}};
  header.tensors = {"Q", "K", "O"};
  header.sources = {{"01_tiled.cu", 12}, {"01_tiled.cu", 345}};
  header.symbols = {{"m", "m_new = max(m_old, m_tile)"}, {"l", "l_new = l_old * rescale + l_tile"}};
  return header;
}

namespace {

// Draws one possible event after the other.
class RandomRun {
 public:
  explicit RandomRun(std::uint64_t seed) : random_(seed) {}

  Event next() {
    cycle_ += below(3) == 0 ? below(40) : 0;
    if (below(30) == 0 || begun_ == 0) {
      if (begun_ < header_.launches.size()) return launch_mark(EventKind::kLaunchBegin, begun_++);
    }
    for (std::uint16_t launch = 0; launch < 2; ++launch) {
      if (blocks_[launch] == 40 && running_[launch] == 0 && !ended_[launch] && below(5) == 0) {
        ended_[launch] = true;
        return launch_mark(EventKind::kLaunchEnd, launch);
      }
    }
    while (true) {
      Slot& slot = slots_[below(6)];
      if (!slot.resident) {
        const auto launch = static_cast<std::uint16_t>(below(static_cast<std::uint32_t>(begun_)));
        if (blocks_[launch] < header_.launches[launch].block_count()) return begin(&slot, launch);
      } else if (below(12) == 0) {
        return end(&slot);
      } else {
        return below(5) == 0 ? number(slot) : step(&slot);
      }
    }
  }

 private:
  struct Slot {
    bool resident = false;
    std::uint16_t launch = 0;
    std::uint32_t block = 0, step = 0;
    std::uint64_t busy_until = 0;
  };

  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  Event launch_mark(EventKind kind, std::size_t launch) {
    Event event;
    event.start_cycle = cycle_;
    event.kind = kind;
    event.launch = static_cast<std::uint16_t>(launch);
    return event;
  }

  Event at(const Slot& slot, EventKind kind) {
    Event event = launch_mark(kind, slot.launch);
    const auto index = &slot - slots_;
    event.sm = static_cast<std::uint16_t>(index / 2);
    event.slot = static_cast<std::uint16_t>(index % 2);
    event.block = slot.block;
    event.step = slot.step;
    return event;
  }

  Event begin(Slot* slot, std::uint16_t launch) {
    *slot = {true, launch, blocks_[launch]++, 0, cycle_};
    ++running_[launch];
    return at(*slot, EventKind::kBlockBegin);
  }

  Event end(Slot* slot) {
    cycle_ = std::max(cycle_, slot->busy_until);
    slot->resident = false;
    --running_[slot->launch];
    return at(*slot, EventKind::kBlockEnd);
  }

  Event step(Slot* slot) {
    ++slot->step;
    Event event = at(*slot, static_cast<EventKind>(static_cast<int>(EventKind::kLoad) + below(6)));
    event.duration_cycles = below(50);
    event.tile_row = below(1000);
    event.tile_column = static_cast<std::uint32_t>(random_());
    event.bytes = static_cast<std::uint32_t>(random_());
    event.flops = static_cast<std::uint32_t>(random_());
    event.level = static_cast<MemoryLevel>(1 + below(4));
    if (below(4) == 0) event.warp = static_cast<std::uint16_t>(below(2));
    if (below(4) != 0) event.source = static_cast<std::uint16_t>(below(2));
    if (below(4) != 0) event.tensor = static_cast<std::uint16_t>(below(3));
    slot->busy_until = std::max(slot->busy_until, cycle_ + event.duration_cycles);
    return event;
  }

  Event number(const Slot& slot) {
    NumberEvent number = to_number(at(slot, EventKind::kNumber));
    number.warp = kWholeBlock;
    number.source = kNoSource;
    // Any bit pattern is a number's: NaN, infinities, -0.
    const auto bits = static_cast<std::uint32_t>(random_());
    std::memcpy(&number.result, &bits, sizeof(bits));
    number.row = below(64);
    number.column = below(96);
    number.operands[0] = static_cast<float>(below(1000)) / 8;
    number.operands[1] = -0.0f;
    number.operand_count = static_cast<std::uint8_t>(below(4));
    number.symbol = static_cast<std::uint16_t>(below(2));
    return to_event(number);
  }

  const LogHeader header_ = small_header();
  std::mt19937_64 random_;
  std::uint64_t cycle_ = 0;
  std::size_t begun_ = 0;
  Slot slots_[6];
  std::uint32_t blocks_[3] = {0, 0, 0};  // begun, by launch
  std::uint32_t running_[3] = {0, 0, 0};
  bool ended_[3] = {false, false, false};
};

}  // namespace

std::vector<Event> random_events(std::uint64_t seed, std::size_t count) {
  RandomRun run(seed);
  std::vector<Event> events(count);
  for (Event& event : events) event = run.next();
  return events;
}

std::vector<Event> one_block_events() {
  const auto event = [](EventKind kind, std::uint64_t start, std::uint32_t duration) {
    Event result;
    result.kind = kind;
    result.start_cycle = start;
    result.duration_cycles = duration;
    result.sm = 2;
    result.slot = 1;
    result.block = 7;
    return result;
  };
  std::vector<Event> events = {
      event(EventKind::kLaunchBegin, 0, 0),  event(EventKind::kBlockBegin, 10, 0),
      event(EventKind::kLoad, 10, 300),      event(EventKind::kLoad, 10, 450),  // overlap
      event(EventKind::kMatmul, 460, 90),    event(EventKind::kNumber, 460, 0),
      event(EventKind::kStore, 550, 150),    event(EventKind::kBlockEnd, 700, 0),
      event(EventKind::kLaunchEnd, 1500, 0),
  };
  events[2].tensor = 0;
  events[2].bytes = 1000;
  events[2].level = MemoryLevel::kGlobal;
  events[3].tensor = 1;
  events[3].bytes = 200;
  events[3].level = MemoryLevel::kGlobal;
  events[4].flops = 5000;
  events[4].source = 1;
  events[6].tensor = 2;
  events[6].bytes = 64;
  events[6].level = MemoryLevel::kDevice;
  NumberEvent number = to_number(events[5]);
  number.result = -std::numeric_limits<float>::infinity();
  number.operands[0] = 1.5f;
  number.operands[1] = std::numeric_limits<float>::quiet_NaN();
  number.operand_count = 2;
  number.symbol = 1;
  number.row = 3;
  number.column = 4;
  events[5] = to_event(number);
  return events;
}

void write_log(const std::filesystem::path& path, const LogHeader& header,
               const std::vector<Event>& events, const WriterOptions& options) {
  EventLogWriter writer(path, header, options);
  for (const Event& event : events) writer.on_event(event);
  writer.close();
}

std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  // Some file systems bring a file that was truncated and rewritten to the disk: slow, thousands of
  // times over.
  std::filesystem::remove(path);
  std::ofstream(path, std::ios::binary) << bytes;
}

bool same_bytes(const Event& a, const Event& b) {
  return std::memcmp(&a, &b, sizeof(Event)) == 0;
}

NaiveReplay::NaiveReplay(const std::vector<Event>& all, std::size_t first_count)
    : count(first_count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Event& event = all[i];
    const int kind = static_cast<int>(event.kind);
    const std::pair<int, int> place = {event.sm, event.slot};
    ++events[kind];
    current = event.start_cycle;
    end = std::max(end, current);
    LaunchProgress& launch = launches[event.launch];
    if (event.kind == EventKind::kLaunchBegin) launch.phase = LaunchPhase::kRunning;
    if (event.kind == EventKind::kLaunchEnd) launch.phase = LaunchPhase::kFinished;
    if (event.kind == EventKind::kBlockBegin) {
      residents[place] = {current, current, i, event.block, event.step, event.launch};
      ++launch.blocks_started;
    }
    if (event.kind == EventKind::kBlockEnd) {
      residents.erase(place);
      ++launch.blocks_finished;
    }
    if (kind < static_cast<int>(EventKind::kLoad) || event.kind == EventKind::kNumber) continue;
    const std::uint64_t step_end = current + event.duration_cycles;
    Resident& resident = residents.at(place);
    resident.busy_until = std::max(resident.busy_until, step_end);
    resident.latest = i;
    resident.step = event.step;
    end = std::max(end, step_end);
    flops[kind] += event.flops;
    Traffic& moved = traffic[{static_cast<int>(event.level), event.tensor}];
    if (event.kind == EventKind::kLoad) moved.read_bytes += event.bytes;
    if (event.kind == EventKind::kStore) moved.written_bytes += event.bytes;
  }
}

std::string NaiveReplay::difference(const ReplayState& state, const LogHeader& header) const {
  const Counters& c = state.counters();
  if (c.event_count != count || c.current_cycle != current || c.end_cycle != end) return "cycles";
  const auto at = [](const auto& map, auto key) {
    const auto found = map.find(key);
    return found == map.end() ? typename std::decay_t<decltype(map)>::mapped_type{} : found->second;
  };
  for (int kind = 0; kind < kEventKindCount; ++kind) {
    const auto k = static_cast<std::size_t>(kind);
    if (c.events[k] != at(events, kind)) return fmt::format("events of kind {}", kind);
    if (c.flops[k] != at(flops, kind)) return fmt::format("flops of kind {}", kind);
  }
  for (int launch = 0; launch < static_cast<int>(header.launches.size()); ++launch) {
    if (!(state.launches()[static_cast<std::size_t>(launch)] == at(launches, launch))) {
      return fmt::format("launch {}", launch);
    }
  }
  for (int level = 0; level < kMemoryLevelCount; ++level) {
    for (std::size_t t = 0; t <= header.tensors.size(); ++t) {
      const int tensor = t == header.tensors.size() ? kNoTensor : static_cast<int>(t);
      const Traffic got =
          state.traffic(static_cast<MemoryLevel>(level), static_cast<std::uint16_t>(tensor));
      if (!(got == at(traffic, std::pair(level, tensor)))) {
        return fmt::format("traffic of level {}, tensor {}", level, tensor);
      }
    }
  }
  if (state.resident_count() != residents.size()) return "number of residents";
  for (std::uint32_t sm = 0; sm < header.gpu.sm_count; ++sm) {
    for (std::uint32_t slot = 0; slot < header.gpu.slots_per_sm; ++slot) {
      const ResidentBlock& got = state.slot(sm, slot);
      const auto found = residents.find({static_cast<int>(sm), static_cast<int>(slot)});
      ResidentBlock expected;
      if (found != residents.end()) {
        const Resident& r = found->second;
        expected = {r.begin, r.busy_until, r.latest, r.block, r.step, r.launch, true};
      }
      if (!(got == expected)) return fmt::format("SM {}, slot {}", sm, slot);
    }
  }
  return "";
}

}  // namespace attnlab::trace::test
