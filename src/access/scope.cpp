#include "access/scope.h"

#include <algorithm>
#include <array>

namespace openclaw::access {

namespace {

// The reference's own first: its clients know no others.
constexpr std::array scope_list = {Scope::admin,   Scope::read, Scope::write, Scope::approvals,
                                   Scope::pairing, Scope::chat, Scope::models};

constexpr std::string_view wire_prefix = "operator.";

constexpr std::uint8_t bit(Scope scope) {
    return static_cast<std::uint8_t>(1u << static_cast<unsigned>(scope));
}

// Whether holding the one is holding the other as well.
constexpr bool includes(Scope held, Scope needed) {
    if (held == needed || held == Scope::admin) return true;
    return held == Scope::write && (needed == Scope::chat || needed == Scope::read);
}

}  // namespace

std::span<const Scope> all_scopes() {
    return scope_list;
}

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
        case Scope::chat:
            return "operator.chat";
        case Scope::models:
            return "operator.models";
    }
    return "unknown";
}

std::string_view short_name_of(Scope scope) {
    return name_of(scope).substr(wire_prefix.size());
}

std::optional<Scope> find_scope(std::string_view name) {
    const auto found = std::ranges::find(scope_list, name, name_of);
    return found == scope_list.end() ? std::nullopt : std::optional(*found);
}

std::optional<Scope> find_scope_by_short_name(std::string_view name) {
    const auto found = std::ranges::find(scope_list, name, short_name_of);
    return found == scope_list.end() ? std::nullopt : std::optional(*found);
}

Scopes::Scopes(std::initializer_list<Scope> scopes) {
    for (Scope scope : scopes) bits_ |= bit(scope);
}

Scopes Scopes::all() {
    Scopes all;
    for (Scope scope : scope_list) all.bits_ |= bit(scope);
    return all;
}

Scopes Scopes::named(const std::vector<std::string>& names) {
    Scopes result;
    for (const auto& name : names)
        if (auto scope = find_scope(name)) result.bits_ |= bit(*scope);
    return result;
}

bool Scopes::holds(Scope scope) const {
    return (bits_ & bit(scope)) != 0;
}

bool Scopes::allow(Scope needed) const {
    return std::ranges::any_of(scope_list, [&](Scope held) { return holds(held) && includes(held, needed); });
}

Scopes Scopes::narrowed_to(Scopes asked) const {
    Scopes result;
    for (Scope wanted : scope_list) {
        if (!asked.holds(wanted)) continue;
        if (allow(wanted)) result.bits_ |= bit(wanted);
        for (Scope held : scope_list)
            if (!allow(wanted) && holds(held) && includes(wanted, held)) result.bits_ |= bit(held);
    }
    return result;
}

std::vector<std::string> Scopes::names() const {
    std::vector<std::string> result;
    for (Scope scope : scope_list)
        if (holds(scope)) result.emplace_back(name_of(scope));
    return result;
}

}  // namespace openclaw::access
