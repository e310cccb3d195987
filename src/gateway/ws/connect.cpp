#include "gateway/ws/connect.h"

#include "base/text.h"
#include "gateway/ws/params.h"

namespace openclaw::gateway {

namespace {

constexpr std::size_t reason_bytes_max = 120;
constexpr std::size_t text_bytes_max = 256;  // of what is kept of a client's words

std::string kept(std::optional<std::string> text) {
    return text ? shortened(*text, text_bytes_max) : std::string{};
}

void read_client(Params& client, ConnectRequest& request) {
    request.client_id = kept(client.required_text("id"));
    request.client_mode = kept(client.required_text("mode"));
    request.client_version = kept(client.required_text("version"));
    // The device signs what was sent, so what is kept must not differ for real clients (far below the bound).
    request.platform = kept(client.required_text("platform"));
    request.display_name = kept(client.text("displayName"));
    request.device_family = kept(client.text("deviceFamily"));
    request.model_identifier = kept(client.text("modelIdentifier"));
    request.instance_id = kept(client.text("instanceId"));
}

void read_auth(Params& auth, ConnectRequest& request) {
    auto token = auth.text("token");
    auto password = auth.text("password");
    auto device_token = auth.text("deviceToken");
    request.token_as_sent = token && !token->empty() ? *token : device_token.value_or("");
    request.sent_password = !token && password;
    request.key = access::read_key(token && !token->empty() ? *token : password.value_or(""));
    if (token && !token->empty())
        request.secret.emplace(std::move(*token));
    else if (password && !password->empty())
        request.secret.emplace(std::move(*password));
    if (device_token && !device_token->empty()) request.device_token.emplace(std::move(*device_token));
}

void read_device(Params& device, ConnectRequest& request) {
    access::DeviceClaim claim{.id = device.required_text("id"),
                              .public_key = device.required_text("publicKey"),
                              .signature = device.required_text("signature"),
                              .signed_at_ms = 0,
                              .nonce = device.text("nonce")};
    if (!device.has("signedAt")) device.add_problem("must have required property 'signedAt'");
    claim.signed_at_ms = device.integer("signedAt", 0, INT64_MAX).value_or(0);
    request.device = std::move(claim);
}

std::optional<WireError> prefixed(std::optional<WireError> error, std::string_view place) {
    if (error) error->message = replaced(error->message, "params: ", fmt::format("params: at /{}: ", place));
    return error;
}

std::string hint_for(const ConnectRequest& request, std::string_view kind) {
    if (request.client_mode == "cli")
        return fmt::format("set gateway.remote.{} to match gateway.auth.{}", kind, kind);
    if (request.client_id == "openclaw-control-ui" || request.client_id.starts_with("webchat"))
        return fmt::format("enter the {} in Control UI settings", kind);
    return fmt::format("provide gateway auth {}", kind);
}

bool is_wrong(access::Denial denial) {
    using enum access::Denial;
    return denial == wrong_secret || denial == key_damaged || denial == key_unknown || denial == key_wrong;
}

std::string uppercase(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return result;
}

}  // namespace

ConnectRefusal refuse_connect(WireError error, std::string log_reason, int close_code) {
    auto reason = error.message;
    if (reason.size() > reason_bytes_max) reason = shortened(reason, reason_bytes_max - 3);
    if (log_reason.empty()) log_reason = error.message;
    return {std::move(error), close_code, std::move(reason), std::move(log_reason)};
}

std::expected<ConnectRequest, ConnectRefusal> parse_connect(const RequestFrame& frame) {
    const auto refused = [](WireError error, int code = 1008) {
        return std::unexpected(refuse_connect(std::move(error), {}, code));
    };
    if (frame.method != "connect")
        return refused(invalid_request("invalid handshake: first request must be connect"));

    ConnectRequest request;
    Params params("connect", frame.params);
    for (std::string_view name : {"minProtocol", "maxProtocol", "client"})
        if (!params.has(name)) params.add_problem(fmt::format("must have required property '{}'", name));
    request.protocol_low = params.integer("minProtocol", 1, INT32_MAX).value_or(0);
    request.protocol_high = params.integer("maxProtocol", 1, INT32_MAX).value_or(0);
    if (auto scopes = params.texts("scopes"); !scopes.empty()) request.scopes = std::move(scopes);
    request.caps = params.texts("caps");
    if (auto role = params.filled_text("role")) request.role = *role;
    const json::value client_value = params.object("client"), auth_value = params.object("auth"),
                      device_value = params.object("device");
    if (auto problem = params.problem()) return refused(std::move(*problem));

    Params client("connect", client_value), auth("connect", auth_value), device("connect", device_value);
    read_client(client, request);
    read_auth(auth, request);
    if (params.has("device")) read_device(device, request);
    if (auto problem = prefixed(client.problem(), "client")) return refused(std::move(*problem));
    if (auto problem = prefixed(auth.problem(), "auth")) return refused(std::move(*problem));
    if (auto problem = prefixed(device.problem(), "device")) return refused(std::move(*problem));

    if (negotiated_protocol(request) == 0) {
        auto error = invalid_request("protocol mismatch");
        error.details = {
            {"code", "PROTOCOL_MISMATCH"},
            {"clientMinProtocol", request.protocol_low},
            {"clientMaxProtocol", request.protocol_high},
            {"expectedProtocol", request.protocol_low > protocol_max ? protocol_max : protocol_min},
            {"minimumProbeProtocol", protocol_min}};
        return refused(std::move(error), 1002);
    }
    if (request.role != "operator" && request.role != "node") return refused(invalid_request("invalid role"));
    return request;
}

int negotiated_protocol(const ConnectRequest& request) {
    const auto high = std::min<std::int64_t>(request.protocol_high, protocol_max);
    return high >= protocol_min && request.protocol_low <= high ? static_cast<int>(high) : 0;
}

ConnectRefusal refuse_denied(const ConnectRequest& request, const access::Refused& refused) {
    WireError error = invalid_request({});
    if (refused.denial == access::Denial::too_many_guesses) {
        error.message = "unauthorized: too many failed authentication attempts (retry later)";
        error.details = {{"code", "AUTH_RATE_LIMITED"}};
        error.retryable = true;
        error.retry_after = refused.wait;
    } else if (refused.remark) {
        error.message = "unauthorized: " + access::sentence_of(*refused.remark);
        error.details = {{"code", "AUTH_CERTIFICATE_REFUSED"}, {"authReason", "certificate_refused"}};
    } else if (refused.key) {
        error.message = "unauthorized: " + access::sentence_of(*refused.key);
        error.details = {{"code", "AUTH_KEY_REFUSED"}, {"authReason", "key_refused"}};
    } else if (refused.denial == access::Denial::keys_closed) {
        error.message = "unauthorized: the gateway can't check keys at the moment";
        error.details = {{"code", "AUTH_KEYS_UNAVAILABLE"}, {"authReason", "keys_unavailable"}};
        error.retryable = true;
    } else if (refused.mode == access::AccessMode::mtls) {
        error.message = "unauthorized: this gateway asks for a client certificate";
        error.details = {{"code", "AUTH_CERTIFICATE_MISSING"}, {"authReason", "certificate_missing"}};
    } else if (!wants_secret(refused.mode)) {
        error.message = "unauthorized";
        error.details = {{"code", "AUTH_UNAUTHORIZED"}, {"authReason", "unauthorized"}};
    } else {
        const auto kind = name_of(refused.mode);
        const std::string_view what = is_wrong(refused.denial) ? "mismatch" : "missing";
        error.message = fmt::format("unauthorized: gateway {} {} ({})", kind, what, hint_for(request, kind));
        error.details = {{"code", fmt::format("AUTH_{}_{}", uppercase(kind), uppercase(what))},
                         {"authReason", fmt::format("{}_{}", kind, what)}};
    }
    auto refusal = refuse_connect(std::move(error));
    refusal.log_reason.clear();
    return refusal;
}

ConnectRefusal refuse_device_token() {
    auto error = invalid_request(
        "unauthorized: device token mismatch (give the gateway's token once, or pair this device again)");
    error.details = {{"code", "AUTH_DEVICE_TOKEN_MISMATCH"},
                     {"authReason", "device_token_mismatch"},
                     {"canRetryWithDeviceToken", false},
                     {"recommendedNextStep", "update_auth_credentials"}};
    auto refusal = refuse_connect(std::move(error));
    refusal.log_reason.clear();
    return refusal;
}

ConnectRefusal refuse_while_devices_closed() {
    auto error = invalid_request("unauthorized: the gateway can't check devices at the moment");
    error.details = {{"code", "AUTH_DEVICES_UNAVAILABLE"}, {"authReason", "devices_unavailable"}};
    error.retryable = true;
    auto refusal = refuse_connect(std::move(error));
    refusal.log_reason.clear();
    return refusal;
}

ConnectRefusal refuse_unpaired(const std::string& device_id, const std::string& request_id) {
    WireError error{.code = "NOT_PAIRED", .message = "pairing required"};
    error.details = {{"code", "PAIRING_REQUIRED"}, {"deviceId", device_id}, {"reason", "not-paired"}};
    if (request_id.empty()) {
        error.message += ": too many devices wait for it just now";
    } else {
        error.message += ": on the gateway's host, run openclaw devices approve " + request_id;
        error.details["requestId"] = request_id;
    }
    return refuse_connect(std::move(error));
}

}  // namespace openclaw::gateway
