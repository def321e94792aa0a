# Warnings are errors; sanitizers, coverage and fuzzing come from the presets.
option(BULWARK_FUZZ "Instrument for libFuzzer and build the fuzz targets (clang only)" OFF)
option(BULWARK_COVERAGE "Count executed lines for gcov" OFF)
set(BULWARK_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread")

add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough
  -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on std::string at -O2: https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105329 and 105651.
  add_compile_options(-Wno-restrict)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(BULWARK_SANITIZE)
  add_compile_options(-fsanitize=${BULWARK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BULWARK_SANITIZE})
endif()
if(BULWARK_COVERAGE)
  add_compile_options(--coverage -fprofile-update=atomic)
  add_link_options(--coverage)
endif()
if(BULWARK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Paths inside the clone are hashed relative to it, so that two clones in different folders share one cache.
find_program(BULWARK_CCACHE ccache)
if(BULWARK_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER /usr/bin/env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${BULWARK_CCACHE})
endif()
# gcov wants the real path of a source in its notes, and mold is trusted with g++'s plain output only.
find_program(BULWARK_MOLD mold)
if(BULWARK_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT BULWARK_SANITIZE AND NOT BULWARK_COVERAGE)
  add_link_options(-fuse-ld=mold)
endif()
