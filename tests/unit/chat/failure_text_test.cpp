#include "chat/failure_text.h"

#include <gmock/gmock.h>

namespace openclaw::chat {
namespace {

using auth::FailureReason;
using testing::HasSubstr;
using testing::Not;

std::string hint_for(FailureReason reason, Surface surface) {
    const Attempt attempt{.model = {"openai", "gpt"}, .credential = "openai:work", .reason = reason};
    return explain(std::span(&attempt, 1), from_ms(1'000'000), surface).hint;
}

constexpr FailureReason reasons[] = {
    FailureReason::auth,          FailureReason::rate_limit,      FailureReason::billing,
    FailureReason::overloaded,    FailureReason::network,         FailureReason::timeout,
    FailureReason::server_error,  FailureReason::overflow,        FailureReason::format,
    FailureReason::unknown,       FailureReason::model_not_found, FailureReason::refused_use,
    FailureReason::wrong_address, FailureReason::no_answer};

TEST(FailureText, NamesSlashCommandsInAConversationOnly) {
    for (const auto reason : reasons) {
        const auto elsewhere = hint_for(reason, Surface::elsewhere);
        EXPECT_FALSE(elsewhere.empty()) << auth::name_of(reason);
        for (const auto command : {"/model", "/new", "/stop"})
            EXPECT_THAT(elsewhere, Not(HasSubstr(command))) << auth::name_of(reason);
        EXPECT_FALSE(hint_for(reason, Surface::conversation).empty()) << auth::name_of(reason);
    }
    EXPECT_THAT(hint_for(FailureReason::overflow, Surface::conversation), HasSubstr("send /new"));
    EXPECT_THAT(hint_for(FailureReason::overflow, Surface::elsewhere), HasSubstr("--session-key"));
    EXPECT_THAT(hint_for(FailureReason::model_not_found, Surface::elsewhere),
                HasSubstr("`openclaw models set`"));
}

}  // namespace
}  // namespace openclaw::chat
