#include "cli/commands/connect/clients.h"

#include <algorithm>
#include <array>

#include "gateway/http/routes.h"

namespace openclaw::cli {

namespace {

constexpr ClientRequest websocket{};
constexpr ClientRequest completions{"POST", "/v1/chat/completions"}, messages{"POST", "/v1/messages"},
    responses{"POST", "/v1/responses"}, models{"GET", "/v1/models"},
    generate{"POST", "/v1beta/models/gemini:generateContent"};

constexpr std::string_view no_list = "no list of models is offered, so name one yourself";
constexpr std::string_view no_picker = "its list of models stays empty, so add the model's id by hand";

constexpr std::string_view text_only = "tools, images and other formats than text are refused (400)";

// SSL_CERT_FILE takes the place of all other authorities, NODE_EXTRA_CA_CERTS stands beside them.
constexpr std::string_view replaces_authorities =
    "SSL_CERT_FILE takes the place of the system's authorities: set it for this program alone";

constexpr ClientVariable openai_variables[] = {{"OPENAI_BASE_URL", "@BASE@/v1"},
                                               {"OPENAI_API_KEY", "@KEY@"},
                                               {"NODE_EXTRA_CA_CERTS", "@CA@"},
                                               {"SSL_CERT_FILE", "@CA@"}};
constexpr ClientVariable aider_variables[] = {{"OPENAI_API_BASE", "@BASE@/v1"},
                                              {"OPENAI_API_KEY", "@KEY@"},
                                              {"SSL_CERT_FILE", "@CA@"},
                                              {"REQUESTS_CA_BUNDLE", "@CA@"}};
constexpr ClientVariable webui_variables[] = {{"OPENAI_API_BASE_URL", "@BASE@/v1"},
                                              {"OPENAI_API_KEY", "@KEY@"},
                                              {"SSL_CERT_FILE", "@CA@"},
                                              {"REQUESTS_CA_BUNDLE", "@CA@"}};
constexpr ClientVariable claude_variables[] = {
    {"ANTHROPIC_BASE_URL", "@BASE@"}, {"ANTHROPIC_AUTH_TOKEN", "@KEY@"}, {"NODE_EXTRA_CA_CERTS", "@CA@"}};
constexpr ClientVariable anthropic_variables[] = {{"ANTHROPIC_BASE_URL", "@BASE@"},
                                                  {"ANTHROPIC_API_KEY", "@KEY@"},
                                                  {"NODE_EXTRA_CA_CERTS", "@CA@"},
                                                  {"SSL_CERT_FILE", "@CA@"}};
constexpr ClientVariable codex_variables[] = {{"OPENCLAW_API_KEY", "@KEY@"}, {"SSL_CERT_FILE", "@CA@"}};
constexpr ClientVariable gemini_variables[] = {
    {"GOOGLE_GEMINI_BASE_URL", "@BASE@"}, {"GEMINI_API_KEY", "@KEY@"}, {"NODE_EXTRA_CA_CERTS", "@CA@"}};

// In a file of curl's own options the key is in no list of processes.
constexpr std::string_view curl_text = R"(curl --silent --show-error --fail-with-body --config - <<'END'
url = "@BASE@/v1/chat/completions"
cacert = "@CA@"
header = "Authorization: Bearer @KEY@"
header = "Content-Type: application/json"
data = "{\"model\":\"@MODEL@\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}"
END
)";

constexpr std::string_view codex_text =
    R"(codex -c model_provider=openclaw -c 'model="@MODEL@"' -c 'model_providers.openclaw={name="openclaw",base_url="@BASE@/v1",env_key="OPENCLAW_API_KEY",wire_api="responses"}'
)";

constexpr std::string_view continue_text = R"(name: openclaw
version: 1.0.0
schema: v1
models:
  - name: openclaw
    provider: openai
    model: "@MODEL@"
    apiBase: "@BASE@/v1"
    apiKey: "@KEY@"
    roles: [chat, edit]
    requestOptions: {caBundlePath: "@CA@"}
)";

constexpr std::string_view litellm_text = R"(model_list:
  - model_name: openclaw
    litellm_params:
      model: "openai/@MODEL@"
      api_base: "@BASE@/v1"
      api_key: "@KEY@"
