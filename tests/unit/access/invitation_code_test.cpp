#include "access/enrolment/code.h"

#include <gtest/gtest.h>
#include <set>

#include "access/enrolment/words.h"
#include "base/text.h"

namespace openclaw::access {
namespace {

const std::string pin = "0123456789abcdef";

TEST(InvitationCode, ReadsAsItWasWritten) {
    for (int i = 0; i < 200; ++i) {
        const auto computer = InvitationCode::for_computer(pin);
        const auto read = parse_code(computer.text());
        ASSERT_TRUE(read) << computer.text();
        EXPECT_EQ(read->kind, ClientKind::computer);
        EXPECT_EQ(read->pin, pin);
        EXPECT_EQ(read->secret, computer.secret);
        const auto phone = InvitationCode::for_phone();
        const auto read_phone = parse_code(phone.text());
        ASSERT_TRUE(read_phone) << phone.text();
        EXPECT_EQ(read_phone->kind, ClientKind::phone);
        EXPECT_EQ(read_phone->hash(), phone.hash());
    }
}

TEST(InvitationCode, HasAtLeast80BitsOfChance) {
    EXPECT_GE(InvitationCode::for_computer(pin).secret.size() * 8, 80);
    EXPECT_GE(InvitationCode::for_phone().secret.size() * 8, 80);
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(InvitationCode::for_phone().text());
    EXPECT_EQ(seen.size(), 100);
}

TEST(InvitationCode, IsTheSameHoweverItIsTyped) {
    const auto code = InvitationCode{.kind = ClientKind::phone,
                                     .secret = std::string("\0\x01\x02\x03\x04\x05\x06\x07\x08\x09", 10)};
    const auto text = code.text();
    auto confused = replaced(replaced(text, "0", "O"), "1", "l");
    for (const auto& typed :
         {lowered(text), replaced(text, "-", ""), replaced(text, "-", " "), confused, " " + text + "\n"}) {
        const auto read = parse_code(typed);
        ASSERT_TRUE(read) << typed;
        EXPECT_EQ(read->secret, code.secret);
    }
}

TEST(InvitationCode, WhereASignIsWrongMissingOrDoubledNothingIsRead) {
    const auto text = InvitationCode::for_computer(pin).text();
    for (std::size_t i = 4; i < text.size(); ++i) {
        auto wrong = text;
        wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(parse_code(wrong)) << wrong;
        EXPECT_FALSE(parse_code(text.substr(0, i))) << i;
    }
    for (const auto& wrong : {std::string(), std::string("ocj_"), text + "0", std::string(4096, '0'),
                              "ocj_" + std::string(52, '*'), InvitationCode::for_phone().text().substr(1),
                              "ocj_" + InvitationCode::for_phone().text()})
        EXPECT_FALSE(parse_code(wrong)) << wrong;
}

TEST(InvitationCode, OfAComputerAndOfAPhoneAreToldApart) {
    EXPECT_TRUE(InvitationCode::for_computer(pin).text().starts_with("ocj_"));
    EXPECT_EQ(InvitationCode::for_computer(pin).text().size(), 56);
    EXPECT_EQ(InvitationCode::for_phone().text().size(), 24);  // with four hyphens
}

TEST(ConfirmationWords, AreTwoAnimalsAColourAndANumberOfTwoDigits) {
    std::set<std::string> seen;
    for (int i = 0; i < 50; ++i) {
        const auto words = confirmation_words();
        const auto parts = split(words, ' ');
        ASSERT_EQ(parts.size(), 4) << words;
        EXPECT_EQ(parts[2].size(), 2) << words;
        seen.insert(words);
    }
    EXPECT_GT(seen.size(), 48);
}

}  // namespace
}  // namespace openclaw::access
