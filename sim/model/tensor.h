// SPDX-License-Identifier: MIT
// The tensors of attention by name, and what a rung keeps in device memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/problem/inputs.h"
#include "sim/problem/problem.h"

namespace attnlab::model {

using problem::Inputs;
using problem::Problem;

enum class Tensor : std::uint8_t {
  kQ,
  kK,
  kV,
  kO,
  kLse,
  kS,            // scores, [batch, heads, len_q, len_kv]
  kP,            // probabilities, as S
  kRunningO,     // O (fp32) between key tiles
  kRowMax,       // m (fp32) between key tiles, as LSE
  kRowSum,       // l (fp32) between key tiles, as LSE
  kGradO,        // dO
  kDelta,        // rowsum(dO o O) (fp32), as LSE
  kGradS,        // dS, as S
  kGradQ,        // dQ
  kGradK,        // dK
  kGradV,        // dV
  kPartialO,     // O (fp32) of each split
  kPartialMax,   // m (fp32) of each split
  kPartialSum,   // l (fp32) of each split
  kLengths,      // int32 [batch]
  kBlockTable,   // int32 [batch, pages of a sequence]
  kKPages,       // K in pages, [pages, page_size, kv_heads, head_dim]
  kVPages,       // V in pages
  kNewK,         // K of the new tokens, [batch, len_q, kv_heads, head_dim]
  kNewV,         // V of the new tokens
  kSlotMapping,  // int32 [batch, len_q]
  kCopyPairs,    // int32 [pairs, 2]
};
inline constexpr std::size_t kTensorCount = static_cast<std::size_t>(Tensor::kCopyPairs) + 1;

// "Q", "LSE", "dK", "O_partial", …
const char* name_of(Tensor tensor);

enum class ElementType : std::uint8_t { kF32, kF16, kBf16, kI32 };
const char* name_of(ElementType type);
inline int size_bytes(ElementType type) {
  return type == ElementType::kF16 || type == ElementType::kBf16 ? 2 : 4;
}
inline ElementType element_type_of(problem::DataType dtype) {
  return static_cast<ElementType>(dtype);  // the first three have the same order
}

// What a tensor is to a run. Carried: an output of the rung that runs before, the forward pass of
// a backward one. Updated: an input that is written, and then part of the output.
enum class Role : std::uint8_t { kInput, kCarried, kUpdated, kOutput, kScratch };

struct TensorSpec {
  Tensor tensor = Tensor::kQ;
  Role role = Role::kInput;
  ElementType type = ElementType::kF32;
  std::int64_t elements = 0;

  std::int64_t bytes() const { return elements * size_bytes(type); }
};
using TensorTable = std::vector<TensorSpec>;

// Device memory of a run. Numbers are held as float, whatever their type in device memory: a 16-bit
// tensor holds values that its type has.
class Workspace {
 public:
  std::vector<float>& operator[](Tensor tensor) { return numbers_[index(tensor)]; }
  const std::vector<float>& operator[](Tensor tensor) const { return numbers_[index(tensor)]; }
  std::vector<std::int32_t>& integers(Tensor tensor) { return integers_[index(tensor)]; }
  const std::vector<std::int32_t>& integers(Tensor tensor) const {
    return integers_[index(tensor)];
  }

 private:
  static std::size_t index(Tensor tensor) { return static_cast<std::size_t>(tensor); }

  std::array<std::vector<float>, kTensorCount> numbers_;
  std::array<std::vector<std::int32_t>, kTensorCount> integers_;
};

// Adds what the table names to the workspace: inputs as the problem has them, everything else
// poisoned with a NaN that no arithmetic makes. Carried tensors are left as they are.
void fill_workspace(Workspace& workspace, const TensorTable& table, const Problem& problem,
                    const Inputs& inputs);

}  // namespace attnlab::model
