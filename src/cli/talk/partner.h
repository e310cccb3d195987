#pragma once

#include <memory>

#include "cli/engine.h"
#include "cli/parser/command.h"
#include "cli/talk/conversation.h"

namespace openclaw::cli {

// Whom `agent` and `chat` talk to, with everything that this needs. The loop outlives the conversation.
class Partner {
public:
    // With --local in this process; else through the gateway, which is not contacted yet.
    static Result<std::unique_ptr<Partner>> find(Context& context, const Arguments& arguments);
    ~Partner();

    // Runs one message to its end. Ctrl-C ends the reply, not the program. At a terminal, silence shows that
    // it goes on.
    Result<Reply> say(SayRequest request, OnText on_text);
    // Fails at once where nobody would answer: before a person types.
    Result<void> greet();

private:
    struct Local;
    explicit Partner(Output& out);
    Output& out_;
    std::unique_ptr<net::Loop> loop_;  // when through the gateway
    std::unique_ptr<Local> local_;
    std::optional<GatewayTarget> target_;
    Milliseconds connect_timeout_{};
    std::unique_ptr<Conversation> conversation_;
    net::Loop& loop();
    net::Task<Result<Reply>> say_and_show(SayRequest request, OnText on_text, net::Abort abort);
};

// Who was refused before, which model answered: a line each, to be said when the reply has ended its own.
void note_how_it_came_about(Output& out, const Reply& reply);

// What both commands accept besides their own.
namespace talk_option {
inline constexpr Option local{
    .name = "--local", .help = "Answer in this process, without a gateway", .kind = OptionKind::flag};
inline constexpr Option agent{.name = "--agent",
                              .value_name = "ID",
                              .help = "Talk to this agent (default: the default one)",
                              .completes = "agent"};
inline constexpr Option session_key{
    .name = "--session-key", .value_name = "KEY", .help = "The conversation to go on with (default: main)"};
// Of the reference; a turn carries no level yet, so any but `off` is refused.
inline constexpr Option thinking{.name = "--thinking",
                                 .value_name = "LEVEL",
                                 .help = "Only off",
                                 .hidden = true,
                                 .values = "off|minimal|low|medium|high|xhigh"};
}  // namespace talk_option

}  // namespace openclaw::cli
