// SPDX-License-Identifier: MIT
#include "sim/ptx/program/rows.h"

#include <algorithm>
#include <limits>
#include <set>

namespace attnlab::ptx {
namespace {

constexpr std::size_t kMaxSetBits = std::size_t{1} << 27;  // of one kind of set, all blocks

// A set of registers as bits.
class RegisterSet {
 public:
  explicit RegisterSet(std::size_t registers) : words_((registers + 63) / 64) {}
  void insert(int r) { word(r) |= bit(r); }
  void erase(int r) { word(r) &= ~bit(r); }
  bool contains(int r) const { return (words_[static_cast<std::size_t>(r) / 64] & bit(r)) != 0; }
  bool empty() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t w) { return w == 0; });
  }
  // Adds `other`; whether anything was new.
  bool add(const RegisterSet& other) {
    bool grew = false;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      grew |= (other.words_[i] & ~words_[i]) != 0;
      words_[i] |= other.words_[i];
    }
    return grew;
  }
  template <class F>
  void for_each(F f) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t w = words_[i]; w != 0; w &= w - 1) {
        f(static_cast<int>(i * 64) + __builtin_ctzll(w));
      }
    }
  }

 private:
  static std::uint64_t bit(int r) { return std::uint64_t{1} << (r % 64); }
  std::uint64_t& word(int r) { return words_[static_cast<std::size_t>(r) / 64]; }
  std::vector<std::uint64_t> words_;
};

struct BlockSets {
  RegisterSet reads_first;  // read before the block writes it
  RegisterSet writes;       // surely written by the block
  RegisterSet in, out;      // live at its begin and end
};

std::vector<BlockSets> local_sets(const ControlFlow& flow, const std::vector<RegisterUse>& uses,
                                  std::size_t registers) {
  const RegisterSet none(registers);
  std::vector<BlockSets> sets(flow.blocks.size(), {none, none, none, none});
  for (std::size_t b = 0; b < flow.blocks.size(); ++b) {
    for (int i = flow.blocks[b].begin; i < flow.blocks[b].end; ++i) {
      const RegisterUse& use = uses[static_cast<std::size_t>(i)];
      for (int r : use.reads) {
        if (!sets[b].writes.contains(r)) sets[b].reads_first.insert(r);
      }
      for (int r : use.writes) {
        // A guarded write keeps the old value in some lanes: it reads as well.
        if (use.guarded && !sets[b].writes.contains(r)) sets[b].reads_first.insert(r);
        if (!use.guarded) sets[b].writes.insert(r);
      }
    }
    sets[b].in = sets[b].reads_first;
  }
  return sets;
}

std::vector<BlockSets> liveness(const ControlFlow& flow, const std::vector<RegisterUse>& uses,
                                std::size_t registers) {
  std::vector<BlockSets> sets = local_sets(flow, uses, registers);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t b = sets.size(); b-- > 0;) {
      bool grew = false;
      for (int successor : flow.blocks[b].successors) {
        grew |= sets[b].out.add(sets[static_cast<std::size_t>(successor)].in);
      }
      if (!grew) continue;
      changed = true;
      sets[b].out.for_each([&](int r) {
        if (!sets[b].writes.contains(r)) sets[b].in.insert(r);
      });
    }
  }
  return sets;
}

// From the first to the last place where a register is needed; instruction i reads at 2 i and
// writes at 2 i + 1.
struct Interval {
  int reg = 0;
  int begin = std::numeric_limits<int>::max();
  int end = -1;
  void include(int place) {
    begin = std::min(begin, place);
    end = std::max(end, place);
  }
};

