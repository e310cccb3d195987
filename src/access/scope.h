#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::access {

// What a route or a method needs. The wire's names are "operator.read" and so on.
enum class Scope : std::uint8_t { read, write, approvals, pairing, admin };
std::string_view name_of(Scope scope);
std::optional<Scope> find_scope(std::string_view name);

// A set of scopes. Admin holds all, write includes read.
class Scopes {
public:
    Scopes() = default;
    Scopes(std::initializer_list<Scope> scopes);
    static Scopes all();
    // Names that we don't know are left out: they can't grant anything.
    static Scopes named(const std::vector<std::string>& names);

    bool allow(Scope needed) const;
    bool empty() const { return bits_ == 0; }
    Scopes narrowed_to(Scopes asked) const;  // what `asked` names and this set allows
    std::vector<std::string> names() const;
    bool operator==(const Scopes&) const = default;

private:
    std::uint8_t bits_ = 0;
};

}  // namespace openclaw::access
