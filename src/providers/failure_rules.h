#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/cooldown.h"

namespace openclaw::providers {

// The three tables behind classify(), each asked after the one before (failure_rules.cpp). All texts are
// compared in lower case; `provider` is the normalised id.

// A code that names one cause, whatever status it comes with: "insufficient_quota".
std::optional<auth::FailureReason> reason_of_exact_code(std::string_view provider,
                                                        const std::vector<std::string>& codes);
// An unmistakable phrase, among those that occur with this status (0: unknown).
std::optional<auth::FailureReason> reason_of_phrase(std::string_view provider, int status,
                                                    std::string_view words);
// A type that covers several causes: "rate_limit_error".
std::optional<auth::FailureReason> reason_of_general_code(int status, const std::vector<std::string>& codes);
// What a status means when nothing else is known.
auth::FailureReason reason_of_status(int status);

}  // namespace openclaw::providers
