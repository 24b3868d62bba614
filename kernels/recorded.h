// SPDX-License-Identifier: MIT
// What a GPU computed, recorded: digests of a rung's outputs on named hardware. A machine without a
// GPU holds its executors to these.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/registry.h"

namespace attnlab::kernels {

struct RecordedDigest {
  Problem problem;
  std::string digest;  // of the outputs, see outputs.h
};

struct RecordedRung {
  std::string rung;
  std::vector<RecordedDigest> digests;
};

struct Recording {
  std::string gpu;       // "NVIDIA H200"
  std::string driver;    // "580.159.04 (CUDA 13.0)"
  std::string compiler;  // what was built in, "nvcc 13.0.88, clang 19.1.7"
  std::string date;      // ISO 8601
  std::vector<RecordedRung> rungs;
};

// The recording that ships: kernels/recorded/h200.json.
const Recording& shipped_recording();

// The recorded digest of this rung on this problem, if there is one.
std::optional<std::string> recorded_digest(const Recording& recording, const std::string& rung,
                                           const Problem& problem);

std::string recording_to_json(const Recording& recording);

// Throws problem::BadInput where the text is not a recording.
Recording recording_from_json(const std::string& text);

}  // namespace attnlab::kernels
