# Warnings are errors; sanitizers and coverage come from the presets.
option(BULWARK_FUZZ "Build the fuzz targets (clang only)" OFF)
set(BULWARK_SANITIZE "" CACHE STRING "Sanitizers: address,undefined or thread")

add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough
  -Wno-missing-field-initializers -Werror)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(BULWARK_SANITIZE)
  add_compile_options(-fsanitize=${BULWARK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BULWARK_SANITIZE})
endif()
if(BULWARK_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
if(BULWARK_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(BULWARK_CCACHE ccache)
if(BULWARK_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${BULWARK_CCACHE})
endif()
find_program(BULWARK_MOLD mold)
if(BULWARK_MOLD AND NOT BULWARK_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()
