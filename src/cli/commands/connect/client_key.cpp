#include "cli/commands/connect/client_key.h"

#include "base/text.h"
#include "cli/commands/gateway/key_desk.h"
#include "cli/gateway/tell_gateway.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t key_bytes_max = 4096;
constexpr int same_names_max = 100;  // of one client, while nobody names them

Result<Secret> read_key(Context& context, const std::string& file) {
    if (file == "-") {
        auto input = context.terminal.read_input(key_bytes_max);
        if (!input) return failed(input.error(), "reading the key from standard input");
        return input->trimmed();
    }
    auto text = context.files.read(file, key_bytes_max);
    if (!text) return failed(text.error(), "reading --key-file");
    return Secret(std::move(*text)).trimmed();
}

Result<Secret> given_key(Context& context, const std::string& file) {
    auto secret = read_key(context, file);
    if (!secret) return secret;
    if (secret->empty() || !secret->is_printable())
        return hinted(fail(Code::invalid_input, "what --key-file names holds no key"),
                      "a key is one line of letters, digits and signs");
    return secret;
}

// The client's own name, or "curl-2" where there is a key of that name.
Result<std::string> name_for(access::KeyBook& book, const Arguments& arguments, const KnownClient& client,
                             TimePoint now) {
    if (auto name = arguments.text("--name")) {
        if (auto sound = access::check_key_name(*name); !sound) return std::unexpected(sound.error());
        return std::move(*name);
    }
    const std::string usual(client.name);
    auto free = book.check_name_is_free(usual, now);
    if (free) return usual;
    for (int number = 2; free.error().code == Code::busy && number <= same_names_max; ++number) {
        auto name = fmt::format("{}-{}", usual, number);
        free = book.check_name_is_free(name, now);
        if (free) return name;
    }
    return std::unexpected(free.error());
}

access::Scopes scopes_for(const KnownClient& client) {
    std::vector<std::string> names;
    for (const auto scope : split(client.scopes, ',')) names.push_back("operator." + std::string(scope));
    return access::Scopes::named(names);
}

Result<ClientKey> new_key(Context& context, const Arguments& arguments, const KnownClient& client) {
    const auto now = context.clock.now();
    const auto restrict = changes_asked_for(context, arguments);
    if (!restrict) return std::unexpected(restrict.error());
    const auto desk = open_key_desk(context);
    if (!desk) return std::unexpected(desk.error());
    const auto name = name_for((*desk)->book, arguments, client, now);
    if (!name) return std::unexpected(name.error());
    const auto id = access::new_key_id();
    auto secret = access::new_key_secret(id);
    access::KeyRecord record{.id = id,
                             .name = *name,
                             .scopes = scopes_for(client),
                             .limits = {},
                             .allowance = {},
                             .made = now,
                             .digest = secret.digest};
    (*restrict)(record);
    if (auto sound = access::check_key(record, now); !sound) return std::unexpected(sound.error());
    return ClientKey{.secret = std::move(secret.text), .made = std::move(record)};
}

}  // namespace

Result<ClientKey> client_key(Context& context, const Arguments& arguments, const KnownClient& client) {
    const auto file = arguments.text("--key-file");
    if (!file) return new_key(context, arguments, client);
    auto secret = given_key(context, *file);
    if (!secret) return std::unexpected(std::move(secret).error());
    return ClientKey{.secret = std::move(*secret), .made = {}};
}

Result<void> keep(Context& context, const ClientKey& key) {
    if (!key.made) return {};
    const auto desk = open_key_desk(context);
    if (!desk) return std::unexpected(desk.error());
    if (auto added = (*desk)->book.add(*key.made, context.clock.now()); !added) return added;
    tell_gateway_and_note(context, {(*desk)->kept.path()});
    return {};
}

}  // namespace openclaw::cli
