#include "cli/output/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>

#include "base/text.h"

namespace openclaw::cli {
namespace {

// A pipe whose reading end tells what was written.
class Pipe {
public:
    Pipe() {
        if (::pipe(ends_) != 0) ends_[0] = ends_[1] = -1;
    }
    ~Pipe() {
        close_reader();
        close_writer();
    }
    int writer() const { return ends_[1]; }
    void close_reader() { close_one(ends_[0]); }
    void close_writer() { close_one(ends_[1]); }
    std::string read_all() {
        close_writer();
        std::string text;
        char buffer[4096];
        for (ssize_t n; (n = ::read(ends_[0], buffer, sizeof buffer)) > 0;) {
            text.append(buffer, static_cast<std::size_t>(n));
        }
        return text;
    }

private:
    static void close_one(int& end) {
        if (end >= 0) ::close(std::exchange(end, -1));
    }
    int ends_[2];
};

TEST(Output, KeepsResultsAndRemarksApart) {
    Pipe output, error;
    DescriptorOutput out(output.writer(), error.writer(), {});
    out.line("a result");
    out.note("a remark");
    out.error({Code::not_found, "no agent x", "see `openclaw agents list`"});
    out.flush();
    EXPECT_EQ(output.read_all(), "a result\n");
    EXPECT_EQ(error.read_all(), "a remark\nerror: no agent x\nhint: see `openclaw agents list`\n");
}

TEST(Output, NamesTheActiveProfileInHints) {
    EXPECT_EQ(with_profile("run `openclaw gateway` or `openclaw health`", "work"),
              "run `openclaw --profile work gateway` or `openclaw --profile work health`");
    EXPECT_EQ(with_profile("run `openclaw gateway`", ""), "run `openclaw gateway`");
}

TEST(Output, NamesTheActiveProfileInCommandsOfItsLinesButNotInJsonOrReplies) {
    Pipe output, error;
    DescriptorOutput out(output.writer(), error.writer(),
                         {.colours = false, .error_colours = false, .columns = {}, .profile = "work"});
    out.line("Run `openclaw models auth add`.");
    out.json(json::string("`openclaw health`"));
    out.text("a model says `openclaw health`\n");
    out.note("see `openclaw env`");
    out.flush();
    EXPECT_EQ(output.read_all(),
              "Run `openclaw --profile work models auth add`.\n\"`openclaw health`\"\n"
              "a model says `openclaw health`\n");
    EXPECT_EQ(error.read_all(), "see `openclaw --profile work env`\n");
}

TEST(Output, LetsNothingFromOutsideSteerATerminal) {
    const std::string hostile = "a\x1b[31mb\x1b[2J\x07\u202ec\u009b5m\x7f\xff{\x1b[1m";
    for (const bool colours : {false, true}) {
        Pipe output, error;
        DescriptorOutput out(output.writer(), error.writer(), {.colours = colours, .profile = {}});
        out.line(hostile);
        out.text(hostile);
        out.note(hostile);
        out.line(bold(out, hostile) + dim(out, "x"));
        out.json(json::value(hostile));
        out.flush();
        auto shown = output.read_all() + error.read_all();
        if (colours) EXPECT_TRUE(shown.contains("\x1b[1ma\\x1b[31mb")) << shown;
        for (const char* own : {"\x1b[1m", "\x1b[2m", "\x1b[0m"}) shown = replaced(shown, own, "");
        for (const char* steering : {"\x1b", "\x07", "\u202e", "\u009b", "\x7f", "\xff"})
            EXPECT_FALSE(shown.contains(steering)) << shown;
    }
}

TEST(Output, EscapesInJsonWhatSteersATerminalAndChangesNothingElse) {
    const json::value value{{"marks", "\u200e\u200f\u061c"},
                            {"a\u202e", "x\u009b\x7f\u2066\x1b"},
                            {"plain", "h\u00e9 \U0001F600 \"q\" \n"}};
    Pipe output, error;
    DescriptorOutput out(output.writer(), error.writer(), {});
    out.json(value);
    out.flush();
    const auto text = output.read_all();
    EXPECT_TRUE(text.contains(R"("a\u202e": "x\u009b\u007f\u2066\u001b")")) << text;
    EXPECT_TRUE(text.contains(R"("marks": "\u200e\u200f\u061c")")) << text;
    EXPECT_TRUE(text.contains("h\u00e9 \U0001F600")) << text;
    EXPECT_EQ(*parse_json(text), value) << "it means what it meant";
}

TEST(Output, MakesErrorsFitForATerminal) {
    Pipe output, error;
    DescriptorOutput out(output.writer(), error.writer(), {});
    out.error({Code::not_found, "no agent \x1b[31mred", {}});
    EXPECT_EQ(error.read_all(), "error: no agent \\x1b[31mred\n");
}

TEST(Output, ColoursTheFirstWordOfRemarksWhereTheTerminalShowsColours) {
    Pipe output, error;
    DescriptorOutput out(output.writer(), error.writer(),
                         {.colours = false, .error_colours = true, .columns = {}, .profile = {}});
    out.error({Code::denied, "no", "error: is no label here"});
    out.note("warning: hot");
    out.note("notes: none");
    EXPECT_EQ(error.read_all(),
              "\x1b[1;31merror:\x1b[0m no\n\x1b[1;36mhint:\x1b[0m error: is no label here\n"
              "\x1b[1;33mwarning:\x1b[0m hot\nnotes: none\n");
}

TEST(Output, IsNotTroubledByAReaderThatLeft) {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe output, error;
    output.close_reader();
    DescriptorOutput out(output.writer(), error.writer(), {});
    out.line("nobody reads this");
    out.flush();
    out.line("nor this");
    out.flush();
    EXPECT_FALSE(out.problem());
}

TEST(Output, KnowsWhenAWriteWouldWait) {
    Pipe output, error;
    DescriptorOutput out(output.writer(), error.writer(), {});
    EXPECT_TRUE(out.ready());
    ASSERT_EQ(::fcntl(output.writer(), F_SETFL, O_NONBLOCK), 0);
    const std::string page(4096, 'x');
    while (::write(output.writer(), page.data(), page.size()) > 0) {
    }
    EXPECT_FALSE(out.ready());
    output.close_reader();
    EXPECT_TRUE(out.ready()) << "a write to it fails at once";
}

TEST(Output, TellsThatTheDiskIsFull) {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    Pipe error;
    DescriptorOutput out(full, error.writer(), {});
    out.line("lost");
    out.flush();
    ASSERT_TRUE(out.problem());
    EXPECT_EQ(out.problem()->code, Code::no_space);
    ::close(full);
}

}  // namespace
}  // namespace openclaw::cli
