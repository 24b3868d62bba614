// SPDX-License-Identifier: MIT
// What a GPU's instructions gave when they were recorded: kernels/recorded/h200_instructions.json,
// and of random kernels kernels/recorded/h200_fuzz.json.
//
//   {"gpu": "…", "driver": "…", "date": "…", "forms": {"add.rn.f32": "32 hex digits", …}}
//   {"gpu": "…", "driver": "…", "date": "…", "first": 0, "kernels_per_digest": 100,
//    "digests": ["32 hex digits", …], "assembler_decides": [232, …]}
//
// A digest is XXH3-128 of the results as little-endian bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels/gpu/device.h"

namespace attnlab::probe {

struct InstructionRecordError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::string digest_of_bytes(std::span<const std::byte> bytes);

struct RecordedInstructions {
  std::string gpu, driver, date;
  std::vector<std::pair<std::string, std::string>> forms;  // name and digest, in the table's order
};
struct RecordedFuzz {
  std::string gpu, driver, date;
  std::uint64_t first = 0;  // the first kernel's seed; the others' follow
  std::uint64_t kernels_per_digest = 0;
  std::vector<std::string> digests;
  // Seeds of kernels whose results on the GPU depend on how far its assembler optimises: PTX does
  // not fix their bits, or the assembler is wrong. They count as zeros in a digest.
  std::vector<std::uint64_t> assembler_decides;
};

// An empty record with the device's names and today's date.
template <class Record>
Record record_of(const gpu::Device& device);

// Throw InstructionRecordError, one sentence with the path.
RecordedInstructions read_instructions(const std::filesystem::path& path);
RecordedFuzz read_fuzz(const std::filesystem::path& path);
void write(const RecordedInstructions& record, const std::filesystem::path& path);
void write(const RecordedFuzz& record, const std::filesystem::path& path);

}  // namespace attnlab::probe
