#include <algorithm>

#include "base/duration.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/explain/error_report.h"
#include "cli/commands/models/agent_credentials.h"
#include "providers/catalogue/catalog.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t line_bytes_max = 1u << 20;
constexpr std::size_t input_bytes_max = 32u << 20;

// The answer to be explained: a file, standard input, or nothing when only a status is given.
Result<std::string> read_answer(Context& context, const Arguments& arguments) {
    const auto& words = arguments.positional();
    if (!words.empty() && words.front() != "-") {
        return context.files.read(words.front(), input_bytes_max);
    }
    if (words.empty() && context.terminal.input_is_terminal()) {
        if (arguments.has("--status") && !arguments.has("--jsonl")) return std::string();
        return hinted(fail(Code::invalid_input, "there is no answer to explain"),
                      "name a file, or pipe the provider's answer in");
    }
    return platform::read_text(context.terminal, input_bytes_max);
}

Result<providers::Observed> observed_from(const Arguments& arguments, std::string body) {
    providers::Observed observed;
    observed.provider = lowered(trimmed(arguments.text("--provider").value_or("")));
    constexpr int status_max = 999;
    const auto status = arguments.integer("--status", 0, status_max);
    if (!status) return std::unexpected(status.error());
    observed.status = static_cast<int>(status->value_or(0));
    for (const auto& header : arguments.all("--header")) {
        const auto colon = header.find(':');
        if (colon == std::string::npos || colon == 0)
            return hinted(fail(Code::invalid_input, "a header needs a name and a value"),
                          "write it like --header 'retry-after: 20'");
        observed.headers.add(std::string(trimmed(header.substr(0, colon))),
                             std::string(trimmed(header.substr(colon + 1))));
    }
    observed.body = std::move(body);
    return observed;
}

// An invalid config changes no class; only how long a credential rests.
std::shared_ptr<const config::Config> rules_of(Context& context) {
    const auto config = context.config_with_problems();
    return config ? *config : config::Config::empty(context.paths, {});
}

std::string rest_text(const ErrorReport& report, TimePoint now) {
    if (!report.rest) return "nothing is held against it";
    const auto& rest = *report.rest;
    const auto span = format_left(rest.until - now);
    if (rest.kind == auth::Rest::Kind::disabled)
        return fmt::format("is set aside for {}, and tried again in between", span);
    return rest.model.empty() ? fmt::format("rests for {}", span)
                              : fmt::format("rests for {}, for this model; its other models go on", span);
}

std::string_view remedy_text(chat::Remedy remedy) {
    switch (remedy) {
        case chat::Remedy::next_credential:
            return "the next credential is tried, then the next model";
        case chat::Remedy::retry_then_next_model:
            return "it is sent once more, then the next model is tried";
        case chat::Remedy::next_model:
            return "the next model is tried";
        case chat::Remedy::stop:
            return "the turn ends with this error: no other credential would help";
    }
    return "";
}

void print_report(Output& out, const ErrorReport& report, TimePoint now) {
    out.line("Class      : " + report.error_class);
    out.line("Because    : " + report.because);
    if (!report.failure) return;
    const auto& failure = *report.failure;
    out.line("It said    : " + failure.message);
    if (failure.retry_after) out.line("It asks for: a pause of " + format_left(*failure.retry_after));
    if (failure.scope != auth::FailureScope::unknown)
        out.line(failure.scope == auth::FailureScope::model ? "It is about: one model"
                                                            : "It is about: the whole account");
    out.line("Credential : " + rest_text(report, now));
    out.line(fmt::format("Then       : {}", remedy_text(report.remedy)));
    if (!report.hint.empty()) out.line("Next step  : " + report.hint);
}

// What is wrong with a line, with its id where that can be read.
json::object broken_line(Context& context, std::size_t number, const json::value& id,
                         const std::string& reason) {
    context.out.note(fmt::format("note: line {}: {}", number, printable(reason)));
    return {{"id", id}, {"class", "unknown"}, {"reason", "the line can't be read: " + printable(reason)}};
}

