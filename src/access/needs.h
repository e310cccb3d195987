#pragma once

#include <optional>

#include "access/scope.h"

namespace openclaw::access {

// What a route, a method or an event asks of whoever wants it. It has no default, so that a line of a table
// that forgets it doesn't compile; nothing at all is a value that has to be written down: `open_to_all`.
class Needs {
public:
    constexpr Needs(Scope scope) : scope_(scope) {}
    static constexpr Needs nothing() { return Needs(); }

    constexpr std::optional<Scope> scope() const { return scope_; }
    bool met_by(const Scopes& held) const { return !scope_ || held.allow(*scope_); }

private:
    constexpr Needs() = default;
    std::optional<Scope> scope_ = {};
};
inline constexpr Needs open_to_all = Needs::nothing();

inline std::string_view name_of(Needs needs) {
    return needs.scope() ? name_of(*needs.scope()) : std::string_view();
}

}  // namespace openclaw::access
