#include "gateway/ws/presence.h"

#include <algorithm>

namespace openclaw::gateway {

namespace {

constexpr std::size_t entries_max = 200;
constexpr Milliseconds lifetime = std::chrono::minutes(5);

void put(json::object& object, std::string_view name, const std::string& value) {
    if (!value.empty()) object[name] = value;
}

json::object shown_of(const ConnectRequest& request, const std::string& address, const access::Scopes& scopes,
                      TimePoint now) {
    const auto& name = request.display_name.empty() ? request.client_id : request.display_name;
    json::object shown{{"host", name}};
    put(shown, "ip", address);
    put(shown, "version", request.client_version);
    put(shown, "platform", request.platform);
    put(shown, "deviceFamily", request.device_family);
    put(shown, "modelIdentifier", request.model_identifier);
    put(shown, "mode", request.client_mode);
    if (request.device) put(shown, "deviceId", request.device->id);
    put(shown, "instanceId", request.instance_id);
    shown["roles"] = json::array{request.role};
    json::array names;
    for (auto& scope : scopes.names()) names.emplace_back(scope);
    shown["scopes"] = std::move(names);
    shown["reason"] = "connect";
    shown["text"] = fmt::format("Node: {}{} · mode {}", name, address.empty() ? "" : " (" + address + ")",
                                request.client_mode);
    shown["ts"] = to_ms(now);
    return shown;
}

}  // namespace

bool Presence::joined(const std::string& key, const ConnectRequest& request, const std::string& address,
                      const access::Principal& principal, TimePoint now) {
    if (request.client_mode == "cli" || request.client_mode == "probe") return false;
    std::erase_if(entries_, [&](const Entry& entry) { return entry.key == key; });
    entries_.push_front({key, shown_of(request, address, principal.scopes(), now), principal, now});
    if (entries_.size() > entries_max) entries_.pop_back();
    ++version_;
    return true;
}

bool Presence::left(const std::string& key, TimePoint now) {
    const auto found = std::ranges::find(entries_, key, &Entry::key);
    if (found == entries_.end()) return false;
    Entry entry = std::move(*found);
    entries_.erase(found);
    entry.shown["reason"] = "disconnect";
    entry.shown["ts"] = to_ms(now);
    entry.updated = now;
    entries_.push_front(std::move(entry));
    ++version_;
    return true;
}

json::array Presence::entries(const access::Principal& viewer, TimePoint now) {
    expire(now);
    json::array list;
    list.push_back(json::object{
        {"host", host_.name},
        {"version", host_.version},
        {"platform", host_.platform},
        {"deviceFamily", "Linux"},
        {"modelIdentifier", host_.machine},
        {"mode", "gateway"},
        {"reason", "self"},
        {"text", fmt::format("Gateway: {} · app {} · mode gateway · reason self", host_.name, host_.version)},
        {"ts", to_ms(now)}});
    for (const auto& entry : entries_)
        if (viewer.limits().none() || viewer.id() == entry.principal.id()) list.push_back(entry.shown);
    return list;
}

// Those who are still connected stay: only who left runs out.
void Presence::expire(TimePoint now) {
    const auto gone = std::erase_if(entries_, [&](const Entry& entry) {
        return entry.shown.at("reason") == "disconnect" && now - entry.updated > lifetime;
    });
    if (gone > 0) ++version_;
}

}  // namespace openclaw::gateway
