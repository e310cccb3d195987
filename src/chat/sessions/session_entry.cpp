#include "chat/sessions/session_entry.h"

#include <algorithm>

namespace openclaw::chat {
namespace {

// Ours alone: the reference has no such member, and keeps those that it doesn't know.
constexpr std::string_view maker_member = "openclaw.madeBy";

std::string text_of(const json::object& record, std::string_view key) {
    return std::string(string_at(record, key).value_or(""));
}

}  // namespace

std::string maker_in(const json::object& record) {
    return text_of(record, maker_member);
}

std::optional<Pin> pin_in(const json::object& record) {
    const auto profile = string_at(record, "authProfileOverride");
    if (!profile || profile->empty()) return std::nullopt;
    const auto compactions = integer_at(record, "authProfileOverrideCompactionCount");
    const auto source = string_at(record, "authProfileOverrideSource");
    // Records older than the source member: a compaction count says that it was automatic.
    const bool automatic = source ? *source == "auto" : compactions.has_value();
    return Pin{auth::ProfileId{std::string(*profile)}, automatic ? PinSource::automatic : PinSource::user,
               compactions.value_or(0)};
}

std::optional<auth::ModelRef> model_override_in(const json::object& record) {
    const auto provider = string_at(record, "providerOverride").value_or("");
    const auto model = string_at(record, "modelOverride").value_or("");
    if (provider.empty() || model.empty()) return std::nullopt;
    return auth::ModelRef{auth::ProviderId(provider), std::string(model)};
}

SessionEntry SessionEntry::from(const json::object& record) {
    SessionEntry entry;
    entry.session_id = text_of(record, "sessionId");
    entry.updated = from_ms(std::max<std::int64_t>(0, integer_at(record, "updatedAt").value_or(0)));
    entry.session_file = text_of(record, "sessionFile");
    entry.model_override = model_override_in(record);
    entry.pin = pin_in(record);
    entry.compactions = integer_at(record, "compactionCount").value_or(0);
    entry.thinking_level = text_of(record, "thinkingLevel");
    entry.label = text_of(record, "label");
    entry.aborted_last_run = bool_at(record, "abortedLastRun").value_or(false);
    entry.input_tokens = integer_at(record, "inputTokens").value_or(0);
    entry.output_tokens = integer_at(record, "outputTokens").value_or(0);
    entry.total_tokens = integer_at(record, "totalTokens").value_or(0);
    entry.context_tokens = integer_at(record, "contextTokens").value_or(0);
    entry.model_provider = text_of(record, "modelProvider");
    entry.model = text_of(record, "model");
    entry.maker = maker_in(record);
    return entry;
}

void set_maker(json::object& record, const std::string& maker) {
    if (maker.empty())
        record.stable_erase(maker_member);
    else
        record[maker_member] = maker;
}

void touch(json::object& record, TimePoint now) {
    record["updatedAt"] = std::max(to_ms(now), integer_at(record, "updatedAt").value_or(0));
}

void set_pin(json::object& record, const std::optional<Pin>& pin) {
    record.stable_erase("authProfileOverride");
    record.stable_erase("authProfileOverrideSource");
    record.stable_erase("authProfileOverrideCompactionCount");
    if (!pin) return;
    record["authProfileOverride"] = pin->profile.text;
    record["authProfileOverrideSource"] = pin->source == PinSource::user ? "user" : "auto";
    if (pin->source == PinSource::automatic) record["authProfileOverrideCompactionCount"] = pin->compactions;
}

void set_model_override(json::object& record, const std::optional<auth::ModelRef>& model) {
    if (!model) {
        record.stable_erase("providerOverride");
        record.stable_erase("modelOverride");
        return;
    }
    record["providerOverride"] = model->provider.text();
    record["modelOverride"] = model->model;
}

void set_usage(json::object& record, const auth::ModelRef& answered, const providers::TokenUsage& usage,
               std::int64_t context_tokens) {
    record["modelProvider"] = answered.provider.text();
    record["model"] = answered.model;
    record["inputTokens"] = usage.input;
    record["outputTokens"] = usage.output;
    record["totalTokens"] = usage.input + usage.cache_read + usage.cache_write;
    record["contextTokens"] = context_tokens;
}

void renew(json::object& record, const std::string& session_id, TimePoint now) {
    for (const auto* member : {"sessionFile", "memoryFlushAt", "memoryFlushCompactionCount", "cliSessionIds",
                               "claudeCliSessionId", "systemPromptReport"})
        record.stable_erase(member);
    record["sessionId"] = session_id;
    record["systemSent"] = false;
    record["abortedLastRun"] = false;
    record["compactionCount"] = 0;
    for (const auto* member : {"inputTokens", "outputTokens", "totalTokens"}) record[member] = 0;
    if (auto* count = record.if_contains("authProfileOverrideCompactionCount")) *count = 0;
    touch(record, now);
}

}  // namespace openclaw::chat
