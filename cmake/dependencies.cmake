# Libraries from Debian. Static where Debian ships an archive; libc and OpenSSL stay shared, so that
# their security fixes arrive without a new release of ours.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS json)

function(openclaw_static_dependency name archive)
  find_library(${name}_ARCHIVE NAMES ${archive} REQUIRED)
  add_library(${name} INTERFACE)
  target_link_libraries(${name} INTERFACE ${${name}_ARCHIVE})
endfunction()

openclaw_static_dependency(dep_sodium libsodium.a)
openclaw_static_dependency(dep_nghttp2 libnghttp2.a)
openclaw_static_dependency(dep_zlib libz.a)
openclaw_static_dependency(dep_sqlite libsqlite3.a)
target_link_libraries(dep_sqlite INTERFACE m)
# libedit's own needs: terminal capabilities, and BSD's functions.
openclaw_static_dependency(dep_edit libedit.a)
openclaw_static_dependency(dep_tinfo libtinfo.a)
openclaw_static_dependency(dep_bsd libbsd.a)
openclaw_static_dependency(dep_md libmd.a)
target_link_libraries(dep_edit INTERFACE dep_tinfo dep_bsd dep_md)

if(BUILD_TESTING)
  find_package(GTest REQUIRED)
endif()
