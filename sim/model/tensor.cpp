// SPDX-License-Identifier: MIT
#include "sim/model/tensor.h"

#include "sim/numerics/host_device.h"
#include "sim/problem/pages.h"

namespace attnlab::model {
namespace {

constexpr std::array<const char*, kTensorCount> kNames = {
    "Q",         "K",       "V",         "O",         "LSE",          "S",         "P",
    "O_running", "m",       "l",         "dO",        "delta",        "dS",        "dQ",
    "dK",        "dV",      "O_partial", "m_partial", "l_partial",    "lengths",   "block_table",
    "K_pages",   "V_pages", "K_new",     "V_new",     "slot_mapping", "copy_pairs"};

// A NaN with a payload: the GPU's arithmetic only ever makes 0x7fffffff, so a survivor is visible.
constexpr std::uint32_t kPoisonBits = 0x7fa5a5a5u;

std::vector<std::int32_t> lengths_of(const Problem& problem) {
  std::vector<std::int32_t> lengths;
  for (int sequence = 0; sequence < problem.batch; ++sequence) {
    lengths.push_back(problem::length_of(problem, sequence));
  }
  return lengths;
}

// Whether the run writes the new tokens into the pages itself, and finds them empty.
bool writes_new_tokens(const TensorTable& table) {
  for (const TensorSpec& spec : table) {
    if (spec.tensor == Tensor::kNewK) return true;
  }
  return false;
}

void fill_input(Workspace& workspace, const TensorTable& table, const Problem& problem,
                const Inputs& inputs, Tensor tensor) {
  const auto cache = [&] { return problem::paged_cache(problem); };
  const int newest = writes_new_tokens(table) ? problem.len_q : 0;
  switch (tensor) {
    case Tensor::kQ:
      workspace[tensor] = inputs.q;
      break;
    case Tensor::kK:
      workspace[tensor] = inputs.k;
      break;
    case Tensor::kV:
      workspace[tensor] = inputs.v;
      break;
    case Tensor::kGradO:
      workspace[tensor] = problem::make_output_gradient(problem);
      break;
    case Tensor::kLengths:
      workspace.integers(tensor) = lengths_of(problem);
      break;
    case Tensor::kBlockTable:
      workspace.integers(tensor) = cache().block_table;
      break;
    case Tensor::kSlotMapping:
      workspace.integers(tensor) = cache().slot_mapping;
      break;
    case Tensor::kCopyPairs:
      workspace.integers(tensor) = cache().copy_pairs;
      break;
    case Tensor::kKPages:
      workspace[tensor] = problem::paged_copy(problem, cache(), inputs.k, newest);
      break;
    case Tensor::kVPages:
      workspace[tensor] = problem::paged_copy(problem, cache(), inputs.v, newest);
      break;
    case Tensor::kNewK:
      workspace[tensor] = problem::new_tokens(problem, inputs.k);
      break;
    case Tensor::kNewV:
      workspace[tensor] = problem::new_tokens(problem, inputs.v);
      break;
    default:
      break;  // no other tensor is an input
  }
}

}  // namespace

const char* name_of(Tensor tensor) {
  return kNames.at(static_cast<std::size_t>(tensor));
}

const char* name_of(ElementType type) {
  constexpr std::array kTypes = {"f32", "f16", "bf16", "i32"};
  return kTypes.at(static_cast<std::size_t>(type));
}

void fill_workspace(Workspace& workspace, const TensorTable& table, const Problem& problem,
                    const Inputs& inputs) {
  for (const TensorSpec& spec : table) {
    if (spec.role == Role::kInput || spec.role == Role::kUpdated) {
      fill_input(workspace, table, problem, inputs, spec.tensor);
    } else if (spec.role != Role::kCarried) {
      workspace[spec.tensor].assign(static_cast<std::size_t>(spec.elements),
                                    numerics::float_of_bits(kPoisonBits));
    }
  }
}

}  // namespace attnlab::model
