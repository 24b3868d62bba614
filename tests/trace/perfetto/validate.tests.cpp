// SPDX-License-Identifier: MIT
// The validator passes a clean trace and finds every fault planted in it.
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/trace/perfetto/perfetto.h"

using attnlab::trace::validate_perfetto;
using Json = nlohmann::json;

namespace {

// Written by hand from the trace-event format, not by the exporter.
Json clean_trace() {
  return Json::parse(R"({"displayTimeUnit": "ns", "otherData": {"nested": [{"a": [1]}]},
    "traceEvents": [
      {"ph": "M", "name": "process_name", "pid": 2, "tid": 0, "args": {"name": "SM 0"}},
      {"ph": "M", "name": "thread_name", "pid": 2, "tid": 1, "args": {"name": "slot 0"}},
      {"ph": "M", "name": "thread_sort_index", "pid": 2, "tid": 1, "args": {"sort_index": 4}},
      {"ph": "X", "name": "block 0", "cat": "block", "pid": 2, "tid": 1, "ts": 0, "dur": 10},
      {"ph": "X", "name": "load Q", "pid": 2, "tid": 1, "ts": 0.5, "dur": 4.5, "args": {}},
      {"ph": "i", "name": "m", "s": "t", "pid": 2, "tid": 1, "ts": 5},
      {"ph": "X", "name": "matmul", "pid": 2, "tid": 1, "ts": 5, "dur": 5},
      {"ph": "X", "name": "block 1", "pid": 2, "tid": 1, "ts": 10, "dur": 0},
      {"ph": "C", "name": "bytes", "pid": 2, "ts": 3, "args": {"read": 5, "written": 1.5}},
      {"ph": "C", "name": "bytes", "pid": 2, "ts": 4, "args": {"read": 6, "written": 2}}
    ]})");
}

struct Fault {
  const char* what;
  std::function<void(Json*)> plant;
  const char* found;  // part of the sentence that must name it
};

// An assignment to a member of one event.
Fault set(const char* what, std::size_t event, const char* key, Json value, const char* found) {
  return {what, [=](Json* trace) { (*trace)["traceEvents"][event][key] = value; }, found};
}
Fault drop(const char* what, std::size_t event, const char* key, const char* found) {
  return {what, [=](Json* trace) { (*trace)["traceEvents"][event].erase(key); }, found};
}
Fault without(const char* what, std::size_t event, const char* found) {
  return {what, [=](Json* trace) { (*trace)["traceEvents"].erase(event); }, found};
}

}  // namespace

TEST_CASE("the validator passes a clean trace, as text and as a stream") {
  CHECK(validate_perfetto(clean_trace().dump()).empty());
  std::istringstream stream(clean_trace().dump(2));
  CHECK(validate_perfetto(stream).empty());
  CHECK(validate_perfetto(R"({"traceEvents": []})").empty());
}

