// SPDX-License-Identifier: MIT
#include "tests/numerics/golden_vectors.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace attnlab::numerics {
namespace {

// The rows of a CSV file below its header line.
std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  const std::string path = std::string(ATTNLAB_SOURCE_DIR) + "/tests/golden/" + name;
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::vector<std::string>> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    rows.emplace_back();
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

std::uint32_t hex(const std::string& digits) {
  return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
}

template <int kCount>
int index_of(const char* const (&names)[kCount], const std::string& name) {
  for (int i = 0; i < kCount; ++i) {
    if (name == names[i]) return i;
  }
  throw std::runtime_error("no such name: " + name);
}

std::vector<std::uint32_t> operands(const std::string& digits, MmaFormat format) {
  const std::size_t width = 2 * static_cast<std::size_t>(operand_bytes(format));
  std::vector<std::uint32_t> values;
  for (std::size_t i = 0; i < digits.size(); i += width)
    values.push_back(hex(digits.substr(i, width)));
  return values;
}

}  // namespace

std::vector<MufuVector> golden_mufu_vectors() {
  std::vector<MufuVector> vectors;
  for (const auto& row : rows_of("vectors_mufu.csv")) {
    vectors.push_back(
        {static_cast<MufuOp>(index_of(kMufuOpNames, row.at(0))), hex(row.at(1)), hex(row.at(2))});
  }
  return vectors;
}

std::vector<MmaVector> golden_mma_vectors() {
  std::vector<MmaVector> vectors;
  for (const auto& row : rows_of("vectors_mma.csv")) {
    const auto format = static_cast<MmaFormat>(index_of(kMmaFormatNames, row.at(0)));
    vectors.push_back({format, operands(row.at(1), format), operands(row.at(2), format),
                       hex(row.at(3)), hex(row.at(4))});
  }
  return vectors;
}

}  // namespace attnlab::numerics
