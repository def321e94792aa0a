# Run by bulwark_embed at build time: writes OUTPUT, the source file with the contents of the files in LIST.
# Arrays of characters instead of string literals, which compilers cut or refuse beyond 64 kB.
file(READ ${LIST} paths)
set(text "#include \"embedded/${NAME}.h\"\n\n#include <array>\n\nnamespace bulwark::embedded::${NAME} {\n\n")
set(table "")
foreach(path IN LISTS paths)
  cmake_path(RELATIVE_PATH path BASE_DIRECTORY ${ROOT} OUTPUT_VARIABLE relative)
  string(MAKE_C_IDENTIFIER ${relative} symbol)
  file(READ ${path} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  # The zero at the end is not part of the contents; it keeps an empty file from being an empty array.
  string(APPEND text "namespace { constexpr char ${symbol}_bytes[] = {${bytes}'\\0'}; }\n"
                     "constinit const std::string_view ${symbol}{${symbol}_bytes, sizeof(${symbol}_bytes) - 1};\n\n")
  string(APPEND table "    File{\"${relative}\", {${symbol}_bytes, sizeof(${symbol}_bytes) - 1}},\n")
endforeach()
list(LENGTH paths count)
string(APPEND text "namespace { constexpr std::array<File, ${count}> table{\n${table}}; }\n"
                   "constinit const std::span<const File> files{table};\n\n}  // namespace bulwark::embedded::${NAME}\n")
file(WRITE ${OUTPUT} "${text}")
