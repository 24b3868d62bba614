// SPDX-License-Identifier: MIT
// The export holds what the log holds, at the right time, on the right track.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/trace/log/reader.h"
#include "sim/trace/perfetto/perfetto.h"
#include "tests/trace/log_maker.h"

using namespace attnlab::trace;
using namespace attnlab::trace::test;
using Json = nlohmann::json;

namespace {

Json exported(const LogHeader& header, const std::vector<Event>& events,
              const PerfettoOptions& options = {}) {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", header, events, {64, 0.1});
  export_perfetto(EventLogReader(folder / "x.alog"), folder / "x.json", options);
  CHECK(folder.file_count() == 2);
  return Json::parse(read_bytes(folder / "x.json"));
}

std::vector<Json> with(const Json& trace, const char* key, const Json& value) {
  std::vector<Json> found;
  for (const Json& event : trace["traceEvents"]) {
    if (event.contains(key) && event[key] == value) found.push_back(event);
  }
  return found;
}

Json only(const std::vector<Json>& events) {
  REQUIRE(events.size() == 1);
  return events[0];
}

}  // namespace

TEST_CASE("exports of random logs are valid traces") {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    LogHeader header = small_header();
    // From clocks far below to far above one cycle a nanosecond.
    header.gpu.clock_mhz = std::pow(5.0, static_cast<double>(seed % 7)) * 1.37;
    write_log(folder / "x.alog", header, random_events(seed, 150 * seed));
    export_perfetto(EventLogReader(folder / "x.alog"), folder / "x.json");
    const std::vector<std::string> problems = validate_perfetto(read_bytes(folder / "x.json"));
    INFO("seed " << seed << ": " << (problems.empty() ? "" : problems[0]));
    CHECK(problems.empty());
    std::ifstream stream(folder / "x.json");
    CHECK(validate_perfetto(stream).empty());
  }
}

TEST_CASE("every block, step, number and launch is exported once") {
  const std::vector<Event> events = random_events(40, 2500);
  const Json trace = exported(small_header(), events);
  std::size_t blocks = 0, steps = 0, numbers = 0, launches = 0;
  for (const Event& event : events) {
    blocks += event.kind == EventKind::kBlockBegin;
    steps += is_step(event.kind);
    numbers += event.kind == EventKind::kNumber;
    launches += event.kind == EventKind::kLaunchBegin;
  }
  CHECK(with(trace, "cat", "block").size() == blocks);
  CHECK(with(trace, "cat", "step").size() == steps);
  CHECK(with(trace, "cat", "number").size() == numbers);
  CHECK(with(trace, "cat", "launch").size() == launches);
  CHECK(with(exported(small_header(), events, {false, true}), "ph", "i").empty());
  CHECK(with(exported(small_header(), events, {true, false}), "ph", "C").empty());
}

TEST_CASE("the last counter values are the log's totals") {
  const std::vector<Event> events = random_events(41, 2500);
  const NaiveReplay totals(events, events.size());
  const Json trace = exported(small_header(), events);
  const char* const names[] = {"register bytes", "shared bytes", "global bytes", "device bytes"};
  for (int level = 1; level < kMemoryLevelCount; ++level) {
    Traffic expected;
    for (const auto& [key, traffic] : totals.traffic) {
      if (key.first != level) continue;
      expected.read_bytes += traffic.read_bytes;
      expected.written_bytes += traffic.written_bytes;
    }
    const std::vector<Json> samples = with(trace, "name", names[level - 1]);
    REQUIRE(!samples.empty());
    CHECK(samples.back()["args"]["read"] == expected.read_bytes);
    CHECK(samples.back()["args"]["written"] == expected.written_bytes);
  }
  CHECK(with(trace, "name", "resident blocks").back()["args"]["blocks"] == totals.residents.size());
}

