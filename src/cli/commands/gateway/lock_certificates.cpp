#include "cli/commands/gateway/lock_certificates.h"

#include "access/lock/lock_change.h"
#include "access/lock/lock_trial.h"
#include "base/day.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/secrets/sealing.h"
#include "cli/gateway/gateway_client.h"
#include "cli/gateway/lock_check.h"
#include "cli/gateway/lock_view.h"
#include "cli/gateway/tell_gateway.h"
#include "cli/output/age.h"
#include "gateway/client/knock.h"

namespace openclaw::cli {

namespace {

using access::CertificateLock;
using gateway::Knock;

// What the command works on.
struct Locking {
    Context& context;
    std::shared_ptr<const config::Config> config;
    CertificateLock which;
    access::Authorities authorities;
    std::optional<LockView> live;  // the running gateway, before

    Locking(Context& given, std::shared_ptr<const config::Config> loaded, CertificateLock wanted)
        : context(given),
          config(std::move(loaded)),
          which(wanted),
          authorities(access::Authorities::means_of(context.files, context.clock, *config)),
          live(ask_for_lock(context)) {}
};

// --- Whom it would hit ---

std::string clients_text(const std::vector<CertifiedClient>& clients, TimePoint now) {
    std::vector<std::string> parts;
    for (const auto& client : clients)
        parts.push_back(
            fmt::format("{} ({})", client.name,
                        client.last ? "seen " + age(now - *client.last) : std::string("not seen yet")));
    return fmt::format("{} {} certificates{}.", clients.size(),
                       clients.size() == 1 ? "client has" : "clients have",
                       parts.empty() ? " of our own authority" : ": " + joined(parts, ", "));
}

std::string token_users_text(const Locking& locking) {
    if (!locking.live) return "No gateway answers, so that nobody knows who uses the token.";
    std::vector<std::string> parts;
    for (const auto& caller : locking.live->callers)
        if (caller.proof != "certificate" && !is_command_here(caller))
            parts.push_back(described(caller, locking.context.clock.now()));
    if (parts.empty())
        return fmt::format("Nobody came without one since the gateway's start, {} ago.",
                           format_span(locking.live->up));
    return fmt::format("Without one since the gateway's start, {} ago: {}. {} will be refused.",
                       format_span(locking.live->up), joined(parts, "; "), parts.size() == 1 ? "It" : "They");
}

Result<void> ask_whether_meant(Locking& locking, const Arguments& arguments) {
    const auto clients = certified_clients(locking.context, *locking.config, locking.live);
    if (!clients) return std::unexpected(clients.error());
    const auto hit = clients_text(*clients, locking.context.clock.now()) + " " + token_users_text(locking);
    return confirm(locking.context, arguments, hit, hit + " Go on?");
}

// --- Doing it ---

// Makes what is missing; what was made is told.
Result<std::vector<std::string>> make_certificates(Locking& locking) {
    const auto made = make_authorities(locking.context, locking.authorities);
    if (!made) return std::unexpected(made.error());
    std::vector<std::string> told;
    if (made->were_missing) told.push_back(made->authorities);
    told.push_back(made->certificate);
    std::ranges::copy(made->warnings, std::back_inserter(told));
    return told;
}

net::Task<std::vector<Knock>> knock(net::Loop& loop, gateway::GatewayTarget target,
                                    std::optional<Secret> token, access::LockTrial::ClientFiles foreign,
                                    access::LockTrial::ClientFiles ours) {
    std::vector<Knock> knocks;
    if (token) knocks = co_await gateway::knock_with_token(loop, target, std::move(*token), knock_patience);
    auto by_certificate = co_await gateway::knock_with_certificates(
        loop, std::move(target), std::move(foreign), std::move(ours), knock_patience);
    if (token) by_certificate.erase(by_certificate.begin());  // nothing at all was tried already
    std::ranges::move(by_certificate, std::back_inserter(knocks));
    co_return knocks;
}

// Through the port, as anybody would, with a client that is there only for this.
Result<std::vector<Knock>> check_from_outside(Locking& locking) {
    auto& context = locking.context;
    context.loaded = nullptr;
    const auto config = context.config();
    if (!config) return std::unexpected(config.error());
    const auto secret = access::resolve_gateway_secret(**config, context.files, {});
    if (!secret) return std::unexpected(secret.error());
    const auto* token = secret->mode == access::AccessMode::token ? secret->chosen() : nullptr;
    // Some secret leads to the port and not to the owner's socket.
    auto target = resolve_target(context, {.url = {}, .token = access::new_token(), .password = {}});
    if (!target) return std::unexpected(target.error());
    const auto name = target->calls_itself = gateway::name_of_tries();
    auto trial = access::LockTrial::make(locking.authorities, context.files, context.clock);
    if (!trial) return std::unexpected(trial.error());
    tell_gateway(context, {(*trial)->ledger()});
    net::Loop loop;
    auto knocks =
        loop.run_until(knock(loop, std::move(*target), token ? std::optional(token->value) : std::nullopt,
                             (*trial)->foreign(), (*trial)->ours()));
    forget_tries(context, name);
    const auto ended = (*trial)->end();
    tell_gateway(context, {(*trial)->ledger()});
    if (!ended) return failed(ended.error(), "taking back the certificate that was tried");
    return knocks;
}

// --- Telling ---

struct Done {
    std::vector<std::string> changes, made;
    std::vector<Knock> knocks;
    std::size_t clients = 0;
    std::vector<std::string> needs_restart = {};
};

json::array texts_json(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}

void print_next(Context& context, const Locking& locking, const Done& done) {
    if (locking.which == CertificateLock::only) {
        context.out.line("Locked. Undo here at any time: openclaw gateway lock token");
        return;
    }
    context.out.line(fmt::format("You need nothing on this machine. The token still works; {}.",
                                 done.clients == 0 ? "no client has a certificate yet"
                                 : done.clients == 1
                                     ? "1 client has a certificate"
                                     : fmt::format("{} clients have certificates", done.clients)));
    if (done.clients == 0) {
        context.out.line("Next: openclaw gateway cert add phone --for iphone");
        context.out.line("      openclaw gateway cert invite laptop");
    } else {
        context.out.line("Next, when every client has one: openclaw gateway lock mtls --only");
    }
}

void tell(Context& context, const Arguments& arguments, const Locking& locking, const Done& done) {
    if (arguments.has("--json")) {
        context.out.json(json::object{{"mode", "mtls"},
                                      {"only", locking.which == CertificateLock::only},
                                      {"dryRun", arguments.has("--dry-run")},
                                      {"changes", texts_json(done.changes)},
                                      {"clients", done.clients},
                                      {"running", locking.live.has_value()},
                                      {"needsRestart", texts_json(done.needs_restart)},
                                      {"notes", texts_json(done.made)},
                                      {"checks", knocks_json(done.knocks)}});
        return;
    }
    const bool dry = arguments.has("--dry-run");
    for (const auto& line : done.made) context.out.line(line);
    for (const auto& line : done.changes)
        if (dry || !line.starts_with("two authorities"))  // which was told already
            context.out.line((dry ? "Would write " : "Wrote ") + line);
    if (dry && done.changes.empty()) context.out.line("It is locked so already: nothing would be changed.");
    if (dry) return;
    if (!done.knocks.empty()) context.out.line("Checked from outside: " + knocks_text(done.knocks) + ".");
    if (!locking.live) context.out.line("No gateway answers: start it with openclaw gateway");
    print_next(context, locking, done);
}

Result<Done> lock(Locking& locking, const Arguments& arguments) {
    auto& context = locking.context;
    const auto now = context.clock.now();
    const auto change = access::change_to_certificates(*locking.config, context.files, locking.authorities,
                                                       locking.which, now);
    if (!change) return std::unexpected(change.error());
    Done done{.changes = access::described(*change, *locking.config), .made = {}, .knocks = {}};
    const auto clients = access::clients_with_certificates(locking.authorities, now);
    if (!clients) return std::unexpected(clients.error());
    done.clients = clients->size();
    if (arguments.has("--dry-run")) return done;
    if (locking.which == CertificateLock::only)
        if (auto meant = ask_whether_meant(locking, arguments); !meant) return std::unexpected(meant.error());
    auto made = make_certificates(locking);
    if (!made) return std::unexpected(made.error());
    done.made = std::move(*made);
    auto changed = access::carry_out(*change, *locking.config, context.files, context.config_writer());
    if (!changed) return std::unexpected(changed.error());
    if (!locking.live) return done;
    const auto news = tell_gateway(context, *changed);
    if (news) done.needs_restart = news->needs_restart;
    if (news && !news->uses_them)
        return hinted(
            fail(Code::unavailable, "the running gateway doesn't use it: {}", news->why_not),
            "put the token back with `openclaw gateway lock token`, and see `openclaw gateway status`");
    auto knocks = check_from_outside(locking);
    if (!knocks) return std::unexpected(knocks.error());
    done.knocks = std::move(*knocks);
    return done;
}

}  // namespace

Exit lock_by_certificates(Context& context, const Arguments& arguments,
                          std::shared_ptr<const config::Config> config) {
    if (auto problem = config->error()) return report(context, *problem);
    Locking locking(context, std::move(config),
                    arguments.has("--only") ? CertificateLock::only : CertificateLock::beside_token);
    const auto done = lock(locking, arguments);
    if (!done) return report(context, done.error());
    tell(context, arguments, locking, *done);
    if (!done->needs_restart.empty())
        context.out.note("note: the gateway has to be restarted for " + joined(done->needs_restart, ", "));
    if (const auto fault = fault_of(done->knocks)) return report(context, *fault);
    return Exit::ok;
}

}  // namespace openclaw::cli
