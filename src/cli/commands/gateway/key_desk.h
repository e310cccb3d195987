#pragma once

#include <functional>
#include <memory>
#include <string>

#include "access/key_text.h"
#include "access/keys/kept_keys.h"
#include "cli/parser/command.h"

namespace openclaw::cli {

// What the `gateway keys` commands work on: the database itself, whether or not a gateway runs.
struct KeyDesk {
    std::shared_ptr<const config::Config> config;
    access::KeptKeys kept;
    access::KeyBook book;

    KeyDesk(Context& context, std::shared_ptr<const config::Config> loaded)
        : config(std::move(loaded)), kept(context.files, config->paths()), book(kept) {}
};
Result<std::unique_ptr<KeyDesk>> open_key_desk(Context& context);

// What the options say about a key; what they don't name stays as it is. `invalid_input` names the option.
Result<std::function<void(access::KeyRecord&)>> changes_asked_for(Context& context,
                                                                  const Arguments& arguments);

// Hands a new secret out, once: into a new file before `keep` is called, which makes the record of it, so
// that no secret is lost on a full disk; or, without --out, to the output after it.
Result<access::KeyRecord> hand_out(Context& context, const Arguments& arguments,
                                   const access::NewKeySecret& secret,
                                   const std::function<Result<access::KeyRecord>()>& keep);
// The record, and how its secret was handed out.
void show_handed_out(Context& context, const Arguments& arguments, const access::KeyRecord& record,
                     const access::NewKeySecret& secret);

// "stands", "ends in 3d", "ended", "revoked"
std::string state_text(const access::KeyRecord& record, TimePoint now);
// "chat, read; only models anthropic/*; at most 10 requests a minute": in one line.
std::string powers_text(const access::KeyRecord& record);
// The same with name and end, and what people may not expect of it.
std::string summary_text(const access::KeyRecord& record);
json::object key_with_state_json(const access::KeyRecord& record, TimePoint now);

}  // namespace openclaw::cli
