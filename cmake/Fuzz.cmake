# bulwark_fuzz(NAME SOURCE file... ROOMS room...)
#
# A libFuzzer program, where the preset instruments for it (asan, fuzz); nothing elsewhere.
# It lies at <build>/fuzz/NAME.
function(bulwark_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "SOURCE;ROOMS" ${ARGN})
  if(NOT BULWARK_FUZZ)
    return()
  endif()
  list(TRANSFORM FUZZ_ROOMS PREPEND bulwark_)
  add_executable(${name} ${FUZZ_SOURCE})
  target_link_libraries(${name} PRIVATE ${FUZZ_ROOMS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()
