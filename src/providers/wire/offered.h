#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/wire/attempt.h"
#include "providers/wire/endpoint.h"

namespace openclaw::providers {

// A model that a server says it has.
struct OfferedModel {
    std::string id;
    std::optional<std::int64_t> context_window = {};  // tokens, where the server says so
    bool operator==(const OfferedModel&) const = default;
};

// The answer of GET <base>/models: `data[].id` as OpenAI and Anthropic have it, `models[].id` or `.name` as
// others do; at most 1,000, ids of printable characters only. `invalid_input` when it is no such list.
Result<std::vector<OfferedModel>> parse_offered(std::string_view answer);

struct Offered {
    net::Url base;  // where its API begins: as asked for, or with "/v1" behind it where only that answered
    std::vector<OfferedModel> models;
};

// Asks the server of an endpoint for its models, with this secret if there is one. An address without a path
// is tried as it is and with "/v1". `denied` when the server refuses the secret, or asks for one;
// `unavailable` when nobody answers there; `invalid_input` when what answers is no list of models. Texts of
// the server are in no error.
net::Task<Result<Offered>> fetch_offered(Transport transport, Endpoint endpoint, std::optional<Secret> secret,
                                         Milliseconds timeout);

}  // namespace openclaw::providers
