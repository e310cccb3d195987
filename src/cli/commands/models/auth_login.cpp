#include <algorithm>
#include <charconv>

#include "auth/enrol/login_methods.h"
#include "auth/enrol/pasted_secret.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/models/model_settings.h"
#include "cli/commands/models/oauth_login.h"
#include "cli/commands/models/store_credential.h"
#include "cli/commands/models/verify_credential.h"

namespace openclaw::cli {

namespace {

using auth::LoginMethod;

// What a person wants to log in to, as far as it is known from the command line or was asked.
struct Login {
    std::string provider;
    const LoginMethod* method = nullptr;
    std::optional<std::string> id, lifetime;
};

// `denied`: this command asks questions, and nobody is there to answer.
Result<void> check_terminal(const Context& context, std::string_view command) {
    if (context.terminal.input_is_terminal()) return {};
    return hinted(fail(Code::denied, "{} asks questions and needs a terminal", command),
                  "in a script use `openclaw models auth paste-api-key --provider NAME`, with the key on "
                  "standard input");
}

// By number or by name; the first one when nothing is typed.
Result<const LoginMethod*> ask_method(Context& context, const auth::ProviderId& provider) {
    const auto methods = auth::offered_methods(provider);
    if (!methods) return std::unexpected(methods.error());
    if (methods->size() == 1) return &methods->front();
    // A part of the question, not of the result: shown at once, also where the result goes to a file.
    for (std::size_t i = 0; i < methods->size(); ++i)
        context.out.note(fmt::format("  {}. {}", i + 1, (*methods)[i].label));
    const auto answer = context.terminal.ask_line("How do you log in? [1] ");
    if (!answer) return std::unexpected(answer.error());
    const auto typed = trimmed(*answer);
    if (typed.empty()) return &methods->front();
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
    if (error == std::errc{} && end == typed.data() + typed.size() && number >= 1 &&
        number <= methods->size())
        return &(*methods)[number - 1];
    return auth::find_login_method(provider, typed);
}

// A typing mistake is answered and asked about again, a few times.
Result<std::string> ask_provider(Context& context, const AgentCredentials& credentials, bool custom) {
    for (int more = 2;; --more) {
        const auto answer =
            context.terminal.ask_line("Provider (anthropic, openai, google, openrouter, …): ");
        if (!answer) return std::unexpected(answer.error());
        auto provider = checked_provider(credentials, *answer, custom);
        if (provider || more == 0) return provider;
        context.out.error(provider.error());
    }
}

// Empty answers mean "as usual".
Result<std::optional<std::string>> ask(Context& context, const std::string& question) {
    const auto answer = context.terminal.ask_line(question);
    if (!answer) return std::unexpected(answer.error());
    const auto typed = trimmed(*answer);
    return typed.empty() ? std::nullopt : std::optional(std::string(typed));
}

Result<NewCredential> plan(const Context& context, const AgentCredentials& credentials, const Login& login) {
    return auth::plan_credential({.provider = login.provider,
                                  .kind = login.method->entered(),
                                  .id = login.id,
                                  .lifetime = login.lifetime},
                                 *credentials.profiles, context.clock.now());
}

void say_where(Context& context, const Login& login) {
    if (login.method->kind != LoginMethod::Kind::setup_token) return;
    context.out.note("Run `claude setup-token` in another terminal; it prints the token at its end.");
    context.out.note(
        "Anthropic may refuse such tokens outside of its own programs; an API key is never refused for "
        "that.");
}

Exit enter(Context& context, AgentCredentials& credentials, const Login& login, const Arguments& arguments) {
    const auto wanted = plan(context, credentials, login);
    if (!wanted) return report(context, wanted.error());
    say_where(context, login);
    const auto pasted = read_secret(context, arguments.text("--token-file"), *wanted);
    if (!pasted) return report(context, pasted.error());
    if (login.method->kind == LoginMethod::Kind::setup_token && !pasted->blank())
        if (const auto fits = auth::check_setup_token(*pasted, arguments.has("--custom")); !fits)
            return report(context, fits.error());
    return store_credential(context, credentials, *wanted, *pasted,
                            {.any_shape = arguments.has("--custom"),
                             .as_json = arguments.has("--json"),
                             .verify = arguments.has("--verify")});
}

Exit run_add(Context& context, const Arguments& arguments) {
    if (auto checked = check_terminal(context, "models auth add"); !checked)
        return report(context, checked.error());
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    const bool custom = arguments.has("--custom");
    Login login;
    const auto provider = ask_provider(context, **opened, custom);
    if (!provider) return report(context, provider.error());
    login.provider = *provider;
    const auto method = ask_method(context, login.provider);
    if (!method) return report(context, method.error());
    login.method = *method;
    const auto usual = plan(context, **opened, login);
    if (!usual) return report(context, usual.error());
    auto id = ask(context, fmt::format("Store it as [{}]: ", usual->id.text));
    if (!id) return report(context, id.error());
    login.id = std::move(*id);
    if (login.method->kind != LoginMethod::Kind::api_key) {
        auto lifetime = ask(context, "Expires in (365d, 12h; empty: never, or not known): ");
        if (!lifetime) return report(context, lifetime.error());
        login.lifetime = std::move(*lifetime);
    }
    return enter(context, **opened, login, arguments);
}

Exit run_setup_token(Context& context, const Arguments& arguments) {
    const auth::ProviderId provider(arguments.text("--provider").value_or("anthropic"));
    if (provider != "anthropic")
        return report(context,
                      {Code::invalid_input, "Only --provider anthropic is supported for setup-token.",
                       fmt::format("`openclaw models auth login --provider {}` shows its own way in",
                                   auth::login_methods(provider).empty() ? "anthropic" : provider)});
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    const auto method = auth::find_login_method(provider, "setup-token");
    if (!method) return report(context, method.error());
    const Login login{.provider = provider,
                      .method = *method,
                      .id = arguments.text("--profile-id"),
                      .lifetime = arguments.text("--expires-in")};
    return enter(context, **opened, login, arguments);
}

// The model that the provider's first login makes the default, or a word that it is there.
Exit offer_model(Context& context, const auth::ProviderId& provider, bool set_default, bool as_json) {
    const auto say = [&](const std::string& text) {
        as_json ? context.out.note(text) : context.out.line(text);
    };
    const std::string model(auth::first_model_of(provider));
    if (model.empty()) {
        if (set_default)
            context.out.note(
                fmt::format("note: {} has no usual model; choose one with `openclaw models set {}/MODEL`",
                            provider, provider));
        return Exit::ok;
    }
    if (!set_default) {
        say(fmt::format("Default model available: {} (use --set-default to apply)", model));
        return Exit::ok;
    }
    const auto config = context.config();
    if (!config) return report(context, config.error());
    const auto typed = typed_model(context, **config, model);
    if (!typed) return report(context, typed.error());
    const auto changed = change_config(
        context,
        [&](json::object& document) { return auth::set_primary(document, auth::ModelRole::text, *typed); },
        as_json);
    if (!changed) return report(context, changed.error());
    say("Default model set to " + typed->key());
    return Exit::ok;
}

// Whether the way in is a login at the provider's issuer: it is named, or the provider has one.
bool is_at_issuer(const AgentCredentials& credentials, const Arguments& arguments,
                  const auth::ProviderId& provider) {
    const auto method = arguments.text("--method");
    if (method) return *method == "oauth" || *method == "device-code";
    return arguments.has("--device-code") || !arguments.positional().empty() ||
           has_issuer(credentials, provider);
}

Exit run_login_at_issuer(Context& context, AgentCredentials& credentials, const Arguments& arguments,
                         const auth::ProviderId& provider) {
    const LoginWish wish{
        .provider = provider,
        .profile_id = arguments.text("--profile-id"),
        .device_code = arguments.has("--device-code") || arguments.text("--method") == "device-code",
        .as_json = arguments.has("--json"),
        .verify = arguments.has("--verify")};
    const auto step = arguments.positional().empty() ? std::string() : arguments.positional().front();
    if (step == "start") return start_login(context, credentials, wish);
    if (step == "finish") {
        const auto pasted = context.terminal.input_is_terminal()
                                ? context.terminal.ask_line("The address that the browser ended at: ")
                                : platform::read_text(context.terminal, auth::pasted_bytes_max);
        if (!pasted) return report(context, pasted.error());
        return finish_login(context, credentials, wish, *pasted);
    }
    if (!step.empty())
        return report(context, {Code::invalid_input, fmt::format("there is no step {}", printable(step)),
                                "use start or finish, or none for both at once"});
    const auto entered = log_in(context, credentials, wish);
    if (entered != Exit::ok || wish.as_json) return entered;
    return offer_model(context, provider, arguments.has("--set-default"), wish.as_json);
}

Exit run_login(Context& context, const Arguments& arguments) {
    const auto opened = open_credentials(context, arguments);
    if (!opened) return report(context, opened.error());
    if (const auto named = arguments.text("--provider")) {
        const bool described = has_issuer(**opened, auth::ProviderId(*named));
        const auto known = checked_provider(**opened, *named, arguments.has("--custom") || described);
        if (!known) return report(context, known.error());
        if (is_at_issuer(**opened, arguments, *known))
            return run_login_at_issuer(context, **opened, arguments, *known);
    } else if (!arguments.positional().empty()) {
        return report(context, {Code::invalid_input, "it isn't said where to log in", "add --provider NAME"});
    }
    if (auto checked = check_terminal(context, "models auth login"); !checked)
        return report(context, checked.error());
    Login login;
    login.id = arguments.text("--profile-id");
    const auto typed = arguments.text("--provider");
    const auto provider = typed ? checked_provider(**opened, *typed, arguments.has("--custom"))
                                : ask_provider(context, **opened, arguments.has("--custom"));
    if (!provider) return report(context, provider.error());
    login.provider = *provider;
    const auto named = arguments.text("--method");
    const auto method =
        named ? auth::find_login_method(login.provider, *named) : ask_method(context, login.provider);
    if (!method) return report(context, method.error());
    login.method = *method;
    const auto entered = enter(context, **opened, login, arguments);
    if (entered != Exit::ok) return entered;
    return offer_model(context, login.provider, arguments.has("--set-default"), arguments.has("--json"));
}

constexpr Option provider_option{.name = "--provider",
                                 .value_name = "NAME",
                                 .help = "The provider, such as anthropic",
                                 .completes = "provider"};

constexpr Option add_options[] = {custom_option, verify_option, agent_option, json_option};
constexpr Option setup_options[] = {
    provider_option,
    profile_id_option,
    {.name = "--expires-in",
     .value_name = "TIME",
     .help = "How long it is good for: 365d (default: not known)"},
    {.name = "--token-file",
     .value_name = "FILE",
     .help = "Read it from a file; - is standard input",
     .completes = "file"},
    {.name = "--yes",
     .help = "Accepted for compatibility: nothing is asked but the token",
     .kind = OptionKind::flag,
     .hidden = true},
    verify_option,
    agent_option,
    json_option,
};
constexpr Option login_options[] = {
    provider_option,
    {.name = "--method",
     .value_name = "ID",
     .help = "How: api-key, setup-token, token, oauth, device-code",
     .completes = "api-key|setup-token|token|oauth|device-code"},
    {.name = "--device-code", .help = "Log in on another screen, with a code", .kind = OptionKind::flag},
    {.name = "--no-browser",
     .help = "Accepted: the address is printed, and no browser is started",
     .kind = OptionKind::flag,
     .hidden = true},
    {.name = "--set-default",
     .help = "Make the provider's usual model the default",
     .kind = OptionKind::flag},
    profile_id_option,
    custom_option,
    verify_option,
    agent_option,
    json_option,
};

}  // namespace

const Command models_auth_add{
    .name = "models auth add",
    .summary = "Add a credential, asking for what is needed",
    .options = add_options,
    .example = "openclaw models auth add",
    .run = run_add,
    .details = "Ctrl-C or Ctrl-D at any question stores nothing.",
    .noted = Noted::yes,
};

const Command models_auth_login{
    .name = "models auth login",
    .summary = "Log in to a provider",
    .arguments = "[start|finish]",
    .options = login_options,
    .example = "openclaw models auth login --provider anthropic --method setup-token --set-default",
    .run = run_login,
    .arguments_min = 0,
    .arguments_max = 1,
    .details =
        "Offers the ways in that the provider has. A login at the provider itself is described in "
        "auth.oauth.providers; its address is printed, and what comes back is taken from the browser "
        "or from a paste. In two steps, for scripts: `start` prints the address, `finish` reads what "
        "came back from standard input. Ctrl-C or Ctrl-D at any question stores nothing.",
    .noted = Noted::yes,
};

const Command models_auth_setup_token{
    .name = "models auth setup-token",
    .summary = "Store the token that `claude setup-token` prints",
    .options = setup_options,
    .example = "openclaw models auth setup-token --expires-in 365d",
    .run = run_setup_token,
    .details = "Asks without echo at a terminal, else reads standard input. Ctrl-C stores nothing.",
    .noted = Noted::yes,
};

}  // namespace openclaw::cli
