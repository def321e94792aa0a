# The gates that are not unit tests, as tests of the release tree, so that one ctest run counts everything:
# lint.<rule>, asan.<room> (the room's tests under ASan and UBSan) and fuzz.<target> (registered in fuzz/).
#
# They run programs of build/asan and tools that a plain build does not need. What is missing is reported as
# skipped with its reason; with BULWARK_NO_SKIP=1, as `./dev test` sets it, it fails.
option(BULWARK_GATES "Register lint, asan and fuzz gates as tests" OFF)
set(BULWARK_ASAN_TREE ${CMAKE_SOURCE_DIR}/build/asan)

function(bulwark_gate name)
  cmake_parse_arguments(GATE "" "PROCESSORS;TIMEOUT" "COMMAND" ${ARGN})
  add_test(NAME ${name} COMMAND ${GATE_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
  if(GATE_PROCESSORS)
    set_tests_properties(${name} PROPERTIES PROCESSORS ${GATE_PROCESSORS})
  endif()
  if(GATE_TIMEOUT)
    set_tests_properties(${name} PROPERTIES TIMEOUT ${GATE_TIMEOUT})
  endif()
endfunction()

function(bulwark_gates)
  if(NOT BULWARK_GATES)
    return()
  endif()
  set(lint ${CMAKE_SOURCE_DIR}/tests/lint)
  foreach(rule rooms length downloads format)
    bulwark_gate(lint.${rule} COMMAND ${lint}/${rule}.py)
  endforeach()
  bulwark_gate(lint.tidy COMMAND ${lint}/tidy.py --build ${CMAKE_BINARY_DIR} PROCESSORS 2 TIMEOUT 1500)
  bulwark_gate(lint.headers COMMAND ${lint}/headers.py --build ${CMAKE_BINARY_DIR} PROCESSORS 2 TIMEOUT 900)
  bulwark_gate(lint.self_test COMMAND ${lint}/self_test.py TIMEOUT 300)

  get_property(rooms GLOBAL PROPERTY BULWARK_TESTED_ROOMS)
  foreach(room IN LISTS rooms)
    bulwark_gate(asan.${room} COMMAND ${CMAKE_SOURCE_DIR}/tests/gate ${BULWARK_ASAN_TREE}/bulwark_${room}_tests
                 --gtest_brief=1 TIMEOUT 900)
  endforeach()
endfunction()
