// SPDX-License-Identifier: MIT
#include "sim/machine/gpu_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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
    const json& value = field(name);
    if (!value.is_number() || !(value.get<double>() > 0) || value.get<double>() > 1e15) {
      throw SpecError(fmt::format("{}: field \"{}\" is {}; it must be a number above 0", origin_,
                                  name, value.dump()));
    }
    return value.get<double>();
  }

  std::int64_t positive_integer(const std::string& name, std::int64_t largest) {
    const double value = positive(name);
    if (value != static_cast<double>(static_cast<std::int64_t>(value)) ||
        static_cast<std::int64_t>(value) > largest) {
      throw SpecError(fmt::format("{}: field \"{}\" is {}; it must be a whole number up to {}",
                                  origin_, name, value, largest));
    }
    return static_cast<std::int64_t>(value);
  }

  int count(const std::string& name) {
    return static_cast<int>(positive_integer(name, std::int64_t{1} << 30));
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
  const json& object_;
  std::string origin_;
  std::set<std::string> known_;
};

void read_compute_capability(FieldReader& fields, const std::string& origin, GpuSpec& gpu) {
  const json& pair = fields.field("compute_capability");
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number_unsigned() ||
      !pair[1].is_number_unsigned() || pair[0] > 99u || pair[1] > 99u) {
    throw SpecError(fmt::format("{}: field \"compute_capability\" is {}; it must be [major, minor]",
                                origin, pair.dump()));
  }
  gpu.compute_capability_major = pair[0].get<int>();
  gpu.compute_capability_minor = pair[1].get<int>();
}

void read_figures(FieldReader& fields, GpuSpec& gpu) {
  constexpr std::int64_t kLargestBytes = std::int64_t{1} << 50;
  gpu.sm_count = static_cast<int>(fields.positive_integer("sm_count", 65535));
  gpu.clock_mhz = fields.count("clock_mhz");
  gpu.max_threads_per_sm = fields.count("max_threads_per_sm");
  gpu.max_blocks_per_sm = static_cast<int>(fields.positive_integer("max_blocks_per_sm", 65535));
  gpu.registers_per_sm = fields.count("registers_per_sm");
  gpu.shared_bytes_per_sm = fields.count("shared_bytes_per_sm");
  gpu.max_shared_bytes_per_block = fields.count("max_shared_bytes_per_block");
  gpu.reserved_shared_bytes_per_block = fields.count("reserved_shared_bytes_per_block");
  gpu.fp32_fma_per_cycle_per_sm = fields.count("fp32_fma_per_cycle_per_sm");
  gpu.mufu_per_cycle_per_sm = fields.count("mufu_per_cycle_per_sm");
  gpu.shared_bytes_per_cycle_per_sm = fields.count("shared_bytes_per_cycle_per_sm");
  gpu.l2_bytes = fields.positive_integer("l2_bytes", kLargestBytes);
  gpu.device_memory_bytes = fields.positive_integer("device_memory_bytes", kLargestBytes);
  gpu.device_bandwidth_bytes_per_second = 1e9 * fields.positive("device_bandwidth_gb_per_s");
  gpu.device_latency_cycles = fields.count("device_latency_cycles");
}

}  // namespace

GpuSpec parse_gpu_spec(const std::string& json_text, const std::string& origin) {
  const json parsed = json::parse(json_text, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) throw SpecError(origin + ": not valid JSON");

  FieldReader fields(parsed, origin);
  GpuSpec gpu;
  const json& title = fields.field("title");
  if (!title.is_string()) throw SpecError(origin + ": field \"title\" must be a text");
  gpu.name = origin;
  gpu.title = title.get<std::string>();
  read_compute_capability(fields, origin, gpu);
  read_figures(fields, gpu);

  FieldReader tensor_core(fields.field("tensor_core"), origin + ", tensor_core");
  gpu.tensor_core.step_length_16bit = tensor_core.count("step_length_16bit");
  gpu.tensor_core.kept_fraction_bits = tensor_core.count("kept_fraction_bits");
  tensor_core.refuse_unknown_fields();
  fields.field("sources");
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
