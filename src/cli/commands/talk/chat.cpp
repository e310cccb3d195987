#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/talk/line_reader.h"
#include "cli/talk/partner.h"
#include "cli/talk/reply_printer.h"

namespace openclaw::cli {

namespace {

bool leaves(std::string_view line) {
    return line == "/exit" || line == "/quit";
}

// One message and its reply. A failure is told and the conversation goes on.
std::optional<Error> exchange(Context& context, Partner& partner, SayRequest request) {
    ReplyPrinter printer(context.out);
    const auto reply = partner.say(std::move(request), [&](std::string_view text) { printer.add(text); });
    if (reply && !printer.printed_anything()) printer.add(reply->text);
    printer.end();
    if (!reply) {
        context.out.error(reply.error());
        return reply.error();
    }
    note_how_it_came_about(context.out, *reply);
    if (reply->aborted) context.out.note(dim(context.out, "(stopped)"));
    return std::nullopt;
}

// Where lines come from: with editing and history for a person, plainly from a pipe.
Result<std::unique_ptr<LineReader>> reader_for(Context& context) {
    if (!context.terminal.input_is_terminal() || !context.terminal.output_is_terminal())
        return plain_reader();
    if (auto made = platform::make_folders(context.files, context.paths.state, 0700); !made) {
        return failed(made.error(), "keeping the history");
    }
    return editing_reader("you> ", context.paths.state / "chat-history");
}

Exit run_chat(Context& context, const Arguments& arguments) {
    auto partner = Partner::find(context, arguments);
    if (!partner) return report(context, partner.error());
    if (auto greeted = (*partner)->greet(); !greeted) return report(context, greeted.error());
    auto reader = reader_for(context);
    if (!reader) return report(context, reader.error());

    const bool person = context.terminal.input_is_terminal();
    if (person) {
        context.out.line(
            dim(context.out,
                "/help shows the commands, \\ or Alt-Enter breaks the line, Ctrl-C stops a reply, "
                "Ctrl-D leaves."));
        context.out.flush();
    }
    std::optional<Error> last_problem;
    while (auto line = (*reader)->read()) {
        if (trimmed(*line).empty()) continue;
        if (leaves(trimmed(*line))) return Exit::ok;
        last_problem = exchange(context, **partner,
                                {.message = *line,
                                 .session_key = arguments.text("--session-key").value_or(""),
                                 .session_id = {},
                                 .agent_id = arguments.text("--agent").value_or(""),
                                 .commands = true,
                                 .timeout = {}});
    }
    if (person) context.out.line("");
    return last_problem && !person ? exit_of(last_problem->code) : Exit::ok;
}

constexpr Option options[] = {
    talk_option::agent,         talk_option::session_key, talk_option::local,
    talk_option::thinking,      gateway_option::url,      gateway_option::token,
    gateway_option::token_file, gateway_option::password, gateway_option::password_file,
};

}  // namespace

const Command chat_command{
    .name = "chat",
    .summary = "Talk to an agent, line by line",
    .options = options,
    .example = "openclaw chat --agent main",
    .run = run_chat,
    .group = heading::talk,
    .details =
        "Lines that start with / are commands: /model, /status, /new, /help. A line that ends in \\ goes "
        "on in the next one, Alt-Enter breaks a line, and what is pasted is one message. Without a "
        "terminal, each line of standard input is a message.",
};

}  // namespace openclaw::cli
