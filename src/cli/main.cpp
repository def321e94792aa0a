#include "cli/command.h"

int main(int argc, char** argv) { return bulwark::cli::run(argc, argv); }
