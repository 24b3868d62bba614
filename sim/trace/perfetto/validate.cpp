// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <istream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/trace/perfetto/perfetto.h"

namespace attnlab::trace {
namespace {

using Json = nlohmann::json;
using TrackId = std::pair<std::uint64_t, std::uint64_t>;  // pid and tid

constexpr double kMostMicroseconds = 1e15;  // llround(1000 * this) is in range

struct EnoughProblems {};

// Checks one event after the other, then what must hold of all of them.
class Validator {
 public:
  explicit Validator(std::size_t most) : most_(most) {}

  template <typename Input>
  std::vector<std::string> run(Input&& input);

 private:
  struct Span {
    std::int64_t end_ns;
    std::size_t event;
  };
  struct TrackState {
    std::int64_t latest_ns = 0;
    std::vector<Span> open;  // the outermost first
    std::size_t first_event = 0;
  };

  void problem(const std::string& sentence) {
    problems_.push_back(sentence);
    if (problems_.size() >= most_) throw EnoughProblems{};
  }
  template <typename... Arguments>
  void event_problem(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    problem(fmt::format("event {}: {}", index_,
                        fmt::format(format, std::forward<Arguments>(arguments)...)));
  }

  bool on_parse(int depth, Json::parse_event_t kind, const Json& value);
  void check_element(const Json& event);
  void check_metadata(const Json& event, std::uint64_t pid);
  void check_span(const Json& event, std::uint64_t pid);
  void check_counter(const Json& event, std::uint64_t pid);
  void check_instant(const Json& event, std::uint64_t pid);
  void check_all_named();
  void check_root(const Json& root);

  bool get_text(const Json& event, const char* key, std::string* value);
  bool get_id(const Json& event, const char* key, std::uint64_t* value);
  bool get_time(const Json& event, const char* key, std::int64_t* ns);
  bool in_order(TrackState* track, std::int64_t ns, const std::string& track_name);
  TrackState* thread_track(std::uint64_t pid, std::uint64_t tid);

