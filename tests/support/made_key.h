#pragma once

#include <string>
#include <utility>

#include "access/key_text.h"
#include "access/keys/key_record.h"
#include "base/json.h"
#include "support/fake_clock.h"

namespace openclaw::access::test {

// A named key with its record, as `gateway keys create` makes both.
struct MadeKey {
    KeyRecord record;
    std::string text;

    OfferedKey offered() const { return *read_key(text); }
};
inline MadeKey made_key(const std::string& name, Scopes scopes = {Scope::chat, Scope::read}) {
    auto id = new_key_id();
    const auto secret = new_key_secret(id);
    return {.record = {.id = std::move(id),
                       .name = name,
                       .scopes = scopes,
                       .limits = {},
                       .allowance = {},
                       .made = openclaw::test::noon,
                       .digest = secret.digest},
            .text = std::string(revealed(secret.text))};
}

}  // namespace openclaw::access::test
