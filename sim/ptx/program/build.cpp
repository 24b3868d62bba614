// SPDX-License-Identifier: MIT
// Building a program: the functions a kernel can reach, and memory for a module's variables.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "sim/ptx/emulator.h"
#include "sim/ptx/instructions/table/table.h"
#include "sim/ptx/program/function_decoder.h"

namespace attnlab::ptx {
namespace {

// Local memory of one lane for calls whose depth is not known beforehand, where calls use any.
constexpr std::uint64_t kRecursionLocalBytes = 16 * 1024;
constexpr std::uint64_t kMaxConstBytes = 64 * 1024;
constexpr std::uint64_t kMaxLocalBytes = 512 * 1024;  // of a thread
constexpr std::uint64_t kMaxParameterBytes = 32764;   // of a kernel
constexpr std::uint64_t kMaxVariableBytes = std::uint64_t{1} << 30;

std::uint64_t aligned(std::uint64_t place, std::uint64_t align) {
  return (place + align - 1) / align * align;
}

RuntimeFunction runtime_function_named(std::string_view name) {
  if (name == "vprintf") return RuntimeFunction::kPrintf;
  if (name == "__assertfail" || name == "__assert_fail") return RuntimeFunction::kAssertFail;
  return RuntimeFunction::kNone;
}

class ProgramBuilder final : public ProgramContext {
 public:
  ProgramBuilder(const Module& module, const std::string& entry, DeviceMemory& memory,
                 const BuildOptions& options)
      : module_(module),
        memory_(memory),
        parts_(std::make_unique<ProgramParts>()),
        table_(instruction_table(options.isa.value_or(best_isa()))) {
    parts_->name = options.name;
    parts_->module = &module;
    parts_->isa = options.isa.value_or(best_isa());
    parts_->observe = options.observe;
    parts_->entry_name = entry;
    parts_->functions.resize(module.functions.size());
    parts_->variable_addresses.assign(module.variables.size(), kUnknown);
    int index = 0;
    for (const Function& function : module.functions) function_names_[function.name] = index++;
    index = 0;
    for (const Variable& variable : module.variables) variable_names_[variable.name] = index++;
  }

  std::unique_ptr<ProgramParts> build() {
    const int entry = entry_index();
    lay_out_parameters(module_.functions[static_cast<std::size_t>(entry)]);
    parts_->entry = &function(entry);
    reach_everything();
    fill_variables();
    place_dynamic_shared();
    size_local_stack();
    return std::move(parts_);
  }

  // ProgramContext.
  const InstructionTable& table() const override { return table_; }
  const Module& module() const override { return module_; }
  const ObserverNeeds& observe() const override { return parts_->observe; }
  Address module_variable(int index) override;
  Address shared_variable_of(int function, int variable) override;
  DecodedFunction& function(int index) override;
  std::uint32_t kernel_parameter_offset(int parameter) const override {
    return parts_->parameter_offsets[static_cast<std::size_t>(parameter)];
  }
  RuntimeFunction runtime_function(int index) const override {
    return runtime_function_named(module_.functions[static_cast<std::size_t>(index)].name);
  }
  void add_note(Note::Kind kind, const Instruction& instruction, std::string reason) override;
  void note_communicates() override { parts_->communicates = true; }
  std::string place_text(const SourceLocation& location) const override {
    const SourcePlace place = source_place(*parts_, location);
    return fmt::format("{}:{}", place.file, place.line);
  }

 private:
  static constexpr Address kUnknown = ~std::uint64_t{0};

  static numerics::Isa best_isa() { return numerics::fastest_isa(); }

  void reach_everything();
  int entry_index() const;
  void lay_out_parameters(const Function& entry);
  Address place_shared(const Variable& variable);
  Address place_module_variable(const Variable& variable);
  void place_dynamic_shared();
  void fill_variables();
  void relocate(const Variable& variable, std::span<std::byte> bytes);
  Address symbol_address(const Relocation& relocation);
  void size_local_stack();

