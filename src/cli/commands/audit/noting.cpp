#include "cli/commands/audit/noting.h"

#include "access/journal/writer.h"
#include "base/redact.h"
#include "base/text.h"

namespace openclaw::cli {

namespace {

std::string what_was_done(const Command& command, const Arguments& arguments) {
    constexpr std::size_t subject_bytes_max = 100;
    const auto& given = arguments.positional();
    if (command.noted == Noted::yes || given.empty()) return std::string(command.name);
    return fmt::format("{} {}", command.name,
                       shortened(printable(Redactor().redact(given.front())), subject_bytes_max));
}

}  // namespace

void note_in_audit_log(Context& context, const Command& command, const Arguments& arguments, Exit exit) {
    const bool only_shows = command.noted == Noted::no || arguments.has("--dry-run") ||
                            (command.noted == Noted::if_subject && arguments.positional().empty());
    if (only_shows || exit != Exit::ok) return;
    if (!platform::exists(context.files, context.paths.state)) return;  // nothing was there to be changed
    const auto config = context.config_with_problems();
    if (!config) return;
    const auto place = access::JournalPlace::from(**config);
    if (!place.enabled) return;
    const auto now = context.clock.now();
    const auto written = access::JournalWriter(context.files, place)
                             .append({{.at = now,
                                       .event = std::string(access::name_of(access::Outcome::changed)),
                                       .transport = "command",
                                       .principal = fmt::format("user:{}", context.user_id),
                                       .what = what_was_done(command, arguments)}},
                                     now);
    if (!written)
        context.out.note(fmt::format("warning: not written to the audit log: {}", written.error().message));
    else if (written->checkpoint_problem)
        context.out.note(fmt::format("warning: {}", written->checkpoint_problem->message));
}

}  // namespace openclaw::cli
