// SPDX-License-Identifier: MIT
// What a run leaves: its output tensors, as bytes of device memory, and their digest, one line that
// two machines can compare.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/model/tensor.h"

namespace attnlab::kernels {

using model::ElementType;
using model::Tensor;
using model::TensorSpec;
using model::Workspace;

struct OutputTensor {
  Tensor tensor = Tensor::kO;
  ElementType type = ElementType::kF32;
  std::vector<std::byte> bytes;  // as they lie in device memory

  // The elements as numbers; 16-bit ones are widened.
  std::vector<float> numbers() const;
};
using Outputs = std::vector<OutputTensor>;

// Whether a run's output holds the tensor.
inline bool is_output(const TensorSpec& spec) {
  return spec.role == model::Role::kOutput || spec.role == model::Role::kUpdated;
}

// The numbers of an output that must be there.
std::vector<float> numbers_of(const Outputs& outputs, Tensor tensor);

// A tensor of the workspace as it lies in device memory.
std::vector<std::byte> device_bytes(const Workspace& workspace, const TensorSpec& spec);

// The outputs that the table names, out of the workspace.
Outputs outputs_of(const Workspace& workspace, const model::TensorTable& table);

// XXH3-128 over the bytes of the outputs, one after the other, 32 hexadecimal digits. Equal bits,
// equal digest; a NaN counts by its bits.
std::string digest_of(const Outputs& outputs);

}  // namespace attnlab::kernels
