// SPDX-License-Identifier: MIT
// The bound. One query row sees the keys j = 1..n; u = 2^-24 is half an ulp of 1 in fp32, and
// g(k) = k u / (1 - k u) bounds the relative error of any chain of k roundings (Higham, Accuracy
// and Stability of Numerical Algorithms, lemma 3.1), so of any order of summation, fused or not.
//
// 1. Scores. s_j = scale q.k_j goes through at most D + 4 roundings: the dot product, the product
//    with the scale, and in base 2 a rounded scale * log2(e):
//      |error of s_j| <= e_j = g(D + 4) A_j + underflow,   A_j = scale sum_c |q_c k_jc|.
// 2. Weights. A key's weight is a product of exponentials whose arguments add up to s_j - m, where
// m
//    is the computed maximum, whatever its own error: it cancels in O and is put back in LSE. The
//    running maximum of an online softmax only grows, so the arguments are of one sign and their
//    roundings (difference, times log2(e)) total at most 4 u (m - s_j). A kernel that rounds
//    m * scale before it subtracts errs by at most 2 u M a maximum, M = max |s_j| + e_j, and has
//    R + 1 maxima, R = rescales. Each of the R + 1 exponentials errs by 2^-22 relative
//    (ex2.approx). Together the weight is p_j exp(t_j), p = softmax(s), where
//      |t_j| <= E_j = e_j + 4 u (m - s_j) + 2 (R + 1) u M + (R + 1) 2^-22.
// 3. The weighted mean with these weights and no other error, N / L, is off by
//      sum_j p_j (exp(t_j) - 1) (v_j - O) / sum_j p_j exp(t_j),
//    exactly, because sum p_j (v_j - O) = 0. Hence
//      |N/L - O| <= B1 = sum_j p_j (exp(E_j) - 1) |v_j - O| / sum_j p_j exp(-E_j),
//    and never more than max_j |v_j - O|, as weights are positive.
// 4. Sums. A term of N goes through n - 1 additions, R products with a rescaling factor, its own
//    product, and a division where P is normalised first; a term of L through n - 1 and R:
//      B2 = (g(n + R + 3) W + g(n + R) (|O| + B1)) / (1 - g(n + R)),
//    where W, the weighted mean of |v_j|, is at most sum p exp(E) |v| / sum p exp(-E) and max
//    |v_j|.
// 5. The quotient, as a division or as a product with a reciprocal good to 1 ulp: 4 u.
// 6. Underflow. A weight below 2^-126 of the largest may be flushed; products and sums lose 2^-149.
// 7. LSE = m + ln(sum): the logarithm of the weights' common error, the sum's g(n + R), lg2.approx
//    (2^-22 absolute near 1, relative elsewhere), its conversion to base e, m's conversion, one
//    sum.
//
// 8. O as it is stored: one more rounding, of 2^-11 relative in fp16 (2^-25 among its subnormals),
//    of 2^-8 in bf16.
//
// The oracle's own error is the same with 2^-53 for u. Raising the result by 2^-16 covers it, and
// the products of errors that the lines above leave out.
#include "sim/oracle/error_bound.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "sim/oracle/layout.h"

