include(GoogleTest)

# One folder of src/ is one library. `NEEDS` names the folders it may include: those to its left in
# the dependency line of ARCHITECTURE.md (tools/check-layers refuses any other include).
function(openclaw_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;NEEDS;LINKS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC ${arg_NEEDS} PRIVATE openclaw_flags ${arg_LINKS})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  if(NOT name STREQUAL "base")
    target_precompile_headers(${name} REUSE_FROM base)
  else()
    target_precompile_headers(base PRIVATE ${CMAKE_SOURCE_DIR}/src/base/precompiled.h)
  endif()
endfunction()

# A test program: every TEST in its sources is one ctest entry.
function(openclaw_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;NEEDS;LINKS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_NEEDS} openclaw_flags ${arg_LINKS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_precompile_headers(${name} REUSE_FROM base)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endfunction()

# A libFuzzer program; only the fuzz preset builds it.
function(openclaw_fuzz name)
  cmake_parse_arguments(arg "" "" "SOURCES;NEEDS" ${ARGN})
  if(NOT OPENCLAW_FLAVOUR STREQUAL "fuzz")
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_NEEDS} openclaw_flags)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_precompile_headers(${name} REUSE_FROM base)
endfunction()
