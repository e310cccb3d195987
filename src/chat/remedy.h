#pragma once

#include "auth/rests/cooldown.h"

namespace openclaw::chat {

// What a failure means for the search for somebody who answers.
enum class Remedy { next_credential, retry_then_next_model, next_model, stop };
Remedy remedy_for(auth::FailureReason reason);

}  // namespace openclaw::chat
