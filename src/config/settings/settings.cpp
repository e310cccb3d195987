#include "config/settings/settings.h"

#include <algorithm>

#include "base/text.h"
#include "config/json5/key_path.h"
#include "config/settings/newer_settings.h"
#include "config/settings/settings_table.h"

namespace openclaw::config {
namespace {

using enum SettingType;

constexpr auto thinking_levels = "off|minimal|low|medium|high|xhigh|adaptive|max|ultra";
// Those that this version doesn't speak are accepted too; `models status` says so.
constexpr auto provider_apis =
    "openai-completions|openai-responses|anthropic-messages|google-generative-ai|github-copilot|"
    "bedrock-converse-stream|openai-chatgpt-responses|google-vertex|ollama|pi-messages|azure-openai-"
    "responses";

// No std::array: its size can't be deduced beyond 256 lines.
constexpr Setting table[] = {
    value(text, "$schema", "For editors; not read."),
    value(anything, "meta", "Which version last wrote the file, and when. Written by `openclaw`."),
    value(anything, "wizard", "When and how the reference's onboarding last ran. Kept as it is."),

    // gateway
    restarting(one_of("gateway.mode", "", "local|remote", "Where the gateway of this installation runs.")),
    restarting(
        value(port, "gateway.port", "The one port for websocket, HTTP API and web interface.", "18789")),
    restarting(
        one_of("gateway.bind", "\"loopback\"", "auto|lan|loopback|custom|tailnet",
               "Which addresses the gateway listens on. All but loopback need an authentication mode.")),
    restarting(value(text, "gateway.customBindHost", "The address for `gateway.bind: \"custom\"`.")),
    one_of("gateway.auth.mode", "\"token\"", "token|password|mtls|trusted-proxy|none",
           "How callers prove themselves; `password` when only a password is set."),
    referable("gateway.auth.token", "The shared token. Without one, the first start generates one."),
    referable("gateway.auth.password", "The shared password."),
    count("gateway.auth.rateLimit.maxAttempts", "10", "", 1,
          "Wrong guesses of one address before it must wait."),
    count("gateway.auth.rateLimit.windowMs", "60000", "ms", 1, "The time in which they are counted."),
    count("gateway.auth.rateLimit.lockoutMs", "300000", "ms", 1,
          "How long it then waits; on loopback 10 s at most."),
    count("gateway.keys.repeatLimit", "30", "", 0,
          "How often one named key may send the same request within a minute; 0: as often as it likes."),
    on_off(
        "gateway.auth.allowTailscale", "false",
        "Lets people of the tailnet in without the token or password, by what Tailscale's daemon on this "
        "host says of their connection; headers count for nothing. `identityScopes` says what each may do."),
    value(
        texts, "gateway.auth.identityScopes.*",
        "What one person may do whom a proxy names, such as `[\"operator.read\"]`. Who has no entry may read "
        "and write."),
    value(filled_text, "gateway.auth.trustedProxy.userHeader",
          "With `trusted-proxy`: the header in which the proxy says who is calling."),
    value(texts, "gateway.auth.trustedProxy.requiredHeaders",
          "Headers without which the proxy's word counts for nothing.", "[]"),
    value(texts, "gateway.auth.trustedProxy.allowUsers",
          "Who may come; with an empty list, everybody whom the proxy lets through.", "[]"),
    on_off("gateway.auth.trustedProxy.allowLoopback", "false",
           "Believes a proxy on this host, as which any program here could pass."),
    refused(anything, "gateway.roles", "", "What groups of people may do.",
            "groups are not told apart here; give people scopes in gateway.auth.identityScopes"),
    refused(flag, "gateway.allowRealIpFallback", "false", "X-Real-IP in place of X-Forwarded-For.",
            "remove it, and have the proxy send X-Forwarded-For"),
    refused(anything, "gateway.http.securityHeaders.strictTransportSecurity", "false",
            "Tells browsers to come back over TLS only.",
            "that header is not sent here; remove it and have the reverse proxy send it"),
    value(texts, "gateway.trustedProxies",
          "Addresses or networks of reverse proxies whose X-Forwarded-For counts.", "[]"),
    refused(choice, "gateway.tailscale.mode", "\"off\"", "Publishing through Tailscale.",
            "run `tailscale serve` yourself, in front of the gateway"),
    value(text, "gateway.tailscale.socket", "Where Tailscale's daemon answers, with `allowTailscale`.",
          "\"/var/run/tailscale/tailscaled.sock\""),
    value(flag, "gateway.tailscale.resetOnExit", "Only with a Tailscale mode.", "false"),
    restarting(on_off("gateway.controlUi.enabled", "true", "Serves the web interface.")),
    restarting(value(text, "gateway.controlUi.basePath", "The web interface's path, such as \"/openclaw\".",
                     "\"\"")),
    value(texts, "gateway.controlUi.allowedOrigins",
          "Origins of web pages that may call besides the gateway's own address, such as "
          "`https://app.example.com`; a bare name is one that this host may be called by.",
          "[]"),
    refused(flag, "gateway.controlUi.allowInsecureAuth", "false", "Tokens over plain HTTP from other hosts.",
            "remove it; use TLS, or reach the gateway over an ssh tunnel"),
    refused(flag, "gateway.controlUi.dangerouslyDisableDeviceAuth", "false",
            "The web interface without pairing.", "remove it"),
    refused(flag, "gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback", "false",
            "Takes the Host header for the page's origin.", "remove it and list the origins that may call"),
    value(socket_url, "gateway.remote.url", "The gateway that this installation talks to in remote mode."),
    carried("gateway.remote.transport",
            "How the remote gateway is reached; it is always gateway.remote.url."),
    referable("gateway.remote.token", "The token for the remote gateway."),
    referable("gateway.remote.password", "The password for the remote gateway."),
    value(text, "gateway.remote.tlsFingerprint",
          "Pins the remote gateway: the SHA-256 of its certificate, of its key (which stays when the "
          "certificate "
          "is renewed), or of its authority's."),
    carried("gateway.remote.sshTarget", "user@host of an ssh tunnel; start it yourself."),
    carried("gateway.remote.sshIdentity", "The ssh key of the tunnel."),
    one_of("gateway.reload.mode", "\"hybrid\"", "off|restart|hot|hybrid", "What a change of this file does."),
    count("gateway.reload.debounceMs", "300", "ms", 0,
          "How long files must be quiet before a change is taken over without a request, at most 800."),
    on_off("gateway.tls.enabled", "false", "Serves TLS on the port."),
    on_off("gateway.tls.autoGenerate", "true", "Where no certificate is named, the gateway makes its own."),
    value(place, "gateway.tls.certPath", "The certificate, PEM."),
    value(place, "gateway.tls.keyPath", "The certificate's key, PEM."),
    value(place, "gateway.tls.clientCa",
          "Authorities, PEM, whose client certificates are a proof of who is calling."),
    value(texts, "gateway.tls.clientPins",
          "Single client certificates, by the SHA-256 of their public key (SubjectPublicKeyInfo), hex."),
    value(
        texts, "gateway.tls.clientCrl",
        "Revocation lists, PEM, of the authorities in `clientCa`. Where any are named, each must have one."),
    value(texts, "gateway.tls.clientScopes",
          "What callers by a certificate of `clientCa` or `clientPins` may do.", "[\"chat\",\"read\"]"),
    refused(place, "gateway.tls.caPath", "", "Client certificates by this authority.",
            "name it in gateway.tls.clientCa, which is what client certificates are judged by here"),
    on_off("gateway.http.endpoints.chatCompletions.enabled", "true", "Serves POST /v1/chat/completions."),
    carried("gateway.http.endpoints.responses", "Serves POST /v1/responses."),
    restarting(
        on_off("gateway.audit.enabled", "true",
               "Writes down who was let in, refused and denied, and what was changed: docs/audit-log.md.")),
    restarting(at_most(
        count("gateway.audit.retentionDays", "90", "d", 1, "How long a file of the audit log is kept."),
        36'500)),
    restarting(count("gateway.audit.maxBytes", "268435456", "bytes", 1 << 20,
                     "How much of it is kept; the oldest file goes first.")),
    restarting(at_most(count("gateway.audit.windowSeconds", "60", "s", 1,
                             "How long what repeats itself is counted before it is written as one line."),
                       86'400)),
    restarting(
        value(place, "gateway.audit.checkpointFile",
              "Where its checkpoints go; otherwise `audit-checkpoints.jsonl` beside the credentials.")),
    carried("gateway.nodes", "Companion devices and what they may run."),

    // auth
    value(filled_text, "auth.profiles.*.provider", "The provider of this credential."),
    one_of("auth.profiles.*.mode", "", "api_key|oauth|token|aws-sdk", "What kind of credential it is."),
    value(text, "auth.profiles.*.email", "Whose account it is."),
    value(texts, "auth.order.*", "The order in which a provider's profiles are tried."),
    positive(
        decimal("auth.cooldowns.billingBackoffHours", "5", "h", 0, "The first rest after a billing error.")),
    positive(
        decimal("auth.cooldowns.billingBackoffHoursByProvider.*", "", "h", 0, "The same for one provider.")),
    positive(
        decimal("auth.cooldowns.billingMaxHours", "24", "h", 0, "The longest rest after billing errors.")),
    positive(decimal("auth.cooldowns.billingTrialMinutes", "30", "min", 0,
                     "The longest time between two tries after a billing error.")),
    positive(decimal("auth.cooldowns.failureWindowHours", "24", "h", 0, "Older failures no longer count.")),

    value(filled_text, "auth.oauth.providers.*.issuer",
          "Who makes logins of this provider: an address that describes itself (RFC 8414, OpenID Connect)."),
    value(filled_text, "auth.oauth.providers.*.authorizationEndpoint", "Where a person logs in."),
    value(filled_text, "auth.oauth.providers.*.tokenEndpoint", "Where tokens are given and renewed."),
    value(filled_text, "auth.oauth.providers.*.deviceAuthorizationEndpoint",
          "Where a login on another screen begins (RFC 8628)."),
    value(filled_text, "auth.oauth.providers.*.revocationEndpoint", "Where a login is ended (RFC 7009)."),
    value(filled_text, "auth.oauth.providers.*.clientId", "Your own client, as the provider registered it."),
    secret("auth.oauth.providers.*.clientSecret", "Its secret, where it has one; better `${NAME}`."),
    one_of("auth.oauth.providers.*.tokenEndpointAuthMethod", "",
           "none|client_secret_post|client_secret_basic", "How the client proves itself."),
    value(texts, "auth.oauth.providers.*.scopes", "What a login may be used for."),
    value(texts, "auth.oauth.providers.*.redirectUris",
          "Addresses on this host that the browser is sent back to, as they are registered."),
    value(text, "auth.oauth.providers.*.authorizationParams.*", "One more parameter of the authorization."),
    count("auth.oauth.providers.*.lifetimeSeconds", "", "s", 1,
          "How long an access token is good, where the answer doesn't tell."),

    // models
    one_of("models.mode", "\"merge\"", "merge|replace",
           "Whether the built-in providers stay beside your own."),
    value(url, "models.providers.*.baseUrl",
          "Where the provider answers, such as \"http://localhost:8000/v1\"."),
    referable("models.providers.*.apiKey", "The key; better `${NAME}`, a reference or a profile."),
    one_of("models.providers.*.auth", "", "api-key|aws-sdk|oauth|token", "What kind of credential it takes."),
    one_of("models.providers.*.api", "", provider_apis, "Which interface the provider speaks."),
    referable("models.providers.*.headers.*",
              "A header added to every request; kept as a secret, and shown where neither its name nor its "
              "value says that it is one."),
    on_off("models.providers.*.authHeader", "", "Sends the key as a bearer token."),
    at_most(count("models.providers.*.timeoutSeconds", "", "s", 1,
                  "The longest that one request to it may take, within agents.defaults.timeoutSeconds."),
            86'400),
    referable("models.providers.*.request.headers.*",
              "The same as a header in `headers`, over which it goes."),
    one_of("models.providers.*.request.auth.mode", "\"provider-default\"",
           "provider-default|authorization-bearer|header",
           "How requests prove themselves: with the provider's key, with `token`, or with a header of one's "
           "own."),
    referable("models.providers.*.request.auth.token", "authorization-bearer: the token."),
    value(filled_text, "models.providers.*.request.auth.headerName", "header: its name."),
    referable("models.providers.*.request.auth.value", "header: its value."),
    value(text, "models.providers.*.request.auth.prefix",
          "header: what stands before the value, such as \"Token\"."),
    refused(
        anything, "models.providers.*.request.tls", "{}",
        "Authorities and client certificates of one provider.",
        "certificates are not chosen by provider here; remove it, and name the authority in SSL_CERT_FILE"),
    one_of("models.providers.*.request.proxy.mode", "", "env-proxy",
           "Only the proxy that HTTPS_PROXY and HTTP_PROXY name is used."),
    refused(anything, "models.providers.*.request.proxy.url", "", "A proxy for one provider.",
            "proxies are not chosen by provider here; remove it, and set HTTPS_PROXY"),
    refused(anything, "models.providers.*.request.proxy.tls", "{}", "Certificates of that proxy.",
            "a proxy's certificates are not chosen here; remove it"),
    value(list, "models.providers.*.models", "The provider's models; may be empty."),
    value(filled_text, "models.providers.*.models[].id", "What the provider calls the model."),
    value(filled_text, "models.providers.*.models[].name", "What people call it."),
    one_of("models.providers.*.models[].api", "", provider_apis, "Where it differs from the provider's."),
    on_off("models.providers.*.models[].reasoning", "false", "Whether it thinks before it answers."),
    value(texts, "models.providers.*.models[].input", "\"text\", \"image\".", "[\"text\"]"),
    decimal("models.providers.*.models[].cost.input", "0", "USD per million tokens", 0, "Price of input."),
    decimal("models.providers.*.models[].cost.output", "0", "USD per million tokens", 0, "Price of output."),
    decimal("models.providers.*.models[].cost.cacheRead", "0", "USD per million tokens", 0,
            "Price of cached input."),
    decimal("models.providers.*.models[].cost.cacheWrite", "0", "USD per million tokens", 0,
            "Price of caching."),
    decimal("models.providers.*.models[].cost.cacheWriteHour", "", "USD per million tokens", 0,
            "Price of caching for an hour; that of caching unless it is set."),
    positive(
        decimal("models.providers.*.models[].contextWindow", "200000", "tokens", 0, "How much it can read.")),
    positive(count("models.providers.*.models[].contextTokens", "", "tokens", 0,
                   "How much of that is to be used; the smaller of both counts.")),
    positive(
        decimal("models.providers.*.models[].maxTokens", "8192", "tokens", 0, "How much it may answer.")),
    referable("models.providers.*.models[].headers.*", "A header for this model alone."),
    on_off("models.providers.*.models[].compat.supportsStore", "", "Whether `store` may be sent."),
    on_off("models.providers.*.models[].compat.supportsDeveloperRole", "",
           "Whether the role `developer` exists."),
    on_off("models.providers.*.models[].compat.supportsReasoningEffort", "",
           "Whether `reasoning_effort` exists."),
    one_of("models.providers.*.models[].compat.maxTokensField", "", "max_completion_tokens|max_tokens",
           "How the limit of the answer is called."),
    refused(choice, "models.providers.*.models[].compat.openRouterRouting.data_collection", "\"allow\"",
            "Keeps requests from servers that store them.",
            "it is not sent here; remove it, and set it in your account at OpenRouter"),
    refused(flag, "models.providers.*.models[].compat.openRouterRouting.zdr", "false",
            "Keeps requests from servers that retain data.",
            "it is not sent here; remove it, and set it in your account at OpenRouter"),
    carried("models.bedrockDiscovery", "Finding Amazon Bedrock's models."),

    // agents
    value(text_or_object, "agents.defaults.model",
          "The model that answers: a text, or primary and fallbacks."),
    value(model, "agents.defaults.model.primary", "The model that answers.", "\"anthropic/claude-opus-4-5\""),
    value(texts, "agents.defaults.model.fallbacks", "Models tried next, in this order.", "[]"),
    value(text_or_object, "agents.defaults.imageModel", "The same for pictures."),
    value(model, "agents.defaults.imageModel.primary", "The model that looks at pictures."),
    value(texts, "agents.defaults.imageModel.fallbacks", "Models tried next for pictures.", "[]"),
    value(texts, "agents.defaults.modelPolicy.allow",
          "The models that may be chosen: models, aliases, \"provider/*\". Once it is there, empty or not, "
          "agents.defaults.models restricts nothing."),
    value(text, "agents.defaults.systemAgent.agentId",
          "The agent that answers when none is named and none is marked default."),
    value(text, "agents.defaults.models.*.alias", "A short name: `/model opus`."),
    value(anything, "agents.defaults.models.*.params",
          "Parameters sent with every request, such as temperature."),
    on_off("agents.defaults.models.*.streaming", "true", "Whether answers are streamed."),
    value(place, "agents.defaults.workspace", "The agents' folder for files.", "\"~/.openclaw/workspace\""),
    value(place, "agents.defaults.repoRoot", "The repository that the prompt names."),
    on_off("agents.defaults.skipBootstrap", "false", "Makes no files in a new workspace."),
    positive(count("agents.defaults.bootstrapMaxChars", "20000", "characters", 0,
                   "The most of one workspace file.")),
    value(text, "agents.defaults.userTimezone", "Your time zone, such as \"Europe/Vienna\"."),
    one_of("agents.defaults.timeFormat", "\"auto\"", "auto|12|24", "How times are written."),
    value(text, "agents.defaults.envelopeTimezone", "The time zone of message times."),
    one_of("agents.defaults.envelopeTimestamp", "\"on\"", "on|off", "Whether messages carry their time."),
    one_of("agents.defaults.envelopeElapsed", "\"on\"", "on|off", "Whether messages carry the time passed."),
    positive(count("agents.defaults.contextTokens", "", "tokens", 0,
                   "The window to plan with, over the model's own.")),
    value(anything, "agents.defaults.cliBackends", "Programs that answer in place of an HTTP provider."),
    carried("agents.defaults.memorySearch", "Searching memories."),
    value(anything, "agents.defaults.contextPruning", "Leaving out old tool output."),
    value(anything, "agents.defaults.compaction", "Summarising long conversations."),
    one_of("agents.defaults.thinkingDefault", "", thinking_levels,
           "How long models think, unless told otherwise."),
    one_of("agents.defaults.verboseDefault", "\"off\"", "off|on|full",
           "How much of the tools' work is shown."),
    one_of("agents.defaults.elevatedDefault", "", "off|on|ask|full",
           "Whether tools may run outside the sandbox."),
    one_of("agents.defaults.blockStreamingDefault", "\"off\"", "on|off", "Sends answers in blocks."),
    one_of("agents.defaults.blockStreamingBreak", "\"text_end\"", "text_end|message_end",
           "Where blocks end."),
    value(anything, "agents.defaults.blockStreamingChunk", "The size of blocks."),
    value(anything, "agents.defaults.blockStreamingCoalesce", "Joining small blocks."),
    carried("agents.defaults.humanDelay", "Pauses between messages."),
    Setting{.key = "agents.defaults.timeoutSeconds",
            .type = integer,
            .help = "The longest that one answer may take.",
            .default_json = "600",
            .unit = "s",
            .min = 1,
            .max = 86'400},
    Setting{.key = "agents.defaults.maxAnswerBytes",
            .type = integer,
            .help = "The most text of one answer; a stream may have 128 times that around it.",
            .default_json = "1048576",
            .unit = "bytes",
            .min = 1024,
            .max = 1 << 30},
    decimal("agents.defaults.mediaMaxMb", "", "MB", 0, "The largest attachment."),
    count("agents.defaults.typingIntervalSeconds", "", "s", 1, "How often \"typing\" is sent."),
    one_of("agents.defaults.typingMode", "", "never|instant|thinking|message", "When \"typing\" is sent."),
    carried("agents.defaults.heartbeat", "Regular turns without a message."),
    count("agents.defaults.maxConcurrent", "4", "turns", 1, "Turns at once, over all sessions."),
    value(anything, "agents.defaults.subagents", "Agents started by agents."),
    carried("agents.defaults.sandbox", "Running tools in containers."),
    value(object, "agents.entries.*",
          "An agent by its id, with the settings of agents.list[]. Where the map is there, the list doesn't "
          "count."),
    value(filled_text, "agents.list[].id", "The agent's name in keys, paths and flags."),
    on_off("agents.list[].default", "false", "The agent that answers when none is named."),
    value(text, "agents.list[].name", "The agent's name for people."),
    value(place, "agents.list[].workspace", "Its folder for files."),
    value(place, "agents.list[].agentDir", "Where its credentials live."),
    value(text_or_object, "agents.list[].model", "Its model: a text, or primary and fallbacks."),
    value(SettingType::model, "agents.list[].model.primary", "Its model."),
    value(texts, "agents.list[].model.fallbacks", "Replaces the defaults' fallbacks, even when empty."),
    value(texts, "agents.list[].modelPolicy.allow", "Replaces the defaults' policy, even when empty."),
    carried("agents.list[].memorySearch", "Searching memories."),
    carried("agents.list[].humanDelay", "Pauses between messages."),
    carried("agents.list[].heartbeat", "Regular turns without a message."),
    value(text, "agents.list[].identity.name", "What it calls itself."),
    value(text, "agents.list[].identity.theme", "Its character."),
    value(text, "agents.list[].identity.emoji", "Its sign."),
    value(text, "agents.list[].identity.avatar", "Its picture."),
    carried("agents.list[].groupChat", "Group conversations."),
    carried("agents.list[].skills", "Which skills it has."),
    value(anything, "agents.list[].subagents", "Agents started by it."),
    carried("agents.list[].sandbox", "Running its tools in containers."),
    carried("agents.list[].tools", "Which tools it has."),
    carried("bindings", "Which agent answers which channel."),

    // session, messages, commands
    one_of("session.scope", "\"per-sender\"", "per-sender|global", "Whether senders share one conversation."),
    one_of("session.dmScope", "\"main\"", "main|per-peer|per-channel-peer|per-account-channel-peer",
           "Which direct messages share a conversation."),
    value(text, "session.mainKey", "Accepted for the reference; the main session is always \"main\"."),
    value(text, "session.store", "Where conversations are listed; `{agentId}` is filled in."),
    one_of("session.reset.mode", "\"daily\"", "daily|idle|none", "When a new conversation begins."),
    Setting{.key = "session.reset.atHour",
            .type = integer,
            .help = "The local hour of the daily reset.",
            .default_json = "4",
            .unit = "h",
            .min = 0,
            .max = 23},
    count("session.reset.idleMinutes", "", "min", 1, "Silence after which a new one begins."),
    one_of("session.resetByType.*.mode", "", "daily|idle|none", "The same for dm, group or thread."),
    Setting{.key = "session.resetByType.*.atHour",
            .type = integer,
            .help = "The same for dm, group or thread.",
            .unit = "h",
            .min = 0,
            .max = 23},
    count("session.resetByType.*.idleMinutes", "", "min", 1, "The same for dm, group or thread."),
    one_of("session.resetByChannel.*.mode", "", "daily|idle|none", "The same for one channel."),
    Setting{.key = "session.resetByChannel.*.atHour",
            .type = integer,
            .help = "The same for one channel.",
            .unit = "h",
            .min = 0,
            .max = 23},
    count("session.resetByChannel.*.idleMinutes", "", "min", 1, "The same for one channel."),
    value(texts, "session.resetTriggers", "Messages that begin a new conversation.", "[\"/new\",\"/reset\"]"),
    count("session.idleMinutes", "", "min", 1, "The older form of session.reset.idleMinutes."),
    value(texts, "session.identityLinks.*", "Several addresses of one person."),
    carried("session.sendPolicy", "Which channels get answers; one that forbids answers here is an error."),
    one_of("session.typingMode", "", "never|instant|thinking|message", "When \"typing\" is sent."),
    count("session.typingIntervalSeconds", "", "s", 1, "How often \"typing\" is sent."),
    Setting{.key = "session.agentToAgent.maxPingPongTurns",
            .type = integer,
            .help = "Turns between two agents.",
            .default_json = "5",
            .min = 0,
            .max = 5},
    value(text, "messages.messagePrefix", "Stands before every message to the model."),
    value(text, "messages.responsePrefix", "Stands before every answer."),
    carried("messages.groupChat", "Group conversations."),
    one_of("messages.queue.mode", "\"collect\"",
           "steer|followup|collect|steer-backlog|steer+backlog|queue|interrupt",
           "What happens to a message that arrives during a turn."),
    value(anything, "messages.queue.byChannel", "The same for one channel."),
    count("messages.queue.debounceMs", "1000", "ms", 0, "How long more messages are waited for."),
    value(anything, "messages.queue.debounceMsByChannel", "The same for one channel."),
    count("messages.queue.cap", "20", "messages", 1, "How many wait at most."),
    one_of("messages.queue.drop", "\"summarize\"", "old|new|summarize", "What happens to those beyond."),
    value(anything, "messages.inbound", "Joining messages that arrive close together."),
    value(text, "messages.ackReaction", "The sign that a message was seen."),
    one_of("messages.ackReactionScope", "\"group-mentions\"", "group-mentions|group-all|direct|all|off|none",
           "Which messages get the sign."),
    on_off("messages.removeAckAfterReply", "false", "Takes the sign away after the answer."),
    carried("messages.tts", "Spoken answers."),
    Setting{.key = "commands.native",
            .type = flag_or_choice,
            .help = "Registers commands with channels.",
            .default_json = "\"auto\"",
            .choices = "auto"},
    Setting{.key = "commands.nativeSkills",
            .type = flag_or_choice,
            .help = "Registers skills with channels.",
            .default_json = "\"auto\"",
            .choices = "auto"},
    on_off("commands.text", "true", "Whether typed commands such as /status work."),
    on_off("commands.bash", "false", "Whether /bash works."),
    count("commands.bashForegroundMs", "2000", "ms", 0, "How long /bash waits for the program."),
    on_off("commands.config", "false", "Whether /config works."),
    on_off("commands.debug", "false", "Whether /debug works."),
    on_off("commands.restart", "false", "Whether /restart works."),
    on_off("commands.useAccessGroups", "true", "Whether channel access lists guard commands."),

    // what was used
    decimal(
        "usage.fallbackPrice.input", "", "USD per million tokens", 0,
        "Price of input where nobody says one; without it, who has a budget in money isn't answered there."),
    decimal("usage.fallbackPrice.output", "", "USD per million tokens", 0, "Price of output, just so."),
    decimal("usage.fallbackPrice.cacheRead", "", "USD per million tokens", 0,
            "Price of cached input, just so; that of input unless it is set."),
    decimal("usage.fallbackPrice.cacheWrite", "", "USD per million tokens", 0,
            "Price of caching, just so; that of input unless it is set."),
    Setting{.key = "usage.retentionDays",
            .type = integer,
            .help = "How long it is kept what each turn has used.",
            .default_json = "400",
            .unit = "days",
            .min = 32,
            .max = 3660},
    Setting{.key = "usage.rowsMax",
            .type = integer,
            .help = "Of how many turns that is kept at most; the oldest are forgotten first.",
            .default_json = "1000000",
            .min = 1000,
            .max = 100'000'000},

    // environment, logs, the rest of the program
    on_off("env.shellEnv.enabled", "false", "Asks the login shell once for keys that are missing."),
    Setting{.key = "env.shellEnv.timeoutMs",
            .type = integer,
            .help = "How long the login shell may take.",
            .default_json = "15000",
            .unit = "ms",
            .min = 0,
            .max = 120'000},
    secret("env.vars.*", "A variable for this program, where nothing else sets it."),
    secret("env.*", "The same; wins over env.vars."),

    // where secrets stand
    one_of("secrets.providers.*.source", "", "env|file|exec",
           "What kind of place references of this name lead to."),
    value(texts, "secrets.providers.*.allowlist",
          "env: the variables that may be referred to; otherwise all."),
    value(place, "secrets.providers.*.path", "file: the file, readable by its owner alone."),
    one_of("secrets.providers.*.mode", "\"json\"", "json|singleValue",
           "file: whether ids are JSON pointers into it, or \"value\" is all of it."),
    at_most(
        count("secrets.providers.*.timeoutMs", "5000", "ms", 1, "file, exec: how long an answer may take."),
        120'000),
    at_most(count("secrets.providers.*.maxBytes", "1048576", "bytes", 1, "file: how large it may be."),
            1 << 26),
    value(place, "secrets.providers.*.command", "exec: the program, an absolute path; no shell runs it."),
    value(texts, "secrets.providers.*.args", "exec: its arguments.", "[]"),
    secret("secrets.providers.*.env.*", "exec: a variable for it."),
    value(texts, "secrets.providers.*.passEnv", "exec: variables of ours that it gets; it gets no others.",
          "[]"),
    at_most(count("secrets.providers.*.noOutputTimeoutMs", "", "ms", 1,
                  "exec: how long it may print nothing; otherwise timeoutMs."),
            120'000),
    at_most(
        count("secrets.providers.*.maxOutputBytes", "1048576", "bytes", 1, "exec: how much it may print."),
        1 << 26),
    on_off("secrets.providers.*.jsonOnly", "true",
           "exec: it answers in JSON; with false, a bare value is taken for a single id."),
    on_off("secrets.providers.*.allowSymlinkCommand", "false", "exec: the command may be a symbolic link."),
    value(texts, "secrets.providers.*.trustedDirs", "exec: folders in which the command must lie."),
    refused(flag, "secrets.providers.*.allowInsecurePath", "false", "Skips the check of permissions.",
            "permissions are always checked; mend them instead"),
    carried("secrets.providers.*.pluginIntegration", "A source that a plugin offers."),
    value(text, "secrets.defaults.env", "What provider \"default\" means in references to variables."),
    value(text, "secrets.defaults.file", "The same for files."),
    value(text, "secrets.defaults.exec", "The same for commands."),
    at_most(count("secrets.resolution.maxProviderConcurrency", "4", "", 1, "Sources that are asked at once."),
            16),
    at_most(count("secrets.resolution.maxRefsPerProvider", "512", "", 1, "Ids in one question to a command."),
            10'000),
    at_most(count("secrets.resolution.maxBatchBytes", "262144", "bytes", 1024,
                  "How large such a question may be."),
            1 << 24),
    at_most(decimal("secrets.resolution.cacheSeconds", "300", "s", 0,
                    "How long a command's value is used before it is asked again."),
            30.0 * 86'400),

    refused(flag, "secrets.egressProxy.enabled", "false",
            "Puts secrets into requests of tools on their way out.",
            "there is no such proxy here, so tools would run without it; remove it"),
    value(text, "secrets.defaults.store",
          "Accepted: named secrets of a newer version are found by their name."),

    one_of("logging.level", "\"info\"", "silent|fatal|error|warn|info|debug|trace",
           "What the log file holds."),
    one_of("logging.consoleLevel", "\"info\"", "silent|fatal|error|warn|info|debug|trace",
           "What the console shows."),
    value(place, "logging.file", "The log file; otherwise one a day in the state directory."),
    carried("logging.consoleStyle", "How the console looks."),
    refused(choice, "logging.redactSensitive", "\"tools\"", "Secrets are redacted everywhere, always.",
            "remove it: secrets are always redacted"),
    refused(texts, "logging.redactPatterns", "[]", "Patterns to redact.",
            "remove it: known secrets are redacted by value and by shape, other patterns are not offered"),
    refused(flag, "logging.audit.enabled", "false", "A record of what agents did.",
            "no such record is kept here; remove it"),
    value(text, "ui.seamColor", "A colour, RRGGBB."),
    value(text, "ui.assistant.name", "What the web interface calls the assistant."),
    value(text, "ui.assistant.avatar", "The assistant's picture."),
    one_of("update.channel", "\"stable\"", "stable|beta|dev|extended-stable",
           "Which releases are announced."),
    on_off("update.checkOnStart", "false", "Whether the gateway asks for a newer release when it starts."),
    carried("diagnostics", "Traces for developers."),

    refused(flag, "proxy.enabled", "false", "Sends everything through one proxy.",
            "remove it, and set HTTPS_PROXY and HTTP_PROXY"),
    refused(anything, "proxy.proxyUrl", "", "That proxy.", "remove it, and set HTTPS_PROXY and HTTP_PROXY"),

    // of the reference alone
    carried("approvals", "Asking before tools run."),
    carried("audio", "Audio input."),
    carried("broadcast", "Several agents for one message."),
    carried("browser", "Driving a web browser."),
    carried("canvasHost", "The canvas."),
    carried("channels", "Bundled chat channels."),
    carried("cron", "Jobs at fixed times."),
    carried("discovery", "Announcing the gateway in the network."),
    carried("hooks", "Messages over HTTP hooks."),
    carried("media", "Pictures, audio and video."),
    carried("memory", "Memories."),
    carried("nodeHost", "This host as a companion device."),
    carried("plugins", "JavaScript plugins."),
    carried("skills", "Skills."),
    carried("talk", "Voice."),
    carried("tools", "Which tools agents have."),
    carried("web", "The web channel."),
};

constexpr auto sorted = [] {
    std::array<std::uint16_t, std::size(table)> order{};
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = static_cast<std::uint16_t>(at);
    std::ranges::sort(order, {}, [](std::uint16_t at) { return table[at].key; });
    return order;
}();

// Keys of older versions, and keys that people expect elsewhere.
constexpr std::array moved = {
    MovedSetting{"agent.model", "agents.defaults.model.primary"},
    MovedSetting{"agent.modelFallbacks", "agents.defaults.model.fallbacks"},
    MovedSetting{"agent.allowedModels", "agents.defaults.models"},
    MovedSetting{"agent.modelAliases", "agents.defaults.models.*.alias"},
    MovedSetting{"agent.imageModel", "agents.defaults.imageModel.primary"},
    MovedSetting{"agent.imageModelFallbacks", "agents.defaults.imageModel.fallbacks"},
    MovedSetting{"agent", "agents.defaults"},
    MovedSetting{"identity", "agents.list[].identity"},
    MovedSetting{"routing.agents", "agents.list"},
    MovedSetting{"routing.defaultAgentId", "agents.list[].default"},
    MovedSetting{"routing.bindings", "bindings"},
    MovedSetting{"routing.queue", "messages.queue"},
    MovedSetting{"routing.agentToAgent", "tools.agentToAgent"},
    MovedSetting{"routing.allowFrom", "channels.whatsapp.allowFrom"},
    MovedSetting{"routing.groupChat.mentionPatterns", "messages.groupChat.mentionPatterns"},
    MovedSetting{"routing.transcribeAudio", "tools.media.audio.models"},
    MovedSetting{"routing", "bindings"},
    MovedSetting{"gateway.token", "gateway.auth.token"},
    MovedSetting{"gateway.password", "gateway.auth.password"},
    MovedSetting{"model", "agents.defaults.model.primary"},
    MovedSetting{"providers", "models.providers"},
    MovedSetting{"whatsapp", "channels.whatsapp"},
    MovedSetting{"telegram", "channels.telegram"},
    MovedSetting{"discord", "channels.discord"},
    MovedSetting{"slack", "channels.slack"},
    MovedSetting{"signal", "channels.signal"},
    MovedSetting{"imessage", "channels.imessage"},
    MovedSetting{"msteams", "channels.msteams"},
    MovedSetting{"tools.bash", "tools.exec"},
    MovedSetting{"messages.tts.enabled", "messages.tts.auto"},
};

const Setting& at(std::uint16_t index) {
    return table[index];
}

// An agent of the map by id has the settings of one in the list.
std::string in_list_form(std::string pattern) {
    constexpr std::string_view map_form = "agents.entries.*.", list_form = "agents.list[].";
    if (pattern.starts_with(map_form)) pattern.replace(0, map_form.size(), list_form);
    return pattern;
}

auto lower_bound(std::string_view pattern) {
    return std::ranges::lower_bound(sorted, pattern, {}, [](std::uint16_t index) { return at(index).key; });
}

// What stands for each setting that only a newer version of the reference knows.
constexpr Setting of_newer = carried("(newer)", "A setting of a newer version of the reference.");

// The pattern of what a newer version calls the part below this one; empty when it doesn't know it.
std::string newer_step(const std::string& pattern, const std::string& part) {
    const auto below = pattern.empty() ? part : pattern + "." + part;
    if (newer_knows(below)) return below;
    if (array_index(part) && newer_knows(pattern + "[]")) return pattern + "[]";
    return newer_knows(pattern + ".*") ? pattern + ".*" : std::string();
}

bool is_known(std::string_view pattern) {
    return find_setting(pattern) || has_settings_below(pattern);
}

}  // namespace

std::span<const Setting> all_settings() {
    return table;
}

const Setting* find_setting(std::string_view given) {
    const auto pattern = in_list_form(std::string(given));
    const auto found = lower_bound(pattern);
    return found != sorted.end() && at(*found).key == pattern ? &at(*found) : nullptr;
}

bool has_settings_below(std::string_view pattern) {
    for (const std::string_view separator : {".", "[]"}) {
        const auto start = in_list_form(std::string(pattern) + std::string(separator));
        const auto found = lower_bound(start);
        if (found != sorted.end() && at(*found).key.starts_with(start)) return true;
    }
    return false;
}

std::vector<std::string> setting_names_below(std::string_view pattern) {
    std::vector<std::string> names;
    const auto start = pattern.empty() ? std::string() : in_list_form(std::string(pattern) + ".");
    for (const auto& setting : table) {
        if (!setting.key.starts_with(start)) continue;
        const auto rest = setting.key.substr(start.size());
        const auto name = rest.substr(0, rest.find_first_of(".["));
        if (name != "*" && !name.empty() && std::ranges::find(names, name) == names.end())
            names.emplace_back(name);
    }
    return names;
}

const Setting* setting_of_path(std::string_view path) {
    const auto parts = parse_key_path(path);
    if (!parts) return nullptr;
    std::string pattern;
    bool ours = true;
    for (const auto& part : *parts) {
        const auto* here = ours ? find_setting(pattern) : &of_newer;
        if (here && here->type == anything && (ours || !newer_knows_below(pattern))) return here;
        const auto named = pattern.empty() ? part : pattern + "." + part;
        const bool is_element =
            array_index(part) && (is_known(pattern + "[]") || (here && here->type == texts));
        if (ours && is_element)
            pattern += "[]";
        else if (ours && is_known(named))
            pattern = named;
        else if (ours && is_known(pattern + ".*"))
            pattern += ".*";
        else if (auto newer = newer_step(pattern, part); !newer.empty()) {
            pattern = std::move(newer);
            ours = false;
        } else
            return nullptr;
        if (is_element && here && here->type == texts) return here;
    }
    return ours ? find_setting(pattern) : &of_newer;
}

std::span<const MovedSetting> moved_settings() {
    return moved;
}

std::optional<std::string_view> moved_setting(std::string_view path) {
    for (const auto& [from, to] : moved)
        if (path == from) return to;
    return std::nullopt;
}

}  // namespace openclaw::config
