#pragma once

#include <optional>
#include <string>
#include <vector>

#include "auth/profiles/profile.h"
#include "config/config.h"

namespace openclaw::auth {

// A reference, and which provider's requests need what it leads to.
struct HeldReference {
    SecretRef reference;
    RefHolder holder;
    ProviderId provider;

    bool operator==(const HeldReference&) const = default;
};

// Those of a store and of models.providers.* that lead to a file or a command, each once per holder. Only
// those of one provider when it is named.
std::vector<HeldReference> asked_references(const Store& store, const config::Config& config,
                                            std::string_view provider = {});

// {"source": "file", …} where the config else has a text; nothing when it is something else. `invalid_input`
// says what is wrong with it.
std::optional<Result<SecretRef>> reference_in(const json::value* value);

}  // namespace openclaw::auth
