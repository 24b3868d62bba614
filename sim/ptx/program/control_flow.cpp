// SPDX-License-Identifier: MIT
#include "sim/ptx/program/control_flow.h"

#include <algorithm>

namespace attnlab::ptx {
namespace {

bool is_branch(const Instruction& instruction) {
  return instruction.name == "bra" || instruction.name == "brx";
}
bool leaves_function(const Instruction& instruction) {
  return instruction.name == "ret" || instruction.name == "exit" || instruction.name == "trap";
}
bool ends_block(const Instruction& instruction) {
  return is_branch(instruction) || leaves_function(instruction);
}

// The labels that a branch may go to.
std::vector<int> targets_of(const Function& function, const Instruction& branch) {
  std::vector<int> targets;
  for (const Operand& operand : branch.operands) {
    if (operand.kind == OperandKind::kLabel) targets.push_back(operand.index);
    if (operand.kind == OperandKind::kLabelList) {
      const std::vector<int>& list = function.label_lists[static_cast<std::size_t>(operand.index)];
      targets.insert(targets.end(), list.begin(), list.end());
    }
  }
  return targets;
}

void find_blocks(const Function& function, ControlFlow& flow) {
  const std::size_t count = function.instructions.size();
  std::vector<bool> leader(count + 1, false);
  leader[0] = true;
  for (const Label& label : function.labels) {
    leader[static_cast<std::size_t>(label.instruction)] = true;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (ends_block(function.instructions[i])) leader[i + 1] = true;
  }
  flow.block_of.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    if (leader[i]) flow.blocks.push_back({static_cast<int>(i), static_cast<int>(i), {}, false});
    flow.blocks.back().end = static_cast<int>(i) + 1;
    flow.block_of[i] = static_cast<int>(flow.blocks.size()) - 1;
  }
}

// Draws the edges. One to a block that does nothing but leave is a way to leave.
class EdgeMaker {
 public:
  EdgeMaker(const Function& function, ControlFlow& flow)
      : function_(function), flow_(flow), last_source_(flow.blocks.size(), -1) {}

  void connect(int index) {
    BasicBlock& block = flow_.blocks[static_cast<std::size_t>(index)];
    const Instruction& last = function_.instructions[static_cast<std::size_t>(block.end) - 1];
    if (is_branch(last)) {
      for (int label : targets_of(function_, last)) {
        add(index, function_.labels[static_cast<std::size_t>(label)].instruction);
      }
    }
    block.leaves |= leaves_function(last);
    if (!ends_block(last) || last.guard >= 0) add(index, block.end);
  }

 private:
  void add(int source, int instruction) {
    BasicBlock& block = flow_.blocks[static_cast<std::size_t>(source)];
    const auto place = static_cast<std::size_t>(instruction);
    if (place >= function_.instructions.size() || (leaves_function(function_.instructions[place]) &&
                                                   function_.instructions[place].guard < 0)) {
      block.leaves = true;
      return;
    }
    const int target = flow_.block_of[place];
    int& last_source = last_source_[static_cast<std::size_t>(target)];
    if (last_source != source) block.successors.push_back(target);
    last_source = source;
  }

  const Function& function_;
  ControlFlow& flow_;
  std::vector<int> last_source_;  // by target: whose edge was the last one
};

// Immediate post-dominators by Cooper, Harvey and Kennedy's iteration ("A Simple, Fast Dominance
// Algorithm", 2001) on the reversed graph. The exit is node number blocks.size(). -1 where a block
// cannot reach the exit.
//
// Lanes that leave need not be met: a way to leave in the middle of other ways does not count, so
// that the lanes which stay meet as if it were not there. Where every way out is such a one (an
// endless loop with a return in it), it does.
class PostDominators {
 public:
  explicit PostDominators(const ControlFlow& flow)
      : exit_(static_cast<int>(flow.blocks.size())), predecessors_(flow.blocks.size() + 1) {
    for (int b = 0; b < exit_; ++b) {
      const BasicBlock& block = flow.blocks[static_cast<std::size_t>(b)];
      for (int s : block.successors) predecessors_[static_cast<std::size_t>(s)].push_back(b);
    }
    find_ends(flow);
    number_nodes();
    iterate(flow);
  }

  int of(int block) const { return immediate_[static_cast<std::size_t>(block)]; }
  int exit() const { return exit_; }

