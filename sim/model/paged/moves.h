// SPDX-License-Identifier: MIT
// Rungs that only move bits: in units of 16, 4 or 2 bytes, the largest that fits.
#pragma once

#include "sim/model/attention_block.h"
#include "sim/model/attention_cost.h"

namespace attnlab::model {

// Bytes of a unit in which runs of `elements` elements are copied.
int copy_unit_bytes(const Problem& problem, std::int64_t elements);

// Elements of a token, over all K/V heads, and of a page.
std::int64_t token_elements(const Problem& problem);
std::int64_t page_elements(const Problem& problem);

// A load or store of a run of elements of the problem's type.
machine::TileStep move_step(trace::EventKind kind, const Problem& problem, std::uint16_t tensor,
                            std::int64_t first, std::int64_t elements);

// A load of `count` integers by every thread of a block.
machine::TileStep read_integers_step(std::uint16_t tensor, std::int64_t first, int count);

}  // namespace attnlab::model
