#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/client/gateway_client.h"

namespace openclaw::gateway {

// Each runs a loop of its own: for whoever has none and asks one thing. They return when the answer is there.

// Connects, asks one thing and leaves. With `until_final` as in GatewayClient::call.
Result<json::value> ask_gateway(const ClientHost& host, const ClientOptions& options, std::string method,
                                json::object params = {}, bool until_final = false);

// What the gateway of this state directory answers to one short question, over its own socket alone: another
// host's gateway has nothing to do with this one's credentials. `not_found` when there is no such socket or
// the config says that the gateway is elsewhere; `unavailable` when nobody listens there, `timed_out`.
Result<json::object> ask_local_gateway(const ClientHost& host, std::string method, json::object params,
                                       Milliseconds patience);

// What the running gateway made of files that somebody has changed.
struct GatewayNews {
    bool uses_them = false;
    std::string why_not;                     // when it doesn't
    std::vector<std::string> needs_restart;  // settings that count only after one
    // What of gateway.tls and of clients' certificates isn't in use as it is written, "place: why".
    std::vector<std::string> tls_problems = {};

    bool operator==(const GatewayNews&) const = default;
};
// From the payload of `gateway.refresh`.
GatewayNews news_of(const json::object& answer);

// Asks the gateway of this state directory to read everything again: it sees a change by itself, but not on
// every disk, and the answer is what makes "it uses it now" true. Nothing when none runs or none answers
// within a second: never an error of the change.
std::optional<GatewayNews> tell_gateway(platform::FileSystem& files, const config::Paths& paths,
                                        const std::vector<platform::Path>& changed);

}  // namespace openclaw::gateway
