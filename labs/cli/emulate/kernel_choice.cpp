// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/kernel_choice.h"

#include <cxxabi.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include "sim/problem/nearest_name.h"
#include "sim/problem/problem.h"

namespace attnlab::cli {
namespace {

using problem::BadInput;

std::string demangled(const std::string& symbol) {
  if (!symbol.starts_with("_Z")) return symbol;  // `t` would be read as a type
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text != nullptr ? text.get() : symbol;
}

// Where the bracket that closes at the text's end was opened; npos where there is none.
std::size_t opening_of_last(const std::string& text, char open, char close) {
  if (text.empty() || text.back() != close) return std::string::npos;
  int depth = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (text[i] == close) ++depth;
    if (text[i] == open && --depth == 0) return i;
  }
  return std::string::npos;
}

// The texts between top-level commas.
std::vector<std::string> split_list(const std::string& list) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (char c : list) {
    if (c == '<' || c == '(' || c == '[') ++depth;
    if (c == '>' || c == ')' || c == ']') --depth;
    if (c == ',' && depth == 0) {
      parts.push_back(std::move(part));
      part.clear();
    } else if (c != ' ' || !part.empty()) {
      part += c;
    }
  }
  if (!part.empty()) parts.push_back(std::move(part));
  return parts;
}

// The parameters' C++ types, where the symbol tells them.
std::optional<std::vector<std::string>> parameter_types(const KernelName& name) {
  const std::size_t open = opening_of_last(name.signature, '(', ')');
  if (open == std::string::npos) return std::nullopt;
  return split_list(name.signature.substr(open + 1, name.signature.size() - open - 2));
}

struct CppType {
  const char* name;
  ElementType type;
};
constexpr CppType kCppTypes[] = {
    {"char", ElementType::kI8},          {"signed char", ElementType::kI8},
    {"unsigned char", ElementType::kU8}, {"bool", ElementType::kU8},
    {"short", ElementType::kI16},        {"unsigned short", ElementType::kU16},
    {"int", ElementType::kI32},          {"unsigned int", ElementType::kU32},
    {"long", ElementType::kI64},         {"unsigned long", ElementType::kU64},
    {"long long", ElementType::kI64},    {"unsigned long long", ElementType::kU64},
    {"__half", ElementType::kF16},       {"__nv_bfloat16", ElementType::kBf16},
    {"float", ElementType::kF32},        {"double", ElementType::kF64}};

std::optional<ElementType> element_type_of(std::string cpp_type) {
  for (const char* qualifier : {" const", " volatile"}) {
    if (cpp_type.ends_with(qualifier)) {
      cpp_type.resize(cpp_type.size() - std::string(qualifier).size());
    }
  }
  for (const CppType& row : kCppTypes) {
    if (cpp_type == row.name) return row.type;
  }
  return std::nullopt;
}

// Signed or not is a matter of view; size and kind are not.
bool same_kind(ElementType a, ElementType b) {
  return bytes_of(a) == bytes_of(b) && is_floating(a) == is_floating(b) &&
         (!is_floating(a) || a == b);
}

// Why an argument does not suit a parameter of this C++ type, or empty. What is not a built-in type
// (a struct, a vector type) takes any argument of its size.
std::string objection_to_type(const std::string& cpp_type, const Argument& argument) {
  const bool pointer = cpp_type.ends_with("*");
  const bool null_or_address = !argument.is_array() && !is_floating(argument.type) &&
                               bytes_of(argument.type) == sizeof(ptx::Address);
  if (pointer && !argument.is_array() && !null_or_address) {
    return "a pointer takes an array, TYPE[N]";
  }
  const std::optional<ElementType> wanted =
      element_type_of(pointer ? cpp_type.substr(0, cpp_type.size() - 1) : cpp_type);
  if (!wanted || (pointer && !argument.is_array())) return "";
  if (!pointer && argument.is_array()) return "a value is no array";
  return same_kind(*wanted, argument.type)
             ? ""
             : fmt::format("write {} for it", name_of(*wanted) + (pointer ? "[N]" : "=VALUE"));
}

