#include "base/form.h"

#include <gtest/gtest.h>

namespace openclaw {
namespace {

TEST(Form, WritesWhatEveryServerReads) {
    Form form;
    form.add("a b", "1+2=3&x").add("ü", Secret("s%"));
    EXPECT_EQ(form.take(), "a+b=1%2B2%3D3%26x&%C3%BC=s%25");
}

TEST(Form, ReadsWhatItWrote) {
    Form form;
    std::string every;
    for (char c = 1; c < 127; ++c) every += c;
    form.add("every", every).add("empty", "").add("more", std::string(5000, '='));
    const auto fields = parse_form(form.take());
    ASSERT_TRUE(fields);
    EXPECT_EQ(only_value(*fields, "every"), every);
    EXPECT_EQ(only_value(*fields, "empty"), "");
    EXPECT_EQ(only_value(*fields, "more")->size(), 5000U);
}

TEST(Form, RefusesWhatIsNone) {
    for (const auto* text : {"a=%", "a=%4", "a=%zz", "a=%ff", "%zz=a"})
        EXPECT_FALSE(parse_form(text)) << text;
    std::string many;
    for (int i = 0; i < 65; ++i) many += "a=b&";
    EXPECT_FALSE(parse_form(many));
    EXPECT_EQ(parse_form("a&=b&&c=d=e")->size(), 3U);
}

TEST(Form, GivesNoneOfTwo) {
    const auto fields = parse_form("code=1&code=2&state=3");
    ASSERT_TRUE(fields);
    EXPECT_EQ(only_value(*fields, "code"), std::nullopt);
    EXPECT_EQ(only_value(*fields, "state"), "3");
    EXPECT_EQ(only_value(*fields, "none"), std::nullopt);
}

}  // namespace
}  // namespace openclaw
