#include "access/permit.h"

namespace openclaw::access {

Permit permit(const Principal& principal, Needs needed, Restricted restricted) {
    if (!needed.met_by(principal.scopes())) return Permit::missing_scope;
    const bool limited = !principal.limits().none();
    return limited && restricted == Restricted::refused ? Permit::restricted : Permit::granted;
}

}  // namespace openclaw::access