// Why an argument's bytes do not suit the parameter in the PTX, or empty.
std::string objection_to_bytes(const ptx::Variable& parameter, const Argument& argument) {
  const std::uint64_t given = argument.is_array() ? sizeof(ptx::Address) : bytes_of(argument.type);
  if (given != parameter.size_bytes) {
    return fmt::format("it has {} bytes, and {} gives {}", parameter.size_bytes,
                       argument.is_array() ? "an array's address" : name_of(argument.type), given);
  }
  const bool floating =
      parameter.type == ptx::ScalarType::kF32 || parameter.type == ptx::ScalarType::kF64;
  if (floating && (argument.is_array() || !is_floating(argument.type))) {
    return "it is a floating-point number";
  }
  return "";
}

std::vector<KernelChoice> kernels_of(const ptx::Module& module) {
  std::vector<KernelChoice> kernels;
  for (const ptx::Function& function : module.functions) {
    if (function.is_entry && function.has_body) {
      kernels.push_back({&function, kernel_name(function.name)});
    }
  }
  return kernels;
}

std::vector<std::string> signatures(const std::vector<KernelChoice>& kernels) {
  std::vector<std::string> all;
  for (const KernelChoice& kernel : kernels) all.push_back(kernel.name.signature);
  return all;
}

}  // namespace

KernelName kernel_name(std::string_view symbol) {
  KernelName name;
  name.symbol = symbol;
  name.signature = demangled(name.symbol);
  if (name.signature.starts_with("void ")) name.signature.erase(0, 5);  // of a template
  name.qualified = name.signature.substr(0, opening_of_last(name.signature, '(', ')'));
  name.base = name.qualified.substr(0, opening_of_last(name.qualified, '<', '>'));
  const std::size_t scope = name.base.rfind("::");
  if (scope != std::string::npos) name.base.erase(0, scope + 2);
  return name;
}

std::string with_readable_name(std::string message, const KernelName& kernel) {
  const std::size_t at = message.find(kernel.symbol);
  if (at != std::string::npos) message.replace(at, kernel.symbol.size(), kernel.qualified);
  return message;
}

KernelChoice choose_kernel(const ptx::Module& module, const std::string& asked,
                           const std::string& file) {
  const std::vector<KernelChoice> kernels = kernels_of(module);
  if (kernels.empty()) throw BadInput(fmt::format("{} has no kernel (__global__)", file));
  if (asked.empty()) {
    if (kernels.size() == 1) return kernels.front();
    throw BadInput(fmt::format("{} has {} kernels; choose one with --kernel: {}", file,
                               kernels.size(), fmt::join(signatures(kernels), "; ")));
  }
  for (const auto part :
       {&KernelName::symbol, &KernelName::signature, &KernelName::qualified, &KernelName::base}) {
    std::vector<KernelChoice> meant;
    for (const KernelChoice& kernel : kernels) {
      if (kernel.name.*part == asked) meant.push_back(kernel);
    }
    if (meant.size() == 1) return meant.front();
    if (meant.size() > 1) {
      throw BadInput(fmt::format("--kernel {} is any of {} in {}; name one: {}", asked,
                                 meant.size(), file, fmt::join(signatures(meant), "; ")));
    }
  }
  std::vector<std::string> known;
  for (const KernelChoice& kernel : kernels) known.push_back(kernel.name.qualified);
  throw BadInput(problem::unknown_name_message("kernel", asked, known));
}

void require_suitable(const KernelChoice& kernel, std::span<const Argument> arguments) {
  const std::vector<ptx::Variable>& parameters = kernel.function->parameters;
  if (arguments.size() != parameters.size()) {
    throw BadInput(fmt::format(
        "{} takes {} argument{}; {} {} given with --arg", kernel.name.signature, parameters.size(),
        parameters.size() == 1 ? "" : "s", arguments.size(), arguments.size() == 1 ? "is" : "are"));
  }
  std::optional<std::vector<std::string>> types = parameter_types(kernel.name);
  if (types && types->size() != parameters.size()) types.reset();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    std::string objection = types ? objection_to_type((*types)[i], arguments[i]) : "";
    if (objection.empty()) objection = objection_to_bytes(parameters[i], arguments[i]);
    if (objection.empty()) continue;
    throw BadInput(fmt::format("--arg {} does not suit argument {} of {}{}: {}",
                               arguments[i].written, i, kernel.name.qualified,
                               types ? ", " + (*types)[i] : "", objection));
  }
}

}  // namespace attnlab::cli
