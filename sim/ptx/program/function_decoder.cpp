// SPDX-License-Identifier: MIT
// The walk over a function's instructions; operands are in decoder_operands.cpp and
// decoder_addresses.cpp, what happens to the ops afterwards in decoder_layout.cpp.
#include "sim/ptx/program/function_decoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/ptx/observe/observed_op.h"
#include "sim/ptx/program/structural_ops.h"

namespace attnlab::ptx {
namespace {

constexpr std::size_t kMaxReported = 10;
constexpr std::size_t kMaxTargets = 1000000;

std::string opcode(const Instruction& instruction) {
  std::string text(instruction.name);
  for (std::string_view modifier : instruction.modifiers) text += fmt::format(".{}", modifier);
  return text;
}

}  // namespace

FunctionDecoder::FunctionDecoder(ProgramContext& context, int function_index, DecodedFunction& into)
    : context_(context),
      function_index_(function_index),
      function_(context.module().functions[static_cast<std::size_t>(function_index)]),
      into_(into),
      uses_(function_.instructions.size()),
      may_stop_(function_.instructions.size()) {
  require_few_targets();
  flow_ = control_flow(function_);
  for (const Register& reg : function_.registers) wide_.push_back(bytes_of(reg.type) == 8);
  into_.source = &function_;
}

// All branches' tables together: a list may be long, and named often.
void FunctionDecoder::require_few_targets() {
  std::size_t targets = 0;
  for (const Instruction& in : function_.instructions) {
    for (const Operand& operand : in.operands) {
      if (operand.kind != OperandKind::kLabelList) continue;
      targets += function_.label_lists[static_cast<std::size_t>(operand.index)].size();
    }
  }
  if (targets > kMaxTargets) {
    throw DecodeError(fmt::format("{}: the function {} has {} targets of brx; the limit is {}",
                                  context_.place_text({function_.ptx_line, 0, 0, 0, 0}),
                                  function_.name, targets, kMaxTargets));
  }
}

void FunctionDecoder::decode() {
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < function_.instructions.size(); ++i) {
    try {
      decode_instruction(static_cast<int>(i));
    } catch (const DecodeError& error) {
      errors.emplace_back(error.what());
      if (errors.size() == kMaxReported) break;
    }
  }
  if (!errors.empty()) {
    std::string all = errors.front();
    for (std::size_t i = 1; i < errors.size(); ++i) all += "\n" + errors[i];
    throw DecodeError(all);
  }
  add_end();
  lay_out_frame();
  tie_branches();
  find_followers();
  join_sequences();
}

void FunctionDecoder::decode_instruction(int index) {
  start_instruction(index);
  const Instruction& in = instruction();
  const DecodeFunction family = context_.table().find(in.name, class_of(last_type(in)));
  if (family == nullptr) fail("the emulator does not have this instruction");
  family(*this);
  RegisterUse& use = uses_[static_cast<std::size_t>(index)];
  use.guarded |= in.guard >= 0;
  use.entangled |=
      into_.ops.size() - ops_before_ > 1 || use.writes.size() > 1 || !use.temporaries.empty();
  // A shuffle may read lanes that have written nothing.
  into_.reads_unwritten |= in.name == "shfl";
}

void FunctionDecoder::start_instruction(int index) {
  current_ = index;
  next_modifier_ = 0;
  first_op_.push_back(into_.ops.size());
  if (flow_.is_join[static_cast<std::size_t>(index)]) append_join();
  if (context_.observe().instructions) {
    Op observe;
    observe.run = observe_instruction_op;
    append(observe);
  }
  if (context_.observe().stretches) observe_stretch(index);
  ops_before_ = into_.ops.size();
}

// Instructions of one basic block, as long as none has a guard and none lets others run.
void FunctionDecoder::observe_stretch(int index) {
  const auto at = static_cast<std::size_t>(index);
  const auto guarded = [&](std::size_t i) { return function_.instructions[i].guard >= 0; };
  const bool begins = flow_.blocks[static_cast<std::size_t>(flow_.block_of[at])].begin == index;
  if (!begins && !flow_.is_join[at] && !guarded(at) && !guarded(at - 1) && !may_stop_[at - 1]) {
    ++into_.ops[stretch_].wide;
    return;
  }
  stretch_ = into_.ops.size();
  Op observe;
  observe.run = observe_stretch_op;
  observe.guard = guard();
  observe.small = instruction().guard_negated ? 1 : 0;
  observe.wide = 1;
  append(observe);
}

