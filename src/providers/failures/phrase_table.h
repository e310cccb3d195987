#pragma once

#include <span>
#include <string_view>

#include "providers/failures/rules.h"

namespace openclaw::providers {

struct PhraseRule {
    auth::FailureReason reason;
    unsigned groups;          // of statuses that it occurs with (StatusGroup)
    std::string_view phrase;  // as has_phrase() has it
    std::string_view vendor = {};
};

// The words of providers, and those of client libraries and systems that got no answer. In order: the first
// match decides, the providers' before the clients'.
std::span<const PhraseRule> provider_phrases();
std::span<const PhraseRule> client_phrases();

}  // namespace openclaw::providers
