#include <algorithm>

#include "base/passing_json.h"
#include "base/text.h"
#include "providers/wire/anthropic/messages.h"
#include "providers/wire/anthropic/text_delta.h"

namespace openclaw::providers::anthropic {
namespace {

// An unknown reason still ends a whole answer.
std::string stop_reason(std::string_view wire) {
    if (wire == "max_tokens" || wire == "model_context_window_exceeded") return "length";
    if (wire == "tool_use") return "tool_use";
    if (wire == "refusal" || wire == "sensitive") return "refusal";
    return "stop";
}

ServiceTier tier_of(std::string_view wire) {
    if (wire == "batch") return ServiceTier::batch;
    return wire == "priority" ? ServiceTier::priority : ServiceTier::standard;
}

Wordless wordless_of(const json::object& block) {
    const auto type = string_at(block, "type").value_or("");
    if (type == "tool_use" || type == "server_tool_use") return Wordless::tools;
    return type == "thinking" || type == "redacted_thinking" ? Wordless::reasoning : Wordless::nothing;
}

class Reader final : public AnswerReader {
public:
    Step on_event(const net::SseEvent& event, std::string& text) override;
    // A reason to stop is an end mark as much as message_stop.
    bool complete() const override { return stopped_ || !completion_.stop_reason.empty(); }
    bool on_whole(const json::object& answer) override;
    const Completion& completion() const override { return completion_; }
    Wordless wordless() const override { return wordless_; }

private:
    void on_start(const json::object& message);
    void on_block(const json::object& block, std::string& text);
    void on_delta(const json::object& data, std::string& text);
    void add(std::string_view words, std::string& text);
    Step on_done();
    void on_message_delta(const json::object& data);
    void take_usage(const json::object& holder);

    PassingJson event_;
    Completion completion_;
    Wordless wordless_ = Wordless::nothing;
    bool started_ = false;
    bool stopped_ = false;
};

// A field that is missing or null keeps what an earlier event said.
void Reader::take_usage(const json::object& holder) {
    const auto* usage = object_at(holder, "usage");
    if (!usage) return;
    auto& mine = completion_.usage;
    mine.reported = true;
    mine.input = integer_at(*usage, "input_tokens").value_or(mine.input);
    mine.output = integer_at(*usage, "output_tokens").value_or(mine.output);
    mine.cache_read = integer_at(*usage, "cache_read_input_tokens").value_or(mine.cache_read);
    mine.cache_write = integer_at(*usage, "cache_creation_input_tokens").value_or(mine.cache_write);
    if (const auto* kept = object_at(*usage, "cache_creation"))
        mine.cache_write_hour =
            integer_at(*kept, "ephemeral_1h_input_tokens").value_or(mine.cache_write_hour);
    if (const auto tier = string_at(*usage, "service_tier")) mine.tier = tier_of(*tier);
}

void Reader::on_start(const json::object& message) {
    started_ = true;
    completion_.response_id = string_at(message, "id").value_or("");
    completion_.model = string_at(message, "model").value_or("");
    take_usage(message);
}

// Some servers put the first words, or all of them, where a block begins.
void Reader::on_block(const json::object& block, std::string& text) {
    wordless_ = std::max(wordless_, wordless_of(block));
    if (string_at(block, "type") != "text") return;
    add(string_at(block, "text").value_or(""), text);
}

void Reader::on_delta(const json::object& data, std::string& text) {
    const auto* delta = object_at(data, "delta");
    if (!delta || string_at(*delta, "type") != "text_delta") return;
    add(string_at(*delta, "text").value_or(""), text);
}

void Reader::add(std::string_view words, std::string& text) {
    completion_.text += words;
    text += words;
}

void Reader::on_message_delta(const json::object& data) {
    if (const auto* delta = object_at(data, "delta")) {
        if (const auto reason = string_at(*delta, "stop_reason"))
            completion_.stop_reason = stop_reason(*reason);
    }
    take_usage(data);
}

// Proxies that speak both protocols end with the other one's mark, which is enough for what has begun.
AnswerReader::Step Reader::on_done() {
    if (!started_ && !complete()) return Step::more;
    if (completion_.stop_reason.empty()) completion_.stop_reason = "stop";
    return Step::done;
}

AnswerReader::Step Reader::on_event(const net::SseEvent& event, std::string& text) {
    if (event.event == "ping" || event.data.empty()) return Step::more;
    if (const auto words = find_text_delta(event.data)) {
        add(*words, text);
        return Step::more;
    }
    if (trimmed(event.data) == "[DONE]") return on_done();
    const auto* data = as_object(event_.read(event.data));
    if (!data) return Step::failed;
    const auto type = string_at(*data, "type").value_or(event.event);
    if (type == "error") return Step::failed;
    if (type == "message_start") {
        if (const auto* message = object_at(*data, "message")) on_start(*message);
    } else if (type == "content_block_start") {
        if (const auto* block = object_at(*data, "content_block")) on_block(*block, text);
    } else if (type == "content_block_delta") {
        on_delta(*data, text);
    } else if (type == "message_delta") {
        on_message_delta(*data);
    } else if (type == "message_stop") {
        if (!started_) return Step::failed;
        if (completion_.stop_reason.empty()) completion_.stop_reason = "stop";
        stopped_ = true;
        return Step::done;
    }
    return Step::more;
}

bool Reader::on_whole(const json::object& answer) {
    const auto* content = array_at(answer, "content");
    if (!content || string_at(answer, "type") == "error") return false;
    on_start(answer);
    std::string text;
    for (const auto& entry : *content)
        if (const auto* block = as_object(&entry)) on_block(*block, text);
    completion_.stop_reason = stop_reason(string_at(answer, "stop_reason").value_or("end_turn"));
    stopped_ = true;
    return true;
}

}  // namespace

std::unique_ptr<AnswerReader> make_reader() {
    return std::make_unique<Reader>();
}

}  // namespace openclaw::providers::anthropic
