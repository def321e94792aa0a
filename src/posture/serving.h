#pragma once

#include "posture/views.h"

namespace bulwark::posture {

// Whether others send requests to the container for as long as it lives: an ordinary one with a port that is not
// for metrics alone, in a pod that does not run to an end.
bool serves(const ContainerView& view);

}  // namespace bulwark::posture
