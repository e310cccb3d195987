#include "access/authority/roots.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "access/network.h"
#include "base/text.h"

namespace openclaw::access {

namespace {

using namespace authority_times;

// Sources: RFC 1918, RFC 6598 (what Tailscale gives out), RFC 3927, RFC 4193, RFC 4291.
constexpr std::array private_networks = {"10.0.0.0/8",    "172.16.0.0/12",  "192.168.0.0/16",
                                         "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8",
                                         "::1/128",       "fc00::/7",       "fe80::/10"};

bool is_within(const std::string& address, const std::vector<std::string>& networks) {
    const auto bytes = AddressBytes::parse(address);
    return bytes && std::ranges::any_of(networks, [&](const std::string& text) {
               const auto network = Network::parse(text);
               return network && network->contains(*bytes);
           });
}

bool is_beneath(const std::string& name, const std::vector<std::string>& domains) {
    return std::ranges::any_of(
        domains, [&](const std::string& domain) { return name == domain || name.ends_with("." + domain); });
}

bool same_names(std::vector<std::string> left, std::vector<std::string> right) {
    std::ranges::sort(left);
    std::ranges::sort(right);
    return left == right;
}

}  // namespace

std::string_view name_of(AuthorityKind kind) {
    return kind == AuthorityKind::server ? "server-root" : "client-root";
}

std::string root_file(AuthorityKind kind, int generation, std::string_view ending) {
    if (generation == 1) return fmt::format("{}.{}", name_of(kind), ending);
    return fmt::format("{}-{}.{}", name_of(kind), generation, ending);
}

std::optional<int> generation_of(AuthorityKind kind, std::string_view file) {
    if (!file.starts_with(name_of(kind)) || !file.ends_with(".crt")) return std::nullopt;
    const auto middle = file.substr(name_of(kind).size(), file.size() - name_of(kind).size() - 4);
    if (middle.empty()) return 1;
    int number = 0;
    const auto [end, problem] = std::from_chars(middle.data() + 1, middle.data() + middle.size(), number);
    const bool whole = problem == std::errc() && end == middle.data() + middle.size();
    if (middle.front() != '-' || !whole || root_file(kind, number, "crt") != file || number < 2)
        return std::nullopt;
    return number;
}

std::vector<Root> signing_first(std::vector<Root> roots, AuthorityKind kind, TimePoint now) {
    std::erase_if(roots, [&](const Root& root) { return root.facts.ends <= now; });
    const auto has_begun = [&](const Root& root) { return root.facts.begins <= now; };
    std::ranges::sort(roots, std::greater(),
                      [&](const Root& root) { return std::pair(has_begun(root), root.generation); });
    if (kind == AuthorityKind::client) return roots;
    const auto lasts = [&](const Root& root) {
        return root.facts.ends > now + server_takes_over && has_begun(root);
    };
    // The newest stands first, so the last that lasts is the oldest that does.
    const auto oldest = std::ranges::find_if(roots.rbegin(), roots.rend(), lasts);
    if (oldest != roots.rend()) std::rotate(roots.begin(), oldest.base() - 1, oldest.base());
    return roots;
}

bool needs_successor(const std::vector<Root>& roots, TimePoint now) {
    return std::ranges::none_of(roots,
                                [&](const Root& root) { return root.facts.ends > now + successor_before; });
}

Result<Span> leaf_span(TimePoint now, Milliseconds lifetime, const CertificateFacts& authority) {
    if (now < authority.begins)
        return hinted(fail(Code::unavailable,
                           "this machine's clock says {}, which is before its authority was made ({})",
                           iso_time(now), iso_time(authority.begins)),
                      "set the clock; nothing is issued until then");
    return Span{.begins = std::max<TimePoint>(now - begins_before, authority.begins),
                .ends = std::min<TimePoint>(now + lifetime, authority.ends)};
}

ServerNames permitted_for(const ServerNames& names) {
    ServerNames permitted{.dns = names.dns, .addresses = {private_networks.begin(), private_networks.end()}};
    for (const auto& address : names.addresses)
        if (!is_within(address, permitted.addresses)) permitted.addresses.push_back(address);
    return permitted;
}

Sorted sorted_by(const ServerNames& permitted, const ServerNames& names) {
    Sorted sorted;
    for (const auto& name : names.dns) {
        if (is_beneath(name, permitted.dns))
            sorted.permitted.dns.push_back(name);
        else
            sorted.others.push_back(name);
    }
    for (const auto& address : names.addresses) {
        if (is_within(address, permitted.addresses))
            sorted.permitted.addresses.push_back(address);
        else
            sorted.others.push_back(address);
    }
    return sorted;
}

std::string why_issue(const CertificateFacts& current, const ServerNames& wanted, TimePoint now) {
    if (!same_names(current.names.dns, wanted.dns) || !same_names(current.names.addresses, wanted.addresses))
        return "its names have changed";
    if (now < current.begins) return "it begins later than now";
    const auto last_third = current.ends - (current.ends - current.begins) / 3;
    return now >= last_third ? "its end is near" : "";
}

}  // namespace openclaw::access
