#include "access/enrolment/invitations.h"

#include <gtest/gtest.h>

#include "support/memory_file_system.h"

namespace openclaw::access {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint noon = from_ms(1'800'000'000'000);
const std::string pin = "0123456789abcdef", key = "ab12", other_key = "cd34";

class InvitationsTest : public testing::Test {
protected:
    InvitationsTest() { EXPECT_TRUE(platform::make_folders(files, "/state/gateway/authority", 0700)); }

    static NewClient laptop() {
        return {.name = "laptop",
                .scopes = {Scope::read, Scope::write},
                .limits = {.agents = std::vector<std::string>{"main"}},
                .lifetime = 90 * 24h};
    }
    Invitations::Made make(ClientKind kind = ClientKind::computer, TimePoint now = noon) {
        auto made = invitations.make(kind, laptop(), kind == ClientKind::computer ? pin : "", now);
        EXPECT_TRUE(made);
        return *made;
    }
    std::optional<CodeProblem> problem(const std::string& code, ClientKind kind = ClientKind::computer,
                                       TimePoint now = noon) {
        const auto judged = invitations.judge(code, kind, now);
        EXPECT_TRUE(judged);
        return judged->problem;
    }

    test::MemoryFileSystem files;
    Invitations invitations{files, "/state/gateway/authority"};
};

TEST_F(InvitationsTest, SaysWhoIsInvitedAndForWhatNotWhoeverUsesIt) {
    const auto made = make();
    const auto judged = invitations.judge(made.code, ClientKind::computer, noon);
    ASSERT_TRUE(judged && judged->invitation);
    EXPECT_FALSE(judged->problem);
    EXPECT_EQ(judged->invitation->id, made.invitation.id);
    EXPECT_EQ(judged->invitation->client.name, "laptop");
    EXPECT_EQ(judged->invitation->client.lifetime, laptop().lifetime);
    EXPECT_EQ(judged->invitation->client.limits, laptop().limits);
    EXPECT_EQ(judged->invitation->client.scopes, laptop().scopes);
}

TEST_F(InvitationsTest, PromisesNoLimitThatCannotBeKept) {
    auto client = laptop();
    client.limits.models = std::vector<std::string>{""};
    EXPECT_EQ(invitations.make(ClientKind::computer, client, pin, noon).error().code, Code::invalid_input);
    EXPECT_FALSE(files.info(invitations.path()));
}

TEST_F(InvitationsTest, KeepsNothingThatOpensTheDoor) {
    const auto computer = make();
    const auto phone = make(ClientKind::phone);
    const auto opened = invitations.open(phone.invitation.id, "192.168.1.34", noon);
    ASSERT_TRUE(opened);
    const auto text = files.read(invitations.path(), 1 << 20);
    ASSERT_TRUE(text);
    for (const auto& secret : {computer.code, phone.code, opened->ticket, parse_code(computer.code)->secret})
        EXPECT_FALSE(text->contains(secret));
    EXPECT_EQ(files.info(invitations.path())->mode, 0600);
}

TEST_F(InvitationsTest, EachCodeOpensOnceWithinTenMinutes) {
    const auto made = make();
    EXPECT_FALSE(problem(made.code, ClientKind::computer, noon + 10min - 1ms));
    EXPECT_EQ(problem(made.code, ClientKind::computer, noon + 10min), CodeProblem::ended);
    EXPECT_EQ(problem(made.code, ClientKind::computer, noon - 1ms), CodeProblem::ended);  // a clock set back
    ASSERT_TRUE(invitations.spend(made.invitation.id, "192.168.1.50", key, noon + 1min));
    EXPECT_EQ(problem(made.code, ClientKind::computer, noon + 2min), CodeProblem::spent);
    EXPECT_FALSE(invitations.spend(made.invitation.id, "192.168.1.51", other_key, noon + 2min));
}

TEST_F(InvitationsTest, TheKeyThatSpentACodeMayAskForItsAnswerAgainUntilTheEnd) {
    const auto made = make();
    ASSERT_TRUE(invitations.spend(made.invitation.id, "192.168.1.50", key, noon));
    ASSERT_TRUE(invitations.keep_answer(made.invitation.id, "crt_1", "PEM"));
    const auto again = invitations.spend(made.invitation.id, "192.168.1.50", key, noon + 9min);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->answer, "PEM");
    EXPECT_FALSE(invitations.spend(made.invitation.id, "192.168.1.50", key, noon + 10min));
}

