#include "cli/commands/models/store_credential.h"

#include <algorithm>

#include "auth/choice/credential_rules.h"
#include "auth/choice/remedy.h"
#include "auth/enrol/pasted_secret.h"
#include "base/duration.h"
#include "base/fingerprint.h"
#include "base/redact.h"
#include "base/text.h"
#include "cli/commands/models/model_settings.h"
#include "cli/commands/models/surroundings.h"
#include "cli/commands/models/verify_credential.h"
#include "cli/gateway/tell_gateway.h"
#include "providers/catalogue/catalog.h"
#include "providers/wire/provider.h"

namespace openclaw::cli {

namespace {

bool names_provider(const json::object* profiles, const std::string& provider) {
    return profiles && std::ranges::any_of(*profiles, [&](const auto& member) {
               const auto* entry = member.value().if_object();
               return entry &&
                      auth::normalised_provider(string_at(*entry, "provider").value_or("")) == provider;
           });
}

// auth.profiles restricts rotation to those that it names, so an entry is written only when
// it excludes nobody: where the provider is restricted already, or no agent stores another profile of it.
// Asked under the config's lock, after the profile was stored, so that of two pastes at once one sees the
// other.
bool wants_entry(Context& context, const AgentCredentials& credentials, const NewCredential& paste,
                 const json::object& document) {
    const auto* auth = object_at(document, "auth");
    if (auth && names_provider(object_at(*auth, "profiles"), paste.provider)) return true;
    for (const auto& agent : credentials.config->agents()) {
        const auto store =
            auth::ProfileStore(context.files, auth::store_folders(*credentials.config, agent)).load();
        if (!store) return false;
        for (const auto& profile : (*store)->profiles)
            if (profile.id != paste.id && auth::normalised_provider(profile.provider) == paste.provider)
                return false;
    }
    return true;
}

// An order that stands gets the new profile at its end: adding one never changes who goes first.
Result<void> add_to_config(json::object& document, const NewCredential& paste, bool entry) {
    if (entry) {
        auto profiles = section(document, {"auth", "profiles"});
        if (!profiles) return std::unexpected(std::move(profiles).error());
        auto& record = (**profiles)[paste.id.text];
        if (!record.is_object()) record = json::object();
        record.get_object()["provider"] = paste.provider;
        record.get_object()["mode"] = paste.mode;
    }
    const auto* auth = object_at(document, "auth");
    if (!auth || !object_at(*auth, "order")) return {};
    for (auto& [provider, value] : document.at("auth").as_object().at("order").as_object()) {
        auto* ids = value.if_array();
        if (!ids || auth::normalised_provider(provider) != paste.provider) continue;
        if (std::ranges::find(*ids, json::value(paste.id.text)) == ids->end())
            ids->emplace_back(paste.id.text);
        break;
    }
    return {};
}

auth::Profile profile_of(const NewCredential& paste, Secret secret, TimePoint now) {
    auth::Profile profile;
    profile.id = paste.id;
    profile.provider = paste.provider;
    profile.added = now;
    if (paste.mode == "token")
        profile.credential = auth::Token{std::move(secret), paste.expires};
    else
        profile.credential = auth::ApiKey{std::move(secret)};
    return profile;
}

// A new secret starts with a clean slate: whatever the old one was refused for says nothing about it.
auth::UsageStats rested(auth::UsageStats usage) {
    const auto last_used = usage.last_used;
    usage = {};
    usage.last_used = last_used;
    return usage;
}

// An order of the agent's that stands gets the new profile at its end, as one of the config does. One that is
// ignored, because nothing that it names is stored, stays so: it would come back to life with the new one
// alone.
Result<void> append_to_order(AgentCredentials& credentials, const auth::Profile& profile) {
    const auto* order = credentials.profiles->order_of(profile.provider);
    if (!order || std::ranges::find(*order, profile.id) != order->end()) return {};
    if (std::ranges::none_of(*order, [&](const auto& id) { return credentials.profiles->find(id); }))
        return {};
    auto ids = *order;
    ids.push_back(profile.id);
    return credentials.store.set_order(auth::normalised_provider(profile.provider), std::move(ids));
}

// Two names for one credential share its limits, which surprises; it is allowed all the same.
void note_twin(Context& context, const AgentCredentials& credentials, const auth::Profile& profile) {
    for (const auto& other : credentials.profiles->profiles)
        if (other.id != profile.id && !auth::wire_secret(profile.credential).blank() &&
            auth::wire_secret(other.credential) == auth::wire_secret(profile.credential))
            context.out.note(fmt::format("note: {} holds the same credential", other.id.text));
}

Result<void> store(AgentCredentials& credentials, const auth::Profile& profile) {
    const auto* before = credentials.profiles->find(profile.id);
    const bool same =
        before && before->credential == profile.credential && before->references == profile.references;
    if (auto put = credentials.store.put_own(profile); !put) return put;
    if (auto ordered = append_to_order(credentials, profile); !ordered) return ordered;
    return same ? Result<void>{} : credentials.store.update_usage(profile.id, rested);
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
                        {"type", paste.mode},
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

// Whether the next request uses it, and who went first until now.
void print_outcome(Context& context, const NewCredential& paste, const auth::Resolution& before,
                   const auth::Resolution& after, const auth::Candidate& stored) {
    Output& out = context.out;
    out.line(fmt::format("Auth profile: {} ({}/{})", paste.id.text, paste.provider, paste.mode));
    const auto* first = before.chosen();
    if (!auth::is_usable(stored.verdict)) {
        out.line("It is stored, but not used: " + stored.reason + ".");
        out.note(fmt::format("hint: run `{}`", auth::remedy_for(after)));
    } else if (stored.verdict != auth::Verdict::chosen) {
        out.line(fmt::format("It is in reserve: {} goes first.", auth::place_of(*after.chosen())));
    } else if (first && first->source == auth::Source::profile && first->profile != paste.id) {
        out.line(fmt::format("The next request to {} uses it; until now {} went first.", paste.provider,
                             auth::place_of(*first)));
        out.note(fmt::format(
            "hint: to put that one back in front, run `openclaw models auth order set --provider {} {} {}`",
            paste.provider, first->profile.text, paste.id.text));
    } else {
        out.line(fmt::format("The next request to {} uses it.", paste.provider));
    }
}

// Stored, and yet no request can use it: not one model of the provider can be asked.
void note_unsendable(Context& context, const std::string& provider) {
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
    const auto stored = std::ranges::find(after->candidates, paste.id, &auth::Candidate::profile);
    if (stored == after->candidates.end())
        return report(context,
                      {Code::internal, fmt::format("{} was stored, but can't be read back", paste.id.text),
                       "run `openclaw models auth list`"});
    if (as_json)
        context.out.json(outcome_json(context, credentials, paste, *stored));
    else
        print_outcome(context, paste, before, *after, *stored);
    note_unsendable(context, paste.provider);
    return Exit::ok;
}

// The config follows what was stored, where it has to.
Result<void> update_config(Context& context, const AgentCredentials& credentials, const NewCredential& paste,
                           bool quiet) {
    const auto written = context.config_writer().update([&](json::object& document) {
        return add_to_config(document, paste, wants_entry(context, credentials, paste, document));
    });
    if (!written)
        return failed(written.error(), "{} is stored, but the config was not changed", paste.id.text);
    context.loaded = written->config;
    if (!quiet && !written->changed.empty())
        context.out.line("Updated " + context.paths.shortened(context.paths.config_file));
    return {};
}

Exit store_profile(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                   const auth::Profile& profile, StoreOptions options) {
    const auto before = resolve_now(context, credentials, wanted);
    if (!before) return report(context, before.error());
    if (auto stored = store(credentials, profile); !stored) return report(context, stored.error());
    if (auto updated = update_config(context, credentials, wanted, options.as_json); !updated)
        return report(context, updated.error());
    const Exit told = tell(context, credentials, wanted, *before, options.as_json);
    if (told != Exit::ok) return told;
    tell_gateway_and_note(context, {credentials.store.file()});
    if (const auto seen = seen_by_gateway(context, credentials, wanted))
        tell_seen_by_gateway(context, wanted, *seen);
    return options.verify ? verify_credential(context, credentials, wanted) : Exit::ok;
}

}  // namespace

Result<NewCredential> plan_credential(const Context& context, const AgentCredentials& credentials,
                                      const NewCredentialRequest& request) {
    NewCredential wanted{.provider = request.provider, .mode = request.mode, .id = {}, .expires = {}};
    wanted.id.text =
        request.id ? std::string(trimmed(*request.id))
                   : fmt::format("{}:{}", wanted.provider, wanted.mode == "token" ? "manual" : "default");
    if (wanted.id.text.empty() || wanted.id.text.size() > 200 ||
        printable(wanted.id.text) != wanted.id.text || wanted.id.text.find('\n') != std::string::npos)
        return hinted(fail(Code::invalid_input, "this can't be a profile id"),
                      "write one like " + wanted.provider + ":work");
    // Names are shown everywhere; whoever pastes the secret too early must not store it as one.
    if (!find_secret_shapes(wanted.id.text).empty())
        return hinted(fail(Code::invalid_input, "this looks like a secret, not like a profile id"),
                      "nothing was stored; the secret is asked for after the name");
    if (const auto* other = credentials.profiles->find(wanted.id);
        other && auth::normalised_provider(other->provider) != wanted.provider)
        return hinted(fail(Code::invalid_input, "Auth profile \"{}\" is for {}, not {}.", wanted.id.text,
                           other->provider, wanted.provider),
                      "choose another --profile-id");
    if (!request.lifetime) return wanted;
    const auto span = parse_duration(trimmed(*request.lifetime));
    if (!span) return std::unexpected(span.error());
    if (*span <= Milliseconds(0))
        return hinted(
            fail(Code::invalid_input, "invalid duration: {}", *request.lifetime),
            "a credential that has expired already is of no use; leave --expires-in out if it never expires");
    wanted.expires = context.clock.now() + *span;
    return wanted;
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
            fmt::format("Paste {} for {}: ", wanted.mode == "token" ? "token" : "API key", wanted.provider));
    return context.terminal.read_input(auth::pasted_bytes_max + 1);
}

Exit store_credential(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                      const Secret& pasted, StoreOptions options) {
    auto cleaned = auth::clean_pasted(
        pasted,
        {.provider = wanted.provider, .is_token = wanted.mode == "token", .any_shape = options.any_shape});
    if (!cleaned) return report(context, cleaned.error());
    for (const auto& note : cleaned->notes) context.out.note("note: " + note);
    const auto profile = profile_of(wanted, std::move(cleaned->value), context.clock.now());
    note_twin(context, credentials, profile);
    return store_profile(context, credentials, wanted, profile, options);
}

Exit store_reference(Context& context, AgentCredentials& credentials, const NewCredential& wanted,
                     auth::SecretRef reference, StoreOptions options) {
    auto profile = profile_of(wanted, Secret(), context.clock.now());
    profile.references.emplace(auth::wire_field(profile.credential), std::move(reference));
    return store_profile(context, credentials, wanted, profile, options);
}

}  // namespace openclaw::cli
