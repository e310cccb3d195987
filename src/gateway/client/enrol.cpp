#include "gateway/client/enrol.h"

#include "access/authority/certificate.h"
#include "base/digest.h"
#include "base/host_text.h"
#include "base/json.h"
#include "base/text.h"
#include "net/client/http_client.h"

namespace openclaw::gateway {

namespace {

using net::Task;

constexpr std::size_t answer_bytes_max = 256u << 10;

struct Answer {
    int status = 0;
    json::object body;
};

struct Question {
    net::Url gateway;
    std::string path;
    net::Headers headers;
    json::object body;
};

Task<Result<Answer>> post(net::Loop& loop, net::TlsClientContext::Options tls, Question question,
                          Milliseconds timeout) {
    net::HttpClient client(loop, {.proxy = {}, .tls = std::move(tls)});
    net::ClientRequest request{.method = "POST",
                               .url = {.scheme = "https",
                                       .host = question.gateway.host,
                                       .port = question.gateway.port,
                                       .target = std::move(question.path)},
                               .headers = std::move(question.headers),
                               .body = json::serialize(question.body),
                               .deadlines = {.connect = timeout, .first_byte = timeout, .idle = timeout}};
    request.headers.add("Content-Type", "application/json");
    auto response = co_await client.send(std::move(request));
    if (!response) co_return std::unexpected(response.error());
    auto text = co_await net::read_all(*response->body, answer_bytes_max);
    if (!text) co_return std::unexpected(text.error());
    auto parsed = parse_json(*text, answer_bytes_max);
    const auto* object = parsed ? as_object(&*parsed) : nullptr;
    co_return Answer{response->status, object ? *object : json::object{}};
}

std::string what_it_said(const Answer& answer) {
    const auto* error = object_at(answer.body, "error");
    const auto message = error ? string_at(*error, "message") : std::nullopt;
    return message ? printable(*message) : fmt::format("status {}", answer.status);
}

// Certificates that can be read, and nothing else of what it sent.
Result<NewCertificate> certificate_in(const Answer& answer) {
    const auto certificate = string_at(answer.body, "certificate");
    if (!certificate || !access::certificates_of(*certificate))
        return fail(Code::corrupt, "the gateway's answer has no certificate in it");
    const auto authority = string_at(answer.body, "authority");
    if (authority && !access::certificates_of(*authority))
        return fail(Code::corrupt, "the gateway's answer has an authority in it that can't be read");
    const auto key = string_at(answer.body, "serverKey");
    if (key && !net::ServerPin::parse(*key))
        return fail(Code::corrupt, "the gateway's answer has a fingerprint in it that can't be read");
    return NewCertificate{.name = printable(string_at(answer.body, "name").value_or("")),
                          .certificate = std::string(*certificate),
                          .authority = authority ? std::optional(std::string(*authority)) : std::nullopt,
                          .pin = key ? std::optional(std::string(*key)) : std::nullopt};
}

Error refused_join(const Answer& answer, const net::Url& gateway) {
    const auto place = host_and_port(gateway.host, gateway.port);
    if (answer.status == 401)
        return {
            Code::denied,
            fmt::format("this code opens nothing at {}: it was used, has ended, or is for another gateway",
                        place),
            "ask for a new one on the gateway's machine: `openclaw gateway cert invite NAME`"};
    if (answer.status == 429)
        return {Code::denied, fmt::format("{} takes no code now: {}", place, what_it_said(answer)),
                "wait, and try again with the same code"};
    if (answer.status == 404)
        return {Code::unavailable, fmt::format("what answers at {} lets nobody join", place),
                "look at the address that the inviting terminal shows"};
    return {Code::unavailable, fmt::format("{} let nobody join: {}", place, what_it_said(answer)),
            "try again with the same code; the gateway's log says more"};
}

}  // namespace

bool answered_without_tls(const Error& cause) {
    return cause.message.ends_with("wrong version number");
}

Task<Result<NewCertificate>> ask_to_join(net::Loop& loop, net::Url gateway, access::InvitationCode code,
                                         net::PrivateKey key, Milliseconds timeout) {
    auto pin = net::ServerPin::beginning(code.pin);
    if (!pin) co_return std::unexpected(pin.error());
    auto request = access::make_certificate_request(key);
    if (!request) co_return std::unexpected(request.error());
    Question question{
        .gateway = gateway, .path = "/enrol/join", .headers = {}, .body = {{"request", *request}}};
    question.headers.set_secret("Authorization", Secret(code.text()), "Bearer ");
    question.headers.add("OpenClaw-Key", sha256_hex(key.public_key()));
    auto answer = co_await post(loop, {.pins = {std::move(*pin)}}, std::move(question), timeout);
    if (!answer && answered_without_tls(answer.error()))
        co_return hinted(fail(Code::unavailable, "what answers at {} speaks no TLS; the code was not sent",
                              host_and_port(gateway.host, gateway.port)),
                         "turn TLS on there: `openclaw config set gateway.tls.enabled true`");
    if (!answer) co_return std::unexpected(answer.error());
    if (answer->status != 200) co_return std::unexpected(refused_join(*answer, gateway));
    co_return certificate_in(*answer);
}

Task<Result<NewCertificate>> ask_to_renew(net::Loop& loop, net::Url gateway, OwnCertificate own,
                                          net::PrivateKey key, Milliseconds timeout) {
    auto request = access::make_certificate_request(key);
    if (!request) co_return std::unexpected(request.error());
    Question question{
        .gateway = gateway, .path = "/enrol/renew", .headers = {}, .body = {{"request", *request}}};
    auto answer = co_await post(loop, own.tls(), std::move(question), timeout);
    if (!answer) co_return std::unexpected(answer.error());
    if (answer->status == 401 || answer->status == 403)
        co_return hinted(
            fail(Code::denied, "the gateway doesn't renew this machine's certificate \"{}\": {}", own.name,
                 what_it_said(*answer)),
            "ask for a new invitation on the gateway's machine: `openclaw gateway cert invite NAME`");
    if (answer->status != 200)
        co_return fail(Code::unavailable, "the gateway doesn't renew this machine's certificate now: {}",
                       what_it_said(*answer));
    co_return certificate_in(*answer);
}

Task<bool> is_publicly_trusted(net::Loop& loop, net::Url gateway, std::string extra_ca_file,
                               Milliseconds timeout) {
    auto tls = net::TlsClientContext::create({.extra_ca_file = std::move(extra_ca_file)});
    if (!tls) co_return false;
    auto stream = co_await net::connect_tcp(loop, {gateway.host, gateway.port}, timeout);
    if (!stream) co_return false;
    auto secured = co_await (*tls)->handshake(std::move(*stream), gateway.host, timeout);
    if (secured) (*secured)->close();
    co_return secured.has_value();
}

}  // namespace openclaw::gateway