// A function whose text just ends returns.
void FunctionDecoder::add_end() {
  first_op_.push_back(into_.ops.size());
  Op end;
  end.run = end_of_function_op;
  end.instruction = function_.instructions.empty()
                        ? 0
                        : static_cast<std::uint32_t>(function_.instructions.size()) - 1;
  into_.ops.push_back(end);
}

void FunctionDecoder::append(Op op) {
  op.instruction = static_cast<std::uint32_t>(current_);
  into_.ops.push_back(op);
}

void FunctionDecoder::append_join() {
  Op join;
  join.run = join_op;
  append(join);
}

Row FunctionDecoder::guard() {
  const int guard = instruction().guard;
  return guard < 0 ? kNoRow : read(guard);
}

void FunctionDecoder::append_guarded(const Op& op) {
  Op begin;
  begin.run = guard_begin_op;
  begin.guard = guard();
  begin.small = instruction().guard_negated ? 1 : 0;
  append(begin);
  append(op);
  Op end;
  end.run = guard_end_op;
  append(end);
}

void FunctionDecoder::emit(const Op& op) {
  if (instruction().guard < 0) {
    append(op);
  } else {
    append_guarded(op);
  }
}

void FunctionDecoder::emit_unguarded(const Op& op) {
  may_stop_[static_cast<std::size_t>(current_)] = true;
  append(op);
}

void FunctionDecoder::emit_access(const Op& op, const ObservedAccess& access) {
  if (context_.observe().memory) {
    Op observe;
    observe.run = observe_access_op;
    observe.a = access.address.base;
    observe.wide = access.address.offset;
    observe.small = ObservedOp{access.kind,   access.space,        access.bytes,
                               access.strong, access.address.wide, access.wide_elements}
                        .packed();
    if (access.kind == AccessKind::kStore) {
      observe.rows = op.rows;
      observe.row_count = op.row_count;
    }
    emit(observe);
  }
  emit(op);
}

void FunctionDecoder::emit_fence() {
  if (!context_.observe().warp_synchronisation) return;
  Op observe;
  observe.run = observe_fence_op;
  emit(observe);
}

void FunctionDecoder::emit_branch(Op op, int operand_index) {
  const Operand& target = operand(operand_index);
  const bool indexed = instruction().name == "brx";
  if (target.kind != (indexed ? OperandKind::kLabelList : OperandKind::kLabel)) {
    fail(fmt::format("`{}` is no {} of this function", target.name,
                     indexed ? "list of labels" : "label"));
  }
  Branch branch{into_.ops.size(), current_, target.index, indexed};
  op.guard = guard();
  if (context_.observe().branches && op.guard != kNoRow) {
    Op observe;
    observe.run = observe_branch_op;
    observe.guard = op.guard;
    observe.small = instruction().guard_negated ? 1 : 0;
    append(observe);
    branch.op = into_.ops.size();
  }
  op.small |= instruction().guard_negated ? 1u : 0u;
  append(op);
  branches_.push_back(branch);
}

// @p bar.sync becomes: those without p go around it; they meet the others behind it.
void FunctionDecoder::emit_stopping(const Op& op) {
  may_stop_[static_cast<std::size_t>(current_)] = true;
  if (instruction().guard < 0) {
    append(op);
    return;
  }
  Op around;
  around.run = skip_op;
  around.guard = guard();
  around.small = instruction().guard_negated ? 1 : 0;
  skips_.push_back(into_.ops.size());
  append(around);
  append(op);
  append_join();
}

void FunctionDecoder::emit_dividing(const Op& op) {
  emit_stopping(op);
  if (instruction().guard < 0) append_join();
}

void FunctionDecoder::note_communicates() {
  context_.note_communicates();
}

void FunctionDecoder::note_may_fuse() {
  context_.add_note(Note::Kind::kMayFuse, instruction(),
                    "bits not guaranteed: ptxas may fuse it (build with -fmad=false)");
}

void FunctionDecoder::note_inexact(std::string_view reason) {
  context_.add_note(Note::Kind::kInexact, instruction(), std::string(reason));
}

void FunctionDecoder::fail(std::string_view reason) const {
  if (function_.instructions.empty()) {
    throw DecodeError(fmt::format("{}: {}: {}",
                                  context_.place_text({function_.ptx_line, 0, 0, 0, 0}),
                                  function_.name, reason));
  }
  const Instruction& in = instruction();
  throw DecodeError(
      fmt::format("{}: `{}`: {}", context_.place_text(in.location), opcode(in), reason));
}

}  // namespace attnlab::ptx
