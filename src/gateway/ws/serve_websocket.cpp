#include "gateway/ws/serve_websocket.h"

#include <new>

#include "base/random.h"
#include "base/text.h"
#include "gateway/http/error_response.h"
#include "gateway/ws/methods.h"
#include "gateway/ws/snapshot.h"

namespace openclaw::gateway {

namespace {

constexpr Milliseconds handshake_deadline = std::chrono::seconds(10);
constexpr Milliseconds idle_deadline = std::chrono::hours(24 * 365);
constexpr std::size_t presence_audience_max = 100;
constexpr Milliseconds presence_interval = std::chrono::seconds(1);

struct Arrival {
    std::string address;  // whose guesses are counted
    std::optional<net::Peer::Owner> owner;
    bool loopback = false;
    std::string challenge;
};

std::expected<access::Principal, ConnectRefusal> admit_client(Core& core, const Arrival& arrival,
                                                              ConnectRequest& request) {
    const auto now = core.parts.clock.steady();
    const auto& policy = core.settings.access;
    if (!arrival.owner)
        if (auto wait = core.limiter.locked_for(arrival.address, now))
            return std::unexpected(
                refuse_denied(request, access::Denial::too_many_guesses, policy.mode, wait));
    auto admitted =
        access::admit({.secret = std::move(request.secret), .socket_owner = arrival.owner}, policy);
    if (!admitted) {
        request.secret =
            admitted.error() == access::Denial::wrong_secret ? std::optional(Secret("x")) : std::nullopt;
        if (admitted.error() == access::Denial::wrong_secret)
            core.limiter.record_failure(arrival.address, now);
        return std::unexpected(refuse_denied(request, admitted.error(), policy.mode, {}));
    }
    core.limiter.record_success(arrival.address);
    if (request.role == "node") return admitted->narrowed_to(access::Scopes{});
    if (!request.scopes) return *admitted;
    return admitted->narrowed_to(access::Scopes::named(*request.scopes));
}

// A device is checked only after the secret was right; it names the client and never lets anybody in.
std::optional<ConnectRefusal> refuse_device(Core& core, const Arrival& arrival,
                                            const ConnectRequest& request) {
    if (!request.device) return std::nullopt;
    const access::DeviceContext context{
        .client_id = request.client_id,
        .client_mode = request.client_mode,
        .role = request.role,
        .token = request.token_as_sent,
        .platform = request.platform,
        .device_family = request.device_family,
        .scopes = request.scopes.value_or(std::vector<std::string>{}),
        .challenge = arrival.challenge,
        .nonce_may_be_missing = arrival.loopback || arrival.owner.has_value()};
    auto problem = access::find_device_problem(*request.device, context, core.now());
    if (!problem) return std::nullopt;
    auto error = invalid_request(problem->message);
    error.details = {{"code", problem->code}};
    return refuse_connect(std::move(error));
}

std::string presence_key(const Client& client, const ConnectRequest& request) {
    if (request.device) return request.device->id;
    return request.instance_id.empty() ? client.id() : request.instance_id;
}

net::Task<void> announce_presence(Core& core) {
    const bool in_time = co_await core.parts.loop.sleep(presence_interval, core.ending);
    core.presence_announced = false;
    if (!in_time) co_return;
    const json::value version = core.state_version();
    core.hub.broadcast("presence", json::object{{"presence", core.presence.entries(core.now())}},
                       access::Scope::read, Delivery::droppable, &version);
}

// Comings and goings are told once a second at most, and not to a crowd: its members can ask.
void presence_changed(Core& core) {
    if (core.presence_announced || core.stopping || core.hub.size() > presence_audience_max) return;
    core.presence_announced = true;
    core.tasks.spawn(announce_presence(core));
}

net::Task<void> refuse(Core& core, std::shared_ptr<Client> client, std::string id, ConnectRefusal refusal) {
    core.refusals.tell(core.parts.clock.steady(), "ws", "refused conn={} remote={} code={} reason={}",
                       client->id(), client->address(), refusal.close_code, refusal.log_reason);
    if (!id.empty()) client->send(error_frame(id, refusal.error));
    co_await client->socket().close(refusal.close_code, refusal.close_reason);
}

// The first message, read and judged. Empty: the socket was closed, with or without an answer.
net::Task<std::optional<ConnectRequest>> handshake(Core& core, std::shared_ptr<Client> client,
                                                   Arrival arrival) {
    client->send(event_frame(event_head("connect.challenge", json::object{{"nonce", arrival.challenge},
                                                                          {"ts", to_ms(core.now())}}),
                             {}));
    auto message = co_await client->socket().receive(handshake_deadline);
    if (!message) {
        if (message.error().code == Code::timed_out) co_await client->socket().close(1000, "");
        co_return std::nullopt;
    }
    if (!message->text) {
        co_await client->socket().close(1003, "text frames only");
        co_return std::nullopt;
    }
    auto frame = parse_request(message->data);
    wipe(message->data);
    if (!frame) {
        const bool not_json = frame.error().kind == FrameProblem::Kind::not_json;
        core.refusals.tell(core.parts.clock.steady(), "ws", "refused conn={} remote={} reason={}",
                           client->id(), client->address(), frame.error().message);
        co_await client->socket().close(not_json ? 1000 : 1008, not_json ? "" : "invalid request frame");
        co_return std::nullopt;
    }
    auto request = parse_connect(*frame);
    if (!request) {
        co_await refuse(core, client, frame->id, std::move(request.error()));
        co_return std::nullopt;
    }
    auto principal = admit_client(core, arrival, *request);
    if (!principal) {
        co_await refuse(core, client, frame->id, std::move(principal.error()));
        co_return std::nullopt;
    }
    if (auto refusal = refuse_device(core, arrival, *request)) {
        co_await refuse(core, client, frame->id, std::move(*refusal));
        co_return std::nullopt;
    }
    wipe(request->token_as_sent);
    client->become(std::move(*principal), *request);
    if (core.presence.joined(presence_key(*client, *request), *request, client->address(),
                             client->principal().scopes(), core.now()))
        presence_changed(core);
    client->send(response_frame(frame->id, hello_payload(core, *client, *request)));
    co_return std::move(*request);
}

void send_reply(const Call& call, const Reply& reply) {
    call.client->send(reply_frame(call.request.id, reply));
    if (!reply)
        call.core.parts.log.info("ws", "res failed {} errorCode={} errorMessage={} conn={}",
                                 shortened(printable(call.request.method), 100), reply.error().code,
                                 reply.error().message, call.client->id());
}

// Where memory runs out, one client is cut off, who can come again; the others go on.
void cut_off(Core& core, Client& client) {
    core.refusals.tell(core.parts.clock.steady(), "ws", "out of memory: conn={} remote={} ended", client.id(),
                       client.address());
    client.socket().abort();
}

net::Task<void> answer_later(AnswerLater answer, Call call) {
    try {
        auto reply = co_await answer(call);
        send_reply(call, reply);
    } catch (const std::bad_alloc&) {
        cut_off(call.core, *call.client);
    }
}

void dispatch(Core& core, const std::shared_ptr<Client>& client, std::string_view text) {
    core.refresh();
    if (client->revoked()) return;
    auto frame = parse_request(text);
    if (!frame) {
        client->send(error_frame(frame.error().id, invalid_request(frame.error().message)));
        return;
    }
    Call call{core, client, std::move(*frame)};
    auto method = permitted_method(*client, call.request.method);
    if (!method) return send_reply(call, std::unexpected(std::move(method.error())));
    if (core.stopping) {
        WireError error{.code = "UNAVAILABLE", .message = "the gateway is stopping", .retryable = true};
        return send_reply(call, std::unexpected(std::move(error)));
    }
    if ((*method)->answer) return send_reply(call, (*method)->answer(call));
    core.tasks.spawn(answer_later((*method)->answer_later, std::move(call)));
}

net::Task<void> serve_requests(Core& core, std::shared_ptr<Client> client) {
    while (true) {
        auto message = co_await client->socket().receive(idle_deadline);
        if (!message) {
            if (message.error().code == Code::timed_out) continue;
            co_return;
        }
        if (!message->text) {
            co_await client->socket().close(1003, "text frames only");
            co_return;
        }
        dispatch(core, client, message->data);
    }
}

net::Task<void> serve_client(Core& core, std::shared_ptr<Client> client, Arrival arrival) {
    auto request = co_await handshake(core, client, std::move(arrival));
    if (!request) co_return;
    const auto key = presence_key(*client, *request);
    request.reset();
    core.hub.add(client);
    core.parts.log.info("ws", "connected conn={} remote={} client={} as {}", client->id(), client->address(),
                        client->label(), client->principal().who());
    try {
        co_await serve_requests(core, client);
    } catch (const std::bad_alloc&) {
        cut_off(core, *client);
    }
    core.hub.remove(*client);
    if (core.presence.left(key, core.now())) presence_changed(core);
    core.parts.log.info("ws", "disconnected conn={} code={}", client->id(),
                        client->socket().closed_by_peer().code);
}

}  // namespace

net::Task<void> serve_websocket(Core& core, net::Exchange& exchange) {
    if (core.stopping) {
        co_await exchange.respond(plain_response(503, "Service Unavailable"));
        co_return;
    }
    Arrival arrival{
        .address = client_address(exchange.request().headers, exchange.peer(), core.settings.browser),
        .owner = exchange.peer().owner,
        .loopback = exchange.peer().loopback,
        .challenge = random_uuid()};
    auto upgraded = co_await exchange.upgrade(limits_before_connect);
    if (!upgraded) {
        core.refusals.tell(core.parts.clock.steady(), "ws", "no upgrade for {}: {}", arrival.address,
                           upgraded.error().message);
        co_await exchange.respond(plain_response(400, "Bad Request"));
        co_return;
    }
    // A task of its own: what the server kept for the request's head is given back.
    auto client = std::make_shared<Client>(random_uuid(), std::move(*upgraded), arrival.address);
    core.tasks.spawn(serve_client(core, std::move(client), std::move(arrival)));
}

}  // namespace openclaw::gateway
