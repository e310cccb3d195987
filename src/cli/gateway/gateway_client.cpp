#include "cli/gateway/gateway_client.h"

#include "base/text.h"
#include "gateway/serving/options.h"
#include "gateway/serving/weak_points.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t secret_bytes_max = 64 * 1024;

// From "--token", or from the file that "--token-file" names.
Result<std::optional<Secret>> secret_option(Context& context, const Arguments& arguments,
                                            std::string_view name) {
    const std::string file_option = fmt::format("{}-file", name);
    const auto file = arguments.text(file_option);
    if (file && arguments.has(name)) {
        return fail(Code::invalid_input, "give either {} or {}, not both", name, file_option);
    }
    if (!file) return arguments.secret(name);
    if (*file == "-") {
        auto input = context.terminal.read_input(secret_bytes_max);
        if (!input) return failed(input.error(), "reading {} from standard input", name);
        return input->trimmed();
    }
    auto text = context.files.read(*file, secret_bytes_max);
    if (!text) return failed(text.error(), "reading {}", file_option);
    Secret whole(std::move(*text));
    return whole.trimmed();
}

// An address that was typed, and a secret that would be read on the way there.
void note_clear_way(Context& context, const GatewayOptions& options) {
    const auto url = net::parse_url(options.url.value_or(""));
    if (!url) return;
    const auto config = context.config_with_problems();
    const auto stands = [&](const std::optional<Secret>& typed, const char* variable) {
        return typed || (config && (*config)->environment().find_filled(variable));
    };
    const bool token = stands(options.token, "OPENCLAW_GATEWAY_TOKEN");
    if (!token && !stands(options.password, "OPENCLAW_GATEWAY_PASSWORD")) return;
    if (const auto problem = gateway::clear_way(*url, token ? "token" : "password"))
        context.out.note(fmt::format("warning: {}; {}", problem->message, problem->hint));
}

// What of ours it is shown.
std::string proof_of(const GatewayTarget& target) {
    if (!target.socket.empty()) return "the owner, through the admin socket";
    std::vector<std::string> proofs;
    if (target.own)
        proofs.push_back(fmt::format("this machine's certificate \"{}\"", printable(target.own->name)));
    if (!target.secrets.empty()) proofs.push_back(target.secrets);
    return proofs.empty() ? "none" : joined(proofs, ", ");
}

}  // namespace

gateway::ClientHost client_host(Context& context) {
    return {.files = context.files,
            .clock = context.clock,
            .paths = context.paths,
            .config = context.config(),
            .fingerprint_key = context.fingerprint_key};
}

Result<GatewayOptions> gateway_options(Context& context, const Arguments& arguments) {
    GatewayOptions options;
    options.url = arguments.text("--url");
    auto token = secret_option(context, arguments, "--token");
    if (!token) return std::unexpected(token.error());
    auto password = secret_option(context, arguments, "--password");
    if (!password) return std::unexpected(password.error());
    options.token = std::move(*token);
    options.password = std::move(*password);
    const auto timeout = arguments.integer("--timeout", 1, 24 * 60 * 60 * 1000);
    if (!timeout) return std::unexpected(timeout.error());
    if (*timeout) options.timeout = Milliseconds(**timeout);
    note_clear_way(context, options);
    return options;
}

Result<GatewayTarget> resolve_target(Context& context, const GatewayOptions& options) {
    return gateway::resolve_target(client_host(context), options);
}

void print_gateway_target(Context& context, const GatewayOptions& options) {
    const auto target = resolve_target(context, options);
    if (!target) return;
    Output& out = context.out;
    out.line(fmt::format("Gateway target: {}", target->described));
    out.line(fmt::format("Proof: {}", proof_of(*target)));
    out.line(fmt::format("Config: {}", context.paths.shortened(context.paths.config_file)));
    if (target->elsewhere) return;
    const auto config = context.config_with_problems();
    if (!config) return;
    if (const auto endpoint = gateway::resolve_endpoint(**config, {}))
        out.line(
            fmt::format("Bind: {}, port {} ({})", endpoint->bind, endpoint->port, endpoint->port_source));
}

Result<json::value> ask_gateway(Context& context, const GatewayOptions& options, std::string method,
                                json::object params, bool until_final) {
    return gateway::ask_gateway(client_host(context), options, std::move(method), std::move(params),
                                until_final);
}

}  // namespace openclaw::cli
