#include "chat/sessions/session_reset.h"

namespace openclaw::chat {
namespace {

constexpr std::chrono::minutes idle_default(60);

const json::object* object_under(const config::Config& config, std::string_view path) {
    return as_object(config.find(path));
}

// What an object of the config says, over what holds already.
void apply(ResetPolicy& policy, const json::object& settings) {
    const auto mode = string_at(settings, "mode");
    if (mode == "none") {
        policy.daily = false;
        policy.idle.reset();
        return;
    }
    if (mode) policy.daily = *mode != "idle";
    if (const auto hour = integer_at(settings, "atHour"); hour && *hour >= 0 && *hour <= 23)
        policy.at_hour = static_cast<int>(*hour);
    if (const auto minutes = integer_at(settings, "idleMinutes"); minutes && *minutes > 0)
        policy.idle = std::chrono::minutes(*minutes);
    if (!policy.daily && !policy.idle) policy.idle = idle_default;
}

std::string_view type_of(const SessionKey& key) {
    if (key.is_thread()) return "thread";
    return key.is_group() ? "group" : "dm";
}

}  // namespace

ResetPolicy ResetPolicy::from(const config::Config& config, const SessionKey& key, std::string_view channel) {
    ResetPolicy policy;
    if (!channel.empty()) {
        const auto* by_channel = object_under(config, "session.resetByChannel");
        const auto* own = by_channel != nullptr ? object_at(*by_channel, channel) : nullptr;
        if (own != nullptr) {
            apply(policy, *own);
            return policy;
        }
    }
    const auto* general = object_under(config, "session.reset");
    const auto* by_type = object_under(config, "session.resetByType");
    const auto* own = by_type != nullptr ? object_at(*by_type, type_of(key)) : nullptr;
    // Newer versions call it so.
    if (own == nullptr && by_type != nullptr && type_of(key) == "dm") own = object_at(*by_type, "direct");
    const auto* older = config.find("session.idleMinutes");
    if (general == nullptr && own == nullptr && older != nullptr && older->is_number())
        apply(policy, {{"mode", "idle"}, {"idleMinutes", *older}});
    if (general != nullptr) apply(policy, *general);
    if (own != nullptr) apply(policy, *own);
    return policy;
}

bool is_stale(const ResetPolicy& policy, TimePoint updated, TimePoint now, std::chrono::seconds utc_offset) {
    if (updated >= now) return false;
    if (policy.idle && now - updated > *policy.idle) return true;
    if (!policy.daily) return false;
    const auto local = now + utc_offset;
    auto boundary = std::chrono::floor<std::chrono::days>(local) + std::chrono::hours(policy.at_hour);
    if (boundary > local) boundary -= std::chrono::days(1);
    return updated + utc_offset < boundary;
}

}  // namespace openclaw::chat