json::object explain_line(Context& context, const config::Config& config, std::string_view line,
                          std::size_t number, bool& broken) {
    broken = true;
    const auto parsed = parse_json(line, line_bytes_max);
    if (!parsed) return broken_line(context, number, nullptr, parsed.error().message);
    const auto* object = as_object(&*parsed);
    if (!object) return broken_line(context, number, nullptr, "it is no object");
    const auto* id = value_at(*object, "id");
    const json::value shown_id = id ? *id : json::value(nullptr);
    const auto observed = cli::observed_from(*object);
    if (!observed) return broken_line(context, number, shown_id, observed.error().message);
    broken = false;
    json::object answer{{"id", shown_id}};
    for (auto& [key, value] : brief_json(report_on(*observed, config, context.clock.now())))
        answer[key] = std::move(value);
    return answer;
}

Exit explain_lines(Context& context, const std::string& text) {
    const auto config = rules_of(context);
    Exit exit = Exit::ok;
    std::size_t number = 0;
    for (const auto line : split(text, '\n')) {
        ++number;
        if (trimmed(line).empty()) continue;
        bool broken = false;
        context.out.line(json::serialize(explain_line(context, *config, line, number, broken)));
        if (broken) exit = Exit::error;
    }
    return exit;
}

// Some rules are one vendor's: a mistyped name misses them. A name like no other is a server of one's own.
void note_mistyped_provider(Context& context, const std::string& typed) {
    const auto known = providers::list_providers(*rules_of(context));
    if (typed.empty() || std::ranges::find(known, auth::ProviderId(typed).text()) != known.end()) return;
    if (const auto near = nearest(typed, known))
        context.out.note(
            fmt::format("note: no provider \"{}\" is known; did you mean {}?", printable(typed), *near));
}

Exit run(Context& context, const Arguments& arguments) {
    if (arguments.has("--jsonl") && arguments.has("--json"))
        return report(context, {Code::invalid_input, "choose either --json or --jsonl, not both", {}});
    auto body = read_answer(context, arguments);
    if (!body) return report(context, body.error());
    if (arguments.has("--jsonl")) return explain_lines(context, *body);
    const auto observed = observed_from(arguments, std::move(*body));
    if (!observed) return report(context, observed.error());
    if (trimmed(observed->body).empty() && !arguments.has("--status") && observed->headers.fields().empty())
        return report(context, {Code::invalid_input, "there is no answer to explain",
                                "name a file, pipe the provider's answer in, or give its --status"});
    note_mistyped_provider(context, arguments.text("--provider").value_or(""));
    const auto now = context.clock.now();
    const auto explained = report_on(*observed, *rules_of(context), now);
    if (arguments.has("--json"))
        context.out.json(report_json(explained, now));
    else
        print_report(context.out, explained, now);
    return Exit::ok;
}

constexpr Option options[] = {
    {.name = "--provider", .value_name = "ID", .help = "Who answered", .completes = "provider"},
    {.name = "--status", .value_name = "CODE", .help = "The HTTP status of the answer (0: none)"},
    {.name = "--header",
     .value_name = "LINE",
     .help = "A header of the answer, like 'retry-after: 20'",
     .kind = OptionKind::repeated},
    json_option,
    {.name = "--jsonl",
     .help = "Read {id, provider, status, headers, body} a line and answer each in a line",
     .kind = OptionKind::flag},
};

}  // namespace

const Command explain_error{
    .name = "explain error",
    .summary = "Say how a provider's error is understood and what would be done",
    .arguments = "[FILE|-]",
    .options = options,
    .example = "openclaw explain error --provider openai --status 429 answer.json",
    .run = run,
    .arguments_max = 1,
    .completes = "file",
    .details =
        "The answer comes from the file or from standard input. With --jsonl each line is answered by "
        "{id, class, reason, retry_after_s?} in the same order; a line that can't be read gets the "
        "class unknown, and the command ends with 1.",
};

}  // namespace openclaw::cli