TEST_CASE("the validator finds each planted fault, and only it") {
  const Fault faults[] = {
      drop("no phase", 3, "ph", "event 3: 'ph' is missing"),
      set("an unknown phase", 7, "ph", "Q", "event 7: 'ph' is \"Q\""),
      drop("a span without a name", 7, "name", "event 7: 'name' is missing"),
      set("a name that is a number", 7, "name", 12, "event 7: 'name' is missing or no text"),
      set("a category that is no text", 3, "cat", 3, "event 3: 'cat' is no text"),
      drop("no process", 7, "pid", "event 7: 'pid' is missing"),
      set("a process that is a text", 7, "pid", "2", "event 7: 'pid' is missing or no whole"),
      drop("a span without a thread", 7, "tid", "event 7: 'tid' is missing"),
      set("a negative thread", 7, "tid", -1, "event 7: 'tid' is missing or no whole"),
      drop("a span without a time", 7, "ts", "event 7: 'ts' is missing"),
      set("a time that is a text", 7, "ts", "10", "event 7: 'ts' is missing or no number"),
      set("a negative time", 3, "ts", -1, "event 3: 'ts' is -1"),
      set("a time out of range", 7, "ts", 1e300, "event 7: 'ts' is 1e+300"),
      drop("a span without a duration", 4, "dur", "event 4: 'dur' is missing"),
      set("a negative duration", 4, "dur", -0.001, "event 4: 'dur' is -0.001"),
      set("a step that outlasts its block", 6, "dur", 5.001, "event 6: it overlaps event 3"),
      set("a step that overlaps a step", 4, "dur", 5, "event 6: it overlaps event 4"),
      set("time that goes back on a track", 6, "ts", 4.9, "event 6: 'ts' goes back from 5000 ns"),
      set("a counter that goes back", 9, "ts", 2, "event 9: 'ts' goes back"),
      drop("a counter without values", 8, "args", "event 8: counter \"bytes\" has no values"),
      set("a counter of text", 8, "args", {{"read", "5"}}, "event 8: counter \"bytes\": 'read'"),
      set("a scope that is unknown", 5, "s", "x", "event 5: 's' is \"x\""),
      set("arguments that are a list", 4, "args", {1}, "event 4: 'args' is not an object"),
      without("a process without a name", 0, "pid 2 has no process_name"),
      without("a thread without a name", 1, "pid 2, tid 1 has no thread_name"),
      drop("metadata without arguments", 2, "args", "event 2: metadata 'thread_sort_index'"),
      set("metadata without its name", 2, "args", {{"x", 1}}, "event 2: metadata"),
      set("metadata that is unknown", 2, "name", "thread_mood", "metadata 'thread_mood'"),
      {"a track that is renamed",
       [](Json* trace) {
         Json again = (*trace)["traceEvents"][1];
         again["args"]["name"] = "slot 9";
         (*trace)["traceEvents"].push_back(again);
       },
       "event 10: 'thread_name' renames \"slot 0\" to \"slot 9\""},
      {"an element that is no object",
       [](Json* trace) {
         (*trace)["traceEvents"].push_back(Json::array({1, 2}));
       },
       "event 10: it is not an object"},
      {"an element that is a number", [](Json* trace) { (*trace)["traceEvents"].push_back(5); },
       "event 10: it is not an object"},
      {"no events", [](Json* trace) { trace->erase("traceEvents"); }, "no array 'traceEvents'"},
      {"events that are no array", [](Json* trace) { (*trace)["traceEvents"] = Json::object(); },
       "no array 'traceEvents'"},
      {"an unknown unit", [](Json* trace) { (*trace)["displayTimeUnit"] = "years"; },
       "'displayTimeUnit' is \"years\""},
      {"a root that is an array", [](Json* trace) { *trace = Json::array(); }, "not a JSON object"},
  };
  for (const Fault& fault : faults) {
    Json trace = clean_trace();
    fault.plant(&trace);
    const std::vector<std::string> problems = validate_perfetto(trace.dump());
    INFO(fault.what << ": " << (problems.empty() ? "nothing" : problems[0]));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].find(fault.found) != std::string::npos);
  }
}

TEST_CASE("the validator finds text that is not JSON") {
  const std::string text = clean_trace().dump();
  for (const std::string& broken :
       {std::string(), text.substr(0, text.size() - 1), text + "}", "\xff" + text,
        std::string(R"({"traceEvents": [{"ph": NaN}]})")}) {
    const std::vector<std::string> problems = validate_perfetto(broken);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].rfind("the trace is not JSON: ", 0) == 0);
  }
}

TEST_CASE("the validator stops after as many problems as asked for") {
  Json trace = clean_trace();
  for (int i = 0; i < 50; ++i) trace["traceEvents"].push_back(Json::object());
  CHECK(validate_perfetto(trace.dump(), 1000).size() == 100);  // no ph, no pid
  const std::vector<std::string> problems = validate_perfetto(trace.dump(), 7);
  CHECK(problems.size() == 8);
  CHECK(problems.back().find("stopped after 7") != std::string::npos);
}