TEST_F(InvitationsTest, TellsWhyACodeOpensNothing) {
    const auto made = make();
    EXPECT_EQ(problem(InvitationCode::for_computer(pin).text()), CodeProblem::unknown);
    EXPECT_EQ(problem(made.code + "x"), CodeProblem::mistyped);
    EXPECT_EQ(problem(std::string(100'000, 'x')), CodeProblem::mistyped);
    EXPECT_EQ(problem(""), CodeProblem::mistyped);
    EXPECT_EQ(problem(made.code, ClientKind::phone), CodeProblem::mistyped);
    ASSERT_TRUE(invitations.close(made.invitation.id, InvitationStep::withdrawn));
    EXPECT_EQ(problem(made.code), CodeProblem::withdrawn);
    EXPECT_FALSE(invitations.spend(made.invitation.id, "192.168.1.50", key, noon));
}

TEST_F(InvitationsTest, AnotherProcessSeesEachStep) {
    const auto made = make();
    Invitations gateway(files, "/state/gateway/authority");
    ASSERT_TRUE(gateway.spend(made.invitation.id, "192.168.1.50", key, noon));
    const auto seen = invitations.find(made.invitation.id);
    ASSERT_TRUE(seen && *seen);
    EXPECT_EQ((*seen)->step, InvitationStep::spent);
    EXPECT_EQ((*seen)->from, "192.168.1.50");
}

TEST_F(InvitationsTest, APhoneGetsItsFileOnceAndOnlyAfterTheTerminalSaidYes) {
    const auto made = make(ClientKind::phone);
    const auto opened = invitations.open(made.invitation.id, "192.168.1.34", noon);
    ASSERT_TRUE(opened);
    EXPECT_FALSE(opened->invitation.words.empty());
    EXPECT_EQ(problem(made.code, ClientKind::phone), CodeProblem::spent);
    EXPECT_FALSE(invitations.open(made.invitation.id, "192.168.1.99", noon));
    EXPECT_FALSE(invitations.fetch(opened->ticket, noon));
    ASSERT_TRUE(invitations.confirm(made.invitation.id, "crt_1"));
    EXPECT_FALSE(invitations.fetch("0123", noon));
    EXPECT_FALSE(invitations.fetch("", noon));
    EXPECT_TRUE(invitations.fetch(opened->ticket, noon));
    EXPECT_FALSE(invitations.fetch(opened->ticket, noon));
}

TEST_F(InvitationsTest, ANoAtTheTerminalEndsAPhonesWay) {
    const auto made = make(ClientKind::phone);
    const auto opened = invitations.open(made.invitation.id, "192.168.1.34", noon);
    ASSERT_TRUE(invitations.close(made.invitation.id, InvitationStep::refused));
    EXPECT_FALSE(invitations.confirm(made.invitation.id, "crt_1"));
    EXPECT_FALSE(invitations.fetch(opened->ticket, noon));
}

TEST_F(InvitationsTest, SomebodyIsLetInOnlyWhileOneIsOpen) {
    ASSERT_TRUE(invitations.look());
    EXPECT_FALSE(invitations.let_somebody_in(noon));
    const auto made = make();
    EXPECT_FALSE(invitations.let_somebody_in(noon));  // not looked at yet
    ASSERT_TRUE(invitations.look());
    EXPECT_TRUE(invitations.let_somebody_in(noon + 10min - 1ms));
    EXPECT_FALSE(invitations.let_somebody_in(noon + 10min));
    ASSERT_TRUE(invitations.close(made.invitation.id, InvitationStep::withdrawn));
    ASSERT_TRUE(invitations.look());
    EXPECT_FALSE(invitations.let_somebody_in(noon));
}

TEST_F(InvitationsTest, ADamagedFileLetsNobodyInAndIsNotOverwritten) {
    make();
    ASSERT_TRUE(invitations.look());
    files.put(invitations.path(), "{ half");
    EXPECT_FALSE(invitations.look());
    EXPECT_FALSE(invitations.let_somebody_in(noon));
    EXPECT_FALSE(invitations.judge(InvitationCode::for_phone().text(), ClientKind::phone, noon));
    EXPECT_FALSE(invitations.make(ClientKind::computer, laptop(), pin, noon));
    EXPECT_EQ(*files.read(invitations.path(), 100), "{ half");
}

TEST_F(InvitationsTest, ALimitThatCantBeReadInvitesNobody) {
    const auto made = make();
    auto text = *files.read(invitations.path(), 1 << 20);
    const auto at = text.find("\"agents\"");
    ASSERT_NE(at, std::string::npos);
    text.replace(at, text.find(']', at) + 1 - at, "\"agents\": \"main\"");
    files.put(invitations.path(), text);
    EXPECT_EQ(problem(made.code), CodeProblem::unknown);
}

TEST_F(InvitationsTest, WrongCodesAreToldToTheTerminalAFewAndOnlyWhileItWaits) {
    ASSERT_TRUE(invitations.note_wrong_code(CodeProblem::unknown, "192.168.1.9", noon));
    EXPECT_TRUE(invitations.wrong_codes()->empty());
    make();
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(invitations.note_wrong_code(CodeProblem::mistyped, "192.168.1.9", noon + 1s));
    const auto notes = invitations.wrong_codes();
    ASSERT_TRUE(notes);
    EXPECT_EQ(notes->size(), 16);
    EXPECT_EQ(notes->front(), (WrongCode{noon + 1s, "192.168.1.9", "mistyped code"}));
}

TEST_F(InvitationsTest, AreBounded) {
    for (int i = 0; i < 16; ++i) make();
    const auto one_more = invitations.make(ClientKind::computer, laptop(), pin, noon);
    ASSERT_FALSE(one_more);
    EXPECT_EQ(one_more.error().code, Code::busy);
    for (int i = 1; i < 40; ++i) make(ClientKind::computer, noon + i * 11min);
    EXPECT_LT(files.read(invitations.path(), 1 << 20)->size(), 64u << 10);
}

}  // namespace
}  // namespace openclaw::access
