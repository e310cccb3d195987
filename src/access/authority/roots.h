#pragma once

#include <optional>
#include <string>
#include <vector>

#include "access/authority/certificate.h"

// What is decided about authorities, without a file.
namespace openclaw::access {

// The server root is trusted by devices; the client root is installed nowhere.
enum class AuthorityKind { server, client };
std::string_view name_of(AuthorityKind kind);  // "server-root", as its files are called

// An authority's certificate as it stands on the disk. A successor is of the next generation.
struct Root {
    int generation = 1;
    std::string certificate;  // DER
    CertificateFacts facts;
};
// Those that haven't ended, the one that signs first; all of them are trusted.
struct Roots {
    std::vector<Root> server, client;
};

namespace authority_times {
inline constexpr auto root_lifetime = std::chrono::days(3650);
inline constexpr auto successor_before = std::chrono::days(365);  // made and served beside it
inline constexpr auto server_takes_over = std::chrono::days(30);  // before the end of the one before it
inline constexpr auto server_lifetime = std::chrono::days(455);   // 15 months; 825 days are the most
inline constexpr auto begins_before = std::chrono::minutes(5);    // for clocks that are behind
inline constexpr auto renewable_after_end = std::chrono::days(30);
inline constexpr auto lifetime_min = std::chrono::hours(1), lifetime_max = std::chrono::hours(24 * 3650);
}  // namespace authority_times

// "server-root.crt", "server-root-2.key"
std::string root_file(AuthorityKind kind, int generation, std::string_view ending);
// The generation of a certificate's file; nothing: it is none of that kind.
std::optional<int> generation_of(AuthorityKind kind, std::string_view file);

// Without those that ended, the one that signs first: one that has begun, where there is one, as a successor
// may have been made while the clock was wrong. A client's certificate is signed by the newest; the server's
// by the oldest as long as that lasts, so that devices have time to trust its successor.
std::vector<Root> signing_first(std::vector<Root> roots, AuthorityKind kind, TimePoint now);
bool needs_successor(const std::vector<Root>& roots, TimePoint now);

struct Span {
    TimePoint begins, ends;
};
// From five minutes ago, never outside of the authority's time. A clock that lies before the authority's
// beginning is an error: nothing is issued.
Result<Span> leaf_span(TimePoint now, Milliseconds lifetime, const CertificateFacts& authority);

// What a server root is made for: these names, each with all beneath, and the addresses of private networks.
ServerNames permitted_for(const ServerNames& names);
// The names that fall under `permitted`, and those that don't.
struct Sorted {
    ServerNames permitted;
    std::vector<std::string> others;
};
Sorted sorted_by(const ServerNames& permitted, const ServerNames& names);

// Why the server's certificate has to be issued again; empty: it is good.
std::string why_issue(const CertificateFacts& current, const ServerNames& wanted, TimePoint now);

}  // namespace openclaw::access
