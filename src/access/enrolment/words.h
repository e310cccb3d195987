#pragma once

#include <string>

namespace openclaw::access {

// Words that two screens show, so that a person sees that they belong together: "amber falcon 17 otter". Made
// by chance for each try (24 bits): who comes between can't have the same ones.
std::string confirmation_words();

}  // namespace openclaw::access
