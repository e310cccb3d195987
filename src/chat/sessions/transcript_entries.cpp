#include "chat/sessions/transcript_entries.h"

#include <algorithm>
#include <unordered_map>

#include "providers/wire/body_text.h"

namespace openclaw::chat {
namespace {

constexpr std::string_view display_type = "openclaw.display";

using Branch = std::vector<const TranscriptEntry*>;

bool is_type(const json::object& entry, std::string_view type) {
    return string_at(entry, "type") == type;
}

const json::object* message_of(const json::object& entry) {
    return is_type(entry, "message") ? object_at(entry, "message") : nullptr;
}

// A command answer or note of ours.
const json::object* display_of(const json::object& entry) {
    const bool ours = is_type(entry, "custom") && string_at(entry, "customType") == display_type;
    return ours ? object_at(entry, "data") : nullptr;
}

json::object with_text(std::string_view role, std::string_view text, std::int64_t timestamp) {
    return {{"role", role},
            {"content", json::array{json::object{{"type", "text"}, {"text", text}}}},
            {"timestamp", timestamp}};
}

std::optional<json::object> shown(const TranscriptEntry& entry) {
    if (const auto* data = display_of(entry.value)) {
        auto message = with_text("assistant", string_at(*data, "text").value_or(""),
                                 integer_at(*data, "timestamp").value_or(0));
        message["stopReason"] = "injected";
        message["usage"] = {{"input", 0}, {"output", 0}, {"totalTokens", 0}};
        return message;
    }
    const auto* message = message_of(entry.value);
    if (message == nullptr) return std::nullopt;
    return *message;
}

using Role = providers::Message::Role;

// Failed answers never were answers.
bool is_answer(std::string_view stop_reason) {
    return stop_reason != "injected" && stop_reason != "error";
}

std::optional<providers::Message> said(Role role, std::string text) {
    if (text.empty()) return std::nullopt;
    return providers::Message{role, std::move(text)};
}

// What one entry is for the model, if anything.
std::optional<providers::Message> told_of(const json::object& entry) {
    if (is_type(entry, "branch_summary"))
        return said(Role::user, std::string(string_at(entry, "summary").value_or("")));
    if (is_type(entry, "custom_message")) return said(Role::user, text_of_content(entry));
    const auto* message = message_of(entry);
    if (message == nullptr) return std::nullopt;
    const auto role = string_at(*message, "role");
    if (role == "user") return said(Role::user, text_of_content(*message));
    if (role != "assistant" || !is_answer(string_at(*message, "stopReason").value_or("")))
        return std::nullopt;
    return said(Role::assistant, text_of_content(*message));
}

// Members of an object that is written as text, a comma in front of each.
void add_text(std::string& out, std::string_view name, std::string_view text) {
    out.append(R"(,")").append(name).append(R"(":)");
    providers::append_json_string(out, text);
}
void add_number(std::string& out, std::string_view name, std::int64_t number) {
    out.append(R"(,")").append(name).append(R"(":)").append(std::to_string(number));
}

// "message", up to what only some have; its closing brace is missing.
std::string message_front(std::string_view role, std::string_view text, TimePoint now) {
    constexpr std::size_t other_members = 512;
    std::string out;
    out.reserve(text.size() + other_members);
    out.append(R"("message":{"role":")").append(role).append(R"(","content":[)");
    if (!text.empty()) {
        out += R"({"type":"text","text":)";
        providers::append_json_string(out, text);
        out += '}';
    }
    out += ']';
    add_number(out, "timestamp", to_ms(now));
    return out;
}

void add_usage(std::string& out, const providers::TokenUsage& usage) {
    out.append(R"(,"usage":{"input":)").append(std::to_string(usage.input));
    add_number(out, "output", usage.output);
    add_number(out, "cacheRead", usage.cache_read);
    add_number(out, "cacheWrite", usage.cache_write);
    add_number(out, "totalTokens", usage.input + usage.output + usage.cache_read + usage.cache_write);
    out += '}';
}

}  // namespace

std::string text_of_content(const json::object& message) {
    if (const auto text = string_at(message, "content")) return std::string(*text);
    std::string text;
    const auto* blocks = array_at(message, "content");
    if (blocks == nullptr) return text;
    for (const auto& block : *blocks) {
        const auto* object = as_object(&block);
        if (object == nullptr || string_at(*object, "type") != "text") continue;
        text += string_at(*object, "text").value_or("");
    }
    return text;
}

std::vector<TranscriptEntry> parse_transcript(std::span<const std::string> lines, std::size_t* damaged) {
    std::vector<TranscriptEntry> entries;
    std::unordered_map<std::string, std::size_t> known;
    for (const auto& line : lines) {
        auto value = parse_json(line, 64u << 20);
        if (!value || !value->is_object()) {
            if (damaged) ++*damaged;
            continue;
        }
        auto& object = value->get_object();
        if (string_at(object, "type") == "session") continue;
        TranscriptEntry entry{std::string(string_at(object, "id").value_or("")), std::nullopt, {}};
        const auto* parent = value_at(object, "parentId");
        const bool is_root = parent != nullptr && parent->is_null();
        if (!is_root) {
            const auto named = std::string(string_at(object, "parentId").value_or(""));
            if (known.contains(named))
                entry.parent = named;
            else if (!entries.empty())
                entry.parent = entries.back().id;
        }
        if (entry.id.empty() || known.contains(entry.id)) entry.id = fmt::format("line {}", entries.size());
        entry.value = std::move(object);
        known.emplace(entry.id, entries.size());
        entries.push_back(std::move(entry));
    }
    return entries;
}

Branch branch_of(std::span<const TranscriptEntry> entries) {
    std::unordered_map<std::string_view, const TranscriptEntry*> by_id;
    for (const auto& entry : entries) by_id.emplace(entry.id, &entry);
    Branch branch;
    const auto* entry = entries.empty() ? nullptr : &entries.back();
    // A parent stands before its child in the file, so this ends.
    while (entry != nullptr) {
        branch.push_back(entry);
        const auto parent = entry->parent ? by_id.find(*entry->parent) : by_id.end();
        entry = parent == by_id.end() ? nullptr : parent->second;
    }
    std::ranges::reverse(branch);
    return branch;
}

std::vector<providers::Message> told_of(std::span<const TranscriptEntry> entries) {
    const auto branch = branch_of(entries);
    // After a compaction: its summary and what was kept.
    const auto compaction = std::ranges::find_if(branch.rbegin(), branch.rend(), [](const auto* entry) {
        return is_type(entry->value, "compaction");
    });
    std::vector<providers::Message> told;
    auto start = branch.begin();
    if (compaction != branch.rend()) {
        const auto& value = (*compaction)->value;
        told.push_back(
            {Role::user, fmt::format("Earlier parts of this conversation were compacted. What was said:\n"
                                     "<summary>\n{}\n</summary>",
                                     string_at(value, "summary").value_or(""))});
        const auto kept = string_at(value, "firstKeptEntryId");
        start = std::ranges::find_if(branch, [&](const auto* entry) { return kept == entry->id; });
        if (start == branch.end()) start = compaction.base();
    }
    for (; start != branch.end(); ++start)
        if (auto message = told_of((*start)->value)) told.push_back(std::move(*message));
    return told;
}

std::vector<providers::Message> context_of(std::span<const providers::Message> told, std::size_t bytes_max) {
    std::size_t bytes = 0, first = told.size();
    while (first > 0 && bytes + told[first - 1].text.size() <= bytes_max) bytes += told[--first].text.size();
    std::vector<providers::Message> messages;
    messages.reserve(told.size() - first + 1);  // and the question that follows
    for (; first < told.size(); ++first) {
        const auto& message = told[first];
        // An answer without its question says nothing, and some servers refuse it.
        if (messages.empty() && message.role == Role::assistant) continue;
        if (!messages.empty() && messages.back().role == message.role)
            messages.back().append(message.text);
        else
            messages.push_back(message);
    }
    return messages;
}

std::vector<json::object> shown_of(std::span<const TranscriptEntry> entries, std::size_t limit,
                                   std::size_t bytes_max) {
    const auto branch = branch_of(entries);
    std::vector<json::object> messages;
    std::size_t bytes = 0;
    for (auto entry = branch.rbegin(); entry != branch.rend() && messages.size() < limit; ++entry) {
        auto message = shown(**entry);
        if (!message) continue;
        bytes += json::serialize(*message).size();
        if (bytes > bytes_max) break;
        messages.push_back(std::move(*message));
    }
    std::ranges::reverse(messages);
    return messages;
}

NewEntry user_entry(std::string_view text, std::string_view run_id, TimePoint now) {
    auto message = message_front("user", text, now);
    add_text(message, "idempotencyKey", fmt::format("{}:user", run_id));
    message += '}';
    return {"message", std::move(message), said(Role::user, std::string(text))};
}

NewEntry assistant_entry(const AssistantNote& note, TimePoint now) {
    auto message = message_front("assistant", note.text, now);
    add_text(message, "api", note.api);
    add_text(message, "provider", note.provider);
    add_text(message, "model", note.model);
    add_usage(message, note.usage);
    add_text(message, "stopReason", note.stop_reason);
    if (!note.error_message.empty()) add_text(message, "errorMessage", note.error_message);
    add_text(message, "idempotencyKey", note.run_id);
    message += '}';
    return {"message", std::move(message),
            is_answer(note.stop_reason) ? said(Role::assistant, note.text) : std::nullopt};
}

NewEntry display_entry(std::string_view text, std::string_view label, TimePoint now) {
    json::object data{{"text", text}, {"timestamp", to_ms(now)}};
    if (!label.empty()) data["label"] = label;
    return {"custom", fmt::format(R"("customType":"{}","data":{})", display_type, json::serialize(data))};
}

}  // namespace openclaw::chat
