#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "providers/wire/provider.h"

namespace openclaw::chat {

// One line of a transcript.
struct TranscriptEntry {
    std::string id;
    std::optional<std::string> parent;  // empty: a root
    json::object value;
};

// The entries of a file's lines, in file order, the header left out. A line that can't be read costs that
// line only: an entry whose parent is missing, from the file or from the line, follows the one before it.
// `damaged` is told how many lines that were.
std::vector<TranscriptEntry> parse_transcript(std::span<const std::string> lines,
                                              std::size_t* damaged = nullptr);

// From the root to the leaf, which is the last entry of the file.
std::vector<const TranscriptEntry*> branch_of(std::span<const TranscriptEntry> entries);

// What the model is told of the past: the branch, its last compaction as a summary. Command answers and notes
// are display only; failed answers never were answers.
std::vector<providers::Message> told_of(std::span<const TranscriptEntry> entries);
// At most `bytes_max` of the newest text of it. Neighbours of one role are joined.
std::vector<providers::Message> context_of(std::span<const providers::Message> told, std::size_t bytes_max);

// What a person is shown: messages, command answers and notes, the newest `limit` within `bytes_max`.
std::vector<json::object> shown_of(std::span<const TranscriptEntry> entries, std::size_t limit,
                                   std::size_t bytes_max);

// An entry to append. As text from the start, which is all that becomes of it: id, parentId and timestamp are
// added by Transcript.
struct NewEntry {
    std::string_view type;
    std::string members;  // the others, as they stand in the line: R"("message":{...})"
    std::optional<providers::Message> told = {};  // to the model; nothing: it isn't for the model
};
// A run is told by its id, so that clients recognise what they sent: the message as "<run>:user".
NewEntry user_entry(std::string_view text, std::string_view run_id, TimePoint now);
struct AssistantNote {
    std::string text;
    std::string api, provider, model;
    std::string stop_reason;    // stop, length, error, aborted
    std::string error_message;  // or empty
    providers::TokenUsage usage;
    std::string run_id;
};
NewEntry assistant_entry(const AssistantNote& note, TimePoint now);
// The answer of a slash command, or a note from outside: never in the model's context.
NewEntry display_entry(std::string_view text, std::string_view label, TimePoint now);

// The text of a message's content: a string, or the text blocks.
std::string text_of_content(const json::object& message);

}  // namespace openclaw::chat
