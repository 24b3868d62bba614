// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "sim/trace/log/output_file.h"
#include "sim/trace/perfetto/ends.h"
#include "sim/trace/perfetto/perfetto.h"

namespace attnlab::trace {
namespace {

constexpr std::uint64_t kGpuProcess = 1;
constexpr std::uint64_t kFirstSmProcess = 2;

// Takes the first lane that is free at `start`, so that what shares a lane never overlaps.
std::size_t take_lane(std::vector<std::uint64_t>* lane_ends, std::uint64_t start,
                      std::uint64_t end) {
  const auto free = std::find_if(lane_ends->begin(), lane_ends->end(),
                                 [&](std::uint64_t lane_end) { return lane_end <= start; });
  const auto lane = static_cast<std::size_t>(free - lane_ends->begin());
  if (free == lane_ends->end()) {
    lane_ends->push_back(end);
  } else {
    *free = end;
  }
  return lane;
}

std::string json_quoted(const std::string& text) {
  return nlohmann::json(text).dump();
}

// JSON has no infinities and no NaN: they become texts.
std::string json_float(float value) {
  if (std::isnan(value)) return "\"NaN\"";
  if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  return fmt::format("{}", value);
}

struct Track {
  std::uint64_t process = 0;
  std::uint64_t thread = 0;
};

// Two passes over the log: the first learns when blocks and launches end, the second writes.
class Exporter {
 public:
  Exporter(const EventLogReader& log, const std::filesystem::path& path,
           const PerfettoOptions& options)
      : log_(log),
        header_(log.header()),
        options_(options),
        file_(path),
        state_(log.initial_state()),
        ends_(find_ends(log)),
        lanes_(std::size_t{state_.sm_count()} * state_.slots_per_sm()) {}

  void run();

 private:
  void write_head();
  void write_event(const Event& event);
  void write_launch(const Event& event);
  void write_block(const Event& event);
  void write_step(const Event& event);
  void write_number(const Event& event);
  void note_counters(const Event& event);
  void flush_counters();
  Track slot_track(const Event& event, std::size_t lane);
  void name_process(std::uint64_t process, const std::string& name);
  void name_thread(Track track, const std::string& name, std::uint64_t sort_index);
  std::string source_text(const Event& event) const;

  // Marks are rounded to nanoseconds, and a duration is the difference of two marks: rounding keeps
  // order, so what nests in cycles nests here.
  std::uint64_t nanoseconds(std::uint64_t cycle) const {
    return static_cast<std::uint64_t>(
        std::llround(static_cast<double>(cycle) * 1000.0 / header_.gpu.clock_mhz));
  }
  static std::string microseconds(std::uint64_t ns) {
    return fmt::format("{}.{:03}", ns / 1000, ns % 1000);
  }
  std::string span(const char* phase, Track track, std::uint64_t start, std::uint64_t end) const {
    const std::uint64_t from = nanoseconds(start);
    return fmt::format(R"("ph":"{}","pid":{},"tid":{},"ts":{},"dur":{})", phase, track.process,
                       track.thread, microseconds(from), microseconds(nanoseconds(end) - from));
  }
  // Writes one element of traceEvents, given the inside of its braces.
  void write_element(const std::string& fields) {
    file_.write(first_ ? "\n{" : ",\n{");
    file_.write(fields);
    file_.write("}");
    first_ = false;
  }

  const EventLogReader& log_;
  const LogHeader& header_;
  PerfettoOptions options_;
  OutputFile file_;
  ReplayState state_;

