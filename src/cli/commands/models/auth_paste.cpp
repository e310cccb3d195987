#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/reference_option.h"
#include "cli/commands/models/store_credential.h"
#include "cli/commands/models/verify_credential.h"

namespace openclaw::cli {

namespace {

// Where the secret stands is stored, not the secret.
Exit store_pointer(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                   const std::string& place, bool unverified, StoreOptions options) {
    auto reference = parse_reference(place);
    if (!reference) return report(context, reference.error());
    if (!unverified) {
        const auto verified =
            verify_reference(context, *credentials.config, *reference, wanted, options.any_shape);
        if (!verified) return report(context, verified.error());
    }
    return store_reference(context, credentials, wanted, std::move(*reference), options);
}

Exit paste_secret(Context& context, const Arguments& arguments, bool token) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    auto& credentials = **opened;
    const auto provider = checked_provider(credentials, arguments);
    if (!provider) return report(context, provider.error());
    const auto wanted =
        auth::plan_credential({.provider = *provider,
                               .kind = token ? auth::EnteredKind::token : auth::EnteredKind::api_key,
                               .id = arguments.text("--profile-id"),
                               .lifetime = arguments.text("--expires-in")},
                              *credentials.profiles, context.clock.now());
    if (!wanted) return report(context, wanted.error());
    const StoreOptions options{.any_shape = arguments.has("--custom"),
                               .as_json = arguments.has("--json"),
                               .verify = arguments.has("--verify")};
    if (const auto place = arguments.text("--ref")) {
        if (arguments.has(token ? "--token-file" : "--key-file"))
            return report(context, {Code::invalid_input, "choose either --ref or a file, not both", {}});
        return store_pointer(context, credentials, *wanted, *place, arguments.has("--no-verify"), options);
    }
    const auto pasted = read_secret(context, arguments.text(token ? "--token-file" : "--key-file"), *wanted);
    if (!pasted) return report(context, pasted.error());
    return store_credential(context, credentials, *wanted, *pasted, options);
}

Exit run_token(Context& context, const Arguments& arguments) {
    return paste_secret(context, arguments, true);
}
Exit run_key(Context& context, const Arguments& arguments) {
    return paste_secret(context, arguments, false);
}

constexpr Option provider_option{.name = "--provider",
                                 .value_name = "NAME",
                                 .help = "The provider that it is for",
                                 .completes = "provider",
                                 .required = true};

constexpr Option token_options[] = {
    provider_option,
    profile_id_option,
    {.name = "--expires-in",
     .value_name = "TIME",
     .help = "How long it is good for: 30d, 12h (default: for ever)"},
    {.name = "--token-file",
     .value_name = "FILE",
     .help = "Read it from a file; - is standard input",
     .completes = "file"},
    reference_option,
    no_verify_option,
    custom_option,
    verify_option,
    agent_option,
    json_option,
};
constexpr Option key_options[] = {
    provider_option,
    profile_id_option,
    {.name = "--key-file",
     .value_name = "FILE",
     .help = "Read it from a file; - is standard input",
     .completes = "file"},
    reference_option,
    no_verify_option,
    custom_option,
    verify_option,
    agent_option,
    json_option,
};

}  // namespace

const Command models_auth_paste_token{
    .name = "models auth paste-token",
    .summary = "Store a bearer token, such as the one of claude setup-token",
    .options = token_options,
    .example =
        "openclaw models auth paste-token --provider anthropic --profile-id anthropic:work --expires-in 365d",
    .run = run_token,
    .details =
        "Asks without echo at a terminal, else reads standard input. Ctrl-C stores nothing. With --ref the "
        "secret stays where it is, and requests read it there (docs/secrets.md).",
    .noted = Noted::yes,
};

const Command models_auth_paste_api_key{
    .name = "models auth paste-api-key",
    .summary = "Store an API key",
    .options = key_options,
    .example = "openclaw models auth paste-api-key --provider openai < key.txt",
    .run = run_key,
    .details =
        "Asks without echo at a terminal, else reads standard input. Ctrl-C stores nothing. With --ref the "
        "secret stays where it is, and requests read it there (docs/secrets.md).",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
