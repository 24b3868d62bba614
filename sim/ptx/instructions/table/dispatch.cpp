// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "sim/ptx/instructions/table/table.h"

namespace attnlab::ptx {

namespace baseline {
void add_all_families(InstructionTable& table);
}
#if defined(__x86_64__)
namespace avx2 {
void add_all_families(InstructionTable& table);
}
namespace avx512 {
void add_all_families(InstructionTable& table);
}
#endif

namespace {

class Table final : public InstructionTable {
 public:
  explicit Table(void (*fill)(InstructionTable&)) { fill(*this); }

  void add(std::string_view name, TypeClass type, DecodeFunction decode) override {
    rows_[{name, type}] = decode;
  }
  DecodeFunction find(std::string_view name, TypeClass type) const override {
    auto row = rows_.find({name, type});
    if (row == rows_.end()) row = rows_.find({name, TypeClass::kAny});
    return row == rows_.end() ? nullptr : row->second;
  }

  void add(Sequence sequence) override {
    const auto shorter = [&](const Sequence& other) {
      return other.ops.size() < sequence.ops.size();
    };
    sequences_.insert(std::find_if(sequences_.begin(), sequences_.end(), shorter),
                      std::move(sequence));
  }
  const Sequence* sequence_at(std::span<const Op> ops) const override {
    const auto fits = [&](const Sequence& sequence) {
      return sequence.ops.size() <= ops.size() &&
             std::equal(sequence.ops.begin(), sequence.ops.end(), ops.begin(),
                        [](Handler handler, const Op& op) { return handler == op.run; });
    };
    const auto found = std::find_if(sequences_.begin(), sequences_.end(), fits);
    return found == sequences_.end() ? nullptr : &*found;
  }

 private:
  std::map<std::pair<std::string_view, TypeClass>, DecodeFunction> rows_;
  std::vector<Sequence> sequences_;  // longer ones first
};

}  // namespace

const InstructionTable& instruction_table(numerics::Isa isa) {
#if defined(__x86_64__)
  if (isa == numerics::Isa::kAvx512) {
    static const Table table(avx512::add_all_families);
    return table;
  }
  if (isa == numerics::Isa::kAvx2) {
    static const Table table(avx2::add_all_families);
    return table;
  }
#endif
  (void)isa;
  static const Table table(baseline::add_all_families);
  return table;
}

}  // namespace attnlab::ptx