namespace attnlab::oracle {
namespace {

using problem::Inputs;
using problem::Problem;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kUnit = 0x1p-24;              // u
constexpr double kExponentialError = 0x1p-22;  // ex2.approx, relative
constexpr double kLogarithmError = 0x1p-22;    // lg2.approx
constexpr double kFlush = 0x1p-125;            // a flushed weight, with room to spare
constexpr double kUnderflow = 0x1p-148;        // a rounding among the subnormals, likewise
constexpr double kRaise = 1 + 0x1p-16;

// g(k): the relative error of k roundings.
double gamma(double k) {
  return k * kUnit < 1 ? k * kUnit / (1 - k * kUnit) : kInfinity;
}

// a / b for errors a over weights b: no error is no error, even where every weight underflows.
double ratio(double a, double b) {
  return a == 0 ? 0 : a / b;
}

// A visible key with a score that is a number. (A score of -inf has weight 0 everywhere.)
struct Key {
  const float* v;      // (D)
  double score;        // s_j
  double score_error;  // e_j
};

struct RowKeys {
  std::vector<Key> keys;
  double max_score = -kInfinity;    // of s_j
  double max_reached = -kInfinity;  // of s_j + e_j: the computed maximum is not above it
  double max_magnitude = 0;         // M
};

RowKeys scored_keys(const Problem& problem, const Inputs& inputs, const Row& row) {
  const int depth = problem.head_dim;
  const auto scale = static_cast<double>(problem::softmax_scale(problem));
  const float* q = inputs.q.data() + row.index * depth;
  RowKeys out;
  const SeenKeys seen = keys_seen(problem, row);
  for (int j = seen.first; j < seen.last; ++j) {
    const std::int64_t offset = kv_offset(problem, row) + std::int64_t{j} * depth;
    const float* k = inputs.k.data() + offset;
    double score = 0, magnitude = 0, operands = 0;
    for (int c = 0; c < depth; ++c) {
      const double product = static_cast<double>(q[c]) * static_cast<double>(k[c]);
      score += product;
      magnitude += std::abs(product);
      operands += static_cast<double>(std::abs(q[c]) + std::abs(k[c]));
    }
    if (!std::isfinite(score)) continue;
    const double underflow = kUnderflow * (depth + 4 + operands);
    const double error = gamma(depth + 4) * scale * magnitude + underflow;
    out.keys.push_back({inputs.v.data() + offset, scale * score, error});
    out.max_score = std::max(out.max_score, scale * score);
    out.max_reached = std::max(out.max_reached, scale * score + error);
    out.max_magnitude = std::max(out.max_magnitude, std::abs(scale * score) + error);
  }
  return out;
}

// Step 2 for every key of a row, and the sums over it that do not depend on the column.
struct RowWeights {
  std::vector<double> high;   // p_j exp(E_j)
  std::vector<double> error;  // p_j (exp(E_j) - 1)
  double sum_low = 0;         // of p_j exp(-E_j)
  double sum_high = 0;        // of p_j exp(E_j)
};

RowWeights weigh(const RowKeys& row, double lse_nat, double rescales) {
  // An error this large means no knowledge of the weight; the cap keeps the sums numbers.
  constexpr double kLargestLog = 600;
  const double maxima = rescales + 1;
  const double common = maxima * (2 * kUnit * row.max_magnitude + kExponentialError);
  RowWeights out;
  for (const Key& key : row.keys) {
    const double argument = row.max_reached - key.score + key.score_error;
    const double log_error = key.score_error + 4 * kUnit * argument + common;
    const double log_p = key.score - lse_nat;
    const double high = std::exp(std::min(log_p + log_error, kLargestLog));
    const double error = log_error < 1 ? std::exp(log_p) * std::expm1(log_error) : high;
    out.high.push_back(high);
    out.error.push_back(error);
    out.sum_high += high;
    out.sum_low += std::exp(log_p - log_error);
  }
  return out;
}

struct Counts {
  double keys;      // n
  double rescales;  // R
};

// Steps 3 to 6 for one column of O.
double column_bound(const RowKeys& row, const RowWeights& weights, Counts n, int column, double o) {
  double mean_error = 0, largest_distance = 0, mean_size = 0, largest_size = 0;
  for (std::size_t j = 0; j < row.keys.size(); ++j) {
    const auto v = static_cast<double>(row.keys[j].v[column]);
    const double distance = std::abs(v - o);
    mean_error += weights.error[j] * distance;
    mean_size += weights.high[j] * std::abs(v);
    largest_distance = std::max(largest_distance, distance);
    largest_size = std::max(largest_size, std::abs(v));
  }
  const double b1 = std::min(ratio(mean_error, weights.sum_low), largest_distance);
  const double size = std::min(ratio(mean_size, weights.sum_low), largest_size);
  const double sum_error = gamma(n.keys + n.rescales);
  const double b2 =
      (gamma(n.keys + n.rescales + 3) * size + sum_error * (std::abs(o) + b1)) / (1 - sum_error);
  const double quotient = 4 * kUnit * (std::abs(o) + b1 + b2);
  // Relative to the sum of all weights, which is at least that of the largest.
  const double flushed = (n.rescales + 2) * kFlush * (largest_size + std::abs(o) + b1);
  const double lost = n.keys * (flushed + kUnderflow) + n.rescales * kUnderflow;
  const double underflow = lost * ratio(std::exp(row.max_reached - row.max_score), weights.sum_low);
  return kRaise * (b1 + b2 + quotient + underflow + kUnderflow);
}

// Step 7.
double lse_bound(const RowKeys& row, const RowWeights& weights, Counts n, double lse_nat) {
  const double weight_error = std::max(std::log(weights.sum_high), -std::log(weights.sum_low));
  const double sum_error = -std::log1p(-gamma(n.keys + n.rescales));
  const double log_size = std::abs(lse_nat - row.max_score) + row.max_reached - row.max_score;
  const double log_error = kLogarithmError * std::max(1.0, log_size) + 2 * kUnit * log_size;
  const double last_sum = 4 * kUnit * row.max_magnitude + 2 * kUnit * std::abs(lse_nat);
  const double flushed = n.keys * (n.rescales + 2) * kFlush;
  return kRaise * (weight_error + sum_error + log_error + last_sum + flushed);
}

// Step 8.
double storage_bound(problem::DataType dtype, double magnitude) {
  if (dtype == problem::DataType::kF16) return std::max(magnitude * 0x1p-11, 0x1p-25);
  return dtype == problem::DataType::kBf16 ? magnitude * 0x1p-8 + kUnderflow : 0;
}

void bound_row(const Problem& problem, const Inputs& inputs, const ForwardResult& reference,
               int rescales, const Row& row, ErrorBound& out) {
  const int depth = problem.head_dim;
  const auto lse_index = static_cast<std::size_t>(row.index);
  const double lse_nat = reference.lse_nat[lse_index];
  const double* o = reference.o.data() + row.index * depth;
  double* o_bound = out.o.data() + row.index * depth;
  if (lse_nat == -kInfinity) {
    std::fill_n(o_bound, depth, 0.0);  // nothing to attend to: O is exactly 0
    return;
  }
  if (!std::isfinite(lse_nat)) return;
  const RowKeys keys = scored_keys(problem, inputs, row);
  const auto n = static_cast<double>(keys.keys.size());
  const Counts counts = {n, rescales == kAnyNumberOfRescales ? n - 1 : rescales};
  if (!(gamma(n + counts.rescales + 3) < 1)) {
    // So many roundings may cancel every digit.
    out.lse_nat[lse_index] = kInfinity;
    std::fill_n(o_bound, depth, kInfinity);
    return;
  }
  const RowWeights weights = weigh(keys, lse_nat, counts.rescales);
  out.lse_nat[lse_index] = lse_bound(keys, weights, counts, lse_nat);
  for (int c = 0; c < depth; ++c) {
    if (!std::isfinite(o[c])) continue;
    const double computed = column_bound(keys, weights, counts, c, o[c]);
    o_bound[c] = computed + storage_bound(problem.dtype, std::abs(o[c]) + computed);
  }
}

void note(BoundReport& report, bool within, double fraction, const OutputElement& element) {
  if (!within) ++report.violations;
  if (fraction > report.worst_ratio) {
    report.worst_ratio = fraction;
    report.worst = element;
  }
}

void hold_number(BoundReport& report, float value, double reference, double bound,
                 const OutputElement& element) {
  const double error = std::abs(static_cast<double>(value) - reference);
  note(report, error <= bound, ratio(error, bound), element);
}

}  // namespace

ErrorBound fp32_error_bound(const Problem& problem, const Inputs& inputs,
                            const ForwardResult& reference, int rescales) {
  ErrorBound out;
  out.o.assign(reference.o.size(), kNan);
  out.lse_nat.assign(reference.lse_nat.size(), kNan);
  const auto rows = problem::lse_elements(problem);
  tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, rows), [&](const auto& range) {
    for (std::int64_t index = range.begin(); index != range.end(); ++index) {
      bound_row(problem, inputs, reference, rescales, row_at(problem, index), out);
    }
  });
  return out;
}

BoundReport check_bound(const Problem& problem, std::span<const float> o,
                        std::span<const float> lse_nat, const ForwardResult& reference,
                        const ErrorBound& bound) {
  require_sizes(reference, o, lse_nat);
  BoundReport report;
  for (std::size_t i = 0; i < o.size(); ++i) {
    const auto flat = static_cast<std::int64_t>(i);
    const OutputElement element =
        output_element(problem, flat / problem.head_dim, static_cast<int>(flat % problem.head_dim));
    if (both_finite(o[i], reference.o[i])) {
      hold_number(report, o[i], reference.o[i], bound.o[i], element);
    } else if (!neither_finite(o[i], reference.o[i])) {
      note(report, false, kInfinity, element);
    }
  }
  for (std::size_t i = 0; i < lse_nat.size(); ++i) {
    const OutputElement element = output_element(problem, static_cast<std::int64_t>(i), -1);
    if (both_finite(lse_nat[i], reference.lse_nat[i])) {
      hold_number(report, lse_nat[i], reference.lse_nat[i], bound.lse_nat[i], element);
    } else if (!same_kind(lse_nat[i], reference.lse_nat[i])) {
      note(report, false, kInfinity, element);
    }
  }
  return report;
}

}  // namespace attnlab::oracle
