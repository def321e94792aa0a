# bulwark_embed(TARGET NAME file...)
#
# Puts files into a library. NAME gives a header, embedded/NAME.h, in namespace bulwark::embedded::NAME, with a
# std::string_view of the contents for each file, named by its path from the source folder (data/api-lifecycle.csv is
# data_api_lifecycle_csv), and all of them with their paths as the span `files`, sorted by path. Only TARGET sees the
# header. A changed file is embedded anew by the next build.
function(bulwark_embed target name)
  set(folder ${CMAKE_BINARY_DIR}/embedded)
  set(source ${folder}/embedded/${name}.cpp)
  set(paths "")
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_SOURCE_DIR} NORMALIZE)
    list(APPEND paths ${file})
  endforeach()
  list(SORT paths)

  set(declarations "")
  set(symbols "")
  foreach(path IN LISTS paths)
    cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE relative)
    string(MAKE_C_IDENTIFIER ${relative} symbol)
    if(symbol IN_LIST symbols)
      message(FATAL_ERROR "bulwark_embed(${name}): ${relative} has the same symbol as another file, ${symbol}")
    endif()
    list(APPEND symbols ${symbol})
    string(APPEND declarations "extern const std::string_view ${symbol};\n")
  endforeach()
  file(CONFIGURE OUTPUT ${folder}/embedded/${name}.h @ONLY CONTENT [[
#pragma once

#include <span>
#include <string_view>

namespace bulwark::embedded::@name@ {

struct File {
  std::string_view path, contents;
};

@declarations@
extern const std::span<const File> files;

}  // namespace bulwark::embedded::@name@
]])

  # The list goes by file: a command line with hundreds of paths is too long for some systems.
  file(CONFIGURE OUTPUT ${folder}/${name}.list CONTENT "${paths}")
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -D NAME=${name} -D LIST=${folder}/${name}.list -D OUTPUT=${source} -D ROOT=${CMAKE_SOURCE_DIR}
            -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${paths} ${folder}/${name}.list ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
  target_include_directories(${target} PRIVATE ${folder})
endfunction()
