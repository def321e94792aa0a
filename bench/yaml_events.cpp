// usage: bench_yaml_events FILE
//
// Reads a file and runs libyaml's event loop over it to the end of the stream, and prints the seconds of the loop
// alone: the limit that a scan of YAML is measured against, since nothing that reads through libyaml can be
// faster.
#include <fmt/format.h>
#include <yaml.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_yaml_events FILE\n");
    return 2;
  }
  std::ifstream file(argv[1], std::ios::binary);
  if (!file) {
    fmt::print(stderr, "bench_yaml_events: {}: cannot be read\n", argv[1]);
    return 2;
  }
  const std::string text(std::istreambuf_iterator<char>(file), {});

  const auto begin = std::chrono::steady_clock::now();
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  long events = 0;
  bool done = false, broken = false;
  while (!done && !broken) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) {
      broken = true;
      break;
    }
    ++events;
    done = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (broken) {
    fmt::print(stderr, "bench_yaml_events: {}:{}: {}\n", argv[1], parser.problem_mark.line + 1, parser.problem);
  }
  yaml_parser_delete(&parser);
  fmt::print("{{\"seconds\":{:.4f},\"events\":{},\"bytes\":{}}}\n", seconds, events, text.size());
  return broken ? 1 : 0;
}
