// SPDX-License-Identifier: MIT
#include "kernels/recorded.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "kernels/problem_json.h"
#include "recorded_files.h"

namespace attnlab::kernels {

using nlohmann::ordered_json;

const Recording& shipped_recording() {
  static const Recording recording =
      recording_from_json(std::string(embed::find(embed::recorded_files(), "h200")->bytes));
  return recording;
}

std::optional<std::string> recorded_digest(const Recording& recording, const std::string& rung,
                                           const Problem& problem) {
  for (const RecordedRung& of_rung : recording.rungs) {
    if (of_rung.rung != rung) continue;
    for (const RecordedDigest& entry : of_rung.digests) {
      if (entry.problem == problem) return entry.digest;
    }
  }
  return std::nullopt;
}

std::string recording_to_json(const Recording& recording) {
  // One problem a line, so that a diff of two recordings reads well.
  std::string text = fmt::format(
      "{{\n\"gpu\": {},\n\"driver\": {},\n\"compiler\": {},\n\"date\": {},\n\"rungs\": {{",
      ordered_json(recording.gpu).dump(), ordered_json(recording.driver).dump(),
      ordered_json(recording.compiler).dump(), ordered_json(recording.date).dump());
  const char* rung_separator = "\n";
  for (const RecordedRung& of_rung : recording.rungs) {
    text += fmt::format("{}{}: [", rung_separator, ordered_json(of_rung.rung).dump());
    const char* separator = "\n";
    for (const RecordedDigest& entry : of_rung.digests) {
      const ordered_json row = {{"digest", entry.digest},
                                {"problem", problem_to_json(entry.problem)}};
      text += separator + row.dump();
      separator = ",\n";
    }
    text += "\n]";
    rung_separator = ",\n";
  }
  return text + "\n}\n}\n";
}

Recording recording_from_json(const std::string& text) {
  try {
    const ordered_json json = ordered_json::parse(text);
    Recording recording{json.at("gpu").get<std::string>(),
                        json.at("driver").get<std::string>(),
                        json.at("compiler").get<std::string>(),
                        json.at("date").get<std::string>(),
                        {}};
    for (const auto& [rung, rows] : json.at("rungs").items()) {
      RecordedRung of_rung{rung, {}};
      for (const ordered_json& row : rows) {
        of_rung.digests.push_back(
            {problem_from_json(row.at("problem")), row.at("digest").get<std::string>()});
      }
      recording.rungs.push_back(std::move(of_rung));
    }
    return recording;
  } catch (const nlohmann::json::exception& error) {
    throw problem::BadInput(fmt::format("the recorded digests are not readable: {}", error.what()));
  }
}

}  // namespace attnlab::kernels