  std::size_t most_;
  std::vector<std::string> problems_;
  std::string root_key_;  // the member of the root that is being read
  bool has_events_ = false;
  std::size_t index_ = 0;  // of the event being checked
  std::map<TrackId, TrackState> threads_;
  std::map<std::pair<std::uint64_t, std::string>, TrackState> counters_;
  std::map<std::uint64_t, std::size_t> used_processes_;  // and their first event
  std::map<std::uint64_t, std::string> process_names_;
  std::map<TrackId, std::string> thread_names_;
};

bool Validator::get_text(const Json& event, const char* key, std::string* value) {
  const auto found = event.find(key);
  if (found == event.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) {
    event_problem("'{}' is missing or no text", key);
    return false;
  }
  *value = found->get<std::string>();
  return true;
}

bool Validator::get_id(const Json& event, const char* key, std::uint64_t* value) {
  const auto found = event.find(key);
  if (found == event.end() || !found->is_number_unsigned()) {
    event_problem("'{}' is missing or no whole number from 0", key);
    return false;
  }
  *value = found->get<std::uint64_t>();
  return true;
}

bool Validator::get_time(const Json& event, const char* key, std::int64_t* ns) {
  const auto found = event.find(key);
  if (found == event.end() || !found->is_number()) {
    event_problem("'{}' is missing or no number", key);
    return false;
  }
  const double microseconds = found->get<double>();
  if (!(microseconds >= 0 && microseconds <= kMostMicroseconds)) {
    event_problem("'{}' is {}, negative or out of range", key, microseconds);
    return false;
  }
  *ns = std::llround(microseconds * 1000.0);
  return true;
}

bool Validator::in_order(TrackState* track, std::int64_t ns, const std::string& track_name) {
  if (ns < track->latest_ns) {
    event_problem("'ts' goes back from {} ns to {} ns on {}", track->latest_ns, ns, track_name);
    return false;
  }
  track->latest_ns = ns;
  return true;
}

Validator::TrackState* Validator::thread_track(std::uint64_t pid, std::uint64_t tid) {
  const auto [found, is_new] = threads_.try_emplace({pid, tid});
  if (is_new) found->second.first_event = index_;
  return &found->second;
}

void Validator::check_metadata(const Json& event, std::uint64_t pid) {
  std::string what;
  if (!get_text(event, "name", &what)) return;
  const bool of_thread = what.rfind("thread_", 0) == 0;
  std::uint64_t tid = 0;
  if (of_thread && !get_id(event, "tid", &tid)) return;
  const auto arguments = event.find("args");
  if (arguments == event.end() || !arguments->is_object()) {
    return event_problem("metadata '{}' has no 'args'", what);
  }
  if (what == "process_sort_index" || what == "thread_sort_index") {
    const auto found = arguments->find("sort_index");
    if (found == arguments->end() || !found->is_number_integer()) {
      event_problem("metadata '{}' has no whole number 'args.sort_index'", what);
    }
    return;
  }
  if (what != "process_name" && what != "thread_name") {
    return event_problem("metadata '{}' is unknown", what);
  }
  const auto found = arguments->find("name");
  if (found == arguments->end() || !found->is_string()) {
    return event_problem("metadata '{}' has no text 'args.name'", what);
  }
  const auto name = found->get<std::string>();
  const std::string& kept = of_thread ? thread_names_.try_emplace({pid, tid}, name).first->second
                                      : process_names_.try_emplace(pid, name).first->second;
  if (kept != name) event_problem("'{}' renames \"{}\" to \"{}\"", what, kept, name);
}

void Validator::check_span(const Json& event, std::uint64_t pid) {
  std::uint64_t tid = 0;
  std::int64_t start = 0, duration = 0;
  // Every member is looked at, so that each fault is named.
  const bool has_thread = get_id(event, "tid", &tid);
  const bool has_start = get_time(event, "ts", &start);
  const bool has_duration = get_time(event, "dur", &duration);
  if (!has_thread || !has_start || !has_duration) return;
  TrackState* track = thread_track(pid, tid);
  if (!in_order(track, start, fmt::format("pid {}, tid {}", pid, tid))) return;

  // What has ended by now encloses nothing; the innermost of the rest must enclose this event.
  while (!track->open.empty() && track->open.back().end_ns <= start) track->open.pop_back();
  const std::int64_t end = start + duration;
  if (!track->open.empty() && track->open.back().end_ns < end) {
    event_problem("it overlaps event {} on pid {}, tid {} without nesting in it",
                  track->open.back().event, pid, tid);
  }
  track->open.push_back({end, index_});
}

void Validator::check_counter(const Json& event, std::uint64_t pid) {
  std::string name;
  std::int64_t at = 0;
  const bool has_name = get_text(event, "name", &name);
  const bool has_time = get_time(event, "ts", &at);
  if (!has_name || !has_time) return;
  in_order(&counters_[{pid, name}], at, fmt::format("counter \"{}\" of pid {}", name, pid));
  const auto arguments = event.find("args");
  if (arguments == event.end() || !arguments->is_object() || arguments->empty()) {
    return event_problem("counter \"{}\" has no values in 'args'", name);
  }
  for (const auto& [series, value] : arguments->items()) {
    if (!value.is_number()) event_problem("counter \"{}\": '{}' is no number", name, series);
  }
}

void Validator::check_instant(const Json& event, std::uint64_t pid) {
  std::uint64_t tid = 0;
  std::int64_t at = 0;
  const bool has_thread = get_id(event, "tid", &tid);
  const bool has_time = get_time(event, "ts", &at);
  if (has_thread && has_time)
    in_order(thread_track(pid, tid), at, fmt::format("pid {}, tid {}", pid, tid));
  const std::string scope = event.value("s", Json("t")).dump();
  if (scope != "\"t\"" && scope != "\"p\"" && scope != "\"g\"") {
    event_problem("'s' is {}, none of \"t\", \"p\", \"g\"", scope);
  }
}

void Validator::check_element(const Json& event) {
  if (!event.is_object()) return event_problem("it is not an object");
  std::string phase, name;
  std::uint64_t pid = 0;
  const bool has_phase = get_text(event, "ph", &phase);
  const bool has_process = get_id(event, "pid", &pid);
  if (!has_phase || !has_process) return;
  if (event.contains("args") && !event["args"].is_object()) {
    return event_problem("'args' is not an object");
  }
  if (event.contains("cat") && !event["cat"].is_string()) event_problem("'cat' is no text");
  if (phase == "M") return check_metadata(event, pid);
  used_processes_.try_emplace(pid, index_);
  if (phase == "C") return check_counter(event, pid);
  if (phase != "X" && phase != "i") {
    return event_problem("'ph' is \"{}\", none of \"X\", \"C\", \"i\", \"M\"", phase);
  }
  get_text(event, "name", &name);
  if (phase == "X") {
    check_span(event, pid);
  } else {
    check_instant(event, pid);
  }
}

// Checks the elements of traceEvents as they are read and keeps none of them.
bool Validator::on_parse(int depth, Json::parse_event_t kind, const Json& value) {
  using Kind = Json::parse_event_t;
  if (depth == 1 && kind == Kind::key) root_key_ = value.get<std::string>();
  if (root_key_ != "traceEvents") return true;
  if (depth == 1 && kind == Kind::array_start) has_events_ = true;
  const bool element_end =
      kind == Kind::object_end || kind == Kind::array_end || kind == Kind::value;
  if (depth != 2 || !has_events_ || !element_end) return true;
  check_element(value);
  ++index_;
  return false;
}

void Validator::check_all_named() {
  for (const auto& [pid, first] : used_processes_) {
    if (process_names_.count(pid) == 0) {
      problem(fmt::format("event {}: pid {} has no process_name", first, pid));
    }
  }
  for (const auto& [track, state] : threads_) {
    if (thread_names_.count(track) == 0) {
      problem(fmt::format("event {}: pid {}, tid {} has no thread_name", state.first_event,
                          track.first, track.second));
    }
  }
}

void Validator::check_root(const Json& root) {
  if (!root.is_object()) return problem("the trace is not a JSON object");
  if (!has_events_) problem("the trace has no array 'traceEvents'");
  const std::string unit = root.value("displayTimeUnit", Json("ns")).dump();
  if (unit != "\"ns\"" && unit != "\"ms\"") {
    problem(fmt::format("'displayTimeUnit' is {}, neither \"ns\" nor \"ms\"", unit));
  }
}

template <typename Input>
std::vector<std::string> Validator::run(Input&& input) {
  try {
    const Json root = Json::parse(std::forward<Input>(input),
                                  [this](int depth, Json::parse_event_t kind, Json& value) {
                                    return on_parse(depth, kind, value);
                                  });
    check_root(root);
    check_all_named();
  } catch (const Json::parse_error& error) {
    problems_.push_back(fmt::format("the trace is not JSON: {}", error.what()));
  } catch (const EnoughProblems&) {
    problems_.push_back(fmt::format("... and perhaps more: it stopped after {}", most_));
  }
  return problems_;
}

}  // namespace

std::vector<std::string> validate_perfetto(std::string_view json_text, std::size_t most) {
  return Validator(most).run(json_text);
}

std::vector<std::string> validate_perfetto(std::istream& json_stream, std::size_t most) {
  return Validator(most).run(json_stream);
}

}  // namespace attnlab::trace
