#include "cli/commands/devices/device_desk.h"

#include "cli/gateway/this_host.h"
#include "gateway/ws/pairing.h"

namespace openclaw::cli {

namespace {

json::array array_of(const std::vector<std::string>& texts) {
    json::array list;
    for (const auto& text : texts) list.emplace_back(text);
    return list;
}

}  // namespace

Result<DeviceDesk> DeviceDesk::open(Context& context, const Arguments& arguments) {
    auto options = gateway_options(context, arguments);
    if (!options) return std::unexpected(std::move(options).error());
    return DeviceDesk(context, std::move(*options));
}

Result<json::object> DeviceDesk::ask(std::string method, json::object params) {
    auto answer = ask_gateway(context_, options_, std::move(method), std::move(params));
    if (!answer) return std::unexpected(std::move(answer).error());
    if (!answer->is_object()) return fail(Code::corrupt, "the gateway's answer is no object");
    return std::move(answer->get_object());
}

// Files of this state directory are those of its own gateway, when it doesn't run.
bool DeviceDesk::is_left_to_us(const Error& error) const {
    return error.code == Code::unavailable && !options_.url && of_this_host(context_.config()).has_value();
}

Result<json::object> DeviceDesk::list_of_gateway() {
    return ask("device.pair.list", {});
}

Result<json::object> DeviceDesk::list() {
    auto answer = list_of_gateway();
    if (answer || !is_left_to_us(answer.error())) return answer;
    const auto devices = store().devices();
    if (!devices) return std::unexpected(devices.error());
    json::array paired;
    for (const auto& device : *devices) paired.push_back(gateway::device_json(device));
    return json::object{{"pending", json::array()}, {"paired", std::move(paired)}};
}

Result<json::object> DeviceDesk::approve(const std::string& request, const std::vector<std::string>& scopes) {
    json::object params{{"requestId", request}};
    if (!scopes.empty()) params["scopes"] = array_of(scopes);
    return ask("device.pair.approve", std::move(params));
}

Result<json::object> DeviceDesk::reject(const std::string& request) {
    return ask("device.pair.reject", {{"requestId", request}});
}

Result<json::object> DeviceDesk::remove(const std::string& device) {
    auto answer = ask("device.pair.remove", {{"deviceId", device}});
    if (answer || !is_left_to_us(answer.error())) return answer;
    const auto found = store().find(device);
    if (!found) return std::unexpected(found.error());
    const auto removed = store().remove(found->card.id, access::Scopes::all(), context_.clock.now());
    if (!removed) return std::unexpected(removed.error());
    return json::object{{"deviceId", found->card.id}};
}

Result<json::object> DeviceDesk::rename(const std::string& device, const std::string& name) {
    auto answer = ask("device.pair.rename", {{"deviceId", device}, {"displayName", name}});
    if (answer || !is_left_to_us(answer.error())) return answer;
    const auto found = store().find(device);
    if (!found) return std::unexpected(found.error());
    const auto renamed = store().rename(found->card.id, name, access::Scopes::all());
    if (!renamed) return std::unexpected(renamed.error());
    return gateway::device_json(*renamed);
}

Result<json::object> DeviceDesk::rotate(const std::string& device, const std::string& role,
                                        const std::vector<std::string>& scopes) {
    json::object params{{"deviceId", device}, {"role", role}};
    if (!scopes.empty()) params["scopes"] = array_of(scopes);
    return ask("device.token.rotate", std::move(params));
}

Result<json::object> DeviceDesk::revoke(const std::string& device, const std::string& role) {
    auto answer = ask("device.token.revoke", {{"deviceId", device}, {"role", role}});
    if (answer || !is_left_to_us(answer.error())) return answer;
    const auto found = store().find(device);
    if (!found) return std::unexpected(found.error());
    const auto now = context_.clock.now();
    const auto revoked = store().revoke(found->card.id, role, access::Scopes::all(), now);
    if (!revoked) return std::unexpected(revoked.error());
    return json::object{{"deviceId", found->card.id}, {"role", role}, {"revokedAtMs", to_ms(now)}};
}

}  // namespace openclaw::cli
