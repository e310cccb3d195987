#include "auth/choice/prepared_places.h"

#include <algorithm>

#include "auth/choice/key_pool.h"
#include "auth/choice/provider_table.h"
#include "auth/profiles/no_credential.h"
#include "base/text.h"
#include "config/settings/validate.h"

namespace openclaw::auth {
namespace {

// The places beside the profiles, in the order in which they are asked.
class Places {
public:
    Places(Group& group, const Index::Prepared& prepared) : group_(group), prepared_(prepared) {}

    void add_headers();
    void add_variables();
    void add_config_key();
    void add_ambient();
    void add_keyless();

private:
    void add(Slot slot, SlotDetail detail) { add_slot(group_, group_.others, slot, std::move(detail)); }
    void add_pooled(const PooledKey& pooled);
    void add_single_variables();
    void add_reference(Slot& slot, SlotDetail& detail, const Result<SecretRef>& reference) const;
    void exclude_all(Verdict verdict, const std::string& reason);

    Group& group_;
    const Index::Prepared& prepared_;
};

void Places::add_pooled(const PooledKey& pooled) {
    Slot slot;
    slot.source = Source::environment;
    add(slot, {.profile = nullptr,
               .id = {},
               .kind = pooled.place.contains("OAUTH_TOKEN") ? "oauth" : "api_key",
               .place = pooled.place,
               .reason = {},
               .secret = pooled.key,
               .variable = pooled.variable});
}

// The live variable and the pools are listed only where they are set: the rest says which places there are.
void Places::add_variables() {
    if (variables_of(group_.provider).empty()) return;
    const auto& environment = prepared_.config.environment();
    const auto live = live_variable(group_.provider);
    if (const auto value = environment.find_filled(live))
        add_pooled({live, Secret(*value), environment.variable(live)});
    add_single_variables();
    for (const auto& pooled : pooled_keys(group_.provider, environment)) add_pooled(pooled);
}

void Places::add_single_variables() {
    for (const auto name : variables_of(group_.provider)) {
        const auto value = prepared_.config.environment().find_filled(name);
        const auto* variable = prepared_.config.environment().variable(name);
        Slot slot;
        slot.source = Source::environment;
        slot.fixed = value ? Verdict::in_reserve : variable ? Verdict::blank : Verdict::not_set;
        SlotDetail detail{.profile = nullptr,
                          .id = {},
                          .kind = name.find("OAUTH_TOKEN") != std::string_view::npos ? "oauth" : "api_key",
                          .place = std::string(name),
                          .reason = {},
                          .secret = {},
                          .variable = variable};
        if (value)
            detail.secret = Secret(*value);
        else
            detail.reason = variable ? "set, but blank" : "not set";
        add(slot, std::move(detail));
    }
}

// "apiKey": "LITELLM_KEY" has always been documented to mean the variable of that name. So what looks like
// the name of one is read as one, and never sent as a key.
const config::Variable* named_variable(const Secret& key, const config::Environment& environment) {
    const auto name = key.reveal();
    const bool looks_like_one =
        !name.empty() &&
        name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos &&
        (name.front() < '0' || name.front() > '9');
    return looks_like_one && environment.find_filled(name) ? environment.variable(name) : nullptr;
}

// "$NAME" and "${NAME}", as a whole; empty for anything else.
std::string_view referred_name(std::string_view text) {
    if (text.size() < 2 || text.front() != '$') return {};
    text.remove_prefix(1);
    if (text.front() == '{' && text.back() == '}') text = text.substr(1, text.size() - 2);
    const bool is_name = !text.empty() && (text.front() < '0' || text.front() > '9') &&
                         text.find_first_not_of(
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                             "0123456789_") == std::string_view::npos;
    return is_name ? text : std::string_view();
}

void Places::add_reference(Slot& slot, SlotDetail& detail, const Result<SecretRef>& reference) const {
    if (!reference) {
        slot.fixed = Verdict::damaged;
        detail.reason = reference.error().message;
        return;
    }
    detail.referral = std::make_unique<Referral>(*reference);
    look_up(detail, {.record = {}, .field = detail.place}, prepared_);
    std::tie(slot.fixed, detail.reason) = standing_of_reference(detail);
    auto& value = detail.referral->source.value;
    if (value) detail.secret = value->trimmed();
    value.reset();
    // What was sealed may have been a variable's name.
    if (!detail.secret || detail.referral->reference.source != SecretRef::Source::sealed) return;
    if (const auto* named = named_variable(*detail.secret, prepared_.config.environment()))
        detail.secret = named->value.trimmed();
}

// What the owner wrote goes out as it stands: a text, the variable that it names, or what a reference gives.
void Places::add_headers() {
    const auto* provider = prepared_.rules.find_provider(group_.provider);
    if (!provider) return;
    for (const auto& header : provider->headers) {
        Slot slot;
        slot.source = Source::config_key;
        slot.header = true;
        SlotDetail detail{.profile = nullptr,
                          .id = {},
                          .kind = header_kind,
                          .place = header.path,
                          .reason = {},
                          .secret = {}};
        if (header.reference) {
            add_reference(slot, detail, *header.reference);
        } else {
            const auto* named = named_variable(*header.value, prepared_.config.environment());
            detail.secret = named ? named->value.trimmed() : header.value->trimmed();
        }
        group_.headers.emplace_back(header.model, static_cast<std::uint32_t>(group_.others.size()));
        add(slot, std::move(detail));
    }
}

void Places::add_config_key() {
    const auto* provider = prepared_.rules.find_provider(group_.provider);
    Slot slot;
    slot.source = Source::config_key;
    SlotDetail detail{
        .profile = nullptr,
        .id = {},
        .kind = "api_key",
        .place = fmt::format("models.providers.{}.apiKey", provider ? provider->key : group_.provider.text()),
        .reason = {},
        .secret = {}};
    if (provider && provider->reference) {
        add_reference(slot, detail, *provider->reference);
        add(slot, std::move(detail));
        return;
    }
    const auto key = provider && provider->api_key ? provider->api_key->trimmed() : Secret();
    if (key.empty()) {
        slot.fixed = provider && provider->api_key ? Verdict::blank : Verdict::not_set;
        detail.reason = provider && provider->api_key ? "set, but blank" : "not set";
    } else if (key.starts_with("!")) {
        slot.fixed = Verdict::damaged;
        detail.reason = "keys from commands are not run; write ${NAME} and set that variable";
    } else if (const auto name = referred_name(key.reveal()); !name.empty()) {
        const auto value = prepared_.config.environment().find_filled(name);
        detail.variable = value ? prepared_.config.environment().variable(name) : nullptr;
        if (value) detail.secret = Secret(*value);
        if (!value) slot.fixed = Verdict::unavailable;
        if (!value) detail.reason = fmt::format("it refers to {}, which is not set", name);
    } else if (const auto* named = named_variable(key, prepared_.config.environment())) {
        detail.variable = named;
        detail.secret = named->value.trimmed();
    } else {
        detail.secret = key;
    }
    add(slot, std::move(detail));
}

// The first way of Amazon's own chain that this environment offers; empty when it offers none.
std::string aws_way(const config::Environment& environment) {
    const auto has = [&](std::string_view name) { return environment.find_filled(name).has_value(); };
    if (has("AWS_BEARER_TOKEN_BEDROCK")) return "AWS_BEARER_TOKEN_BEDROCK";
    if (has("AWS_ACCESS_KEY_ID") && has("AWS_SECRET_ACCESS_KEY"))
        return "AWS_ACCESS_KEY_ID + AWS_SECRET_ACCESS_KEY";
    for (const std::string_view name : {"AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                                        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_WEB_IDENTITY_TOKEN_FILE"})
        if (has(name)) return std::string(name);
    return {};
}

// What Google's chain lacks here; empty when nothing.
std::string google_gap(const config::Environment& environment, bool login) {
    // The variables first: where the location is missing the login wasn't even looked for.
    if (!environment.find_filled("GOOGLE_CLOUD_LOCATION")) return "GOOGLE_CLOUD_LOCATION is not set";
    if (!environment.find_filled("GOOGLE_CLOUD_PROJECT") && !environment.find_filled("GCLOUD_PROJECT"))
        return "GOOGLE_CLOUD_PROJECT is not set";
    return login ? "" : "no gcloud login: run gcloud auth application-default login";
}

void Places::add_ambient() {
    Slot slot;
    slot.source = Source::ambient;
    SlotDetail detail;
    const auto* provider = prepared_.rules.find_provider(group_.provider);
    const bool aws = provider && provider->auth == "aws-sdk";
    if (aws || (group_.provider == "amazon-bedrock" && (!provider || provider->auth.empty()))) {
        const auto way = aws_way(prepared_.config.environment());
        detail.kind = "aws-sdk";
        detail.place = way.empty() ? "aws-sdk default chain" : way;
        if (way.empty()) slot.fixed = Verdict::not_set;
        if (way.empty()) detail.reason = "no AWS variable is set";
    } else if (group_.provider == "google-vertex") {
        const auto gap = google_gap(prepared_.config.environment(), prepared_.surroundings.google_login);
        detail.kind = "api_key";
        detail.place = "gcloud adc";
        detail.reason = gap;
        if (!gap.empty()) slot.fixed = Verdict::not_set;
    } else if (is_cli_backend(group_.provider, prepared_.config.value())) {
        detail.kind = "cli";
        detail.place = group_.provider;
    } else {
        return;
    }
    add(slot, std::move(detail));
    if (aws)
        exclude_all(Verdict::excluded_by_config,
                    fmt::format("models.providers.{}.auth is aws-sdk", provider->key));
}

void Places::exclude_all(Verdict verdict, const std::string& reason) {
    const auto exclude = [&](Slot& slot) {
        if (slot.fixed != Verdict::in_reserve || slot.source == Source::ambient) return;
        slot.fixed = verdict;
        group_.details[slot.detail].reason = reason;
    };
    std::ranges::for_each(group_.profiles, exclude);
    std::ranges::for_each(group_.others, exclude);
}

// A server that wants no key. Once a key is stored or set for it, or a header written, it evidently wants
// one.
void Places::add_keyless() {
    const auto is_for_all = [](const auto& header) { return header.first.empty(); };
    if (std::ranges::any_of(group_.headers, is_for_all)) return;
    const auto has_secret = [](const SlotDetail& detail) {
        if (detail.kind == header_kind) return false;
        return detail.profile || detail.secret || detail.referral;
    };
    if (std::ranges::any_of(group_.details, has_secret)) return;
    const auto* provider = prepared_.rules.find_provider(group_.provider);
    const bool own_key_known = group_.provider != "ollama" && !variables_of(group_.provider).empty();
    const bool local =
        provider && !own_key_known && (is_local_url(provider->base_url) || !provider->auth_header);
    const bool demo = group_.provider == "demo";
    if (!demo && !local && group_.provider != "ollama") return;
    Slot slot;
    slot.source = Source::keyless;
    add(slot, {.profile = nullptr,
               .id = {},
               .kind = "none",
               .place = demo       ? "built in"
                        : provider ? provider->base_url
                                   : "http://127.0.0.1:11434",
               .reason = {},
               .secret = {}});
}

// A variable stands in the config's own environment; everything else was looked up before.
SourceValue variable_value(const SecretRef& reference, const Index::Prepared& prepared) {
    const auto source = prepared.sources.find(reference);
    if (!source) return {.problem = source.error().message};
    const auto value = prepared.config.environment().find_filled(reference.id);
    return value ? SourceValue{.value = Secret(*value)} : SourceValue{.problem = "not set"};
}

// A login's token is whatever its issuer gave, and may travel as a document; a header is what the owner says.
// What is shown in place of a secret is none there either.
std::optional<NoCredential> evidently_none(const SlotDetail& detail) {
    const auto text = detail.secret->reveal();
    const bool is_free = detail.kind == "oauth" || detail.kind == header_kind;
    const bool may_be_anything = is_free && !config::is_placeholder(text);
    return may_be_anything ? std::nullopt : evidently_no_credential(text);
}

// Why what stands there is no credential, whatever it belongs to; empty where it may be one.
std::string why_unusable(const Group& group, const SlotDetail& detail) {
    const auto no = evidently_none(detail);
    const bool harmless = no && no->kind == NoCredential::Kind::placeholder && group.is_near;
    if (no && !harmless && no->kind != NoCredential::Kind::damage) return std::string(no->why);
    if (can_be_sent(*detail.secret)) return {};
    return fmt::format("{}; enter it again",
                       no ? no->why : "there is a character inside that a header can't carry");
}

}  // namespace

Slot& add_slot(Group& group, std::vector<Slot>& slots, Slot slot, SlotDetail detail) {
    if (slot.fixed == Verdict::in_reserve && detail.secret) {
        detail.reason = why_unusable(group, detail);
        if (!detail.reason.empty()) slot.fixed = Verdict::damaged;
    }
    slot.unread = detail.referral && !detail.secret;
    slot.detail = static_cast<std::uint32_t>(group.details.size());
    group.details.push_back(std::move(detail));
    return slots.emplace_back(slot);
}

std::pair<Verdict, std::string> standing_of_reference(const SlotDetail& detail) {
    const auto& found = detail.referral->source;
    if (detail.referral->asked_later || found.elsewhere || (found.value && !found.value->blank()))
        return {Verdict::in_reserve, {}};
    return {Verdict::unavailable, fmt::format("{}: {}", describe(detail.referral->reference),
                                              found.problem.empty() ? "it gave nothing" : found.problem)};
}

void look_up(SlotDetail& detail, const RefHolder& holder, const Index::Prepared& prepared) {
    auto& [reference, source, asked_later] = *detail.referral;
    const auto& around = prepared.surroundings;
    if (reference.source == SecretRef::Source::env) {
        source = variable_value(reference, prepared);
        return;
    }
    if (const auto* found = around.values ? around.values->find(reference, holder) : nullptr) {
        source = *found;
        return;
    }
    asked_later = around.asked_when_needed && reference.source != SecretRef::Source::sealed;
    if (!asked_later) source.problem = "it was not asked";
}

void add_places(Group& group, const Index::Prepared& prepared) {
    Places places(group, prepared);
    places.add_headers();
    places.add_variables();
    places.add_config_key();
    places.add_ambient();
    places.add_keyless();
}

}  // namespace openclaw::auth
