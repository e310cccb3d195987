#pragma once

#include <optional>
#include <string>

#include "auth/models/model_ref.h"
#include "base/clock.h"
#include "base/json.h"
#include "providers/wire/provider.h"

namespace openclaw::chat {

// Who chose the credential of a session.
enum class PinSource { automatic, user };

// A preferred credential: members authProfileOverride, …Source, …CompactionCount.
struct Pin {
    auth::ProfileId profile;
    PinSource source = PinSource::automatic;
    std::int64_t compactions = 0;  // of the session when it was chosen automatically
    bool operator==(const Pin&) const = default;
};

// The members of a sessions.json record that decide something here; all others survive every change.
struct SessionEntry {
    std::string session_id;  // empty: damaged or foreign, replaced by the next turn
    TimePoint updated{};
    std::string session_file;                      // explicit transcript path, or empty
    std::optional<auth::ModelRef> model_override;  // both members, or none
    std::optional<Pin> pin;
    std::int64_t compactions = 0;
    std::string thinking_level, label;
    bool aborted_last_run = false;
    std::int64_t input_tokens = 0, output_tokens = 0, total_tokens = 0, context_tokens = 0;
    std::string model_provider, model;  // what answered last
    std::string maker;                  // who began it (session_rights.h), or empty

    static SessionEntry from(const json::object& record);
};

// Single members, for who needs no more.
std::string maker_in(const json::object& record);
std::optional<Pin> pin_in(const json::object& record);
std::optional<auth::ModelRef> model_override_in(const json::object& record);

// Changes to a record, each leaving what it doesn't name alone. `updatedAt` never goes back.
void set_maker(json::object& record, const std::string& maker);  // empty: none is said
void touch(json::object& record, TimePoint now);
void set_pin(json::object& record, const std::optional<Pin>& pin);
void set_model_override(json::object& record, const std::optional<auth::ModelRef>& model);
void set_usage(json::object& record, const auth::ModelRef& answered, const providers::TokenUsage& usage,
               std::int64_t context_tokens);
// A new conversation under the same key: another id, no transcript path, counters at zero. Model,
// credential, levels, label and routes stay.
void renew(json::object& record, const std::string& session_id, TimePoint now);

}  // namespace openclaw::chat
