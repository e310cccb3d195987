// What runs beside what is written.
#include <algorithm>

#include "base/answer_texts.h"
#include "base/text.h"
#include "gateway/audit/looks.h"

namespace openclaw::gateway::audit {

namespace {

constexpr std::string_view restart = "restart the gateway: what is written counts from its next start";

bool answers(const Subject& subject) {
    return subject.live && !subject.live->problem;
}

bool is_loopback(const std::string& address) {
    return address == "::1" || address.starts_with("127.");
}

// Whether what is written has the gateway listen there.
bool is_written(const Endpoint& endpoint, const std::string& address) {
    return std::ranges::any_of(endpoint.addresses, [&](const std::string& own) {
        return own == address || (own == "0.0.0.0" && !address.contains(':')) || own == "::";
    });
}

// What is written lets everybody in: said by the checks of what is written.
bool is_open_as_written(const Subject& subject) {
    return subject.config.text("gateway.auth.mode") == "none";
}

Observations if_let_in(const Subject& subject, Door door, std::string_view how) {
    if (!answers(subject) || door != Door::let_in || is_open_as_written(subject)) return {};
    return {{fmt::format("{} let somebody in {}", subject.live->url, how),
             "stop that program now; `openclaw gateway status` says what answers there"}};
}

bool is_foreign(const Live& live, const net::TcpSocket& socket) {
    return std::ranges::find(live.trusted, socket.user) == live.trusted.end();
}

}  // namespace

Observations look_at_open_door(const Subject& subject) {
    return subject.live ? if_let_in(subject, subject.live->without_proof, "who offered nothing")
                        : Observations();
}

Observations look_at_wrong_proof(const Subject& subject) {
    return subject.live ? if_let_in(subject, subject.live->with_wrong_proof, "with a made-up token")
                        : Observations();
}

Observations look_at_failed_probe(const Subject& subject) {
    if (!subject.live || !subject.live->problem) return {};
    const auto waiting = printable_texts(subject.live->in_use, "needsRestart");
    const bool elsewhere = std::ranges::any_of(
        waiting, [](const auto& setting) { return setting == "gateway.port" || setting == "gateway.bind"; });
    if (elsewhere)
        return {{fmt::format("{} could not be looked at: the gateway that runs listens elsewhere until it is "
                             "restarted",
                             subject.live->url),
                 std::string(restart)}};
    return {{fmt::format("{} could not be looked at: {}", subject.live->url, *subject.live->problem),
             "start it with `openclaw gateway`, or see `openclaw gateway status`"}};
}

Observations look_at_wider_listeners(const Subject& subject) {
    if (!subject.live || !subject.endpoint) return {};
    Observations seen;
    for (const auto& socket : subject.live->sockets) {
        if (!socket.listens || is_loopback(socket.own.address) || is_foreign(*subject.live, socket)) continue;
        if (is_written(*subject.endpoint, socket.own.address)) continue;
        seen.push_back({fmt::format("the kernel lists a listener at {} port {}, but gateway.bind is {}",
                                    socket.own.address, socket.own.port, subject.endpoint->bind),
                        std::string(restart)});
    }
    return seen;
}

Observations look_at_foreign_listeners(const Subject& subject) {
    if (!subject.live) return {};
    Observations seen;
    for (const auto& socket : subject.live->sockets)
        if (socket.listens && is_foreign(*subject.live, socket))
            seen.push_back(
                {fmt::format("a program of user {} listens at {} port {}, where clients look for the gateway",
                             socket.user, socket.own.address, socket.own.port),
                 "end that program, or move the gateway: `openclaw config set gateway.port PORT`"});
    return seen;
}

Observations look_at_other_transport(const Subject& subject) {
    if (!answers(subject) || subject.live->tls.has_value() == subject.speaks_tls()) return {};
    return {{subject.speaks_tls()
                 ? fmt::format("gateway.tls.enabled is set, but {} answers in the clear", subject.live->url)
                 : fmt::format("gateway.tls.enabled is not set, but {} speaks TLS", subject.live->url),
             std::string(restart)}};
}

Observations look_at_other_certificate(const Subject& subject) {
    const auto file = subject.file_at("gateway.tls.certPath");
    if (!answers(subject) || !subject.live->tls || !file) return {};
    constexpr std::size_t certificate_bytes_max = 1u << 20;
    const auto text = subject.files.read(*file, certificate_bytes_max);
    const auto written =
        text ? net::look_at_certificate(*text) : Result<net::CertificateLook>(fail(Code::not_found, ""));
    if (!written || written->fingerprint == subject.live->tls->certificate.fingerprint) return {};
    return {{fmt::format("{} shows another certificate than {}", subject.live->url, subject.shown(*file)),
             std::string(restart)}};
}

Observations look_at_old_config(const Subject& subject) {
    if (!subject.live) return {};
    Observations seen;
    if (const auto problem = string_at(subject.live->in_use, "problem"))
        seen.push_back({fmt::format("the gateway runs with an older config than the one that is written: {}",
                                    printable(*problem)),
                        "mend it: `openclaw config validate`"});
    const auto settings = printable_texts(subject.live->in_use, "needsRestart");
    if (!settings.empty())
        seen.push_back({fmt::format("the gateway runs without what is written in {}", joined(settings, ", ")),
                        std::string(restart)});
    return seen;
}

Observations look_at_transport(const Subject& subject) {
    if (!answers(subject)) return {};
    std::vector<std::string> addresses;
    for (const auto& socket : subject.live->sockets)
        if (socket.listens) addresses.push_back(socket.own.address);
    const auto transport =
        !subject.live->tls ? std::string("in the clear")
        : subject.live->tls->asks_for_certificate
            ? fmt::format("{}, asking for a client certificate", subject.live->tls->version)
            : subject.live->tls->version;
    return {{fmt::format("{} answers, {}; the kernel lists {}", subject.live->url, transport,
                         joined(addresses, ", ")),
             {}}};
}

}  // namespace openclaw::gateway::audit
