// SPDX-License-Identifier: MIT
#include "sim/model/decode/key_source.h"

#include <algorithm>

#include "sim/problem/pages.h"

namespace attnlab::model {

using machine::TileStep;

namespace {

// Calls work(first, last) for each run of the tokens that lies in one page.
template <typename Work>
void for_each_page(KeyRange tokens, int page_size, Work work) {
  for (int first = tokens.first; first < tokens.last;) {
    const int last = std::min(tokens.last, (first / page_size + 1) * page_size);
    work(first, last);
    first = last;
  }
}

}  // namespace

KeySource::KeySource(const Problem& problem, const Workspace& workspace, bool paged, int batch,
                     int kv_head)
    : problem_(problem),
      workspace_(workspace),
      paged_(paged),
      batch_(batch),
      kv_head_(kv_head),
      page_size_(problem::page_size_of(problem)),
      table_width_(ceil_div(problem.len_kv, page_size_)) {}

std::int64_t KeySource::first_element(int token) const {
  const std::int64_t d = problem_.head_dim;
  if (!paged_) {
    return ((std::int64_t{batch_} * problem_.kv_heads + kv_head_) * problem_.len_kv + token) * d;
  }
  const std::int64_t page = workspace_.integers(
      Tensor::kBlockTable)[std::int64_t{batch_} * table_width_ + token / page_size_];
  const std::int64_t slot = page * page_size_ + token % page_size_;
  return (slot * problem_.kv_heads + kv_head_) * d;
}

Matrix KeySource::tile(Tensor tensor, int first, int count, KeyRange tokens) const {
  const Tensor pages = tensor == Tensor::kK ? Tensor::kKPages : Tensor::kVPages;
  const std::vector<float>& storage = workspace_[paged_ ? pages : tensor];
  Matrix rows = Matrix::Zero(count, problem_.head_dim);
  for (int token = tokens.first; token < tokens.last; ++token) {
    std::copy_n(storage.data() + first_element(token), problem_.head_dim,
                rows.row(token - first).data());
  }
  return rows;
}

std::vector<TileStep> KeySource::row_steps(std::uint16_t tensor, KeyRange tokens) const {
  const std::int64_t d = problem_.head_dim;
  std::vector<TileStep> steps;
  const auto add = [&](int first, int last) {
    TileStep step;
    step.kind = trace::EventKind::kLoad;
    step.tensor = tensor;
    step.element_bytes = problem::size_bytes(problem_.dtype);
    step.region = {first_element(first), last - first, d, paged_ ? problem_.kv_heads * d : d};
    steps.push_back(step);
  };
  if (tokens.count() <= 0) return steps;
  if (paged_) {
    for_each_page(tokens, page_size_, add);
  } else {
    add(tokens.first, tokens.last);
  }
  return steps;
}

std::vector<TileStep> KeySource::table_steps(KeyRange tokens) const {
  std::vector<TileStep> steps;
  if (!paged_ || tokens.count() <= 0) return steps;
  for_each_page(tokens, page_size_, [&](int first, int last) {
    TileStep step;
    step.kind = trace::EventKind::kLoad;
    step.tensor = kBlockTableIndex;
    step.region = {std::int64_t{batch_} * table_width_ + first / page_size_, last - first, 1, 0};
    steps.push_back(step);
  });
  return steps;
}

KeyTraffic key_traffic(const Problem& problem, bool paged) {
  KeyTraffic traffic;
  const std::int64_t d = problem.head_dim;
  const int page_size = problem::page_size_of(problem);
  const problem::PagedCache cache = paged ? problem::paged_cache(problem) : problem::PagedCache{};
  for (int batch = 0; batch < problem.batch; ++batch) {
    const KeyRange seen = problem::visible_range(problem, batch, 0);
    if (seen.count() <= 0) continue;
    if (!paged) {
      for (int kv_head = 0; kv_head < problem.kv_heads; ++kv_head) {
        const std::int64_t row =
            (std::int64_t{batch} * problem.kv_heads + kv_head) * problem.len_kv;
        traffic.rows.push_back({(row + seen.first) * d, (row + seen.last) * d});
      }
      continue;
    }
    const std::int64_t table = std::int64_t{batch} * cache.table_width;
    traffic.table.push_back(
        {table + seen.first / page_size, table + ceil_div(seen.last, page_size)});
    // A token's K/V heads lie side by side, and all of them are read.
    for_each_page(seen, page_size, [&](int first, int last) {
      const std::int64_t slot = cache.slot_of(batch, first);
      traffic.rows.push_back(
          {slot * problem.kv_heads * d, (slot + last - first) * problem.kv_heads * d});
    });
  }
  return traffic;
}

}  // namespace attnlab::model
