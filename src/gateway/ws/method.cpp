#include "gateway/ws/method.h"

#include <algorithm>

#include "base/text.h"

namespace openclaw::gateway {

namespace {

template <class Row>
const Row* find(std::span<const Row> rows, std::string_view name) {
    const auto found = std::ranges::find(rows, name, &Row::name);
    return found == rows.end() ? nullptr : &*found;
}

WireError missing_scope(const Client& client, access::Needs needed) {
    auto error = invalid_request(fmt::format("missing scope: {}", name_of(needed)));
    if (client.protocol() >= 4) {
        error.code = "FORBIDDEN";
        error.details = {{"code", "MISSING_SCOPE"},
                         {"missingScope", json::string_view(name_of(needed))},
                         {"requiredScopes", json::array{json::string_view(name_of(needed))}}};
    }
    return error;
}

WireError not_for_restricted(const Client& client, std::string_view name) {
    auto error = invalid_request(fmt::format("{} is not open to clients that are restricted", name));
    if (client.protocol() >= 4) error.code = "FORBIDDEN";
    error.details = {{"code", "RESTRICTED"}};
    return error;
}

}  // namespace

access::Permit permit(const Client& client, const Method& method) {
    if (!client.may(method.needed)) return access::Permit::missing_scope;
    return access::permit(client.principal(), method.needed, method.restricted);
}

WireResult<const Method*> permitted_method(const Client& client, const Offer& offer, std::string_view name) {
    if (client.is_node()) return std::unexpected(invalid_request("unauthorized role: node"));
    const auto* method = find(offer.methods, name);
    const auto* absent = method ? nullptr : find(offer.absent, name);
    const access::Needs needed = method   ? method->needed
                                 : absent ? absent->needed
                                          : access::Needs(access::Scope::admin);
    if (!client.may(needed)) return std::unexpected(missing_scope(client, needed));
    if (method && permit(client, *method) == access::Permit::restricted)
        return std::unexpected(not_for_restricted(client, name));
    if (name == "connect")
        return std::unexpected(invalid_request("connect is only valid as the first request"));
    if (absent)
        return std::unexpected(invalid_request(
            fmt::format("{} is not offered by this gateway: {}", absent->name, absent->instead)));
    if (!method)
        return std::unexpected(
            invalid_request(fmt::format("unknown method: {}", shortened(printable(name), 200))));
    return method;
}

}  // namespace openclaw::gateway
