#include <algorithm>

#include "base/passing_json.h"
#include "base/text.h"
#include "providers/wire/openai/chat.h"

namespace openclaw::providers::openai {
namespace {

// An unknown reason still ends a whole answer.
std::string stop_reason(std::string_view wire) {
    if (wire == "length") return "length";
    if (wire == "tool_calls" || wire == "function_call") return "tool_use";
    if (wire == "content_filter") return "refusal";
    return "stop";
}

ServiceTier tier_of(std::string_view wire) {
    if (wire == "flex") return ServiceTier::flex;
    return wire == "priority" ? ServiceTier::priority : ServiceTier::standard;
}

// Some servers send the member of an error with every answer, and nothing in it.
bool says_something(const json::value& value) {
    if (const auto* text = value.if_string()) return !trimmed(std::string_view(*text)).empty();
    if (const auto* object = value.if_object())
        return std::ranges::any_of(*object,
                                   [](const auto& member) { return says_something(member.value()); });
    if (const auto* array = value.if_array()) return std::ranges::any_of(*array, says_something);
    if (const auto* flag = value.if_bool()) return *flag;
    return value.is_number() && value.to_number<double>() != 0;
}

bool holds_error(const json::object& object) {
    const auto* error = value_at(object, "error");
    return error && says_something(*error);
}

// A text, or a part that is one: what a model thinks comes as a part of its own.
std::string_view text_of_part(const json::value& content) {
    if (const auto* text = content.if_string()) return *text;
    const auto* part = content.if_object();
    const auto type = part ? string_at(*part, "type").value_or("text") : std::string_view();
    return type == "text" || type == "output_text" ? string_at(*part, "text").value_or("")
                                                   : std::string_view();
}

// A text, a part, or what is text of a list of parts.
std::string text_of(const json::value* content) {
    if (content == nullptr) return {};
    const auto* parts = content->if_array();
    if (!parts) return std::string(text_of_part(*content));
    std::string all;
    for (const auto& part : *parts) all += text_of_part(part);
    return all;
}

bool is_filled(const json::value* value) {
    if (value == nullptr) return false;
    if (const auto* text = value->if_string()) return !text->empty();
    if (const auto* list = value->if_array()) return !list->empty();
    return value->is_object();
}

bool has_part(const json::value* content, std::string_view type) {
    const auto* parts = content ? content->if_array() : nullptr;
    return parts && std::ranges::any_of(*parts, [&](const json::value& entry) {
               const auto* part = as_object(&entry);
               return part && string_at(*part, "type") == type;
           });
}

// Of a message or a piece of one.
Wordless wordless_in(const json::object& holder) {
    if (is_filled(value_at(holder, "tool_calls")) || is_filled(value_at(holder, "function_call")))
        return Wordless::tools;
    for (const auto* key : {"reasoning_content", "reasoning", "reasoning_details", "thinking"})
        if (is_filled(value_at(holder, key))) return Wordless::reasoning;
    const auto* content = value_at(holder, "content");
    const bool thinks = has_part(content, "thinking") || has_part(content, "reasoning");
    return thinks ? Wordless::reasoning : Wordless::nothing;
}

const json::object* first_choice(const json::object& data) {
    const auto* choices = array_at(data, "choices");
    return choices && !choices->empty() ? as_object(&choices->front()) : nullptr;
}

class Reader final : public AnswerReader {
public:
    Step on_event(const net::SseEvent& event, std::string& text) override;
    bool complete() const override { return !completion_.stop_reason.empty(); }
    bool on_whole(const json::object& answer) override;
    const Completion& completion() const override { return completion_; }
    Wordless wordless() const override { return wordless_; }

private:
    void take_names(const json::object& data);
    void take_usage(const json::object& data);
    void take_text(const json::object& holder, std::string& text);
    bool take_end(const json::object& choice);

    PassingJson event_;
    Completion completion_;
    Wordless wordless_ = Wordless::nothing;
    bool begun_ = false;  // a choice has come
    bool refused_ = false;
};

void Reader::take_names(const json::object& data) {
    if (const auto id = string_at(data, "id")) completion_.response_id = *id;
    if (const auto model = string_at(data, "model")) completion_.model = *model;
}

// `prompt_tokens` counts the cached ones in, `completion_tokens` those of reasoning: each counts once here.
void Reader::take_usage(const json::object& data) {
    if (const auto tier = string_at(data, "service_tier")) completion_.usage.tier = tier_of(*tier);
    const auto* usage = object_at(data, "usage");
    if (!usage) return;
    const auto* details = object_at(*usage, "prompt_tokens_details");
    const auto cached = details ? integer_at(*details, "cached_tokens").value_or(0) : 0;
    completion_.usage.cache_read = cached;
    completion_.usage.input =
        std::max<std::int64_t>(0, integer_at(*usage, "prompt_tokens").value_or(0) - cached);
    completion_.usage.output = integer_at(*usage, "completion_tokens").value_or(0);
    completion_.usage.reported = true;
}

void Reader::take_text(const json::object& holder, std::string& text) {
    wordless_ = std::max(wordless_, wordless_in(holder));
    for (const auto* key : {"content", "refusal"}) {
        const auto added = text_of(value_at(holder, key));
        if (added.empty()) continue;
        refused_ = refused_ || std::string_view(key) == "refusal";
        completion_.text += added;
        text += added;
    }
}

// False for an end that is an error.
bool Reader::take_end(const json::object& choice) {
    const auto reason = string_at(choice, "finish_reason");
    if (!reason || reason->empty()) return true;
    if (*reason == "error") return false;
    completion_.stop_reason = refused_ ? "refusal" : stop_reason(*reason);
    return true;
}

AnswerReader::Step Reader::on_event(const net::SseEvent& event, std::string& text) {
    const auto bytes = trimmed(event.data);
    if (bytes.empty()) return Step::more;
    if (bytes == "[DONE]") {
        // One end mark is enough, but for an answer that never began.
        if (!complete() && begun_) completion_.stop_reason = refused_ ? "refusal" : "stop";
        return complete() ? Step::done : Step::more;
    }
    const auto* data = as_object(event_.read(bytes));
    if (!data || event.event == "error" || holds_error(*data)) return Step::failed;
    take_names(*data);
    take_usage(*data);
    const auto* choice = first_choice(*data);
    if (!choice) return Step::more;
    begun_ = true;
    if (holds_error(*choice)) return Step::failed;
    // Some send the whole message as their only event; beside pieces it says them again.
    const auto* piece = object_at(*choice, "delta");
    if (!piece && completion_.text.empty()) piece = object_at(*choice, "message");
    if (piece) take_text(*piece, text);
    return take_end(*choice) ? Step::more : Step::failed;
}

bool Reader::on_whole(const json::object& answer) {
    const auto* choice = first_choice(answer);
    const auto* message = choice ? object_at(*choice, "message") : nullptr;
    if (!message || holds_error(answer) || holds_error(*choice)) return false;
    std::string text;
    take_names(answer);
    take_usage(answer);
    take_text(*message, text);
    if (!take_end(*choice)) return false;
    if (!complete()) completion_.stop_reason = "stop";
    return true;
}

}  // namespace

std::unique_ptr<AnswerReader> make_reader() {
    return std::make_unique<Reader>();
}

}  // namespace openclaw::providers::openai
