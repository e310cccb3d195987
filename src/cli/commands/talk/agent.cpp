#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/gateway/gateway_view.h"
#include "cli/talk/partner.h"
#include "cli/talk/reply_printer.h"

namespace openclaw::cli {

namespace {

constexpr std::size_t message_bytes_max = 256 * 1024;

Result<std::string> message_of(Context& context, const Arguments& arguments) {
    std::string message = arguments.text("--message").value_or("");
    if (message == "-") {
        auto input = platform::read_text(context.terminal, message_bytes_max);
        if (!input) return failed(input.error(), "reading the message from standard input");
        message = std::move(*input);
    }
    if (trimmed(message).empty()) {
        return hinted(fail(Code::invalid_input, "the message is empty"),
                      "for example: `openclaw agent --message \"hello\"`");
    }
    return message;
}

// "+49 170 …" or a channel's address names the direct conversation with that person.
std::string session_of(const Arguments& arguments) {
    if (const auto key = arguments.text("--session-key")) return *key;
    const auto to = arguments.text("--to");
    return to ? lowered(trimmed(*to)) : std::string();
}

Result<SayRequest> request_of(Context& context, const Arguments& arguments) {
    auto message = message_of(context, arguments);
    if (!message) return std::unexpected(message.error());
    const auto seconds = arguments.integer("--timeout", 0, 24 * 60 * 60);
    if (!seconds) return std::unexpected(seconds.error());
    SayRequest request{.message = std::move(*message),
                       .session_key = session_of(arguments),
                       .session_id = arguments.text("--session-id").value_or(""),
                       .agent_id = arguments.text("--agent").value_or(""),
                       .commands = false,
                       .timeout = std::chrono::seconds(*seconds ? **seconds : 600)};
    if (!request.session_key.empty() && !request.session_id.empty()) {
        return fail(Code::invalid_input, "choose the session by its key or by its id, not both");
    }
    return request;
}

Exit run_agent(Context& context, const Arguments& arguments) {
    auto request = request_of(context, arguments);
    if (!request) return report(context, request.error());
    auto partner = Partner::find(context, arguments);
    if (!partner) return report(context, partner.error());

    const bool json = arguments.has("--json");
    ReplyPrinter printer(context.out);
    const bool stream = !json && context.terminal.output_is_terminal();
    const auto reply = (*partner)->say(std::move(*request), [&](std::string_view text) {
        if (stream) printer.add(text);
    });
    if (stream) printer.end();
    if (!reply) {
        const auto exit = report(context, reply.error());
        if (!arguments.has("--local")) note_set_here_only(context, reply.error().message);
        return exit;
    }
    if (json) {
        context.out.json(reply->payload);
    } else if (!printer.printed_anything()) {
        printer.add(reply->text.empty() ? "No reply from agent." : reply->text);
        printer.end();
    }
    note_how_it_came_about(context.out, *reply);
    if (!reply->aborted) return Exit::ok;
    context.out.note("the reply was stopped");
    return Exit::cancelled;
}

constexpr Option options[] = {
    {.name = "--message",
     .value_name = "TEXT",
     .help = "What to say ('-': read standard input)",
     .short_name = "-m",
     .required = true},
    talk_option::agent,
    talk_option::session_key,
    {.name = "--session-id", .value_name = "ID", .help = "The conversation by its id"},
    {.name = "--to",
     .value_name = "ADDRESS",
     .help = "The direct conversation with this person",
     .short_name = "-t",
     .excludes = "--session-key"},
    talk_option::local,
    {.name = "--json",
     .help = "Print the result with its model, credential and usage",
     .kind = OptionKind::flag},
    {.name = "--timeout", .value_name = "SECONDS", .help = "Give up after this long (default: 600)"},
    talk_option::thinking,
    gateway_option::url,
    gateway_option::token,
    gateway_option::token_file,
    gateway_option::password,
    gateway_option::password_file,
};

}  // namespace

const Command agent{
    .name = "agent",
    .summary = "Send one message and print the reply",
    .options = options,
    .example = "openclaw agent --message \"What can you do?\"",
    .run = run_agent,
    .group = heading::talk,
    .details = "The message goes to the model as it is; slash commands are for `openclaw chat`.",
};

}  // namespace openclaw::cli
