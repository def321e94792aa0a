# bulwark_room(NAME [USES room...] [LIBRARIES target...] [TEST_LIBRARIES target...])
#
# A folder under src/ is a room: one library target bulwark_NAME, one namespace, unit tests beside the code as
# <name>_test.cpp in bulwark_NAME_tests. The room with a main.cpp (cli) also becomes the program `bulwark`.
# tests/lint/rooms.py reads these calls and holds every #include to them.
function(bulwark_room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE all CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.h)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  set(target bulwark_${name})
  add_library(${target} STATIC ${sources})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${headers})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_link_libraries(${target} PUBLIC fmt::fmt PRIVATE ${ROOM_LIBRARIES})
  foreach(used IN LISTS ROOM_USES)
    if(NOT TARGET bulwark_${used})
      message(FATAL_ERROR "room ${name} uses ${used}, which is not declared above it")
    endif()
    target_link_libraries(${target} PUBLIC bulwark_${used})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY BULWARK_ROOMS ${name})

  if(EXISTS ${CMAKE_SOURCE_DIR}/src/${name}/main.cpp)
    add_executable(bulwark ${CMAKE_SOURCE_DIR}/src/${name}/main.cpp)
    target_link_libraries(bulwark PRIVATE ${target})
    # Sanitizers bring an allocator of their own.
    if(NOT BULWARK_SANITIZE)
      target_link_libraries(bulwark PRIVATE mimalloc)
    endif()
  endif()

  if(tests)
    add_executable(${target}_tests ${tests})
    target_link_libraries(${target}_tests PRIVATE ${target} ${ROOM_TEST_LIBRARIES} GTest::gtest GTest::gmock
                                                  GTest::gtest_main)
    target_compile_definitions(${target}_tests PRIVATE BULWARK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    if(BULWARK_SANITIZE)
      # One process for a room: a sanitized start costs more than most tests.
      add_test(NAME ${name} COMMAND ${target}_tests)
    else()
      gtest_discover_tests(${target}_tests TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60)
    endif()
    set_property(GLOBAL APPEND PROPERTY BULWARK_TESTED_ROOMS ${name})
  endif()
endfunction()
