#pragma once

#include <functional>
#include <optional>
#include <string>

#include "access/authority/authorities.h"
#include "access/enrolment/invitations.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What a command that makes a new client accepts; read with client_asked_for(), --days among them.
namespace client_option {
inline constexpr Option scopes{
    .name = "--scopes",
    .value_name = "LIST",
    .help = "What it may do: chat, read, write, models, admin, pairing, approvals (default: chat,read)"};
inline constexpr Option agents{
    .name = "--agents", .value_name = "LIST", .help = "Only these agents", .completes = "agent"};
inline constexpr Option sessions{
    .name = "--sessions", .value_name = "LIST", .help = "Only sessions with these keys"};
inline constexpr Option models{
    .name = "--models", .value_name = "LIST", .help = "Only these models", .completes = "model"};
inline constexpr Option host{
    .name = "--host", .value_name = "HOST", .help = "The name or address by which it reaches this gateway"};
}  // namespace client_option

// `invalid_input` for what is neither a host's name nor an address.
Result<std::optional<std::string>> host_asked_for(const Arguments& arguments);
Result<access::NewClient> client_asked_for(const Arguments& arguments, Milliseconds usual_lifetime);
// Of who is invited: a computer's certificate renews itself; a phone's is fetched anew by a person.
constexpr Milliseconds computer_lifetime = std::chrono::days(90), phone_lifetime = std::chrono::days(365);

// `invalid_input` where the gateway uses no TLS.
Result<void> check_tls(const config::Config& config);

// What people type most easily: the name that the local network knows, else any, else an address.
std::string usual_host(const access::ServerNames& names);

// Where a new client reaches this gateway, and what it knows it by before it sends its code.
struct GatewayDoor {
    std::string host;
    std::uint16_t port = 0;
    std::string pin;  // the first bytes of the SHA-256 of a key in what the gateway shows
    bool of_our_authority = false;
    bool loopback_only = false;  // nobody reaches it from elsewhere
    bool named = true;           // its certificate is one for that host
    std::string place() const;   // "nas.local:18789", "[fd00::1]:18789"
};
Result<GatewayDoor> gateway_door(Context& context, const config::Config& config,
                                 const std::optional<std::string>& host);
void note_unnamed_host(Context& context, const GatewayDoor& door);

enum class Waited { went_on, interrupted, ended };
// Waits until `done` says so of the invitation, its time has ended, or the person gives up (Ctrl-C). Says
// meanwhile how much time is left and which codes were wrong.
Result<Waited> wait_for_invited(Context& context, access::Invitations& invitations,
                                const access::Invitation& invitation,
                                std::function<bool(const access::Invitation&)> done);

// "laptop: read, write, until 2027-02-28"
std::string client_line(const access::CertificateRecord& record);

}  // namespace openclaw::cli
