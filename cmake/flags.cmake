# Compiler and linker flags of every target of ours, by flavour (see CMakePresets.json).
set(OPENCLAW_FLAVOUR dev CACHE STRING "dev, release, asan, tsan or fuzz")
option(OPENCLAW_BENCH "Build the benchmarks" OFF)

# CMake's own defaults (-g, -O2 -DNDEBUG) are replaced by the choices below.
set(CMAKE_CXX_FLAGS_DEBUG "")
set(CMAKE_C_FLAGS_DEBUG "")
set(CMAKE_CXX_FLAGS_RELEASE "")
set(CMAKE_C_FLAGS_RELEASE "")

add_library(openclaw_flags INTERFACE)
target_compile_options(openclaw_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror
  -fPIE -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero
  -fvisibility=hidden -ffunction-sections -fdata-sections -D_GLIBCXX_ASSERTIONS
  # Without the times of files in it, the precompiled header is the same bytes in every build, and the compiler
  # cache knows what includes it.
  "SHELL:-Xclang -fno-pch-timestamp")
target_include_directories(openclaw_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_options(openclaw_flags INTERFACE
  -fuse-ld=mold -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed -Wl,--gc-sections)

set(dev_flags -O0 -gline-tables-only)
set(release_flags -O2 -gline-tables-only -D_FORTIFY_SOURCE=3)
# vptr, null, alignment and object-size triple the compile time and find what ASan finds anyway.
set(asan_flags -O1 -gline-tables-only -fno-omit-frame-pointer -fsanitize=address,undefined
  -fno-sanitize=vptr,null,alignment,object-size -fno-sanitize-recover=all)
set(tsan_flags -O1 -gline-tables-only -fno-omit-frame-pointer -fsanitize=thread)
set(fuzz_flags -O1 -gline-tables-only -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined
  -fno-sanitize=vptr,null,alignment,object-size -fno-sanitize-recover=all)
if(NOT DEFINED ${OPENCLAW_FLAVOUR}_flags)
  message(FATAL_ERROR "unknown OPENCLAW_FLAVOUR ${OPENCLAW_FLAVOUR}")
endif()
target_compile_options(openclaw_flags INTERFACE ${${OPENCLAW_FLAVOUR}_flags})
if(OPENCLAW_FLAVOUR STREQUAL "release")
  # Two libraries fewer to relocate at each start: half of the time of --version.
  target_link_options(openclaw_flags INTERFACE -static-libstdc++ -static-libgcc)
elseif(NOT OPENCLAW_FLAVOUR STREQUAL "dev")
  target_link_options(openclaw_flags INTERFACE ${${OPENCLAW_FLAVOUR}_flags})
endif()
