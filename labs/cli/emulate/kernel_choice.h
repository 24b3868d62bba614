// SPDX-License-Identifier: MIT
// Which kernel of a module is meant, and whether the arguments suit it.
#pragma once

#include <span>
#include <string>

#include "labs/cli/emulate/argument.h"
#include "sim/ptx/syntax/module.h"

namespace attnlab::cli {

// A kernel's name as people write it.
struct KernelName {
  std::string symbol;     // "_Z5scalePfif", as in the PTX
  std::string signature;  // "scale(float*, int, float)"; the symbol of an extern "C" kernel
  std::string qualified;  // "ns::scale<4>"
  std::string base;       // "scale"
};
KernelName kernel_name(std::string_view symbol);

// A message with the kernel as people write it in place of its symbol.
std::string with_readable_name(std::string message, const KernelName& kernel);

struct KernelChoice {
  const ptx::Function* function = nullptr;
  KernelName name;
};

// The kernel that `asked` names: by symbol, signature, qualified name or base name; the only one
// where `asked` is empty. Throws problem::BadInput that lists the candidates where none or several
// are meant.
KernelChoice choose_kernel(const ptx::Module& module, const std::string& asked,
                           const std::string& file);

// Throws problem::BadInput where number, sizes or types of the arguments are not the kernel's.
void require_suitable(const KernelChoice& kernel, std::span<const Argument> arguments);

}  // namespace attnlab::cli
