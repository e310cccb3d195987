#pragma once

#include <vector>

#include "base/secret.h"

namespace openclaw {

// Every spelling in which a value may turn up in other text, without duplicates.
std::vector<Secret> forms_of(const Secret& value);

}  // namespace openclaw
