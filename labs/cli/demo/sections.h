// SPDX-License-Identifier: MIT
// The sections of `attnlab demo`. Each computes its figures, prints them where `print` is set, and
// returns them as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace attnlab::cli::demo {

// The model's bits against what an H200 computed, and against a GPU if one is here.
// {"problems": n, "different": n, …}
nlohmann::ordered_json show_bits(bool print);

// The lecture's table: FLOPs and device-memory bytes of standard and flash attention.
nlohmann::ordered_json show_lecture_table(bool print);

// Memory against sequence length: quadratic against linear. Draws it into `folder`.
nlohmann::ordered_json show_memory(bool print, const std::string& folder);

// How attention is partitioned over thread blocks: FlashAttention-1's order of loops and 2's, and
// tiles that a causal mask hides.
nlohmann::ordered_json show_thread_blocks(bool print);

// … and over the warps of a block: split K and V, or split Q.
nlohmann::ordered_json show_warps(bool print);

// One query over many keys: blocks in flight by the number of splits, and recorded times.
nlohmann::ordered_json show_decoding(bool print);

// Pages through a block table, against a cache in one piece.
nlohmann::ordered_json show_paging(bool print);

// Writes an event log, its Perfetto export and its picture into `folder`.
nlohmann::ordered_json show_event_log(bool print, const std::string& folder);

}  // namespace attnlab::cli::demo
