// SPDX-License-Identifier: MIT
// The types of kernel arguments on the command line: words to bytes, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

namespace attnlab::cli {

enum class ElementType { kI8, kU8, kI16, kU16, kI32, kU32, kI64, kU64, kF16, kBf16, kF32, kF64 };

std::string name_of(ElementType type);  // "bf16"
std::size_t bytes_of(ElementType type);
bool is_floating(ElementType type);

// Throws problem::BadInput that suggests the nearest name.
ElementType parse_element_type(const std::string& name);

// Stores the low bits of an integer, or the value of a floating type nearest to it.
void store_count(ElementType type, std::uint64_t count, std::byte* element);
// Stores a number in a floating type, rounded to nearest even.
void store_float(ElementType type, float value, std::byte* element);
// Stores what was written in decimal: "-7", "0.5", "inf", "nan". Throws problem::BadInput where that
// is no value of the type; `option` is what the sentence calls it.
void store_written(ElementType type, const std::string& text, const std::string& option,
                   std::byte* element);

using Element = std::variant<std::int64_t, std::uint64_t, float, double>;
Element load_element(ElementType type, const std::byte* element);

std::string element_text(const Element& element);
// A number; infinities and NaN, for which JSON has none, are texts.
nlohmann::ordered_json element_json(const Element& element);

}  // namespace attnlab::cli
