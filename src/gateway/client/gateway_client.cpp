#include "gateway/client/gateway_client.h"

#include "base/broken_text.h"
#include "base/random.h"
#include "base/text.h"
#include "base/version.h"
#include "gateway/client/enrol.h"
#include "gateway/serving/options.h"
#include "net/stream/stream.h"
#include "net/stream/tls.h"
#include "net/websocket/websocket.h"

namespace openclaw::gateway {

namespace {

using net::Task;

constexpr net::WebSocketLimits client_limits{.message_bytes = answer_bytes_max};
// The reference sends `connect` without a nonce when no challenge has come by then.
constexpr Milliseconds challenge_wait{750};

json::object connect_parameters(const GatewayTarget& target) {
    json::object parameters{
        {"minProtocol", 3},
        {"maxProtocol", 4},
        {"client",
         {{"id", target.calls_itself}, {"version", version()}, {"platform", "linux"}, {"mode", "cli"}}},
        {"caps", json::array{}},
        {"role", "operator"},
    };
    json::object auth;
    if (target.token) auth["token"] = revealed(*target.token);
    if (target.password) auth["password"] = revealed(*target.password);
    // Whoever comes by certificate asks for nothing in particular, and so gets all that its record allows.
    if (!target.own || !auth.empty())
        parameters["scopes"] = {"operator.admin", "operator.approvals", "operator.pairing"};
    if (!auth.empty()) parameters["auth"] = std::move(auth);
    return parameters;
}

// The gateway's verdict on the certificate that we showed, or that we have none. What it thinks of it is told
// only to who proves its key, so that there is no more to say than the alert.
Error refused_in_handshake(const Error& cause, const GatewayTarget& target) {
    if (!target.own)
        return {Code::denied,
                fmt::format("the gateway at {} asks for a certificate: {}", target.described, cause.message),
                "have it invite this machine with `openclaw gateway cert invite NAME`, and give the code to "
                "`openclaw gateway join HOST:PORT CODE` here"};
    return {Code::denied,
            fmt::format("the gateway at {} refused this machine's certificate \"{}\": {}", target.described,
                        target.own->name, cause.message),
            "a new invitation lets this machine in again: `openclaw gateway cert invite NAME` there, and "
            "`openclaw gateway join HOST:PORT CODE` here"};
}

bool is_alert(const Error& cause) {
    return cause.message.contains(" alert ");
}

// Where certificates are required, who has none is heard while somebody is invited, and told no more than
// this.
bool was_let_as_far_as_invited(const Error& cause) {
    return cause.message.contains(" 401 ") && cause.message.contains("websocket upgrade");
}

// By what this machine was told when it joined, what answers isn't that gateway. Where its authorities were
// replaced a new invitation helps, and an impostor gets nothing by it: the code says whom to trust.
Error is_not_what_was_joined(const Error& cause, const GatewayTarget& target) {
    return {
        Code::denied,
        fmt::format(
            "what answers at {} doesn't prove that it is the gateway that this machine has joined: {}",
            target.described, cause.message),
        "if its authorities were replaced, join again: `openclaw gateway cert invite NAME` on its machine, "
        "and `openclaw gateway join HOST:PORT CODE` here"};
}

Error refused_by_tls(const Error& cause, const GatewayTarget& target) {
    if (is_alert(cause) || was_let_as_far_as_invited(cause)) return refused_in_handshake(cause, target);
    const bool by_joining = target.own && (target.own->authority || target.own->pin);
    return by_joining && !target.pinned_by_config ? is_not_what_was_joined(cause, target) : cause;
}

// A plain answer to a greeting of TLS. Who could put himself between would answer so too, and wait for us to
// try again without TLS: only on this machine that is advice.
Error speaks_no_tls(const GatewayTarget& target) {
    return {Code::unavailable, fmt::format("what answers at {} speaks no TLS", target.described),
            target.elsewhere
                ? "nothing was sent to it; if it is yours, turn TLS on there with `openclaw config "
                  "set gateway.tls.enabled true`"
                : "begin its address with ws://"};
}

Error wants_tls(const GatewayTarget& target) {
    return {Code::unavailable, fmt::format("what answers at {} speaks TLS alone", target.described),
            "begin its address with wss://"};
}

// Whether what listens there answers the greeting of TLS: with a certificate, trusted or not, or an alert.
Task<bool> answers_with_tls(net::Loop& loop, net::Url url, Milliseconds timeout) {
    auto stream = co_await net::connect_tcp(loop, {url.host, url.port}, timeout);
    if (!stream) co_return false;
    auto tls = net::TlsClientContext::create({});
    if (!tls) co_return false;
    auto secured = co_await (*tls)->handshake(std::move(*stream), url.host, timeout);
    if (secured) (*secured)->close();
    co_return secured || secured.error().code == Code::denied || is_alert(secured.error());
}

Error unreachable(const Error& cause, const GatewayTarget& target) {
    const bool tls = target.url.secure() && target.socket.empty();
    if (tls && cause.code == Code::denied) return refused_by_tls(cause, target);
    if (tls && !target.of_another_state && answered_without_tls(cause)) return speaks_no_tls(target);
    const bool nobody = cause.message.ends_with("connection refused");
    const std::string why = nobody ? std::string() : fmt::format(": {}", cause.message);
    // Somebody is there who speaks something else.
    if (!nobody && cause.code != Code::timed_out && target.of_another_state)
        return {Code::unavailable, fmt::format("no gateway answers at {}{}", target.described, why),
                taken_port_hint(target.url.port)};
    return {cause.code == Code::timed_out ? Code::timed_out : Code::unavailable,
            fmt::format("no gateway answers at {}{}", target.described, why),
            target.elsewhere
                ? "look on its machine whether it runs and where it listens: `openclaw gateway status`"
                : "start it with `openclaw gateway`, or see `openclaw gateway status`"};
}

// What listens on the port isn't the gateway of this state directory: no token of ours is wrong.
Error refused_by_another(const Error& cause, const GatewayTarget& target) {
    const auto free = port_apart_from(target.url.port);
    return {
        Code::denied,
        fmt::format("no gateway of this state directory runs; the one at {} is another's and refused us: {}",
                    target.described, cause.message),
        fmt::format("start this one on a port of its own: `openclaw gateway run --port {}`, and keep it with "
                    "`openclaw config set gateway.port {}`",
                    free, free)};
}

// What heals it, by where the secret that was sent came from.
std::string what_heals(const GatewayTarget& target) {
    for (const std::string_view variable : {"OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD"})
        if (target.secrets.starts_with(variable))
            return fmt::format("run `unset {}`, or clear it where it is set", variable);
    if (target.secrets.starts_with("--"))
        return "leave --url and the secret out: over its own socket a command of its user needs none";
    return "whoever runs that gateway is told the right one by `openclaw gateway token show --reveal`; write "
           "it with "
           "`openclaw config set gateway.remote.token --stdin`";
}

// Why it refused us, with the sources of what we sent and, where it may be asked, of what it wants: the same
// words whatever the gateway said.
Error refused(const Error& cause, const GatewayTarget& target, const std::string& its_side) {
    if (cause.code != Code::denied) return cause;
    if (target.of_another_state) return refused_by_another(cause, target);
    const bool nothing = !target.token && !target.password;
    if (nothing && target.own) return refused_in_handshake(cause, target);
    if (nothing) {
        return {Code::denied,
                fmt::format("the gateway at {} wants a token: {}", target.described, cause.message),
                "give its token with --token-file FILE, or run the command as the user who runs the "
                "gateway, without --url"};
    }
    return {
        Code::denied,
        fmt::format("the gateway refused this {}: {}", target.token ? "token" : "password", cause.message),
        fmt::format("tried: {}; {}; {}", target.secrets,
                    its_side.empty() ? "the gateway that runs may have started with another one" : its_side,
                    what_heals(target))};
}

// What the gateway of this state directory says over its own socket, where it answers there: source and
// fingerprint of the secret that it wants, never the secret.
Task<std::string> what_it_is_locked_by(net::Loop& loop, const GatewayTarget& refused_at,
                                       Milliseconds timeout) {
    if (refused_at.own_socket.empty()) co_return std::string();
    GatewayTarget target{.socket = refused_at.own_socket,
                         .url = {.scheme = "ws", .host = "localhost", .port = 80, .target = "/"},
                         .described = refused_at.own_socket,
                         .trusted = refused_at.trusted};
    auto client = co_await GatewayClient::connect(loop, std::move(target), timeout);
    if (!client) co_return std::string();
    const auto answer = co_await (*client)->call("gateway.lock", {}, timeout);
    co_await (*client)->close();
    const auto* lock = answer ? as_object(&*answer) : nullptr;
    if (!lock) co_return std::string();
    const auto text = [&](std::string_view name) { return printable(string_at(*lock, name).value_or("")); };
    co_return fmt::format(
        "the gateway that runs here is locked by {}{}", text("mode"),
        text("source").empty() ? "" : fmt::format(" {} from {}", text("fingerprint"), text("source")));
}

Task<Result<std::unique_ptr<net::Stream>>> open_stream(net::Loop& loop, const GatewayTarget& target,
                                                       Milliseconds timeout) {
    if (!target.socket.empty()) co_return co_await net::connect_unix(loop, {target.socket}, timeout);
    auto stream = co_await net::connect_tcp(loop, {target.url.host, target.url.port}, timeout);
    if (!stream || !target.url.secure()) co_return stream;
    auto options = target.tls;
    options.alpn = {"http/1.1"};
    auto tls = net::TlsClientContext::create(std::move(options));
    if (!tls) co_return std::unexpected(tls.error());
    co_return co_await (*tls)->handshake(std::move(*stream), target.url.host, timeout);
}

}  // namespace

GatewayClient::GatewayClient(std::unique_ptr<net::WebSocket> socket, GatewayTarget target)
    : socket_(std::move(socket)), target_(std::move(target)) {}

GatewayClient::~GatewayClient() = default;

namespace {

// Asks for the next certificate where it is time for it. Whether ours has ended is for the gateway to say:
// its clock counts. Only where that one ended and there is no next one, there is nothing to connect with.
Task<Result<void>> renew_own(net::Loop& loop, const GatewayTarget& target, Milliseconds timeout) {
    auto key = own_key(*target.renewed_in, *target.own);
    if (!key) co_return std::unexpected(key.error());
    auto renewed = co_await ask_to_renew(loop, target.url, *target.own, std::move(*key), timeout);
    if (renewed) co_return replace_own_certificate(*target.renewed_in, *target.own, *renewed);
    if (target.own_has_ended && renewed.error().code == Code::denied)
        co_return std::unexpected(renewed.error());
    co_return Result<void>{};
}

}  // namespace

Task<Result<std::unique_ptr<GatewayClient>>> GatewayClient::connect(net::Loop& loop, GatewayTarget target,
                                                                    Milliseconds timeout) {
    if (target.renewed_in != nullptr) {
        auto renewed = co_await renew_own(loop, target, timeout);
        if (!renewed) co_return std::unexpected(renewed.error());
    }
    auto stream = co_await open_stream(loop, target, timeout);
    if (!stream) co_return std::unexpected(unreachable(stream.error(), target));
    const AnsweringUser answering(**stream, target.url.secure() && target.socket.empty(), target.trusted);
    if (auto known = answering.first(); !known) co_return std::unexpected(known.error());
    auto socket = co_await net::websocket_handshake(loop, std::move(*stream), target.url, net::Headers{},
                                                    client_limits, timeout);
    const bool plain = target.socket.empty() && !target.url.secure() && !target.of_another_state;
    if (!socket && plain && socket.error().code == Code::unavailable)
        if (co_await answers_with_tls(loop, target.url, timeout))
            co_return std::unexpected(wants_tls(target));
    if (!socket) co_return std::unexpected(unreachable(socket.error(), target));
    std::unique_ptr<GatewayClient> client(new GatewayClient(std::move(*socket), std::move(target)));

    const auto challenge = co_await client->receive(std::min(challenge_wait, timeout));
    if (!challenge && challenge.error().code != Code::timed_out) {
        co_return std::unexpected(unreachable(challenge.error(), client->target_));
    }
    if (auto known = answering.held(); !known) co_return std::unexpected(known.error());
    auto hello = co_await client->call("connect", connect_parameters(client->target_), timeout);
    if (!hello) {
        const auto its_side = co_await what_it_is_locked_by(loop, client->target_, timeout);
        co_return std::unexpected(refused(hello.error(), client->target_, its_side));
    }
    if (const json::object* payload = as_object(&*hello)) client->hello_ = *payload;
    co_return client;
}

std::string GatewayClient::send(std::string_view method, json::object params) {
    std::string id = fmt::format("{}:{}", ++requests_, random_uuid());
    const json::object frame{{"type", "req"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
    socket_->send(well_formed(json::serialize(frame)));
    return id;
}

Task<Result<GatewayFrame>> GatewayClient::receive(Milliseconds deadline) {
    auto message = co_await socket_->receive(deadline);
    if (message) co_return parse_answer(message->data);
    Error error = message.error();
    const net::WebSocketClose& closed = socket_->closed_by_peer();
    if (error.code == Code::unavailable && !closed.reason.empty()) {
        error.message =
            fmt::format("the gateway closed the connection ({}: {})", closed.code, printable(closed.reason));
    }
    co_return std::unexpected(std::move(error));
}

Task<Result<json::value>> GatewayClient::call(std::string method, json::object params, Milliseconds deadline,
                                              OnEvent on_event, bool until_final) {
    const std::string id = send(method, std::move(params));
    for (;;) {
        auto frame = co_await receive(deadline);
        if (!frame && frame.error().code == Code::timed_out) {
            co_return fail(Code::timed_out, "the gateway at {} did not answer {} within {} ms",
                           target_.described, method, deadline.count());
        }
        if (!frame) co_return std::unexpected(frame.error());
        if (const auto* event = std::get_if<GatewayEvent>(&*frame)) {
            if (on_event) on_event(*event);
            continue;
        }
        auto& response = std::get<GatewayResponse>(*frame);
        if (response.id != id) continue;
        if (!response.ok) co_return std::unexpected(response.error);
        const json::object* payload = as_object(&response.payload);
        if (until_final && payload && string_at(*payload, "status") == "accepted") continue;
        co_return std::move(response.payload);
    }
}

Task<void> GatewayClient::close() {
    co_await socket_->close(1000, "");
}

}  // namespace openclaw::gateway
