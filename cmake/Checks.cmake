# Generates posture/check_list.inc: one BULWARK_CHECK(symbol) for each file src/posture/checks/<id>.cpp, so that a new
# check needs no edit elsewhere.
file(GLOB check_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/posture/checks/*.cpp)
list(FILTER check_sources EXCLUDE REGEX "_test\\.cpp$")
set(check_list "")
foreach(source IN LISTS check_sources)
  get_filename_component(id ${source} NAME_WE)
  string(REPLACE "-" "_" symbol ${id})
  string(APPEND check_list "BULWARK_CHECK(${symbol})\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/posture/check_list.inc CONTENT "${check_list}" @ONLY)
