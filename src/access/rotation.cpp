#include "access/rotation.h"

#include "base/fingerprint.h"
#include "base/text.h"
#include "config/environment/dotenv.h"
#include "config/environment/dotenv_edit.h"
#include "config/settings/guessable.h"
#include "store/replace_file.h"

namespace openclaw::access {

namespace {

constexpr Milliseconds lock_wait = std::chrono::seconds(10);
constexpr Milliseconds usual_grace = std::chrono::minutes(10);

std::unexpected<Error> not_ours_to_write(const SecretCandidate& candidate) {
    const auto name = candidate.variable.empty() ? candidate.place : candidate.variable;
    return hinted(
        fail(Code::denied, "the token in use stands in {}, a variable that was set outside", name),
        fmt::format("set another one where {} is set (a service's unit, a shell's profile) and start "
                    "the gateway again; or take the variable away, and the token is kept in a file",
                    name));
}

Result<std::vector<platform::Path>> write_variable_file(const Rotation& rotation,
                                                        const SecretCandidate& candidate,
                                                        const Secret& token) {
    const auto target = store::real_target(rotation.files, candidate.inside);
    if (!target) return std::unexpected(target.error());
    const auto lock = rotation.files.lock(store::lock_path_of(*target), lock_wait);
    if (!lock) return failed(lock.error(), "changing {}", candidate.inside);
    auto text = rotation.files.read(*target, config::dotenv_bytes_max);
    if (!text) return std::unexpected(text.error());
    const auto info = rotation.files.info(*target);
    auto changed = config::with_variable(*text, candidate.variable, token);
    wipe(*text);
    if (!changed) return failed(changed.error(), "changing {}", candidate.inside);
    const auto written =
        store::replace_file(rotation.files, *target, *changed, info ? info->mode & 0700 : 0600);
    wipe(*changed);
    if (!written) return std::unexpected(written.error());
    return std::vector{platform::Path(candidate.inside)};
}

Result<std::vector<platform::Path>> write_config(const Rotation& rotation, const std::string& path,
                                                 const Secret& token) {
    const auto keys = config::parse_key_path(path);
    if (!keys) return std::unexpected(keys.error());
    auto writer = rotation.writer;
    auto written = writer.update([&](json::object& document) -> Result<void> {
        json::value root(std::move(document));
        const auto* old = config::find_value(root.get_object(), *keys);
        const auto source = old && old->is_object() ? string_at(old->get_object(), "source") : std::nullopt;
        auto edited =
            source && *source != "sealed"
                ? Result<void>(hinted(
                      fail(Code::denied, "{} names a secret that stands elsewhere ({})", path,
                           printable(*source)),
                      "put another one there, or take the reference out, and the token is kept in a file"))
                : config::apply_edit(root, {*keys, json::value(revealed(token))});
        document = std::move(root.get_object());
        return edited;
    });
    if (!written) return std::unexpected(written.error());
    return std::move(written->changed);
}

// A text in the config may be the value of a variable: that one is replaced then.
Result<SecretCandidate> where_it_stands(const Rotation& rotation, const SecretCandidate& candidate) {
    if (candidate.kind != SecretPlace::config) return candidate;
    const auto name = rotation.config.reference(candidate.inside);
    if (!name) return candidate;
    const auto* variable = rotation.config.environment().variable(*name);
    if (!variable) return candidate;
    SecretCandidate behind{.place = candidate.place, .value = candidate.value, .variable = variable->name};
    behind.inside = variable->place;
    behind.kind = place_kind(variable->source);
    return behind;
}

Result<std::vector<platform::Path>> write_where_it_stands(const Rotation& rotation,
                                                          const SecretCandidate& candidate,
                                                          const Secret& token) {
    switch (candidate.kind) {
        case SecretPlace::flag:
        case SecretPlace::process:
            return not_ours_to_write(candidate);
        case SecretPlace::variable_file:
            return write_variable_file(rotation, candidate, token);
        case SecretPlace::config_variable:
        case SecretPlace::config:
            return write_config(rotation, candidate.inside, token);
        case SecretPlace::token_file:
            if (auto written = write_token_file(rotation.config.paths(), rotation.files, token); !written)
                return std::unexpected(written.error());
            return std::vector{platform::Path(candidate.inside)};
    }
    return not_ours_to_write(candidate);
}

Result<Milliseconds> grace_of(const Rotation& rotation, const Secret& old) {
    const auto why = config::why_guessable(old);
    if (!rotation.grace) return why ? Milliseconds(0) : usual_grace;
    if (why && *rotation.grace > Milliseconds(0))
        return hinted(
            fail(Code::invalid_input, "the present token can be guessed ({}): it is not kept", *why),
            "take --grace 0");
    return *rotation.grace;
}

Result<void> keep_for(const Rotation& rotation, const Secret& old, Milliseconds grace) {
    const auto& paths = rotation.config.paths();
    if (grace <= Milliseconds(0)) return forget_earlier_secret(paths, rotation.files);
    return keep_earlier_secret(paths, rotation.files,
                               {.digest = SecretDigest(old),
                                .fingerprint = fingerprint(old, rotation.fingerprint_key),
                                .ends = rotation.now + grace});
}

}  // namespace

Result<Rotated> rotate_token(const Rotation& rotation) {
    const auto secret = resolve_gateway_secret(rotation.config, rotation.files, {});
    if (!secret) return std::unexpected(secret.error());
    if (secret->mode != AccessMode::token)
        return hinted(fail(Code::invalid_input, "the gateway is locked by {}: it has no token in use",
                           name_of(secret->mode)),
                      "see `openclaw gateway lock`");
    const auto* chosen = secret->chosen();
    if (!chosen)
        return hinted(fail(Code::not_found, "there is no token yet"),
                      "the first start of `openclaw gateway` makes one");
    const auto place = where_it_stands(rotation, *chosen);
    if (!place) return std::unexpected(place.error());
    if (place->kind == SecretPlace::process || place->kind == SecretPlace::flag)
        return not_ours_to_write(*place);
    const auto grace = grace_of(rotation, chosen->value);
    if (!grace) return std::unexpected(grace.error());

    // The old one is kept first: until the new one stands it is the present one, and no earlier one.
    if (auto kept = keep_for(rotation, chosen->value, *grace); !kept)
        return failed(kept.error(), "keeping the old token for a while; nothing was changed");
    const auto token = new_token();
    auto changed = write_where_it_stands(rotation, *place, token);
    if (!changed) return std::unexpected(changed.error());
    changed->push_back(earlier_secret_file(rotation.config.paths()));
    return Rotated{
        .place = chosen->place,
        .before = fingerprint(chosen->value, rotation.fingerprint_key),
        .after = fingerprint(token, rotation.fingerprint_key),
        .earlier_ends = *grace > Milliseconds(0) ? std::optional(rotation.now + *grace) : std::nullopt,
        .guessable = config::why_guessable(chosen->value),
        .changed = std::move(*changed)};
}

}  // namespace openclaw::access