litellm_settings: {ssl_verify: "@CA@"}
)";

constexpr std::string_view openai_text = R"(base URL: @BASE@/v1
API key: @KEY@
model: @MODEL@
authority: @CA@
)";

constexpr std::string_view openclaw_text = R"({
  gateway: {
    mode: "remote",
    remote: {
      url: "@SOCKET@",
      token: "@KEY@",
      tlsFingerprint: "sha256:@PIN@",
    },
  },
}
)";

constexpr std::array clients = {
    KnownClient{.name = "curl",
                .title = "curl",
                .speaks = "OpenAI chat completions",
                .needs = completions,
                .limits = text_only,
                .text = curl_text},
    KnownClient{.name = "openai-sdk",
                .title = "OpenAI SDK (Python, Node)",
                .speaks = "OpenAI chat completions",
                .needs = completions,
                .wants = models,
                .missing = no_list,
                .limits = text_only,
                .variables = openai_variables,
                .with_authority = replaces_authorities},
    KnownClient{.name = "openai",
                .title = "OpenAI-compatible programs",
                .speaks = "OpenAI chat completions",
                .needs = completions,
                .wants = models,
                .missing = no_picker,
                .limits = text_only,
                .file = "its settings",
                .text = openai_text},
    KnownClient{.name = "aider",
                .title = "aider",
                .speaks = "OpenAI chat completions",
                .needs = completions,
                .limits = text_only,
                .variables = aider_variables,
                .text = "aider --model openai/@MODEL@\n",
                .with_authority = replaces_authorities},
    KnownClient{.name = "continue",
                .title = "Continue",
                .speaks = "OpenAI chat completions",
                .needs = completions,
                .limits = text_only,
                .file = "~/.continue/config.yaml",
                .text = continue_text},
    KnownClient{.name = "open-webui",
                .title = "Open WebUI",
                .speaks = "OpenAI chat completions",
                .needs = completions,
                .wants = models,
                .missing = no_picker,
                .limits = text_only,
                .variables = webui_variables,
                .with_authority = replaces_authorities},
    KnownClient{.name = "litellm",
                .title = "LiteLLM",
                .speaks = "OpenAI chat completions",
                .needs = completions,
                .limits = text_only,
                .file = "config.yaml",
                .text = litellm_text,
                .with_authority = "ssl_verify counts for all models of that file"},
    KnownClient{.name = "openclaw",
                .title = "another openclaw's commands",
                .speaks = "the gateway's websocket",
                .needs = websocket,
                .scopes = "read,write",
                .file = "~/.openclaw/openclaw.json",
                .text = openclaw_text},
    KnownClient{.name = "claude-code",
                .title = "Claude Code",
                .speaks = "Anthropic messages",
                .needs = messages,
                .wants = models,
                .missing = no_picker,
                .variables = claude_variables,
                .text = "claude --model @MODEL@\n"},
    KnownClient{.name = "anthropic-sdk",
                .title = "Anthropic SDK (Python, Node)",
                .speaks = "Anthropic messages",
                .needs = messages,
                .wants = models,
                .missing = no_list,
                .variables = anthropic_variables,
                .with_authority = replaces_authorities},
    KnownClient{.name = "codex",
                .title = "Codex",
                .speaks = "OpenAI responses",
                .needs = responses,
                .variables = codex_variables,
                .text = codex_text,
                .with_authority = replaces_authorities},
    KnownClient{.name = "gemini",
                .title = "Gemini CLI",
                .speaks = "Google generateContent",
                .needs = generate,
                .variables = gemini_variables,
                .text = "gemini --model @MODEL@\n"},
};

}  // namespace

std::span<const KnownClient> known_clients() {
    return clients;
}

const KnownClient* find_known_client(std::string_view name) {
    const auto found = std::ranges::find(clients, name, &KnownClient::name);
    return found == clients.end() ? nullptr : &*found;
}

bool is_served(const ClientRequest& request) {
    if (request.method.empty()) return true;
    return gateway::find_route(gateway::all_routes(), request.method, request.path).has_value();
}

}  // namespace openclaw::cli
