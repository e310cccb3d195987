#include "access/principal.h"

namespace openclaw::access {

std::string_view name_of(Proof proof) {
    switch (proof) {
        case Proof::socket_owner:
            return "socket";
        case Proof::token:
            return "token";
        case Proof::password:
            return "password";
        case Proof::certificate:
            return "certificate";
        case Proof::named_key:
            return "key";
        case Proof::device:
            return "device";
        case Proof::trusted_proxy:
            return "trusted-proxy";
        case Proof::tailscale:
            return "tailscale";
        case Proof::none:
            return "none";
        case Proof::own_process:
            return "process";
    }
    return "unknown";
}

Principal Principal::narrowed_to(std::optional<Scopes> asked) const {
    Principal narrowed = *this;
    if (asked) narrowed.scopes_ = scopes_.narrowed_to(*asked);
    return narrowed;
}

}  // namespace openclaw::access
