// SPDX-License-Identifier: MIT
#include "kernels/probe/instructions/forms/forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace attnlab::probe {

void FormList::family(std::string_view name, int architecture) {
  family_ = name;
  architecture_ = architecture;
}

void FormList::add(const std::string& instruction, Result result, std::vector<Draw> operands) {
  std::string body = instruction + " %d0";
  for (std::size_t i = 0; i < operands.size(); ++i) body += fmt::format(", %s{}", i);
  add_body(instruction, {result}, std::move(operands), body + ";");
}

void FormList::add_body(const std::string& name, std::vector<Result> results,
                        std::vector<Draw> operands, std::string body, std::size_t in_memory) {
  forms_.push_back({.name = name,
                    .family = family_,
                    .architecture = architecture_,
                    .results = std::move(results),
                    .operands = std::move(operands),
                    .body = std::move(body),
                    .in_memory = in_memory});
}

const std::vector<Form>& all_forms() {
  static const std::vector<Form> forms = [] {
    FormList list;
    add_integer_forms(list);
    add_bit_forms(list);
    add_compare_forms(list);
    add_float_forms(list);
    add_half_forms(list);
    add_convert_forms(list);
    add_memory_forms(list);
    add_atomic_forms(list);
    add_warp_forms(list);
    std::vector<Form> all = list.take();
    std::stable_sort(all.begin(), all.end(),
                     [](const Form& a, const Form& b) { return a.architecture < b.architecture; });
    return all;
  }();
  return forms;
}

std::vector<std::span<const Form>> modules_of(std::span<const Form> forms) {
  std::vector<std::span<const Form>> modules;
  std::size_t first = 0;
  for (std::size_t i = 1; i <= forms.size(); ++i) {
    const bool ends = i == forms.size() || i - first == kFormsPerModule ||
                      forms[i].architecture != forms[first].architecture;
    if (!ends) continue;
    modules.push_back(forms.subspan(first, i - first));
    first = i;
  }
  return modules;
}

std::span<const IntegerType> integer_types() {
  static const IntegerType types[] = {{"u16", 16, false, Result::k16, Draw::kInteger16},
                                      {"s16", 16, true, Result::k16, Draw::kInteger16},
                                      {"u32", 32, false, Result::k32, Draw::kInteger32},
                                      {"s32", 32, true, Result::k32, Draw::kInteger32},
                                      {"u64", 64, false, Result::k64, Draw::kInteger64},
                                      {"s64", 64, true, Result::k64, Draw::kInteger64}};
  return types;
}

std::span<const IntegerType> bit_types() {
  static const IntegerType types[] = {{"b16", 16, false, Result::k16, Draw::kInteger16},
                                      {"b32", 32, false, Result::k32, Draw::kInteger32},
                                      {"b64", 64, false, Result::k64, Draw::kInteger64}};
  return types;
}

}  // namespace attnlab::probe