std::vector<Interval> intervals_of(const ControlFlow& flow, const std::vector<RegisterUse>& uses,
                                   const std::vector<BlockSets>& sets, std::size_t registers) {
  std::vector<Interval> intervals(registers);
  for (std::size_t r = 0; r < registers; ++r) intervals[r].reg = static_cast<int>(r);
  const auto at = [&](int r) -> Interval& { return intervals[static_cast<std::size_t>(r)]; };
  for (std::size_t b = 0; b < sets.size(); ++b) {
    sets[b].in.for_each([&](int r) { at(r).include(2 * flow.blocks[b].begin); });
    sets[b].out.for_each([&](int r) { at(r).include(2 * flow.blocks[b].end); });
    for (int i = flow.blocks[b].begin; i < flow.blocks[b].end; ++i) {
      const RegisterUse& use = uses[static_cast<std::size_t>(i)];
      for (int r : use.reads) at(r).include(2 * i + (use.entangled ? 1 : 0));
      for (int r : use.temporaries) {
        at(r).include(2 * i);
        at(r).include(2 * i + 1);
      }
      for (int r : use.writes) {
        at(r).include(2 * i + 1);
        if (use.entangled) at(r).include(2 * i);
      }
    }
  }
  return intervals;
}

// Rows of one width: the lowest free one is taken first.
class RowPool {
 public:
  explicit RowPool(Row bytes) : bytes_(bytes) {}
  Row take() {
    if (free_.empty()) return count_++ * bytes_;
    const Row row = *free_.begin();
    free_.erase(free_.begin());
    return row;
  }
  void give_back(Row row) { free_.insert(row); }
  Row bytes() const { return count_ * bytes_; }

 private:
  Row bytes_;
  Row count_ = 0;
  std::set<Row> free_;
};

// Every register its own row: for a function too large to look at closely.
RowAssignment assign_separate_rows(const std::vector<bool>& wide, Row begin) {
  RowAssignment assignment;
  assignment.begin = begin;
  assignment.reads_unwritten = true;
  std::uint64_t next = begin;
  for (const bool is_wide : wide) {
    assignment.row_of.push_back(static_cast<Row>(next));
    next += is_wide ? kWideRowBytes : kRowBytes;
  }
  // So many rows are no frame at all: the caller refuses them.
  assignment.end = static_cast<Row>(std::min<std::uint64_t>(next, kNoRow));
  return assignment;
}

}  // namespace

RowAssignment assign_rows(const ControlFlow& flow, const std::vector<RegisterUse>& uses,
                          const std::vector<bool>& wide, Row begin) {
  if (flow.blocks.size() * wide.size() > kMaxSetBits) return assign_separate_rows(wide, begin);
  RowAssignment assignment;
  assignment.begin = begin;
  assignment.row_of.assign(wide.size(), kNoRow);
  const std::vector<BlockSets> sets = liveness(flow, uses, wide.size());
  assignment.reads_unwritten = !sets.empty() && !sets.front().in.empty();
  std::vector<Interval> intervals = intervals_of(flow, uses, sets, wide.size());
  std::sort(intervals.begin(), intervals.end(),
            [](const Interval& a, const Interval& b) { return a.begin < b.begin; });

  RowPool narrow_rows(kRowBytes);
  RowPool wide_rows(kWideRowBytes);
  const auto pool_of = [&](int reg) -> RowPool& {
    return wide[static_cast<std::size_t>(reg)] ? wide_rows : narrow_rows;
  };
  std::set<std::pair<int, int>> active;  // (end, register)
  for (const Interval& interval : intervals) {
    if (interval.end < 0) continue;  // never used
    while (!active.empty() && active.begin()->first < interval.begin) {
      const int done = active.begin()->second;
      pool_of(done).give_back(assignment.row_of[static_cast<std::size_t>(done)]);
      active.erase(active.begin());
    }
    assignment.row_of[static_cast<std::size_t>(interval.reg)] = pool_of(interval.reg).take();
    active.emplace(interval.end, interval.reg);
  }
  // 64-bit rows lie behind the others: rows of different widths never share bytes, because lanes
  // on different ways may hold different registers in one row.
  const Row wide_begin = begin + narrow_rows.bytes();
  for (std::size_t r = 0; r < wide.size(); ++r) {
    if (assignment.row_of[r] != kNoRow) assignment.row_of[r] += wide[r] ? wide_begin : begin;
  }
  assignment.end = wide_begin + wide_rows.bytes();
  return assignment;
}

}  // namespace attnlab::ptx
