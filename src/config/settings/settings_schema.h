#pragma once

#include "base/json.h"

namespace openclaw::config {

// The settings that have an effect here, as a JSON Schema (draft-07) from which a form can be made. What the
// table doesn't know or only carries, and what programs note for themselves, isn't in it, and isn't forbidden
// by it: the validator judges.
json::object settings_schema();

// What a form needs beside it, by path ("models.providers.*.apiKey"): `label`, `help`, `order` of sections,
// and `sensitive` for what is never shown.
json::object settings_hints();

}  // namespace openclaw::config