 private:
  // Blocks that nothing follows are the ends; those which cannot reach one end where they leave.
  void find_ends(const ControlFlow& flow) {
    std::vector<int>& ends = predecessors_[static_cast<std::size_t>(exit_)];
    std::vector<bool> reaches(flow.blocks.size(), false);
    std::vector<int> next;
    for (int b = 0; b < exit_; ++b) {
      if (flow.blocks[static_cast<std::size_t>(b)].successors.empty()) next.push_back(b);
    }
    ends = next;
    while (!next.empty()) {
      const auto block = static_cast<std::size_t>(next.back());
      next.pop_back();
      if (reaches[block]) continue;
      reaches[block] = true;
      next.insert(next.end(), predecessors_[block].begin(), predecessors_[block].end());
    }
    for (int b = 0; b < exit_; ++b) {
      const auto block = static_cast<std::size_t>(b);
      if (flow.blocks[block].leaves && !reaches[block]) ends.push_back(b);
    }
    is_end_.assign(flow.blocks.size(), false);
    for (int b : ends) is_end_[static_cast<std::size_t>(b)] = true;
  }

  // Post-order of the reversed graph from the exit, without recursion.
  void number_nodes() {
    number_.assign(predecessors_.size(), -1);
    std::vector<std::pair<int, std::size_t>> stack = {{exit_, 0}};
    std::vector<bool> seen(predecessors_.size(), false);
    seen[static_cast<std::size_t>(exit_)] = true;
    while (!stack.empty()) {
      auto& [node, next] = stack.back();
      const std::vector<int>& edges = predecessors_[static_cast<std::size_t>(node)];
      if (next < edges.size()) {
        const int child = edges[next++];
        if (!seen[static_cast<std::size_t>(child)]) {
          seen[static_cast<std::size_t>(child)] = true;
          stack.emplace_back(child, 0);
        }
        continue;
      }
      number_[static_cast<std::size_t>(node)] = static_cast<int>(order_.size());
      order_.push_back(node);
      stack.pop_back();
    }
  }

  void iterate(const ControlFlow& flow) {
    immediate_.assign(predecessors_.size(), -1);
    immediate_[static_cast<std::size_t>(exit_)] = exit_;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t k = order_.size() - 1; k-- > 0;) {  // all but the exit, reverse post-order
        const int node = order_[k];
        const BasicBlock& block = flow.blocks[static_cast<std::size_t>(node)];
        int best = is_end_[static_cast<std::size_t>(node)] ? exit_ : -1;
        for (int successor : block.successors) {
          if (immediate_[static_cast<std::size_t>(successor)] < 0) continue;
          best = best < 0 ? successor : common(best, successor);
        }
        if (best != immediate_[static_cast<std::size_t>(node)]) {
          immediate_[static_cast<std::size_t>(node)] = best;
          changed = true;
        }
      }
    }
  }

  int common(int a, int b) const {
    while (a != b) {
      int& lower =
          number_[static_cast<std::size_t>(a)] < number_[static_cast<std::size_t>(b)] ? a : b;
      lower = immediate_[static_cast<std::size_t>(lower)];
    }
    return a;
  }

  int exit_;
  std::vector<std::vector<int>> predecessors_;
  std::vector<bool> is_end_;
  std::vector<int> number_;
  std::vector<int> order_;
  std::vector<int> immediate_;
};

}  // namespace

ControlFlow control_flow(const Function& function) {
  ControlFlow flow;
  const std::size_t count = function.instructions.size();
  flow.join_of.assign(count, -1);
  flow.is_join.assign(count, false);
  if (count == 0) return flow;
  find_blocks(function, flow);
  EdgeMaker edges(function, flow);
  for (std::size_t b = 0; b < flow.blocks.size(); ++b) edges.connect(static_cast<int>(b));
  const PostDominators post_dominators(flow);
  for (std::size_t b = 0; b < flow.blocks.size(); ++b) {
    const BasicBlock& block = flow.blocks[b];
    if (block.successors.size() < 2) continue;
    const int meeting = post_dominators.of(static_cast<int>(b));
    if (meeting < 0 || meeting == post_dominators.exit()) continue;
    const int join = flow.blocks[static_cast<std::size_t>(meeting)].begin;
    flow.join_of[static_cast<std::size_t>(block.end) - 1] = join;
    flow.is_join[static_cast<std::size_t>(join)] = true;
  }
  return flow;
}

}  // namespace attnlab::ptx
