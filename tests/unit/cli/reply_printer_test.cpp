#include "cli/talk/reply_printer.h"

#include <gtest/gtest.h>

#include "support/fake_output.h"

namespace openclaw::cli {
namespace {

TEST(ReplyPrinter, PrintsACharacterOnceItIsWhole) {
    FakeOutput out;
    ReplyPrinter printer(out);
    printer.add("gr\xc3");
    EXPECT_EQ(out.printed, "gr");
    printer.add("\xbc\xc3\x9f");
    EXPECT_EQ(out.printed, "grüß");
    printer.add(" \xf0\x9f");
    printer.add("\x98");
    printer.add("\x80");
    printer.end();
    EXPECT_EQ(out.printed, "grüß 😀\n");
}

TEST(ReplyPrinter, EndsTheLineOnce) {
    FakeOutput out;
    ReplyPrinter printer(out);
    printer.add("one\n");
    printer.end();
    EXPECT_EQ(out.printed, "one\n");
}

TEST(ReplyPrinter, LetsNoReplyControlTheTerminal) {
    FakeOutput out;
    ReplyPrinter printer(out);
    printer.add("\x1b]0;title\x07");
    printer.end();
    EXPECT_EQ(out.printed, "\\x1b]0;title\\x07\n");
}

TEST(ReplyPrinter, KnowsWhetherAnythingCame) {
    FakeOutput out;
    ReplyPrinter printer(out);
    printer.end();
    EXPECT_FALSE(printer.printed_anything());
    EXPECT_EQ(out.printed, "");
}

}  // namespace
}  // namespace openclaw::cli
