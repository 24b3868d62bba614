// SPDX-License-Identifier: MIT
// After the last instruction: rows get their places, branches their targets, sequences one handler.
#include <fmt/format.h>

#include <span>

#include "sim/ptx/program/function_decoder.h"
#include "sim/ptx/program/row_names.h"

namespace attnlab::ptx {
namespace {

constexpr std::uint64_t kMaxFrameBytes = std::uint64_t{16} << 20;

}  // namespace

Row FunctionDecoder::resolved(Row name) const {
  if (name == kNoRow) return kNoRow;
  const std::size_t index = index_of(name);
  switch (kind_of(name)) {
    case RowKind::kRegister:
      return rows_.row_of[index];
    case RowKind::kConstant:
      return constant_rows_[index];
    case RowKind::kParameterWord:
      return parameter_begin_ + static_cast<Row>(index) * kRowBytes;
  }
  return kNoRow;
}

// Formal results and parameters, in the order of the declaration.
void FunctionDecoder::lay_out_parameters() {
  if (function_.is_entry) return;
  const int results = static_cast<int>(function_.results.size());
  for (int i = 0; i < results + static_cast<int>(function_.parameters.size()); ++i) {
    std::uint32_t words = 0;
    const Row first = parameter_words(i, words);
    std::vector<Row>& list = i < results ? into_.results : into_.parameters;
    for (std::uint32_t w = 0; w < words; ++w) list.push_back(first + w);
  }
}

void FunctionDecoder::require_frame(std::uint64_t bytes) const {
  if (bytes <= kMaxFrameBytes) return;
  throw DecodeError(fmt::format(
      "{}: the function {} needs {} KiB for one warp's registers and parameters; the limit is {}",
      context_.place_text({function_.ptx_line, 0, 0, 0, 0}), function_.name, bytes / 1024,
      kMaxFrameBytes / 1024));
}

// header | constants | registers | words of parameters
void FunctionDecoder::lay_out_frame() {
  lay_out_parameters();
  require_frame(std::uint64_t{kWideRowBytes} * into_.constants.size());
  Row next = kFrameHeaderBytes;
  for (ConstantRow& constant : into_.constants) {
    constant.row = next;
    constant_rows_.push_back(next);
    next += constant.wide ? kWideRowBytes : kRowBytes;
  }
  rows_ = assign_rows(flow_, uses_, wide_, next);
  into_.registers_begin = rows_.begin;
  into_.registers_end = rows_.end;
  into_.reads_unwritten |= rows_.reads_unwritten;
  parameter_begin_ = rows_.end;
  require_frame(parameter_begin_ + std::uint64_t{parameter_word_count_} * kRowBytes);
  into_.frame_bytes = parameter_begin_ + parameter_word_count_ * kRowBytes;
  into_.frame_bytes = (into_.frame_bytes + 255) / 256 * 256;
  for (std::vector<Row>* list : {&into_.results, &into_.parameters}) {
    for (Row& row : *list) row = resolved(row);
  }
  for (Op& op : into_.ops) {
    for (Row* row : {&op.d, &op.a, &op.b, &op.c, &op.guard}) *row = resolved(*row);
  }
  for (std::vector<Row>& list : into_.row_lists) {
    for (Row& row : list) row = resolved(row);
  }
}

void FunctionDecoder::tie_branches() {
  const Op* ops = into_.ops.data();
  const auto op_of_label = [&](int label) {
    const int target = function_.labels[static_cast<std::size_t>(label)].instruction;
    return ops + first_op_[static_cast<std::size_t>(target)];
  };
  for (const Branch& branch : branches_) {
    Op& op = into_.ops[branch.op];
    const int join = flow_.join_of[static_cast<std::size_t>(branch.instruction)];
    op.wide =
        join < 0
            ? 0
            : reinterpret_cast<std::uintptr_t>(ops + first_op_[static_cast<std::size_t>(join)]);
    if (!branch.indexed) {
      op.link.target = op_of_label(branch.target);
      continue;
    }
    std::vector<const Op*>& table = into_.jump_tables[branch.target];
    if (table.empty()) {
      for (int label : function_.label_lists[static_cast<std::size_t>(branch.target)]) {
        table.push_back(op_of_label(label));
      }
    }
    op.link.data = table.data();
    op.row_count = static_cast<std::uint32_t>(table.size());
  }
  for (std::size_t skip : skips_) into_.ops[skip].link.target = ops + skip + 2;
}

void FunctionDecoder::join_sequences() {
  const std::span<Op> ops(into_.ops);
  for (std::size_t i = 0; i < ops.size();) {
    const Sequence* sequence = context_.table().sequence_at(ops.subspan(i));
    if (sequence != nullptr) ops[i].run = sequence->together;
    i += sequence != nullptr ? sequence->ops.size() : 1;
  }
}

}  // namespace attnlab::ptx