  Ends ends_;
  std::size_t blocks_written_ = 0;
  std::vector<std::vector<std::uint64_t>> lanes_;  // by slot: when each lane is free again
  std::vector<std::uint64_t> launch_lanes_;
  std::set<std::uint64_t> named_processes_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> named_threads_;
  std::map<std::string, std::string> counter_values_;  // name to arguments, not yet written
  std::uint64_t counter_ns_ = 0;
  bool first_ = true;
};

void Exporter::name_process(std::uint64_t process, const std::string& name) {
  if (!named_processes_.insert(process).second) return;
  write_element(
      fmt::format(R"("ph":"M","name":"process_name","pid":{},"tid":0,"args":{{"name":{}}})",
                  process, json_quoted(name)));
  write_element(fmt::format(
      R"("ph":"M","name":"process_sort_index","pid":{0},"tid":0,"args":{{"sort_index":{0}}})",
      process));
}

void Exporter::name_thread(Track track, const std::string& name, std::uint64_t sort_index) {
  if (!named_threads_.insert({track.process, track.thread}).second) return;
  write_element(
      fmt::format(R"("ph":"M","name":"thread_name","pid":{},"tid":{},"args":{{"name":{}}})",
                  track.process, track.thread, json_quoted(name)));
  write_element(fmt::format(
      R"("ph":"M","name":"thread_sort_index","pid":{},"tid":{},"args":{{"sort_index":{}}})",
      track.process, track.thread, sort_index));
}

// The process of the event's SM and the thread of its slot; steps that overlap take further lanes.
Track Exporter::slot_track(const Event& event, std::size_t lane) {
  const Track track = {kFirstSmProcess + event.sm, lane * state_.slots_per_sm() + event.slot + 1};
  name_process(track.process, fmt::format("SM {}", event.sm));
  const std::string name = lane == 0 ? fmt::format("slot {}", event.slot)
                                     : fmt::format("slot {}, overlap {}", event.slot, lane);
  name_thread(track, name, std::uint64_t{event.slot} * 1024 + lane);
  return track;
}

std::string Exporter::source_text(const Event& event) const {
  if (event.source == kNoSource) return "";
  const SourceLine& source = header_.sources[event.source];
  return fmt::format(R"(,"source":{})",
                     json_quoted(fmt::format("{}:{}", source.file, source.line)));
}

void Exporter::write_head() {
  file_.write(fmt::format(
      R"({{"displayTimeUnit":"ns","otherData":{{"generator":{},"rung":{},"problem":{},"gpu":{},)"
      R"("clock_mhz":{},"time":"simulated"}},"traceEvents":[)",
      json_quoted(header_.generator), json_quoted(header_.rung), json_quoted(header_.problem),
      json_quoted(header_.gpu.name), header_.gpu.clock_mhz));
  name_process(kGpuProcess, "GPU " + header_.gpu.name);
}

void Exporter::write_launch(const Event& event) {
  const LaunchInfo& launch = header_.launches[event.launch];
  const std::uint64_t end = ends_.launches[event.launch];
  const std::size_t lane = take_lane(&launch_lanes_, event.start_cycle, end);
  const Track track = {kGpuProcess, lane + 1};
  name_thread(track, lane == 0 ? "launches" : fmt::format("launches, overlap {}", lane), lane);
  write_element(fmt::format(
      R"({},"cat":"launch","name":{},"args":{{"launch":{},"grid":[{},{},{}],"threads":{},)"
      R"("shared_bytes":{},"start_cycle":{},"cycles":{}}})",
      span("X", track, event.start_cycle, end), json_quoted(launch.name), event.launch,
      launch.grid[0], launch.grid[1], launch.grid[2], launch.threads, launch.shared_bytes,
      event.start_cycle, end - event.start_cycle));
}

void Exporter::write_block(const Event& event) {
  const std::uint64_t end = ends_.blocks[blocks_written_++];
  // The block fills lane 0, and its steps nest in it there.
  lanes_[std::size_t{event.sm} * state_.slots_per_sm() + event.slot] = {event.start_cycle};
  const Track track = slot_track(event, 0);
  write_element(fmt::format(
      R"({},"cat":"block","name":"block {}","args":{{"kernel":{},"launch":{},"block":{},)"
      R"("start_cycle":{},"cycles":{}}})",
      span("X", track, event.start_cycle, end), event.block,
      json_quoted(header_.launches[event.launch].name), event.launch, event.block,
      event.start_cycle, end - event.start_cycle));
}

void Exporter::write_step(const Event& event) {
  const std::uint64_t end = event.start_cycle + event.duration_cycles;
  auto& lanes = lanes_[std::size_t{event.sm} * state_.slots_per_sm() + event.slot];
  const Track track = slot_track(event, take_lane(&lanes, event.start_cycle, end));
  std::string name = name_of(event.kind);
  if (event.tensor != kNoTensor) name += " " + header_.tensors[event.tensor];
  std::string fields = fmt::format(
      R"({},"cat":"step","name":{},"args":{{"block":{},"step":{},"tile_row":{},"tile_column":{},)"
      R"("start_cycle":{},"cycles":{})",
      span("X", track, event.start_cycle, end), json_quoted(name), event.block, event.step,
      event.tile_row, event.tile_column, event.start_cycle, event.duration_cycles);
  auto out = std::back_inserter(fields);
  if (event.warp != kWholeBlock) fmt::format_to(out, R"(,"warp":{})", event.warp);
  if (event.bytes != 0) fmt::format_to(out, R"(,"bytes":{})", event.bytes);
  if (event.flops != 0) fmt::format_to(out, R"(,"flops":{})", event.flops);
  if (event.level != MemoryLevel::kNone) {
    fmt::format_to(out, R"(,"level":"{}")", name_of(event.level));
  }
  write_element(fields + source_text(event) + "}");
}

void Exporter::write_number(const Event& event) {
  const NumberEvent number = to_number(event);
  const Symbol& symbol = header_.symbols[number.symbol];
  const Track track = slot_track(event, 0);
  const float operands[3] = {number.operands[0], number.operands[1], number.third_operand};
  std::string operand_list;
  for (int i = 0; i < number.operand_count; ++i) {
    operand_list += (i == 0 ? "" : ",") + json_float(operands[i]);
  }
  write_element(fmt::format(
      R"("ph":"i","s":"t","pid":{},"tid":{},"ts":{},"cat":"number","name":{},"args":{{)"
      R"("formula":{},"result":{},"operands":[{}],"block":{},"step":{},"row":{},"column":{},)"
      R"("start_cycle":{}{}}})",
      track.process, track.thread, microseconds(nanoseconds(event.start_cycle)),
      json_quoted(symbol.name), json_quoted(symbol.formula), json_float(number.result),
      operand_list, number.block, number.step, number.row, number.column, event.start_cycle,
      source_text(event)));
}

// Counters hold the values after all events of a nanosecond.
void Exporter::note_counters(const Event& event) {
  if (event.kind == EventKind::kBlockBegin || event.kind == EventKind::kBlockEnd) {
    counter_values_["resident blocks"] = fmt::format(R"("blocks":{})", state_.resident_count());
  } else if (event.kind == EventKind::kLoad || event.kind == EventKind::kStore) {
    const Traffic traffic = state_.traffic(event.level);
    counter_values_[fmt::format("{} bytes", name_of(event.level))] =
        fmt::format(R"("read":{},"written":{})", traffic.read_bytes, traffic.written_bytes);
  }
}

void Exporter::flush_counters() {
  for (const auto& [name, values] : counter_values_) {
    write_element(fmt::format(R"("ph":"C","pid":{},"ts":{},"name":"{}","args":{{{}}})", kGpuProcess,
                              microseconds(counter_ns_), name, values));
  }
  counter_values_.clear();
}

void Exporter::write_event(const Event& event) {
  switch (event.kind) {
    case EventKind::kLaunchBegin:
      return write_launch(event);
    case EventKind::kBlockBegin:
      return write_block(event);
    case EventKind::kLaunchEnd:
    case EventKind::kBlockEnd:
      return;
    case EventKind::kNumber:
      if (options_.numbers) write_number(event);
      return;
    default:
      return write_step(event);
  }
}

void Exporter::run() {
  write_head();
  for (const Event& event : log_) {
    const std::uint64_t ns = nanoseconds(event.start_cycle);
    if (ns != counter_ns_) flush_counters();
    counter_ns_ = ns;
    log_.step(&state_);
    write_event(event);
    if (options_.counters) note_counters(event);
  }
  flush_counters();
  file_.write("\n]}\n");
  file_.commit();
}

}  // namespace

void export_perfetto(const EventLogReader& log, const std::filesystem::path& path,
                     const PerfettoOptions& options) {
  Exporter(log, path, options).run();
}

}  // namespace attnlab::trace