  const Module& module_;
  DeviceMemory& memory_;
  std::unique_ptr<ProgramParts> parts_;
  const InstructionTable& table_;
  std::vector<int> to_decode_;
  std::vector<int> to_initialise_;  // variables whose initialisers may name others, and functions
  std::map<std::string_view, int> function_names_, variable_names_;
  std::map<std::pair<int, int>, Address> function_shared_;
  std::uint64_t variable_bytes_ = 0;  // in global memory
  std::set<std::tuple<Note::Kind, std::string, std::string, int>> noted_;
  std::uint64_t dynamic_align_ = 16;
};

// Decodes what is called or named; that names more functions and variables, and so on.
void ProgramBuilder::reach_everything() {
  while (!to_decode_.empty() || !to_initialise_.empty()) {
    if (!to_decode_.empty()) {
      const int index = to_decode_.back();
      to_decode_.pop_back();
      FunctionDecoder(*this, index, *parts_->functions[static_cast<std::size_t>(index)]).decode();
      continue;
    }
    const Variable& variable = module_.variables[static_cast<std::size_t>(to_initialise_.back())];
    to_initialise_.pop_back();
    for (const Relocation& relocation : variable.relocations) symbol_address(relocation);
  }
}

int ProgramBuilder::entry_index() const {
  std::vector<std::string> kernels;
  for (std::size_t i = 0; i < module_.functions.size(); ++i) {
    const Function& function = module_.functions[i];
    if (!function.is_entry || !function.has_body) continue;
    if (function.name == parts_->entry_name) return static_cast<int>(i);
    kernels.emplace_back(function.name);
  }
  if (kernels.empty()) throw LaunchError(fmt::format("{} has no kernel at all", parts_->name));
  throw LaunchError(fmt::format("{} has no kernel {}; it has {}", parts_->name, parts_->entry_name,
                                fmt::join(kernels, ", ")));
}

void ProgramBuilder::lay_out_parameters(const Function& entry) {
  std::uint64_t next = 0;
  for (const Variable& parameter : entry.parameters) {
    next = aligned(next, std::max(parameter.align_bytes, 1u));
    parts_->parameter_offsets.push_back(static_cast<std::uint32_t>(next));
    next += parameter.size_bytes;
  }
  if (next > kMaxParameterBytes) {
    throw LaunchError(fmt::format("{} has {} bytes of parameters; the limit is {}",
                                  parts_->entry_name, next, kMaxParameterBytes));
  }
  parts_->parameter_bytes = static_cast<std::uint32_t>(next);
}

Address ProgramBuilder::place_shared(const Variable& variable) {
  if (variable.unsized) {
    dynamic_align_ = std::max<std::uint64_t>(dynamic_align_, variable.align_bytes);
    return 0;
  }
  const std::uint64_t place =
      aligned(parts_->module_shared_bytes, std::max(variable.align_bytes, 1u));
  const std::uint64_t end = place + variable.size_bytes;
  if (end > 1u << 20) {
    throw LaunchError(fmt::format("{} declares {} bytes of shared memory; no GPU has as much",
                                  parts_->entry_name, end));
  }
  parts_->module_shared_bytes = static_cast<std::uint32_t>(end);
  parts_->shared_arrays.push_back({variable.name, place, std::max(bytes_of(variable.type), 1)});
  return place;
}

Address ProgramBuilder::place_module_variable(const Variable& variable) {
  if (variable.space == StateSpace::kShared) return place_shared(variable);
  if (variable.space == StateSpace::kConst) {
    const std::uint64_t place =
        aligned(parts_->constants.size(), std::max(variable.align_bytes, 1u));
    if (place + variable.size_bytes > kMaxConstBytes) {
      throw LaunchError(
          fmt::format("{} has more than {} bytes of constants", parts_->name, kMaxConstBytes));
    }
    parts_->constants.resize(place + variable.size_bytes);
    return place;
  }
  if (variable.linkage == Linkage::kExtern) {
    throw LaunchError(fmt::format("{} needs the variable {}, which is defined in another file",
                                  parts_->name, variable.name));
  }
  variable_bytes_ += variable.size_bytes;
  if (variable_bytes_ > kMaxVariableBytes) {
    throw LaunchError(fmt::format("the variables of {} take more than {} bytes of memory",
                                  parts_->name, kMaxVariableBytes));
  }
  const Address address = memory_.allocate(std::string(variable.name), variable.size_bytes,
                                           std::max(bytes_of(variable.type), 1));
  memory_.set_initialised(address);
  return address;
}

Address ProgramBuilder::module_variable(int index) {
  Address& address = parts_->variable_addresses[static_cast<std::size_t>(index)];
  if (address == kUnknown) {
    address = place_module_variable(module_.variables[static_cast<std::size_t>(index)]);
    to_initialise_.push_back(index);
  }
  return address;
}

Address ProgramBuilder::shared_variable_of(int function, int variable) {
  const auto [found, fresh] = function_shared_.try_emplace({function, variable}, 0);
  if (fresh) {
    found->second = place_shared(module_.functions[static_cast<std::size_t>(function)]
                                     .variables[static_cast<std::size_t>(variable)]);
  }
  return found->second;
}

DecodedFunction& ProgramBuilder::function(int index) {
  std::unique_ptr<DecodedFunction>& decoded = parts_->functions[static_cast<std::size_t>(index)];
  if (decoded == nullptr) {
    const Function& source = module_.functions[static_cast<std::size_t>(index)];
    if (!source.has_body) {
      throw DecodeError(
          fmt::format("{}:{}: the function {} is only declared, and the emulator "
                      "does not have it",
                      parts_->name, source.ptx_line, source.name));
    }
    if (source.is_entry && source.name != parts_->entry_name) {
      throw DecodeError(fmt::format("{}:{}: {} is a kernel, and {} calls it or takes its address",
                                    parts_->name, source.ptx_line, source.name,
                                    parts_->entry_name));
    }
    decoded = std::make_unique<DecodedFunction>();
    to_decode_.push_back(index);
  }
  return *decoded;
}

void ProgramBuilder::add_note(Note::Kind kind, const Instruction& instruction, std::string reason) {
  const SourcePlace place = source_place(*parts_, instruction.location);
  std::string opcode(instruction.name);
  for (std::string_view modifier : instruction.modifiers) opcode += fmt::format(".{}", modifier);
  if (noted_.emplace(kind, opcode, place.file, place.line).second) {
    parts_->notes.push_back({kind, opcode, std::move(reason), place.file, place.line});
  }
}

// Dynamic shared memory lies behind all static arrays.
void ProgramBuilder::place_dynamic_shared() {
  parts_->dynamic_shared_offset = aligned(parts_->module_shared_bytes, dynamic_align_);
  for (const std::unique_ptr<DecodedFunction>& function : parts_->functions) {
    if (function == nullptr) continue;
    for (ConstantRow& constant : function->constants) {
      if (!constant.dynamic_shared) continue;
      constant.bits += parts_->dynamic_shared_offset;
      constant.dynamic_shared = false;
    }
  }
}

Address ProgramBuilder::symbol_address(const Relocation& relocation) {
  if (const auto found = function_names_.find(relocation.symbol); found != function_names_.end()) {
    function(found->second);
    return kCodeWindow + 16 * static_cast<Address>(found->second);
  }
  const auto found = variable_names_.find(relocation.symbol);
  if (found == variable_names_.end()) {
    throw LaunchError(
        fmt::format("{} initialises a variable with the address of {}, which it "
                    "does not have",
                    parts_->name, relocation.symbol));
  }
  const Address address = module_variable(found->second);
  const StateSpace space = module_.variables[static_cast<std::size_t>(found->second)].space;
  return relocation.generic ? address + window_of(space) : address;
}

void ProgramBuilder::relocate(const Variable& variable, std::span<std::byte> bytes) {
  for (const Relocation& relocation : variable.relocations) {
    const Address value =
        (symbol_address(relocation) + static_cast<std::uint64_t>(relocation.addend)) >>
        relocation.shift_bits;
    const auto count = static_cast<std::size_t>(relocation.bytes);
    if (relocation.offset_bytes + count > bytes.size() || count > sizeof(value)) continue;
    std::memcpy(bytes.data() + relocation.offset_bytes, &value, count);
  }
}

// Variables that something names get their bytes.
void ProgramBuilder::fill_variables() {
  for (std::size_t i = 0; i < module_.variables.size(); ++i) {
    const Variable& variable = module_.variables[i];
    const Address address = parts_->variable_addresses[i];
    if (address == kUnknown || variable.space == StateSpace::kShared) continue;
    std::span<std::byte> bytes =
        variable.space == StateSpace::kConst
            ? std::span(parts_->constants).subspan(address, variable.size_bytes)
            : memory_.bytes(address);
    std::fill(bytes.begin(), bytes.end(), std::byte{0});
    const auto initial = std::as_bytes(std::span(variable.initial));
    std::copy_n(initial.begin(), std::min(initial.size(), bytes.size()), bytes.begin());
    relocate(variable, bytes);
  }
}

void ProgramBuilder::size_local_stack() {
  std::uint64_t all = 0;
  bool calls = false;
  for (const std::unique_ptr<DecodedFunction>& function : parts_->functions) {
    if (function == nullptr) continue;
    all += function->local_bytes;
    calls |= function->makes_calls;
  }
  if (calls && all != 0) all += kRecursionLocalBytes;
  parts_->local_stack_bytes = static_cast<std::uint32_t>(std::min(all, kMaxLocalBytes));
}

}  // namespace

namespace {

// The compiler's own headers: what stands there is not the reader's.
bool is_system_header(std::string_view file) {
  return file.starts_with("/usr/") || file.find("/cuda") != std::string_view::npos;
}

}  // namespace

SourcePlace source_place(const ProgramParts& parts, const SourceLocation& location) {
  const auto& files = parts.module->files;
  const auto is_file = [&](int file) { return file > 0 && file < static_cast<int>(files.size()); };
  if (!is_file(location.file) || location.line <= 0) return {parts.name, location.ptx_line};
  const std::string_view file = files[static_cast<std::size_t>(location.file)];
  if (is_file(location.inlined_file) && is_system_header(file)) {
    return {std::string(files[static_cast<std::size_t>(location.inlined_file)]),
            location.inlined_line};
  }
  return {std::string(file), location.line};
}

Program::Program(std::unique_ptr<ProgramParts> parts) : parts_(std::move(parts)) {}
Program::Program(Program&&) noexcept = default;
Program::~Program() = default;

const std::string& Program::entry() const {
  return parts_->entry_name;
}
const std::vector<Note>& Program::notes() const {
  return parts_->notes;
}
int Program::warp_instructions() const {
  std::size_t count = 0;
  for (const auto& function : parts_->functions) {
    if (function != nullptr) count += function->source->instructions.size();
  }
  return static_cast<int>(count);
}
int Program::rows_per_warp() const {
  return static_cast<int>((parts_->entry->registers_end - parts_->entry->registers_begin) /
                          kRowBytes);
}
std::uint32_t Program::static_shared_bytes() const {
  return parts_->module_shared_bytes;
}
bool Program::blocks_communicate() const {
  return parts_->communicates;
}

Program build(const Module& module, const std::string& entry, DeviceMemory& memory,
              const BuildOptions& options) {
  return Program(ProgramBuilder(module, entry, memory, options).build());
}

}  // namespace attnlab::ptx
