// SPDX-License-Identifier: MIT
// The kernel that tries a form, as PTX: thread i takes the i-th tuple of operands, executes the
// body, stores the results.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "kernels/probe/instructions/forms/forms.h"

namespace attnlab::probe {

// What is written at the start of a module: version, target (80 or 90), address size.
std::string module_header(int architecture);

// `.visible .entry NAME(.param .u64 operands, .param .u64 results)`; launched with
// kThreadsPerBlock threads a block, tuple_count(form.operands) in all. Both arrays are 8 bytes an
// element, element i of operand or result k at index k * tuple_count + i.
std::string form_kernel(const Form& form, const std::string& name);

// The entry names of a module with several forms, in order: "form_0" ….
std::string entry_name(std::size_t index);
std::string form_module(std::span<const Form> forms);

}  // namespace attnlab::probe
