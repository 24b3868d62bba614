// SPDX-License-Identifier: MIT
#include "tests/repository/checks/includes.h"

#include <catch2/catch_test_macros.hpp>

namespace attnlab::repository {
namespace {

std::string including(const std::string& name) {
  return "// a file\n#include <vector>\n#include \"" + name + "\"\n";
}

// `includer` with that one include, beside every file that the cases name.
Tree tree_with(const std::string& includer, const std::string& included) {
  Tree tree = {{"sim/numerics/formats.h", ""},
               {"sim/numerics/mask.h", ""},
               {"sim/problem/problem.h", ""},
               {"sim/problem/input_element.h", ""},
               {"sim/trace/event.h", ""},
               {"sim/machine/run.h", ""},
               {"sim/model/rung_model.h", ""},
               {"sim/oracle/oracle.h", ""},
               {"sim/embed/embedded_file.h", ""},
               {"kernels/registry.h", ""},
               {"kernels/common/tile.cuh", ""},
               {"kernels/decode/attend.cuh", ""},
               {"labs/cli/command.h", ""},
               {"viz/model/replay.h", ""},
               {"tests/trace/log_maker.h", ""},
               {"sim/machine/CMakeLists.txt", "attnlab_embed(attnlab_machine gpu_files a=b)"},
               {"sim/numerics/tables.cmake", "file(WRITE sim/numerics/tables.h)"}};
  tree[includer] = including(included);
  return tree;
}

struct Case {
  const char* includer;
  const char* included;
};

TEST_CASE("an include in an allowed direction passes") {
  for (const Case& allowed : {
           Case{"sim/numerics/new.h", "sim/numerics/mask.h"},
           Case{"sim/problem/new.h", "sim/numerics/mask.h"},
           Case{"sim/numerics/new.h", "sim/numerics/tables.h"},
           Case{"sim/oracle/new.cpp", "sim/problem/problem.h"},
           Case{"sim/oracle/new.cpp", "sim/numerics/formats.h"},
           Case{"sim/machine/new.cpp", "sim/trace/event.h"},
           Case{"sim/machine/new.cpp", "gpu_files.h"},
           Case{"sim/model/flash_fwd/02_new.cpp", "sim/machine/run.h"},
           Case{"kernels/flash_fwd/02_new.cu", "kernels/common/tile.cuh"},
           Case{"kernels/flash_fwd/02_new.cu", "sim/numerics/mask.h"},
           Case{"kernels/decode/02_new.cu", "kernels/decode/attend.cuh"},
           Case{"kernels/paged/02_new.cu", "kernels/decode/attend.cuh"},
           Case{"kernels/probe/inputs.cu", "sim/problem/input_element.h"},
           Case{"kernels/new.cpp", "sim/oracle/oracle.h"},
           Case{"labs/cli/new.cpp", "kernels/registry.h"},
           Case{"tests/model/new.tests.cpp", "tests/trace/log_maker.h"},
       }) {
    INFO(allowed.includer << " " << allowed.included);
    CHECK(listed(include_faults(tree_with(allowed.includer, allowed.included))) == "none");
  }
}

TEST_CASE("an include against the directions is found, by line") {
  for (const Case& forbidden : {
           Case{"sim/numerics/new.h", "sim/trace/event.h"},
           Case{"sim/trace/new.h", "sim/numerics/mask.h"},
           Case{"sim/trace/new.h", "sim/numerics/tables.h"},
           Case{"sim/embed/new.h", "sim/numerics/mask.h"},
           Case{"sim/problem/new.h", "sim/trace/event.h"},
           Case{"sim/oracle/new.cpp", "sim/numerics/mask.h"},
           Case{"sim/oracle/new.cpp", "sim/model/rung_model.h"},
           Case{"sim/machine/new.cpp", "sim/numerics/mask.h"},
           Case{"sim/machine/new.cpp", "sim/problem/problem.h"},
           Case{"sim/model/new.cpp", "sim/oracle/oracle.h"},
           Case{"sim/model/new.cpp", "kernels/registry.h"},
           Case{"kernels/flash_fwd/02_new.cu", "sim/machine/run.h"},
           Case{"kernels/flash_fwd/02_new.cu", "sim/problem/problem.h"},
           Case{"kernels/flash_fwd/new.cuh", "kernels/registry.h"},
           Case{"kernels/flash_fwd/new.cu", "kernels/decode/attend.cuh"},
           Case{"kernels/common/new.h", "sim/problem/problem.h"},
           Case{"kernels/probe/inputs.cu", "sim/problem/problem.h"},
           Case{"kernels/new.cpp", "labs/cli/command.h"},
           Case{"sim/model/new.cpp", "tests/trace/log_maker.h"},
           Case{"labs/cli/new.cpp", "viz/model/replay.h"},
           Case{"labs/cli/new.cpp", "tests/trace/log_maker.h"},
           Case{"tests/cli/new.tests.cpp", "labs/cli/command.h"},
       }) {
    INFO(forbidden.includer << " " << forbidden.included);
    const Faults faults = include_faults(tree_with(forbidden.includer, forbidden.included));
    REQUIRE(faults.size() == 1);
    CHECK(begins_with(faults[0], std::string(forbidden.includer) + ":3: may not include"));
  }
}

TEST_CASE("an include that is not written from the root is found") {
  for (const char* name : {"mask.h", "../numerics/mask.h", "numerics/mask.h", "no_files.h"}) {
    INFO(name);
    CHECK(include_faults(tree_with("sim/numerics/new.h", name)).size() == 1);
  }
}

TEST_CASE("a folder that no rule names is found") {
  CHECK(include_faults({{"sim/surprise/new.h", ""}}).size() == 1);
  CHECK(include_faults({{"sim/trace/log/deep.h", ""}}).empty());
}

TEST_CASE("CUDA's headers are found wherever they are included") {
  for (const char* name : {"cuda.h", "cuda_runtime.h", "cuda_runtime_api.h", "cuda_fp16.h",
                           "driver_types.h", "nvrtc.h", "cub/cub.cuh", "cuda/std/array"}) {
    INFO(name);
    const Tree host = {{"kernels/gpu/new.cpp", "#include <" + std::string(name) + ">\n"}};
    CHECK(cuda_header_faults(host).size() == 1);
    const Tree device = {{"kernels/flash_fwd/new.cu", "# include \"" + std::string(name) + "\"\n"}};
    CHECK(cuda_header_faults(device).size() == 1);
  }
  for (const char* name : {"cstdint", "barracuda.h", "cudamemory", "vector"}) {
    INFO(name);
    CHECK(cuda_header_faults({{"sim/new.h", "#include <" + std::string(name) + ">\n"}}).empty());
  }
}

TEST_CASE("a header of ours may be named like one of CUDA's") {
  const std::string ours = "kernels/kit/cuda_kit.h";
  CHECK(cuda_header_faults({{"kernels/a.cu", including(ours)}, {ours, ""}}).empty());
  CHECK(cuda_header_faults({{"kernels/a.cu", including(ours)}}).size() == 1);
}

TEST_CASE("the kit and its tests alone may use the names of CUDA's headers") {
  const std::string text = "#include <cuda_fp16.h>\n";
  CHECK(cuda_header_faults({{"tests/kit/a.cu", text}, {"kernels/kit/check/a.cu", text}}).empty());
  CHECK(cuda_header_faults({{"tests/kernels/a.cu", text}, {"kernels/a.cu", text}}).size() == 2);
}

TEST_CASE("every include of this repository goes in its direction") {
  CHECK(listed(include_faults(this_repository())) == "none");
}

TEST_CASE("no file of this repository includes a CUDA header") {
  CHECK(listed(cuda_header_faults(this_repository())) == "none");
}

}  // namespace
}  // namespace attnlab::repository
