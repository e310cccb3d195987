#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "providers/catalogue/catalog.h"
#include "providers/wire/attempt.h"

namespace openclaw::providers::ollama {

// The answer of GET /api/tags: the models that are installed. What a model can read isn't said there, so a
// usual window stands in. `invalid_input` when it is no such list.
Result<std::vector<Model>> parse_installed(std::string_view answer);

// Asks a server on this machine or network; `base` is its address with or without "/v1". No credential is
// sent. `unavailable` when nobody answers there.
net::Task<Result<std::vector<Model>>> fetch_installed(Transport transport, net::Url base,
                                                      Milliseconds timeout);

}  // namespace openclaw::providers::ollama
