#pragma once

#include "access/devices/device_store.h"
#include "cli/gateway/gateway_client.h"

namespace openclaw::cli {

// Where devices are managed: in the gateway, which knows who waits; without one that runs, in its files.
class DeviceDesk {
public:
    static Result<DeviceDesk> open(Context& context, const Arguments& arguments);

    // {"pending": […], "paired": […]}, as the gateway tells it.
    Result<json::object> list();
    Result<json::object> list_of_gateway();  // who waits is known to nobody else
    Result<json::object> approve(const std::string& request, const std::vector<std::string>& scopes);
    Result<json::object> reject(const std::string& request);
    Result<json::object> remove(const std::string& device);
    Result<json::object> rename(const std::string& device, const std::string& name);
    Result<json::object> rotate(const std::string& device, const std::string& role,
                                const std::vector<std::string>& scopes);
    Result<json::object> revoke(const std::string& device, const std::string& role);

private:
    DeviceDesk(Context& context, GatewayOptions options) : context_(context), options_(std::move(options)) {}
    Result<json::object> ask(std::string method, json::object params);
    bool is_left_to_us(const Error& error) const;
    access::DeviceStore store() { return {context_.files, context_.paths}; }

    Context& context_;
    GatewayOptions options_;
};

}  // namespace openclaw::cli
