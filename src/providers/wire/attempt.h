#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http/sse.h"
#include "providers/wire/provider.h"

namespace openclaw::providers {

// What a model may say in place of words.
enum class Wordless { nothing, reasoning, tools };

// Makes a completion of one provider's answer, event by event or whole. Pure: text in, text out.
class AnswerReader {
public:
    enum class Step {
        more,
        done,    // the provider's last event: nothing behind it matters
        failed,  // the event reports an error, or can't be read
    };

    virtual ~AnswerReader() = default;
    // Appends what the event adds to the visible answer to `text`.
    virtual Step on_event(const net::SseEvent& event, std::string& text) = 0;
    // Whether the provider has said that its answer is whole, at the end of a stream.
    virtual bool complete() const = 0;
    // An answer that wasn't streamed; false when it isn't one.
    virtual bool on_whole(const json::object& answer) = 0;
    virtual const Completion& completion() const = 0;
    // What came besides words.
    virtual Wordless wordless() const = 0;
};

// One request and its answer over HTTP.
struct Attempt {
    net::ClientRequest request;
    auth::ProviderId provider;
    std::optional<Secret> credential;  // removed from messages
    std::vector<Secret> secrets = {};  // and what the configured headers carry
    bool streamed = false;
    Milliseconds deadline{};
    std::size_t bytes_max = answer_bytes_max_default;  // of the answer's text
    Room room = {};                                    // in which it is put
};

struct Transport {
    net::Loop& loop;
    net::HttpClient& http;
    const Clock& clock;
    // How long a connection may stay open once the answer is whole: usage and an end mark may follow.
    Milliseconds after_end = std::chrono::seconds(2);
};

// Sends, reads, tells text as it arrives to `on_delta` and turns every way of going wrong into a Failure; an
// answer without a word, for which tokens were used or of which something else is all, is one too. The bytes
// decide whether it is a stream, whatever was asked for. Bodies are bounded: errors to error_body_bytes_max,
// answers to `bytes_max` of text, what is around it in a document or a stream to a multiple of that; the
// whole lasts at most `deadline` plus one idle deadline.
net::Task<Attempted<Completion>> make_attempt(Transport transport, Attempt attempt,
                                              std::unique_ptr<AnswerReader> reader, DeltaSink on_delta,
                                              net::Abort abort);

// Of a request: what is left of its turn, or less where its provider has a limit of its own.
Milliseconds time_for(const CompletionRequest& request, const Endpoint& endpoint);
// Waits that suit a model: minutes of thinking before the first byte of an answer in one piece.
net::Deadlines deadlines_for(Milliseconds whole, bool streamed);
// The same for a request; a limit of the provider's own stands in place of all but the connection's.
net::Deadlines deadlines_for(const CompletionRequest& request, const Endpoint& endpoint, bool streamed);

// "openclaw/<version>": we never present ourselves as another product.
std::string user_agent();

// What an endpoint's own headers carry: many a proxy is opened by one.
std::vector<Secret> header_secrets(const Endpoint& endpoint);

// A credential that can't stand in a header (a line break, a control character) is a failure at once.
std::optional<Failure> find_unsendable(const auth::Candidate& credential, const auth::ProviderId& provider);

}  // namespace openclaw::providers
