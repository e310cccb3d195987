#pragma once

#include "access/needs.h"
#include "access/principal.h"

namespace openclaw::access {

// What becomes of a principal with limits: he is refused where something tells or changes what they keep from
// him, and served where it minds them itself.
enum class Restricted { refused, served };

enum class Permit { granted, missing_scope, restricted };

// Whether a principal may have what asks for this: one decision for routes, methods and events. How he has
// proven who he is plays no part in it.
Permit permit(const Principal& principal, Needs needed, Restricted restricted);

}  // namespace openclaw::access
