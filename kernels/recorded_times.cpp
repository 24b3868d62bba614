// SPDX-License-Identifier: MIT
#include "kernels/recorded_times.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "kernels/problem_json.h"
#include "recorded_files.h"

namespace attnlab::kernels {

using nlohmann::ordered_json;

namespace {

ordered_json row_of(const RecordedTime& time) {
  return {{"group", time.what.group},    {"rung", time.what.rung},
          {"repeats", time.repeats},     {"least_ms", time.least_ms},
          {"median_ms", time.median_ms}, {"floor_ms", time.floor_ms},
          {"bound", time.bound},         {"problem", problem_to_json(time.what.problem)}};
}

RecordedTime time_of(const ordered_json& row) {
  return {{row.at("group").get<std::string>(), row.at("rung").get<std::string>(),
           problem_from_json(row.at("problem"))},
          row.at("repeats").get<int>(),
          row.at("least_ms").get<double>(),
          row.at("median_ms").get<double>(),
          row.at("floor_ms").get<double>(),
          row.at("bound").get<std::string>()};
}

}  // namespace

const RecordedTime* RecordedTimes::find(const std::string& rung, const Problem& problem) const {
  for (const RecordedTime& time : times) {
    if (time.what.rung == rung && time.what.problem == problem) return &time;
  }
  return nullptr;
}

const RecordedTimes& shipped_times() {
  static const RecordedTimes times =
      times_from_json(std::string(embed::find(embed::recorded_files(), "h200_times")->bytes));
  return times;
}

std::string times_to_json(const RecordedTimes& times) {
  // One case a line, so that a diff of two recordings reads well.
  std::string text = fmt::format(
      "{{\n\"gpu\": {},\n\"driver\": {},\n\"compiler\": {},\n\"date\": {},\n"
      "\"copy_gb_per_second\": {},\n\"times\": [",
      ordered_json(times.gpu).dump(), ordered_json(times.driver).dump(),
      ordered_json(times.compiler).dump(), ordered_json(times.date).dump(),
      ordered_json(times.copy_gb_per_second).dump());
  const char* separator = "\n";
  for (const RecordedTime& time : times.times) {
    text += separator + row_of(time).dump();
    separator = ",\n";
  }
  return text + "\n]\n}\n";
}

RecordedTimes times_from_json(const std::string& text) {
  try {
    const ordered_json json = ordered_json::parse(text);
    RecordedTimes times{
        json.at("gpu").get<std::string>(),           json.at("driver").get<std::string>(),
        json.at("compiler").get<std::string>(),      json.at("date").get<std::string>(),
        json.at("copy_gb_per_second").get<double>(), {}};
    for (const ordered_json& row : json.at("times")) times.times.push_back(time_of(row));
    return times;
  } catch (const nlohmann::json::exception& error) {
    throw problem::BadInput(fmt::format("the recorded times are not readable: {}", error.what()));
  }
}

}  // namespace attnlab::kernels
