# attnlab_write_mufu_tables(DATA_DIR HEADER): turns data/mufu.csv and data/mufu_tanh.csv into a header
# of constant tables. It runs at configure time, so that device code, which is compiled outside of
# CMake's targets, can include the header without a build dependency.

# Collects "{c0, c1, c2}," lines of one function and one exponent parity ("" where there is none).
function(attnlab_mufu_rows rows function parity out)
  set(text "")
  set(expected_segment 0)
  foreach(row IN LISTS rows)
    if(NOT row MATCHES "^${function},${parity},([0-9]+),([0-9]+),([0-9]+),([0-9]+)$")
      continue()
    endif()
    if(NOT CMAKE_MATCH_1 EQUAL expected_segment)
      message(FATAL_ERROR "mufu.csv: ${function} ${parity}: segment ${CMAKE_MATCH_1} is out of order")
    endif()
    math(EXPR expected_segment "${expected_segment} + 1")
    string(APPEND text "      {${CMAKE_MATCH_2}u, ${CMAKE_MATCH_3}u, ${CMAKE_MATCH_4}u},\n")
  endforeach()
  if(expected_segment EQUAL 0)
    message(FATAL_ERROR "mufu.csv: no rows for ${function} ${parity}")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
  set(${out}_count ${expected_segment} PARENT_SCOPE)
endfunction()

# One accessor. A function-local static is in host memory for the host and in device memory for the
# device, under both CUDA compilers.
function(attnlab_mufu_accessor name type count body out)
  set(${out} "${${out}}
ATTNLAB_HOST_DEVICE inline const ${type}& ${name}(std::uint32_t index) {
  static constexpr ${type} kRows[${count}] = {
${body}  };
  return kRows[index];
}
" PARENT_SCOPE)
endfunction()

function(attnlab_write_mufu_tables data_dir header)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${data_dir}/mufu.csv ${data_dir}/mufu_tanh.csv)
  file(STRINGS ${data_dir}/mufu.csv rows)
  set(functions "")
  foreach(function IN ITEMS ex2 rcp lg2 sin)
    attnlab_mufu_rows("${rows}" ${function} "" body)
    attnlab_mufu_accessor(${function}_row Quadratic ${body_count} "${body}" functions)
  endforeach()
  foreach(function IN ITEMS rsqrt sqrt)
    attnlab_mufu_rows("${rows}" ${function} "even" even)
    attnlab_mufu_rows("${rows}" ${function} "odd" odd)
    math(EXPR count "${even_count} + ${odd_count}")
    attnlab_mufu_accessor(${function}_row Quadratic ${count} "${even}${odd}" functions)
  endforeach()

  file(STRINGS ${data_dir}/mufu_tanh.csv rows)
  set(pieces "")
  set(binades "")
  set(count 0)
  foreach(row IN LISTS rows)
    if(row MATCHES "^(-?[0-9]+),([0-9]+),([0-9]+),([0-9]+),([0-9]+),([0-9]+),([0-9]+)$")
      if(CMAKE_MATCH_2 EQUAL 0)
        string(APPEND binades "      {${count}u, ${CMAKE_MATCH_3}u, ${CMAKE_MATCH_4}u},\n")
      endif()
      string(APPEND pieces "      {${CMAKE_MATCH_5}u, ${CMAKE_MATCH_6}u, ${CMAKE_MATCH_7}u},\n")
      math(EXPR count "${count} + 1")
    endif()
  endforeach()
  attnlab_mufu_accessor(tanh_row Quadratic ${count} "${pieces}" functions)
  attnlab_mufu_accessor(tanh_binade TanhBinade 11 "${binades}" functions)

  file(CONFIGURE OUTPUT ${header} @ONLY CONTENT [[
// SPDX-License-Identifier: MIT
// Generated from sim/numerics/data/mufu.csv and mufu_tanh.csv: do not edit.
#pragma once

#include "sim/numerics/host_device.h"

namespace attnlab::numerics::mufu {

// The coefficients of one segment: the unit evaluates c0, c1 * x and c2 * x^2 in fixed point.
struct Quadratic {
  std::uint32_t c0, c1, c2;
};

// One binade of tanh, exponents -8 to 2: where its rows begin, its 2^piece_bits pieces, its scale.
struct TanhBinade {
  std::uint32_t first_row, piece_bits, shift;
};
@functions@
}  // namespace attnlab::numerics::mufu
]])
endfunction()
