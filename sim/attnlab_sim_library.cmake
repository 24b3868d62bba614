# attnlab_sim_library(NAME SOURCES file... LINKS target...): a static library attnlab_NAME with the
# alias attnlab::NAME, the project's flags, and headers included as "sim/NAME/file.h".
function(attnlab_sim_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
  add_library(attnlab_${name} STATIC ${arg_SOURCES})
  add_library(attnlab::${name} ALIAS attnlab_${name})
  target_include_directories(attnlab_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(attnlab_${name}
    PUBLIC attnlab_exact_arithmetic ${arg_LINKS} PRIVATE attnlab_warnings)
endfunction()
