#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/connect/client_key.h"
#include "cli/commands/connect/gateway_place.h"
#include "cli/commands/gateway/cert_desk.h"
#include "cli/commands/gateway/key_desk.h"
#include "cli/commands/models/agent_credentials.h"
#include "cli/gateway/this_host.h"
#include "cli/output/table.h"

namespace openclaw::cli {

namespace {

constexpr std::string_view usual_model = "openclaw";  // the default agent's
constexpr std::size_t model_bytes_max = 200;

std::string text_of(const ClientRequest& request) {
    return fmt::format("{} {}", request.method, request.path);
}

json::object known_client_json(const KnownClient& client) {
    const bool works = is_served(client.needs);
    json::object object{
        {"client", client.name}, {"title", client.title}, {"speaks", client.speaks}, {"works", works}};
    if (!works) object["missing"] = text_of(client.needs);
    return object;
}

Exit list_clients(Context& context, const Arguments& arguments) {
    if (arguments.has("--json")) {
        json::array all;
        for (const auto& client : known_clients()) all.push_back(known_client_json(client));
        context.out.json(all);
        return Exit::ok;
    }
    std::vector<std::vector<std::string>> rows{{"CLIENT", "IS", "STATE"}};
    for (const auto& client : known_clients())
        rows.push_back({std::string(client.name), std::string(client.title),
                        is_served(client.needs) ? std::string("works")
                                                : fmt::format("not yet: needs {}", client.speaks)});
    constexpr std::array<std::size_t, 3> least{13, 20, 20};
    for (const auto& line : table(rows, least, context.out.columns())) context.out.line(line);
    return Exit::ok;
}

Result<const KnownClient*> client_named(const std::string& name) {
    if (const auto* client = find_known_client(name)) return client;
    std::vector<std::string> names;
    for (const auto& client : known_clients()) names.emplace_back(client.name);
    const auto near = nearest(name, names);
    return hinted(fail(Code::invalid_input, "no client \"{}\" is known{}", printable(name),
                       near ? fmt::format(" (did you mean {}?)", *near) : ""),
                  "`openclaw connect` lists them; openai stands for all that speak OpenAI's API");
}

// A key for what can't work would be one that nobody watches.
Result<void> check_served(const KnownClient& client) {
    if (is_served(client.needs)) return {};
    return hinted(
        fail(Code::invalid_input, "{} needs {}, which this gateway doesn't answer yet; no key was made",
             client.title, text_of(client.needs)),
        "`openclaw connect` lists what works");
}

Result<void> check_lock(const config::Config& config) {
    if (config.text("gateway.auth.mode") != "mtls") return {};
    return hinted(
        fail(Code::invalid_input, "the gateway is locked by certificates only: a key opens nothing"),
        "give the client a certificate: `openclaw gateway cert add NAME`");
}

Result<std::string> model_asked_for(const Arguments& arguments) {
    auto model = arguments.text("--model").value_or(std::string(usual_model));
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("_-./:@+~").contains(c);
    };
    if (!model.empty() && model.size() <= model_bytes_max && std::ranges::all_of(model, plain)) return model;
    return hinted(fail(Code::invalid_input, "--model: \"{}\" is no model", printable(model)),
                  "`openclaw models list` shows those there are");
}

std::vector<std::string> notes_for(const KnownClient& client, const GatewayPlace& place) {
    auto notes = notes_on(place);
    if (!client.wants.method.empty() && !is_served(client.wants))
        notes.push_back(
            fmt::format("note: {} isn't answered yet: {}", text_of(client.wants), client.missing));
    if (!client.limits.empty()) notes.push_back(fmt::format("note: {}", client.limits));
    if (!place.authority.empty() && !client.with_authority.empty())
        notes.push_back(fmt::format("note: {}", client.with_authority));
    return notes;
}

// What was put together for one client.
struct Connection {
    const KnownClient& client;
    GatewayPlace place;
    std::string model;
    ClientKey key;
    Block block;
    std::optional<platform::Path> out;
};

json::object connection_json(const Connection& made) {
    json::object object{{"client", made.client.name},
                        {"baseUrl", made.place.url("http")},
                        {"websocketUrl", made.place.url("ws")},
                        {"otherHosts", json::value_from(made.place.others)},
                        {"model", made.model},
                        {"authority", nullptr},
                        {"notes", json::value_from(notes_for(made.client, made.place))}};
    if (!made.place.authority.empty()) object["authority"] = made.place.authority.string();
    if (const auto& key = made.key.made) object["key"] = key_with_state_json(*key, key->made);
    if (made.out) {
        object["out"] = made.out->string();
        return object;
    }
    json::object variables;
    for (const auto& [name, value] : made.block.variables) variables[name] = value;
    object["variables"] = std::move(variables);
    if (!made.client.file.empty()) object["file"] = made.client.file;
    object["text"] = made.block.text;
    return object;
}

void print(Context& context, const Connection& made) {
    if (made.out) {
        context.out.line("File: " + context.paths.shortened(*made.out));
    } else {
        context.out.note(made.client.file.empty() ? "For a shell:"
                                                  : fmt::format("For {}:", made.client.file));
        context.out.text(pasted(made.block));
    }
    for (const auto& note : notes_for(made.client, made.place)) context.out.note(note);
    if (const auto& key = made.key.made)
        context.out.note(
            fmt::format("note: the key isn't shown again: {}; `openclaw gateway keys revoke {}` takes "
                        "it back",
                        summary_text(*key), key->name));
}

Result<Connection> connect(Context& context, const Arguments& arguments, const KnownClient& client) {
    if (auto served = check_served(client); !served) return std::unexpected(served.error());
    const auto config = of_this_host(context.config());
    if (!config) return std::unexpected(config.error());
    if (auto opened = check_lock(**config); !opened) return std::unexpected(opened.error());
    auto model = model_asked_for(arguments);
    if (!model) return std::unexpected(model.error());
    auto place = gateway_place(context, **config, arguments.text("--host"));
    if (!place) return std::unexpected(place.error());
    std::optional<platform::Path> out;
    if (arguments.has("--out")) {
        const auto path = free_output_path(context, arguments, "");
        if (!path) return std::unexpected(path.error());
        out = *path;
    }
    auto key = client_key(context, arguments, client);
    if (!key) return std::unexpected(key.error());
    const BlockFacts facts{.base = place->url("http"),
                           .socket = place->url("ws"),
                           .model = *model,
                           .ca = place->authority.string(),
                           .pin = place->known_by};
    auto block = block_for(client, facts, revealed(key->secret));
    return Connection{client, std::move(*place), std::move(*model), std::move(*key), std::move(block), out};
}

// The block is in its file before the key opens anything, so that no key is lost on a full disk.
Result<void> hand_out(Context& context, const Connection& made) {
    if (made.out)
        if (auto written = write_new_file(context.files, *made.out, pasted(made.block)); !written)
            return written;
    auto kept = keep(context, made.key);
    if (!kept && made.out)
        if (auto removed = context.files.remove(*made.out); !removed)
            context.out.note(fmt::format("warning: {} holds a key that opens nothing", made.out->string()));
    return kept;
}

Exit run(Context& context, const Arguments& arguments) {
    if (arguments.positional().empty()) return list_clients(context, arguments);
    const auto client = client_named(arguments.positional().front());
    if (!client) return report(context, client.error());
    const auto made = connect(context, arguments, **client);
    if (!made) return report(context, made.error());
    if (auto handed = hand_out(context, *made); !handed) return report(context, handed.error());
    if (arguments.has("--json"))
        context.out.json(connection_json(*made));
    else
        print(context, *made);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--key-file",
     .value_name = "FILE",
     .help = "Use the key in this file ('-': standard input), make none",
     .completes = "file"},
    {.name = "--name",
     .value_name = "NAME",
     .help = "What the new key is called (default: as the client)",
     .excludes = "--key-file"},
    {.name = "--models",
     .value_name = "LIST",
     .help = "Let the new key use only these models, as in anthropic/claude-*",
     .excludes = "--key-file"},
    {.name = "--expires",
     .value_name = "TIME",
     .help = "How long the new key lasts: 90d, 12h",
     .excludes = "--key-file"},
    {.name = "--budget",
     .value_name = "WINDOW=AMOUNT",
     .help = "What the new key may spend in a day, week or month: day=2USD, month=5M-tokens",
     .kind = OptionKind::repeated,
     .excludes = "--key-file"},
    {.name = "--host",
     .value_name = "HOST",
     .help = "The name or address by which the client reaches this gateway"},
    {.name = "--model",
     .value_name = "MODEL",
     .help = "What the client asks for (default: openclaw, the default agent's)",
     .completes = "model"},
    {.name = "--out",
     .value_name = "FILE",
     .help = "Write the block to a new file, for you alone, and don't show it",
     .completes = "file"},
    {.name = "--json", .help = "Print it as JSON", .kind = OptionKind::flag},
};

}  // namespace

const Command connect_client{
    .name = "connect",
    .summary = "Print what points a program at this gateway",
    .arguments = "[CLIENT]",
    .options = options,
    .example = "openclaw connect openai-sdk --name notebook",
    .run = run,
    .arguments_max = 1,
    .group = heading::gateway,
    .completes =
        "curl|openai-sdk|openai|aider|continue|open-webui|litellm|openclaw|claude-code|anthropic-sdk|"
        "codex|gemini",
    .details =
        "Without a client it lists those it knows, and which of them work. The block alone goes to standard "
        "output, so that a shell can take it: `eval \"$(openclaw connect openai-sdk)\"`. It holds a key that "
        "is "
        "made for this client; `openclaw gateway keys update` restricts it. For a client that can't work "
        "here "
        "yet none is made.",
    .noted = Noted::if_subject,
};

}  // namespace openclaw::cli
