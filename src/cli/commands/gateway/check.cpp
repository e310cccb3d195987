#include "access/doorman.h"
#include "access/keys/kept_keys.h"
#include "access/keys/key_memories.h"
#include "base/log.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/this_host.h"
#include "gateway/serving/serving.h"
#include "gateway/serving/weak_points.h"

namespace openclaw::cli {

namespace {

// A log for a judgement that nobody else is to hear of.
class NoLog final : public Log {
public:
    void write(LogLevel, std::string_view, std::string_view) override {}
};

struct Verdict {
    bool admitted = false;
    std::string reason = {};     // why not
    std::string tailscale = {};  // why its daemon couldn't be asked
    std::string client = {};     // whose guesses would be counted
    std::string who = {};        // whom it would be
    std::string proof = {};
    std::vector<std::string> scopes = {};
};

Result<net::Headers> headers_of(const Arguments& arguments) {
    net::Headers headers;
    for (const auto& text : arguments.all("--header")) {
        const auto colon = text.find(':');
        const auto name = trimmed(std::string_view(text).substr(0, colon));
        if (colon == std::string::npos || name.empty())
            return hinted(fail(Code::invalid_input, "\"{}\" is no header", printable(text)),
                          "write it as --header 'Name: value'");
        headers.add(std::string(name), std::string(trimmed(std::string_view(text).substr(colon + 1))));
        if (!headers.valid()) return fail(Code::invalid_input, "\"{}\" is no header", printable(text));
    }
    if (headers.count("Authorization") > 1)
        return hinted(fail(Code::invalid_input, "two Authorization headers: the gateway answers 400 to that"),
                      "give the one that the request would have");
    // Every request has one; what stands there matters to web pages alone.
    if (!headers.find("host")) headers.add("Host", "localhost");
    return headers;
}

Result<net::Peer> peer_of(const Arguments& arguments) {
    const auto text = arguments.text("--peer").value_or("127.0.0.1");
    const auto parsed = access::AddressBytes::parse(text);
    if (!parsed)
        return hinted(fail(Code::invalid_input, "--peer {} is no address", printable(text)),
                      "write the address that the gateway would see, such as 192.168.1.20");
    net::Peer peer;
    peer.address = text;
    peer.loopback = parsed->is_loopback();
    return peer;
}

// Nothing where the gateway wouldn't ask either. A program of this host is known to the daemon by its port,
// of which nobody knows here.
std::optional<access::TailnetWord> tailnet_word(const access::Doorman& doorman,
                                                const gateway::Serving& serving,
                                                const access::Offered& offered, const net::Headers& headers,
                                                const net::Peer& peer) {
    auto rules = doorman.tailnet_for(offered);
    const auto question = access::tailnet_question(headers, peer, serving.browser);
    if (!rules || !question || question->loopback) return std::nullopt;
    net::Loop loop;
    access::TailnetWhois whois(loop);
    return loop.run_until(whois.ask(std::move(rules), *question));
}

// By the same functions as the gateway's doorman, with one of its own, so that no guess is counted there.
Verdict judge(Context& context, const gateway::Serving& serving, const net::Headers& headers,
              const net::Peer& peer) {
    NoLog log;
    access::Doorman doorman({.clock = context.clock, .log = log}, serving.lock(context.fingerprint_key),
                            serving.guesses);
    const auto guesser = access::guesser_of(headers, peer, serving.browser);
    Verdict verdict{.client = guesser.address};
    if (auto foreign = access::refused_as_cross_site(headers, peer, serving.browser)) {
        verdict.reason = std::move(*foreign);
        return verdict;
    }
    access::KeptKeys kept(context.files, context.paths);
    doorman.use_keys(access::KeyMemories().set_of(kept.read(), context.clock.now(), context.clock.steady()));
    auto said = access::secret_of(headers);
    access::Offered offered{.secret = std::move(said.secret),
                            .socket_owner = {},
                            .passage = doorman.passage_of(headers, peer),
                            .key = std::move(said.key),
                            .several_secrets = said.several};
    offered.tailnet = tailnet_word(doorman, serving, offered, headers, peer);
    if (offered.tailnet) verdict.tailscale = offered.tailnet->problem;
    const auto judged =
        doorman.judge(offered, {.surface = "http", .verb = "GET", .object = "/", .guesser = guesser});
    if (!judged) {
        verdict.reason = name_of(judged.error().denial);
        return verdict;
    }
    verdict.admitted = true;
    verdict.who = judged->shown();
    verdict.proof = name_of(judged->proof());
    verdict.scopes = judged->scopes().names();
    return verdict;
}

json::object verdict_json(const Verdict& verdict, std::string_view mode, const net::Peer& peer) {
    json::object answer{{"admitted", verdict.admitted},
                        {"mode", std::string(mode)},
                        {"peer", peer.address},
                        {"client", verdict.client}};
    if (!verdict.admitted) {
        answer["reason"] = verdict.reason;
        if (!verdict.tailscale.empty()) answer["tailscale"] = verdict.tailscale;
        return answer;
    }
    answer["principal"] = verdict.who;
    answer["proof"] = verdict.proof;
    answer["scopes"] = json::array(verdict.scopes.begin(), verdict.scopes.end());
    return answer;
}

void print_verdict(Context& context, const Verdict& verdict, std::string_view mode, const net::Peer& peer) {
    if (verdict.admitted)
        context.out.line(fmt::format("Let in as {} by {}: {}", printable(verdict.who), verdict.proof,
                                     joined(verdict.scopes, ", ")));
    else
        context.out.line(fmt::format("Refused: {}{}", printable(verdict.reason),
                                     verdict.tailscale.empty() ? "" : ": " + printable(verdict.tailscale)));
    context.out.line(fmt::format(
        "The lock: {}. The connection comes from {}{}.", mode, peer.address,
        verdict.client == peer.address
            ? ", which counts as the client"
            : fmt::format("; the client is {}, as a trusted proxy says", printable(verdict.client))));
}

Exit run_check(Context& context, const Arguments& arguments) {
    const auto headers = headers_of(arguments);
    if (!headers) return report(context, headers.error());
    const auto peer = peer_of(arguments);
    if (!peer) return report(context, peer.error());
    const auto config = of_this_host(context.config());
    if (!config) return report(context, config.error());
    auto secret = access::resolve_gateway_secret(**config, context.files, {});
    if (!secret) return report(context, secret.error());
    const auto endpoint = gateway::resolve_endpoint(**config, {});
    if (!endpoint) return report(context, endpoint.error());
    if (auto locked = gateway::check_lock(**config, *secret, endpoint->loopback_only); !locked)
        return report(context, locked.error());
    const auto mode = std::string(name_of(secret->mode));
    const auto serving = gateway::make_serving(*config, std::move(*secret), {}, {});
    const auto verdict = judge(context, *serving, *headers, *peer);
    if (arguments.has("--json"))
        context.out.json(verdict_json(verdict, mode, *peer));
    else
        print_verdict(context, verdict, mode, *peer);
    return verdict.admitted ? Exit::ok : Exit::denied;
}

constexpr Option options[] = {
    {.name = "--peer",
     .value_name = "ADDRESS",
     .help = "Where the connection comes from, as the gateway would see it (default: 127.0.0.1)"},
    {.name = "--header",
     .value_name = "'NAME: VALUE'",
     .help = "A header of the request; may be given several times",
     .kind = OptionKind::repeated},
    {.name = "--json", .help = "Print the verdict as JSON", .kind = OptionKind::flag},
};

}  // namespace

const Command gateway_check{
    .name = "gateway check",
    .summary = "Say whether a request would be let in, as whom, and why not",
    .options = options,
    .example = "openclaw gateway check --peer 10.0.0.2 --header 'X-Forwarded-User: alice'",
    .run = run_check,
    .details =
        "Judges by what is written, without asking the gateway: nothing is counted as a guess. The exit "
        "status is 0 when it would be let in, 3 when not. Don't type a secret that others may see; "
        "whether a token is right is told by `openclaw gateway status --token-file FILE`.",
};

}  // namespace openclaw::cli
