#include "access/permit.h"

namespace openclaw::access {

Permit permit(const Principal& principal, Needs needed, Restricted restricted) {
    if (!needed.met_by(principal.scopes())) return Permit::missing_scope;
    // Who may use so much and no more changes nothing that would let him, or others, use more.
    const auto& allowance = principal.allowance();
    const bool limited = !principal.limits().none() || (allowance && !allowance->none());
    return limited && restricted == Restricted::refused ? Permit::restricted : Permit::granted;
}

}  // namespace openclaw::access
