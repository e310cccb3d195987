#include "access/scope.h"

#include <array>

namespace openclaw::access {

namespace {

constexpr std::array all_scopes = {Scope::admin, Scope::read, Scope::write, Scope::approvals, Scope::pairing};

constexpr std::uint8_t bit(Scope scope) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(scope));
}

}  // namespace

std::string_view name_of(Scope scope) {
    switch (scope) {
        case Scope::read:
            return "operator.read";
        case Scope::write:
            return "operator.write";
        case Scope::approvals:
            return "operator.approvals";
        case Scope::pairing:
            return "operator.pairing";
        case Scope::admin:
            return "operator.admin";
    }
    return "unknown";
}

std::optional<Scope> find_scope(std::string_view name) {
    for (Scope scope : all_scopes)
        if (name_of(scope) == name) return scope;
    return std::nullopt;
}

Scopes::Scopes(std::initializer_list<Scope> scopes) {
    for (Scope scope : scopes) bits_ |= bit(scope);
}

Scopes Scopes::all() {
    return {Scope::admin, Scope::read, Scope::write, Scope::approvals, Scope::pairing};
}

Scopes Scopes::named(const std::vector<std::string>& names) {
    Scopes result;
    for (const auto& name : names)
        if (auto scope = find_scope(name)) result.bits_ |= bit(*scope);
    return result;
}

bool Scopes::allow(Scope needed) const {
    if (bits_ & bit(Scope::admin)) return true;
    if (needed == Scope::read && (bits_ & bit(Scope::write))) return true;
    return (bits_ & bit(needed)) != 0;
}

Scopes Scopes::narrowed_to(Scopes asked) const {
    Scopes result;
    for (Scope scope : all_scopes)
        if ((asked.bits_ & bit(scope)) && allow(scope)) result.bits_ |= bit(scope);
    return result;
}

std::vector<std::string> Scopes::names() const {
    std::vector<std::string> result;
    for (Scope scope : all_scopes)
        if (bits_ & bit(scope)) result.emplace_back(name_of(scope));
    return result;
}

}  // namespace openclaw::access
