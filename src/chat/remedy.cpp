#include "chat/remedy.h"

namespace openclaw::chat {

using auth::FailureReason;

Remedy remedy_for(FailureReason reason) {
    switch (reason) {
        case FailureReason::auth:
        case FailureReason::rate_limit:
        case FailureReason::billing:
        case FailureReason::refused_use:
        case FailureReason::overloaded:
        case FailureReason::server_error:
        case FailureReason::timeout:
        case FailureReason::unknown:
            return Remedy::next_credential;
        case FailureReason::network:
            return Remedy::retry_then_next_model;  // another key takes the same way
        case FailureReason::model_not_found:
        case FailureReason::wrong_address:
        case FailureReason::no_answer:
            return Remedy::next_model;
        case FailureReason::overflow:
        case FailureReason::format:
            return Remedy::stop;  // the request's fault: everybody would refuse it
    }
    return Remedy::stop;
}

}  // namespace openclaw::chat
