// SPDX-License-Identifier: MIT
// Decodes one function: gives every instruction to its family, then lays the function's rows out
// and ties its branches together.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/ptx/instructions/instruction_decoder.h"
#include "sim/ptx/instructions/table/table.h"
#include "sim/ptx/program/control_flow.h"
#include "sim/ptx/program/rows.h"

namespace attnlab::ptx {

// What a function decoder asks of the whole program.
class ProgramContext {
 public:
  virtual ~ProgramContext() = default;
  virtual const InstructionTable& table() const = 0;
  virtual const Module& module() const = 0;
  virtual const ObserverNeeds& observe() const = 0;
  // The address of a variable in its own space; of an unsized shared array 0, for it starts where
  // dynamic shared memory does, which is known only at the end.
  virtual Address module_variable(int index) = 0;
  virtual Address shared_variable_of(int function, int variable) = 0;
  virtual DecodedFunction& function(int index) = 0;
  virtual std::uint32_t kernel_parameter_offset(int parameter) const = 0;
  virtual RuntimeFunction runtime_function(int index) const = 0;
  virtual void add_note(Note::Kind kind, const Instruction& instruction, std::string reason) = 0;
  virtual void note_communicates() = 0;
  virtual std::string place_text(const SourceLocation& location) const = 0;
};

class FunctionDecoder final : public InstructionDecoder {
 public:
  FunctionDecoder(ProgramContext& context, int function_index, DecodedFunction& into);

  // Throws DecodeError with every instruction that cannot be decoded, at most ten of them.
  void decode();

  // InstructionDecoder.
  const Instruction& instruction() const override;
  bool take(std::string_view modifier) override;
  int take_any(std::initializer_list<std::string_view> names) override;
  ScalarType take_type() override;
  ScalarType peek_type() const override;
  void end_of_modifiers() override;
  int operand_count() const override;
  void expect_operands(int count) override;
  Row destination(int index, ScalarType type) override;
  Row source(int index, ScalarType type) override;
  Row source_at_least(int index, ScalarType type) override;
  Row destination_at_least(int index, ScalarType type) override;
  Row carry() override;
  Row predicate_source(int index) override;
  Row predicate_destination(int index) override;
  bool is_immediate(int index) const override;
  std::int64_t integer(int index, std::int64_t least, std::int64_t most) override;
  Row constant(std::uint64_t bits, ScalarType type) override;
  Row temporary(ScalarType type) override;
  const Row* vector_destination(int index, ScalarType type, int count) override;
  const Row* vector_source(int index, ScalarType type, int count) override;
  const Row* joined(const Row* first, std::uint32_t first_count, const Row* second,
                    std::uint32_t second_count) override;
  AddressOperand address(int index) override;
  int register_bytes(int index, ScalarType type) const override;
  int vector_size(int index) const override;
  std::string_view special_register(int index) const override;
  ParameterOperand parameter(int index) override;
  void emit(const Op& op) override;
  void emit_access(const Op& op, const ObservedAccess& access) override;
  void emit_fence() override;
  void emit_branch(Op op, int operand_index) override;
  void emit_unguarded(const Op& op) override;
  void emit_stopping(const Op& op) override;
  void emit_dividing(const Op& op) override;
  Row guard() override;
  CallOperands call_operands() override;
  void note_communicates() override;
  void note_may_fuse() override;
  void note_inexact(std::string_view reason) override;
  [[noreturn]] void fail(std::string_view reason) const override;

 private:
  struct Branch {  // an op whose targets are tied when all ops are there
    std::size_t op;
    int instruction;
    int target;  // a label, or a list of them
    bool indexed;
  };

  void require_few_targets();
  void decode_instruction(int index);
  void start_instruction(int index);
  void observe_stretch(int index);
  void add_end();
  void lay_out_parameters();
  void lay_out_frame();
  void require_frame(std::uint64_t bytes) const;
  void tie_branches();
  void join_sequences();
  void find_followers();
  Row resolved(Row name) const;

  const Operand& operand(int index) const;
  const Register& register_at(int reg) const;
  Row read(int reg);
  Row written(int reg);
  Row read_operand(const Operand& operand, ScalarType type, bool any_width);
  Row write_operand(const Operand& operand, ScalarType type, bool any_width);
  Row constant_row(const ConstantRow& value);
  Row symbol_value(const Operand& operand, ScalarType type);
  Row special_value(const Operand& operand, ScalarType type);
  std::uint32_t kernel_parameter_offset(int variable) const;
  Row local_address(std::uint64_t offset, ScalarType type);
  std::uint32_t local_offset(int index);
  std::vector<std::uint64_t> append_words(const std::vector<Operand>& variables,
                                          std::vector<Row>& rows);
  void require_one_width(int index, ScalarType type) const;
  std::uint64_t immediate_bits(const Operand& operand, ScalarType type) const;
  int new_register(bool wide);
  Row parameter_words(int variable, std::uint32_t& words);
  const Row* keep(std::vector<Row> rows);
  void append(Op op);
  void append_join();
  void append_guarded(const Op& op);

  ProgramContext& context_;
  int function_index_;
  const Function& function_;
  DecodedFunction& into_;
  ControlFlow flow_;
  std::vector<RegisterUse> uses_;  // by instruction
  std::vector<bool> wide_;         // by register, temporaries behind the function's own
  std::map<std::tuple<std::uint64_t, bool, bool>, Row> constants_;  // bits, wide, dynamic
  std::map<int, std::pair<Row, std::uint32_t>> parameter_words_;    // by variable: first, count
  std::map<int, std::uint32_t> local_offsets_;                      // by variable
  std::uint32_t parameter_word_count_ = 0;
  int carry_ = -1;
  std::vector<bool> may_stop_;         // by instruction: other lanes or warps may run meanwhile
  std::vector<std::size_t> first_op_;  // of each instruction
  std::vector<Branch> branches_;
  std::vector<std::size_t> skips_;  // branches around one op
  RowAssignment rows_;
  Row constant_begin_ = 0;
  Row parameter_begin_ = 0;
  std::vector<Row> constant_rows_;

  int current_ = 0;  // the instruction being decoded
  std::size_t next_modifier_ = 0;
  std::size_t ops_before_ = 0;
  std::size_t stretch_ = 0;  // the op that tells of the stretch the instruction may belong to
};

}  // namespace attnlab::ptx