TEST_CASE("times are cycles over the clock, in microseconds") {
  LogHeader header = small_header();
  header.gpu.clock_mhz = 1000;  // one cycle is one nanosecond
  const Json trace = exported(header, one_block_events());
  const Json block = only(with(trace, "cat", "block"));
  CHECK(block["ts"] == 0.010);
  CHECK(block["dur"] == 0.690);
  CHECK(block["name"] == "block 7");
  CHECK(block["args"]["kernel"] == "first_kernel");
  CHECK(block["args"]["cycles"] == 690);
  const Json store = only(with(trace, "name", "store O"));
  CHECK(store["ts"] == 0.550);
  CHECK(store["dur"] == 0.150);
  CHECK(store["args"]["bytes"] == 64);
  CHECK(store["args"]["level"] == "device");
  const Json launch = only(with(trace, "cat", "launch"));
  CHECK(launch["ts"] == 0.0);
  CHECK(launch["dur"] == 1.500);
  CHECK(launch["name"] == "first_kernel");
  CHECK(only(with(trace, "name", "matmul"))["args"]["source"] == "01_tiled.cu:345");

  header.gpu.clock_mhz = 1;  // one cycle is one microsecond
  CHECK(only(with(exported(header, one_block_events()), "cat", "block"))["dur"] == 690.0);
}

TEST_CASE("an SM is a process, a slot is a thread, and overlapping steps get a lane of their own") {
  const Json trace = exported(small_header(), one_block_events());
  const Json block = only(with(trace, "cat", "block"));
  const Json load_q = only(with(trace, "name", "load Q"));
  const Json load_k = only(with(trace, "name", "load K"));
  CHECK(load_q["pid"] == block["pid"]);
  CHECK(load_q["tid"] == block["tid"]);
  CHECK(load_k["pid"] == block["pid"]);
  CHECK(load_k["tid"] != block["tid"]);

  std::set<std::string> process_names, thread_names;
  for (const Json& event : with(trace, "name", "process_name")) {
    process_names.insert(event["args"]["name"].get<std::string>());
    if (event["args"]["name"] == "SM 2") CHECK(event["pid"] == block["pid"]);
  }
  for (const Json& event : with(trace, "name", "thread_name")) {
    thread_names.insert(event["args"]["name"].get<std::string>());
  }
  CHECK(process_names == std::set<std::string>{"GPU small GPU", "SM 2"});
  CHECK(thread_names == std::set<std::string>{"launches", "slot 1", "slot 1, overlap 1"});
}

TEST_CASE("numbers that JSON does not know become text") {
  const Json trace = exported(small_header(), one_block_events());
  const Json arguments = only(with(trace, "cat", "number"))["args"];
  CHECK(arguments["result"] == "-Infinity");
  CHECK(arguments["operands"] == Json({1.5, "NaN"}));
  CHECK(arguments["formula"] == "l_new = l_old * rescale + l_tile");
  CHECK(arguments["row"] == 3);
}

TEST_CASE("names with odd unicode stay valid") {
  LogHeader header = small_header();
  header.tensors[0] = "Q\xe2\x80\xa8\"\\\x01";
  header.launches[0].name = "\xf0\x9f\xa7\xaa";
  header.gpu.name = std::string("\0", 1);
  const Json trace = exported(header, one_block_events());
  CHECK(validate_perfetto(trace.dump()).empty());
  CHECK(with(trace, "name", "load " + header.tensors[0]).size() == 1);
  CHECK(only(with(trace, "cat", "launch"))["name"] == header.launches[0].name);
}

TEST_CASE("a block that does not end lasts to the end of the log") {
  LogHeader header = small_header();
  header.gpu.clock_mhz = 1000;
  std::vector<Event> events = one_block_events();
  events.resize(4);  // the second load lasts to cycle 460
  const Json trace = exported(header, events);
  CHECK(validate_perfetto(trace.dump()).empty());
  CHECK(only(with(trace, "cat", "block"))["dur"] == 0.450);
  CHECK(only(with(trace, "cat", "launch"))["dur"] == 0.460);
}

TEST_CASE("an empty log exports to a valid, empty trace") {
  const Json trace = exported(small_header(), {});
  CHECK(validate_perfetto(trace.dump()).empty());
  CHECK(with(trace, "ph", "X").empty());
}

TEST_CASE("a damaged log exports nothing") {
  const TemporaryFolder folder;
  write_log(folder / "x.alog", small_header(), random_events(2, 300), {64, 0.1});
  std::string bytes = read_bytes(folder / "x.alog");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  write_bytes(folder / "x.alog", bytes);
  const EventLogReader log(folder / "x.alog");
  CHECK(refusal([&] { export_perfetto(log, folder / "x.json"); }).find("x.alog is damaged") !=
        std::string::npos);
  CHECK(folder.file_count() == 1);
}
