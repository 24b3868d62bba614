// SPDX-License-Identifier: MIT
#include "kernels/outputs.h"

#include <fmt/format.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "sim/numerics/bulk.h"

namespace attnlab::kernels {
namespace {

template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& elements) {
  std::vector<std::byte> bytes(elements.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), elements.data(), bytes.size());
  return bytes;
}

}  // namespace

std::vector<float> OutputTensor::numbers() const {
  std::vector<float> values(bytes.size() / model::size_bytes(type));
  const auto* halves = reinterpret_cast<const std::uint16_t*>(bytes.data());
  if (type == ElementType::kF16) {
    numerics::bulk().f32_from_f16(halves, values.data(), values.size());
  } else if (type == ElementType::kBf16) {
    numerics::bulk().f32_from_bf16(halves, values.data(), values.size());
  } else if (!bytes.empty()) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
  }
  return values;
}

std::vector<float> numbers_of(const Outputs& outputs, Tensor tensor) {
  for (const OutputTensor& output : outputs) {
    if (output.tensor == tensor) return output.numbers();
  }
  throw std::logic_error(std::string("no output is called ") + model::name_of(tensor));
}

std::vector<std::byte> device_bytes(const Workspace& workspace, const TensorSpec& spec) {
  if (spec.type == ElementType::kI32) return bytes_of(workspace.integers(spec.tensor));
  const std::vector<float>& numbers = workspace[spec.tensor];
  if (spec.type == ElementType::kF32) return bytes_of(numbers);
  std::vector<std::byte> bytes(numbers.size() * 2);
  auto* halves = reinterpret_cast<std::uint16_t*>(bytes.data());
  const numerics::BulkOps& bulk = numerics::bulk();
  const auto narrow = spec.type == ElementType::kF16 ? bulk.f16_from_f32 : bulk.bf16_from_f32;
  narrow(numbers.data(), halves, numbers.size());
  return bytes;
}

Outputs outputs_of(const Workspace& workspace, const model::TensorTable& table) {
  Outputs outputs;
  for (const TensorSpec& spec : table) {
    if (is_output(spec)) {
      outputs.push_back({spec.tensor, spec.type, device_bytes(workspace, spec)});
    }
  }
  return outputs;
}

std::string digest_of(const Outputs& outputs) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  XXH3_128bits_reset(state.get());
  for (const OutputTensor& output : outputs) {
    XXH3_128bits_update(state.get(), output.bytes.data(), output.bytes.size());
  }
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace attnlab::kernels
