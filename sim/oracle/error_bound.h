// SPDX-License-Identifier: MIT
// How far an fp32 evaluation may be from the oracle: a rigorous bound, element by element, for any
// order of summation, fused or not, in base e or base 2, and O then rounded to the type that the
// problem stores. The derivation is in error_bound.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/oracle/error.h"
#include "sim/oracle/oracle.h"

namespace attnlab::oracle {

// A bound for the worst order there is: a new maximum with every key.
inline constexpr int kAnyNumberOfRescales = -1;

struct ErrorBound {
  std::vector<double> o;        // [batch, heads, len_q, head_dim]; NaN where O is no number
  std::vector<double> lse_nat;  // [batch, heads, len_q]; NaN where LSE is no number
};

// `rescales` is the most times that the executor brings a row's running sum to a new maximum: 0
// where the maximum is known before the exponentials, the number of key tiles less one for an
// online softmax, and one more for every merge of two partial states (m, l, O). Give the true
// number: every rescale costs 5 * 2^-24, so at a thousand keys the loosest bound is ten times the
// one for 16 tiles. It does not cover an executor that rounds P or S to 16 bits, or one that merges
// finished outputs by their LSE.
ErrorBound fp32_error_bound(const problem::Problem& problem, const problem::Inputs& inputs,
                            const ForwardResult& reference, int rescales = kAnyNumberOfRescales);

struct BoundReport {
  std::int64_t violations = 0;  // elements of O and LSE beyond their bound, or different in kind
  double worst_ratio = 0;       // the largest |error| / bound; infinite for a difference in kind
  OutputElement worst;          // where that is
};

// Holds an executor's output to the bound. Elements that are no numbers must agree as in `compare`.
BoundReport check_bound(const problem::Problem& problem, std::span<const float> o,
                        std::span<const float> lse_nat, const ForwardResult& reference,
                        const ErrorBound& bound);

}  // namespace attnlab::oracle
