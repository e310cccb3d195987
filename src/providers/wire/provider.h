#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "auth/choice/resolver.h"
#include "auth/models/model_ref.h"
#include "base/json.h"
#include "base/shared_text.h"
#include "base/token_usage.h"
#include "net/client/http_client.h"
#include "providers/failures/failure.h"

namespace openclaw::providers {

struct Message {
    enum class Role { user, assistant } role = Role::user;
    SharedText text;

    // The same with more behind it, as a paragraph of its own.
    void append(std::string_view more) { text = fmt::format("{}\n\n{}", text.view(), more); }
};

// Awaited before more of a streamed answer is read: where its reader is slow, so is its server. Ends at once
// when the abort is requested. Empty: whoever takes the text has room for all of it.
using Room = std::function<net::Task<void>(net::Abort)>;

inline constexpr std::size_t answer_bytes_max_default = 1u << 20;
inline constexpr std::string_view answer_bytes_setting = "agents.defaults.maxAnswerBytes";

struct CompletionRequest {
    auth::ModelRef model;
    std::string system;
    std::vector<Message> messages;
    std::int64_t tokens_max = 8192;
    std::optional<double> temperature;
    std::vector<std::string> stop;
    Milliseconds deadline = std::chrono::minutes(10);
    std::size_t bytes_max = answer_bytes_max_default;  // of the answer's text
    Room room = {};
};

using openclaw::TokenUsage;

struct Completion {
    std::string text;
    std::string stop_reason;  // "stop", "length", "tool_use", "refusal"
    TokenUsage usage;
    std::string model;  // as the provider names it
    std::string response_id;
};

// Text as it arrives; called on the loop's thread, cheap, must not block.
using DeltaSink = std::function<void(std::string_view)>;

// How the credential travels: as the API has it, always as a bearer (`authHeader: true`), or not at all
// (`authHeader: false`: the configured headers carry it).
enum class AuthHeader { standard, bearer, none };

// Where requests of a provider go and what its servers understand: from the catalogue,
// models.providers.<id> or both.
struct Endpoint {
    auth::ProviderId provider;
    std::string api;         // "anthropic-messages", "openai-completions", "demo"
    std::string model = {};  // the id under which the server has it; empty: as it was asked for
    net::Url base;
    net::Headers headers;  // from config, ${VAR} resolved
    AuthHeader auth_header = AuthHeader::standard;
    std::string tokens_max_field = "max_completion_tokens";  // or "max_tokens": Chat Completions only
    bool send_store = false;                                 // "store": false is understood
    std::string system_role = "system";                      // or "developer"
    std::optional<Milliseconds> request_max =
        {};                            // the longest that one request may take, where the config says so
    bool readable_on_the_way = false;  // plain http to a host that isn't loopback or private
};
// `not_found` with the nearest provider id, `invalid_input` for a bad URL or an API we don't speak.
// `unavailable` when a header is a reference whose source gives nothing; without `values` such headers are
// left out, for those who send nothing.
Result<Endpoint> endpoint_of(const auth::ModelRef& model, const config::Config& config,
                             const auth::SourceValues* values = nullptr);
// Why no request to this model can be sent, whatever the credential, and what to do; empty: one can.
std::string why_unsendable(const auth::ModelRef& model, const config::Config& config);

// One way of speaking to a provider. Knows nothing of profiles, order or sessions.
class Provider {
public:
    virtual ~Provider() = default;
    // Streams when `on_delta` is set. A stream that ends without the provider's own end mark is a failure
    // of reason `network` with `partial` set, never a short success.
    virtual net::Task<Attempted<Completion>> complete(CompletionRequest request, Endpoint endpoint,
                                                      auth::Candidate credential, DeltaSink on_delta,
                                                      net::Abort abort) = 0;
};

// The providers by API name; main.cpp builds one and hands it to the chat.
class Providers {
public:
    virtual ~Providers() = default;
    virtual Provider* find(const std::string& api) const = 0;
};
struct ProviderOptions {
    Milliseconds demo_pace{25};  // between two words of the demo; 0 in tests
};
std::unique_ptr<Providers> all_providers(net::Loop& loop, net::HttpClient& http, const Clock& clock,
                                         ProviderOptions options = {});

}  // namespace openclaw::providers
