#include "gateway/ws/serve_websocket.h"

#include <new>

#include "base/random.h"
#include "base/text.h"
#include "gateway/http/error_response.h"
#include "gateway/ws/call.h"
#include "gateway/ws/pairing.h"
#include "gateway/ws/snapshot.h"

namespace openclaw::gateway {

namespace {

constexpr Milliseconds handshake_deadline = std::chrono::seconds(10);
constexpr Milliseconds idle_deadline = std::chrono::hours(24 * 365);

// What is known of whoever opened a socket before he has said anything.
struct Visitor {
    access::Guesser guesser;
    std::optional<net::Peer::Owner> owner;
    std::shared_ptr<const net::PeerCertificate> certificate;
    std::optional<access::Passage> passage;
    std::optional<access::TailnetQuestion> tailnet_question;
    bool loopback = false;
    std::string challenge;
};

template <class... Args>
void note_refusal(Room& room, fmt::format_string<Args...> text, Args&&... args) {
    room.means.doorman.refusals().tell(room.means.clock.steady(), "ws", text, std::forward<Args>(args)...);
}

// A device with a right key may ask to be let in, where a secret would let it in; one whose own token isn't
// right, or not any more, is told so.
ConnectRefusal refuse_who_has_no_proof(Room& room, const Client& client, const ConnectRequest& request,
                                       const std::optional<access::ProvenDevice>& device,
                                       const access::Refused& refused) {
    using enum access::Denial;
    const auto lock = room.means.doorman.lock();
    const bool brings_nothing = refused.denial == nothing_offered || refused.denial == tailscale_silent ||
                                refused.denial == tailscale_names_nobody;
    const bool brings_token = refused.denial == wrong_secret && !request.sent_password;
    if (!device || !wants_secret(refused.mode) || !lock->devices || !(brings_nothing || brings_token))
        return refuse_denied(request, refused);
    if (!lock->devices->problem().empty()) return refuse_while_devices_closed();
    if (brings_nothing)
        return refuse_unpaired(device->id(),
                               ask_for_pairing(room, card_of(*device, request, client.address()), request));
    const bool calls_it_its_own = request.device_token && !request.secret;
    const bool was_its_own = calls_it_its_own || lock->devices->is_paired(device->id());
    return was_its_own ? refuse_device_token() : refuse_denied(request, refused);
}

using Admission = std::expected<access::Principal, ConnectRefusal>;

net::Task<Admission> admit_client(Room& room, const Client& client, const Visitor& visitor,
                                  const ConnectRequest& request, std::optional<access::ProvenDevice> device) {
    access::Offered offered{.secret = request.secret,
                            .socket_owner = visitor.owner,
                            .certificate = visitor.certificate,
                            .device = device,
                            .device_token = request.device_token,
                            .passage = visitor.passage,
                            .key = request.key};
    if (auto rules = room.means.doorman.tailnet_for(offered); rules && visitor.tailnet_question)
        offered.tailnet = co_await room.means.whois->ask(std::move(rules), *visitor.tailnet_question);
    auto judged = room.means.doorman.judge(offered, {.surface = "ws",
                                                     .verb = "conn",
                                                     .object = client.id(),
                                                     .client = request.client_id,
                                                     .guesser = visitor.guesser});
    if (!judged)
        co_return std::unexpected(refuse_who_has_no_proof(room, client, request, device, judged.error()));
    if (request.role == "node") co_return judged->narrowed_to(access::Scopes{});
    if (!request.scopes) co_return std::move(*judged);
    co_return judged->narrowed_to(access::Scopes::named(*request.scopes));
}

using DeviceProof = std::expected<std::optional<access::ProvenDevice>, access::DeviceProblem>;

// What a device's signature says is told only to who is let in otherwise.
DeviceProof proof_of_device(Room& room, const Visitor& visitor, const ConnectRequest& request) {
    if (!request.device) return std::nullopt;
    const access::DeviceContext context{
        .client_id = request.client_id,
        .client_mode = request.client_mode,
        .role = request.role,
        .token = request.token_as_sent,
        .platform = request.platform,
        .device_family = request.device_family,
        .scopes = request.scopes.value_or(std::vector<std::string>{}),
        .challenge = visitor.challenge,
        .nonce_may_be_missing = visitor.loopback || visitor.owner.has_value()};
    return access::prove_device(*request.device, context, room.now());
}

ConnectRefusal refuse_device(const access::DeviceProblem& problem) {
    auto error = invalid_request(problem.message);
    error.details = {{"code", problem.code}};
    return refuse_connect(std::move(error));
}

// Some clients send their JSON in binary frames; those of Apple's platforms nothing else.
bool is_said_in_text(const net::WebSocketMessage& message) {
    return message.text || is_utf8(message.data);
}

// What a client says of itself tells it from others of the same principal only.
std::string presence_key(const Client& client, const ConnectRequest& request) {
    const auto& said = request.device ? request.device->id : request.instance_id;
    return client.principal().id() + "\n" + (said.empty() ? client.id() : said);
}

net::Task<void> refuse(Room& room, std::shared_ptr<Client> client, std::string id, ConnectRefusal refusal) {
    if (!refusal.log_reason.empty()) {
        room.means.doorman.note({.outcome = access::Outcome::refused,
                                 .transport = "ws",
                                 .peer = client->address(),
                                 .what = "connect",
                                 .reason = refusal.log_reason});
        note_refusal(room, "refused conn={} remote={} code={} reason={}", client->id(), client->address(),
                     refusal.close_code, refusal.log_reason);
    }
    if (!id.empty()) client->send(error_frame(id, refusal.error));
    co_await client->socket().close(refusal.close_code, refusal.close_reason);
}

// A device that comes by its own token keeps it; where it wants more than it may, somebody can give it more.
net::Task<void> give_device_token(Room& room, const Client& client, const access::ProvenDevice& device,
                                  const ConnectRequest& request, bool brings_token, json::object& hello) {
    const auto& principal = client.principal();
    const auto card = card_of(device, request, client.address());
    if (principal.proof() == access::Proof::device && brings_token) {
        const auto wanted = access::Scopes::named(request.scopes.value_or(std::vector<std::string>{}));
        if (request.role != "node" && !access::covers(principal.scopes(), wanted))
            ask_for_pairing(room, card, request);
        co_return;
    }
    const auto issued = co_await pair_silently(room, principal, card, request.role);
    if (!issued) co_return;
    auto& auth = hello["auth"].get_object();
    auth["deviceToken"] = revealed(issued->token);
    auth["issuedAtMs"] = to_ms(issued->issued);
}

// The first message, read and judged. Empty: the socket was closed, with or without an answer.
net::Task<std::optional<ConnectRequest>> handshake(Room& room, std::shared_ptr<Client> client,
                                                   Visitor visitor) {
    client->send(event_frame(event_head("connect.challenge", json::object{{"nonce", visitor.challenge},
                                                                          {"ts", to_ms(room.now())}}),
                             {}));
    auto message = co_await client->socket().receive(handshake_deadline);
    if (!message) {
        if (message.error().code == Code::timed_out) co_await client->socket().close(1000, "");
        co_return std::nullopt;
    }
    if (!is_said_in_text(*message)) {
        co_await client->socket().close(1003, "text frames only");
        co_return std::nullopt;
    }
    auto frame = parse_request(message->data);
    wipe(message->data);
    if (!frame) {
        const bool not_json = frame.error().kind == FrameProblem::Kind::not_json;
        note_refusal(room, "refused conn={} remote={} reason={}", client->id(), client->address(),
                     frame.error().message);
        co_await client->socket().close(not_json ? 1000 : 1008, not_json ? "" : "invalid request frame");
        co_return std::nullopt;
    }
    auto request = parse_connect(*frame);
    if (!request) {
        co_await refuse(room, client, frame->id, std::move(request.error()));
        co_return std::nullopt;
    }
    co_await room.means.reloader->up_to_date();
    const auto device = proof_of_device(room, visitor, *request);
    const bool brings_token = request->secret || request->device_token;
    auto principal = co_await admit_client(room, *client, visitor, *request, device.value_or(std::nullopt));
    request->secret.reset();
    request->device_token.reset();
    request->key.reset();
    if (!principal) {
        co_await refuse(room, client, frame->id, std::move(principal.error()));
        co_return std::nullopt;
    }
    if (!device) {
        co_await refuse(room, client, frame->id, refuse_device(device.error()));
        co_return std::nullopt;
    }
    wipe(request->token_as_sent);
    client->become(std::move(*principal), *request);
    if (room.presence->joined(presence_key(*client, *request), *request, client->address(),
                              client->principal(), room.now()))
        room.announce_presence();
    auto hello = co_await hello_payload(room, room.means.serving.take(), client, request->role);
    if (*device) co_await give_device_token(room, *client, **device, *request, brings_token, hello);
    // What let him in may have been taken back meanwhile.
    if (!room.means.doorman.stands(client->principal())) {
        co_await client->socket().close(1008, "gateway secret changed");
        co_return std::nullopt;
    }
    client->send(response_frame(frame->id, std::move(hello)));
    co_return std::move(*request);
}

void send_reply(const Call& call, const Reply& reply) {
    call.client->send(reply_frame(call.request.id, reply));
    if (!reply)
        call.room.means.log.info("ws", "res failed {} errorCode={} errorMessage={} conn={}",
                                 shortened(printable(call.request.method), 100), reply.error().code,
                                 reply.error().message, call.client->id());
}

// Where memory runs out, one client is cut off, who can come again; the others go on.
void cut_off(Room& room, Client& client) {
    note_refusal(room, "out of memory: conn={} remote={} ended", client.id(), client.address());
    client.socket().abort();
}

net::Task<void> handle_later(TaskHandler handler, Call call) {
    try {
        auto reply = co_await handler(call);
        send_reply(call, reply);
    } catch (const std::bad_alloc&) {
        cut_off(call.room, *call.client);
    }
}

// Talking and looking are what everybody comes for; all other scopes are there to decide something.
bool decides_something(access::Needs needed) {
    switch (needed.scope().value_or(access::Scope::read)) {
        case access::Scope::read:
        case access::Scope::write:
        case access::Scope::chat:
            return false;
        case access::Scope::admin:
        case access::Scope::models:
        case access::Scope::pairing:
        case access::Scope::approvals:
            return true;
    }
    return true;
}

void note_method(const Call& call, access::Outcome outcome, std::string_view reason) {
    const auto& principal = call.client->principal();
    call.room.means.doorman.note(
        {.outcome = outcome,
         .transport = principal.proof() == access::Proof::socket_owner ? "socket" : "ws",
         .peer = call.client->address(),
         .principal = principal.id(),
         .what = call.request.method,
         .reason = reason});
}

void dispatch(Room& room, const std::shared_ptr<Client>& client, std::string_view text) {
    auto frame = parse_request(text);
    if (!frame) {
        client->send(error_frame(frame.error().id, invalid_request(frame.error().message)));
        return;
    }
    Call call{room, client, std::move(*frame), room.means.serving.take()};
    auto method = permitted_method(*client, room.means.offer, call.request.method);
    if (!method) {
        note_method(call, access::Outcome::denied, method.error().message);
        return send_reply(call, std::unexpected(std::move(method.error())));
    }
    if (decides_something((*method)->needed)) note_method(call, access::Outcome::admitted, {});
    if (room.means.life.stopping) {
        WireError error{.code = "UNAVAILABLE", .message = "the gateway is stopping", .retryable = true};
        return send_reply(call, std::unexpected(std::move(error)));
    }
    if ((*method)->handler) return send_reply(call, (*method)->handler(call));
    room.means.tasks.spawn(handle_later((*method)->task_handler, std::move(call)));
}

net::Task<void> serve_requests(Room& room, std::shared_ptr<Client> client) {
    while (true) {
        auto message = co_await client->socket().receive(idle_deadline);
        if (!message) {
            if (message.error().code == Code::timed_out) continue;
            co_return;
        }
        if (!is_said_in_text(*message)) {
            co_await client->socket().close(1003, "text frames only");
            co_return;
        }
        co_await room.means.reloader->up_to_date();
        if (!client->revoked()) dispatch(room, client, message->data);
    }
}

net::Task<void> serve_client(Room& room, std::shared_ptr<Client> client, Visitor visitor) {
    auto request = co_await handshake(room, client, std::move(visitor));
    if (!request) co_return;
    const auto key = presence_key(*client, *request);
    request.reset();
    room.hub->add(client);
    room.means.log.info("ws", "connected conn={} remote={} client={} as {}", client->id(), client->address(),
                        client->label(), client->principal().shown());
    try {
        co_await serve_requests(room, client);
    } catch (const std::bad_alloc&) {
        cut_off(room, *client);
    }
    room.hub->remove(*client);
    if (room.presence->left(key, room.now())) room.announce_presence();
    room.means.log.info("ws", "disconnected conn={} code={}", client->id(),
                        client->socket().closed_by_peer().code);
}

}  // namespace

net::Task<void> serve_websocket(Room& room, net::Exchange& exchange, ServingPointer serving) {
    if (room.means.life.stopping) {
        co_await exchange.respond(plain_response(503, "Service Unavailable"));
        co_return;
    }
    Visitor visitor{
        .guesser = access::guesser_of(exchange.request().headers, exchange.peer(), serving->browser),
        .owner = exchange.peer().owner,
        .certificate = exchange.peer().certificate,
        .passage = room.means.doorman.passage_of(exchange.request().headers, exchange.peer()),
        .tailnet_question =
            access::tailnet_question(exchange.request().headers, exchange.peer(), serving->browser),
        .loopback = exchange.peer().loopback,
        .challenge = random_uuid()};
    auto upgraded = co_await exchange.upgrade(limits_before_connect);
    if (!upgraded) {
        note_refusal(room, "no upgrade for {}: {}", visitor.guesser.address, upgraded.error().message);
        co_await exchange.respond(plain_response(400, "Bad Request"));
        co_return;
    }
    // A task of its own: what the server kept for the request's head is given back.
    auto client = std::make_shared<Client>(random_uuid(), std::move(*upgraded), visitor.guesser.address);
    room.means.tasks.spawn(serve_client(room, std::move(client), std::move(visitor)));
}

}  // namespace openclaw::gateway
