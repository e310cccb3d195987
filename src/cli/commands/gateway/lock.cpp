#include <algorithm>
#include <array>

#include "access/authority/own.h"
#include "access/lock/lock_change.h"
#include "access/tailnet.h"
#include "base/day.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/gateway/lock_certificates.h"
#include "cli/commands/secrets/sealing.h"
#include "cli/gateway/gateway_client.h"
#include "cli/gateway/lock_check.h"
#include "cli/gateway/lock_view.h"
#include "cli/gateway/tell_gateway.h"
#include "cli/gateway/this_host.h"
#include "cli/output/age.h"
#include "gateway/serving/tls_lock.h"
#include "gateway/serving/weak_points.h"

namespace openclaw::cli {

namespace {

using gateway::Knock;

// The lock as it is written here.
struct Written {
    std::shared_ptr<const config::Config> config;
    Result<access::GatewaySecret> secret;

    Written(Context& context, std::shared_ptr<const config::Config> loaded)
        : config(std::move(loaded)), secret(access::resolve_gateway_secret(*config, context.files, {})) {}
};

// --- How it is locked ---

std::string lock_text(const access::GatewaySecret& secret, const Context& context) {
    if (secret.mode == access::AccessMode::none) return "Not locked: whoever is on this host gets in";
    const auto* chosen = secret.chosen();
    if (chosen)
        return fmt::format("Locked by {} {} from {}", name_of(secret.mode),
                           fingerprint(chosen->value, context.fingerprint_key), chosen->place);
    if (access::wants_secret(secret.mode))
        return fmt::format("Locked by {}; none is set yet", name_of(secret.mode));
    return fmt::format("Locked by {}", name_of(secret.mode));
}

// Why a gateway doesn't start with it, or what of it lets nobody in.
std::vector<Error> faults_of(const Context& context, const Written& written) {
    const auto endpoint = gateway::resolve_endpoint(*written.config, {});
    if (!endpoint) return {endpoint.error()};
    const auto means = access::Authorities::means_of(context.files, context.clock, *written.config);
    return gateway::lock_problems(
        context.files, *written.config, *written.secret, endpoint->loopback_only,
        [&](const config::Config&) { return access::read_own_authority(means); },
        [&] { return access::Authorities(means).check(); }, context.clock.now());
}

void note_faults(Context& context, const std::vector<Error>& faults) {
    for (const auto& fault : faults)
        context.out.note(fmt::format("warning: this lock doesn't hold as it is written: {}{}{}",
                                     fault.message, fault.hint.empty() ? "" : "; ", fault.hint));
}

json::array faults_json(const std::vector<Error>& faults) {
    json::array list;
    for (const auto& fault : faults) list.push_back(json::string_view(fault.message));
    return list;
}

std::string address_text(const gateway::Endpoint& endpoint, bool tls) {
    return fmt::format("Listens on {} port {}{}", joined(endpoint.addresses, ", "), endpoint.port,
                       tls                      ? " with TLS"
                       : endpoint.loopback_only ? ""
                                                : " without TLS");
}

json::object caller_json(const LockView::Caller& caller) {
    json::object entry{{"proof", caller.proof},
                       {"address", caller.address},
                       {"client", caller.client},
                       {"firstSeenMs", to_ms(caller.first)},
                       {"lastSeenMs", to_ms(caller.last)},
                       {"times", caller.times}};
    if (caller.by_earlier_token) entry["byEarlierToken"] = true;
    return entry;
}

bool lets_the_tailnet_in(const Written& written) {
    return access::TailnetRules::from(*written.config, written.secret->mode) != nullptr;
}

json::object shown_json(const Context& context, const Written& written, const std::optional<LockView>& live) {
    json::object answer{{"mode", json::string_view(name_of(written.secret->mode))}};
    if (const auto* chosen = written.secret->chosen()) {
        answer["source"] = chosen->place;
        answer["fingerprint"] = fingerprint(chosen->value, context.fingerprint_key);
    }
    if (const auto endpoint = gateway::resolve_endpoint(*written.config, {})) {
        answer["port"] = endpoint->port;
        answer["addresses"] = json::array(endpoint->addresses.begin(), endpoint->addresses.end());
    }
    answer["tls"] = written.config->flag_or_default("gateway.tls.enabled");
    if (lets_the_tailnet_in(written)) answer["tailscale"] = true;
    answer["running"] = live.has_value();
    if (!live) return answer;
    answer["inUse"] = {{"mode", live->mode}, {"source", live->source}, {"fingerprint", live->fingerprint}};
    if (live->earlier)
        answer["earlier"] = {{"fingerprint", live->earlier->fingerprint},
                             {"validUntilMs", to_ms(live->earlier->ends)}};
    json::array callers;
    for (const auto& caller : live->callers) callers.push_back(caller_json(caller));
    answer["callers"] = std::move(callers);
    return answer;
}

// Both sides' sources and fingerprints, where they differ.
void note_difference(Context& context, const Written& written, const LockView& live) {
    const auto* chosen = written.secret->chosen();
    const auto print = chosen ? fingerprint(chosen->value, context.fingerprint_key) : std::string();
    if (live.mode == name_of(written.secret->mode) && live.fingerprint == print) return;
    context.out.note(fmt::format(
        "warning: the running gateway is locked by {}{}, here stands {}{}; see `openclaw gateway status`",
        live.mode, live.source.empty() ? "" : fmt::format(" {} from {}", live.fingerprint, live.source),
        name_of(written.secret->mode), chosen ? fmt::format(" {} from {}", print, chosen->place) : ""));
}

void print_callers(Context& context, const LockView& live, const std::vector<CertifiedClient>& clients) {
    const auto now = context.clock.now();
    if (live.earlier)
        context.out.line(fmt::format("The token before, {}, is right for another {}.",
                                     live.earlier->fingerprint, format_left(live.earlier->ends - now)));
    std::vector<std::string> lines;
    for (const auto& caller : live.callers) {
        const bool told = std::ranges::find(clients, caller.principal, &CertifiedClient::id) != clients.end();
        if (told) continue;
        lines.push_back(fmt::format("  by {}{}: {}{}", caller.by_earlier_token ? "the old " : "",
                                    caller.proof, described(caller, now),
                                    caller.times == 1 ? "" : fmt::format(", {} times", caller.times)));
    }
    context.out.line(fmt::format("{} over the network since the start, {} ago{}",
                                 lines.empty() ? "Nobody else has come" : "Who came", format_span(live.up),
                                 lines.empty() ? "." : ":"));
    for (const auto& line : lines) context.out.line(line);
}

json::array clients_json(const std::vector<CertifiedClient>& clients) {
    json::array list;
    for (const auto& client : clients) {
        json::object entry{{"id", client.id}, {"name", client.name}, {"endsAt", to_ms(client.ends)}};
        if (client.first) entry["firstSeenMs"] = to_ms(*client.first);
        if (client.last) entry["lastSeenMs"] = to_ms(*client.last);
        list.push_back(std::move(entry));
    }
    return list;
}

void print_clients(Context& context, const std::vector<CertifiedClient>& clients) {
    const auto now = context.clock.now();
    if (!clients.empty()) context.out.line("Clients with certificates:");
    for (const auto& client : clients)
        context.out.line(fmt::format("  {}, until {}: {}", client.name, day_of(client.ends),
                                     client.last ? fmt::format("seen since {}, last {}",
                                                               day_of(*client.first), age(now - *client.last))
                                                 : std::string("not seen yet")));
}

Exit show(Context& context, const Written& written, bool as_json) {
    const auto live = ask_for_lock(context);
    const auto clients = certified_clients(context, *written.config, live);
    const auto faults = faults_of(context, written);
    if (as_json) {
        auto answer = shown_json(context, written, live);
        answer["problems"] = faults_json(faults);
        if (clients) answer["clients"] = clients_json(*clients);
        context.out.json(answer);
        return clients ? Exit::ok : report(context, clients.error());
    }
    context.out.line(lock_text(*written.secret, context) + ".");
    const auto endpoint = gateway::resolve_endpoint(*written.config, {});
    if (endpoint)
        context.out.line(address_text(*endpoint, written.config->flag_or_default("gateway.tls.enabled")) +
                         ".");
    if (lets_the_tailnet_in(written))
        context.out.line("Beside it, people of the tailnet get in by what Tailscale's daemon says of them.");
    context.out.line("You need nothing on this host as the user who runs it.");
    if (clients) print_clients(context, *clients);
    if (live) {
        note_difference(context, written, *live);
        print_callers(context, *live, clients.value_or(std::vector<CertifiedClient>{}));
    } else {
        context.out.line("No gateway answers this user here.");
    }
    note_faults(context, faults);
    return clients ? Exit::ok : report(context, clients.error());
}

// --- Locking ---

net::Task<std::vector<Knock>> knock(net::Loop& loop, gateway::GatewayTarget target, Secret token) {
    co_return co_await gateway::knock_with_token(loop, std::move(target), std::move(token), knock_patience);
}

// From outside: through the port, as anybody would.
Result<std::vector<Knock>> check_token_from_outside(Context& context, const Secret& token) {
    context.loaded = nullptr;
    auto target = resolve_target(context, {.url = {}, .token = token, .password = {}});
    if (!target) return std::unexpected(target.error());
    const auto name = target->calls_itself = gateway::name_of_tries();
    net::Loop loop;
    auto knocks = loop.run_until(knock(loop, std::move(*target), token));
    forget_tries(context, name);
    return knocks;
}

json::array texts_json(const std::vector<std::string>& texts) {
    return json::array(texts.begin(), texts.end());
}

Exit tell_plan(Context& context, const std::vector<std::string>& lines, bool as_json) {
    if (as_json) {
        context.out.json(json::object{{"mode", "token"}, {"dryRun", true}, {"changes", texts_json(lines)}});
        return Exit::ok;
    }
    if (lines.empty()) context.out.line("It is locked by token already: nothing would be changed.");
    for (const auto& line : lines) context.out.line("Would write " + line);
    return Exit::ok;
}

// A lock that can be guessed, or one that the gateway would not start with, is none.
Result<void> check_wanted(Context& context, const config::Config& config) {
    const auto secret = access::resolve_gateway_secret(
        config, context.files, {.mode = access::AccessMode::token, .token = {}, .password = {}});
    const auto endpoint = gateway::resolve_endpoint(config, {});
    if (!secret || !endpoint) return {};
    return gateway::check_lock(config, *secret, endpoint->loopback_only);
}

Exit lock_by_token(Context& context, const Arguments& arguments, const config::Config& config) {
    const bool as_json = arguments.has("--json");
    const auto change = access::change_to_token(config, context.files);
    if (!change) return report(context, change.error());
    const auto lines = access::described(*change, config);
    if (auto fine = check_wanted(context, config); !fine) return report(context, fine.error());
    if (arguments.has("--dry-run")) return tell_plan(context, lines, as_json);
    const auto changed = access::carry_out(*change, config, context.files, context.config_writer());
    if (!changed) return report(context, changed.error());
    const auto news = tell_gateway(context, *changed);
    const auto live = ask_for_lock(context);

    context.loaded = nullptr;
    const Written written(context, context.load_config());
    if (!written.secret) return report(context, written.secret.error());
    const auto& chosen = *written.secret->chosen();
    Result<std::vector<Knock>> knocks = std::vector<Knock>();
    if (live) knocks = check_token_from_outside(context, chosen.value);
    if (!knocks) return report(context, knocks.error());
    if (as_json) {
        context.out.json(
            json::object{{"mode", "token"},
                         {"changes", texts_json(lines)},
                         {"source", chosen.place},
                         {"fingerprint", fingerprint(chosen.value, context.fingerprint_key)},
                         {"running", live.has_value()},
                         {"needsRestart", news ? texts_json(news->needs_restart) : json::array()},
                         {"checks", knocks_json(*knocks)}});
    } else {
        for (const auto& line : lines) context.out.line("Wrote " + line);
        if (!knocks->empty()) context.out.line("Checked from outside: " + knocks_text(*knocks) + ".");
        context.out.line(lock_text(*written.secret, context) + ".");
        context.out.line("You need nothing on this host; elsewhere clients give the token:");
        context.out.line("  openclaw gateway token show --reveal");
        if (!live) context.out.line("No gateway answers: start it with openclaw gateway");
    }
    if (news && !news->needs_restart.empty())
        context.out.note("note: the gateway has to be restarted for " + joined(news->needs_restart, ", "));
    if (const auto fault = fault_of(*knocks)) return report(context, *fault);
    return Exit::ok;
}

Result<void> check_word(const std::string& word) {
    if (word == "token" || word == "mtls") return {};
    const auto mode = access::access_mode_named(word);
    const std::array<std::string, 2> locks = {"token", "mtls"};
    const auto near = nearest(word, locks);
    if (!mode)
        return hinted(fail(Code::invalid_input, "\"{}\" is no lock", printable(word)),
                      near ? fmt::format("did you mean `openclaw gateway lock {}`?", *near)
                           : "for example: `openclaw gateway lock token`");
    return hinted(fail(Code::invalid_input, "a lock by {} is not made by this command", word),
                  fmt::format("set it by hand: `openclaw config set gateway.auth.mode {}`", word));
}

// A flag that would be passed over in silence is refused: whoever types it expects something of it.
Result<void> check_flags(const Arguments& arguments) {
    constexpr std::string_view example = "for example: `openclaw gateway lock mtls --only`";
    const auto& words = arguments.positional();
    for (const auto* flag : {"--only", "--yes", "--dry-run"})
        if (words.empty() && arguments.has(flag))
            return hinted(fail(Code::invalid_input, "{} needs to know which lock", flag),
                          std::string(example));
    if (words.empty()) return {};
    if (arguments.has("--only") && words.front() != "mtls")
        return hinted(fail(Code::invalid_input, "--only is for certificates"), std::string(example));
    if (arguments.has("--yes") && !arguments.has("--only"))
        return hinted(fail(Code::invalid_input, "--yes is for --only: nothing else asks"),
                      fmt::format("`openclaw gateway lock {}`", words.front()));
    return {};
}

Exit run_lock(Context& context, const Arguments& arguments) {
    const auto config = of_this_host(context.config_with_problems());
    if (!config) return report(context, config.error());
    if (!arguments.positional().empty())
        if (auto known = check_word(arguments.positional().front()); !known)
            return report(context, known.error());
    if (auto meant = check_flags(arguments); !meant) return report(context, meant.error());
    if (!arguments.positional().empty())
        return arguments.positional().front() == "mtls" ? lock_by_certificates(context, arguments, *config)
                                                        : lock_by_token(context, arguments, **config);
    const Written written(context, *config);
    if (!written.secret) return report(context, written.secret.error());
    return show(context, written, arguments.has("--json"));
}

constexpr Option options[] = {
    {.name = "--only",
     .help = "With mtls: nothing but certificates, so that the token opens nothing any more",
     .kind = OptionKind::flag},
    yes_option,
    {.name = "--dry-run", .help = "Only say what would be changed", .kind = OptionKind::flag},
    {.name = "--json", .help = "Print the findings as JSON", .kind = OptionKind::flag},
};

}  // namespace

const Command gateway_lock{
    .name = "gateway lock",
    .summary = "Say how the gateway is locked and who came lately, or lock it another way",
    .arguments = "[token|mtls]",
    .options = options,
    .example = "openclaw gateway lock token",
    .run = run_lock,
    .arguments_max = 1,
    .completes = "token|mtls",
    .details =
        "With `token`, makes a token if there is none, writes the config so that its comments stay, and "
        "looks from outside whether it holds: through the port, without a token, with a wrong one and "
        "with the right one. With `mtls`, makes the authorities that give clients certificates, and lets in "
        "whoever holds one beside the token; with `--only`, nobody else. At the keyboard of the gateway's "
        "host it always works: the admin socket belongs to the user who runs the gateway.",
    .noted = Noted::if_subject,
};

}  // namespace openclaw::cli
