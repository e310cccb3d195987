#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::access {

// What a route or a method needs. Each holds one thing that a principal may do (docs/scopes.md); the wire's
// names are "operator.read" and so on, those of the command line "read".
enum class Scope : std::uint8_t { read, write, approvals, pairing, admin, chat, models };
std::span<const Scope> all_scopes();  // in the order in which they are listed
std::string_view name_of(Scope scope);
std::string_view short_name_of(Scope scope);
std::optional<Scope> find_scope(std::string_view name);
std::optional<Scope> find_scope_by_short_name(std::string_view name);

// A set of scopes. Admin holds all, write includes chat and read.
class Scopes {
public:
    Scopes() = default;
    Scopes(std::initializer_list<Scope> scopes);
    static Scopes all();
    // Names that we don't know are left out: they can't grant anything.
    static Scopes named(const std::vector<std::string>& names);

    bool allow(Scope needed) const;
    bool empty() const { return bits_ == 0; }
    // What `asked` names and this set allows; of a scope that isn't held, what it includes and is held: who
    // asks for write and holds chat gets chat. Never more than this set allows.
    Scopes narrowed_to(Scopes asked) const;
    std::vector<std::string> names() const;
    bool operator==(const Scopes&) const = default;

private:
    bool holds(Scope scope) const;  // itself, not by way of another

    std::uint8_t bits_ = 0;
};

}  // namespace openclaw::access
