#include "auth/enrol/new_credential.h"

#include <algorithm>

#include "base/duration.h"
#include "base/redact.h"
#include "base/text.h"

namespace openclaw::auth {
namespace {

constexpr std::size_t id_bytes_max = 200;

std::string usual_id(const NewCredentialRequest& request) {
    return fmt::format("{}:{}", request.provider, request.kind == EnteredKind::token ? "manual" : "default");
}

Result<void> check_id(const ProfileId& id, const ProviderId& provider, const Store& store) {
    if (id.text.empty() || id.text.size() > id_bytes_max || printable(id.text) != id.text ||
        id.text.find('\n') != std::string::npos)
        return hinted(fail(Code::invalid_input, "this can't be a profile id"),
                      fmt::format("write one like {}:work", provider));
    // Names are shown everywhere; whoever pastes the secret too early must not store it as one.
    if (!find_secret_shapes(id.text).empty())
        return hinted(fail(Code::invalid_input, "this looks like a secret, not like a profile id"),
                      "nothing was stored; the secret is asked for after the name");
    if (const auto* other = store.find(id); other && ProviderId(other->provider) != provider)
        return hinted(fail(Code::invalid_input, "Auth profile \"{}\" is for {}, not {}.", id.text,
                           other->provider, provider),
                      "choose another --profile-id");
    return {};
}

Result<TimePoint> end_of(const std::string& lifetime, TimePoint now) {
    const auto span = parse_duration(trimmed(lifetime));
    if (!span) return std::unexpected(span.error());
    if (*span <= Milliseconds(0))
        return hinted(
            fail(Code::invalid_input, "invalid duration: {}", lifetime),
            "a credential that has expired already is of no use; leave --expires-in out if it never expires");
    return now + *span;
}

}  // namespace

std::string_view name_of(EnteredKind kind) {
    if (kind == EnteredKind::login) return "oauth";
    return kind == EnteredKind::token ? "token" : "api_key";
}

Result<NewCredential> plan_credential(const NewCredentialRequest& request, const Store& store,
                                      TimePoint now) {
    NewCredential credential{.provider = request.provider,
                             .kind = request.kind,
                             .id = {request.id ? std::string(trimmed(*request.id)) : usual_id(request)},
                             .expires = {}};
    if (auto fine = check_id(credential.id, credential.provider, store); !fine)
        return std::unexpected(std::move(fine).error());
    if (!request.lifetime) return credential;
    const auto end = end_of(*request.lifetime, now);
    if (!end) return std::unexpected(end.error());
    credential.expires = *end;
    return credential;
}

PasteRules paste_rules(const NewCredential& credential, bool any_shape) {
    return {.provider = credential.provider,
            .is_token = credential.kind == EnteredKind::token,
            .any_shape = any_shape};
}

Profile profile_of(const NewCredential& credential, Secret secret, TimePoint now) {
    Profile profile;
    profile.id = credential.id;
    profile.provider = credential.provider;
    profile.added = now;
    if (credential.kind == EnteredKind::token)
        profile.credential = Token{std::move(secret), credential.expires};
    else
        profile.credential = ApiKey{std::move(secret)};
    return profile;
}

Profile profile_of(const NewCredential& credential, SecretRef reference, TimePoint now) {
    auto profile = profile_of(credential, Secret(), now);
    profile.references.emplace(wire_field(profile.credential), std::move(reference));
    return profile;
}

std::vector<ProfileId> twins_of(const Profile& profile, const Store& store) {
    std::vector<ProfileId> twins;
    const auto& secret = wire_secret(profile.credential);
    if (secret.blank()) return twins;
    for (const auto& other : store.profiles)
        if (other.id != profile.id && wire_secret(other.credential) == secret) twins.push_back(other.id);
    return twins;
}

}  // namespace openclaw::auth
