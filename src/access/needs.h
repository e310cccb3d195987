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
    static constexpr Needs nothing() { return Needs(false); }
    static constexpr Needs not_even_a_certificate() { return Needs(true); }

    // The one that a refusal names; nothing: it is open to all.
    constexpr std::optional<Scope> scope() const { return scopes_[0]; }
    // Whether it is answered where a certificate is required, too, to somebody who has none.
    constexpr bool open_to_strangers() const { return strangers_; }
    bool met_by(const Scopes& held) const {
        if (!scopes_[0]) return true;
        for (const auto& scope : scopes_)
            if (scope && held.allow(*scope)) return true;
        return false;
    }

private:
    constexpr explicit Needs(bool strangers) : strangers_(strangers) {}
    std::array<std::optional<Scope>, 2> scopes_ = {};
    bool strangers_ = false;
};
// Nothing at all, but where the lock asks everybody for a certificate, that one.
inline constexpr Needs open_to_all = Needs::nothing();
// Nothing, whatever the lock asks for: how one gets a certificate in the first place.
inline constexpr Needs open_to_strangers = Needs::not_even_a_certificate();

inline std::string_view name_of(Needs needs) {
    return needs.scope() ? name_of(*needs.scope()) : std::string_view();
}

}  // namespace openclaw::access
