#include "cli/commands/models/store_credential.h"

#include <algorithm>

#include "auth/choice/remedy.h"
#include "auth/enrol/store_credential.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "cli/commands/models/surroundings.h"
#include "cli/commands/models/verify_credential.h"
#include "cli/gateway/tell_gateway.h"
#include "providers/catalogue/catalog.h"
#include "providers/wire/provider.h"

namespace openclaw::cli {

namespace {

// The same credential under two names shares its limits, which surprises.
void note_twins(Context& context, const AgentCredentials& credentials, const auth::Profile& profile) {
    for (const auto& twin : auth::twins_of(profile, *credentials.profiles))
        context.out.note(fmt::format("note: {} holds the same credential", twin.text));
}

Result<auth::Resolution> resolve_now(Context& context, AgentCredentials& credentials,
                                     const NewCredential& paste) {
    const auto profiles = credentials.store.load();
    if (!profiles) return std::unexpected(profiles.error());
    const auto config = context.config();
    if (!config) return std::unexpected(config.error());
    return auth::resolve(
        {.provider = paste.provider, .agent_id = credentials.agent->id, .model = {}, .pinned = {}},
        **profiles, **config, context.clock.now(), surroundings_of(context, **profiles, **config));
}

json::object outcome_json(const Context& context, const AgentCredentials& credentials,
                          const NewCredential& paste, const auth::Candidate& stored) {
    json::object object{{"profileId", paste.id.text},
                        {"provider", paste.provider},
                        {"type", name_of(paste.kind)},
                        {"agentId", credentials.agent->id},
                        {"authStorePath", credentials.store.file().string()}};
    if (stored.secret || !stored.reference)
        object["fingerprint"] = fingerprint(stored.secret.value_or(Secret()), context.fingerprint_key);
    if (stored.reference) object["secretRef"] = auth::secret_ref_json(*stored.reference);
    object["used"] = stored.verdict == auth::Verdict::chosen;
    object["verdict"] = auth::name_of(stored.verdict);
    object["reason"] = stored.reason;
    return object;
}

// The command that puts these in front for this agent, in this order.
std::string order_command(const AgentCredentials& credentials, const NewCredential& paste,
                          const std::vector<std::string>& ids) {
    const bool is_default = credentials.agent->id == credentials.config->default_agent().id;
    return fmt::format("openclaw models auth order set{} --provider {} {}",
                       is_default ? "" : " --agent " + credentials.agent->id, paste.provider,
                       joined(ids, " "));
}

bool may_stand_in_an_order(auth::Verdict verdict) {
    using enum auth::Verdict;
    return auth::is_usable(verdict) || verdict == cooling || verdict == disabled || verdict == on_trial ||
           verdict == needs_refresh;
}

// Those that are used today with the new one in front: an order leaves out what it doesn't name.
std::vector<std::string> new_one_first(const NewCredential& paste, const auth::Resolution& after) {
    std::vector<std::string> ids{paste.id.text};
    for (const auto& candidate : after.candidates) {
        const bool other = candidate.source == auth::Source::profile && candidate.profile != paste.id;
        if (other && may_stand_in_an_order(candidate.verdict)) ids.push_back(candidate.profile.text);
    }
    return ids;
}

// Whether the next request uses it, and who went first until now.
void print_use(Context& context, const AgentCredentials& credentials, const NewCredential& paste,
               const auth::NextUse& use, const auth::Resolution& after) {
    using Kind = auth::NextUse::Kind;
    Output& out = context.out;
    switch (use.kind) {
        case Kind::none:
            out.line("It is stored, but not used: " + use.stored->reason + ".");
            out.note(fmt::format("hint: run `{}`", auth::remedy_for(after)));
            return;
        case Kind::in_reserve:
            out.line(fmt::format("It is in reserve: {} goes first.", auth::place_of(*use.other)));
            out.note(fmt::format("hint: to put it first, run `{}`",
                                 order_command(credentials, paste, new_one_first(paste, after))));
            return;
        case Kind::takes_over:
            out.line(fmt::format("The next request to {} uses it; until now {} went first.", paste.provider,
                                 auth::place_of(*use.other)));
            out.note(
                fmt::format("hint: to put that one back in front, run `{}`",
                            order_command(credentials, paste, {use.other->profile.text, paste.id.text})));
            return;
        case Kind::first:
            out.line(fmt::format("The next request to {} uses it.", paste.provider));
            return;
    }
}

// Stored, and yet no request can use it: not one model of the provider can be asked.
void note_unsendable(Context& context, const auth::ProviderId& provider) {
    const auto config = context.config();
    if (!config) return;
    const auto why = providers::why_unsendable({provider, {}}, **config);
    const auto sendable = [&](const auto& model) {
        return model.ref.provider == provider && providers::why_unsendable(model.ref, **config).empty();
    };
    if (why.empty() || std::ranges::any_of(providers::list_models(**config), sendable)) return;
    context.out.note("note: no request can use it yet: " + why);
}

// Reads it back through the resolver: stored means that a request would find it.
Exit tell(Context& context, AgentCredentials& credentials, const NewCredential& paste,
          const auth::Resolution& before, bool as_json) {
    const auto after = resolve_now(context, credentials, paste);
    if (!after) return report(context, after.error());
    const auto use = auth::next_use(before, *after, paste.id);
    if (!use)
        return report(context,
                      {Code::internal, fmt::format("{} was stored, but can't be read back", paste.id.text),
                       "run `openclaw models auth list`"});
    if (as_json) {
        context.out.json(outcome_json(context, credentials, paste, *use->stored));
    } else {
        context.out.line(
            fmt::format("Auth profile: {} ({}/{})", paste.id.text, paste.provider, name_of(paste.kind)));
        print_use(context, credentials, paste, *use, *after);
    }
    note_unsendable(context, paste.provider);
    return Exit::ok;
}

// Stores it and lets the config follow, where it has to.
Result<void> put_away(Context& context, AgentCredentials& credentials, const auth::Profile& profile,
                      bool quiet) {
    auto writer = context.config_writer();
    const auto stored = auth::store_credential(credentials, writer, profile);
    if (!stored) return std::unexpected(stored.error());
    if (stored->config_problem) return std::unexpected(*stored->config_problem);
    context.loaded = stored->config->config;
    if (!quiet && !stored->config->changed.empty())
        context.out.line("Updated " + context.paths.shortened(context.paths.config_file));
    return {};
}

Exit store_profile(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                   const auth::Profile& profile, StoreOptions options) {
    const auto before = resolve_now(context, credentials, wanted);
    if (!before) return report(context, before.error());
    if (auto stored = put_away(context, credentials, profile, options.as_json); !stored)
        return report(context, stored.error());
    const Exit told = tell(context, credentials, wanted, *before, options.as_json);
    if (told != Exit::ok) return told;
    tell_gateway_and_note(context, {credentials.store.file()});
    if (const auto seen = seen_by_gateway(context, credentials, wanted))
        tell_seen_by_gateway(context, wanted, *seen);
    return options.verify ? verify_credential(context, credentials, wanted) : Exit::ok;
}

}  // namespace

Exit store_login(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                 const auth::Profile& profile, StoreOptions options) {
    return store_profile(context, credentials, wanted, profile, options);
}

Result<Secret> read_secret(Context& context, const std::optional<std::string>& file,
                           const NewCredential& wanted) {
    if (file && *file != "-") {
        auto text = context.files.read(*file, auth::pasted_bytes_max + 1);
        if (!text) return std::unexpected(std::move(text).error());
        return Secret(std::move(*text));
    }
    if (!file && context.terminal.input_is_terminal())
        return context.terminal.ask_secret(
            fmt::format("Paste {} for {}: ", wanted.kind == auth::EnteredKind::token ? "token" : "API key",
                        wanted.provider));
    return context.terminal.read_input(auth::pasted_bytes_max + 1);
}

Exit store_credential(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                      const Secret& pasted, StoreOptions options) {
    auto cleaned = auth::clean_pasted(pasted, auth::paste_rules(wanted, options.any_shape));
    if (!cleaned) return report(context, cleaned.error());
    for (const auto& note : cleaned->notes) context.out.note("note: " + note);
    const auto profile = auth::profile_of(wanted, std::move(cleaned->value), context.clock.now());
    note_twins(context, credentials, profile);
    return store_profile(context, credentials, wanted, profile, options);
}

Exit store_reference(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                     auth::SecretRef reference, StoreOptions options) {
    const auto profile = auth::profile_of(wanted, std::move(reference), context.clock.now());
    return store_profile(context, credentials, wanted, profile, options);
}

}  // namespace openclaw::cli
