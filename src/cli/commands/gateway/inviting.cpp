#include "cli/commands/gateway/inviting.h"

#include <algorithm>

#include "access/authority/server_names.h"
#include "access/enrolment/server_key.h"
#include "base/day.h"
#include "base/host_text.h"
#include "base/text.h"
#include "cli/commands/gateway/cert_desk.h"
#include "gateway/serving/options.h"
#include "net/loop/file_watcher.h"
#include "net/loop/signals.h"

namespace openclaw::cli {

namespace {

using net::Task;

constexpr Milliseconds longest_pause = std::chrono::seconds(2);  // where the disk tells of no change

std::vector<std::string> list_of(const std::string& text) {
    std::vector<std::string> names;
    for (const auto each : split(text, ','))
        if (!trimmed(each).empty()) names.emplace_back(trimmed(each));
    return names;
}

Result<std::optional<std::vector<std::string>>> limit_of(const Arguments& arguments,
                                                         std::string_view option) {
    const auto text = arguments.text(option);
    if (!text) return std::nullopt;
    auto names = list_of(*text);
    if (names.empty()) return fail(Code::invalid_input, "{} names none", option);
    return names;
}

std::string pin_bytes(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < access::code_pin_bytes; ++i)
        bytes += static_cast<char>(std::stoi(std::string(hex.substr(2 * i, 2)), nullptr, 16));
    return bytes;
}

struct Watch {
    Context& context;
    access::Invitations& invitations;
    std::string id;
    TimePoint ends;
    std::function<bool(const access::Invitation&)> done;
    std::size_t told = 0;  // of the wrong codes

    void tell_wrong_codes() {
        const auto wrong = invitations.wrong_codes();
        if (!wrong) return;
        for (; told < wrong->size(); ++told)
            context.out.note(
                fmt::format("{} tried a {}", printable((*wrong)[told].from), printable((*wrong)[told].why)));
    }
};

Task<Result<Waited>> watch(net::Loop& loop, Watch& watch) {
    net::Event news(loop);
    bool interrupted = false;
    net::FileWatcher watcher(loop, [&](const Result<void>&) { news.notify(); });
    static_cast<void>(watcher.watch({watch.invitations.path()}));
    const net::Signals signals(loop, [&](net::Signal signal) {
        interrupted = signal != net::Signal::hangup;
        news.notify();
    });
    for (;;) {
        const auto now = watch.context.clock.now();
        const auto invitation = watch.invitations.find(watch.id);
        if (!invitation) co_return std::unexpected(invitation.error());
        watch.tell_wrong_codes();
        if (*invitation && watch.done(**invitation)) co_return Waited::went_on;
        if (interrupted) co_return Waited::interrupted;
        if (!*invitation || now >= watch.ends) co_return Waited::ended;
        const auto left = std::chrono::ceil<std::chrono::seconds>(watch.ends - now);
        watch.context.out.progress(fmt::format("Waiting, {}:{:02} left (Ctrl-C takes the invitation back)",
                                               left.count() / 60, left.count() % 60));
        co_await news.wait_for(std::min<Milliseconds>(left, longest_pause));
    }
}

}  // namespace

std::string usual_host(const access::ServerNames& names) {
    for (const auto& name : names.dns)
        if (name.ends_with(".local")) return name;
    for (const auto& name : names.dns)
        if (name != "localhost" && !name.starts_with("*")) return name;
    for (const auto& address : names.addresses)
        if (address != "127.0.0.1" && address != "::1") return address;
    return "localhost";
}

Result<access::NewClient> client_asked_for(const Arguments& arguments, Milliseconds usual_lifetime) {
    const auto& name = arguments.positional().front();
    if (auto sound = access::check_client_name(name); !sound) return std::unexpected(sound.error());
    const auto scopes = scopes_asked_for(arguments);
    if (!scopes) return std::unexpected(scopes.error());
    auto agents = limit_of(arguments, "--agents"), sessions = limit_of(arguments, "--sessions"),
         models = limit_of(arguments, "--models");
    for (const auto* limit : {&agents, &sessions, &models})
        if (!*limit) return std::unexpected(limit->error());
    const auto lifetime = lifetime_asked_for(arguments);
    if (!lifetime) return std::unexpected(lifetime.error());
    return access::NewClient{.name = name,
                             .scopes = *scopes,
                             .limits = {.agents = std::move(*agents),
                                        .sessions = std::move(*sessions),
                                        .models = std::move(*models)},
                             .lifetime = lifetime->value_or(usual_lifetime)};
}

Result<std::optional<std::string>> host_asked_for(const Arguments& arguments) {
    const auto text = arguments.text("--host");
    if (!text) return std::nullopt;
    auto host = access::parse_server_name(*text);
    if (!host) return failed(host.error(), "--host");
    return std::move(*host);
}

std::string GatewayDoor::place() const {
    return host_and_port(host, port);
}

Result<void> check_tls(const config::Config& config) {
    if (config.flag_or_default("gateway.tls.enabled")) return {};
    return hinted(
        fail(Code::invalid_input, "this gateway doesn't use TLS, without which there are no certificates"),
        "run `openclaw config set gateway.tls.enabled true` and start the gateway again");
}

Result<GatewayDoor> gateway_door(Context& context, const config::Config& config,
                                 const std::optional<std::string>& host) {
    const auto shown = access::shown_certificate(context.files, config);
    if (!shown) return std::unexpected(shown.error());
    const auto endpoint = gateway::resolve_endpoint(config, {});
    if (!endpoint) return std::unexpected(endpoint.error());
    const auto& names = shown->facts.names;
    const auto reached_by = host.value_or(endpoint->loopback_only ? "localhost" : usual_host(names));
    return GatewayDoor{.host = reached_by,
                       .port = endpoint->port,
                       .pin = pin_bytes(shown->known_by),
                       .of_our_authority = shown->of_our_authority,
                       .loopback_only = endpoint->loopback_only,
                       .named = access::names_host(names, reached_by)};
}

void note_unnamed_host(Context& context, const GatewayDoor& door) {
    if (door.named) return;
    context.out.note(fmt::format(
        "warning: the gateway's certificate doesn't name {}, so that clients which look for it there refuse "
        "it{}",
        door.host,
        door.of_our_authority ? fmt::format("; `openclaw gateway cert names add {}` changes that", door.host)
                              : std::string()));
}

Result<Waited> wait_for_invited(Context& context, access::Invitations& invitations,
                                const access::Invitation& invitation,
                                std::function<bool(const access::Invitation&)> done) {
    net::Loop loop;
    Watch watching{context, invitations, invitation.id, invitation.ends, std::move(done)};
    context.out.flush();
    auto waited = loop.run_until(watch(loop, watching));
    context.out.progress("");
    return waited;
}

std::string client_line(const access::CertificateRecord& record) {
    const auto ends = record.leaves.empty() ? record.made : record.leaves.back().ends;
    return fmt::format("{}: {}, until {}", record.name, scopes_text(record.scopes), day_of(ends));
}

}  // namespace openclaw::cli
