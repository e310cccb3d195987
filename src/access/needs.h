#pragma once

#include <array>
#include <initializer_list>
#include <optional>

#include "access/scope.h"

namespace openclaw::access {

// What a route, a method or an event asks of whoever wants it: a scope, or one of several. It has no default,
// so that a line of a table that forgets it doesn't compile; nothing at all is a value that has to be written
// down: `open_to_all`.
class Needs {
public:
    constexpr Needs(Scope scope) : scopes_{scope} {}
    static constexpr Needs one_of(Scope named, Scope other) {
        Needs needs(named);
        needs.scopes_[1] = other;
        return needs;
    }
    static constexpr Needs nothing() { return Needs(); }

    // The one that a refusal names; nothing: it is open to all.
    constexpr std::optional<Scope> scope() const { return scopes_[0]; }
    bool met_by(const Scopes& held) const {
        if (!scopes_[0]) return true;
        for (const auto& scope : scopes_)
            if (scope && held.allow(*scope)) return true;
        return false;
    }

private:
    constexpr Needs() = default;
    std::array<std::optional<Scope>, 2> scopes_ = {};
};
inline constexpr Needs open_to_all = Needs::nothing();

inline std::string_view name_of(Needs needs) {
    return needs.scope() ? name_of(*needs.scope()) : std::string_view();
}

}  // namespace openclaw::access
