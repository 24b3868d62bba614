// SPDX-License-Identifier: MIT
#include "sim/machine/gpu_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "gpu_files.h"

namespace attnlab::machine {
namespace {

using nlohmann::json;

// Reads fields by name and remembers which were read, so that unknown ones can be refused.
class FieldReader {
 public:
  FieldReader(const json& object, std::string origin)
      : object_(object), origin_(std::move(origin)) {
    if (!object.is_object()) throw SpecError(origin_ + ": expected a JSON object");
  }

  const json& field(const std::string& name) {
    known_.insert(name);
    if (!object_.contains(name))
      throw SpecError(fmt::format("{}: field \"{}\" is missing", origin_, name));
    return object_.at(name);
  }

  double positive(const std::string& name) {
    const double value = number(name);
    if (!(value > 0 && value <= kLargestFigure)) refuse(name, "a number above 0, up to 1e15");
    return value;
  }

  std::int64_t whole(const std::string& name, std::int64_t smallest, std::int64_t largest) {
    const double value = number(name);
    if (!(value >= static_cast<double>(smallest) && value <= static_cast<double>(largest)) ||
        value != std::floor(value)) {
      refuse(name, fmt::format("a whole number from {} to {}", smallest, largest));
    }
    return static_cast<std::int64_t>(value);
  }

  int count(const std::string& name, int smallest = 1) {
    return static_cast<int>(whole(name, smallest, std::int64_t{1} << 30));
  }

  [[noreturn]] void refuse(const std::string& name, const std::string& expected) const {
    throw SpecError(fmt::format("{}: field \"{}\" is {}; it must be {}", origin_, name,
                                object_.at(name).dump(), expected));
  }

  void refuse_unknown_fields() const {
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) {
        throw SpecError(fmt::format("{}: field \"{}\" is not known; known fields: {}", origin_,
                                    name, fmt::join(known_, ", ")));
      }
    }
  }

 private:
  static constexpr double kLargestFigure = 1e15;

  // NaN where the field is no number.
  double number(const std::string& name) {
    const json& value = field(name);
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
  }

  const json& object_;
  std::string origin_;
  std::set<std::string> known_;
};

void read_compute_capability(FieldReader& fields, GpuSpec& gpu) {
  const json& pair = fields.field("compute_capability");
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned() ||
      !pair[1].is_number_unsigned() || pair[0] > 99u || pair[1] > 99u) {
    fields.refuse("compute_capability", "[major, minor]");
  }
  gpu.compute_capability_major = pair[0].get<int>();
  gpu.compute_capability_minor = pair[1].get<int>();
}

void read_figures(FieldReader& fields, GpuSpec& gpu) {
  constexpr std::int64_t kLargestBytes = std::int64_t{1} << 50;
  constexpr int kMostSms = 4096;    // what an event log can name
  constexpr int kMostBlocks = 256;  // of an SM, likewise
  gpu.sm_count = static_cast<int>(fields.whole("sm_count", 1, kMostSms));
  gpu.clock_mhz = fields.count("clock_mhz");
  gpu.max_threads_per_sm = fields.count("max_threads_per_sm");
  gpu.max_blocks_per_sm = static_cast<int>(fields.whole("max_blocks_per_sm", 1, kMostBlocks));
  gpu.registers_per_sm = fields.count("registers_per_sm");
  gpu.shared_bytes_per_sm = fields.count("shared_bytes_per_sm");
  gpu.max_shared_bytes_per_block = fields.count("max_shared_bytes_per_block");
  gpu.reserved_shared_bytes_per_block = fields.count("reserved_shared_bytes_per_block", 0);
  gpu.fp32_fma_per_cycle_per_sm = fields.count("fp32_fma_per_cycle_per_sm");
  gpu.mufu_per_cycle_per_sm = fields.count("mufu_per_cycle_per_sm");
  gpu.shared_bytes_per_cycle_per_sm = fields.count("shared_bytes_per_cycle_per_sm");
  gpu.l2_bytes = fields.whole("l2_bytes", 1, kLargestBytes);
  gpu.device_memory_bytes = fields.whole("device_memory_bytes", 1, kLargestBytes);
  gpu.device_bandwidth_bytes_per_second = 1e9 * fields.positive("device_bandwidth_gb_per_s");
  gpu.device_latency_cycles = fields.count("device_latency_cycles", 0);
}

}  // namespace

GpuSpec parse_gpu_spec(const std::string& json_text, const std::string& origin) {
  const json parsed = json::parse(json_text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) throw SpecError(origin + ": not valid JSON");

  FieldReader fields(parsed, origin);
  GpuSpec gpu;
  const json& title = fields.field("title");
  if (!title.is_string()) fields.refuse("title", "a text");
  gpu.name = origin;
  gpu.title = title.get<std::string>();
  read_compute_capability(fields, gpu);
  read_figures(fields, gpu);
  if (std::int64_t{gpu.max_shared_bytes_per_block} + gpu.reserved_shared_bytes_per_block >
      gpu.shared_bytes_per_sm) {
    fields.refuse("max_shared_bytes_per_block",
                  "at most shared_bytes_per_sm less reserved_shared_bytes_per_block");
  }

  FieldReader tensor_core(fields.field("tensor_core"), origin + ", tensor_core");
  gpu.tensor_core.step_length_16bit = tensor_core.count("step_length_16bit");
  gpu.tensor_core.kept_fraction_bits = tensor_core.count("kept_fraction_bits");
  tensor_core.refuse_unknown_fields();
  if (!fields.field("sources").is_object()) fields.refuse("sources", "an object of texts");
  fields.refuse_unknown_fields();
  return gpu;
}

std::vector<std::string> gpu_names() {
  std::vector<std::string> names;
  for (const embed::EmbeddedFile& file : embed::gpu_files()) names.emplace_back(file.name);
  return names;
}

GpuSpec gpu_spec(const std::string& name) {
  const embed::EmbeddedFile* file = embed::find(embed::gpu_files(), name);
  if (file == nullptr) {
    throw SpecError(
        fmt::format("no GPU is called \"{}\"; known: {}", name, fmt::join(gpu_names(), ", ")));
  }
  return parse_gpu_spec(std::string(file->bytes), name);
}

}  // namespace attnlab::machine
