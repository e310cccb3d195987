#include "base/result.h"

namespace openclaw {

std::string_view name_of(Code code) {
    switch (code) {
        case Code::invalid_input:
            return "invalid_input";
        case Code::not_found:
            return "not_found";
        case Code::denied:
            return "denied";
        case Code::unavailable:
            return "unavailable";
        case Code::timed_out:
            return "timed_out";
        case Code::busy:
            return "busy";
        case Code::corrupt:
            return "corrupt";
        case Code::no_space:
            return "no_space";
        case Code::too_large:
            return "too_large";
        case Code::cancelled:
            return "cancelled";
        case Code::internal:
            return "internal";
    }
    return "internal";
}

std::unexpected<Error> hinted(Error cause, std::string hint) {
    cause.hint = std::move(hint);
    return std::unexpected(std::move(cause));
}

}  // namespace openclaw
