// SPDX-License-Identifier: MIT
#include "labs/cli/emulate/element_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <vector>

#include "sim/numerics/formats.h"
#include "sim/problem/nearest_name.h"
#include "sim/problem/problem.h"

namespace attnlab::cli {
namespace {

enum class Kind { kSigned, kUnsigned, kFloating };

struct TypeRow {
  const char* name;
  std::size_t bytes;
  Kind kind;
};

// By ElementType.
constexpr std::array<TypeRow, 12> kTypes = {{{"i8", 1, Kind::kSigned},
                                             {"u8", 1, Kind::kUnsigned},
                                             {"i16", 2, Kind::kSigned},
                                             {"u16", 2, Kind::kUnsigned},
                                             {"i32", 4, Kind::kSigned},
                                             {"u32", 4, Kind::kUnsigned},
                                             {"i64", 8, Kind::kSigned},
                                             {"u64", 8, Kind::kUnsigned},
                                             {"f16", 2, Kind::kFloating},
                                             {"bf16", 2, Kind::kFloating},
                                             {"f32", 4, Kind::kFloating},
                                             {"f64", 8, Kind::kFloating}}};

const TypeRow& row_of(ElementType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

// A number that fills the whole text.
template <class Number>
bool read_number(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

bool read_integer(const TypeRow& type, const std::string& text, std::uint64_t& bits) {
  const int unused_bits = 64 - 8 * static_cast<int>(type.bytes);
  if (type.kind == Kind::kUnsigned) {
    return read_number(text, bits) && bits <= ~std::uint64_t{0} >> unused_bits;
  }
  std::int64_t number = 0;
  const std::int64_t most = INT64_MAX >> unused_bits;
  if (!read_number(text, number) || number > most || number < -most - 1) return false;
  bits = static_cast<std::uint64_t>(number);
  return true;
}

}  // namespace

std::string name_of(ElementType type) {
  return row_of(type).name;
}
std::size_t bytes_of(ElementType type) {
  return row_of(type).bytes;
}
bool is_floating(ElementType type) {
  return row_of(type).kind == Kind::kFloating;
}

ElementType parse_element_type(const std::string& name) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    if (name == kTypes[i].name) return static_cast<ElementType>(i);
    known.emplace_back(kTypes[i].name);
  }
  throw problem::BadInput(problem::unknown_name_message("type of --arg", name, known));
}

void store_count(ElementType type, std::uint64_t count, std::byte* element) {
  if (type == ElementType::kF64) {
    const auto value = static_cast<double>(count);
    std::memcpy(element, &value, sizeof(value));
  } else if (is_floating(type)) {
    store_float(type, static_cast<float>(count), element);
  } else {
    std::memcpy(element, &count, bytes_of(type));  // little-endian: the low bytes
  }
}

void store_float(ElementType type, float value, std::byte* element) {
  if (type == ElementType::kF64) {
    const auto wide = static_cast<double>(value);
    std::memcpy(element, &wide, sizeof(wide));
  } else if (type == ElementType::kF32) {
    std::memcpy(element, &value, sizeof(value));
  } else {
    const std::uint16_t bits =
        type == ElementType::kF16 ? numerics::f16_from_f32(value) : numerics::bf16_from_f32(value);
    std::memcpy(element, &bits, sizeof(bits));
  }
}

void store_written(ElementType type, const std::string& text, const std::string& option,
                   std::byte* element) {
  double wide = 0;
  float narrow = 0;
  std::uint64_t bits = 0;
  if (type == ElementType::kF64 && read_number(text, wide)) {
    std::memcpy(element, &wide, sizeof(wide));
  } else if (is_floating(type) && type != ElementType::kF64 && read_number(text, narrow)) {
    store_float(type, narrow, element);
  } else if (!is_floating(type) && read_integer(row_of(type), text, bits)) {
    std::memcpy(element, &bits, bytes_of(type));
  } else {
    throw problem::BadInput(
        fmt::format("{}: \"{}\" is no value of {}", option, text, row_of(type).name));
  }
}

Element load_element(ElementType type, const std::byte* element) {
  const TypeRow& row = row_of(type);
  std::uint64_t bits = 0;
  std::memcpy(&bits, element, row.bytes);
  switch (type) {
    case ElementType::kF16:
      return numerics::f32_from_f16(static_cast<std::uint16_t>(bits));
    case ElementType::kBf16:
      return numerics::f32_from_bf16(static_cast<std::uint16_t>(bits));
    case ElementType::kF32:
      return numerics::float_of_bits(static_cast<std::uint32_t>(bits));
    case ElementType::kF64: {
      double value = 0;
      std::memcpy(&value, &bits, sizeof(value));
      return value;
    }
    default:
      break;
  }
  if (row.kind == Kind::kUnsigned) return bits;
  const int unused_bits = 64 - 8 * static_cast<int>(row.bytes);
  return static_cast<std::int64_t>(bits << unused_bits) >> unused_bits;
}

std::string element_text(const Element& element) {
  return std::visit([](auto value) { return fmt::format("{}", value); }, element);
}

nlohmann::ordered_json element_json(const Element& element) {
  return std::visit(
      [](auto value) -> nlohmann::ordered_json {
        if constexpr (std::is_floating_point_v<decltype(value)>) {
          if (!std::isfinite(value)) return fmt::format("{}", value);
        }
        return value;
      },
      element);
}

}  // namespace attnlab::cli
