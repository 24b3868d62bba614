// SPDX-License-Identifier: MIT
#include "sim/oracle/oracle.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <Eigen/Core>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>

#include "sim/oracle/layout.h"

namespace attnlab::oracle {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using MatrixView = Eigen::Map<const Matrix>;
using MutableMatrixView = Eigen::Map<Matrix>;
using VectorView = Eigen::Map<const Eigen::VectorXd>;
using MutableVectorView = Eigen::Map<Eigen::VectorXd>;
using problem::Inputs;
using problem::Problem;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void require_size(const char* tensor, std::size_t size, std::int64_t expected) {
  if (static_cast<std::int64_t>(size) == expected) return;
  throw problem::BadInput(std::string(tensor) + " holds " + std::to_string(size) +
                          " elements; the problem needs " + std::to_string(expected));
}

// The operands in float64, in which the inputs' floats are exact.
struct Operands {
  std::vector<double> q, k, v;
  double scale;
};

Operands widen(const Problem& problem, const Inputs& inputs) {
  require_size("Q", inputs.q.size(), problem::q_elements(problem));
  require_size("K", inputs.k.size(), problem::kv_elements(problem));
  require_size("V", inputs.v.size(), problem::kv_elements(problem));
  return {{inputs.q.begin(), inputs.q.end()},
          {inputs.k.begin(), inputs.k.end()},
          {inputs.v.begin(), inputs.v.end()},
          static_cast<double>(problem::softmax_scale(problem))};
}

// The rows of K or V that one query row sees, (keys, D).
MatrixView seen(const Problem& problem, const std::vector<double>& tensor, const Row& row) {
  const SeenKeys keys = keys_seen(problem, row);
  return {tensor.data() + kv_offset(problem, row) + std::int64_t{keys.first} * problem.head_dim,
          keys.last - keys.first, problem.head_dim};
}

// One query's or one output's row, (D).
VectorView row_of(const Problem& problem, const std::vector<double>& tensor, const Row& row) {
  return {tensor.data() + row.index * problem.head_dim, problem.head_dim};
}

struct SoftmaxRow {
  Eigen::VectorXd p;  // (keys)
  double lse_nat;
  bool empty;  // no key to attend to: p has no meaning
};

// Two passes: the maximum, then the sum of exponentials.
SoftmaxRow softmax(const Eigen::VectorXd& s) {
  if ((s.array() == -kInfinity).all()) return {{}, -kInfinity, true};
  double m = -kInfinity;
  for (const double score : s) m = std::fmax(m, score);  // a NaN speaks up in the sum
  Eigen::VectorXd p = s.unaryExpr([m](double score) { return std::exp(score - m); });
  const double l = p.sum();
  p /= l;
  return {std::move(p), m + std::log(l), false};
}

SoftmaxRow attend(const Problem& problem, const Operands& in, const Row& row) {
  return softmax(in.scale * (seen(problem, in.k, row) * row_of(problem, in.q, row)));
}

// Adds one query row's share to the gradients of its K/V head, and writes its dQ.
void backward_row(const Problem& problem, const Operands& in, const std::vector<double>& grad_o,
                  const Row& row, BackwardResult& out) {
  const SoftmaxRow softmax_row = attend(problem, in, row);
  if (softmax_row.empty) return;
  const Eigen::VectorXd& p = softmax_row.p;
  const VectorView q = row_of(problem, in.q, row);
  const VectorView d_o = row_of(problem, grad_o, row);
  const Eigen::VectorXd dp = seen(problem, in.v, row) * d_o;                   // (keys)
  const Eigen::VectorXd ds = (p.array() * (dp.array() - p.dot(dp))).matrix();  // (keys)

  const std::int64_t offset =
      kv_offset(problem, row) + std::int64_t{keys_seen(problem, row).first} * problem.head_dim;
  MutableVectorView dq(out.dq.data() + row.index * problem.head_dim, problem.head_dim);
  MutableMatrixView dk(out.dk.data() + offset, p.size(), problem.head_dim);
  MutableMatrixView dv(out.dv.data() + offset, p.size(), problem.head_dim);
  dq = in.scale * (seen(problem, in.k, row).transpose() * ds);
  dk += (in.scale * ds) * q.transpose();
  dv += p * d_o.transpose();
}

}  // namespace

ForwardResult forward(const Problem& problem, const Inputs& inputs) {
  const Operands in = widen(problem, inputs);
  ForwardResult out;
  out.o.assign(in.q.size(), 0.0);
  out.lse_nat.assign(static_cast<std::size_t>(problem::lse_elements(problem)), -kInfinity);
  const auto rows = problem::lse_elements(problem);
  tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, rows), [&](const auto& range) {
    for (std::int64_t index = range.begin(); index != range.end(); ++index) {
      const Row row = row_at(problem, index);
      const SoftmaxRow softmax_row = attend(problem, in, row);
      if (softmax_row.empty) continue;
      MutableVectorView o(out.o.data() + index * problem.head_dim, problem.head_dim);
      o = seen(problem, in.v, row).transpose() * softmax_row.p;
      out.lse_nat[static_cast<std::size_t>(index)] = softmax_row.lse_nat;
    }
  });
  return out;
}

BackwardResult backward(const Problem& problem, const Inputs& inputs,
                        const std::vector<float>& grad_o) {
  const Operands in = widen(problem, inputs);
  require_size("dO", grad_o.size(), problem::q_elements(problem));
  const std::vector<double> wide_grad_o(grad_o.begin(), grad_o.end());
  BackwardResult out;
  out.dq.assign(in.q.size(), 0.0);
  out.dk.assign(in.k.size(), 0.0);
  out.dv.assign(in.v.size(), 0.0);

  // One task owns one K/V head and adds up its group's query rows in ascending order, so that the
  // sums do not depend on who runs when.
  const int kv_heads = problem.batch * problem.kv_heads;
  const std::int64_t rows_of_group = problem::lse_elements(problem) / kv_heads;
  tbb::parallel_for(0, kv_heads, [&](int kv_head) {
    const std::int64_t first = kv_head * rows_of_group;
    for (std::int64_t index = first; index != first + rows_of_group; ++index) {
      backward_row(problem, in, wide_grad_o, row_at(problem, index), out);
    }
  });
  return out;
}

}  // namespace attnlab::oracle
