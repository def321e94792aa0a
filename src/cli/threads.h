#pragma once

#include "base/for_each.h"

namespace bulwark::cli {

// Work shared by so many threads, the calling one among them; each takes the next piece when it is done with one.
base::ForEach in_threads(unsigned count);

}  // namespace bulwark::cli
