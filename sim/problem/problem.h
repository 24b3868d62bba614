// SPDX-License-Identifier: MIT
// The question that every executor answers: attention over given shapes, mask and inputs.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/problem/distribution.h"

namespace attnlab::problem {

// A request that cannot be met. The text is one sentence for the user; the command line exits 2.
struct BadInput : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class DataType { kF32, kF16, kBf16 };
// kWindow: causal, and each query sees no more than the last `window` keys that it may.
enum class Mask { kNone, kCausal, kWindow };

// Shapes are in elements; tensors are dense and row-major:
//   Q, O, dO, dQ  [batch, heads, len_q, head_dim]
//   K, V, dK, dV  [batch, kv_heads, len_kv, head_dim]
//   LSE           [batch, heads, len_q], natural logarithm
// Where sequences have lengths of their own, len_kv is the room that each has in K and V.
struct Problem {
  int batch = 1;
  int heads = 1;
  int kv_heads = 1;  // heads / kv_heads query heads share one K/V head (GQA; MQA where it is 1)
  int len_q = 128;
  int len_kv = 128;
  int head_dim = 64;
  DataType dtype = DataType::kF32;
  Mask mask = Mask::kNone;
  Distribution distribution = Distribution::kNormal;
  std::uint64_t seed = 1;
  int tile_q = 0;            // query rows of a tile; 0: the rung's default
  int tile_kv = 0;           // keys of a tile; 0: the rung's default
  int window = 0;            // keys that a query sees at most, under Mask::kWindow
  std::vector<int> lengths;  // keys of each sequence, at most len_kv; empty: len_kv of them each
  int splits = 0;            // parts that the keys are cut into; 0: the rung's default
  int page_size = 0;         // keys of a page; 0: the rung's default
  int shared_prefix = 0;  // keys at the start that all sequences have in common, and share pages of

  bool operator==(const Problem&) const = default;
};

// The keys that sequence `batch` has.
inline int length_of(const Problem& problem, int batch) {
  return problem.lengths.empty() ? problem.len_kv : problem.lengths[batch];
}

// Number of keys that query row `query` may see where no window hides the first of them: keys [0,
// visible_keys). A causal mask is aligned bottom-right: the last query sees every key. May be 0;
// such a row has O = 0 and LSE = -inf.
int visible_keys(const Problem& problem, int query);

// Keys [first, last) of a sequence.
struct KeyRange {
  int first = 0;
  int last = 0;

  int count() const { return last - first; }
  bool operator==(const KeyRange&) const = default;
};

// The keys that query row `query` of sequence `batch` sees, under any mask.
KeyRange visible_range(const Problem& problem, int batch, int query);

// The K/V head that query head `head` reads.
inline int kv_head_of(const Problem& problem, int head) {
  return head / (problem.heads / problem.kv_heads);
}

// The softmax scale, 1/sqrt(head_dim) rounded once to float.
float softmax_scale(const Problem& problem);

// Elements of Q (= O), of K (= V) and of LSE, for a problem that `validate` accepts.
std::int64_t q_elements(const Problem& problem);
std::int64_t kv_elements(const Problem& problem);
std::int64_t lse_elements(const Problem& problem);

// Limits that hold for every rung. They leave room to compute with lengths in int and to count
// elements, bytes and operations in 64 bits.
inline constexpr int kMaxLength = 1 << 28;
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;
inline constexpr int kMaxSplits = 1024;
inline constexpr int kMaxPageSize = 256;

// Throws BadInput where the problem has no meaning (0 heads, heads not a multiple of kv_heads, a
// negative length) or is beyond the limits above. What one rung supports is checked by the
// registry.
void validate(const Problem& problem);

// Bytes of one element.
inline int size_bytes(DataType dtype) {
  return dtype == DataType::kF32 ? 4 : 2;
}

// The nearest number that the type holds, to even; a NaN is the GPU's.
float rounded_to(DataType dtype, float value);

// Names as on the command line: "f32", "causal", "normal" … Parsers throw BadInput.
const char* name_of(DataType dtype);
const char* name_of(Mask mask);
const char* name_of(Distribution distribution);
template <class Enum>
std::vector<std::string> names_of(const std::vector<Enum>& values) {
  std::vector<std::string> names;
  for (const Enum value : values) names.emplace_back(name_of(value));
  return names;
}
DataType parse_data_type(const std::string& name);
Mask parse_mask(const std::string& name);
Distribution parse_distribution(const std::string& name);

// One line: "b1 h6/2 q1000 kv777 d64 f32 causal normal seed 1".
std::string describe(const Problem& problem);

}  // namespace attnlab::problem
