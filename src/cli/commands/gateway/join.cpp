#include "base/day.h"
#include "base/host_text.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/config/change.h"
#include "cli/gateway/gateway_client.h"
#include "config/json5/key_path.h"
#include "gateway/client/enrol.h"
#include "gateway/serving/options.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t code_bytes_max = 1024;
constexpr Milliseconds timeout_default = std::chrono::seconds(20);

Result<net::Url> address_of(const std::string& typed) {
    std::string text(trimmed(typed));
    if (!text.contains("://")) text = "wss://" + text;
    const auto host_at = text.find("://") + 3;
    const auto colon = text.find_last_of(":]");
    const bool has_port = colon != std::string::npos && colon > host_at && text[colon] == ':';
    if (!has_port) text += ":18789";
    auto url = net::parse_url(text);
    if (url && url->scheme == "wss" && url->target == "/") return url;
    return hinted(
        fail(Code::invalid_input, "\"{}\" is no address of a gateway", printable(typed)),
        "take the whole line from the inviting terminal, such as `openclaw gateway join nas.local:18789 "
        "CODE`");
}

Result<access::InvitationCode> code_of(Context& context, const std::string& typed) {
    auto text =
        typed == "-" ? platform::read_text(context.terminal, code_bytes_max) : Result<std::string>(typed);
    if (!text) return failed(text.error(), "reading the code from standard input");
    auto code = access::parse_code(*text);
    if (code && code->kind == access::ClientKind::phone)
        return hinted(
            fail(Code::invalid_input, "this code is for a phone or browser"),
            "open its link there, or have this computer invited: `openclaw gateway cert invite NAME`");
    return code;
}

std::string url_text(const net::Url& url) {
    return "wss://" + host_and_port(url.host, url.port);
}

// Why the config stays as it is, or nothing: it would take this machine's own gateway, or another one that it
// talks to, out of use.
std::optional<Error> reason_to_leave_config(Context& context, const config::Config& config,
                                            const net::Url& url) {
    const auto remote = net::parse_url(config.text("gateway.remote.url").value_or(""));
    if (remote && (remote->host != url.host || remote->port != url.port))
        return Error{
            Code::busy, fmt::format("gateway.remote.url names another gateway, {}", remote->host),
            "join with --no-config and use `--url`, or first run `openclaw config unset gateway.remote`"};
    const bool runs_one = platform::exists(context.files, context.paths.admin_socket()) ||
                          config.text("gateway.mode") == "local";
    if (runs_one)
        return Error{Code::busy, "this machine has a gateway of its own, which its commands talk to",
                     "join with --no-config, and name this gateway with `--url`"};
    return std::nullopt;
}

Result<config::Written> write_config(Context& context, const net::Url& url) {
    return context.config_writer().update([&](json::object& document) -> Result<void> {
        auto gateway = config::section(document, {"gateway"});
        if (!gateway) return std::unexpected(gateway.error());
        (**gateway)["mode"] = "remote";
        auto remote = config::section(document, {"gateway", "remote"});
        if (!remote) return std::unexpected(remote.error());
        (**remote)["url"] = url_text(url);
        return {};
    });
}

struct Joining {
    net::Url url;
    access::InvitationCode code;
    std::string extra_ca_file;
    Milliseconds timeout;
};

// A gateway whose certificate the whole world can check needs no pin, and may change its key.
net::Task<Result<gateway::NewCertificate>> ask(net::Loop& loop, Joining joining, net::PrivateKey key) {
    auto given =
        co_await gateway::ask_to_join(loop, joining.url, joining.code, std::move(key), joining.timeout);
    if (!given || given->authority) co_return given;
    const bool trusted =
        co_await gateway::is_publicly_trusted(loop, joining.url, joining.extra_ca_file, joining.timeout);
    if (trusted) given->pin.reset();
    co_return given;
}

Error told_by_pin(Error error, const net::Url& url) {
    if (!error.message.contains("fingerprint mismatch")) return error;
    return {
        Code::denied,
        fmt::format("what answers at {} is not the gateway that the code is for; the code was not sent",
                    url_text(url)),
        "compare the address with the inviting terminal; if it is right, somebody stands between you and it"};
}

Result<gateway::OwnCertificate> join(Context& context, Joining joining) {
    gateway::JoiningFolder folder(context.files, context.paths, joining.url);
    const auto key = folder.key_for(joining.code.hash());
    if (!key) return std::unexpected(key.error());
    net::Loop loop;
    const auto given = loop.run_until(ask(loop, joining, *key));
    if (!given) return std::unexpected(told_by_pin(given.error(), joining.url));
    return folder.keep(*key, joining.code.hash(), *given);
}

void tell(Context& context, const Arguments& arguments, const gateway::OwnCertificate& own,
          bool config_written) {
    if (arguments.has("--json")) {
        context.out.json(json::object{{"name", own.name},
                                      {"url", own.url},
                                      {"folder", own.folder.string()},
                                      {"validUntil", iso_time(own.ends)},
                                      {"configWritten", config_written}});
        return;
    }
    context.out.line(
        fmt::format("The gateway proved itself by the code. Key made here; certificate \"{}\" until {}, "
                    "renewed by itself.",
                    own.name, day_of(own.ends)));
    context.out.line(config_written ? fmt::format("Commands of this machine talk to {} from now on.", own.url)
                                    : fmt::format("Use it with `--url {}`.", own.url));
}

Exit run_join(Context& context, const Arguments& arguments) {
    const auto url = address_of(arguments.positional()[0]);
    if (!url) return report(context, url.error());
    const auto code = code_of(context, arguments.positional()[1]);
    if (!code) return report(context, code.error());
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto timeout = arguments.integer("--timeout", 1, 10 * 60 * 1000);
    if (!timeout) return report(context, timeout.error());
    const bool writes = !arguments.has("--no-config");
    if (writes)
        if (const auto reason = reason_to_leave_config(context, **config, *url))
            return report(context, *reason);
    const auto own = join(
        context, {.url = *url,
                  .code = *code,
                  .extra_ca_file =
                      std::string((*config)->environment().find_filled("NODE_EXTRA_CA_CERTS").value_or("")),
                  .timeout = *timeout ? Milliseconds(**timeout) : timeout_default});
    if (!own) return report(context, own.error());
    if (writes)
        if (const auto written = write_config(context, *url); !written)
            return report(context,
                          failed(written.error(), "the certificate is there, but not the config").error());
    tell(context, arguments, *own, writes);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--no-config",
     .help = "Leave openclaw.json as it is; the certificate is used where --url names the gateway",
     .kind = OptionKind::flag},
    {.name = "--timeout", .value_name = "MS", .help = "Give up after this long (default: 20000)"},
    {.name = "--json", .help = "Print what was done as JSON", .kind = OptionKind::flag},
};

}  // namespace

const Command gateway_join{
    .name = "gateway join",
    .summary = "Join a gateway on another machine, with the code of an invitation",
    .arguments = "HOST[:PORT] CODE",
    .options = options,
    .example = "openclaw gateway join nas.local:18789 -",
    .run = run_join,
    .arguments_min = 2,
    .arguments_max = 2,
    .details =
        "CODE is what `openclaw gateway cert invite` shows there ('-': read it from standard input). It is "
        "sent only to the gateway that it was made by. The same command with the same code goes on where an "
        "earlier try was interrupted.",
};

}  // namespace openclaw::cli
